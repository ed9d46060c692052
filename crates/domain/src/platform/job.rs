//! What may be done with a background job.

use shared_types::platform::JobState;

use crate::core::error::{DomainError, DomainResult};

/// What somebody does with a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JobStep {
    /// Has it run again, now.
    Retry,
    /// Stops it before it runs.
    Cancel,
}

impl JobStep {
    /// The word of this step.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Retry => "retry",
            Self::Cancel => "cancel",
        }
    }
}

/// Whether the job belongs to an import, which is then what is cancelled.
#[must_use]
pub fn is_of_import(kind: &str) -> bool {
    kind.starts_with("import.")
}

/// Where a step leads; `None` where it is not possible. A running job is its runner's, and what is
/// done has given up what it worked on.
#[must_use]
pub fn next(state: JobState, kind: &str, step: JobStep) -> Option<JobState> {
    match (state, step) {
        (JobState::Queued | JobState::Dead | JobState::Cancelled, JobStep::Retry) => {
            Some(JobState::Queued)
        }
        (JobState::Queued, JobStep::Cancel) if !is_of_import(kind) => Some(JobState::Cancelled),
        _ => None,
    }
}

/// Takes a step.
///
/// # Errors
/// `Conflict` that says why it is not possible.
pub fn take(state: JobState, kind: &str, step: JobStep) -> DomainResult<JobState> {
    next(state, kind, step).ok_or_else(|| {
        DomainError::conflict(if step == JobStep::Cancel && is_of_import(kind) {
            "the job belongs to an import; cancel the import instead".to_owned()
        } else {
            format!("the job is {state}, so `{}` is not possible", step.as_str())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_done() {
        let mail = |state, step| next(state, "mail.send", step);
        for state in [JobState::Queued, JobState::Dead, JobState::Cancelled] {
            assert_eq!(mail(state, JobStep::Retry), Some(JobState::Queued));
        }
        for state in [JobState::Running, JobState::Done] {
            assert_eq!(mail(state, JobStep::Retry), None);
            assert_eq!(mail(state, JobStep::Cancel), None);
        }
        assert_eq!(
            mail(JobState::Queued, JobStep::Cancel),
            Some(JobState::Cancelled)
        );
        let message = take(JobState::Queued, "import.run", JobStep::Cancel)
            .unwrap_err()
            .to_string();
        assert!(message.ends_with("cancel the import instead"), "{message}");
        let message = take(JobState::Done, "mail.send", JobStep::Retry)
            .unwrap_err()
            .to_string();
        assert!(message.contains("the job is done"), "{message}");
    }
}
