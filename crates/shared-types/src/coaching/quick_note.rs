//! Quick notes: what a coach saw of an agent, in a sentence or two.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_with::{apply, skip_serializing_none};
use validator::Validate;

use crate::{
    AnyOf, CompanyId, ContactId, DealId, MemberId, Patch, QuickNoteId, list_query, patch, text_enum,
};

text_enum! {
    /// What a quick note says something about.
    pub enum QuickNoteCategory {
        /// What went well.
        Praise = "praise",
        /// What could go better.
        Improvement = "improvement",
        /// What was seen, without a judgement.
        Observation = "observation",
        /// What may go wrong.
        Risk = "risk",
        /// What is to be asked.
        Question = "question",
        /// What is to be come back to.
        FollowUp = "followUp",
    }
}

text_enum! {
    /// Who reads a quick note.
    pub enum QuickNoteVisibility {
        /// Whoever wrote it, and nobody else.
        Private = "private",
        /// The agent and the line above as well.
        Shared = "shared",
    }
}

/// A quick note.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct QuickNote {
    /// Id of the quick note.
    pub id: QuickNoteId,
    /// The member whom it is about.
    pub agent_id: MemberId,
    /// Name of that member.
    pub agent_name: String,
    /// The member who wrote it.
    pub author_id: MemberId,
    /// Name of that member.
    pub author_name: String,
    /// What it says.
    pub text: String,
    /// What it says something about.
    pub category: QuickNoteCategory,
    /// Who reads it.
    pub visibility: QuickNoteVisibility,
    /// The day on which it was seen.
    pub observed_on: NaiveDate,
    /// The company it was seen at.
    pub company_id: Option<CompanyId>,
    /// Name of that company.
    pub company_name: Option<String>,
    /// The contact it was seen with.
    pub contact_id: Option<ContactId>,
    /// Name of that contact.
    pub contact_name: Option<String>,
    /// The deal it was seen in; absent for those who may not read that deal.
    pub deal_id: Option<DealId>,
    /// Title of that deal.
    pub deal_title: Option<String>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
    /// When it was moved to the trash.
    pub deleted_at: Option<DateTime<Utc>>,
    /// Grows by one with every change.
    pub version: i64,
}

/// Writes a quick note about an agent.
#[apply(Option => #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::given")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateQuickNote {
    /// The member whom it is about: somebody within reach, and not oneself.
    pub agent_id: MemberId,
    /// What it says.
    #[validate(length(min = 1, max = 4000), custom(function = crate::said))]
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 4000,
            pattern = "[^\\s]",
            example = "Asked for the budget in the first five minutes."
        )
    )]
    pub text: String,
    /// What it says something about; `observation` unless said.
    pub category: Option<QuickNoteCategory>,
    /// Who reads it; `private` unless said.
    pub visibility: Option<QuickNoteVisibility>,
    /// The day on which it was seen, not after today; today unless said.
    pub observed_on: Option<NaiveDate>,
    /// The company it was seen at.
    pub company_id: Option<CompanyId>,
    /// The contact it was seen with.
    pub contact_id: Option<ContactId>,
    /// The deal it was seen in.
    pub deal_id: Option<DealId>,
}

patch! {
    /// Changes a quick note. Whom it is about stays.
    #[cfg_attr(feature = "openapi", schema(example = json!({"visibility": "shared"})))]
    pub struct UpdateQuickNote {
        /// What it says.
        #[validate(length(min = 1, max = 4000), custom(function = crate::said))]
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 4000, pattern = "[^\\s]"))]
        pub text: Option<String>,
        /// What it says something about.
        pub category: Option<QuickNoteCategory>,
        /// Who reads it.
        pub visibility: Option<QuickNoteVisibility>,
        /// The day on which it was seen, not after today.
        pub observed_on: Option<NaiveDate>,
        /// The company it was seen at.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<CompanyId>))]
        pub company_id: Patch<CompanyId>,
        /// The contact it was seen with.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<ContactId>))]
        pub contact_id: Patch<ContactId>,
        /// The deal it was seen in.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<DealId>))]
        pub deal_id: Patch<DealId>,
    }

    /// A field of a quick note that can be emptied.
    pub enum QuickNoteField {
        CompanyId = "companyId" => company_id,
        ContactId = "contactId" => contact_id,
        DealId = "dealId" => deal_id,
    }
}

text_enum! {
    /// What quick notes are listed by.
    pub enum QuickNoteSort {
        ObservedOn = "observedOn",
        CreatedAt = "createdAt",
        UpdatedAt = "updatedAt",
    }
}

list_query! {
    /// Which quick notes to list, of those that the caller may read.
    pub struct ListQuickNotes sort QuickNoteSort {
        /// About any of these members.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
        agent_id: AnyOf<MemberId>,
        /// By any of these members.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
        author_id: AnyOf<MemberId>,
        /// Any of these categories.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "praise,risk"))]
        category: AnyOf<QuickNoteCategory>,
        /// Any of these visibilities.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "shared"))]
        visibility: AnyOf<QuickNoteVisibility>,
        /// Seen at this company.
        company_id: CompanyId,
        /// Seen with this contact.
        contact_id: ContactId,
        /// Seen in this deal.
        deal_id: DealId,
        /// Seen on this day or after it.
        observed_after: NaiveDate,
        /// Seen before this day.
        observed_before: NaiveDate,
        /// Written at or after this time.
        created_after: DateTime<Utc>,
        /// Written before this time.
        created_before: DateTime<Utc>,
    }
}
