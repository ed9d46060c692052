//! What the live connection is tried with: strangers, other sites, readers that do not read, clients that say too much.

use std::sync::Arc;

use actix_web::cookie::Cookie;
use api::{
    core::context::{Credentials, Principal},
    platform::live::hub::BUFFER,
};
use serde_json::json;
use shared_types::platform::RealtimeReason;
use tokio_tungstenite::tungstenite::http::StatusCode;

use crate::{
    helpers::{PASSWORD, TestApp},
    live::Live,
    on_both_databases,
};

on_both_databases!(whoever_does_not_read_is_let_go, other_sites_cannot_listen);

async fn whoever_does_not_read_is_let_go(app: TestApp) {
    let ada = app.register("engines").await;
    app.settle().await;
    let devices = ada.get("/api/v1/auth/sessions").await.expect(200);
    let session = serde_json::from_value(devices.data()[0]["id"].clone()).unwrap();
    let found = app.state.store.system().authenticate(session).await;
    let principal = Arc::new(Principal::of_session(found.unwrap().unwrap(), Vec::new()));
    let credentials = Credentials::Session(session);
    let hub = &app.state.live;
    let mut idle = hub
        .join(&app.state, principal.clone(), credentials.clone())
        .await
        .unwrap();
    let mut awake = hub.join(&app.state, principal, credentials).await.unwrap();
    let operations: Vec<_> = (0..BUFFER + 10)
        .map(|number| json!({"kind": "create", "create": {"name": format!("Number {number}")}}))
        .collect();
    let reader = actix_web::rt::spawn(async move {
        let mut seen = 0;
        while seen < BUFFER + 10 {
            awake.messages.recv().await.unwrap();
            seen += 1;
        }
        awake
    });
    for half in operations.chunks(BUFFER / 2) {
        ada.post("/api/v1/companies/bulk", &json!({"operations": half}))
            .await
            .expect(200);
        app.settle().await;
        tokio::time::sleep(std::time::Duration::from_millis(1200)).await;
    }
    let awake = reader.await.unwrap();
    assert_eq!(*awake.ended.borrow(), None);
    assert_eq!(*idle.ended.borrow(), Some(RealtimeReason::TooSlow));
    let mut kept = 0;
    while idle.messages.recv().await.is_some() {
        kept += 1;
    }
    assert_eq!(kept, BUFFER);
}

async fn other_sites_cannot_listen(app: TestApp) {
    app.register("engines").await;
    let body = json!({"email": "admin@engines.example", "password": PASSWORD});
    let signed_in = app.stranger().post("/api/v1/auth/login", &body).await;
    let cookies = signed_in
        .expect(200)
        .headers
        .get_all("set-cookie")
        .iter()
        .map(|value| {
            let cookie = Cookie::parse(value.to_str().unwrap().to_owned()).unwrap();
            format!("{}={}", cookie.name(), cookie.value())
        })
        .collect::<Vec<_>>()
        .join("; ");
    let open = async |headers: &[(&str, &str)]| {
        Live::try_with(&app.address, "", headers)
            .await
            .map(|_| ())
            .err()
    };
    let refused = Some(StatusCode::FORBIDDEN);
    let address = app.address.clone();
    assert_eq!(open(&[("cookie", &cookies)]).await, refused);
    for foreign in ["https://evil.example", "null", "http://127.0.0.1"] {
        let headers = [("cookie", cookies.as_str()), ("origin", foreign)];
        assert_eq!(open(&headers).await, refused, "{foreign}");
    }
    let headers = [("cookie", cookies.as_str()), ("origin", address.as_str())];
    assert_eq!(open(&headers).await, None);
    assert_eq!(open(&[]).await, Some(StatusCode::UNAUTHORIZED));
}

#[actix_web::test]
async fn a_client_that_says_too_much_is_let_go() {
    let app = TestApp::start(&[("TOUCHLINE_LIVE_CONNECTIONS_USER", "3")]).await;
    let ada = app.register("engines").await;
    let (mut live, _) = Live::open(&ada).await;
    for nonsense in [
        "",
        "{}",
        "[1]",
        r#"{"type":"presence","subject":{"type":"moon","id":"x"}}"#,
    ] {
        live.send(nonsense).await.unwrap();
        let refused = live.next().await;
        assert_eq!(refused["kind"], "refused", "{nonsense}");
        assert_eq!(refused["data"]["reason"], "notUnderstood", "{nonsense}");
    }
    let subscription =
        json!({"type": "presence", "subject": {"type": "deal", "id": uuid::Uuid::nil()}});
    for _ in 0..10_000 {
        if live.send(&subscription.to_string()).await.is_err() {
            break;
        }
    }
    assert_eq!(live.closed().await, 1008);
    let (mut large, _) = Live::open(&ada).await;
    large.send(&"x".repeat(5000)).await.unwrap();
    assert_eq!(large.closed().await, 1009);
    let (_one, _) = Live::open(&ada).await;
    let (_two, _) = Live::open(&ada).await;
    let (_three, _) = Live::open(&ada).await;
    assert_eq!(
        Live::try_open(&ada, "").await.err(),
        Some(StatusCode::TOO_MANY_REQUESTS)
    );
    let plain = ada.get("/api/v1/realtime").await;
    assert_eq!(plain.expect(400).body["error"]["code"], "badRequest");
    let told = ada.get("/api/v1/events/stream?token=abc").await;
    assert_eq!(told.expect(422).fields(), ["token"]);
}
