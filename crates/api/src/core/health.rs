//! Liveness and readiness.

use std::{collections::BTreeMap, sync::atomic::Ordering, time::Duration};

use actix_web::{HttpResponse, get, web::Data};
use serde::Serialize;

use crate::core::state::AppState;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Readiness {
    ready: bool,
    dependencies: BTreeMap<&'static str, &'static str>,
}

/// Whether Redis answers; `None` where there is none.
pub async fn redis(state: &AppState) -> Option<bool> {
    let pool = state.redis.as_ref()?;
    let ping = async {
        let mut connection = pool.get().await.ok()?;
        deadpool_redis::redis::cmd("PING")
            .query_async::<String>(&mut connection)
            .await
            .ok()
    };
    let answer = tokio::time::timeout(Duration::from_millis(200), ping).await;
    Some(matches!(answer, Ok(Some(_))))
}

/// The process lives.
#[get("/health/live")]
pub async fn live() -> HttpResponse {
    HttpResponse::Ok().json(serde_json::json!({"live": true}))
}

/// The process can serve: every dependency that matters answers, and the schema is up to date.
#[get("/health/ready")]
pub async fn ready(state: Data<AppState>) -> HttpResponse {
    const PATIENCE: Duration = Duration::from_millis(900);
    let mut dependencies = BTreeMap::new();
    let database = match tokio::time::timeout(PATIENCE, state.store.ping()).await {
        Ok(Ok(())) => "up",
        _ => "down",
    };
    dependencies.insert("database", database);
    let schema = if database == "down" {
        "unknown"
    } else {
        match tokio::time::timeout(PATIENCE, state.store.is_migrated()).await {
            Ok(Ok(true)) => "current",
            Ok(Ok(false)) => "pending",
            _ => "unknown",
        }
    };
    dependencies.insert("schema", schema);
    if let Some(up) = redis(&state).await {
        // Without Redis limits count in memory: worse, not down.
        dependencies.insert("redis", if up { "up" } else { "degraded" });
    }
    let draining = state.draining.load(Ordering::Relaxed);
    if draining {
        dependencies.insert("process", "stopping");
    }
    let ready = database == "up" && schema == "current" && !draining;
    let body = Readiness {
        ready,
        dependencies,
    };
    if ready {
        HttpResponse::Ok().json(body)
    } else {
        HttpResponse::ServiceUnavailable().json(body)
    }
}
