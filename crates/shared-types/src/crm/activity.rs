//! Activities: calls, meetings, e-mails and tasks, planned and done.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_with::{apply, skip_serializing_none};
use validator::Validate;

use super::{DealStatus, LeadStatus};
use crate::{
    ActivityId, AnyOf, CompanyId, ContactId, DealId, LeadId, MemberId, Patch, PipelineId, StageId,
    list_query, patch, text_enum,
};

text_enum! {
    /// What kind of activity.
    pub enum ActivityKind {
        Call = "call",
        Meeting = "meeting",
        Email = "email",
        Task = "task",
    }
}

/// An activity.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Activity {
    /// Id of the activity.
    pub id: ActivityId,
    /// What kind it is.
    pub kind: ActivityKind,
    /// What it is about.
    pub subject: String,
    /// What there is to know.
    pub description: Option<String>,
    /// When it is due; when a meeting begins.
    pub due_at: Option<DateTime<Utc>>,
    /// How long it takes, in minutes.
    pub duration_minutes: Option<i32>,
    /// So many minutes before it is due, its owner is reminded.
    pub remind_minutes: Option<i32>,
    /// When the owner will be reminded; absent once that is done.
    pub remind_at: Option<DateTime<Utc>>,
    /// The member who does it.
    pub owner_id: Option<MemberId>,
    /// Name of that member.
    pub owner_name: Option<String>,
    /// The company it is about.
    pub company_id: Option<CompanyId>,
    /// Name of that company.
    pub company_name: Option<String>,
    /// The contact it is about.
    pub contact_id: Option<ContactId>,
    /// Name of that contact.
    pub contact_name: Option<String>,
    /// The lead it is about.
    pub lead_id: Option<LeadId>,
    /// Name of that lead.
    pub lead_name: Option<String>,
    /// The deal it is about.
    pub deal_id: Option<DealId>,
    /// Title of that deal.
    pub deal_title: Option<String>,
    /// When it was done; absent while it is not.
    pub done_at: Option<DateTime<Utc>>,
    /// Its id in another system.
    pub external_id: Option<String>,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
    /// When it was moved to the trash.
    pub deleted_at: Option<DateTime<Utc>>,
    /// Grows by one with every change.
    pub version: i64,
}

/// Adds an activity.
#[apply(Option => #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::given")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateActivity {
    /// What it is about.
    #[validate(length(min = 1, max = 200), custom(function = crate::one_line))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 200, example = "Ask for the signed offer")
    )]
    pub subject: String,
    /// What there is to know.
    #[validate(length(max = 10000), custom(function = crate::many_lines))]
    #[cfg_attr(feature = "openapi", schema(max_length = 10000))]
    pub description: Option<String>,
    /// When it is due; when a meeting begins.
    pub due_at: Option<DateTime<Utc>>,
    /// How long it takes, in minutes.
    #[validate(range(min = 1, max = 10080))]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 10080))]
    pub duration_minutes: Option<i32>,
    /// Reminds its owner by mail so many minutes before it is due; needs `dueAt`.
    #[validate(range(min = 0, max = 40320))]
    #[cfg_attr(
        feature = "openapi",
        schema(minimum = 0, maximum = 40320, example = 30)
    )]
    pub remind_minutes: Option<i32>,
    /// The member who does it; whoever adds it unless said.
    pub owner_id: Option<MemberId>,
    /// The company it is about.
    pub company_id: Option<CompanyId>,
    /// The contact it is about.
    pub contact_id: Option<ContactId>,
    /// The lead it is about.
    pub lead_id: Option<LeadId>,
    /// The deal it is about.
    pub deal_id: Option<DealId>,
    /// What kind it is.
    pub kind: ActivityKind,
    /// Whether it is done already.
    pub done: Option<bool>,
    /// Its id in another system, unique among activities.
    #[validate(length(min = 1, max = 200), custom(function = crate::one_line))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub external_id: Option<String>,
}

patch! {
    /// Changes an activity.
    #[cfg_attr(feature = "openapi", schema(example = json!({"done": true})))]
    pub struct UpdateActivity {
        /// What it is about.
        #[validate(length(min = 1, max = 200), custom(function = crate::one_line))]
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
        pub subject: Option<String>,
        /// What there is to know.
        #[validate(length(max = 10000), custom(function = crate::patched::many_lines))]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 10000))]
        pub description: Patch<String>,
        /// When it is due; when a meeting begins.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<DateTime<Utc>>))]
        pub due_at: Patch<DateTime<Utc>>,
        /// How long it takes, in minutes.
        #[validate(range(min = 1, max = 10080))]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<i32>, minimum = 1, maximum = 10080))]
        pub duration_minutes: Patch<i32>,
        /// Reminds its owner by mail so many minutes before it is due; moves with `dueAt`.
        #[validate(range(min = 0, max = 40320))]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<i32>, minimum = 0, maximum = 40320))]
        pub remind_minutes: Patch<i32>,
        /// The member who does it; whoever adds it unless said.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<MemberId>))]
        pub owner_id: Patch<MemberId>,
        /// The company it is about.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<CompanyId>))]
        pub company_id: Patch<CompanyId>,
        /// The contact it is about.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<ContactId>))]
        pub contact_id: Patch<ContactId>,
        /// The lead it is about.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<LeadId>))]
        pub lead_id: Patch<LeadId>,
        /// The deal it is about.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<DealId>))]
        pub deal_id: Patch<DealId>,
        /// What kind it is.
        pub kind: Option<ActivityKind>,
        /// Whether it is done.
        pub done: Option<bool>,
        /// Its id in another system, unique among activities.
        #[validate(length(min = 1, max = 200), custom(function = crate::patched::one_line))]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 1, max_length = 200))]
        pub external_id: Patch<String>,
    }

    /// A field of an activity that can be emptied.
    pub enum ActivityField {
        Description = "description" => description,
        DueAt = "dueAt" => due_at,
        DurationMinutes = "durationMinutes" => duration_minutes,
        RemindMinutes = "remindMinutes" => remind_minutes,
        OwnerId = "ownerId" => owner_id,
        CompanyId = "companyId" => company_id,
        ContactId = "contactId" => contact_id,
        LeadId = "leadId" => lead_id,
        DealId = "dealId" => deal_id,
        ExternalId = "externalId" => external_id,
    }
}

text_enum! {
    /// What activities are listed by.
    pub enum ActivitySort {
        /// What has no time comes last.
        DueAt = "dueAt",
        DoneAt = "doneAt",
        CreatedAt = "createdAt",
        UpdatedAt = "updatedAt",
    }
}

list_query! {
    /// Which activities to list. Those of one company, contact, lead or deal that the caller may read are all listed; else
    /// those of members within reach.
    pub struct ListActivities sort ActivitySort {
        /// Any of these kinds.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "call,task"))]
        kind: AnyOf<ActivityKind>,
        /// `true` lists what is done, `false` what is not.
        done: bool,
        /// Any of these owners.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
        owner_id: AnyOf<MemberId>,
        /// About this company.
        company_id: CompanyId,
        /// About this contact.
        contact_id: ContactId,
        /// About this lead.
        lead_id: LeadId,
        /// About this deal.
        deal_id: DealId,
        /// Due at or after this time.
        due_after: DateTime<Utc>,
        /// Due before this time.
        due_before: DateTime<Utc>,
        /// Done at or after this time.
        done_after: DateTime<Utc>,
        /// Done before this time.
        done_before: DateTime<Utc>,
        /// Of owners in any of these departments.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "Enterprise,SMB"))]
        owner_department: AnyOf<String>,
        /// About a company of any of these industries.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "medical,retail"))]
        company_industry: AnyOf<String>,
        /// About a person at a company of any of these industries.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "medical,retail"))]
        contact_company_industry: AnyOf<String>,
        /// About a lead in any of these states.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "new"))]
        lead_status: AnyOf<LeadStatus>,
        /// About a deal in any of these states.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "open"))]
        deal_status: AnyOf<DealStatus>,
        /// About a deal in any of these pipelines.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
        deal_pipeline_id: AnyOf<PipelineId>,
        /// About a deal in any of these stages.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
        deal_stage_id: AnyOf<StageId>,
        /// About a deal with a company of any of these industries.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "medical,retail"))]
        deal_company_industry: AnyOf<String>,
        /// Added at or after this time.
        created_after: DateTime<Utc>,
        /// Added before this time.
        created_before: DateTime<Utc>,
    }
}

crate::bulk!(BulkActivities, ActivityOperation, ActivityOutcome: ActivityId, CreateActivity, UpdateActivity, Activity);
