//! The installation as a whole, for those who run it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::text_enum;

text_enum! {
    /// A service beside the server.
    pub enum ServiceState {
        /// It is configured and answers.
        Up = "up",
        /// It is configured and does not answer; the server does without it.
        Down = "down",
        /// It is not configured; the server does its work itself.
        Off = "off",
    }
}

text_enum! {
    /// Where records are kept.
    pub enum DatabaseKind {
        /// A file beside the server.
        Sqlite = "sqlite",
        /// A PostgreSQL server.
        Postgresql = "postgresql",
    }
}

/// The installation as a whole: numbers over all organizations, and nothing that one of them wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Installation {
    /// Version of the server that answers.
    #[cfg_attr(feature = "openapi", schema(example = "0.1.0"))]
    pub version: String,
    /// When that server started.
    pub started_at: DateTime<Utc>,
    /// Where records are kept.
    pub database: DatabaseKind,
    /// What they take there, in bytes.
    pub database_bytes: u64,
    /// The Redis server.
    pub redis: ServiceState,
    /// Whether a mail server is configured; without one, mails go into a folder.
    pub mail_server: bool,
    /// How many organizations there are.
    pub organizations: u64,
    /// How many users may sign in.
    pub users: u64,
    /// How many devices are signed in.
    pub sessions: u64,
    /// How many jobs wait.
    pub queued_jobs: u64,
    /// How many jobs failed for good.
    pub dead_jobs: u64,
    /// How many events the dispatcher has yet to take.
    pub undelivered_events: u64,
}
