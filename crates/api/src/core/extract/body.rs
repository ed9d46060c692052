//! Bodies: JSON of the right shape, not too long, not too slow, not too deep.

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, http::header, web::BytesMut};
use futures_util::{StreamExt, future::LocalBoxFuture};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;
use sha2::{Digest, Sha256};
use shared_types::{ErrorCode, FieldErrors, field_errors};
use validator::Validate;

use crate::core::{
    context::{BodyHash, Gate},
    error::{ApiError, ApiResult},
};

/// The largest body but for uploads, in bytes.
pub const BODY_LIMIT: usize = 1024 * 1024;
/// How long a body may take: 10 s, and the rest at 64 KiB a second.
const BODY_PATIENCE: std::time::Duration =
    std::time::Duration::from_secs(10 + BODY_LIMIT as u64 / (64 * 1024));
/// The deepest nesting of JSON.
const DEPTH_LIMIT: usize = 64;

/// A body that is JSON of the right shape and passes its checks.
pub struct Valid<T>(pub T);

impl<T: DeserializeOwned + Validate + 'static> FromRequest for Valid<T> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, ApiResult<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let payload = payload.take();
        let gate = Gate::of(&request);
        Box::pin(async move {
            gate.await?;
            let bytes = tokio::time::timeout(BODY_PATIENCE, read(&request, payload))
                .await
                .map_err(|_| ApiError::new(ErrorCode::BadRequest, "The body came too slowly."))??;
            request
                .extensions_mut()
                .insert(BodyHash(hex::encode(Sha256::digest(&bytes))));
            let value: T = parse(&bytes)?;
            value
                .validate()
                .map_err(|errors| ApiError::invalid(field_errors(&errors)))?;
            Ok(Self(value))
        })
    }
}

async fn read(request: &HttpRequest, mut payload: Payload) -> ApiResult<BytesMut> {
    let too_large = || {
        ApiError::new(
            ErrorCode::TooLarge,
            format!("The body must have at most {BODY_LIMIT} bytes."),
        )
    };
    let length = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.parse::<usize>().ok());
    if length.is_some_and(|length| length > BODY_LIMIT) {
        return Err(too_large());
    }
    if request.headers().contains_key(header::CONTENT_ENCODING) {
        return Err(ApiError::new(
            ErrorCode::UnsupportedMediaType,
            "The body must not be compressed.",
        ));
    }
    let mut bytes = BytesMut::with_capacity(length.unwrap_or(0).min(BODY_LIMIT));
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| {
            ApiError::new(
                ErrorCode::BadRequest,
                format!("The body broke off: {error}."),
            )
        })?;
        if bytes.len() + chunk.len() > BODY_LIMIT {
            return Err(too_large());
        }
        bytes.extend_from_slice(&chunk);
    }
    if !bytes.is_empty()
        && !request
            .content_type()
            .eq_ignore_ascii_case("application/json")
    {
        return Err(ApiError::new(
            ErrorCode::UnsupportedMediaType,
            "The body must be application/json.",
        ));
    }
    Ok(bytes)
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> ApiResult<T> {
    if bytes.is_empty() {
        return Err(ApiError::new(
            ErrorCode::BadRequest,
            "The body is missing; send `{}` where there is nothing to say.",
        ));
    }
    if depth(bytes) > DEPTH_LIMIT {
        return Err(ApiError::new(
            ErrorCode::BadRequest,
            format!("The body is nested deeper than {DEPTH_LIMIT} levels."),
        ));
    }
    if bytes.windows(6).any(|window| window == b"\\u0000") {
        refuse_nul(bytes)?;
    }
    // A list would be read as the fields of an object in their order.
    if bytes.trim_ascii_start().starts_with(b"[")
        && serde_json::from_slice::<IgnoredAny>(bytes).is_ok()
    {
        return Err(ApiError::field("body", "must be an object"));
    }
    match serde_json::from_slice(bytes) {
        Ok(value) => Ok(value),
        Err(error) if error.is_data() => Err(ApiError::invalid(faults::<T>(bytes, &error))),
        Err(error) => Err(ApiError::new(
            ErrorCode::BadRequest,
            format!("The body is not JSON: {error}."),
        )),
    }
}

/// How deep brackets are nested, outside of strings.
fn depth(bytes: &[u8]) -> usize {
    let (mut depth, mut deepest, mut string, mut escaped) = (0usize, 0, false, false);
    for byte in bytes {
        match (string, escaped, byte) {
            (true, true, _) => escaped = false,
            (true, false, b'\\') => escaped = true,
            (_, _, b'"') => string = !string,
            (false, _, b'{' | b'[') => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            (false, _, b'}' | b']') => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// PostgreSQL stores no NUL in text, and nobody means one.
fn refuse_nul(bytes: &[u8]) -> ApiResult<()> {
    fn walk(value: &Value, path: &str, fields: &mut FieldErrors) {
        let below = |name: &str| {
            if path.is_empty() {
                name.to_owned()
            } else {
                format!("{path}.{name}")
            }
        };
        match value {
            Value::String(text) if text.contains('\0') => {
                fields.insert(
                    path.to_owned(),
                    vec!["must not hold the character NUL".to_owned()],
                );
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    walk(item, &below(&index.to_string()), fields);
                }
            }
            Value::Object(members) => {
                for (name, item) in members {
                    walk(item, &below(&name.replace('\0', "")), fields);
                }
            }
            _ => {}
        }
    }
    let mut fields = FieldErrors::new();
    if let Ok(value) = serde_json::from_slice(bytes) {
        walk(&value, "", &mut fields);
    }
    if fields.is_empty() {
        Ok(())
    } else {
        Err(ApiError::invalid(fields))
    }
}

/// Every field of the wrong type, unknown or missing: each fault is taken out of the way and the
/// rest looked at again.
fn faults<T: DeserializeOwned>(bytes: &[u8], first: &serde_json::Error) -> FieldErrors {
    let mut fields = FieldErrors::new();
    let Ok(mut value) = serde_json::from_slice::<Value>(bytes) else {
        fields.insert("body".to_owned(), vec![first.to_string()]);
        return fields;
    };
    // Stand-ins for a missing field, until one is of the right type.
    let stand_ins = [
        Value::from("x"),
        Value::from(1),
        Value::from(false),
        Value::Array(vec![]),
        Value::from("00000000-0000-0000-0000-000000000000"),
        Value::from("2000-01-01"),
        Value::Null,
    ];
    let mut tries: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
    for _ in 0..64 {
        let Err(error) = serde_path_to_error::deserialize::<_, T>(&value) else {
            break;
        };
        let path = error.path().to_string();
        let path = if path == "." { String::new() } else { path };
        let message = error.inner().to_string();
        let quoted = |text: &str| text.split('`').nth(1).map(str::to_owned);
        let join = |name: &str| {
            if path.is_empty() {
                name.to_owned()
            } else {
                format!("{path}.{name}")
            }
        };
        let (place, says, stand_in) = if message.starts_with("missing field") {
            (
                join(&quoted(&message).unwrap_or_default()),
                "is required".to_owned(),
                true,
            )
        } else if message.starts_with("unknown field") {
            let name = quoted(&message).unwrap_or_default();
            // serde_path_to_error ends the path with the unknown field itself.
            let place = if path == name || path.ends_with(&format!(".{name}")) {
                path.clone()
            } else {
                join(&name)
            };
            (place, "is not a field of this request".to_owned(), false)
        } else if message.starts_with("invalid type: null") {
            let says = "must not be null; leave it out where there is none".to_owned();
            (path.clone(), says, false)
        } else {
            (
                path.clone(),
                message.trim_start_matches("invalid type: ").to_owned(),
                false,
            )
        };
        let tried = tries.entry(place.clone()).or_default();
        if *tried == 0 {
            fields.insert(
                if place.is_empty() {
                    "body".to_owned()
                } else {
                    place.clone()
                },
                vec![says],
            );
        }
        let replacement = if stand_in || *tried > 0 {
            stand_ins.get(*tried).cloned()
        } else {
            None
        };
        *tried += 1;
        if *tried > stand_ins.len() || !replace(&mut value, &place, replacement) {
            break;
        }
    }
    if fields.is_empty() {
        fields.insert("body".to_owned(), vec![first.to_string()]);
    }
    fields
}

/// Puts a value at a path, or takes away what is there.
fn replace(value: &mut Value, path: &str, with: Option<Value>) -> bool {
    let (parent, name) = path.rsplit_once('.').unwrap_or(("", path));
    let mut place = value;
    for step in parent.split('.').filter(|step| !step.is_empty()) {
        let (name, index) = step.split_once('[').map_or((step, None), |(name, rest)| {
            (name, rest.trim_end_matches(']').parse::<usize>().ok())
        });
        let Some(next) = place.get_mut(name) else {
            return false;
        };
        place = next;
        if let Some(index) = index {
            let Some(next) = place.get_mut(index) else {
                return false;
            };
            place = next;
        }
    }
    match place {
        Value::Object(members) => {
            match with {
                Some(value) => members.insert(name.to_owned(), value),
                None => members.remove(name),
            };
            true
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use shared_types::{crm::CreateCompany, identity::CreateMember};

    use super::*;

    #[test]
    fn every_fault_of_a_body_is_named_at_once() {
        let body = br#"{"role": "boss", "managerId": 5, "nickname": "x"}"#;
        let error = parse::<CreateMember>(body).err().unwrap();
        assert_eq!(error.code, ErrorCode::Invalid);
        let fields: Vec<&str> = error.fields.keys().map(String::as_str).collect();
        assert_eq!(fields, ["managerId", "name", "nickname", "role"]);
        assert!(error.fields["role"][0].contains("teamLeader"), "{error:?}");
    }

    #[test]
    fn nul_and_depth_are_refused() {
        let error = parse::<CreateCompany>(br#"{"name": "a\u0000b"}"#)
            .err()
            .unwrap();
        assert_eq!(error.fields.keys().collect::<Vec<_>>(), ["name"]);
        let deep = [b"[".repeat(65), b"]".repeat(65)].concat();
        assert_eq!(
            parse::<CreateCompany>(&deep).err().unwrap().code,
            ErrorCode::BadRequest
        );
    }
}
