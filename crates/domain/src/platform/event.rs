//! Events: what is recorded about whom.

use shared_types::platform::SubjectKind;

/// Whether a record is about a person outside, so that opening it is recorded.
#[must_use]
pub const fn holds_person(kind: SubjectKind) -> bool {
    matches!(kind, SubjectKind::Contact | SubjectKind::Lead)
}
