//! Answers that succeeded.

use actix_web::{
    HttpRequest, HttpResponse, Responder,
    body::BoxBody,
    http::{StatusCode, header},
};
use serde::Serialize;
use shared_types::{Envelope, Pagination};

/// How long an answer may be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cache {
    /// Data of a tenant: kept, but asked about each time.
    Tenant,
    /// Reference data: good for five minutes.
    Reference,
    /// Never kept.
    Never,
}

/// An answer in the envelope.
#[derive(Debug)]
pub struct Reply<T> {
    /// 200 or 201.
    pub status: StatusCode,
    /// The record or records.
    pub data: T,
    /// On lists.
    pub pagination: Option<Pagination>,
    /// Version of the record.
    pub version: Option<i64>,
    /// Path of a new record.
    pub location: Option<String>,
    /// How long it may be kept.
    pub cache: Cache,
}

impl<T> Reply<T> {
    /// 200 with data.
    pub const fn ok(data: T) -> Self {
        Self {
            status: StatusCode::OK,
            data,
            pagination: None,
            version: None,
            location: None,
            cache: Cache::Tenant,
        }
    }

    /// 200 with a record of a version.
    pub fn record(data: T, version: i64) -> Self {
        Self {
            version: Some(version),
            ..Self::ok(data)
        }
    }

    /// 201 with a new record.
    pub fn created(data: T, version: i64, location: String) -> Self {
        Self {
            status: StatusCode::CREATED,
            location: Some(location),
            ..Self::record(data, version)
        }
    }

    /// 200 with a page of records.
    pub fn page(data: T, pagination: Pagination) -> Self {
        Self {
            pagination: Some(pagination),
            ..Self::ok(data)
        }
    }

    /// The same answer, kept otherwise.
    #[must_use]
    pub fn cached(mut self, cache: Cache) -> Self {
        self.cache = cache;
        self
    }
}

/// The entity tag of a version.
#[must_use]
pub fn etag(version: i64) -> String {
    format!("\"{version}\"")
}

/// The version that an entity tag is of, whatever it says besides.
#[must_use]
pub fn version_of(tag: &str) -> Option<i64> {
    let tag = tag.trim_start_matches("W/");
    let inner = tag.strip_prefix('"')?.strip_suffix('"')?;
    let said = inner.split_once('-').map_or(inner, |(said, _)| said);
    said.parse().ok()
}

fn digest(bytes: &[u8]) -> String {
    use sha2::Digest;
    hex::encode(&sha2::Sha256::digest(bytes)[..12])
}

impl<T: Serialize> Responder for Reply<T> {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let Self {
            status,
            data,
            pagination,
            version,
            location,
            cache,
        } = self;
        let body = match serde_json::to_vec(&Envelope {
            success: true,
            data,
            pagination,
        }) {
            Ok(body) => body,
            Err(error) => {
                return HttpResponse::from_error(crate::core::error::ApiError::internal(
                    error.to_string(),
                ));
            }
        };
        let read = request.method().is_safe();
        // A list has no version, and a record shows names and ages that change without it.
        let shown = (read && cache != Cache::Never).then(|| digest(&body));
        let etag = match (version, shown) {
            (Some(version), Some(shown)) => Some(format!("\"{version}-{shown}\"")),
            (Some(version), None) => Some(etag(version)),
            (None, shown) => shown.map(|shown| format!("\"{shown}\"")),
        };
        let mut response = HttpResponse::build(status);
        response.insert_header((
            header::CACHE_CONTROL,
            match cache {
                Cache::Tenant => "private, no-cache",
                Cache::Reference => "private, max-age=300",
                Cache::Never => "no-store",
            },
        ));
        if let Some(etag) = &etag {
            response.insert_header((header::ETAG, etag.as_str()));
            let known = request
                .headers()
                .get(header::IF_NONE_MATCH)
                .and_then(|value| value.to_str().ok());
            if read
                && known.is_some_and(|known| {
                    known
                        .split(',')
                        .any(|tag| tag.trim().trim_start_matches("W/") == etag || tag.trim() == "*")
                })
            {
                return response.status(StatusCode::NOT_MODIFIED).finish();
            }
        }
        if let Some(location) = location {
            response.insert_header((header::LOCATION, location));
        }
        response.content_type("application/json").body(body)
    }
}
