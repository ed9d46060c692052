//! Background jobs, as administrators see them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{AnyOf, JobId, list_query, text_enum};

text_enum! {
    /// Where a job stands.
    pub enum JobState {
        /// Waits for its time, the first or another one.
        Queued = "queued",
        /// A runner has it.
        Running = "running",
        /// It is done.
        Done = "done",
        /// It failed for good; only somebody can start it again.
        Dead = "dead",
        /// Somebody stopped it before it ran.
        Cancelled = "cancelled",
    }
}

/// A background job. What it works on is not shown: mails hold links that sign people in.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Job {
    /// Id of the job.
    pub id: JobId,
    /// What it does: `mail.send`, `import.check`, `import.run`, `export.run`. Later versions add kinds.
    #[cfg_attr(feature = "openapi", schema(example = "mail.send"))]
    pub kind: String,
    /// Where it stands.
    pub state: JobState,
    /// How often it was tried.
    pub attempts: u32,
    /// How often it is tried at most.
    pub max_attempts: u32,
    /// When it is due, or was.
    pub run_at: DateTime<Utc>,
    /// Why it failed last.
    pub last_error: Option<String>,
    /// When it was queued.
    pub created_at: DateTime<Utc>,
    /// When it came to its end.
    pub finished_at: Option<DateTime<Utc>>,
}

text_enum! {
    /// What jobs are listed by.
    pub enum JobSort {
        CreatedAt = "createdAt",
    }
}

list_query! {
    /// Which jobs to list.
    pub struct ListJobs sort JobSort {
        /// In any of these states.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "dead,queued"))]
        state: AnyOf<JobState>,
    }
}
