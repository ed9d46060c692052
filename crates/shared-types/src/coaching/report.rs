//! How coaching goes.

use serde::{Deserialize, Serialize};

use crate::MemberId;

/// For how many days back done items and quick notes are counted.
pub const REPORTED_DAYS: i64 = 90;

/// How coaching goes with those whom one coaches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CoachingTeam {
    /// The members, by name.
    pub members: Vec<CoachingMember>,
}

/// How coaching goes with a member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CoachingMember {
    /// The member.
    pub member_id: MemberId,
    /// Name of that member.
    pub member_name: String,
    /// Items that are to be done.
    #[cfg_attr(feature = "openapi", schema(minimum = 0))]
    pub open_items: i64,
    /// Those of them whose day is over.
    #[cfg_attr(feature = "openapi", schema(minimum = 0))]
    pub overdue_items: i64,
    /// Items done within the last 90 days.
    #[cfg_attr(feature = "openapi", schema(minimum = 0))]
    pub done_items: i64,
    /// Plans that are worked on.
    #[cfg_attr(feature = "openapi", schema(minimum = 0))]
    pub active_plans: i64,
    /// Quick notes of the last 90 days that the caller may read.
    #[cfg_attr(feature = "openapi", schema(minimum = 0))]
    pub quick_notes: i64,
}
