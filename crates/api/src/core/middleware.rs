//! What surrounds every request: its id, its log line, limits, and the headers of every answer.

use std::{
    cell::RefCell, net::IpAddr, panic::AssertUnwindSafe, sync::atomic::Ordering, time::Instant,
};

use actix_web::{
    Error, HttpMessage, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    error::InternalError,
    http::{
        ConnectionType, StatusCode,
        header::{HeaderMap, HeaderName, HeaderValue},
    },
    middleware::Next,
    web::Data,
};
use domain::identity::api_key::holds_key;
use futures_util::FutureExt;
use shared_types::ErrorCode;

use crate::core::{
    clock::new_id,
    error::ApiError,
    rate_limit::Verdict,
    request::{FACTS, RequestFacts},
    state::AppState,
    telemetry,
};

const HEADER_LIMIT: usize = 16 * 1024;

/// The content security policy of the client: its own files only. WASM needs `wasm-unsafe-eval`.
pub const CLIENT_CSP: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const API_CSP: &str = "default-src 'none'; frame-ancestors 'none'";

/// Surrounds every request.
///
/// # Errors
/// Those of the service.
pub async fn surround(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let started = Instant::now();
    let state = request.app_data::<Data<AppState>>().cloned();
    let id = new_id().simple().to_string();
    let ip = state.as_ref().and_then(|state| client_ip(&request, state));
    let facts = RequestFacts {
        id: id.clone(),
        ip: ip.map(|ip| ip.to_string()).unwrap_or_default(),
        ..RequestFacts::default()
    };
    FACTS
        .scope(RefCell::new(facts), async move {
            let method = request.method().clone();
            let path = request.path().to_owned();
            let is_api = path.starts_with("/api/");
            let secure = state
                .as_ref()
                .is_some_and(|state| state.config.public_url.starts_with("https://"));
            let place = match &state {
                Some(state) => state.lanes.enter(&path).await,
                None => Err(ApiError::internal("the state is missing")),
            };
            let refusal = match (&state, &place) {
                (Some(state), Ok(_)) => refuse(&request, state, ip).await,
                (_, Err(error)) => Err(error.clone()),
                (None, _) => Err(ApiError::internal("the state is missing")),
            };
            let mut response = match refusal {
                Ok(verdict) => {
                    let answer = AssertUnwindSafe(next.call(request)).catch_unwind().await;
                    let Ok(response) = answer else {
                        // The request went down with the handler: what surrounds it is made anew.
                        let mut response =
                            HttpResponse::from_error(ApiError::internal("a handler panicked"));
                        security(response.headers_mut(), is_api, secure);
                        if let Ok(value) = HeaderValue::from_str(&id) {
                            response
                                .headers_mut()
                                .insert(HeaderName::from_static("x-request-id"), value);
                        }
                        metrics::counter!("touchline_panics_total").increment(1);
                        telemetry::record(
                            &method,
                            &path,
                            "(panic)",
                            response.status(),
                            started.elapsed(),
                        );
                        return Err(
                            InternalError::from_response("a handler panicked", response).into()
                        );
                    };
                    let response = response?;
                    let user = response.request().extensions().get::<Verdict>().copied();
                    let mut response = response.map_into_boxed_body();
                    limits(response.headers_mut(), user.or(verdict));
                    response
                }
                Err(error) => request.into_response(HttpResponse::from_error(error)),
            };
            // An offer of another protocol that is not taken up, as Java makes one with every connection: HTTP/1 ends the connection
            // after it, and who is not told so would send the next request into it.
            if response.request().head().upgrade()
                && response.status() != StatusCode::SWITCHING_PROTOCOLS
            {
                response
                    .response_mut()
                    .head_mut()
                    .set_connection_type(ConnectionType::Close);
            }
            let route = response
                .request()
                .match_pattern()
                .unwrap_or_else(|| "(none)".to_owned());
            security(response.headers_mut(), is_api, secure);
            drop(place);
            if state
                .as_ref()
                .is_some_and(|state| state.draining.load(Ordering::Relaxed))
            {
                // The proxy opens another connection, to another server, before this one is closed.
                let head = response.response_mut().head_mut();
                head.set_connection_type(ConnectionType::Close);
            }
            if let Ok(value) = HeaderValue::from_str(&id) {
                response
                    .headers_mut()
                    .insert(HeaderName::from_static("x-request-id"), value);
            }
            telemetry::record(&method, &path, &route, response.status(), started.elapsed());
            Ok(response)
        })
        .await
}

async fn refuse(
    request: &ServiceRequest,
    state: &AppState,
    ip: Option<IpAddr>,
) -> Result<Option<Verdict>, ApiError> {
    let headers: usize = request
        .headers()
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len() + 4)
        .sum();
    if headers + request.uri().to_string().len() > HEADER_LIMIT {
        return Err(ApiError::new(
            ErrorCode::HeadersTooLarge,
            format!("The headers must have at most {HEADER_LIMIT} bytes."),
        ));
    }
    if holds_key(request.path()) || holds_key(request.query_string()) {
        return Err(ApiError::new(
            ErrorCode::BadRequest,
            "An API key goes into the Authorization header. This one stood in an address, where others may have seen it: revoke it.",
        ));
    }
    if request.method() == actix_web::http::Method::TRACE {
        return Err(ApiError {
            allow: Some(
                state
                    .routes
                    .methods(request.path())
                    .unwrap_or_else(|| "GET".to_owned()),
            ),
            ..ApiError::new(ErrorCode::MethodNotAllowed, "TRACE is not available.")
        });
    }
    if !request.path().starts_with("/api/") {
        return Ok(None);
    }
    let key = format!("ip:{}", ip.map(|ip| ip.to_string()).unwrap_or_default());
    let verdict = state
        .limiter
        .hit(&key, state.config.rate_limit_ip, 60, state.clock.now())
        .await;
    if !verdict.allowed {
        return Err(ApiError {
            retry_after: Some(verdict.reset),
            ..ApiError::new(
                ErrorCode::RateLimited,
                "Too many requests from this address; wait a moment.",
            )
        });
    }
    Ok(Some(verdict))
}

/// The address of the caller: that of the connection, or what a proxy that is trusted says.
fn client_ip(request: &ServiceRequest, state: &AppState) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip();
    if !state.config.trusted_proxies.contains(&peer) {
        return Some(peer);
    }
    let forwarded = request
        .headers()
        .get("x-forwarded-for")
        .and_then(|value| value.to_str().ok());
    // The nearest address that is no proxy of ours: what stands before it anybody may have written.
    forwarded
        .into_iter()
        .flat_map(|list| list.rsplit(','))
        .filter_map(|address| address.trim().parse().ok())
        .find(|address| !state.config.trusted_proxies.contains(address))
        .or(Some(peer))
}

fn limits(headers: &mut HeaderMap, verdict: Option<Verdict>) {
    let Some(verdict) = verdict else { return };
    headers.insert(
        HeaderName::from_static("ratelimit-limit"),
        verdict.limit.into(),
    );
    headers.insert(
        HeaderName::from_static("ratelimit-remaining"),
        verdict.remaining.into(),
    );
    headers.insert(
        HeaderName::from_static("ratelimit-reset"),
        verdict.reset.into(),
    );
}

fn security(headers: &mut HeaderMap, is_api: bool, secure: bool) {
    let mut set = |name: &'static str, value: &'static str| {
        let name = HeaderName::from_static(name);
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    set(
        "content-security-policy",
        if is_api { API_CSP } else { CLIENT_CSP },
    );
    set("x-content-type-options", "nosniff");
    set("x-frame-options", "DENY");
    set("referrer-policy", "strict-origin-when-cross-origin");
    set(
        "permissions-policy",
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    );
    set("cross-origin-opener-policy", "same-origin");
    set("cross-origin-resource-policy", "same-origin");
    if is_api {
        set("cache-control", "no-store");
    }
    if secure {
        set(
            "strict-transport-security",
            "max-age=63072000; includeSubDomains",
        );
    }
}
