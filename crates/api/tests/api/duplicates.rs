//! `/api/v1/{companies,contacts,leads}/duplicates`.

use serde_json::{Value, json};
use shared_types::Role;

use crate::{
    helpers::{Caller, TestApp, add},
    on_both_databases,
    people::somebody,
};

on_both_databases!(
    a_company_is_known_by_name_domain_and_number,
    a_contact_is_known_by_each_address_and_by_name_and_company,
    a_lead_is_compared_with_leads_and_contacts,
    of_what_may_not_be_read_only_the_owner_is_told,
    the_whole_organization_is_searched_once_a_day,
    what_is_not_the_same_is_remembered,
);

/// What may be the same, as `name: reasons (confidence)`.
async fn found(caller: &Caller, query: &str) -> Vec<String> {
    let answer = caller.get(&format!("/api/v1/{query}")).await.expect(200);
    let rows = answer.data().as_array().unwrap().iter();
    rows.map(|row| {
        let reasons = row["reasons"].as_array().unwrap().iter();
        let reasons: Vec<&str> = reasons.map(|reason| reason.as_str().unwrap()).collect();
        let name = row["name"].as_str().unwrap_or("?");
        let sure = row["confidence"].as_str().unwrap();
        format!("{name}: {} ({sure})", reasons.join("+"))
    })
    .collect()
}

async fn a_company_is_known_by_name_domain_and_number(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    let acme = add(
        &ada,
        "companies",
        json!({"name": "Acme GmbH", "website": "https://www.acme.example/en", "phone": "+49 30 9018200"}),
    )
    .await;
    add(
        &ada,
        "companies",
        json!({"name": "Free", "domain": "gmail.com"}),
    )
    .await;
    for (query, why) in [
        ("name=ACME%20Inc.", "name (likely)"),
        ("phone=030%209018200&name=Nobody", "phone (likely)"),
        ("name=acme&phone=030%209018200", "phone+name (certain)"),
        ("domain=acme.example", "domain (certain)"),
        ("domain=https://acme.example/shop", "domain (certain)"),
        ("email=sales@acme.example", "domain (certain)"),
    ] {
        let query = format!("companies/duplicates?{query}");
        assert_eq!(
            found(&ada, &query).await,
            [format!("Acme GmbH: {why}")],
            "{query}"
        );
        assert!(found(&eve, &query).await.is_empty(), "{query}");
    }
    for nothing in [
        "email=grace@gmail.com",
        "domain=gmail.com",
        "phone=110",
        "name=%26",
        "",
    ] {
        let query = format!("companies/duplicates?{nothing}");
        assert!(found(&ada, &query).await.is_empty(), "{nothing}");
    }
    let id = acme["id"].as_str().unwrap();
    let itself = format!("companies/duplicates?name=acme&excludeId={id}");
    assert!(found(&ada, &itself).await.is_empty());
    // The keys follow each change, into the trash and out of it.
    let by_name = "companies/duplicates?name=Breeze%20d.o.o.";
    ada.patch(
        &format!("/api/v1/companies/{id}"),
        &json!({"name": "Breeze", "phone": null}),
    )
    .await
    .expect(200);
    assert_eq!(found(&ada, by_name).await.len(), 1);
    assert!(
        found(&ada, "companies/duplicates?name=acme&phone=030%209018200")
            .await
            .is_empty()
    );
    ada.delete(&format!("/api/v1/companies/{id}"))
        .await
        .expect(200);
    assert!(found(&ada, by_name).await.is_empty());
    ada.post(&format!("/api/v1/companies/{id}/restore"), &json!({}))
        .await
        .expect(200);
    assert_eq!(found(&ada, by_name).await.len(), 1);
    let wrong = ada.get("/api/v1/companies/duplicates?nonsense=1").await;
    assert_eq!(wrong.status, 422);
    let long = format!("/api/v1/companies/duplicates?name={}", "a".repeat(202));
    assert_eq!(ada.get(&long).await.expect(422).fields(), ["name"]);
}

async fn a_contact_is_known_by_each_address_and_by_name_and_company(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    let acme = add(&ada, "companies", json!({"name": "Acme"})).await;
    let company = acme["id"].as_str().unwrap();
    add(
        &ada,
        "contacts",
        json!({"firstName": "Grace", "lastName": "Hopper", "companyId": company,
            "emails": [{"address": "grace@acme.example", "label": "work"}, {"address": "amazing@gmail.com", "label": "private"}],
            "phones": [{"number": "+1 212 555 0100", "label": "mobile"}]}),
    )
    .await;
    let named = format!("name=grace%20HOPPER&companyId={company}");
    for (query, why) in [
        ("email=Amazing@Gmail.com", "email (certain)"),
        ("phone=(212)%20555-0100", "phone (likely)"),
        (named.as_str(), "name (likely)"),
    ] {
        let query = format!("contacts/duplicates?{query}");
        assert_eq!(
            found(&ada, &query).await,
            [format!("Grace Hopper: {why}")],
            "{query}"
        );
        assert!(found(&eve, &query).await.is_empty(), "{query}");
    }
    // Somebody of the same name elsewhere is somebody else.
    assert!(
        found(&ada, "contacts/duplicates?name=Grace%20Hopper")
            .await
            .is_empty()
    );
}

async fn a_lead_is_compared_with_leads_and_contacts(app: TestApp) {
    let ada = app.register("engines").await;
    let lead = json!({"firstName": "Ana", "lastName": "Jović", "companyName": "Acme d.o.o.", "email": "ana@acme.example"});
    let lead = add(&ada, "leads", lead).await;
    let named = "leads/duplicates?name=ana%20jovic&companyName=ACME";
    assert_eq!(found(&ada, named).await, ["Ana Jović: name (likely)"]);
    assert!(
        found(&ada, "leads/duplicates?name=ana%20jovic")
            .await
            .is_empty()
    );
    // What it becomes has its keys, and so has what it stays.
    let convert = format!("/api/v1/leads/{}/convert", lead["id"].as_str().unwrap());
    ada.post(&convert, &json!({})).await.expect(200);
    let by_mail = ada
        .get("/api/v1/leads/duplicates?email=ANA@acme.example")
        .await
        .expect(200);
    let kinds: Vec<&Value> = by_mail
        .data()
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["kind"])
        .collect();
    assert_eq!(kinds.len(), 2, "{}", by_mail.body);
    assert!(kinds.contains(&&json!("contact")) && kinds.contains(&&json!("lead")));
    assert_eq!(found(&ada, "companies/duplicates?name=acme").await.len(), 1);
    assert_eq!(found(&ada, named).await.len(), 2);
}

async fn of_what_may_not_be_read_only_the_owner_is_told(app: TestApp) {
    let ada = app.register("engines").await;
    let (agent, member) = somebody(&app, &ada, Role::Agent).await;
    let (other, _) = somebody(&app, &ada, Role::SalesRep).await;
    let lead = json!({"lastName": "Johnson", "email": "k@acme.example", "ownerId": member["id"]});
    add(&agent, "leads", lead).await;
    let query = "/api/v1/leads/duplicates?email=k@acme.example";
    let mine = agent.get(query).await.expect(200);
    assert_eq!(mine.data()[0]["name"], "Johnson");
    let theirs = other.get(query).await.expect(200);
    assert_eq!(theirs.data()[0]["ownerId"], member["id"]);
    assert_eq!(theirs.data()[0]["reasons"], json!(["email"]));
    for secret in ["id", "name", "detail"] {
        assert!(theirs.data()[0].get(secret).is_none(), "{secret}");
    }
}

/// The groups that were found, each with the names of its records.
async fn groups(caller: &Caller, query: &str) -> Vec<Vec<String>> {
    let answer = caller.get(&format!("/api/v1/duplicates?{query}")).await;
    let answer = answer.expect(200);
    let names = |group: &Value| {
        let records = group["records"].as_array().unwrap().iter();
        records
            .map(|record| record["name"].as_str().unwrap().to_owned())
            .collect()
    };
    answer
        .data()
        .as_array()
        .unwrap()
        .iter()
        .map(names)
        .collect()
}

async fn the_whole_organization_is_searched_once_a_day(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    let (manager, _) = somebody(&app, &ada, Role::Manager).await;
    let (leader, _) = somebody(&app, &ada, Role::TeamLeader).await;
    for name in ["Acme GmbH", "ACME", "Other"] {
        add(&ada, "companies", json!({"name": name})).await;
        add(&eve, "companies", json!({"name": name})).await;
    }
    for last in ["Hopper", "Murray"] {
        let mail = json!([{"address": "grace@acme.example", "label": "work"}]);
        add(&ada, "contacts", json!({"lastName": last, "emails": mail})).await;
    }
    for company in ["Acme Inc.", "ACME", "Elsewhere"] {
        let lead = json!({"lastName": "Johnson", "companyName": company});
        add(&ada, "leads", lead).await;
    }
    assert_eq!(
        ada.get("/api/v1/duplicates/search")
            .await
            .expect(200)
            .data()["running"],
        false
    );
    leader.get("/api/v1/duplicates").await.expect(403);
    leader
        .post("/api/v1/duplicates/search", &json!({}))
        .await
        .expect(403);
    let started = manager.post("/api/v1/duplicates/search", &json!({})).await;
    assert_eq!(started.expect(200).data()["running"], true);
    manager
        .post("/api/v1/duplicates/search", &json!({}))
        .await
        .expect(200);
    app.settle().await;
    assert_eq!(
        ada.get("/api/v1/duplicates/search").await.data()["running"],
        false
    );
    let found = groups(&manager, "").await;
    assert_eq!(found[0], ["Hopper", "Murray"]);
    assert_eq!(found.len(), 3);
    assert_eq!(groups(&ada, "kind=company").await, [["Acme GmbH", "ACME"]]);
    assert_eq!(groups(&ada, "kind=lead&confidence=likely").await.len(), 1);
    assert_eq!(groups(&ada, "confidence=certain").await.len(), 1);
    assert!(groups(&eve, "").await.is_empty());
    let page = ada.get("/api/v1/duplicates?limit=2").await.expect(200);
    let cursor = page.body["pagination"]["nextCursor"].as_str().unwrap();
    assert_eq!(
        groups(&ada, &format!("limit=2&cursor={cursor}"))
            .await
            .len(),
        1
    );
    // What is merged or in the trash is no duplicate any more.
    let group = ada.get("/api/v1/duplicates?kind=company").await;
    let records = &group.data()[0]["records"];
    let merge = format!(
        "/api/v1/companies/{}/merge",
        records[0]["id"].as_str().unwrap()
    );
    ada.post(&merge, &json!({"with": [{"id": records[1]["id"]}]}))
        .await
        .expect(200);
    assert!(groups(&ada, "kind=company").await.is_empty());
    // A day later it goes by itself.
    add(&ada, "companies", json!({"name": "The Other Company"})).await;
    app.advance(chrono::TimeDelta::days(1) + chrono::TimeDelta::minutes(1));
    while api::platform::worker::step(&app.state).await.unwrap() {}
    let ada = app.sign_in("engines").await;
    assert_eq!(
        groups(&ada, "kind=company").await,
        [["Other", "The Other Company"]]
    );
}

async fn what_is_not_the_same_is_remembered(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    let first = add(&ada, "companies", json!({"name": "Acme"})).await;
    add(&ada, "companies", json!({"name": "Acme Ltd"})).await;
    let search = async || {
        ada.post("/api/v1/duplicates/search", &json!({}))
            .await
            .expect(200);
        app.settle().await;
    };
    search().await;
    let found_now = async || ada.get("/api/v1/duplicates").await.expect(200).data()[0].clone();
    let before = found_now().await;
    // A page that was opened before another search says of the same records what it shows.
    app.advance(chrono::TimeDelta::seconds(5));
    search().await;
    assert_eq!(found_now().await, before);
    let group = before["id"].clone();
    let dismiss = format!("/api/v1/duplicates/{}/dismiss", group.as_str().unwrap());
    eve.post(&dismiss, &json!({})).await.expect(404);
    let gone = ada.post(&dismiss, &json!({})).await.expect(200);
    assert_eq!(gone.data().as_array().unwrap().len(), 2);
    ada.post(&dismiss, &json!({})).await.expect(404);
    search().await;
    assert!(groups(&ada, "").await.is_empty());
    let itself = format!(
        "companies/duplicates?name=acme&excludeId={}",
        first["id"].as_str().unwrap()
    );
    assert!(found(&ada, &itself).await.is_empty());
    assert_eq!(found(&ada, "companies/duplicates?name=acme").await.len(), 2);
    // A third one is new to both.
    add(&ada, "companies", json!({"name": "ACME Inc."})).await;
    search().await;
    assert_eq!(groups(&ada, "").await, [["Acme", "Acme Ltd", "ACME Inc."]]);
}
