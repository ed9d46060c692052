//! Liveness and readiness.

use std::{
    collections::BTreeMap,
    io::{Read, Write},
    net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream},
    sync::atomic::Ordering,
    time::Duration,
};

use actix_web::{HttpResponse, get, web::Data};
use serde::Serialize;

use crate::core::{config::Config, state::AppState};

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

/// Asks the process on this machine whether it is ready, as whoever supervises it does. Where it speaks
/// TLS itself, listening is taken for an answer.
///
/// # Errors
/// What it answered instead.
pub fn ask(config: &Config, port: Option<u16>) -> Result<(), String> {
    const PATIENCE: Duration = Duration::from_secs(3);
    let host = if config.host.is_unspecified() {
        IpAddr::from(Ipv4Addr::LOCALHOST)
    } else {
        config.host
    };
    let address = SocketAddr::from((host, port.unwrap_or(config.port)));
    let answer = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
        if config.tls.is_some() && port.is_none() {
            return Ok("HTTP/1.1 200".to_owned());
        }
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(
            b"GET /health/ready HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n",
        )?;
        let mut text = String::new();
        stream.take(16 * 1024).read_to_string(&mut text)?;
        Ok(text)
    };
    let text = answer().map_err(|error| format!("{address}: {error}"))?;
    if text.starts_with("HTTP/1.1 200") {
        Ok(())
    } else {
        Err(text.lines().last().unwrap_or("no answer").to_owned())
    }
}
