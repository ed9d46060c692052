//! `/api/v1/companies`.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    helpers::{TestApp, add, path},
    on_both_databases,
};

on_both_databases!(
    a_company_is_added_read_changed_and_found,
    the_trash_keeps_and_gives_back,
    bad_input_is_named_by_field,
    parents_make_no_circle,
);

async fn a_company_is_added_read_changed_and_found(app: TestApp) {
    let ada = app.register("engines").await;
    let made = ada
        .post("/api/v1/companies", &json!({"name": " Café Zürich ", "industry": "retail", "annualRevenue": {"amount": 110_004, "currency": "USD"}}))
        .await
        .expect(201);
    assert_eq!(made.header("location"), path("companies", made.data()));
    assert_eq!(made.header("etag"), "\"1\"");
    assert_eq!(made.data()["name"], "Café Zürich");
    assert_eq!(made.data()["ownerName"], "Ada engines");
    let company = path("companies", made.data());
    // What has to have a value is not emptied, and a list is no object.
    let refused = ada.patch(&company, &json!({"name": null})).await;
    assert_eq!(refused.expect(422).fields(), ["name"]);
    let refused = ada.patch(&company, &json!([null, null])).await;
    assert_eq!(refused.expect(422).fields(), ["body"]);
    let changed = ada
        .patch(
            &company,
            &json!({"industry": null, "clear": ["annualRevenue"], "employees": 7}),
        )
        .await
        .expect(200);
    assert_eq!(changed.data()["employees"], 7);
    assert!(
        changed.data().get("industry").is_none() && changed.data().get("annualRevenue").is_none()
    );
    let found = ada
        .get("/api/v1/companies?q=zurich%20caf")
        .await
        .expect(200);
    assert_eq!(found.data().as_array().unwrap().len(), 1);
    assert!(
        ada.get("/api/v1/companies?q=zurich%20bar")
            .await
            .expect(200)
            .data()
            .as_array()
            .unwrap()
            .is_empty()
    );
    ada.patch(&company, &json!({"name": "Bäckerei"}))
        .await
        .expect(200);
    assert!(
        ada.get("/api/v1/companies?q=zurich")
            .await
            .expect(200)
            .data()
            .as_array()
            .unwrap()
            .is_empty()
    );

    let timeline = ada.get(&format!("{company}/timeline")).await.expect(200);
    let kinds: Vec<&str> = timeline
        .data()
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["updated", "updated", "created"]);
    let change = &timeline.data()[0]["changes"][0];
    assert_eq!(
        (
            change["field"].as_str(),
            change["before"].as_str(),
            change["after"].as_str()
        ),
        (Some("name"), Some("Café Zürich"), Some("Bäckerei"))
    );
}

async fn the_trash_keeps_and_gives_back(app: TestApp) {
    let ada = app.register("engines").await;
    let company = path(
        "companies",
        &add(&ada, "companies", json!({"name": "Acme"})).await,
    );
    ada.delete(&company).await.expect(200);
    assert!(
        ada.get("/api/v1/companies")
            .await
            .data()
            .as_array()
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        ada.get("/api/v1/companies?trashed=true")
            .await
            .data()
            .as_array()
            .unwrap()
            .len(),
        1
    );
    ada.patch(&company, &json!({"phone": "1"}))
        .await
        .expect(409);
    ada.delete(&company).await.expect(409);
    ada.post(&format!("{company}/restore"), &json!({}))
        .await
        .expect(200);
    ada.post(&format!("{company}/restore"), &json!({}))
        .await
        .expect(409);
    assert_eq!(
        ada.get("/api/v1/companies")
            .await
            .data()
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

async fn bad_input_is_named_by_field(app: TestApp) {
    let ada = app.register("engines").await;
    let post = |body: Value| {
        let ada = &ada;
        async move { ada.post("/api/v1/companies", &body).await }
    };
    let refused =
        post(json!({"name": "", "domain": "NOT a domain", "country": "Germany", "employees": -1}))
            .await
            .expect(422);
    assert_eq!(refused.fields(), ["country", "domain", "employees", "name"]);
    let refused =
        post(json!({"name": 5, "employees": "many", "organizationId": "x", "version": 3}))
            .await
            .expect(422);
    assert_eq!(
        refused.fields(),
        ["employees", "name", "organizationId", "version"]
    );
    assert_eq!(
        post(json!({"name": "a\u{0}b"})).await.expect(422).fields(),
        ["name"]
    );
    assert_eq!(
        post(json!({"name": "Acme", "ownerId": "01936e2a-7b1c-7cc3-98c4-dc0c0c07398f"}))
            .await
            .expect(422)
            .fields(),
        ["ownerId"]
    );
    assert_eq!(
        post(json!({"name": "Acme", "parentId": "01936e2a-7b1c-7cc3-98c4-dc0c0c07398f"}))
            .await
            .expect(422)
            .fields(),
        ["parentId"]
    );
    let raw = |text: &'static str, kind: &'static str| {
        ada.send(
            ada.request(Method::POST, "/api/v1/companies")
                .header("content-type", kind)
                .body(text),
        )
    };
    raw("{", "application/json").await.expect(400);
    raw("name=Acme", "application/x-www-form-urlencoded")
        .await
        .expect(415);
    let large = ada
        .request(Method::POST, "/api/v1/companies")
        .header("content-type", "application/json")
        .body("x".repeat(1_100_000));
    ada.send(large).await.expect(413);
    add(&ada, "companies", json!({"name": "One", "externalId": "7"})).await;
    assert_eq!(
        post(json!({"name": "Two", "externalId": "7"}))
            .await
            .expect(409)
            .fields(),
        ["externalId"]
    );
    assert_eq!(
        ada.get("/api/v1/companies?color=red&limit=0")
            .await
            .expect(422)
            .fields(),
        ["color"]
    );
    assert_eq!(
        ada.get("/api/v1/companies?limit=1000")
            .await
            .expect(422)
            .fields(),
        ["limit"]
    );
    ada.get("/api/v1/companies/not-an-id").await.expect(404);
    let allowed = ada
        .send(ada.request(Method::PUT, "/api/v1/companies"))
        .await
        .expect(405);
    assert_eq!(allowed.header("allow"), "GET, POST");
    app.stranger()
        .post("/api/v1/companies", &json!({"nonsense": true}))
        .await
        .expect(401);
}

async fn parents_make_no_circle(app: TestApp) {
    let ada = app.register("engines").await;
    let top = add(&ada, "companies", json!({"name": "Top"})).await;
    let below = add(
        &ada,
        "companies",
        json!({"name": "Below", "parentId": top["id"]}),
    )
    .await;
    assert_eq!(
        ada.patch(&path("companies", &top), &json!({"parentId": below["id"]}))
            .await
            .expect(422)
            .fields(),
        ["parentId"]
    );
    assert_eq!(
        ada.patch(&path("companies", &top), &json!({"parentId": top["id"]}))
            .await
            .expect(422)
            .fields(),
        ["parentId"]
    );
}
