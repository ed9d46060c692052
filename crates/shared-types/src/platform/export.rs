//! Exports: records of several kinds leave as one archive.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_with::{apply, skip_serializing_none};
use validator::Validate;

use super::ImportKind;
use crate::{AnyOf, ExportId, MemberId, crm::CreatePipeline, list_query, text_enum};

text_enum! {
    /// Where an export stands.
    pub enum ExportState {
        /// It waits for its turn.
        Waiting = "waiting",
        /// Its archive is being written.
        Running = "running",
        /// Its archive can be fetched.
        Done = "done",
        /// It broke off; `failure` says why.
        Failed = "failed",
        /// Somebody stopped it.
        Cancelled = "cancelled",
    }
}

/// An export.
// Its own name is a word of the language in TypeScript.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = ArchiveExport))]
#[serde(rename_all = "camelCase")]
pub struct Export {
    /// Id of the export.
    pub id: ExportId,
    /// Where it stands.
    pub state: ExportState,
    /// What it holds, in the order in which another organization takes it.
    pub kinds: Vec<ImportKind>,
    /// The files that are written.
    pub files: Vec<ExportedFile>,
    /// Size of the archive in bytes, as far as it is written.
    pub size: u64,
    /// Why it failed.
    pub failure: Option<String>,
    /// The member who asked for it.
    pub created_by_id: MemberId,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When it was done, failed or cancelled.
    pub finished_at: Option<DateTime<Utc>>,
    /// When it goes, with its archive.
    pub expires_at: Option<DateTime<Utc>>,
    /// Grows by one with every change.
    pub version: i64,
}

/// A file of an archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ExportedFile {
    /// What it holds.
    pub kind: ImportKind,
    /// Its name in the archive.
    #[cfg_attr(feature = "openapi", schema(example = "companies.csv"))]
    pub name: String,
    /// How many rows it has, without its header.
    pub rows: u64,
    /// Its size in bytes, unpacked.
    pub bytes: u64,
    /// SHA-256 of it, unpacked, in hexadecimal digits.
    pub sha256: String,
}

/// What an archive says of itself, in its `manifest.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// What kind of archive it is.
    pub format: String,
    /// The version of the format.
    pub version: u32,
    /// The version of the product that wrote it.
    pub product_version: String,
    /// Name of the organization it is of.
    pub organization: String,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// Its files, in the order in which another organization takes them.
    pub files: Vec<ExportedFile>,
    /// The pipelines that its deals go through, the default one first.
    #[serde(default)]
    pub pipelines: Vec<CreatePipeline>,
}

/// Asks for an export.
#[apply(Option => #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::given")])]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = json!({"kinds": ["companies", "contacts"]})))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateExport {
    /// What it is to hold; all that the caller may read, unless said.
    #[validate(length(min = 1, max = 9))]
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 9))]
    pub kinds: Option<Vec<ImportKind>>,
}

text_enum! {
    /// What exports are listed by.
    pub enum ExportSort {
        CreatedAt = "createdAt",
    }
}

list_query! {
    /// Which exports to list.
    pub struct ListExports sort ExportSort {
        /// In any of these states.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "done,running"))]
        state: AnyOf<ExportState>,
    }
}
