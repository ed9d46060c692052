//! Action plans: what an agent and a coach want to reach, and the items that lead there.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_with::{apply, skip_serializing_none};
use validator::Validate;

use crate::{
    ActionItemId, ActionPlanId, AnyOf, MemberId, Patch, list_query, patch, request, text_enum,
};

/// The most items of a plan.
pub const MOST_PLAN_ITEMS: usize = 100;

text_enum! {
    /// How an action plan stands.
    pub enum ActionPlanStatus {
        /// It is worked on.
        Active = "active",
        /// What it was for is reached.
        Completed = "completed",
        /// It is given up.
        Cancelled = "cancelled",
    }
}

/// An action plan.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ActionPlan {
    /// Id of the plan.
    pub id: ActionPlanId,
    /// What it is called.
    pub title: String,
    /// What it is to reach.
    pub goal: Option<String>,
    /// The member whose plan it is.
    pub agent_id: MemberId,
    /// Name of that member.
    pub agent_name: String,
    /// The member who made it.
    pub created_by_id: MemberId,
    /// Name of that member.
    pub created_by_name: String,
    /// How it stands.
    pub status: ActionPlanStatus,
    /// The day by which it is to be reached.
    pub due_on: Option<NaiveDate>,
    /// When it was completed or given up.
    pub closed_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
    /// When it was moved to the trash.
    pub deleted_at: Option<DateTime<Utc>>,
    /// Grows by one with every change.
    pub version: i64,
}

/// Makes an action plan for an agent.
#[apply(Option => #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::given")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateActionPlan {
    /// What it is called.
    #[validate(length(min = 1, max = 200), custom(function = crate::one_line))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 200, example = "Qualify before quoting")
    )]
    pub title: String,
    /// What it is to reach.
    #[validate(length(max = 4000), custom(function = crate::many_lines))]
    #[cfg_attr(feature = "openapi", schema(max_length = 4000))]
    pub goal: Option<String>,
    /// The member whose plan it is: somebody within reach.
    pub agent_id: MemberId,
    /// The day by which it is to be reached.
    pub due_on: Option<NaiveDate>,
}

patch! {
    /// Changes an action plan. Whose it is stays.
    #[cfg_attr(feature = "openapi", schema(example = json!({"status": "completed"})))]
    pub struct UpdateActionPlan {
        /// What it is called.
        #[validate(length(min = 1, max = 200), custom(function = crate::one_line))]
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
        pub title: Option<String>,
        /// What it is to reach.
        #[validate(length(max = 4000), custom(function = crate::patched::many_lines))]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 4000))]
        pub goal: Patch<String>,
        /// How it stands: `active` becomes `completed` or `cancelled`, and these `active` again.
        pub status: Option<ActionPlanStatus>,
        /// The day by which it is to be reached.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<NaiveDate>))]
        pub due_on: Patch<NaiveDate>,
    }

    /// A field of an action plan that can be emptied.
    pub enum ActionPlanField {
        Goal = "goal" => goal,
        DueOn = "dueOn" => due_on,
    }
}

request! {
    /// The order of the items of a plan.
    pub struct OrderActionItems {
        /// All its items that are not in the trash, each once, in the order wanted.
        #[validate(length(max = 100))]
        #[cfg_attr(feature = "openapi", schema(max_items = 100))]
        pub item_ids: Vec<ActionItemId>,
    }
}

text_enum! {
    /// What action plans are listed by.
    pub enum ActionPlanSort {
        /// What has no day comes last.
        DueOn = "dueOn",
        CreatedAt = "createdAt",
        UpdatedAt = "updatedAt",
    }
}

list_query! {
    /// Which action plans to list, of those that the caller may read.
    pub struct ListActionPlans sort ActionPlanSort {
        /// Of any of these members.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
        agent_id: AnyOf<MemberId>,
        /// Made by any of these members.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
        created_by_id: AnyOf<MemberId>,
        /// Any of these states.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "active"))]
        status: AnyOf<ActionPlanStatus>,
        /// Due on this day or after it.
        due_after: NaiveDate,
        /// Due before this day.
        due_before: NaiveDate,
    }
}
