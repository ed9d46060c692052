//! Errors as part of the interface: one closed set of codes, one shape.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::text_enum;

text_enum! {
    /// What went wrong, in a word that clients can match on and translate.
    pub enum ErrorCode {
        /// The request could not be parsed (status 400).
        BadRequest = "badRequest",
        /// No credential, or one that does not hold (401).
        Unauthenticated = "unauthenticated",
        /// The address or the password is wrong (401).
        InvalidCredentials = "invalidCredentials",
        /// A code of the second factor is asked for, or the one given is wrong (401).
        SecondFactorRequired = "secondFactorRequired",
        /// The access token is past its time; refresh it (401).
        TokenExpired = "tokenExpired",
        /// The caller is known and may not do this (403).
        Forbidden = "forbidden",
        /// The request came from another site (403).
        CrossOrigin = "crossOrigin",
        /// The e-mail address must be verified first (403).
        EmailNotVerified = "emailNotVerified",
        /// New organizations cannot register here (403).
        SignUpClosed = "signUpClosed",
        /// This part of the product is switched off here.
        FeatureOff = "featureOff",
        /// The password must be given again for this (403).
        ReauthenticationRequired = "reauthenticationRequired",
        /// There is no such record, or it is not the caller's to see (404).
        NotFound = "notFound",
        /// The path knows other methods (405).
        MethodNotAllowed = "methodNotAllowed",
        /// The record is in a state that does not allow this, or stands in the way (409).
        Conflict = "conflict",
        /// The value exists already and must be unique (409).
        AlreadyExists = "alreadyExists",
        /// The idempotency key was used with another request (409).
        IdempotencyKeyReused = "idempotencyKeyReused",
        /// The record has changed since it was read (412).
        VersionMismatch = "versionMismatch",
        /// The request is larger than allowed (413).
        TooLarge = "tooLarge",
        /// The body is not JSON, or not of the type asked for (415).
        UnsupportedMediaType = "unsupportedMediaType",
        /// One or more fields are invalid; `fields` says which and why (422).
        Invalid = "invalid",
        /// `If-Match` is required here (428).
        PreconditionRequired = "preconditionRequired",
        /// Too many requests; `Retry-After` says when to come back (429).
        RateLimited = "rateLimited",
        /// The headers are larger than allowed (431).
        HeadersTooLarge = "headersTooLarge",
        /// A fault of the server, logged under `requestId` (500).
        Internal = "internal",
        /// Something the server depends on is down; `Retry-After` says when to come back (503).
        Unavailable = "unavailable",
    }
}

/// What is wrong, by the path of the field (`lines.0.quantity`).
pub type FieldErrors = BTreeMap<String, Vec<String>>;

/// The error of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ErrorBody {
    /// What went wrong, for programs.
    pub code: ErrorCode,
    /// What went wrong, for people, in English.
    pub message: String,
    /// What is wrong with each invalid field, by its path.
    #[serde(default, skip_serializing_if = "FieldErrors::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, Vec<String>>))]
    pub fields: FieldErrors,
    /// The id under which the server's log knows this request.
    pub request_id: String,
}

/// An answer that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ErrorResponse {
    /// Always `false`.
    pub success: bool,
    /// What went wrong.
    pub error: ErrorBody,
}

/// An answer that succeeded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Envelope<T> {
    /// Always `true`.
    pub success: bool,
    /// The record, or the records of a page.
    pub data: T,
    /// Where the page stands, on lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pagination: Option<crate::Pagination>,
}

/// Turns the name of a Rust field into the name on the wire (`last_name` → `lastName`).
#[must_use]
pub fn camel_case(name: &str) -> String {
    let mut wire = String::with_capacity(name.len());
    let mut upper = false;
    for letter in name.chars() {
        if letter == '_' {
            upper = true;
        } else if upper {
            wire.extend(letter.to_uppercase());
            upper = false;
        } else {
            wire.push(letter);
        }
    }
    wire
}

/// Flattens the result of `Validate::validate` into wire paths and messages for people.
#[must_use]
pub fn field_errors(errors: &validator::ValidationErrors) -> FieldErrors {
    let mut fields = FieldErrors::new();
    collect(errors, "", &mut fields);
    fields
}

fn collect(errors: &validator::ValidationErrors, prefix: &str, fields: &mut FieldErrors) {
    use validator::ValidationErrorsKind::{Field, List, Struct};
    for (name, kind) in errors.errors() {
        let path = if name == "__all__" {
            prefix.trim_end_matches('.').to_owned()
        } else {
            format!("{prefix}{}", camel_case(name))
        };
        match kind {
            Field(list) => fields
                .entry(path)
                .or_default()
                .extend(list.iter().map(describe)),
            Struct(inner) => collect(inner, &format!("{path}."), fields),
            List(items) => {
                for (index, inner) in items {
                    collect(inner, &format!("{path}.{index}."), fields);
                }
            }
        }
    }
}

fn describe(error: &validator::ValidationError) -> String {
    if let Some(message) = &error.message {
        return message.to_string();
    }
    let bound = |name: &str| {
        error.params.get(name).map(|value| match value {
            serde_json::Value::Number(number) => match number.as_f64() {
                Some(float) if float.fract() == 0.0 => format!("{float:.0}"),
                _ => number.to_string(),
            },
            other => other.to_string(),
        })
    };
    match (error.code.as_ref(), bound("min"), bound("max")) {
        ("length", Some(min), Some(max)) => format!("must have {min} to {max} characters"),
        ("length", None, Some(max)) => format!("must have at most {max} characters"),
        ("length", Some(min), None) => format!("must have at least {min} characters"),
        ("range", Some(min), Some(max)) => format!("must be from {min} to {max}"),
        ("range", None, Some(max)) => format!("must be at most {max}"),
        ("range", Some(min), None) => format!("must be at least {min}"),
        ("email", ..) => "must be an e-mail address, like ada@example.com".to_owned(),
        ("url", ..) => "must be a web address, like https://example.com".to_owned(),
        (code, ..) => format!("is invalid ({code})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn camel_case_follows_the_wire() {
        assert_eq!(camel_case("last_name"), "lastName");
        assert_eq!(camel_case("name"), "name");
    }

    #[test]
    fn unknown_words_are_refused_with_the_right_ones() {
        let error = "oops".parse::<crate::Role>().unwrap_err().to_string();
        assert!(error.contains("admin") && error.contains("oops"), "{error}");
    }
}
