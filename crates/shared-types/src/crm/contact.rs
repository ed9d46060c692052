//! Contacts: people one talks to.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use validator::Validate;

use super::{PostalAddress, TagLabel};
use crate::{AnyOf, CompanyId, ContactId, MemberId, Patch, TagId, list_query, text_enum};

text_enum! {
    /// Where an address or a number reaches somebody.
    pub enum PointLabel {
        Work = "work",
        Private = "private",
        Mobile = "mobile",
        Other = "other",
    }
}

/// An e-mail address of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EmailAddress {
    /// The address.
    #[validate(length(max = 254), custom(function = crate::email))]
    #[cfg_attr(feature = "openapi", schema(format = Email, max_length = 254, example = "grace@acme.example"))]
    pub address: String,
    /// Where it reaches the person.
    pub label: PointLabel,
}

/// A phone number of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PhoneNumber {
    /// The number, as written; it holds at least three digits.
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
    pub number: String,
    /// Where it reaches the person.
    pub label: PointLabel,
}

text_enum! {
    /// Whether a person agreed to be written to (GDPR, article 6).
    pub enum Consent {
        /// Nobody asked yet.
        Unknown = "unknown",
        /// The person agreed.
        Granted = "granted",
        /// The person refused, or took the agreement back.
        Withdrawn = "withdrawn",
    }
}

/// A contact.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Contact {
    /// Id of the contact.
    pub id: ContactId,
    /// The whole name.
    pub name: String,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: String,
    /// What the person does.
    pub job_title: Option<String>,
    /// The company the person works for.
    pub company_id: Option<CompanyId>,
    /// Name of that company.
    pub company_name: Option<String>,
    /// E-mail addresses, the preferred one first.
    pub emails: Vec<EmailAddress>,
    /// Phone numbers, the preferred one first.
    pub phones: Vec<PhoneNumber>,
    /// Where the person is, as written.
    pub location: Option<String>,
    /// Country by its ISO 3166-1 code.
    pub country: Option<String>,
    /// Whether the person agreed to be written to.
    pub consent: Consent,
    /// When that was said.
    pub consent_at: Option<DateTime<Utc>>,
    /// What there is to know about the person.
    pub description: Option<String>,
    /// The member who looks after the contact; without one it belongs to the whole organization.
    pub owner_id: Option<MemberId>,
    /// Name of that member.
    pub owner_name: Option<String>,
    /// Its tags, by name.
    pub tags: Vec<TagLabel>,
    /// Its id in another system.
    pub external_id: Option<String>,
    /// The number at home. This, the birthday and the address are encrypted, and never searched; only answers to getting
    /// and to changing one contact hold them, for those who have `contacts:read-private` for it.
    pub private_phone: Option<String>,
    /// The birthday: `1990-05-17`, or `--05-17` where the year is not known.
    pub birthday: Option<String>,
    /// The address at home.
    pub private_address: Option<PostalAddress>,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
    /// When it was moved to the trash.
    pub deleted_at: Option<DateTime<Utc>>,
    /// The contact that it was merged into.
    pub merged_into: Option<ContactId>,
    /// Grows by one with every change.
    pub version: i64,
}

super::tagged! {
    elsewhere "Its id in another system, unique among contacts.";

    /// Adds a contact.
    pub struct CreateContact {
        /// Given name.
        #[validate(length(min = 1, max = 100), custom(function = crate::one_line))]
        #[cfg_attr(
            feature = "openapi",
            schema(min_length = 1, max_length = 100, example = "Grace")
        )]
        pub first_name: Option<String>,
        /// Family name, or the only one.
        #[validate(length(min = 1, max = 100), custom(function = crate::one_line))]
        #[cfg_attr(
            feature = "openapi",
            schema(min_length = 1, max_length = 100, example = "Hopper")
        )]
        pub last_name: String,
        /// What the person does.
        #[validate(length(min = 1, max = 200), custom(function = crate::one_line))]
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
        pub job_title: Option<String>,
        /// The company the person works for.
        pub company_id: Option<CompanyId>,
        /// E-mail addresses, the preferred one first.
        #[validate(nested, length(max = 20))]
        #[cfg_attr(feature = "openapi", schema(max_items = 20))]
        pub emails: Vec<EmailAddress>,
        /// Phone numbers, the preferred one first.
        #[validate(nested, length(max = 20))]
        #[cfg_attr(feature = "openapi", schema(max_items = 20))]
        pub phones: Vec<PhoneNumber>,
        /// Where the person is, as written.
        #[validate(length(min = 1, max = 200), custom(function = crate::one_line))]
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
        pub location: Option<String>,
        /// Country by its ISO 3166-1 code.
        #[validate(custom(function = crate::country))]
        #[cfg_attr(feature = "openapi", schema(pattern = "^[A-Z]{2}$", example = "DE"))]
        pub country: Option<String>,
        /// Whether the person agreed to be written to; `unknown` unless said.
        pub consent: Option<Consent>,
        /// What there is to know about the person.
        #[validate(length(max = 10_000), custom(function = crate::many_lines))]
        #[cfg_attr(feature = "openapi", schema(max_length = 10_000))]
        pub description: Option<String>,
        /// The member who looks after the contact; whoever adds it unless said.
        pub owner_id: Option<MemberId>,
        /// The number at home; this, the birthday and the address need `contacts:read-private`.
        #[validate(length(min = 3, max = 50), custom(function = crate::phone))]
        #[cfg_attr(
            feature = "openapi",
            schema(min_length = 3, max_length = 50, pattern = "[0-9].*[0-9].*[0-9]")
        )]
        pub private_phone: Option<String>,
        /// The birthday, not in the future: `1990-05-17`, or `--05-17` where the year is not known.
        #[validate(custom(function = crate::birthday))]
        #[cfg_attr(
            feature = "openapi",
            schema(pattern = "^([0-9]{4}|-)-[0-9]{2}-[0-9]{2}$", example = "--05-17")
        )]
        pub birthday: Option<String>,
        /// The address at home.
        #[validate(nested)]
        pub private_address: Option<PostalAddress>,
    }

    /// Changes a contact. Lists are replaced as a whole.
    #[cfg_attr(feature = "openapi", schema(example = json!({"jobTitle": "Head of purchasing", "clear": ["location"]})))]
    pub struct UpdateContact {
        /// Given name.
        #[validate(length(min = 1, max = 100), custom(function = crate::patched::one_line))]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 1, max_length = 100))]
        pub first_name: Patch<String>,
        /// Family name, or the only one.
        #[validate(length(min = 1, max = 100), custom(function = crate::one_line))]
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 100))]
        pub last_name: Option<String>,
        /// What the person does.
        #[validate(length(min = 1, max = 200), custom(function = crate::patched::one_line))]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 1, max_length = 200))]
        pub job_title: Patch<String>,
        /// The company the person works for.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<CompanyId>))]
        pub company_id: Patch<CompanyId>,
        /// E-mail addresses, the preferred one first.
        #[validate(nested, length(max = 20))]
        #[cfg_attr(feature = "openapi", schema(max_items = 20))]
        pub emails: Option<Vec<EmailAddress>>,
        /// Phone numbers, the preferred one first.
        #[validate(nested, length(max = 20))]
        #[cfg_attr(feature = "openapi", schema(max_items = 20))]
        pub phones: Option<Vec<PhoneNumber>>,
        /// Where the person is, as written.
        #[validate(length(min = 1, max = 200), custom(function = crate::patched::one_line))]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 1, max_length = 200))]
        pub location: Patch<String>,
        /// Country by its ISO 3166-1 code.
        #[validate(custom(function = crate::patched::country))]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, pattern = "^[A-Z]{2}$"))]
        pub country: Patch<String>,
        /// Whether the person agreed to be written to.
        pub consent: Option<Consent>,
        /// What there is to know about the person.
        #[validate(length(max = 10_000), custom(function = crate::patched::many_lines))]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 10_000))]
        pub description: Patch<String>,
        /// The member who looks after the contact.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<MemberId>))]
        pub owner_id: Patch<MemberId>,
        /// The number at home; this, the birthday and the address need `contacts:read-private`.
        #[validate(length(min = 3, max = 50), custom(function = crate::patched::phone))]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 3, max_length = 50, pattern = "[0-9].*[0-9].*[0-9]"))]
        pub private_phone: Patch<String>,
        /// The birthday, not in the future: `1990-05-17`, or `--05-17` where the year is not known.
        #[validate(custom(function = crate::patched::birthday))]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, pattern = "^([0-9]{4}|-)-[0-9]{2}-[0-9]{2}$"))]
        pub birthday: Patch<String>,
        /// The address at home, as a whole.
        #[validate(nested)]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<PostalAddress>))]
        pub private_address: Patch<PostalAddress>,
    }

    /// A field of a contact that can be emptied.
    pub enum ContactField {
        FirstName = "firstName" => first_name,
        JobTitle = "jobTitle" => job_title,
        CompanyId = "companyId" => company_id,
        Location = "location" => location,
        Country = "country" => country,
        Description = "description" => description,
        OwnerId = "ownerId" => owner_id,
        ExternalId = "externalId" => external_id,
        PrivatePhone = "privatePhone" => private_phone,
        Birthday = "birthday" => birthday,
        PrivateAddress = "privateAddress" => private_address,
    }
}

text_enum! {
    /// What contacts are listed by.
    pub enum ContactSort {
        Name = "name",
        CreatedAt = "createdAt",
        UpdatedAt = "updatedAt",
    }
}

list_query! {
    /// Which contacts to list.
    pub struct ListContacts sort ContactSort {
        /// With any of these tags.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
        tag: AnyOf<TagId>,
        /// Any of these owners.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
        owner_id: AnyOf<MemberId>,
        /// At any of these companies.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
        company_id: AnyOf<CompanyId>,
        /// At a company of any of these industries.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "medical,retail"))]
        company_industry: AnyOf<String>,
        /// Any of these countries.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "DE,FR"))]
        country: AnyOf<String>,
        /// Any of these states of consent.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "granted"))]
        consent: AnyOf<Consent>,
        /// One of the addresses is this one.
        #[validate(length(max = 254))]
        #[cfg_attr(feature = "openapi", param(max_length = 254))]
        email: String,
        /// Of owners in any of these departments.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "Enterprise,SMB"))]
        owner_department: AnyOf<String>,
        /// At a company in any of these countries.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "DE,FR"))]
        company_country: AnyOf<String>,
        /// At a company of any of these owners.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
        company_owner_id: AnyOf<MemberId>,
        /// At a company whose owner is in any of these departments.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "Enterprise,SMB"))]
        company_owner_department: AnyOf<String>,
        /// At a company below one of any of these industries.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "medical,retail"))]
        company_parent_industry: AnyOf<String>,
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

crate::bulk!(BulkContacts, ContactOperation, ContactOutcome: ContactId, CreateContact, UpdateContact, Contact);
