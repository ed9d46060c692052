//! Access of an administrator to coaching that is not theirs: with a reason, for an hour at most, to read alone.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_with::{apply, skip_serializing_none};
use validator::Validate;

use crate::{AnyOf, CoachingAccessId, MemberId, list_query, text_enum};

/// The most minutes that coaching stays open to an administrator.
pub const MAX_ACCESS_MINUTES: u16 = 60;

/// The access of an administrator to coaching out of their line.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CoachingAccess {
    /// Id of the access.
    pub id: CoachingAccessId,
    /// The administrator who reads.
    pub member_id: MemberId,
    /// Name of that member.
    pub member_name: String,
    /// Whose coaching is read; absent where it is that of everybody.
    pub agent_id: Option<MemberId>,
    /// Name of that member.
    pub agent_name: Option<String>,
    /// Why.
    pub reason: String,
    /// When it ends by itself.
    pub expires_at: DateTime<Utc>,
    /// When it was ended before that.
    pub ended_at: Option<DateTime<Utc>>,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// Grows by one with every change.
    pub version: i64,
}

impl CoachingAccess {
    /// Whether it lets somebody read now.
    #[must_use]
    pub fn is_live(&self, now: DateTime<Utc>) -> bool {
        self.ended_at.is_none() && self.expires_at > now
    }
}

/// Opens coaching out of one's line, to read it.
#[apply(Option => #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::given")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(
    feature = "openapi",
    derive(utoipa::ToSchema),
    schema(example = json!({"reason": "Complaint 4711: the works council asked for the record", "minutes": 30}))
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OpenCoaching {
    /// Why; whoever reads the audit log sees it.
    #[validate(length(min = 10, max = 500), custom(function = crate::one_line))]
    #[cfg_attr(feature = "openapi", schema(min_length = 10, max_length = 500))]
    pub reason: String,
    /// Whose coaching; that of everybody unless said.
    pub agent_id: Option<MemberId>,
    /// For how many minutes, 60 unless said.
    #[validate(range(min = 1, max = 60))]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 60))]
    pub minutes: Option<u16>,
}

text_enum! {
    /// What accesses are listed by.
    pub enum CoachingAccessSort {
        CreatedAt = "createdAt",
    }
}

list_query! {
    /// Which accesses to list.
    pub struct ListCoachingAccess sort CoachingAccessSort {
        /// Of any of these administrators.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
        member_id: AnyOf<MemberId>,
        /// To the coaching of any of these members alone.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
        agent_id: AnyOf<MemberId>,
        /// `true` lists those that let somebody read now, `false` those that ended.
        live: bool,
    }
}
