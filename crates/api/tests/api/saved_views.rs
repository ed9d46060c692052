//! `/api/v1/saved-views`.

use reqwest::Method;
use serde_json::{Value, json};
use shared_types::Role;

use crate::{
    helpers::{Answer, Caller, TestApp},
    on_both_databases,
    people::somebody,
};

on_both_databases!(
    a_view_is_saved_changed_and_deleted,
    what_a_view_holds_is_checked_with_its_list,
    shared_views_are_seen_by_all_and_changed_by_few,
    everybody_begins_with_a_view_of_the_own_choice,
    another_tenant_sees_no_view,
);

async fn save(caller: &Caller, body: Value) -> Value {
    let made = caller.post("/api/v1/saved-views", &body).await;
    made.expect(201).data().clone()
}

fn path(view: &Value) -> String {
    format!("/api/v1/saved-views/{}", view["id"].as_str().unwrap())
}

fn names(answer: &Answer) -> Vec<&str> {
    let views = answer.data().as_array().unwrap();
    views
        .iter()
        .map(|view| view["name"].as_str().unwrap())
        .collect()
}

async fn views(caller: &Caller, query: &str) -> Answer {
    caller
        .get(&format!("/api/v1/saved-views?{query}"))
        .await
        .expect(200)
}

async fn a_view_is_saved_changed_and_deleted(app: TestApp) {
    let ada = app.register("engines").await;
    let body = json!({"list": "deals", "name": " Große ", "sort": "-amount", "columns": ["title", "amount"],
        "filters": [{"name": "status", "value": "open,won"}, {"name": "amountMin", "value": "100000"}, {"name": "q", "value": "acme"}]});
    let made = ada.post("/api/v1/saved-views", &body).await.expect(201);
    assert_eq!(made.header("location"), path(made.data()));
    let view = made.data().clone();
    assert_eq!(view["name"], "Große");
    assert_eq!(view["ownerName"], "Ada engines");
    assert_eq!(view["shared"], false);
    assert_eq!(view["isDefault"], false);
    assert_eq!(view["filters"], body["filters"]);
    let again = ada
        .post(
            "/api/v1/saved-views",
            &json!({"list": "deals", "name": "GROSSE"}),
        )
        .await;
    assert_eq!(again.expect(409).fields(), ["name"]);
    // The same name for another list is another view.
    save(&ada, json!({"list": "companies", "name": "Große"})).await;
    let patch = json!({"name": "Small", "filters": [], "clear": ["sort"], "columns": ["amount", "title", "stage"]});
    let changed = ada.patch(&path(&view), &patch).await.expect(200);
    assert_eq!(changed.data()["version"], 2);
    assert_eq!(changed.data()["filters"], json!([]));
    assert_eq!(changed.data()["sort"], Value::Null);
    assert_eq!(
        changed.data()["columns"],
        json!(["amount", "title", "stage"])
    );
    let read = ada.get(&path(&view)).await.expect(200);
    assert_eq!(read.data(), changed.data());
    let stale = ada
        .request(Method::PATCH, &path(&view))
        .header("if-match", "\"1\"")
        .json(&json!({"name": "Old"}));
    let stale = ada.send(stale).await.expect(412);
    assert_eq!(stale.data()["name"], "Small");
    assert_eq!(names(&views(&ada, "list=deals").await), ["Small"]);
    assert_eq!(names(&views(&ada, "sort=-name").await), ["Small", "Große"]);
    assert_eq!(names(&views(&ada, "q=GROS").await), ["Große"]);
    ada.delete(&path(&view)).await.expect(200);
    ada.get(&path(&view)).await.expect(404);
    let log = ada.get("/api/v1/audit-log?subjectType=savedView").await;
    assert_eq!(log.expect(200).data().as_array().unwrap().len(), 4);
}

async fn what_a_view_holds_is_checked_with_its_list(app: TestApp) {
    let ada = app.register("engines").await;
    let refused = async |body: Value| ada.post("/api/v1/saved-views", &body).await.expect(422);
    let filters = json!([{"name": "employeesMin", "value": "many"}, {"name": "status", "value": "open"}, {"name": "limit", "value": "5"}, {"name": "country", "value": "DE"}]);
    let faults =
        refused(json!({"list": "companies", "name": "Odd", "filters": filters, "sort": "-amount"}))
            .await;
    assert_eq!(
        faults.fields(),
        [
            "filters.employeesMin",
            "filters.limit",
            "filters.status",
            "sort"
        ]
    );
    let twice = json!([{"name": "country", "value": "DE"}, {"name": "country", "value": "FR"}]);
    let faults = refused(
        json!({"list": "companies", "name": "Odd", "filters": twice, "columns": ["a", "a"]}),
    )
    .await;
    assert_eq!(faults.fields(), ["columns", "filters"]);
    let faults = refused(json!({"list": "companies", "name": " ", "columns": ["a b"]})).await;
    assert_eq!(faults.fields(), ["columns", "name"]);
    refused(json!({"list": "planets", "name": "Odd"})).await;
    let view = save(&ada, json!({"list": "companies", "name": "Fine"})).await;
    let refused = ada.patch(&path(&view), &json!({"sort": "amount"})).await;
    assert_eq!(refused.expect(422).fields(), ["sort"]);
}

async fn shared_views_are_seen_by_all_and_changed_by_few(app: TestApp) {
    let ada = app.register("engines").await;
    let (mara, manager) = somebody(&app, &ada, Role::Manager).await;
    let (anna, _) = somebody(&app, &ada, Role::Agent).await;
    let own = save(&mara, json!({"list": "deals", "name": "Private"})).await;
    let shared = save(
        &mara,
        json!({"list": "deals", "name": "Shared", "shared": true}),
    )
    .await;
    let hers = save(&anna, json!({"list": "deals", "name": "Hers"})).await;
    assert_eq!(names(&views(&anna, "").await), ["Hers", "Shared"]);
    assert_eq!(names(&views(&anna, "shared=true").await), ["Shared"]);
    assert_eq!(names(&views(&ada, "").await), ["Shared"]);
    anna.get(&path(&own)).await.expect(404);
    anna.patch(&path(&own), &json!({"name": "Mine"}))
        .await
        .expect(404);
    anna.get(&path(&shared)).await.expect(200);
    anna.patch(&path(&shared), &json!({"name": "Mine"}))
        .await
        .expect(403);
    anna.delete(&path(&shared)).await.expect(403);
    // An agent keeps views to itself.
    anna.patch(&path(&hers), &json!({"shared": true}))
        .await
        .expect(403);
    let new = json!({"list": "deals", "name": "Everybody's", "shared": true});
    anna.post("/api/v1/saved-views", &new).await.expect(403);
    // Who runs the organization tidies up what is shared.
    let renamed = ada
        .patch(&path(&shared), &json!({"name": "Team"}))
        .await
        .expect(200);
    assert_eq!(renamed.data()["ownerName"], manager["name"]);
    ada.patch(&path(&hers), &json!({"name": "Mine"}))
        .await
        .expect(404);
    ada.delete(&path(&shared)).await.expect(200);
    assert_eq!(names(&views(&mara, "").await), ["Private"]);
}

async fn everybody_begins_with_a_view_of_the_own_choice(app: TestApp) {
    let ada = app.register("engines").await;
    let (anna, _) = somebody(&app, &ada, Role::Agent).await;
    let mine = save(&ada, json!({"list": "deals", "name": "Mine"})).await;
    let shared = save(
        &ada,
        json!({"list": "deals", "name": "Shared", "shared": true}),
    )
    .await;
    let defaults = async |caller: &Caller| {
        let answer = views(caller, "list=deals").await;
        let views = answer.data().as_array().unwrap().clone();
        let chosen = views.into_iter().filter(|view| view["isDefault"] == true);
        chosen.map(|view| view["name"].clone()).collect::<Vec<_>>()
    };
    let begin = |view: &Value| format!("{}/default", path(view));
    let set = ada.post(&begin(&mine), &json!({})).await.expect(200);
    assert_eq!(set.data()["isDefault"], true);
    anna.post(&begin(&mine), &json!({})).await.expect(404);
    anna.post(&begin(&shared), &json!({})).await.expect(200);
    assert_eq!(defaults(&ada).await, ["Mine"]);
    assert_eq!(defaults(&anna).await, ["Shared"]);
    ada.post(&begin(&shared), &json!({})).await.expect(200);
    assert_eq!(defaults(&ada).await, ["Shared"]);
    // What is not the default is not taken away.
    ada.delete(&begin(&mine)).await.expect(200);
    assert_eq!(defaults(&ada).await, ["Shared"]);
    // What is shared no more, nobody else begins with.
    ada.patch(&path(&shared), &json!({"shared": false}))
        .await
        .expect(200);
    ada.patch(&path(&shared), &json!({"shared": true}))
        .await
        .expect(200);
    assert_eq!(defaults(&ada).await, ["Shared"]);
    assert_eq!(defaults(&anna).await, Vec::<Value>::new());
    ada.delete(&begin(&shared)).await.expect(200);
    assert_eq!(defaults(&ada).await, Vec::<Value>::new());
    ada.post(&begin(&mine), &json!({})).await.expect(200);
    ada.delete(&path(&mine)).await.expect(200);
    assert_eq!(defaults(&ada).await, Vec::<Value>::new());
}

async fn another_tenant_sees_no_view(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    let view = save(
        &ada,
        json!({"list": "deals", "name": "Shared", "shared": true}),
    )
    .await;
    assert_eq!(names(&views(&eve, "").await), Vec::<&str>::new());
    eve.get(&path(&view)).await.expect(404);
    eve.post(&format!("{}/default", path(&view)), &json!({}))
        .await
        .expect(404);
}
