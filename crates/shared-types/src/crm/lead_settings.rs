//! How leads are scored, and who gets them.

use serde::{Deserialize, Serialize};
use serde_with::{apply, skip_serializing_none};
use validator::{Validate, ValidationError};

use crate::{MemberId, request, text_enum};

text_enum! {
    /// What a rule looks at.
    pub enum ScoreField {
        /// The e-mail address.
        Email = "email",
        /// The e-mail address, unless it is at one of the well-known free providers.
        BusinessEmail = "businessEmail",
        Phone = "phone",
        CompanyName = "companyName",
        Website = "website",
        JobTitle = "jobTitle",
        Industry = "industry",
        Country = "country",
        Source = "source",
        /// The amount, in minor units, whatever the currency.
        Amount = "amount",
    }
}

/// A rule: what counts how much.
#[apply(Option => #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::given")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[validate(schema(function = amount_is_a_number))]
pub struct ScoreRule {
    /// What it looks at.
    pub field: ScoreField,
    /// Words separated by commas, one of which must occur; for an amount the least. Without it, it is enough that there is something.
    #[validate(length(min = 1, max = 300), custom(function = crate::one_line))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 300, example = "director,head,chief")
    )]
    pub value: Option<String>,
    /// What it counts, −100 to 100.
    #[validate(range(min = -100, max = 100))]
    #[cfg_attr(feature = "openapi", schema(minimum = -100, maximum = 100))]
    pub points: i32,
}

fn amount_is_a_number(rule: &ScoreRule) -> Result<(), ValidationError> {
    let number = rule
        .value
        .as_deref()
        .map(|value| value.trim().parse::<u64>());
    if rule.field == ScoreField::Amount && matches!(number, Some(Err(_))) {
        return Err(ValidationError::new("amount")
            .with_message("value must be an amount in minor units, like 500000".into()));
    }
    Ok(())
}

/// A rule that holds for a lead.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ScoreReason {
    /// What it looked at.
    pub field: ScoreField,
    /// What it found, where it looked for words.
    pub found: Option<String>,
    /// What it counts.
    pub points: i32,
}

text_enum! {
    /// Who gets a lead for which nobody is named.
    pub enum LeadAssignment {
        /// Whoever adds it.
        Creator = "creator",
        /// The members of the list in turn, but for those who are absent.
        RoundRobin = "roundRobin",
        /// Nobody: it belongs to the whole organization.
        Nobody = "nobody",
    }
}

/// How leads are scored, and who gets them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct LeadSettings {
    /// The rules; a score is the sum of the points of those that hold, from 0 to 100.
    pub rules: Vec<ScoreRule>,
    /// Who gets a lead for which nobody is named.
    pub assignment: LeadAssignment,
    /// The members who get leads in turn.
    pub member_ids: Vec<MemberId>,
    /// Grows by one with every change.
    pub version: i64,
}

request! {
    /// Changes how leads are scored, and who gets them. Lists are replaced as a whole.
    pub struct UpdateLeadSettings {
        /// The rules; every lead is scored anew.
        #[validate(nested, length(max = 50))]
        #[cfg_attr(feature = "openapi", schema(max_items = 50))]
        pub rules: Option<Vec<ScoreRule>>,
        /// Who gets a lead for which nobody is named.
        pub assignment: Option<LeadAssignment>,
        /// The members who get leads in turn.
        #[validate(length(max = 200))]
        #[cfg_attr(feature = "openapi", schema(max_items = 200))]
        pub member_ids: Option<Vec<MemberId>>,
    }
}
