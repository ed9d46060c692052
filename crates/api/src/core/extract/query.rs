//! Queries: parameters that are known, each of the right type.

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;
use shared_types::{FieldErrors, field_errors};
use validator::Validate;

use crate::core::{
    context::Gate,
    error::{ApiError, ApiResult},
};

/// A query whose parameters are known, of the right type, and pass their checks.
pub struct Params<T>(pub T);

impl<T: DeserializeOwned + Validate + 'static> FromRequest for Params<T> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, ApiResult<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let gate = Gate::of(request);
        let query = request.query_string().to_owned();
        Box::pin(async move {
            gate.await?;
            let value: T = parse_query(&query)?;
            value
                .validate()
                .map_err(|errors| ApiError::invalid(field_errors(&errors)))?;
            Ok(Self(value))
        })
    }
}

/// The query that these parameters make, if they pass its checks.
///
/// # Errors
/// 422 naming every parameter that does not.
pub fn check_query<T: DeserializeOwned + Validate>(pairs: Vec<(String, String)>) -> ApiResult<T> {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    let value: T = parse_query(&query)?;
    value
        .validate()
        .map_err(|errors| ApiError::invalid(field_errors(&errors)))?;
    Ok(value)
}

fn parse_query<T: DeserializeOwned>(query: &str) -> ApiResult<T> {
    let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    let mut fields = FieldErrors::new();
    for (name, value) in &pairs {
        if value.contains('\0') || name.contains('\0') {
            fields.insert(
                name.replace('\0', ""),
                vec!["must not hold the character NUL".to_owned()],
            );
        }
    }
    if fields.is_empty() {
        match serde_urlencoded::from_str::<T>(query) {
            Ok(value) => return Ok(value),
            Err(whole) => {
                for (name, value) in &pairs {
                    let alone = form_urlencoded::Serializer::new(String::new())
                        .append_pair(name, value)
                        .finish();
                    if let Err(error) = serde_urlencoded::from_str::<T>(&alone) {
                        let message = error.to_string();
                        if message.starts_with("unknown field") {
                            fields.insert(
                                name.clone(),
                                vec!["is not a parameter of this request".to_owned()],
                            );
                        } else if !message.starts_with("missing field") {
                            fields.insert(name.clone(), vec![message]);
                        }
                    }
                }
                let message = whole.to_string();
                if let Some(name) = message
                    .split('`')
                    .nth(1)
                    .filter(|_| message.starts_with("missing field"))
                {
                    fields.insert(name.to_owned(), vec!["is required".to_owned()]);
                } else if fields.is_empty() {
                    let name = message.split('`').nth(1).unwrap_or("query").to_owned();
                    fields.insert(name, vec![message]);
                }
            }
        }
    }
    Err(ApiError::invalid(fields))
}

#[cfg(test)]
mod tests {
    use shared_types::crm::ListCompanies;

    use super::*;

    #[test]
    fn every_fault_of_a_query_is_named_at_once() {
        let error = parse_query::<ListCompanies>("limit=many&color=red&sort=-size&q=acme")
            .err()
            .unwrap();
        let fields: Vec<&str> = error.fields.keys().map(String::as_str).collect();
        assert_eq!(fields, ["color", "limit", "sort"]);
        assert!(
            parse_query::<ListCompanies>("limit=5&industry=medical,retail&sort=-createdAt").is_ok()
        );
    }
}
