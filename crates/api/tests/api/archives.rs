//! `/api/v1/exports`: records of several kinds leave as one archive.

use std::io::{Cursor, Read};

use persistence::platform::{export, piece};
use reqwest::Method;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use shared_types::Role;

use crate::{
    api_keys::make,
    helpers::{Caller, TestApp, add, path, rows},
    on_both_databases,
    people::somebody,
};

on_both_databases!(
    an_archive_holds_what_the_tables_hold,
    an_archive_reaches_no_further_than_who_asked,
    an_export_belongs_to_who_asked_and_to_administrators,
    a_member_has_one_export_at_a_time_and_may_cancel_it,
    an_export_goes_after_seven_days,
    whoever_may_not_export_any_more_gets_no_archive,
    a_key_fetches_what_it_asked_for,
);

/// Asks for an export and waits until it is over.
pub async fn export_of(app: &TestApp, caller: &Caller, body: Value) -> Value {
    let asked = caller.post("/api/v1/exports", &body).await.expect(201);
    app.settle().await;
    let export = caller.get(asked.header("location")).await.expect(200);
    export.data().clone()
}

fn file(export: &Value) -> String {
    format!("{}/file", path("exports", export))
}

/// The bytes of an archive.
pub async fn fetch(caller: &Caller, export: &Value) -> Vec<u8> {
    let request = caller.request(Method::GET, &file(export));
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "application/zip");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let disposition = answer.headers()["content-disposition"].to_str().unwrap();
    assert_eq!(
        disposition,
        "attachment; filename=\"touchline-2026-03-02.zip\""
    );
    answer.bytes().await.unwrap().to_vec()
}

/// The files of an archive, with their names.
fn unpacked(bytes: &[u8]) -> Vec<(String, String)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let files = 0..archive.len();
    let files = files.map(|index| {
        let mut file = archive.by_index(index).unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        (file.name().unwrap().into_owned(), text)
    });
    files.collect()
}

/// The lines of a kind in an archive, without the header.
async fn lines(caller: &Caller, export: &Value, kind: &str) -> Vec<String> {
    let files = unpacked(&fetch(caller, export).await);
    let name = format!("{kind}.csv");
    let (_, text) = files.into_iter().find(|(of, _)| *of == name).unwrap();
    text.lines().skip(1).map(str::to_owned).collect()
}

async fn an_archive_holds_what_the_tables_hold(app: TestApp) {
    let ada = app.register("engines").await;
    for number in 0..430 {
        let body = json!({"name": format!("Company {number}"), "industry": "Toys"});
        add(&ada, "companies", body).await;
    }
    let company = add(&ada, "companies", json!({"name": "Acme"})).await;
    let contact =
        json!({"lastName": "Hopper", "companyId": company["id"], "birthday": "1906-12-09"});
    let contact = add(&ada, "contacts", contact).await;
    let note = json!({"body": "Not to be told", "confidential": true, "contactId": contact["id"]});
    add(&ada, "notes", note).await;

    let request = ada
        .request(Method::POST, "/api/v1/exports")
        .header("idempotency-key", "once")
        .json(&json!({}));
    let again = request.try_clone().unwrap();
    let asked = ada.send(request).await.expect(201);
    assert_eq!(asked.data()["state"], "waiting");
    ada.get(&file(asked.data())).await.expect(409);
    let again = ada.send(again).await.expect(201);
    assert_eq!(again.data()["id"], asked.data()["id"]);

    app.settle().await;
    let done = ada.get(asked.header("location")).await.expect(200);
    let done = done.data().clone();
    assert_eq!(done["state"], "done", "{done}");
    let bytes = fetch(&ada, &done).await;
    assert_eq!(done["size"], bytes.len());
    let mut files = unpacked(&bytes);
    let (name, manifest) = files.pop().unwrap();
    assert_eq!(name, "manifest.json");
    let manifest: Value = serde_json::from_str(&manifest).unwrap();
    assert_eq!(manifest["format"], "touchline-archive");
    assert_eq!(manifest["organization"], "engines");
    assert_eq!(manifest["files"], done["files"]);
    let said = manifest["files"].as_array().unwrap();
    assert_eq!((files.len(), said.len()), (9, 9));
    for ((name, text), said) in files.iter().zip(said) {
        let kind = said["kind"].as_str().unwrap();
        assert_eq!(
            (name.as_str(), &said["name"]),
            (format!("{kind}.csv").as_str(), &json!(name))
        );
        let list = if kind == "metricValues" {
            "metric-values"
        } else {
            kind
        };
        let single = ada.get(&format!("/api/v1/{list}/export")).await.expect(200);
        assert_eq!(single.body.as_str().unwrap(), text, "{kind}");
        assert_eq!(said["sha256"], hex::encode(Sha256::digest(text)));
        assert_eq!(said["bytes"], text.len());
        assert_eq!(said["rows"], text.lines().count() - 1, "{kind}");
    }
    let all = files.iter().map(|(_, text)| text.as_str());
    let all: String = all.collect();
    assert!(all.contains("1906-12-09") && all.contains("Not to be told"));

    let log = ada.get("/api/v1/audit-log?subjectType=export").await;
    let kinds: Vec<&str> = log
        .data()
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["exported", "export.finished", "created"]);
    assert_eq!(rows(&ada, "exports?state=done").await.len(), 1);
    assert_eq!(rows(&ada, "exports?state=failed").await.len(), 0);
}

async fn an_archive_reaches_no_further_than_who_asked(app: TestApp) {
    let ada = app.register("engines").await;
    let (agent, _) = somebody(&app, &ada, Role::Agent).await;
    let (leader, me) = somebody(&app, &ada, Role::TeamLeader).await;
    let (manager, _) = somebody(&app, &ada, Role::Manager).await;
    agent.post("/api/v1/exports", &json!({})).await.expect(403);
    add(&ada, "deals", json!({"title": "Ada's"})).await;
    add(&leader, "deals", json!({"title": "Mine"})).await;
    let contact = add(
        &ada,
        "contacts",
        json!({"lastName": "Hopper", "birthday": "1906-12-09"}),
    )
    .await;
    let note = json!({"body": "Hidden", "confidential": true, "contactId": contact["id"]});
    add(&ada, "notes", note).await;
    let body = json!({"kinds": ["notes", "deals", "members", "contacts"]});
    let export = export_of(&app, &leader, body.clone()).await;
    assert_eq!(
        export["kinds"],
        json!(["members", "contacts", "deals", "notes"])
    );
    let deals = lines(&leader, &export, "deals").await;
    assert_eq!(deals.len(), 1);
    assert!(deals[0].starts_with("Mine,"));
    let members = lines(&leader, &export, "members").await;
    assert!(members.len() == 1 && members[0].contains(me["name"].as_str().unwrap()));
    for kind in ["contacts", "notes"] {
        assert!(lines(&leader, &export, kind).await.is_empty(), "{kind}");
    }
    let export = export_of(&app, &manager, body).await;
    assert_eq!(lines(&manager, &export, "deals").await.len(), 2);
    assert!(lines(&manager, &export, "contacts").await[0].contains("1906-12-09"));
    // What is confidential says to each what they may read.
    let notes = lines(&manager, &export, "notes").await;
    let single = manager.get("/api/v1/notes/export").await.expect(200);
    assert!(single.body.as_str().unwrap().contains(&notes[0]));
    for body in [
        json!({"kinds": []}),
        json!({"kinds": ["moons"]}),
        json!({"all": true}),
    ] {
        ada.post("/api/v1/exports", &body).await.expect(422);
    }
}

async fn an_export_belongs_to_who_asked_and_to_administrators(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    let (leader, member) = somebody(&app, &ada, Role::TeamLeader).await;
    let (manager, _) = somebody(&app, &ada, Role::Manager).await;
    let export = export_of(&app, &leader, json!({"kinds": ["deals"]})).await;
    let one = path("exports", &export);
    for other in [&eve, &manager] {
        other.get(&one).await.expect(404);
        other.get(&file(&export)).await.expect(404);
        other.delete(&one).await.expect(404);
        assert!(rows(other, "exports").await.is_empty());
    }
    for known in [&ada, &leader] {
        assert_eq!(rows(known, "exports").await[0]["id"], export["id"]);
        fetch(known, &export).await;
    }
    // A promotion shows no more than there is, a demotion nothing.
    let role = async |role: &str| {
        let path = path("members", &member);
        let changed = ada.patch(&path, &json!({"role": role})).await;
        changed.expect(200);
        app.state.principals.invalidate_all();
    };
    role("manager").await;
    fetch(&leader, &export).await;
    let wide = export_of(&app, &leader, json!({"kinds": ["deals"]})).await;
    role("teamLeader").await;
    leader.get(&file(&wide)).await.expect(403);
    fetch(&leader, &export).await;
    role("agent").await;
    leader.get(&file(&export)).await.expect(403);
}

async fn a_member_has_one_export_at_a_time_and_may_cancel_it(app: TestApp) {
    let ada = app.register("engines").await;
    let (manager, _) = somebody(&app, &ada, Role::Manager).await;
    let first = ada.post("/api/v1/exports", &json!({})).await.expect(201);
    let refused = ada.post("/api/v1/exports", &json!({})).await.expect(409);
    assert_eq!(refused.body["error"]["code"], "conflict");
    let theirs = manager.post("/api/v1/exports", &json!({})).await;
    theirs.expect(201);
    let one = path("exports", first.data());
    let cancelled = ada.delete(&one).await.expect(200);
    assert_eq!(cancelled.data()["state"], "cancelled");
    app.settle().await;
    let still = ada.get(&one).await.expect(200);
    assert_eq!(still.data()["state"], "cancelled");
    ada.get(&file(first.data())).await.expect(409);
    let jobs = rows(&ada, "jobs").await;
    assert!(jobs.iter().all(|job| job["state"] != "dead"), "{jobs:?}");

    let second = export_of(&app, &ada, json!({})).await;
    let request = ada.request(Method::DELETE, &path("exports", &second));
    let stale = ada.send(request.header("if-match", "\"1\"")).await;
    stale.expect(412);
    ada.delete(&path("exports", &second)).await.expect(200);
    ada.get(&path("exports", &second)).await.expect(404);
    ada.delete(&one).await.expect(200);
    assert!(
        rows(&ada, "exports?q=deals")
            .await
            .iter()
            .all(|row| row["state"] == "done")
    );
    let log = ada
        .get("/api/v1/audit-log?subjectType=export&kind=deleted")
        .await;
    assert_eq!(log.data().as_array().unwrap().len(), 2);
}

async fn an_export_goes_after_seven_days(app: TestApp) {
    let ada = app.register("engines").await;
    let export = export_of(&app, &ada, json!({})).await;
    assert_eq!(export["expiresAt"], "2026-03-09T09:00:00Z");
    let kept = async |ada: &Caller| {
        let me = ada.get("/api/v1/auth/me").await.expect(200);
        let home = me.data()["organization"]["id"].as_str().unwrap().to_owned();
        let read = app.state.store.read(home.parse().unwrap());
        let rows = export::Entity::find().all(&read).await.unwrap();
        (
            rows.len(),
            piece::Entity::find().all(&read).await.unwrap().len(),
        )
    };
    let ada = app.later("engines", 6).await;
    ada.get(&path("exports", &export)).await.expect(200);
    assert_eq!(kept(&ada).await.0, 1);
    app.advance(chrono::TimeDelta::days(1));
    let ada = app.sign_in("engines").await;
    ada.get(&path("exports", &export)).await.expect(404);
    ada.get(&file(&export)).await.expect(404);
    assert!(rows(&ada, "exports").await.is_empty());
    let ada = app.later("engines", 0).await;
    assert_eq!(kept(&ada).await, (0, 0));
}

async fn whoever_may_not_export_any_more_gets_no_archive(app: TestApp) {
    let ada = app.register("engines").await;
    let (leaver, member) = somebody(&app, &ada, Role::Manager).await;
    let (demoted, other) = somebody(&app, &ada, Role::Manager).await;
    for caller in [&leaver, &demoted] {
        caller.post("/api/v1/exports", &json!({})).await.expect(201);
    }
    let gone = format!("{}/deactivate", path("members", &member));
    ada.post(&gone, &json!({})).await.expect(200);
    let (other, agent) = (path("members", &other), json!({"role": "agent"}));
    ada.patch(&other, &agent).await.expect(200);
    app.settle().await;
    for row in rows(&ada, "exports").await {
        assert_eq!(row["state"], "failed");
        let failure = row["failure"].as_str().unwrap();
        assert!(
            failure.ends_with("may not export this any more"),
            "{failure}"
        );
        ada.get(&file(&row)).await.expect(409);
    }
}

async fn a_key_fetches_what_it_asked_for(app: TestApp) {
    let ada = app.register("engines").await;
    add(
        &ada,
        "contacts",
        json!({"lastName": "Hopper", "birthday": "1906-12-09"}),
    )
    .await;
    let scopes = json!(["exports:create", "contacts:read", "deals:read"]);
    let (program, key) = make(&ada, json!({"name": "Key", "scopes": scopes})).await;
    let (other, _) = make(
        &ada,
        json!({"name": "Other", "scopes": ["exports:create", "contacts:read"]}),
    )
    .await;
    let refused = program
        .post("/api/v1/exports", &json!({"kinds": ["deals", "notes"]}))
        .await;
    assert_eq!(refused.expect(422).fields(), ["kinds.1"]);
    let export = export_of(&app, &program, json!({})).await;
    assert_eq!(export["kinds"], json!(["contacts", "deals"]));
    let contacts = lines(&program, &export, "contacts").await;
    assert!(contacts.len() == 1 && !contacts[0].contains("1906-12-09"));
    fetch(&ada, &export).await;
    let own = export_of(&app, &ada, json!({})).await;
    program.get(&path("exports", &own)).await.expect(404);
    other.get(&path("exports", &export)).await.expect(404);
    program
        .post("/api/v1/exports", &json!({}))
        .await
        .expect(201);
    ada.delete(&path("api-keys", &key)).await.expect(200);
    app.settle().await;
    let last = rows(&ada, "exports").await;
    assert_eq!(last[0]["failure"], "the API key is not valid any more");
}
