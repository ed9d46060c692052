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

/// Why the job is not cancelled by itself: it belongs to a record, which is cancelled instead.
#[must_use]
pub fn belongs_elsewhere(kind: &str) -> Option<&'static str> {
    match kind.split('.').next() {
        Some("import") => Some("the job belongs to an import; cancel the import instead"),
        Some("export") => Some("the job belongs to an export; cancel the export instead"),
        _ => None,
    }
}

/// Where a step leads; `None` where it is not possible. A running job is its runner's, and what is
/// done has given up what it worked on.
#[must_use]
pub fn next(state: JobState, kind: &str, step: JobStep) -> Option<JobState> {
    match (state, step) {
        (JobState::Queued | JobState::Dead | JobState::Cancelled, JobStep::Retry) => {
            Some(JobState::Queued)
        }
        (JobState::Queued, JobStep::Cancel) if belongs_elsewhere(kind).is_none() => {
            Some(JobState::Cancelled)
        }
        _ => None,
    }
}

/// Takes a step.
///
/// # Errors
/// `Conflict` that says why it is not possible.
pub fn take(state: JobState, kind: &str, step: JobStep) -> DomainResult<JobState> {
    next(state, kind, step).ok_or_else(|| {
        let elsewhere = belongs_elsewhere(kind).filter(|_| step == JobStep::Cancel);
        let otherwise = || format!("the job is {state}, so `{}` is not possible", step.as_str());
        DomainError::conflict(elsewhere.map_or_else(otherwise, str::to_owned))
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
        for of in ["import", "export"] {
            let message = take(JobState::Queued, &format!("{of}.run"), JobStep::Cancel)
                .unwrap_err()
                .to_string();
            assert!(message.ends_with(&format!("cancel the {of} instead")));
        }
        let message = take(JobState::Done, "mail.send", JobStep::Retry)
            .unwrap_err()
            .to_string();
        assert!(message.contains("the job is done"), "{message}");
    }
}
