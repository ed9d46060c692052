//! Action items: what an agent is to do, and by when.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_with::{apply, skip_serializing_none};
use validator::Validate;

use crate::{
    ActionItemId, ActionPlanId, AnyOf, DealId, LostReasonId, MemberId, Patch, list_query, patch,
    text_enum,
};

text_enum! {
    /// How much an action item matters, the least first.
    pub enum ActionPriority {
        Low = "low",
        Normal = "normal",
        High = "high",
        Urgent = "urgent",
    }
}

text_enum! {
    /// How an action item stands.
    pub enum ActionItemStatus {
        /// Nobody has begun.
        Open = "open",
        /// Somebody is at it.
        InProgress = "inProgress",
        /// It is done.
        Done = "done",
        /// It is given up.
        Cancelled = "cancelled",
    }
}

/// An action item.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ActionItem {
    /// Id of the item.
    pub id: ActionItemId,
    /// What is to be done.
    pub title: String,
    /// What there is to know.
    pub description: Option<String>,
    /// The member who is to do it.
    pub owner_id: MemberId,
    /// Name of that member.
    pub owner_name: String,
    /// The member who set it.
    pub created_by_id: MemberId,
    /// Name of that member.
    pub created_by_name: String,
    /// The plan it belongs to.
    pub plan_id: Option<ActionPlanId>,
    /// Title of that plan.
    pub plan_title: Option<String>,
    /// Its place among the items of the plan, from 0 on.
    #[cfg_attr(feature = "openapi", schema(minimum = 0))]
    pub position: i32,
    /// The day by which it is to be done.
    pub due_on: Option<NaiveDate>,
    /// How much it matters.
    pub priority: ActionPriority,
    /// How it stands.
    pub status: ActionItemStatus,
    /// When it was done.
    pub completed_at: Option<DateTime<Utc>>,
    /// The deal it came from; absent for those who may not read that deal.
    pub deal_id: Option<DealId>,
    /// Title of that deal.
    pub deal_title: Option<String>,
    /// The reason for losing deals it came from.
    pub lost_reason_id: Option<LostReasonId>,
    /// Name of that reason.
    pub lost_reason_name: Option<String>,
    /// When it was set.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
    /// When it was moved to the trash.
    pub deleted_at: Option<DateTime<Utc>>,
    /// Grows by one with every change.
    pub version: i64,
}

/// Sets an action item.
#[apply(Option => #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::given")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateActionItem {
    /// What is to be done.
    #[validate(length(min = 1, max = 200), custom(function = crate::one_line))]
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 200,
            example = "Ask every new lead for the budget"
        )
    )]
    pub title: String,
    /// What there is to know.
    #[validate(length(max = 4000), custom(function = crate::many_lines))]
    #[cfg_attr(feature = "openapi", schema(max_length = 4000))]
    pub description: Option<String>,
    /// The member who is to do it: whoever has the plan where there is one, else whoever sets it, unless said.
    pub owner_id: Option<MemberId>,
    /// The plan it belongs to, which has the same member.
    pub plan_id: Option<ActionPlanId>,
    /// The day by which it is to be done.
    pub due_on: Option<NaiveDate>,
    /// How much it matters; `normal` unless said.
    pub priority: Option<ActionPriority>,
    /// The deal it comes from.
    pub deal_id: Option<DealId>,
    /// The reason for losing deals it comes from.
    pub lost_reason_id: Option<LostReasonId>,
}

patch! {
    /// Changes an action item. Whose it is stays; who is to do what somebody else set changes its `status` alone.
    #[cfg_attr(feature = "openapi", schema(example = json!({"status": "done"})))]
    pub struct UpdateActionItem {
        /// What is to be done.
        #[validate(length(min = 1, max = 200), custom(function = crate::one_line))]
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
        pub title: Option<String>,
        /// What there is to know.
        #[validate(length(max = 4000), custom(function = crate::patched::many_lines))]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 4000))]
        pub description: Patch<String>,
        /// The plan it belongs to, which has the same member.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<ActionPlanId>))]
        pub plan_id: Patch<ActionPlanId>,
        /// The day by which it is to be done.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<NaiveDate>))]
        pub due_on: Patch<NaiveDate>,
        /// How much it matters.
        pub priority: Option<ActionPriority>,
        /// How it stands: what is done or cancelled is opened before it becomes anything else.
        pub status: Option<ActionItemStatus>,
        /// The deal it comes from.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<DealId>))]
        pub deal_id: Patch<DealId>,
        /// The reason for losing deals it comes from.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<LostReasonId>))]
        pub lost_reason_id: Patch<LostReasonId>,
    }

    /// A field of an action item that can be emptied.
    pub enum ActionItemField {
        Description = "description" => description,
        PlanId = "planId" => plan_id,
        DueOn = "dueOn" => due_on,
        DealId = "dealId" => deal_id,
        LostReasonId = "lostReasonId" => lost_reason_id,
    }
}

text_enum! {
    /// What action items are listed by.
    pub enum ActionItemSort {
        /// What has no day comes last.
        DueOn = "dueOn",
        /// Their order in the plan.
        Position = "position",
        CreatedAt = "createdAt",
        UpdatedAt = "updatedAt",
    }
}

list_query! {
    /// Which action items to list, of those that the caller may read.
    pub struct ListActionItems sort ActionItemSort, board ShowActionItemBoard {
        /// Of any of these members.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
        owner_id: AnyOf<MemberId>,
        /// Set by any of these members.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
        created_by_id: AnyOf<MemberId>,
        /// Any of these states.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "open,inProgress"))]
        status: AnyOf<ActionItemStatus>,
        /// Any of these priorities.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "high,urgent"))]
        priority: AnyOf<ActionPriority>,
        /// `true` lists what is neither done nor cancelled though its day is over, `false` all else.
        overdue: bool,
        /// Of this plan.
        plan_id: ActionPlanId,
        /// From this deal.
        deal_id: DealId,
        /// From any of these reasons for losing deals.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
        lost_reason_id: AnyOf<LostReasonId>,
        /// Due on this day or after it.
        due_after: NaiveDate,
        /// Due before this day.
        due_before: NaiveDate,
        /// Done at or after this time.
        completed_after: DateTime<Utc>,
        /// Done before this time.
        completed_before: DateTime<Utc>,
    }
}

/// The board of action items.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ActionItemBoard {
    /// A column for each state.
    pub columns: Vec<ActionItemBoardColumn>,
}

/// A column of the board of action items.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ActionItemBoardColumn {
    /// The state.
    pub status: ActionItemStatus,
    /// How many items there are.
    pub count: u64,
    /// The first of them, what is due first before the others.
    pub items: Vec<ActionItem>,
    /// Where the list of the column goes on, if there are more.
    pub next_cursor: Option<String>,
}

crate::bulk!(BulkActionItems, ActionItemOperation, ActionItemOutcome: ActionItemId, CreateActionItem, UpdateActionItem, ActionItem);
