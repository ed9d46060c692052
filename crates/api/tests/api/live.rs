//! `/api/v1/realtime` and `/api/v1/events/stream`: what happens, told to whoever may read it.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use reqwest::Method;
use serde_json::{Value, json};
use shared_types::Role;
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{
        Error, Message,
        client::IntoClientRequest,
        http::{HeaderName, HeaderValue, StatusCode},
    },
};

use crate::{
    helpers::{Caller, TestApp, add, path},
    on_both_databases,
    people::somebody,
};

on_both_databases!(
    whoever_may_read_is_told,
    a_break_loses_nothing_and_repeats_nothing,
    places_of_others_and_of_nowhere_are_told_apart,
    what_changes_about_a_caller_changes_what_it_is_told,
    keys_are_told_what_their_scopes_reach,
    notes_and_views_are_told_as_they_are_read,
    whoever_has_a_record_open_is_seen_by_those_who_read_it,
    the_stream_says_the_same,
);

/// How long a message may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// A client of the live connection.
pub struct Live(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Live {
    /// Connects, with headers.
    pub async fn try_with(
        address: &str,
        query: &str,
        headers: &[(&str, &str)],
    ) -> Result<Self, StatusCode> {
        let url = format!(
            "{}/api/v1/realtime{query}",
            address.replace("http://", "ws://")
        );
        let mut request = url.into_client_request().unwrap();
        for (name, value) in headers {
            let name: HeaderName = name.parse().unwrap();
            request
                .headers_mut()
                .insert(name, HeaderValue::from_str(value).unwrap());
        }
        match connect_async(request).await {
            Ok((socket, _)) => Ok(Self(socket)),
            Err(Error::Http(response)) => Err(response.status()),
            Err(other) => panic!("{other}"),
        }
    }

    /// Connects, or is told by which status not.
    pub async fn try_open(caller: &Caller, query: &str) -> Result<Self, StatusCode> {
        let bearer = format!("Bearer {}", caller.token.clone().unwrap());
        Self::try_with(&caller.address, query, &[("authorization", &bearer)]).await
    }

    /// Connects from now on; answers the place where it is.
    pub async fn open(caller: &Caller) -> (Self, String) {
        let mut live = Self::try_open(caller, "").await.unwrap();
        let hello = live.next().await;
        assert_eq!(hello["kind"], "hello");
        (live, hello["id"].as_str().unwrap().to_owned())
    }

    /// Goes on from a place.
    pub async fn resume(caller: &Caller, place: &str) -> Self {
        let mut live = Self::try_open(caller, &format!("?lastEventId={place}"))
            .await
            .unwrap();
        assert_eq!(live.next().await["kind"], "hello");
        live
    }

    /// The next message.
    pub async fn next(&mut self) -> Value {
        loop {
            match timeout(PATIENCE, self.0.next())
                .await
                .unwrap()
                .unwrap()
                .unwrap()
            {
                Message::Text(text) => return serde_json::from_str(&text).unwrap(),
                Message::Ping(_) | Message::Pong(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    /// The code by which it is closed, whatever comes before that.
    pub async fn closed(&mut self) -> u16 {
        loop {
            match timeout(PATIENCE, self.0.next()).await.unwrap() {
                Some(Ok(Message::Close(Some(frame)))) => return frame.code.into(),
                Some(Ok(_)) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    /// What it is told about a record.
    pub async fn told(&mut self, kind: &str, record: &Value) -> Value {
        let message = self.next().await;
        assert_eq!(
            (&message["kind"], &message["subject"]["id"]),
            (&json!(kind), &record["id"]),
            "{message}"
        );
        message
    }

    /// Says something.
    pub async fn say(&mut self, message: &Value) {
        self.send(&message.to_string()).await.unwrap();
    }

    /// Sends a text.
    pub async fn send(&mut self, text: &str) -> Result<(), Error> {
        self.0.send(Message::text(text)).await
    }
}

async fn whoever_may_read_is_told(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    let (agent, agent_row) = somebody(&app, &ada, Role::Agent).await;
    let (leader, _) = somebody(&app, &ada, Role::TeamLeader).await;
    app.settle().await;
    let (mut to_ada, _) = Live::open(&ada).await;
    let (mut to_agent, _) = Live::open(&agent).await;
    let (mut to_leader, _) = Live::open(&leader).await;
    let (mut to_eve, _) = Live::open(&eve).await;
    let me = ada.get("/api/v1/auth/me").await.expect(200);
    let mine = &me.data()["memberId"];
    let deal = add(&ada, "deals", json!({"title": "Engine", "ownerId": mine})).await;
    let given = ada
        .patch(&path("deals", &deal), &json!({"ownerId": agent_row["id"]}))
        .await
        .expect(200);
    let company = add(&ada, "companies", json!({"name": "Acme"})).await;
    let theirs = add(&eve, "companies", json!({"name": "Rival"})).await;
    app.settle().await;

    let created = to_ada.told("created", &deal).await;
    assert_eq!(created["subject"]["type"], "deal");
    assert_eq!(created["actor"], deal["ownerId"]);
    let assigned = to_ada.told("updated", &deal).await;
    assert_eq!(assigned["data"]["ownerId"], given.data()["ownerId"]);
    assert_eq!(assigned["data"]["changed"], json!(["ownerId"]));
    assert!(assigned.to_string().find("Engine").is_none(), "{assigned}");
    to_ada.told("created", &company).await;
    // The deal is the agent's by now, all of its story with it.
    to_agent.told("created", &deal).await;
    to_agent.told("updated", &deal).await;
    to_agent.told("created", &company).await;
    // It is in nobody's team that the leader leads.
    to_leader.told("created", &company).await;
    to_eve.told("created", &theirs).await;
}

async fn a_break_loses_nothing_and_repeats_nothing(app: TestApp) {
    let ada = app.register("engines").await;
    app.settle().await;
    let (mut live, _) = Live::open(&ada).await;
    let first = add(&ada, "companies", json!({"name": "First"})).await;
    app.settle().await;
    let place = live.told("created", &first).await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    drop(live);
    let mut made = Vec::new();
    for number in 0..5 {
        made.push(
            add(
                &ada,
                "companies",
                json!({"name": format!("Number {number}")}),
            )
            .await,
        );
        app.settle().await;
    }
    for _ in 0..2 {
        let mut live = Live::resume(&ada, &place).await;
        for company in &made {
            live.told("created", company).await;
        }
        let last = add(&ada, "companies", json!({"name": "Last"})).await;
        app.settle().await;
        live.told("created", &last).await;
        made.push(last);
    }
}

async fn places_of_others_and_of_nowhere_are_told_apart(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    app.settle().await;
    let (_, theirs) = Live::open(&eve).await;
    let me = ada.get("/api/v1/auth/me").await.expect(200);
    let organization = serde_json::from_value(me.data()["organization"]["id"].clone()).unwrap();
    let future = app.state.cursors.place(organization, i64::MAX);
    for place in [theirs.as_str(), future.as_str(), "nonsense", "%00"] {
        let mut live = Live::try_open(&ada, &format!("?lastEventId={place}")).await;
        if place == "%00" {
            assert_eq!(live.err(), Some(StatusCode::UNPROCESSABLE_ENTITY));
            continue;
        }
        let live = live.as_mut().unwrap();
        assert_eq!(live.next().await["kind"], "hello", "{place}");
        let resync = live.next().await;
        assert_eq!(resync["kind"], "resync", "{place}");
        assert_eq!(resync["data"]["reason"], "unknownId", "{place}");
        let company = add(&ada, "companies", json!({"name": place})).await;
        app.settle().await;
        live.told("created", &company).await;
    }
}

async fn what_changes_about_a_caller_changes_what_it_is_told(app: TestApp) {
    let ada = app.register("engines").await;
    let (agent, agent_row) = somebody(&app, &ada, Role::Manager).await;
    let (other, _) = somebody(&app, &ada, Role::Agent).await;
    app.settle().await;
    let (mut to_agent, _) = Live::open(&agent).await;
    let me = ada.get("/api/v1/auth/me").await.expect(200);
    let mine = &me.data()["memberId"];
    let deal = add(&ada, "deals", json!({"title": "One", "ownerId": mine})).await;
    app.settle().await;
    to_agent.told("created", &deal).await;
    let member = path("members", &agent_row);
    ada.patch(&member, &json!({"role": "agent"}))
        .await
        .expect(200);
    loop {
        let message = to_agent.next().await;
        if message["kind"] == "resync" {
            assert_eq!(message["data"]["reason"], "accessChanged");
            break;
        }
    }
    add(&ada, "deals", json!({"title": "Two", "ownerId": mine})).await;
    let company = add(&ada, "companies", json!({"name": "Acme"})).await;
    app.settle().await;
    let mut message = to_agent.next().await;
    if message["subject"]["type"] == "member" {
        message = to_agent.next().await;
    }
    assert_eq!(message["subject"]["id"], company["id"], "{message}");

    // A session that ends takes its connection along, and no other.
    let (mut to_other, _) = Live::open(&other).await;
    agent
        .post("/api/v1/auth/logout", &json!({}))
        .await
        .expect(200);
    assert_eq!(to_agent.closed().await, 4401);
    assert_eq!(
        Live::try_open(&agent, "").await.err(),
        Some(StatusCode::UNAUTHORIZED)
    );
    app.settle().await;
    let company = add(&ada, "companies", json!({"name": "Last"})).await;
    app.settle().await;
    while to_other.next().await["subject"]["id"] != company["id"] {}
}

async fn keys_are_told_what_their_scopes_reach(app: TestApp) {
    let ada = app.register("engines").await;
    let made = ada
        .post(
            "/api/v1/api-keys",
            &json!({"name": "Board", "scopes": ["organization:read", "deals:read"]}),
        )
        .await
        .expect(201);
    let key = Caller {
        token: made.data()["key"].as_str().map(str::to_owned),
        ..ada.clone()
    };
    app.settle().await;
    let (mut live, _) = Live::open(&key).await;
    add(&ada, "companies", json!({"name": "Acme"})).await;
    add(&ada, "tags", json!({"name": "VIP"})).await;
    let deal = add(&ada, "deals", json!({"title": "Engine"})).await;
    app.settle().await;
    live.told("created", &deal).await;
    ada.delete(&path("api-keys", made.data())).await.expect(200);
    assert_eq!(live.closed().await, 4401);
}

async fn notes_and_views_are_told_as_they_are_read(app: TestApp) {
    let ada = app.register("engines").await;
    let (agent, _) = somebody(&app, &ada, Role::Agent).await;
    let company = add(&ada, "companies", json!({"name": "Acme"})).await;
    let me = ada.get("/api/v1/auth/me").await.expect(200);
    let mine = &me.data()["memberId"];
    let deal = add(
        &ada,
        "deals",
        json!({"title": "Engine", "ownerId": mine, "companyId": company["id"]}),
    )
    .await;
    app.settle().await;
    let (mut live, _) = Live::open(&agent).await;
    add(
        &ada,
        "notes",
        json!({"body": "Guarded", "companyId": company["id"], "dealId": deal["id"]}),
    )
    .await;
    let view = json!({"name": "Mine", "list": "companies", "filters": []});
    add(&ada, "saved-views", view).await;
    let shared = json!({"name": "Ours", "list": "companies", "filters": [], "shared": true});
    let shared = add(&ada, "saved-views", shared).await;
    let open = add(
        &ada,
        "notes",
        json!({"body": "Open", "companyId": company["id"]}),
    )
    .await;
    // Looking at records is for those who read the audit log.
    ada.get(&path("companies", &company)).await.expect(200);
    app.settle().await;
    live.told("created", &shared).await;
    live.told("created", &open).await;
    let told = live.told("note.added", &company).await;
    assert!(told.to_string().find("Open").is_none(), "{told}");
}

async fn whoever_has_a_record_open_is_seen_by_those_who_read_it(app: TestApp) {
    let ada = app.register("engines").await;
    let (agent, agent_row) = somebody(&app, &ada, Role::Agent).await;
    let me = ada.get("/api/v1/auth/me").await.expect(200);
    let mine = &me.data()["memberId"];
    let deal = add(&ada, "deals", json!({"title": "Engine", "ownerId": mine})).await;
    let company = add(&ada, "companies", json!({"name": "Acme"})).await;
    app.settle().await;
    let (mut to_ada, _) = Live::open(&ada).await;
    let (mut to_agent, _) = Live::open(&agent).await;
    let open = |kind: &str, record: &Value| json!({"type": "presence", "subject": {"type": kind, "id": record["id"]}});
    to_agent.say(&open("deal", &deal)).await;
    let refused = to_agent.next().await;
    assert_eq!(refused["kind"], "refused");
    assert_eq!(refused["data"]["reason"], "notFound");
    to_ada.say(&open("company", &company)).await;
    let alone = to_ada.told("presence", &json!({"id": null})).await;
    assert_eq!(alone["data"]["members"], json!([]));
    to_agent.say(&open("company", &company)).await;
    let both = to_ada.next().await;
    assert_eq!(both["data"]["members"][0]["id"], agent_row["id"], "{both}");
    let other = to_agent.next().await;
    assert_eq!(other["data"]["members"][0]["id"], *mine, "{other}");
    // Another tab of the same member makes nobody more.
    to_agent.say(&json!({"type": "presence"})).await;
    let alone = to_ada.next().await;
    assert_eq!(alone["data"]["members"], json!([]), "{alone}");
    to_agent.say(&open("company", &company)).await;
    assert_eq!(
        to_ada.next().await["data"]["members"][0]["id"],
        agent_row["id"]
    );
    drop(to_agent);
    assert_eq!(to_ada.next().await["data"]["members"], json!([]));
}

async fn the_stream_says_the_same(app: TestApp) {
    let ada = app.register("engines").await;
    app.settle().await;
    let (mut live, place) = Live::open(&ada).await;
    let company = add(&ada, "companies", json!({"name": "Acme"})).await;
    app.settle().await;
    let told = live.told("created", &company).await;
    let request = ada
        .request(Method::GET, "/api/v1/events/stream")
        .header("last-event-id", &place);
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    assert_eq!(response.headers()["cache-control"], "no-store");
    let mut chunks = response.bytes_stream();
    let mut text = String::new();
    while text.matches("\n\n").count() < 2 {
        let chunk = timeout(PATIENCE, chunks.next()).await.unwrap();
        text.push_str(std::str::from_utf8(&chunk.unwrap().unwrap()).unwrap());
    }
    let events: Vec<&str> = text.split("\n\n").collect();
    assert!(events[0].contains("\"hello\""), "{text}");
    let (id, data) = events[1].split_once('\n').unwrap();
    assert_eq!(id, format!("id: {}", told["id"].as_str().unwrap()));
    let data: Value = serde_json::from_str(data.strip_prefix("data: ").unwrap()).unwrap();
    assert_eq!(data, told);
    app.state.live.close();
    while timeout(PATIENCE, chunks.next()).await.unwrap().is_some() {}
    assert_eq!(live.closed().await, 1001);
    assert_eq!(
        Live::try_open(&ada, "").await.err(),
        Some(StatusCode::SERVICE_UNAVAILABLE)
    );
}
