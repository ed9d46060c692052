//! Names in files, and the records that they mean.

use serde::{Deserialize, Serialize};
use serde_with::{apply, skip_serializing_none};
use uuid::Uuid;
use validator::Validate;

use super::ImportField;
use crate::text_enum;

text_enum! {
    /// What to do with the name of a record that is not there as it is written.
    pub enum ValueAction {
        /// It means the record `id`.
        Use = "use",
        /// It is made.
        Create = "create",
        /// The field stays empty.
        Empty = "empty",
        /// Its rows are refused.
        Refuse = "refuse",
    }
}

/// The name of a record that is not there as it is written.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ValueMatch {
    /// The field it is in.
    pub field: ImportField,
    /// The name as written.
    pub value: String,
    /// How many rows have it.
    pub rows: u64,
    /// The records it may mean, the likeliest first.
    pub candidates: Vec<ValueCandidate>,
    /// What will be done with it.
    pub action: ValueAction,
    /// The record it will mean, with `use`.
    pub record_id: Option<Uuid>,
    /// Whether somebody said so. Until then rows with a name that is only near another are refused.
    pub confirmed: bool,
}

/// A record that a name may mean.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ValueCandidate {
    /// Id of the record.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// How near the name is, in percent.
    pub score: u8,
}

/// What to do with a name, as it is written by a client.
#[apply(Option => #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::given")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ValueChoice {
    /// The field it is in.
    pub field: ImportField,
    /// The name as written in the file.
    #[validate(length(min = 1, max = 1_000))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 1_000, example = "GTXPro")
    )]
    pub value: String,
    /// What to do with it.
    pub action: ValueAction,
    /// The record it means, with `use`.
    pub record_id: Option<Uuid>,
}
