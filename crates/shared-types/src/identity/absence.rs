//! Absences: days on which a member does not work.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_with::apply;
use validator::Validate;

use crate::{AbsenceId, AnyOf, MemberId, list_query, request, text_enum};

text_enum! {
    /// Why a member does not work.
    pub enum AbsenceKind {
        Vacation = "vacation",
        Sick = "sick",
        Training = "training",
        Other = "other",
    }
}

/// An absence of a member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Absence {
    /// Id of the absence.
    pub id: AbsenceId,
    /// Who is absent.
    pub member_id: MemberId,
    /// Name of that member.
    pub member_name: String,
    /// Why.
    pub kind: AbsenceKind,
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub until: NaiveDate,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
    /// Grows by one with every change.
    pub version: i64,
}

/// Adds an absence.
#[apply(Option => #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::given")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = json!({"kind": "vacation", "from": "2031-07-01", "until": "2031-07-14"})))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateAbsence {
    /// Who is absent; oneself unless said.
    pub member_id: Option<MemberId>,
    /// Why.
    pub kind: AbsenceKind,
    /// The first day.
    pub from: NaiveDate,
    /// The last day, at most 366 days later.
    pub until: NaiveDate,
}

request! {
    /// Changes an absence.
    #[cfg_attr(feature = "openapi", schema(example = json!({"kind": "training"})))]
    pub struct UpdateAbsence {
        /// Why.
        pub kind: Option<AbsenceKind>,
        /// The first day.
        pub from: Option<NaiveDate>,
        /// The last day, at most 366 days later.
        pub until: Option<NaiveDate>,
    }
}

text_enum! {
    /// What absences are listed by.
    pub enum AbsenceSort {
        From = "from",
        CreatedAt = "createdAt",
    }
}

list_query! {
    /// Which absences to list.
    pub struct ListAbsences sort AbsenceSort {
        /// Any of these members.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
        member_id: AnyOf<MemberId>,
        /// Any of these kinds.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "vacation,sick"))]
        kind: AnyOf<AbsenceKind>,
        /// Those that this day is among.
        on: NaiveDate,
        /// Those whose last day is this one or a later one.
        until_after: NaiveDate,
    }
}
