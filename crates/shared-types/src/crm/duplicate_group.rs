//! Duplicates of the whole organization, as they were found last.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use uuid::Uuid;

use super::{DuplicateConfidence, DuplicateReason, MergeKind};
use crate::{AnyOf, DuplicateGroupId, list_query, text_enum};

/// A record among those that may be the same.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DuplicateRecord {
    /// Id of the record.
    pub id: Uuid,
    /// What it is called.
    pub name: String,
    /// What tells it from others of the same name.
    pub detail: Option<String>,
    /// Name of the member who looks after it.
    pub owner_name: Option<String>,
    /// When it was added.
    pub created_at: DateTime<Utc>,
}

/// Records that may be the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DuplicateGroup {
    /// Id of the group: the same as long as the same records are in it.
    pub id: DuplicateGroupId,
    /// The kind of records.
    pub kind: MergeKind,
    /// How sure it is that they are the same.
    pub confidence: DuplicateConfidence,
    /// Why they may be the same, the best reason first.
    pub reasons: Vec<DuplicateReason>,
    /// The records that are there still, the oldest first.
    pub records: Vec<DuplicateRecord>,
    /// When they were found first.
    pub found_at: DateTime<Utc>,
}

/// Where the search through the whole organization stands.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DuplicateSearch {
    /// Whether it is under way, or waits for its turn.
    pub running: bool,
    /// When somebody asked for it last, or it went by itself.
    pub requested_at: Option<DateTime<Utc>>,
    /// When it ended last.
    pub finished_at: Option<DateTime<Utc>>,
}

text_enum! {
    /// What groups of duplicates are listed by.
    pub enum DuplicateGroupSort {
        /// The surest, then the largest.
        Strength = "strength",
    }
}

list_query! {
    /// Which groups of duplicates to list.
    pub struct ListDuplicates sort DuplicateGroupSort {
        /// Any of these kinds of record.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "company"))]
        kind: AnyOf<MergeKind>,
        /// So sure.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "certain"))]
        confidence: AnyOf<DuplicateConfidence>,
    }
}
