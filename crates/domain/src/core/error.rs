//! What a rule says when it refuses.

use shared_types::{ErrorCode, FieldErrors};

/// What stands in the way of changing a record that is in the trash.
pub const IN_TRASH: &str = "The record is in the trash; restore it first.";

/// Why a rule refused. The API answers 422, 409 and 403; the client shows the message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DomainError {
    /// A field holds what it may not hold (status 422).
    #[error("{field}: {message}")]
    Invalid {
        /// Path of the field on the wire, like `lines.0.quantity`.
        field: String,
        /// What is wrong with it, in English, to follow the name of the field.
        message: String,
    },
    /// The record is in a state that does not allow this, or another one stands in the way (409).
    #[error("{message}")]
    Conflict {
        /// What stands in the way, and what is possible instead, in English.
        message: String,
    },
    /// The caller may see this but not do it (403).
    #[error("you may not do this")]
    Forbidden,
}

/// The answer of a rule.
pub type DomainResult<T> = Result<T, DomainError>;

impl DomainError {
    /// A field that holds what it may not hold.
    #[must_use]
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid {
            field: field.into(),
            message: message.into(),
        }
    }

    /// A state that does not allow this.
    #[must_use]
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::Conflict {
            message: message.into(),
        }
    }

    /// The same error under a path: `quantity` within `lines.0` is `lines.0.quantity`. Errors
    /// without a field stay as they are.
    #[must_use]
    pub fn within(self, prefix: &str) -> Self {
        match self {
            Self::Invalid { field, message } => Self::Invalid {
                field: if field.is_empty() {
                    prefix.to_owned()
                } else {
                    format!("{prefix}.{field}")
                },
                message,
            },
            other => other,
        }
    }

    /// The code that clients match on.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::Invalid { .. } => ErrorCode::Invalid,
            Self::Conflict { .. } => ErrorCode::Conflict,
            Self::Forbidden => ErrorCode::Forbidden,
        }
    }

    /// The invalid field in the shape of the interface; empty for the other errors.
    #[must_use]
    pub fn fields(&self) -> FieldErrors {
        match self {
            Self::Invalid { field, message } => {
                FieldErrors::from([(field.clone(), vec![message.clone()])])
            }
            Self::Conflict { .. } | Self::Forbidden => FieldErrors::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_put_before_the_field_and_before_nothing_else() {
        let error = DomainError::invalid("quantity", "is too large").within("lines.0");
        assert_eq!(error.to_string(), "lines.0.quantity: is too large");
        assert_eq!(error.fields()["lines.0.quantity"], ["is too large"]);
        assert_eq!(
            DomainError::Forbidden.within("lines.0"),
            DomainError::Forbidden
        );
    }
}
