//! What went wrong, as pages see it.

use shared_types::{ErrorCode, FieldErrors};

use crate::{core::i18n::fault, tr};

/// Why a request came to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    /// What the server said; absent where no answer came.
    pub code: Option<ErrorCode>,
    /// The server's own words, in English.
    pub message: String,
    /// What is wrong with which field.
    pub fields: FieldErrors,
    /// Under which the server's log knows the request.
    pub request_id: String,
}

impl ApiError {
    /// The server could not be reached.
    #[must_use]
    pub fn offline() -> Self {
        Self {
            code: None,
            message: String::new(),
            fields: FieldErrors::new(),
            request_id: String::new(),
        }
    }

    /// An answer that is not of the API.
    #[must_use]
    pub fn unreadable(detail: String) -> Self {
        Self {
            code: Some(ErrorCode::Internal),
            message: detail,
            ..Self::offline()
        }
    }

    /// A request that this page found wrong by itself.
    #[must_use]
    pub fn invalid(fields: FieldErrors) -> Self {
        Self {
            code: Some(ErrorCode::Invalid),
            fields,
            ..Self::offline()
        }
    }

    #[must_use]
    pub fn is(&self, code: ErrorCode) -> bool {
        self.code == Some(code)
    }

    /// Whether it is about the way to the server or the session, and says nothing of what was asked for.
    #[must_use]
    pub fn is_of_the_connection(&self) -> bool {
        matches!(
            self.code,
            None | Some(
                ErrorCode::Unauthenticated
                    | ErrorCode::TokenExpired
                    | ErrorCode::RateLimited
                    | ErrorCode::Unavailable
                    | ErrorCode::Internal
            )
        )
    }

    /// What to tell the user.
    #[must_use]
    pub fn text(&self) -> String {
        use ErrorCode as C;
        let Some(code) = self.code else {
            return tr!(error.offline).to_owned();
        };
        let text = match code {
            C::BadRequest | C::UnsupportedMediaType | C::MethodNotAllowed | C::HeadersTooLarge => {
                tr!(error.bad_request)
            }
            C::Unauthenticated | C::TokenExpired => tr!(error.signed_out),
            C::SecondFactorRequired => tr!(error.second_factor),
            C::InvalidCredentials => tr!(error.credentials),
            C::Forbidden | C::CrossOrigin => tr!(error.forbidden),
            C::EmailNotVerified => tr!(error.not_verified),
            C::SignUpClosed => tr!(error.sign_up_closed),
            C::FeatureOff => tr!(error.feature_off),
            C::ReauthenticationRequired => tr!(error.password_again),
            C::NotFound => tr!(error.not_found),
            C::AlreadyExists if self.fields.is_empty() => tr!(error.exists),
            C::Conflict if !self.message.is_empty() => return sentence(&fault(&self.message)),
            C::Conflict | C::IdempotencyKeyReused => tr!(error.conflict),
            C::VersionMismatch | C::PreconditionRequired => tr!(error.changed_meanwhile),
            C::TooLarge => tr!(error.too_large),
            C::Invalid | C::AlreadyExists => tr!(error.invalid),
            C::RateLimited => tr!(error.rate_limited),
            C::Unavailable => tr!(error.unavailable),
            C::Internal if self.request_id.is_empty() => tr!(error.internal),
            C::Internal => return tr!(error.internal_id, id = self.request_id.as_str()),
        };
        text.to_owned()
    }

    /// What is wrong with one field.
    #[must_use]
    pub fn field(&self, path: &str) -> Option<String> {
        let faults = self.fields.get(path)?;
        // An empty field is also too short; that says nothing more.
        if faults.iter().any(|words| words == "must not be blank") {
            return Some(tr!(error.blank).to_owned());
        }
        let faults: Vec<String> = faults.iter().map(|words| fault(words)).collect();
        Some(sentence(&faults.join(", ")))
    }
}

/// With a capital and a full stop.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let Some(first) = letters.next() else {
        return String::new();
    };
    let rest = letters.as_str();
    let stop = if rest.ends_with(['.', '!', '?']) {
        ""
    } else {
        "."
    };
    format!("{}{rest}{stop}", first.to_uppercase())
}
