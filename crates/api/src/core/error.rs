//! The one error of the API; every other maps to it.

use actix_web::{
    HttpResponse, ResponseError,
    http::{StatusCode, header},
};
use domain::core::error::DomainError;
use persistence::StoreError;
use shared_types::{ErrorBody, ErrorCode, ErrorResponse, FieldErrors, camel_case};

use crate::core::request::facts;

/// An answer that failed.
#[derive(Clone, Debug)]
pub struct ApiError {
    /// What went wrong.
    pub code: ErrorCode,
    /// The same for people.
    pub message: String,
    /// What is wrong with each field.
    pub fields: FieldErrors,
    /// Seconds until it is worth trying again.
    pub retry_after: Option<u64>,
    /// The record as it is now, where a stale version was refused.
    pub current: Option<Box<serde_json::Value>>,
    /// What the log says and the answer does not.
    pub detail: Option<String>,
    /// Methods that the path knows, for 405.
    pub allow: Option<String>,
}

/// A result of a handler.
pub type ApiResult<T> = Result<T, ApiError>;

/// The status of each code.
#[must_use]
pub const fn status_of(code: ErrorCode) -> StatusCode {
    match code {
        ErrorCode::BadRequest => StatusCode::BAD_REQUEST,
        ErrorCode::Unauthenticated
        | ErrorCode::InvalidCredentials
        | ErrorCode::SecondFactorRequired
        | ErrorCode::TokenExpired => StatusCode::UNAUTHORIZED,
        ErrorCode::Forbidden
        | ErrorCode::CrossOrigin
        | ErrorCode::EmailNotVerified
        | ErrorCode::SignUpClosed
        | ErrorCode::FeatureOff
        | ErrorCode::ReauthenticationRequired => StatusCode::FORBIDDEN,
        ErrorCode::NotFound => StatusCode::NOT_FOUND,
        ErrorCode::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        ErrorCode::Conflict | ErrorCode::AlreadyExists | ErrorCode::IdempotencyKeyReused => {
            StatusCode::CONFLICT
        }
        ErrorCode::VersionMismatch => StatusCode::PRECONDITION_FAILED,
        ErrorCode::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorCode::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ErrorCode::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        ErrorCode::PreconditionRequired => StatusCode::PRECONDITION_REQUIRED,
        ErrorCode::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        ErrorCode::HeadersTooLarge => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
        ErrorCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        ErrorCode::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
    }
}

impl ApiError {
    /// An error with words for people.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            fields: FieldErrors::new(),
            retry_after: None,
            current: None,
            detail: None,
            allow: None,
        }
    }

    /// There is no such record.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(ErrorCode::NotFound, "There is no such record.")
    }

    /// No credential, or one that does not hold.
    #[must_use]
    pub fn unauthenticated() -> Self {
        Self::new(ErrorCode::Unauthenticated, "Sign in first.")
    }

    /// Known, but not allowed.
    #[must_use]
    pub fn forbidden() -> Self {
        Self::new(ErrorCode::Forbidden, "Your role does not allow this.")
    }

    /// Invalid fields, all of them at once.
    #[must_use]
    pub fn invalid(fields: FieldErrors) -> Self {
        Self {
            fields,
            ..Self::new(ErrorCode::Invalid, "Some fields are invalid.")
        }
    }

    /// One invalid field.
    pub fn field(name: &str, message: impl Into<String>) -> Self {
        Self::invalid(FieldErrors::from([(name.to_owned(), vec![message.into()])]))
    }

    /// A fault of the server: the log says what, the answer only the request id.
    pub fn internal(detail: impl Into<String>) -> Self {
        Self {
            detail: Some(detail.into()),
            ..Self::new(ErrorCode::Internal, "Something went wrong on our side.")
        }
    }

    /// The same error with the record as it is now.
    #[must_use]
    pub fn with_current<T: serde::Serialize>(mut self, record: &T) -> Self {
        self.current = serde_json::to_value(record).ok().map(Box::new);
        self
    }
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{}: {}",
            self.code,
            self.detail.as_deref().unwrap_or(&self.message)
        )
    }
}

impl std::error::Error for ApiError {}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound => Self::not_found(),
            StoreError::Duplicate { column, .. } => Self {
                fields: FieldErrors::from([(
                    camel_case(&column),
                    vec!["exists already".to_owned()],
                )]),
                ..Self::new(
                    ErrorCode::AlreadyExists,
                    "A record with this value exists already.",
                )
            },
            StoreError::Reference { column } => match column {
                Some(column) => Self::field(
                    &camel_case(&column),
                    "refers to a record that does not exist",
                ),
                None => Self::new(
                    ErrorCode::Conflict,
                    "Other records refer to this one, or it refers to one that does not exist.",
                ),
            },
            StoreError::Stale => Self::new(
                ErrorCode::VersionMismatch,
                "The record has changed since you read it.",
            ),
            StoreError::Contention => Self {
                retry_after: Some(1),
                detail: Some("contention outlasted the retries".to_owned()),
                ..Self::new(ErrorCode::Unavailable, "The server is busy; try again.")
            },
            StoreError::Unavailable(detail) => Self {
                retry_after: Some(1),
                detail: Some(detail),
                ..Self::new(
                    ErrorCode::Unavailable,
                    "The server cannot reach its database; try again.",
                )
            },
            StoreError::Database(error) => Self::internal(error.to_string()),
            StoreError::Corrupt(detail) => Self::internal(detail),
        }
    }
}

impl From<DomainError> for ApiError {
    fn from(error: DomainError) -> Self {
        let fields = error.fields();
        if !fields.is_empty() {
            return Self::invalid(fields);
        }
        match error {
            DomainError::Conflict { message } => Self::new(ErrorCode::Conflict, message),
            DomainError::Forbidden => Self::forbidden(),
            other => Self::new(ErrorCode::Invalid, other.to_string()),
        }
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        status_of(self.code)
    }

    fn error_response(&self) -> HttpResponse {
        let request = facts();
        let status = self.status_code();
        if status.is_server_error() {
            tracing::error!(
                request_id = request.id,
                code = %self.code,
                detail = self.detail.as_deref().unwrap_or_default(),
                "request failed"
            );
        }
        let mut response = HttpResponse::build(status);
        response.insert_header((header::CACHE_CONTROL, "no-store"));
        if let Some(seconds) = self.retry_after {
            response.insert_header((header::RETRY_AFTER, seconds.to_string()));
        }
        if let Some(methods) = &self.allow {
            response.insert_header((header::ALLOW, methods.clone()));
        }
        if status == StatusCode::UNAUTHORIZED {
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        let body = ErrorResponse {
            success: false,
            error: ErrorBody {
                code: self.code,
                message: self.message.clone(),
                fields: self.fields.clone(),
                request_id: request.id,
            },
        };
        match (&self.current, serde_json::to_value(&body)) {
            (Some(current), Ok(mut value)) => {
                value["data"] = (**current).clone();
                response.json(value)
            }
            _ => response.json(body),
        }
    }
}
