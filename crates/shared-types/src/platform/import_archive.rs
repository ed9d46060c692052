//! Archives that come in: all the files of an export at once.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::{ImportCounts, ImportKind, ImportState};
use crate::{ImportArchiveId, ImportId, MemberId, text_enum};

text_enum! {
    /// Where an archive that comes in stands.
    pub enum ArchiveState {
        /// Its files are being imported, one after the other.
        Running = "running",
        /// Every file was dealt with.
        Done = "done",
        /// It broke off; `failure` says why.
        Failed = "failed",
        /// Somebody stopped it. What was written until then stays.
        Cancelled = "cancelled",
    }
}

/// An archive that comes in.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ImportArchive {
    /// Id of the archive.
    pub id: ImportArchiveId,
    /// Where it stands.
    pub state: ArchiveState,
    /// Name of the file.
    pub filename: String,
    /// Size of the file in bytes.
    pub size: u64,
    /// Name of the organization that it was taken from.
    #[cfg_attr(feature = "openapi", schema(example = "Acme"))]
    pub source: String,
    /// When it was taken from there.
    pub written_at: DateTime<Utc>,
    /// Its tables, in the order in which they are imported.
    pub tables: Vec<ArchiveTable>,
    /// Why it failed.
    pub failure: Option<String>,
    /// The member who brought it.
    pub created_by_id: MemberId,
    /// When it was brought.
    pub created_at: DateTime<Utc>,
    /// When it was done, failed or cancelled.
    pub finished_at: Option<DateTime<Utc>>,
    /// Grows by one with every change of the archive itself; its tables go on meanwhile.
    pub version: i64,
}

/// A table of an archive.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ArchiveTable {
    /// Id of its import, which is there once it is its turn.
    pub import_id: ImportId,
    /// What it holds.
    pub kind: ImportKind,
    /// Its name in the archive.
    #[cfg_attr(feature = "openapi", schema(example = "companies.csv"))]
    pub name: String,
    /// Where its import stands; absent while it waits for its turn.
    pub state: Option<ImportState>,
    /// How many rows it has.
    pub rows: u64,
    /// How many of them were gone through.
    pub processed: u64,
    /// What became of them.
    pub counts: ImportCounts,
}

/// Brings an archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UploadArchive {
    /// The archive (ZIP) as an export wrote it, at most 128 MiB.
    #[cfg_attr(
        feature = "openapi",
        schema(value_type = String, format = Binary, content_media_type = "application/zip")
    )]
    pub file: Vec<u8>,
}
