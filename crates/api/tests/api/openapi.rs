//! What the document promises of every operation: each is tried by a stranger and by another tenant.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{archives::fetch, helpers::TestApp, on_both_databases};

on_both_databases!(
    a_path_without_id_names_its_methods,
    every_operation_refuses_strangers,
    every_id_is_unknown_to_another_tenant
);

/// Operations that answer callers who are not signed in. Nothing else may.
const PUBLIC: &[&str] = &[
    "register",
    "login",
    "refreshTokens",
    "forgotPassword",
    "resetPassword",
    "verifyEmail",
    "getFlags",
    "findInvitation",
    "acceptInvitation",
    "requestInvitation",
    "showUnsubscribe",
    "unsubscribe",
];

/// Every operation: its id, method, path and document.
pub fn operations() -> Vec<(String, Method, String, Value)> {
    let document = api::core::openapi::document();
    let paths = document["paths"].as_object().unwrap().clone();
    paths
        .into_iter()
        .flat_map(|(path, item)| {
            let item = item.as_object().unwrap().clone();
            item.into_iter().map(move |(method, operation)| {
                let id = operation["operationId"].as_str().unwrap().to_owned();
                (
                    id,
                    method.to_uppercase().parse().unwrap(),
                    path.clone(),
                    operation,
                )
            })
        })
        .collect()
}

#[test]
fn operations_are_named_once_and_described() {
    let mut names: Vec<String> = operations().into_iter().map(|(id, ..)| id).collect();
    let all = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), all, "an operationId is used twice");
    for (id, _, _, operation) in operations() {
        assert!(
            operation["summary"].is_string() && operation["tags"].is_array(),
            "{id} is not described"
        );
    }
}

async fn every_operation_refuses_strangers(app: TestApp) {
    let stranger = app.stranger();
    for (id, method, path, operation) in operations() {
        let path = path.replace("{id}", "01936e2a-7b1c-7cc3-98c4-dc0c0c07398f");
        let answer = stranger
            .send(
                stranger
                    .request(method, &path)
                    .json(&json!({"nonsense": true})),
            )
            .await;
        let public = PUBLIC.contains(&id.as_str());
        assert_eq!(
            operation["security"].as_array().unwrap().is_empty(),
            public,
            "{id}: the document disagrees"
        );
        if id == "getFlags" {
            assert_eq!(answer.status, 200, "{id}: {}", answer.body);
        } else if public {
            assert_eq!(answer.status, 422, "{id}: {}", answer.body);
        } else {
            assert_eq!(answer.status, 401, "{id}: {}", answer.body);
            assert_eq!(answer.body["error"]["code"], "unauthenticated", "{id}");
        }
    }
}

async fn every_id_is_unknown_to_another_tenant(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    let add = async |path: &str, body: Value| {
        let made = ada
            .post(&format!("/api/v1/{path}"), &body)
            .await
            .expect(201);
        made.data()["id"].clone()
    };
    let company = add("companies", json!({"name": "Acme"})).await;
    let contact = add("contacts", json!({"lastName": "Hopper"})).await;
    let lead = add("leads", json!({"lastName": "Johnson"})).await;
    let activity = add("activities", json!({"kind": "task", "subject": "Ring"})).await;
    let note = add("notes", json!({"body": "Said", "companyId": company})).await;
    let deal = add("deals", json!({"title": "Acme"})).await;
    let product = add("products", json!({"name": "GTX"})).await;
    let category = add("product-categories", json!({"name": "GTX"})).await;
    let reason = add("lost-reasons", json!({"name": "Moon phase"})).await;
    let tag = add("tags", json!({"name": "VIP"})).await;
    let member = add("members", json!({"name": "Anna", "role": "agent"})).await;
    let key = add(
        "api-keys",
        json!({"name": "Warehouse", "scopes": ["deals:read"]}),
    )
    .await;
    let absence = add(
        "absences",
        json!({"kind": "sick", "from": "2026-03-01", "until": "2026-03-01"}),
    )
    .await;
    let invitation = add(
        "invitations",
        json!({"email": "ines@engines.example", "role": "agent"}),
    )
    .await;
    let access = add(
        "coaching-access",
        json!({"reason": "asked by the works council"}),
    )
    .await;
    let team = add("teams", json!({"name": "Central"})).await;
    let pipeline = ada.get("/api/v1/pipelines").await.expect(200).data()[0]["id"].clone();
    let stage = ada.get("/api/v1/pipelines").await.expect(200).data()[0]["stages"][0]["id"].clone();
    let view = add("saved-views", json!({"list": "deals", "name": "Open"})).await;
    let session = ada.get("/api/v1/auth/sessions").await.expect(200).data()[0]["id"].clone();
    let import = ada.upload("deals", "deals.csv", b"Title\nAcme\n").await;
    let import = import.expect(201).data()["id"].clone();
    let export = add("exports", json!({"kinds": ["deals"]})).await;
    let twin = add("companies", json!({"name": "ACME GmbH"})).await;
    let merge = format!("/api/v1/companies/{}/merge", twin.as_str().unwrap());
    let gone = add("companies", json!({"name": "ACME Inc."})).await;
    let merge = ada.post(&merge, &json!({"with": [{"id": gone}]})).await;
    let merge = merge.expect(200).data()["id"].clone();
    add("companies", json!({"name": "Acme & Co"})).await;
    ada.post("/api/v1/duplicates/search", &json!({}))
        .await
        .expect(200);
    app.settle().await;
    // An import that is over is one's own news.
    let notification = ada.get("/api/v1/notifications").await.expect(200).data()[0]["id"].clone();
    let written = format!("/api/v1/exports/{}", export.as_str().unwrap());
    let written = ada.get(&written).await.expect(200);
    let archive = fetch(&ada, written.data()).await;
    let archive = ada.upload_archive(&archive).await.expect(201);
    let archive = archive.data()["id"].clone();
    let group = ada.get("/api/v1/duplicates").await.expect(200).data()[0]["id"].clone();
    let job = ada.get("/api/v1/jobs").await.expect(200).data()[0]["id"].clone();
    for (id, method, path, _) in operations()
        .into_iter()
        .filter(|(_, _, path, _)| path.contains("{id}"))
    {
        let target = match path.split('/').nth(3) {
            Some("companies") => &company,
            Some("contacts") => &contact,
            Some("leads") => &lead,
            Some("activities") => &activity,
            Some("notes") => &note,
            Some("deals") => &deal,
            Some("members") => &member,
            Some("teams") => &team,
            Some("products") => &product,
            Some("product-categories") => &category,
            Some("lost-reasons") => &reason,
            Some("tags") => &tag,
            Some("pipelines") => &pipeline,
            Some("saved-views") => &view,
            Some("auth") => &session,
            Some("imports") => &import,
            Some("import-archives") => &archive,
            Some("exports") => &export,
            Some("notifications") => &notification,
            Some("jobs") => &job,
            Some("absences") => &absence,
            Some("api-keys") => &key,
            Some("invitations") => &invitation,
            Some("merges") => &merge,
            Some("duplicates") => &group,
            Some("coaching-access") => &access,
            other => panic!("{id}: make a record of {other:?} here, so that the test can try it"),
        };
        let before = ada.get("/api/v1/companies").await.body;
        // A body that passes its checks, so that the path is what is refused.
        let body = match id.as_str() {
            "moveDeal" => json!({"stageId": stage}),
            "mergeTag" => json!({"into": tag}),
            "mergeCompanies" | "mergeContacts" | "mergeLeads" => json!({"with": [{"id": twin}]}),
            _ => json!({}),
        };
        let mut bodies = Vec::new();
        for known in [
            target.as_str().unwrap(),
            "01936e2a-7b1c-7cc3-98c4-dc0c0c07398f",
        ] {
            let path = path.replace("{id}", known);
            let answer = eve
                .send(eve.request(method.clone(), &path).json(&body))
                .await;
            assert_eq!(answer.status, 404, "{id}: {}", answer.body);
            let mut error = answer.body["error"].clone();
            error["requestId"] = Value::Null;
            bodies.push(error);
        }
        assert_eq!(
            bodies[0], bodies[1],
            "{id} tells a foreign record from none"
        );
        assert_eq!(
            ada.get("/api/v1/companies").await.body,
            before,
            "{id} changed something"
        );
    }
}

/// A path of its own is not taken for an id.
async fn a_path_without_id_names_its_methods(app: TestApp) {
    let ada = app.register("engines").await;
    for path in [
        "/api/v1/companies/export",
        "/api/v1/deals/board",
        "/api/v1/leads/board",
    ] {
        let answer = ada
            .send(ada.request(Method::PATCH, path).json(&json!({})))
            .await;
        assert_eq!(answer.status, 405, "{path}: {}", answer.body);
        assert_eq!(answer.header("allow"), "GET", "{path}");
    }
    let answer = ada.patch("/api/v1/companies/nonsense", &json!({})).await;
    assert_eq!(answer.status, 404);
}
