//! `POST /api/v1/…/bulk`.

use reqwest::Method;
use serde_json::{Value, json};
use shared_types::Role;

use crate::{
    helpers::{Answer, Caller, TestApp, column},
    on_both_databases,
    people::somebody,
};

on_both_databases!(
    each_operation_has_its_own_result,
    all_or_nothing_where_asked,
    a_bulk_request_has_one_effect,
    roles_and_tenants_hold_in_bulk_too,
    people_and_activities_are_written_in_bulk,
);

async fn bulk(caller: &Caller, kind: &str, body: Value) -> Answer {
    caller.post(&format!("/api/v1/{kind}/bulk"), &body).await
}

fn statuses(answer: &Answer) -> Vec<u64> {
    let results = answer.data().as_array().unwrap();
    results
        .iter()
        .map(|result| result["status"].as_u64().unwrap())
        .collect()
}

async fn names(caller: &Caller, query: &str) -> Vec<String> {
    column(caller, &format!("companies?sort=name{query}"), "name").await
}

async fn each_operation_has_its_own_result(app: TestApp) {
    let ada = app.register("engines").await;
    let made = bulk(
        &ada,
        "companies",
        json!({"operations": [
            {"kind": "create", "create": {"name": "Acme", "externalId": "1"}},
            {"kind": "create", "create": {"name": "Twin", "externalId": "1"}},
            {"kind": "create", "create": {"name": " "}},
            {"kind": "create", "create": {"name": "Breeze", "industry": "energy"}},
            {"kind": "update", "update": {"name": "Nobody"}},
        ]}),
    )
    .await
    .expect(200);
    assert_eq!(statuses(&made), [201, 409, 422, 201, 422]);
    assert_eq!(made.data()[1]["error"]["code"], "alreadyExists");
    assert!(made.data()[2]["error"]["fields"]["create.name"].is_array());
    assert!(made.data()[4]["error"]["fields"]["id"].is_array());
    assert_eq!(made.data()[0]["record"]["ownerName"], "Ada engines");
    assert_eq!(names(&ada, "").await, ["Acme", "Breeze"]);
    let (acme, breeze) = (
        &made.data()[0]["record"]["id"],
        &made.data()[3]["record"]["id"],
    );
    let changed = bulk(
        &ada,
        "companies",
        json!({"operations": [
            {"kind": "update", "id": acme, "version": 1, "update": {"industry": "retail"}},
            {"kind": "update", "id": acme, "version": 1, "update": {"industry": "mining"}},
            {"kind": "delete", "id": breeze},
            {"kind": "delete", "id": breeze},
            {"kind": "restore", "id": breeze},
            {"kind": "delete", "id": breeze},
        ]}),
    )
    .await
    .expect(200);
    assert_eq!(statuses(&changed), [200, 412, 200, 409, 200, 200]);
    assert_eq!(changed.data()[1]["record"]["industry"], "retail");
    assert_eq!(names(&ada, "").await, ["Acme"]);
    assert_eq!(names(&ada, "&trashed=true").await, ["Breeze"]);
    // What was refused left no event behind.
    let events = ada
        .get("/api/v1/audit-log?subjectType=company")
        .await
        .expect(200);
    assert_eq!(events.data().as_array().unwrap().len(), 6);
    for (kind, create) in [("deals", "title"), ("products", "name")] {
        let create = json!({"kind": "create", "create": {create: "Thing"}});
        let made = bulk(&ada, kind, json!({"operations": [create]})).await;
        let made = made.expect(200);
        let id = &made.data()[0]["record"]["id"];
        let operations = json!([{"kind": "update", "id": id, "update": {"description": "x"}}]);
        let odd = bulk(&ada, kind, json!({"operations": operations})).await;
        assert_eq!(odd.status, if kind == "deals" { 422 } else { 200 });
        let gone = json!([{"kind": "delete", "id": id}, {"kind": "restore", "id": id}]);
        let gone = bulk(&ada, kind, json!({"operations": gone})).await;
        assert_eq!(statuses(&gone.expect(200)), [200, 200], "{kind}");
    }
}

async fn all_or_nothing_where_asked(app: TestApp) {
    let ada = app.register("engines").await;
    let body = |second: &str| {
        json!({"atomic": true, "operations": [
            {"kind": "create", "create": {"name": "Acme", "externalId": "1"}},
            {"kind": "create", "create": {"name": "Breeze", "externalId": second}},
        ]})
    };
    let refused = bulk(&ada, "companies", body("1")).await.expect(409);
    assert!(refused.body["error"]["message"].is_string());
    assert_eq!(names(&ada, "").await, Vec::<String>::new());
    let invalid = json!({"atomic": true, "operations": [{"kind": "create", "create": {"name": "Acme"}}, {"kind": "create", "create": {"name": ""}}]});
    let refused = bulk(&ada, "companies", invalid).await.expect(422);
    assert_eq!(refused.fields(), ["operations.1.create.name"]);
    assert_eq!(names(&ada, "").await, Vec::<String>::new());
    let made = bulk(&ada, "companies", body("2")).await.expect(200);
    assert_eq!(statuses(&made), [201, 201]);
    let none = bulk(&ada, "companies", json!({"operations": []})).await;
    assert_eq!(none.expect(422).fields(), ["operations"]);
    let many = vec![json!({"kind": "create", "create": {"name": "Acme"}}); 501];
    let many = bulk(&ada, "companies", json!({"operations": many})).await;
    assert_eq!(many.expect(422).fields(), ["operations"]);
}

async fn a_bulk_request_has_one_effect(app: TestApp) {
    let ada = app.register("engines").await;
    let operations = vec![json!({"kind": "create", "create": {"name": "Acme"}}); 250];
    let send = async || {
        let request = ada
            .request(Method::POST, "/api/v1/companies/bulk")
            .header("idempotency-key", "once")
            .json(&json!({"operations": operations}));
        ada.send(request).await.expect(200)
    };
    let first = send().await;
    let second = send().await;
    assert_eq!(second.header("idempotency-replayed"), "true");
    assert_eq!(first.data(), second.data());
    let list = ada.get("/api/v1/companies?count=true").await.expect(200);
    assert_eq!(list.body["pagination"]["total"], 250);
}

async fn roles_and_tenants_hold_in_bulk_too(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    let (anna, _) = somebody(&app, &ada, Role::Agent).await;
    let foreign = eve
        .post("/api/v1/companies", &json!({"name": "Theirs"}))
        .await
        .expect(201);
    let foreign = &foreign.data()["id"];
    let of_ada = ada
        .post("/api/v1/companies", &json!({"name": "Hers"}))
        .await
        .expect(201);
    let of_ada = &of_ada.data()["id"];
    let none = "01936e2a-7b1c-7cc3-98c4-dc0c0c07398f";
    let answer = bulk(
        &anna,
        "companies",
        json!({"operations": [
            {"kind": "update", "id": foreign, "update": {"name": "Mine"}},
            {"kind": "update", "id": none, "update": {"name": "Mine"}},
            {"kind": "update", "id": of_ada, "update": {"name": "Mine"}},
            {"kind": "create", "create": {"name": "Anna's", "parentId": foreign}},
            {"kind": "create", "create": {"name": "Anna's"}},
            {"kind": "delete", "id": of_ada},
        ]}),
    )
    .await
    .expect(200);
    assert_eq!(statuses(&answer), [404, 404, 403, 422, 201, 403]);
    assert_eq!(answer.data()[0]["error"], answer.data()[1]["error"]);
    assert_eq!(names(&eve, "").await, ["Theirs"]);
    assert_eq!(names(&ada, "").await, ["Anna's", "Hers"]);
    // Who may not write at all is not heard.
    bulk(
        &anna,
        "products",
        json!({"operations": [{"kind": "create", "create": {"name": "GTX"}}]}),
    )
    .await
    .expect(403);
}

async fn people_and_activities_are_written_in_bulk(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    let (anna, me) = somebody(&app, &ada, Role::Agent).await;
    let anna_id = &me["id"];
    let cases = [
        (
            "contacts",
            json!({"lastName": "Hopper"}),
            json!({"consent": "granted", "ownerId": anna_id}),
            json!({"companyId": anna_id}),
        ),
        (
            "leads",
            json!({"lastName": "Johnson", "email": "k@acme.example"}),
            json!({"status": "working", "ownerId": anna_id}),
            json!({"status": "converted"}),
        ),
        (
            "activities",
            json!({"kind": "call", "subject": "Ask"}),
            json!({"done": true, "dueAt": "2026-12-01T08:00:00Z", "ownerId": anna_id}),
            json!({"leadId": anna_id}),
        ),
    ];
    for (kind, create, update, wrong) in cases {
        let create = json!({"kind": "create", "create": create});
        let made = bulk(&ada, kind, json!({"operations": [create, create, create]})).await;
        let made = made.expect(200);
        assert_eq!(statuses(&made), [201, 201, 201], "{kind}");
        assert_eq!(made.data()[0]["record"]["ownerName"], "Ada engines");
        let id = |index: usize| made.data()[index]["record"]["id"].clone();
        let changed = bulk(
            &ada,
            kind,
            json!({"operations": [
                {"kind": "update", "id": id(0), "version": 1, "update": update},
                {"kind": "update", "id": id(0), "version": 1, "update": update},
                {"kind": "update", "id": id(1), "update": wrong},
                {"kind": "delete", "id": id(2)},
                {"kind": "delete", "id": id(2)},
                {"kind": "restore", "id": id(2)},
            ]}),
        )
        .await
        .expect(200);
        assert_eq!(statuses(&changed), [200, 412, 422, 200, 409, 200], "{kind}");
        let after = &changed.data()[0]["record"];
        assert_eq!(&after["ownerId"], anna_id, "{kind}");
        assert_eq!(after["ownerName"], me["name"], "{kind}");
        for (field, value) in update.as_object().unwrap() {
            match field.as_str() {
                "done" => assert!(after["doneAt"].is_string()),
                _ => assert_eq!(&after[field], value, "{kind}"),
            }
        }
        let operation = json!([{"kind": "delete", "id": id(0)}]);
        let theirs = bulk(&eve, kind, json!({"operations": operation})).await;
        assert_eq!(statuses(&theirs.expect(200)), [404], "{kind}");
        let reach = json!([{"kind": "update", "id": id(0), "update": {"description": "x"}},
            {"kind": "update", "id": id(1), "update": {"description": "x"}}]);
        let reached = bulk(&anna, kind, json!({"operations": reach})).await;
        let refused = if kind == "contacts" { 403 } else { 404 };
        assert_eq!(statuses(&reached.expect(200)), [200, refused], "{kind}");
    }
}
