//! `/api/v1/api-keys`, and what keys open.

use chrono::TimeDelta;
use persistence::identity::api_key;
use reqwest::Method;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use shared_types::Role;

use crate::{
    helpers::{Caller, TestApp},
    on_both_databases,
    people::somebody,
};

on_both_databases!(
    a_key_is_shown_once_and_kept_as_a_hash,
    a_key_opens_what_its_scopes_and_its_member_may,
    keys_end_at_once_when_revoked_expired_or_their_member_leaves,
    keys_are_seen_by_their_owner_and_those_who_manage_members,
    the_use_of_a_key_is_written_down_once_a_minute,
);

pub async fn make(caller: &Caller, body: Value) -> (Caller, Value) {
    let made = caller.post("/api/v1/api-keys", &body).await.expect(201);
    assert_eq!(made.header("cache-control"), "no-store");
    let program = Caller {
        token: made.data()["key"].as_str().map(str::to_owned),
        ..caller.clone()
    };
    (program, made.data()["apiKey"].clone())
}

fn path(key: &Value) -> String {
    format!("/api/v1/api-keys/{}", key["id"].as_str().unwrap())
}

async fn a_key_is_shown_once_and_kept_as_a_hash(app: TestApp) {
    let ada = app.register("engines").await;
    let body =
        json!({"name": " Warehouse ", "scopes": ["deals:read", "companies:read", "deals:read"]});
    let (program, key) = make(&ada, body.clone()).await;
    let secret = program.token.clone().unwrap();
    assert!(secret.starts_with("tl_live_") && secret.len() >= 8 + 32);
    assert!(secret.starts_with(key["prefix"].as_str().unwrap()));
    assert_eq!(key["name"], "Warehouse");
    assert_eq!(key["scopes"], json!(["companies:read", "deals:read"]));
    assert_ne!(make(&ada, body).await.0.token.unwrap(), secret);

    let list = ada.get("/api/v1/api-keys").await.expect(200);
    assert_eq!(list.data().as_array().unwrap().len(), 2);
    let one = ada.get(&path(&key)).await.expect(200);
    let log = ada.get("/api/v1/audit-log").await.expect(200);
    for answer in [&list.body, &one.body, &log.body] {
        let text = answer.to_string();
        assert!(!text.contains(&secret) && !text.contains("hash"), "{text}");
    }
    let home = ada.get("/api/v1/auth/me").await.data()["organization"]["id"].clone();
    let home = serde_json::from_value(home).unwrap();
    let rows = api_key::Entity::find()
        .all(&app.state.store.read(home))
        .await
        .unwrap();
    assert!(rows.iter().all(|row| row.key_hash.len() == 64));
    assert!(
        log.data()
            .as_array()
            .unwrap()
            .iter()
            .any(|event| event["subjectType"] == "apiKey" && event["kind"] == "created")
    );

    for (field, body) in [
        ("scopes", json!({"name": "x", "scopes": []})),
        ("scopes[0]", json!({"name": "x", "scopes": ["everything"]})),
        (
            "expiresAt",
            json!({"name": "x", "scopes": ["deals:read"], "expiresAt": "2020-01-01T00:00:00Z"}),
        ),
        ("name", json!({"name": " ", "scopes": ["deals:read"]})),
    ] {
        let refused = ada.post("/api/v1/api-keys", &body).await.expect(422);
        assert_eq!(refused.fields(), [field]);
    }
}

async fn a_key_opens_what_its_scopes_and_its_member_may(app: TestApp) {
    let ada = app.register("engines").await;
    ada.post("/api/v1/companies", &json!({"name": "Acme"}))
        .await
        .expect(201);
    let (reader, key) = make(
        &ada,
        json!({"name": "Reader", "scopes": ["companies:read"]}),
    )
    .await;
    reader.get("/api/v1/companies").await.expect(200);
    let refused = reader
        .post("/api/v1/companies", &json!({"name": "Breeze"}))
        .await
        .expect(403);
    assert_eq!(refused.body["error"]["code"], "forbidden");
    reader.get("/api/v1/deals").await.expect(403);
    // The account, its devices and its keys are for people.
    for path in ["auth/me", "auth/sessions", "api-keys"] {
        reader.get(&format!("/api/v1/{path}")).await.expect(403);
    }
    for path in ["auth/logout", "auth/logout-all", "api-keys"] {
        let body = json!({"name": "x", "scopes": ["companies:read"]});
        reader
            .post(&format!("/api/v1/{path}"), &body)
            .await
            .expect(403);
    }
    reader.delete(&path(&key)).await.expect(403);

    // What a key may change it may read, for the answer shows it.
    let (writer, _) = make(
        &ada,
        json!({"name": "Writer", "scopes": ["companies:write"]}),
    )
    .await;
    let acme = writer.get("/api/v1/companies").await.expect(200).data()[0]["id"].clone();
    let acme = format!("/api/v1/companies/{}", acme.as_str().unwrap());
    let changed = writer.patch(&acme, &json!({"industry": "Retail"})).await;
    changed.expect(200);
    writer.delete(&acme).await.expect(403);

    // Nobody gives away what he may not do, and a demotion takes it from his keys too.
    let (agent, _) = somebody(&app, &ada, Role::Agent).await;
    let beyond = json!({"name": "x", "scopes": ["deals:delete", "deals:read"]});
    let refused = agent.post("/api/v1/api-keys", &beyond).await.expect(422);
    assert_eq!(refused.fields(), ["scopes"]);
    let (own, _) = make(&agent, json!({"name": "Own", "scopes": ["deals:write"]})).await;
    let mine = own
        .post("/api/v1/deals", &json!({"title": "Mine"}))
        .await
        .expect(201);
    assert_eq!(mine.data()["title"], "Mine");

    // In an address it is refused, and so are others than the whole of it.
    let secret = reader.token.clone().unwrap();
    let stranger = app.stranger();
    stranger
        .get(&format!("/api/v1/companies?key={secret}"))
        .await
        .expect(400);
    for wrong in [
        format!("{secret}0"),
        secret[..40].to_owned(),
        "tl_live_".to_owned(),
    ] {
        let wrong = Caller {
            token: Some(wrong),
            ..ada.clone()
        };
        wrong.get("/api/v1/companies").await.expect(401);
    }
    // A repetition is that of one caller: a key is told from its member.
    let once = |caller: Caller, name: &'static str| async move {
        let request = caller
            .request(Method::POST, "/api/v1/companies")
            .header("idempotency-key", "one")
            .json(&json!({"name": name}));
        caller.send(request).await.expect(201)
    };
    once(ada.clone(), "Ada's").await;
    let other = once(writer, "Writer's").await;
    assert_eq!(other.header("idempotency-replayed"), "");
}

async fn keys_end_at_once_when_revoked_expired_or_their_member_leaves(app: TestApp) {
    let ada = app.register("engines").await;
    let scopes = json!(["companies:read"]);
    let (revoked, key) = make(&ada, json!({"name": "Revoked", "scopes": scopes})).await;
    let end = app.state.clock.now() + TimeDelta::hours(1);
    let body = json!({"name": "Expiring", "scopes": scopes, "expiresAt": end});
    let (expiring, _) = make(&ada, body).await;
    let (agent, member) = somebody(&app, &ada, Role::Agent).await;
    let (leaving, _) = make(&agent, json!({"name": "Leaving", "scopes": scopes})).await;
    for program in [&revoked, &expiring, &leaving] {
        program.get("/api/v1/companies").await.expect(200);
    }
    ada.delete(&path(&key)).await.expect(200);
    revoked.get("/api/v1/companies").await.expect(401);
    ada.delete(&path(&key)).await.expect(409);
    let shown = ada.get(&path(&key)).await.expect(200);
    assert!(shown.data()["revokedAt"].is_string());

    app.advance(TimeDelta::minutes(59));
    expiring.get("/api/v1/companies").await.expect(200);
    app.advance(TimeDelta::minutes(1));
    expiring.get("/api/v1/companies").await.expect(401);

    let ada = app.sign_in("engines").await;
    let deactivate = format!(
        "/api/v1/members/{}/deactivate",
        member["id"].as_str().unwrap()
    );
    ada.post(&deactivate, &json!({})).await.expect(200);
    leaving.get("/api/v1/companies").await.expect(401);
}

async fn keys_are_seen_by_their_owner_and_those_who_manage_members(app: TestApp) {
    let ada = app.register("engines").await;
    let (agent, _) = somebody(&app, &ada, Role::Agent).await;
    let (mate, _) = somebody(&app, &ada, Role::Agent).await;
    let (_, key) = make(&agent, json!({"name": "Mine", "scopes": ["deals:read"]})).await;
    let count = async |caller: &Caller| {
        let list = caller.get("/api/v1/api-keys").await.expect(200);
        list.data().as_array().unwrap().len()
    };
    assert_eq!(
        (count(&ada).await, count(&agent).await, count(&mate).await),
        (1, 1, 0)
    );
    mate.get(&path(&key)).await.expect(404);
    mate.delete(&path(&key)).await.expect(404);
    let stale = ada
        .request(Method::DELETE, &path(&key))
        .header("if-match", "\"7\"");
    ada.send(stale).await.expect(412);
    ada.delete(&path(&key)).await.expect(200);
    let live = agent
        .get("/api/v1/api-keys?revoked=false")
        .await
        .expect(200);
    assert_eq!(live.data(), &json!([]));
}

async fn the_use_of_a_key_is_written_down_once_a_minute(app: TestApp) {
    let ada = app.register("engines").await;
    let (program, key) = make(
        &ada,
        json!({"name": "Reader", "scopes": ["companies:read"]}),
    )
    .await;
    assert!(key["lastUsedAt"].is_null());
    let used = async |after: &Value| {
        for _ in 0..100 {
            app.state.principals.invalidate_all();
            program.get("/api/v1/companies").await.expect(200);
            let now = ada.get(&path(&key)).await.expect(200).data()["lastUsedAt"].clone();
            if now != *after {
                return now;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        after.clone()
    };
    let first = used(&Value::Null).await;
    assert!(first.is_string());
    app.advance(TimeDelta::seconds(30));
    app.state.principals.invalidate_all();
    program.get("/api/v1/companies").await.expect(200);
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    assert_eq!(ada.get(&path(&key)).await.data()["lastUsedAt"], first);
    app.advance(TimeDelta::seconds(31));
    assert!(used(&first).await.as_str() > first.as_str());
}

#[actix_web::test]
async fn a_key_has_a_limit_of_its_own() {
    let app = TestApp::start(&[("TOUCHLINE_RATE_LIMIT_KEY", "3")]).await;
    let ada = app.register("engines").await;
    let (program, _) = make(
        &ada,
        json!({"name": "Reader", "scopes": ["companies:read"]}),
    )
    .await;
    for _ in 0..3 {
        program.get("/api/v1/companies").await.expect(200);
    }
    let refused = program.get("/api/v1/companies").await.expect(429);
    assert!(refused.header("retry-after").parse::<u32>().unwrap() <= 60);
    ada.get("/api/v1/companies").await.expect(200);
}
