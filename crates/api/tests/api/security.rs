//! What is tried against every route: headers, origins, limits, and the database's own guard.

use reqwest::Method;
use serde_json::json;
use sqlx::{Executor, Row};

use crate::{helpers::TestApp, on_both_databases};

on_both_databases!(
    answers_carry_the_headers_of_security,
    a_connection_that_ends_says_so,
    only_listed_origins_may_read,
    oversized_and_broken_requests_are_refused,
    a_forged_address_changes_nothing,
    health_and_metrics_tell_what_they_should,
    errors_say_nothing_of_the_inside,
);

async fn answers_carry_the_headers_of_security(app: TestApp) {
    let stranger = app.stranger();
    for path in [
        "/api/v1/companies",
        "/api/openapi.json",
        "/api/docs",
        "/",
        "/companies/anything",
    ] {
        let answer = stranger.get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert!(
            answer
                .header("content-security-policy")
                .contains("frame-ancestors 'none'"),
            "{path}"
        );
        assert!(
            !answer
                .header("content-security-policy")
                .contains("script-src 'unsafe-inline'"),
            "{path}"
        );
        assert!(
            !answer.header("referrer-policy").is_empty()
                && !answer.header("permissions-policy").is_empty(),
            "{path}"
        );
        assert_eq!(answer.header("x-request-id").len(), 32, "{path}");
        assert!(answer.header("server").is_empty(), "{path}");
    }
    // The reference runs scripts of this server, and none that stand in the page.
    let reference = stranger.get("/api/docs").await;
    assert!(reference.header("content-type").starts_with("text/html"));
    assert!(
        reference
            .header("content-security-policy")
            .contains("script-src 'self' 'wasm-unsafe-eval';")
    );
    let limited = stranger.get("/api/v1/companies").await;
    assert_eq!(limited.header("ratelimit-limit"), "6000");
    assert!(
        limited
            .header("ratelimit-remaining")
            .parse::<u32>()
            .unwrap()
            < 6000
    );
}

/// Clients in Java offer HTTP/2 with the first request of each connection.
async fn a_connection_that_ends_says_so(app: TestApp) {
    let stranger = app.stranger();
    let offer = stranger
        .request(Method::GET, "/health/live")
        .header("connection", "Upgrade, HTTP2-Settings")
        .header("upgrade", "h2c")
        .header("http2-settings", "AAMAAABkAAQAAP__");
    let answer = stranger.send(offer).await.expect(200);
    assert_eq!(answer.header("connection"), "close");
    let plain = stranger.get("/health/live").await;
    assert_eq!(plain.header("connection"), "");
}

async fn only_listed_origins_may_read(app: TestApp) {
    let ada = app.register("engines").await;
    let foreign = ada
        .request(Method::GET, "/api/v1/companies")
        .header("origin", "https://evil.example");
    assert!(
        ada.send(foreign)
            .await
            .header("access-control-allow-origin")
            .is_empty()
    );
    let listed = TestApp::start(&[("TOUCHLINE_ALLOWED_ORIGINS", "https://app.example")]).await;
    let stranger = listed.stranger();
    let request = |origin: &str| {
        stranger
            .request(Method::GET, "/api/v1/companies")
            .header("origin", origin)
    };
    let answer = stranger.send(request("https://app.example")).await;
    assert_eq!(
        answer.header("access-control-allow-origin"),
        "https://app.example"
    );
    assert!(
        stranger
            .send(request("https://app.example.evil.example"))
            .await
            .header("access-control-allow-origin")
            .is_empty()
    );
}

async fn oversized_and_broken_requests_are_refused(app: TestApp) {
    let ada = app.register("engines").await;
    let post = || {
        ada.request(Method::POST, "/api/v1/companies")
            .header("content-type", "application/json")
    };
    ada.send(
        ada.request(Method::GET, "/api/v1/companies")
            .header("x-long", "x".repeat(17_000)),
    )
    .await
    .expect(431);
    ada.send(post().body(vec![0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]))
        .await
        .expect(400);
    ada.send(post().body("[".repeat(100_000))).await.expect(400);
    ada.send(post().header("content-encoding", "gzip").body("x"))
        .await
        .expect(415);
    ada.send(post().body(r#"{"name":"a","name":"b"}"#))
        .await
        .expect(422);
    ada.send(ada.request(Method::GET, "/api/v1/companies?q=%00"))
        .await
        .expect(422);
    ada.send(ada.request(Method::GET, "/api/v1/companies?q=%ff%fe%27%22%3B--*%28"))
        .await
        .expect(200);
    ada.send(ada.request(Method::from_bytes(b"TRACE").unwrap(), "/api/v1/companies"))
        .await
        .expect(405);
    ada.get("/api/v1/nothing").await.expect(404);
    for hostile in [
        "' OR 1=1 --",
        "<script>alert(1)</script>",
        "\u{202e}evil",
        "e\u{301}\u{301}\u{301}",
        "𐍈😀",
        "=1+1",
    ] {
        let made = ada
            .post("/api/v1/companies", &json!({"name": hostile}))
            .await
            .expect(201);
        assert_eq!(made.data()["name"], hostile);
        let path = reqwest::Url::parse_with_params(
            &format!("{}/api/v1/companies", app.address),
            [("q", hostile)],
        )
        .unwrap();
        ada.get(&path.as_str()[app.address.len()..])
            .await
            .expect(200);
    }
}

async fn a_forged_address_changes_nothing(app: TestApp) {
    drop(app);
    let limited = TestApp::start(&[("TOUCHLINE_RATE_LIMIT_IP", "20")]).await;
    let stranger = limited.stranger();
    let mut statuses = Vec::new();
    for number in 0..30 {
        let forged = stranger
            .request(Method::GET, "/api/v1/companies")
            .header("x-forwarded-for", format!("10.0.0.{number}"));
        statuses.push(stranger.send(forged).await.status.as_u16());
    }
    assert!(
        statuses[..20].iter().all(|status| *status == 401),
        "{statuses:?}"
    );
    assert!(
        statuses[20..].iter().all(|status| *status == 429),
        "{statuses:?}"
    );
    let refused = stranger.get("/api/v1/companies").await.expect(429);
    assert!(refused.header("retry-after").parse::<u32>().unwrap() <= 60);

    let trusted = TestApp::start(&[
        ("TOUCHLINE_RATE_LIMIT_IP", "20"),
        ("TOUCHLINE_TRUSTED_PROXIES", "127.0.0.1"),
    ])
    .await;
    let stranger = trusted.stranger();
    for number in 0..30 {
        let behind = stranger
            .request(Method::GET, "/api/v1/companies")
            .header("x-forwarded-for", format!("203.0.113.{number}"));
        stranger.send(behind).await.expect(401);
    }
}

async fn health_and_metrics_tell_what_they_should(app: TestApp) {
    let stranger = app.stranger();
    stranger.get("/health/live").await.expect(200);
    let ready = stranger.get("/health/ready").await.expect(200);
    assert_eq!(ready.body["dependencies"]["database"], "up");
    app.state
        .draining
        .store(true, std::sync::atomic::Ordering::Relaxed);
    stranger.get("/health/ready").await.expect(503);
    let proxied = stranger
        .request(Method::GET, "/metrics")
        .header("x-forwarded-for", "203.0.113.9");
    stranger.send(proxied).await.expect(404);
}

async fn errors_say_nothing_of_the_inside(app: TestApp) {
    let ada = app.register("engines").await;
    app.state.store.close().await;
    let failed = ada.get("/api/v1/companies").await;
    assert!(
        failed.status.is_server_error() || failed.status == 401,
        "{}",
        failed.body
    );
    let text = failed.body.to_string().to_lowercase();
    for word in ["sql", "pool", "sqlx", "panic", ".rs", "select"] {
        assert!(!text.contains(word), "{word}: {text}");
    }
    assert_eq!(
        failed.body["error"]["requestId"],
        failed.header("x-request-id")
    );
}

#[actix_web::test]
async fn the_role_of_the_application_owns_nothing_and_sees_nothing_without_a_tenant() {
    let Some(app) = TestApp::postgres().await else {
        return;
    };
    let ada = app.register("engines").await;
    ada.post("/api/v1/companies", &json!({"name": "Acme"}))
        .await
        .expect(201);
    let mut database = app.owner().await;
    let role = database
        .fetch_one("SELECT rolsuper, rolbypassrls, rolcreaterole, (SELECT count(*) FROM pg_class WHERE relowner = r.oid) AS owned FROM pg_roles r WHERE rolname = 'touchline_app'")
        .await
        .unwrap();
    assert!(!role.get::<bool, _>(0) && !role.get::<bool, _>(1) && !role.get::<bool, _>(2));
    assert_eq!(role.get::<i64, _>("owned"), 0);
    let tables: Vec<String> = database
        .fetch_all("SELECT table_name::text FROM information_schema.columns WHERE column_name = 'organization_id' AND table_schema = 'public' ORDER BY 1")
        .await
        .unwrap()
        .iter()
        .map(|row| row.get(0))
        .collect();
    assert!(tables.len() > 10, "{tables:?}");
    database.execute("SET ROLE touchline_app").await.unwrap();
    for table in tables
        .iter()
        .chain(["organizations".to_owned(), "users".to_owned()].iter())
    {
        let count: i64 = database
            .fetch_one(sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}")))
            .await
            .unwrap()
            .get(0);
        assert_eq!(count, 0, "{table} shows rows without a tenant");
    }
    let foreign = "INSERT INTO teams (id, organization_id, name, name_key, created_at, updated_at, version) VALUES (gen_random_uuid(), gen_random_uuid(), 'x', 'x', now(), now(), 1)";
    assert!(
        database.execute(foreign).await.is_err(),
        "a row for no tenant was taken"
    );
    assert!(
        database.execute("DELETE FROM events").await.is_err(),
        "the log can be changed"
    );
}

/// Two servers on one Redis count together.
#[actix_web::test]
async fn servers_that_share_redis_share_their_limits() {
    let Ok(redis) = std::env::var("TOUCHLINE_TEST_REDIS_URL") else {
        return;
    };
    // A window of its own for every run: counts live in Redis for two minutes.
    let start =
        crate::helpers::epoch() + chrono::TimeDelta::minutes(5 * i64::from(std::process::id()));
    let variables = [
        ("TOUCHLINE_RATE_LIMIT_IP", "20"),
        ("REDIS_URL", redis.as_str()),
    ];
    let clock = || api::core::clock::Clock::fixed(start);
    let one = TestApp::start_at(&variables, clock()).await;
    let two = TestApp::start_at(&variables, clock()).await;
    let mut passed = 0;
    for _ in 0..15 {
        for app in [&one, &two] {
            passed += usize::from(app.stranger().get("/api/v1/companies").await.status == 401);
        }
    }
    assert_eq!(passed, 20);
}
