//! `/api/v1/pipelines`, and what deals are made of: products, categories, reasons.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    helpers::{TestApp, add},
    on_both_databases,
};

on_both_databases!(
    stages_and_pipelines_with_deals_stay,
    names_are_unique_and_used_things_stay,
);

async fn stages_and_pipelines_with_deals_stay(app: TestApp) {
    let ada = app.register("engines").await;
    let pipeline = ada.get("/api/v1/pipelines").await.expect(200).data()[0].clone();
    let own = format!("/api/v1/pipelines/{}", pipeline["id"].as_str().unwrap());
    add(&ada, "deals", json!({"title": "Acme"})).await;
    let rest: Vec<Value> = pipeline["stages"].as_array().unwrap()[1..].to_vec();
    let refused = ada.patch(&own, &json!({"stages": rest})).await.expect(409);
    assert!(
        refused.body["error"]["message"]
            .as_str()
            .unwrap()
            .contains("Prospecting"),
        "{}",
        refused.body
    );
    let mut reordered = pipeline["stages"].as_array().unwrap().clone();
    reordered.pop();
    reordered.reverse();
    reordered.push(json!({"name": "Signature", "probability": 95}));
    let changed = ada
        .patch(&own, &json!({"stages": reordered}))
        .await
        .expect(200);
    let names: Vec<&str> = changed.data()["stages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|stage| stage["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "Proposal",
            "Engaging",
            "Qualified",
            "Prospecting",
            "Signature"
        ]
    );
    ada.delete(&own).await.expect(409);
    assert_eq!(
        ada.patch(&own, &json!({"isDefault": false}))
            .await
            .expect(422)
            .fields(),
        ["isDefault"]
    );
    let other = add(&ada, "pipelines", json!({"name": "Renewals", "stages": [{"name": "Due", "probability": 80}], "isDefault": true})).await;
    let all = ada.get("/api/v1/pipelines").await.expect(200);
    let defaults: Vec<&Value> = all
        .data()
        .as_array()
        .unwrap()
        .iter()
        .filter(|pipeline| pipeline["isDefault"] == true)
        .collect();
    assert_eq!(defaults.len(), 1);
    assert_eq!(defaults[0]["id"], other["id"]);
    assert_eq!(
        ada.post(
            "/api/v1/pipelines",
            &json!({"name": "RENEWALS", "stages": [{"name": "x", "probability": 1}]})
        )
        .await
        .expect(409)
        .fields(),
        ["name"]
    );
    let twice = json!({"name": "Twice", "stages": [{"name": "Due", "probability": 1}, {"name": " due", "probability": 1}]});
    assert_eq!(
        ada.post("/api/v1/pipelines", &twice)
            .await
            .expect(422)
            .fields(),
        ["stages.1.name"]
    );
}

async fn names_are_unique_and_used_things_stay(app: TestApp) {
    let ada = app.register("engines").await;
    let category = add(&ada, "product-categories", json!({"name": "GTX"})).await;
    let product = add(
        &ada,
        "products",
        json!({"name": "GTX Pro", "categoryId": category["id"], "sku": "1"}),
    )
    .await;
    assert_eq!(product["categoryName"], "GTX");
    let own = format!(
        "/api/v1/product-categories/{}",
        category["id"].as_str().unwrap()
    );
    ada.delete(&own).await.expect(409);
    assert_eq!(
        ada.post("/api/v1/product-categories", &json!({"name": "gtx"}))
            .await
            .expect(409)
            .fields(),
        ["name"]
    );
    assert_eq!(
        ada.post("/api/v1/products", &json!({"name": "gtx PRO"}))
            .await
            .expect(409)
            .fields(),
        ["name"]
    );
    assert_eq!(
        ada.post("/api/v1/products", &json!({"name": "Other", "sku": "1"}))
            .await
            .expect(409)
            .fields(),
        ["sku"]
    );
    let product = format!("/api/v1/products/{}", product["id"].as_str().unwrap());
    ada.patch(&product, &json!({"clear": ["categoryId"], "active": false}))
        .await
        .expect(200);
    assert!(
        ada.get("/api/v1/products?active=true")
            .await
            .data()
            .as_array()
            .unwrap()
            .is_empty()
    );
    ada.delete(&own).await.expect(200);
    ada.delete(&product).await.expect(200);
    ada.post(&format!("{product}/restore"), &json!({}))
        .await
        .expect(200);
    let stale = ada
        .request(Method::PATCH, &product)
        .header("if-match", "\"1\"")
        .json(&json!({"name": "x"}));
    ada.send(stale).await.expect(412);
}
