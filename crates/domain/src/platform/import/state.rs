//! Which step of an import may follow which.

use shared_types::platform::ImportState;

use crate::core::error::{DomainError, DomainResult};

/// A step of an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ImportStep {
    /// Somebody changes how the file is understood.
    Edit,
    /// Somebody asks for a dry run.
    Check,
    /// The dry run is over.
    Checked,
    /// Somebody starts the writing.
    Start,
    /// Every row was dealt with.
    Finish,
    /// It breaks off.
    Fail,
    /// Somebody stops it.
    Cancel,
}

impl ImportStep {
    /// The word of this step.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Edit => "edit",
            Self::Check => "check",
            Self::Checked => "checked",
            Self::Start => "start",
            Self::Finish => "finish",
            Self::Fail => "fail",
            Self::Cancel => "cancel",
        }
    }
}

/// Where a step leads; `None` where it is not possible.
#[must_use]
pub const fn next(state: ImportState, step: ImportStep) -> Option<ImportState> {
    use ImportState as S;
    use ImportStep as T;
    match (state, step) {
        (S::Mapping | S::Ready, T::Edit) => Some(S::Mapping),
        (S::Mapping | S::Ready, T::Check) => Some(S::Checking),
        (S::Checking, T::Checked) => Some(S::Ready),
        (S::Ready, T::Start) => Some(S::Running),
        (S::Running, T::Finish) => Some(S::Done),
        (S::Checking | S::Running, T::Fail) => Some(S::Failed),
        (S::Mapping | S::Checking | S::Ready | S::Running, T::Cancel) => Some(S::Cancelled),
        _ => None,
    }
}

/// The steps that people can take from a state, in the order to offer them.
#[must_use]
pub fn steps(state: ImportState) -> Vec<ImportStep> {
    [
        ImportStep::Edit,
        ImportStep::Check,
        ImportStep::Start,
        ImportStep::Cancel,
    ]
    .into_iter()
    .filter(|step| next(state, *step).is_some())
    .collect()
}

/// Takes a step.
///
/// # Errors
/// `Conflict` naming the steps that are possible.
pub fn take(state: ImportState, step: ImportStep) -> DomainResult<ImportState> {
    next(state, step).ok_or_else(|| {
        let possible: Vec<&str> = steps(state).into_iter().map(ImportStep::as_str).collect();
        let possible = if possible.is_empty() {
            "nothing".to_owned()
        } else {
            possible.join(", ")
        };
        DomainError::conflict(format!(
            "the import is {state}, so `{}` is not possible; possible: {possible}",
            step.as_str()
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_through() {
        let mut state = ImportState::Mapping;
        for (step, to) in [
            (ImportStep::Edit, ImportState::Mapping),
            (ImportStep::Check, ImportState::Checking),
            (ImportStep::Checked, ImportState::Ready),
            (ImportStep::Edit, ImportState::Mapping),
            (ImportStep::Check, ImportState::Checking),
            (ImportStep::Checked, ImportState::Ready),
            (ImportStep::Start, ImportState::Running),
            (ImportStep::Finish, ImportState::Done),
        ] {
            state = take(state, step).unwrap();
            assert_eq!(state, to);
        }
        for end in [
            ImportState::Done,
            ImportState::Failed,
            ImportState::Cancelled,
        ] {
            assert!(steps(end).is_empty());
            let message = take(end, ImportStep::Start).unwrap_err().to_string();
            assert!(message.ends_with("possible: nothing"), "{message}");
        }
        let message = take(ImportState::Mapping, ImportStep::Start)
            .unwrap_err()
            .to_string();
        assert!(
            message.ends_with("possible: edit, check, cancel"),
            "{message}"
        );
    }
}
