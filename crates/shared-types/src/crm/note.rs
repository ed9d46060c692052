//! Notes: what there is to say about a record.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{
    AnyOf, CompanyId, ContactId, DealId, LeadId, MemberId, NoteId, list_query, request, text_enum,
};

/// A note.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Note {
    /// Id of the note.
    pub id: NoteId,
    /// What it says, in Markdown, as it was written; `@[Name](member:ID)` mentions a member. Empty where the note is
    /// confidential, but in answers to listing, getting and changing notes for those who may read it.
    pub body: String,
    /// The same as HTML that is safe to show: no scripts, no pictures, links to the web, mail and phones alone. Mentions are
    /// `<span class="mention">` with the present name of the member.
    pub html: String,
    /// Whether only its author and those who have `notes:read-confidential` for it read what it says. It is encrypted, and
    /// no search finds it.
    pub confidential: bool,
    /// Whether it stands above the others.
    pub pinned: bool,
    /// The member who wrote it.
    pub author_id: MemberId,
    /// Name of that member.
    pub author_name: Option<String>,
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
    /// Its id in another system.
    pub external_id: Option<String>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
    /// When it was moved to the trash.
    pub deleted_at: Option<DateTime<Utc>>,
    /// Grows by one with every change.
    pub version: i64,
}

request! {
    /// Writes a note about one record or more.
    pub struct CreateNote {
        /// What it says, in Markdown; `@[Name](member:ID)` mentions a member, who gets a mail.
        #[validate(length(min = 1, max = 20_000), custom(function = crate::said))]
        #[cfg_attr(
            feature = "openapi",
            schema(
                min_length = 1,
                max_length = 20_000,
                pattern = "[^\\s]",
                example = "They want **forty** of them by May."
            )
        )]
        pub body: String,
        /// Whether only its author and those who have `notes:read-confidential` for it read what it says. It stays so: what
        /// once lay open cannot be taken back.
        pub confidential: Option<bool>,
        /// Whether it stands above the others.
        pub pinned: Option<bool>,
        /// The company it is about.
        pub company_id: Option<CompanyId>,
        /// The contact it is about.
        pub contact_id: Option<ContactId>,
        /// The lead it is about.
        pub lead_id: Option<LeadId>,
        /// The deal it is about.
        pub deal_id: Option<DealId>,
        /// Its id in another system, unique among notes.
        #[validate(length(min = 1, max = 200), custom(function = crate::one_line))]
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
        pub external_id: Option<String>,
    }
}

request! {
    /// Changes a note. What it is about stays.
    #[cfg_attr(feature = "openapi", schema(example = json!({"pinned": true})))]
    pub struct UpdateNote {
        /// What it says, in Markdown; members who are mentioned anew get a mail.
        #[validate(length(min = 1, max = 20_000), custom(function = crate::said))]
        #[cfg_attr(
            feature = "openapi",
            schema(min_length = 1, max_length = 20_000, pattern = "[^\\s]")
        )]
        pub body: Option<String>,
        /// Whether it stands above the others.
        pub pinned: Option<bool>,
    }
}

text_enum! {
    /// What notes are listed by.
    pub enum NoteSort {
        CreatedAt = "createdAt",
        UpdatedAt = "updatedAt",
    }
}

list_query! {
    /// Which notes to list: of those about records that the caller may read, and the caller's own.
    pub struct ListNotes sort NoteSort {
        /// Any of these authors.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
        author_id: AnyOf<MemberId>,
        /// Whether they stand above the others.
        pinned: bool,
        /// About this company.
        company_id: CompanyId,
        /// About this contact.
        contact_id: ContactId,
        /// About this lead.
        lead_id: LeadId,
        /// About this deal.
        deal_id: DealId,
        /// Written at or after this time.
        created_after: DateTime<Utc>,
        /// Written before this time.
        created_before: DateTime<Utc>,
        /// Changed at or after this time.
        updated_after: DateTime<Utc>,
        /// Changed before this time.
        updated_before: DateTime<Utc>,
    }
}
