//! `/api/v1/leads`, their conversion, and how they are scored and assigned.

use serde_json::{Value, json};
use shared_types::Role;

use crate::{
    helpers::{TestApp, add, path},
    on_both_databases,
    people::somebody,
};

on_both_databases!(
    a_lead_is_scored_and_says_why,
    other_rules_score_every_lead_anew,
    a_lead_becomes_a_contact_a_company_and_a_deal,
    a_lead_joins_what_is_there,
    a_lead_is_converted_once,
    leads_go_round,
    what_is_wrong_with_a_lead_is_named,
    leads_are_seen_within_reach,
);

fn katherine() -> Value {
    json!({"firstName": "Katherine", "lastName": "Johnson", "companyName": "Acme", "email": "katherine@acme.example",
        "phone": "+49 30 901820", "website": "https://www.acme.example", "jobTitle": "Head of flight", "source": "referral",
        "industry": "aerospace", "amount": {"amount": 250_000, "currency": "EUR"}})
}

async fn a_lead_is_scored_and_says_why(app: TestApp) {
    let ada = app.register("engines").await;
    let lead = add(&ada, "leads", katherine()).await;
    assert_eq!(
        (&lead["status"], &lead["score"], &lead["scoreByHand"]),
        (&json!("new"), &json!(85), &json!(false))
    );
    let sum: i64 = lead["scoreReasons"]
        .as_array()
        .unwrap()
        .iter()
        .map(|reason| reason["points"].as_i64().unwrap())
        .sum();
    assert_eq!(sum, 85);
    let less = ada
        .patch(&path("leads", &lead), &json!({"clear": ["jobTitle"]}))
        .await
        .expect(200);
    assert_eq!(less.data()["score"], 65);
    let by_hand = ada
        .patch(&path("leads", &lead), &json!({"score": 12}))
        .await;
    assert_eq!(by_hand.expect(200).data()["score"], 12);
    let kept = ada
        .patch(&path("leads", &lead), &json!({"phone": null}))
        .await;
    assert_eq!(kept.expect(200).data()["score"], 12);
    let back = ada
        .patch(&path("leads", &lead), &json!({"clear": ["score"]}))
        .await;
    assert_eq!(back.expect(200).data()["score"], 55);
    let list = ada.get("/api/v1/leads?scoreMin=50&sort=-score").await;
    assert_eq!(list.expect(200).data().as_array().unwrap().len(), 1);
    assert_eq!(
        ada.get("/api/v1/search?q=katherine").await.data()[0]["kind"],
        "lead"
    );
}

async fn other_rules_score_every_lead_anew(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    let lead = add(&ada, "leads", katherine()).await;
    let foreign = add(&eve, "leads", katherine()).await;
    let settings = "/api/v1/lead-settings";
    let before = ada.get(settings).await.expect(200);
    assert!(before.data()["rules"].as_array().unwrap().len() > 3);
    let wrong = json!({"rules": [{"field": "amount", "value": "much", "points": 5}, {"field": "phone", "points": 101}]});
    let wrong = ada.patch(settings, &wrong).await.expect(422);
    assert_eq!(wrong.fields(), ["rules.0", "rules.1.points"]);
    let rules = json!({"rules": [{"field": "industry", "value": "Aerospace, rail", "points": 33}]});
    ada.patch(settings, &rules).await.expect(200);
    app.settle().await;
    assert_eq!(ada.get(&path("leads", &lead)).await.data()["score"], 33);
    assert_eq!(ada.get(&path("leads", &lead)).await.data()["version"], 1);
    assert_eq!(eve.get(&path("leads", &foreign)).await.data()["score"], 85);
    let stale = ada
        .send(
            ada.request(reqwest::Method::PATCH, settings)
                .header("If-Match", "\"0\"")
                .json(&rules),
        )
        .await;
    stale.expect(412);
}

async fn a_lead_becomes_a_contact_a_company_and_a_deal(app: TestApp) {
    let ada = app.register("engines").await;
    let lead = add(&ada, "leads", katherine()).await;
    let convert = format!("{}/convert", path("leads", &lead));
    let done = ada.post(&convert, &json!({})).await.expect(200);
    let done = done.data();
    assert_eq!(done["lead"]["status"], "converted");
    assert_eq!(done["company"]["name"], "Acme");
    assert_eq!(done["company"]["domain"], "acme.example");
    assert_eq!(done["contact"]["name"], "Katherine Johnson");
    assert_eq!(
        done["contact"]["emails"][0]["address"],
        "katherine@acme.example"
    );
    assert_eq!(done["deal"]["title"], "Acme – Katherine Johnson");
    assert_eq!(done["deal"]["amount"]["amount"], 250_000);
    for (record, id) in [
        ("companies", &done["company"]["id"]),
        ("contacts", &done["contact"]["id"]),
        ("deals", &done["deal"]["id"]),
    ] {
        let found = ada
            .get(&format!("/api/v1/{record}/{}", id.as_str().unwrap()))
            .await;
        found.expect(200);
    }
    let lead = ada.get(&path("leads", &lead)).await.expect(200);
    assert_eq!(lead.data()["contactId"], done["contact"]["id"]);
    assert_eq!(lead.data()["companyId"], done["company"]["id"]);
    assert_eq!(lead.data()["dealId"], done["deal"]["id"]);
    let deals = ada
        .get(&format!(
            "/api/v1/deals?contactId={}",
            done["contact"]["id"].as_str().unwrap()
        ))
        .await;
    assert_eq!(deals.data()[0]["contactName"], "Katherine Johnson");
    let kinds = ada
        .get(&format!("{}/timeline", path("leads", lead.data())))
        .await;
    assert_eq!(kinds.data()[0]["kind"], "lead.converted");
}

async fn a_lead_joins_what_is_there(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    let acme = add(&ada, "companies", json!({"name": "Acme"})).await;
    let contact = add(
        &ada,
        "contacts",
        json!({"lastName": "Johnson", "companyId": acme["id"]}),
    )
    .await;
    let foreign = add(&eve, "contacts", json!({"lastName": "Rival"})).await;
    let lead = add(&ada, "leads", katherine()).await;
    let convert = format!("{}/convert", path("leads", &lead));
    let refused = ada
        .post(&convert, &json!({"contactId": foreign["id"]}))
        .await;
    assert_eq!(refused.expect(422).fields(), ["contactId"]);
    assert_eq!(ada.get(&path("leads", &lead)).await.data()["status"], "new");
    let done = ada
        .post(
            &convert,
            &json!({"contactId": contact["id"], "createDeal": false}),
        )
        .await
        .expect(200);
    assert_eq!(done.data()["contact"]["id"], contact["id"]);
    assert_eq!(done.data()["company"]["id"], acme["id"]);
    assert!(done.data().get("deal").is_none());
    let companies = ada.get("/api/v1/companies").await;
    assert_eq!(companies.data().as_array().unwrap().len(), 1);
    let alone = add(&ada, "leads", katherine()).await;
    let done = ada
        .post(
            &format!("{}/convert", path("leads", &alone)),
            &json!({"createCompany": false, "dealTitle": "A flight"}),
        )
        .await
        .expect(200);
    assert!(done.data().get("company").is_none());
    assert_eq!(done.data()["deal"]["title"], "A flight");
}

async fn a_lead_is_converted_once(app: TestApp) {
    let ada = app.register("engines").await;
    let lead = add(&ada, "leads", katherine()).await;
    let convert = format!("{}/convert", path("leads", &lead));
    let body = json!({});
    let all = futures_util::future::join_all((0..6).map(|_| ada.post(&convert, &body))).await;
    let mut statuses: Vec<u16> = all.iter().map(|answer| answer.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409, 409, 409, 409]);
    for list in ["companies", "contacts", "deals"] {
        let all = ada.get(&format!("/api/v1/{list}")).await;
        assert_eq!(all.data().as_array().unwrap().len(), 1, "{list}");
    }
    ada.patch(&path("leads", &lead), &json!({"phone": "12345"}))
        .await
        .expect(409);
    let made = ada
        .patch(&path("leads", &lead), &json!({"status": "new"}))
        .await;
    made.expect(409);
}

async fn leads_go_round(app: TestApp) {
    let ada = app.register("engines").await;
    let (anna, first) = somebody(&app, &ada, Role::Agent).await;
    let (_, second) = somebody(&app, &ada, Role::SalesRep).await;
    let members = [first["id"].clone(), second["id"].clone()];
    anna.patch("/api/v1/lead-settings", &json!({"assignment": "nobody"}))
        .await
        .expect(403);
    let unknown = ada
        .patch(
            "/api/v1/lead-settings",
            &json!({"memberIds": [members[0], "01936e2a-7b1c-7cc3-98c4-dc0c0c07398f"]}),
        )
        .await;
    assert_eq!(unknown.expect(422).fields(), ["memberIds.1"]);
    ada.patch(
        "/api/v1/lead-settings",
        &json!({"assignment": "roundRobin", "memberIds": members}),
    )
    .await
    .expect(200);
    let mut owners = Vec::new();
    for _ in 0..4 {
        owners.push(add(&ada, "leads", json!({"lastName": "X"})).await["ownerId"].clone());
    }
    assert_eq!(
        owners,
        [&members[0], &members[1], &members[0], &members[1]].map(Clone::clone)
    );
    // At once as well, everybody gets as many.
    let body = json!({"lastName": "Y"});
    let all =
        futures_util::future::join_all((0..8).map(|_| ada.post("/api/v1/leads", &body))).await;
    let mine = all
        .iter()
        .filter(|answer| answer.data()["ownerId"] == members[0])
        .count();
    assert_eq!(mine, 4);
    ada.post(
        &format!(
            "/api/v1/members/{}/deactivate",
            second["id"].as_str().unwrap()
        ),
        &json!({}),
    )
    .await
    .expect(200);
    for _ in 0..2 {
        let lead = add(&ada, "leads", json!({"lastName": "Z"})).await;
        assert_eq!(lead["ownerId"], members[0]);
    }
    ada.patch("/api/v1/lead-settings", &json!({"assignment": "nobody"}))
        .await
        .expect(200);
    let lead = add(&ada, "leads", json!({"lastName": "Z"})).await;
    assert!(lead.get("ownerId").is_none());
}

async fn what_is_wrong_with_a_lead_is_named(app: TestApp) {
    let ada = app.register("engines").await;
    let wrong = json!({"lastName": " ", "email": "nobody", "phone": "x", "website": "acme", "source": "dream", "score": 101});
    let refused = ada.post("/api/v1/leads", &wrong).await.expect(422);
    assert!(refused.fields().contains(&"source"), "{}", refused.body);
    let wrong = json!({"lastName": " ", "email": "nobody", "phone": "xyz", "website": "acme"});
    let refused = ada.post("/api/v1/leads", &wrong).await.expect(422);
    assert_eq!(refused.fields(), ["email", "lastName", "phone", "website"]);
    let lead = add(&ada, "leads", json!({"lastName": "X"})).await;
    let refused = ada
        .patch(&path("leads", &lead), &json!({"status": "converted"}))
        .await;
    assert_eq!(refused.expect(422).fields(), ["status"]);
    let refused = ada
        .patch(&path("leads", &lead), &json!({"score": 101}))
        .await;
    assert_eq!(refused.expect(422).fields(), ["score"]);
}

async fn leads_are_seen_within_reach(app: TestApp) {
    let ada = app.register("engines").await;
    let (agent, _) = somebody(&app, &ada, Role::Agent).await;
    let (other, _) = somebody(&app, &ada, Role::SalesRep).await;
    let lead = add(&agent, "leads", json!({"lastName": "X"})).await;
    other.get(&path("leads", &lead)).await.expect(404);
    other
        .post(&format!("{}/convert", path("leads", &lead)), &json!({}))
        .await
        .expect(404);
    assert!(
        other
            .get("/api/v1/leads")
            .await
            .data()
            .as_array()
            .unwrap()
            .is_empty()
    );
    agent.delete(&path("leads", &lead)).await.expect(403);
    ada.delete(&path("leads", &lead)).await.expect(200);
    ada.post(&format!("{}/convert", path("leads", &lead)), &json!({}))
        .await
        .expect(409);
    ada.post(&format!("{}/restore", path("leads", &lead)), &json!({}))
        .await
        .expect(200);
}
