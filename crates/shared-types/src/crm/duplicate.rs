//! Records that may be one and the same.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use uuid::Uuid;
use validator::Validate;

use crate::{CompanyId, MemberId, platform::SubjectKind, text_enum};

text_enum! {
    /// Why two records may be the same.
    pub enum DuplicateReason {
        /// They have an e-mail address in common.
        Email = "email",
        /// Their Internet domains, or the hosts of their websites, are one.
        Domain = "domain",
        /// They have a phone number in common.
        Phone = "phone",
        /// Their names are one: of companies without the legal form, of people together with the company.
        Name = "name",
    }
}

text_enum! {
    /// How sure it is that two records are the same.
    pub enum DuplicateConfidence {
        /// Something that only one has is the same, or two things are that others may share.
        Certain = "certain",
        /// One thing is the same that others may share.
        Likely = "likely",
    }
}

/// What is known of a record that is being written, whole or in part.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FindDuplicates {
    /// Its whole name.
    #[validate(length(max = 201))]
    #[cfg_attr(feature = "openapi", param(max_length = 201, example = "Acme GmbH"))]
    pub name: Option<String>,
    /// Its Internet domain or web address.
    #[validate(length(max = 500))]
    #[cfg_attr(feature = "openapi", param(max_length = 500, example = "acme.example"))]
    pub domain: Option<String>,
    /// E-mail address; for companies the domain of it.
    #[validate(length(max = 254))]
    #[cfg_attr(
        feature = "openapi",
        param(max_length = 254, example = "grace@acme.example")
    )]
    pub email: Option<String>,
    /// Phone number.
    #[validate(length(max = 50))]
    #[cfg_attr(feature = "openapi", param(max_length = 50, example = "+49 30 901820"))]
    pub phone: Option<String>,
    /// The company that a contact works for.
    pub company_id: Option<CompanyId>,
    /// The company that a lead speaks for, as written.
    #[validate(length(max = 200))]
    #[cfg_attr(feature = "openapi", param(max_length = 200))]
    pub company_name: Option<String>,
    /// The record itself, where it is there already.
    pub exclude_id: Option<Uuid>,
}

/// A record that may be the same. Of one that the caller may not read only that there is one, why, and who looks after it.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Duplicate {
    /// The kind of record.
    pub kind: SubjectKind,
    /// Its id.
    pub id: Option<Uuid>,
    /// What it is called.
    pub name: Option<String>,
    /// What tells it from others of the same name.
    pub detail: Option<String>,
    /// The member who looks after it.
    pub owner_id: Option<MemberId>,
    /// Name of that member.
    pub owner_name: Option<String>,
    /// Why it may be the same, the best reason first.
    pub reasons: Vec<DuplicateReason>,
    /// How sure that is.
    pub confidence: DuplicateConfidence,
}
