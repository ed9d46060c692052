//! Leads: people who may become customers.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::{Company, Contact, Deal, DealStatus, ScoreReason};
use crate::{
    AnyOf, CompanyId, ContactId, DealId, LeadId, MemberId, Money, Patch, PipelineId, StageId,
    TagId, crm::TagLabel, list_query, request, text_enum,
};

text_enum! {
    /// Where a lead stands.
    pub enum LeadStatus {
        /// Nobody has looked at it yet.
        New = "new",
        /// Somebody is finding out.
        Working = "working",
        /// Worth a sale: to be converted.
        Qualified = "qualified",
        /// Not worth one.
        Unqualified = "unqualified",
        /// It has become a contact.
        Converted = "converted",
    }
}

text_enum! {
    /// Where a lead came from.
    pub enum LeadSource {
        Website = "website",
        Referral = "referral",
        Event = "event",
        ColdCall = "coldCall",
        Advertisement = "advertisement",
        Partner = "partner",
        Import = "import",
        Other = "other",
    }
}

/// A lead.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Lead {
    /// Id of the lead.
    pub id: LeadId,
    /// The whole name.
    pub name: String,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name, or the only one.
    pub last_name: String,
    /// The company the person speaks for, as written.
    pub company_name: Option<String>,
    /// What the person does.
    pub job_title: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Phone number; it holds at least three digits.
    pub phone: Option<String>,
    /// Web address of the company.
    pub website: Option<String>,
    /// Industry or sector of the company.
    pub industry: Option<String>,
    /// Where the person is, as written.
    pub location: Option<String>,
    /// Country by its ISO 3166-1 code.
    pub country: Option<String>,
    /// What a sale may be worth.
    pub amount: Option<Money>,
    /// What there is to know.
    pub description: Option<String>,
    /// The member who works the lead.
    pub owner_id: Option<MemberId>,
    /// Name of that member.
    pub owner_name: Option<String>,
    /// Its id in another system, unique among leads.
    pub external_id: Option<String>,
    /// Its tags, by name.
    pub tags: Vec<TagLabel>,
    /// Where it came from.
    pub source: LeadSource,
    /// Where it stands.
    pub status: LeadStatus,
    /// How promising it is, 0–100: the score set by hand, else that of the rules.
    pub score: i32,
    /// Whether the score was set by hand.
    pub score_by_hand: bool,
    /// What the rules found, and what it counts.
    pub score_reasons: Vec<ScoreReason>,
    /// When it was converted.
    pub converted_at: Option<DateTime<Utc>>,
    /// The contact it became.
    pub contact_id: Option<ContactId>,
    /// The company it became, or joined.
    pub company_id: Option<CompanyId>,
    /// The deal it became.
    pub deal_id: Option<DealId>,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
    /// When it was moved to the trash.
    pub deleted_at: Option<DateTime<Utc>>,
    /// The lead that it was merged into.
    pub merged_into: Option<LeadId>,
    /// Grows by one with every change.
    pub version: i64,
}

super::tagged! {
    elsewhere "Its id in another system, unique among leads.";

    /// Adds a lead.
    pub struct CreateLead {
        /// Given name.
        #[validate(length(min = 1, max = 100), custom(function = crate::one_line))]
        #[cfg_attr(
            feature = "openapi",
            schema(min_length = 1, max_length = 100, example = "Katherine")
        )]
        pub first_name: Option<String>,
        /// Family name, or the only one.
        #[validate(length(min = 1, max = 100), custom(function = crate::one_line))]
        #[cfg_attr(
            feature = "openapi",
            schema(min_length = 1, max_length = 100, example = "Johnson")
        )]
        pub last_name: String,
        /// The company the person speaks for, as written.
        #[validate(length(min = 1, max = 200), custom(function = crate::one_line))]
        #[cfg_attr(
            feature = "openapi",
            schema(min_length = 1, max_length = 200, example = "Acme Corporation")
        )]
        pub company_name: Option<String>,
        /// What the person does.
        #[validate(length(min = 1, max = 200), custom(function = crate::one_line))]
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
        pub job_title: Option<String>,
        /// E-mail address.
        #[validate(length(max = 254), custom(function = crate::email))]
        #[cfg_attr(feature = "openapi", schema(format = Email, max_length = 254, example = "katherine@acme.example"))]
        pub email: Option<String>,
        /// Phone number; it holds at least three digits.
        #[validate(length(min = 3, max = 50), custom(function = crate::phone))]
        #[cfg_attr(
            feature = "openapi",
            schema(
                min_length = 3,
                max_length = 50,
                pattern = "[0-9].*[0-9].*[0-9]",
                example = "+49 30 901820"
            )
        )]
        pub phone: Option<String>,
        /// Web address of the company.
        #[validate(length(max = 500), custom(function = crate::web_address))]
        #[cfg_attr(
            feature = "openapi",
            schema(max_length = 500, example = "https://acme.example")
        )]
        pub website: Option<String>,
        /// Industry or sector of the company.
        #[validate(length(min = 1, max = 100), custom(function = crate::one_line))]
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 100))]
        pub industry: Option<String>,
        /// Where the person is, as written.
        #[validate(length(min = 1, max = 200), custom(function = crate::one_line))]
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
        pub location: Option<String>,
        /// Country by its ISO 3166-1 code.
        #[validate(custom(function = crate::country))]
        #[cfg_attr(feature = "openapi", schema(pattern = "^[A-Z]{2}$", example = "DE"))]
        pub country: Option<String>,
        /// What a sale may be worth.
        #[validate(custom(function = crate::not_negative))]
        pub amount: Option<Money>,
        /// What there is to know.
        #[validate(length(max = 10000), custom(function = crate::many_lines))]
        #[cfg_attr(feature = "openapi", schema(max_length = 10000))]
        pub description: Option<String>,
        /// The member who works the lead; who that is unless said, the settings of leads decide.
        pub owner_id: Option<MemberId>,
        /// Where it came from, `other` unless said.
        pub source: Option<LeadSource>,
    }

    /// Changes a lead.
    #[cfg_attr(feature = "openapi", schema(example = json!({"status": "working", "clear": ["phone"]})))]
    pub struct UpdateLead {
        /// Given name.
        #[validate(length(min = 1, max = 100), custom(function = crate::patched::one_line))]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 1, max_length = 100))]
        pub first_name: Patch<String>,
        /// Family name, or the only one.
        #[validate(length(min = 1, max = 100), custom(function = crate::one_line))]
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 100))]
        pub last_name: Option<String>,
        /// The company the person speaks for, as written.
        #[validate(length(min = 1, max = 200), custom(function = crate::patched::one_line))]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 1, max_length = 200))]
        pub company_name: Patch<String>,
        /// What the person does.
        #[validate(length(min = 1, max = 200), custom(function = crate::patched::one_line))]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 1, max_length = 200))]
        pub job_title: Patch<String>,
        /// E-mail address.
        #[validate(length(max = 254), custom(function = crate::patched::email))]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = Email, max_length = 254))]
        pub email: Patch<String>,
        /// Phone number; it holds at least three digits.
        #[validate(length(min = 3, max = 50), custom(function = crate::patched::phone))]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 3, max_length = 50, pattern = "[0-9].*[0-9].*[0-9]"))]
        pub phone: Patch<String>,
        /// Web address of the company.
        #[validate(length(max = 500), custom(function = crate::patched::web_address))]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 500))]
        pub website: Patch<String>,
        /// Industry or sector of the company.
        #[validate(length(min = 1, max = 100), custom(function = crate::patched::one_line))]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 1, max_length = 100))]
        pub industry: Patch<String>,
        /// Where the person is, as written.
        #[validate(length(min = 1, max = 200), custom(function = crate::patched::one_line))]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 1, max_length = 200))]
        pub location: Patch<String>,
        /// Country by its ISO 3166-1 code.
        #[validate(custom(function = crate::patched::country))]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, pattern = "^[A-Z]{2}$"))]
        pub country: Patch<String>,
        /// What a sale may be worth.
        #[validate(custom(function = crate::patched::not_negative))]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<Money>))]
        pub amount: Patch<Money>,
        /// What there is to know.
        #[validate(length(max = 10000), custom(function = crate::patched::many_lines))]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 10000))]
        pub description: Patch<String>,
        /// The member who works the lead.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<MemberId>))]
        pub owner_id: Patch<MemberId>,
        /// Where it came from.
        pub source: Option<LeadSource>,
        /// Where it stands; a lead becomes `converted` only by converting it.
        pub status: Option<LeadStatus>,
        /// A score set by hand, 0–100, instead of the one the rules give; `null` goes back to the rules.
        #[validate(range(min = 0, max = 100))]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<i32>, minimum = 0, maximum = 100))]
        pub score: Patch<i32>,
    }

    /// A field of a lead that can be emptied.
    pub enum LeadField {
        FirstName = "firstName" => first_name,
        CompanyName = "companyName" => company_name,
        JobTitle = "jobTitle" => job_title,
        Email = "email" => email,
        Phone = "phone" => phone,
        Website = "website" => website,
        Industry = "industry" => industry,
        Location = "location" => location,
        Country = "country" => country,
        Amount = "amount" => amount,
        Description = "description" => description,
        OwnerId = "ownerId" => owner_id,
        ExternalId = "externalId" => external_id,
        Score = "score" => score,
    }
}

request! {
    /// Makes a lead a contact, and a company and a deal where wanted.
    pub struct ConvertLead {
        /// The contact the lead is; a new one is made unless said.
        pub contact_id: Option<ContactId>,
        /// The company the person works for; unless said, that of the contact, or a new one where the lead names one.
        pub company_id: Option<CompanyId>,
        /// `false` makes no company, even where the lead names one; `true` unless said.
        pub create_company: Option<bool>,
        /// `false` makes no deal; `true` unless said.
        pub create_deal: Option<bool>,
        /// What the deal is called; the company or the person unless said.
        #[validate(length(min = 1, max = 200), custom(function = crate::one_line))]
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
        pub deal_title: Option<String>,
        /// The pipeline of the deal; the default one unless said.
        pub pipeline_id: Option<PipelineId>,
        /// The stage of the deal; the first one unless said.
        pub stage_id: Option<StageId>,
        /// What the deal is worth; what the lead is, unless said.
        #[validate(custom(function = crate::not_negative))]
        pub amount: Option<Money>,
        /// The member who looks after what is made; who works the lead unless said.
        pub owner_id: Option<MemberId>,
    }
}

/// What became of a lead.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct LeadConverted {
    /// The lead, converted.
    pub lead: Lead,
    /// The contact.
    pub contact: Contact,
    /// The company, where there is one.
    pub company: Option<Company>,
    /// The deal, where one was wanted.
    pub deal: Option<Deal>,
}

text_enum! {
    /// What leads are listed by.
    pub enum LeadSort {
        Name = "name",
        Score = "score",
        CreatedAt = "createdAt",
        UpdatedAt = "updatedAt",
    }
}

list_query! {
    /// Which leads to list.
    pub struct ListLeads sort LeadSort, board ShowLeadBoard {
        /// Any of these states.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "new,working"))]
        status: AnyOf<LeadStatus>,
        /// Any of these sources.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "website"))]
        source: AnyOf<LeadSource>,
        /// With any of these tags.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
        tag: AnyOf<TagId>,
        /// Any of these owners.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
        owner_id: AnyOf<MemberId>,
        /// `true` lists only those with an owner, `false` only those without.
        has_owner: bool,
        /// Any of these industries.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "medical,retail"))]
        industry: AnyOf<String>,
        /// Any of these countries.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "DE,FR"))]
        country: AnyOf<String>,
        /// Its address is this one.
        #[validate(length(max = 254))]
        #[cfg_attr(feature = "openapi", param(max_length = 254))]
        email: String,
        /// At least this score.
        score_min: i32,
        /// At most this score.
        score_max: i32,
        /// Of owners in any of these departments.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "Enterprise,SMB"))]
        owner_department: AnyOf<String>,
        /// Of owners with any of these managers.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
        owner_manager_id: AnyOf<MemberId>,
        /// Whose deal has any of these states.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "won"))]
        deal_status: AnyOf<DealStatus>,
        /// Whose deal is with a company of any of these industries.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "medical,retail"))]
        deal_company_industry: AnyOf<String>,
        /// Added at or after this time.
        created_after: DateTime<Utc>,
        /// Added before this time.
        created_before: DateTime<Utc>,
        /// Changed at or after this time.
        updated_after: DateTime<Utc>,
        /// Changed before this time.
        updated_before: DateTime<Utc>,
    }
}

crate::bulk!(BulkLeads, LeadOperation, LeadOutcome: LeadId, CreateLead, UpdateLead, Lead);
