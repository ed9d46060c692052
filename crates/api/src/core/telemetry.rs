//! Logs in JSON and metrics for Prometheus.

use std::{sync::OnceLock, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::{Method, StatusCode, header},
    web::Data,
};
use metrics::{counter, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

use crate::core::{
    error::{ApiError, ApiResult},
    health,
    request::facts,
    state::AppState,
};

/// What may wait: events for the dispatcher, and jobs by their state.
const QUEUES: [&str; 4] = ["outbox", "queued", "running", "dead"];

static METRICS: OnceLock<PrometheusHandle> = OnceLock::new();

/// Begins to log. Once per process; a second call does nothing.
pub fn start_logs(filter: &str) {
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let started = tracing_subscriber::registry()
        .with(filter)
        .with(
            fmt::layer()
                .json()
                .flatten_event(true)
                .with_current_span(false)
                .with_span_list(false)
                .with_writer(std::io::stderr),
        )
        .try_init();
    if started.is_err() {
        tracing::debug!("the log had begun already");
    }
}

/// Begins to measure. Once per process; a second call does nothing.
///
/// # Errors
/// When the recorder cannot be made.
pub fn start_metrics() -> Result<(), String> {
    if METRICS.get().is_some() {
        return Ok(());
    }
    let recorder = PrometheusBuilder::new()
        .set_buckets_for_metric(
            Matcher::Suffix("_seconds".to_owned()),
            &[
                0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0,
            ],
        )
        .map_err(|error| error.to_string())?
        .build_recorder();
    let handle = recorder.handle();
    if metrics::set_global_recorder(recorder).is_ok() {
        let _ = METRICS.set(handle);
    }
    Ok(())
}

/// Sums measurements up every few seconds: until then each is held by itself, and a server that
/// nobody asks for its metrics would grow.
pub async fn keep_up() {
    loop {
        tokio::time::sleep(Duration::from_secs(5)).await;
        if let Some(metrics) = METRICS.get() {
            metrics.run_upkeep();
        }
    }
}

/// Logs and measures a request that is done.
pub fn record(method: &Method, path: &str, route: &str, status: StatusCode, took: Duration) {
    let request = facts();
    // Methods are few, but callers invent some.
    let method = if matches!(
        method.as_str(),
        "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD" | "OPTIONS"
    ) {
        method.as_str().to_owned()
    } else {
        "other".to_owned()
    };
    let labels = [
        ("method", method.clone()),
        ("route", route.to_owned()),
        ("status", status.as_u16().to_string()),
    ];
    counter!("touchline_http_requests_total", &labels).increment(1);
    histogram!("touchline_http_request_duration_seconds", "method" => method.clone(), "route" => route.to_owned()).record(took.as_secs_f64());
    if path.starts_with("/api/") {
        let path: String = path.chars().take(300).collect();
        tracing::info!(
            request_id = request.id,
            method,
            path,
            route,
            status = status.as_u16(),
            duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
            ip = request.ip,
            user_id = request.user.map(|id| id.to_string()),
            organization_id = request.organization.map(|id| id.to_string()),
            "request"
        );
    }
}

/// Metrics in the text format of Prometheus, for its token or for this machine.
#[get("/metrics")]
pub async fn metrics_page(request: HttpRequest, state: Data<AppState>) -> ApiResult<HttpResponse> {
    let given = request
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "));
    let allowed = match &state.config.metrics_token {
        Some(token) => given.is_some_and(|given| {
            subtle::ConstantTimeEq::ct_eq(given.as_bytes(), token.as_bytes()).into()
        }),
        None => {
            request
                .peer_addr()
                .is_some_and(|peer| peer.ip().is_loopback())
                && request.headers().get("x-forwarded-for").is_none()
        }
    };
    if !allowed {
        return Err(ApiError::not_found());
    }
    let (size, idle) = state.store.pool_size();
    gauge!("touchline_database_connections").set(size);
    gauge!("touchline_database_connections_idle").set(u32::try_from(idle).unwrap_or(u32::MAX));
    let free = u32::try_from(state.lanes.free()).unwrap_or(u32::MAX);
    gauge!("touchline_requests_free_places").set(free);
    measure_dependencies(&state).await;
    let page = METRICS
        .get()
        .map(PrometheusHandle::render)
        .unwrap_or_default();
    Ok(HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .body(page))
}

/// What the database says waits, and which of what we depend on answer at all.
async fn measure_dependencies(state: &AppState) {
    const PATIENCE: Duration = Duration::from_millis(900);
    let system = state.store.system();
    let counts = tokio::time::timeout(PATIENCE, system.job_counts()).await;
    let database = matches!(counts, Ok(Ok(_)));
    gauge!("touchline_dependency_up", "dependency" => "database").set(u8::from(database));
    if let Some(up) = health::redis(state).await {
        gauge!("touchline_dependency_up", "dependency" => "redis").set(u8::from(up));
    }
    let Ok(Ok(counts)) = counts else { return };
    // The database does not name the queues that are empty, and a gauge keeps what it was told last.
    for queue in QUEUES {
        let count = counts.iter().find(|(name, _)| name == queue);
        let count = count.map_or(0, |(_, count)| *count);
        gauge!("touchline_queue_length", "queue" => queue)
            .set(u32::try_from(count).unwrap_or(u32::MAX));
    }
}
