//! Too much load, and handlers that fail.

use std::time::{Duration, Instant};

use actix_web::{App, HttpServer, middleware::from_fn, web};
use api::core::middleware::surround;
use serde_json::json;

use crate::helpers::{PASSWORD, TestApp};

/// Every place is taken: others are told at once to come back, and who signs in or asks
/// for health is served.
#[actix_web::test]
async fn who_would_wait_too_long_is_told_so_at_once() {
    let app = TestApp::start(&[("TOUCHLINE_MAX_IN_FLIGHT", "2")]).await;
    let ada = app.register("engines").await;
    let path = "/api/v1/companies";
    let held = [
        app.state.lanes.enter(path).await.unwrap(),
        app.state.lanes.enter(path).await.unwrap(),
    ];
    assert_eq!(app.state.lanes.free(), 0);
    let began = Instant::now();
    let refused = ada.get(path).await.expect(503);
    assert!(began.elapsed() < Duration::from_millis(500));
    assert_eq!(refused.body["error"]["code"], "unavailable");
    assert_eq!(refused.header("retry-after"), "1");
    assert!(!refused.header("x-request-id").is_empty());
    ada.get("/health/ready").await.expect(200);
    let sign_in =
        json!({"email": "admin@engines.example", "password": PASSWORD, "tokenDelivery": "body"});
    let again = app.stranger().post("/api/v1/auth/login", &sign_in).await;
    again.expect(200);

    // One that is served soon makes room for one that waits.
    let [first, second] = held;
    let (answer, ()) = futures_util::join!(ada.get(path), async {
        tokio::time::sleep(Duration::from_millis(20)).await;
        drop(first);
    });
    answer.expect(200);
    drop(second);
    ada.get(path).await.expect(200);
    assert_eq!(app.state.lanes.free(), 2, "every place is given back");
}

#[actix_web::test]
async fn a_handler_that_panics_is_a_500_and_the_process_lives() {
    async fn panics() -> &'static str {
        panic!("as a handler should not");
    }
    let app = TestApp::start(&[("TOUCHLINE_MAX_IN_FLIGHT", "1")]).await;
    let state = app.state.clone();
    let server = HttpServer::new(move || {
        App::new()
            .app_data(state.clone())
            .route("/api/v1/panics", web::get().to(panics))
            .route("/api/v1/works", web::get().to(async || "well"))
            .wrap(from_fn(surround))
    })
    .workers(1)
    .disable_signals()
    .bind(("127.0.0.1", 0))
    .unwrap();
    let address = format!("http://{}", server.addrs()[0]);
    let server = server.run();
    let handle = server.handle();
    actix_web::rt::spawn(server);
    for _ in 0..3 {
        let answer = reqwest::get(format!("{address}/api/v1/panics"))
            .await
            .unwrap();
        assert_eq!(answer.status(), 500);
        let id = answer.headers()["x-request-id"]
            .to_str()
            .unwrap()
            .to_owned();
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
        let body: serde_json::Value = answer.json().await.unwrap();
        assert_eq!(body["error"]["code"], "internal");
        assert_eq!(body["error"]["requestId"], id.as_str(), "{body}");
        assert!(!body.to_string().contains("should not"));
    }
    let works = reqwest::get(format!("{address}/api/v1/works"))
        .await
        .unwrap();
    assert_eq!(works.status(), 200, "its place was given back each time");
    handle.stop(false).await;
}
