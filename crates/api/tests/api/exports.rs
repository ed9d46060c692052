//! `…/export`: lists as tables, for spreadsheets and for other organizations.

use serde_json::json;
use shared_types::Role;

use crate::{
    helpers::{Caller, TestApp},
    on_both_databases,
    people::somebody,
};

on_both_databases!(
    an_export_holds_what_the_list_holds,
    an_export_is_harmless_and_comes_back,
    an_export_reaches_no_further_than_its_list,
);

async fn export(caller: &Caller, path: &str) -> Vec<String> {
    let answer = caller.get(&format!("/api/v1/{path}")).await.expect(200);
    assert!(answer.header("content-type").starts_with("text/csv"));
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(answer.header("content-disposition").contains("attachment"));
    let text = answer.body.as_str().unwrap();
    let text = text.strip_prefix('\u{FEFF}').unwrap();
    text.lines().map(str::to_owned).collect()
}

async fn an_export_holds_what_the_list_holds(app: TestApp) {
    let ada = app.register("engines").await;
    for number in 0..450 {
        let industry = if number % 2 == 0 { "Toys" } else { "Tools" };
        let body = json!({"name": format!("Company {number}"), "industry": industry});
        ada.post("/api/v1/companies", &body).await.expect(201);
    }
    let all = export(&ada, "companies/export?sort=name").await;
    assert_eq!(all.len(), 451);
    assert!(all[0].starts_with("name,domain,"), "{}", all[0]);
    assert!(all[1].starts_with("Company 0,"), "{}", all[1]);
    let toys = export(&ada, "companies/export?industry=Toys").await;
    assert_eq!(toys.len(), 226);
    ada.get("/api/v1/companies/export?colour=red")
        .await
        .expect(422);
    // Somebody took data out: the log says so.
    let log = ada.get("/api/v1/audit-log?kind=exported").await.expect(200);
    assert_eq!(log.data()[0]["subjectName"], "companies industry=Toys");
}

async fn an_export_is_harmless_and_comes_back(app: TestApp) {
    let ada = app.register("engines").await;
    let product = ada
        .post(
            "/api/v1/products",
            &json!({"name": "GTX", "price": {"amount": 12_050, "currency": "USD"}}),
        )
        .await
        .expect(201);
    let body = json!({"title": "=cmd|'/C calc'!A0", "externalId": "x1", "currency": "USD",
        "lines": [{"productId": product.data()["id"], "quantity": 2000}]});
    ada.post("/api/v1/deals", &body).await.expect(201);
    let deals = export(&ada, "deals/export").await;
    assert!(deals[1].starts_with("'=cmd|'/C calc'!A0,"), "{}", deals[1]);
    assert!(deals[1].contains(",241.00,USD,"), "{}", deals[1]);
    let eve = app.register("rivals").await;
    let made = eve
        .upload("deals", "deals.csv", deals.join("\r\n").as_bytes())
        .await;
    let path = format!(
        "/api/v1/imports/{}",
        made.expect(201).data()["id"].as_str().unwrap()
    );
    let mapping = json!({"mapping": [
        {"column": 0, "field": "title"}, {"column": 2, "field": "product"},
        {"column": 5, "field": "amount"}, {"column": 6, "field": "currency"},
        {"column": 14, "field": "externalId"}]});
    eve.patch(&path, &mapping).await.expect(200);
    eve.post(&format!("{path}/check"), &json!({}))
        .await
        .expect(200);
    app.settle().await;
    eve.post(&format!("{path}/start"), &json!({}))
        .await
        .expect(200);
    app.settle().await;
    let theirs = eve.get("/api/v1/deals").await.expect(200);
    assert_eq!(theirs.data()[0]["title"], "=cmd|'/C calc'!A0");
    assert_eq!(
        theirs.data()[0]["amount"],
        json!({"amount": 24_100, "currency": "USD"})
    );
    assert_eq!(theirs.data()[0]["externalId"], "x1");
}

async fn an_export_reaches_no_further_than_its_list(app: TestApp) {
    let ada = app.register("engines").await;
    let (agent, _) = somebody(&app, &ada, Role::Agent).await;
    let (leader, me) = somebody(&app, &ada, Role::TeamLeader).await;
    agent.get("/api/v1/deals/export").await.expect(403);
    ada.post("/api/v1/deals", &json!({"title": "Ada's"}))
        .await
        .expect(201);
    leader
        .post("/api/v1/deals", &json!({"title": "Mine"}))
        .await
        .expect(201);
    let deals = export(&leader, "deals/export").await;
    assert_eq!(deals.len(), 2);
    assert!(deals[1].starts_with("Mine,"));
    ada.post("/api/v1/companies", &json!({"name": "Ada's"}))
        .await
        .expect(201);
    // All companies may be read, those of the team be taken out.
    assert_eq!(export(&leader, "companies/export").await.len(), 1);
    let members = export(&leader, "members/export").await;
    assert_eq!(members.len(), 2);
    assert!(members[1].contains(me["name"].as_str().unwrap()));
    let eve = app.register("rivals").await;
    assert_eq!(export(&eve, "deals/export").await.len(), 1);
}
