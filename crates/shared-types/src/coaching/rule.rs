//! Rules by which coaching is proposed: off until an organization switches them on.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_with::{apply, skip_serializing_none};
use validator::Validate;

use crate::{
    CoachingRuleId, CoachingTemplateId, LostReasonId, MetricId, Patch, list_query, patch, text_enum,
};

text_enum! {
    /// What a rule watches for.
    pub enum CoachingRuleKind {
        /// An agent lost some deals for one reason within some days: a session is proposed, with the deals.
        Losses = "losses",
        /// An agent stayed under the target of a metric for some periods: an action item is proposed.
        UnderTarget = "underTarget",
    }
}

/// A rule by which coaching is proposed.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CoachingRule {
    /// Id of the rule.
    pub id: CoachingRuleId,
    /// Its name, unique in the organization.
    pub name: String,
    /// What it watches for.
    pub kind: CoachingRuleKind,
    /// Whether it is switched on.
    pub active: bool,
    /// Of losses: how many.
    pub losses: Option<i32>,
    /// Of losses: within how many days.
    pub days: Option<i32>,
    /// Of losses: for this reason; for any one where none is said.
    pub lost_reason_id: Option<LostReasonId>,
    /// Of losses: the template of the session that is proposed.
    pub template_id: Option<CoachingTemplateId>,
    /// Of a metric: which.
    pub metric_id: Option<MetricId>,
    /// Of a metric: for how many periods in a row.
    pub periods: Option<i32>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
    /// When it was moved to the trash.
    pub deleted_at: Option<DateTime<Utc>>,
    /// Grows by one with every change.
    pub version: i64,
}

/// Makes a rule.
#[apply(Option => #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::given")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = json!({
    "name": "Lost on price", "kind": "losses", "losses": 3, "days": 30
})))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateCoachingRule {
    /// Its name, unique in the organization.
    #[validate(length(min = 1, max = 100), custom(function = crate::one_line))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 100, example = "Lost on price")
    )]
    pub name: String,
    /// What it watches for.
    pub kind: CoachingRuleKind,
    /// Whether it is switched on; it is not unless said.
    pub active: Option<bool>,
    /// Of losses: how many, 3 unless said.
    #[validate(range(min = 2, max = 50))]
    #[cfg_attr(feature = "openapi", schema(minimum = 2, maximum = 50, example = 3))]
    pub losses: Option<i32>,
    /// Of losses: within how many days, 30 unless said.
    #[validate(range(min = 1, max = 365))]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 365, example = 30))]
    pub days: Option<i32>,
    /// Of losses: for this reason; for any one where none is said.
    pub lost_reason_id: Option<LostReasonId>,
    /// Of losses: the template of the session that is proposed.
    pub template_id: Option<CoachingTemplateId>,
    /// Of a metric: which.
    pub metric_id: Option<MetricId>,
    /// Of a metric: for how many periods in a row, 2 unless said.
    #[validate(range(min = 1, max = 12))]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 12, example = 2))]
    pub periods: Option<i32>,
}

patch! {
    /// Changes a rule. What it watches for stays.
    #[cfg_attr(feature = "openapi", schema(example = json!({"active": true})))]
    pub struct UpdateCoachingRule {
        /// Its name, unique in the organization.
        #[validate(length(min = 1, max = 100), custom(function = crate::one_line))]
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 100))]
        pub name: Option<String>,
        /// Whether it is switched on.
        pub active: Option<bool>,
        /// Of losses: how many.
        #[validate(range(min = 2, max = 50))]
        #[cfg_attr(feature = "openapi", schema(minimum = 2, maximum = 50))]
        pub losses: Option<i32>,
        /// Of losses: within how many days.
        #[validate(range(min = 1, max = 365))]
        #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 365))]
        pub days: Option<i32>,
        /// Of losses: for this reason; for any one where none is said.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<LostReasonId>))]
        pub lost_reason_id: Patch<LostReasonId>,
        /// Of losses: the template of the session that is proposed.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<CoachingTemplateId>))]
        pub template_id: Patch<CoachingTemplateId>,
        /// Of a metric: which.
        pub metric_id: Option<MetricId>,
        /// Of a metric: for how many periods in a row.
        #[validate(range(min = 1, max = 12))]
        #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 12))]
        pub periods: Option<i32>,
    }

    /// A field of a rule that can be emptied.
    pub enum CoachingRuleField {
        LostReasonId = "lostReasonId" => lost_reason_id,
        TemplateId = "templateId" => template_id,
    }
}

text_enum! {
    /// What rules are listed by.
    pub enum CoachingRuleSort {
        Name = "name",
        CreatedAt = "createdAt",
    }
}

list_query! {
    /// Which rules to list.
    pub struct ListCoachingRules sort CoachingRuleSort {
        /// Whether they are switched on.
        active: bool,
    }
}
