//! API keys: credentials of programs, which do what a member may and no more than their scopes.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_with::{apply, skip_serializing_none};
use validator::Validate;

use crate::{AnyOf, ApiKeyId, MemberId, Permission, list_query, text_enum};

/// What every API key begins with.
pub const API_KEY_PREFIX: &str = "tl_live_";

/// An API key, without the key itself.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ApiKey {
    /// Id of the key.
    pub id: ApiKeyId,
    /// What it is for.
    pub name: String,
    /// The beginning of the key, to tell it from others.
    #[cfg_attr(feature = "openapi", schema(example = "tl_live_5f2c9a"))]
    pub prefix: String,
    /// The member in whose name it acts.
    pub member_id: MemberId,
    /// Name of that member.
    pub member_name: String,
    /// What it may be used for, as far as the member may.
    pub scopes: Vec<Permission>,
    /// When it ends by itself.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was used last, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Grows by one with every change.
    pub version: i64,
}

/// Makes an API key that acts in the name of the one who makes it.
#[apply(Option => #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::given")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = json!({"name": "Warehouse", "scopes": ["organization:read"]})))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateApiKey {
    /// What it is for.
    #[validate(length(min = 1, max = 100), custom(function = crate::one_line))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 100, example = "Warehouse")
    )]
    pub name: String,
    /// What it may be used for: permissions of the one who makes it.
    #[validate(length(min = 1, max = 100))]
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 100))]
    pub scopes: Vec<Permission>,
    /// When it ends by itself; it does not unless said.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A new API key. The key is shown this once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ApiKeyMade {
    /// Id of the key.
    pub id: ApiKeyId,
    /// The key, for `Authorization: Bearer`. Nobody can show it again.
    pub key: String,
    /// What there is to know of it.
    pub api_key: ApiKey,
}

text_enum! {
    /// What API keys are listed by.
    pub enum ApiKeySort {
        Name = "name",
        CreatedAt = "createdAt",
    }
}

list_query! {
    /// Which API keys to list.
    pub struct ListApiKeys sort ApiKeySort {
        /// Any of these members.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
        member_id: AnyOf<MemberId>,
        /// Only those that were revoked (`true`) or were not (`false`).
        revoked: bool,
    }
}
