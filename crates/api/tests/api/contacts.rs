//! `/api/v1/contacts`.

use serde_json::{Value, json};
use shared_types::Role;

use crate::{
    helpers::{Caller, TestApp, add, column, path},
    on_both_databases,
    people::somebody,
};

on_both_databases!(
    opening_somebody_is_recorded,
    a_contact_is_added_changed_and_found_by_each_address,
    contacts_are_listed_by_what_their_company_is,
    lists_reach_what_a_record_refers_to_and_what_that_refers_to,
    what_is_wrong_with_a_contact_is_named,
    a_contact_goes_to_the_trash_and_comes_back,
    contacts_of_others_are_read_and_not_changed,
);

async fn names(caller: &Caller, query: &str) -> Vec<String> {
    column(caller, &format!("contacts?{query}"), "name").await
}

async fn a_contact_is_added_changed_and_found_by_each_address(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    let acme = add(&ada, "companies", json!({"name": "Acme"})).await;
    let made = ada
        .post(
            "/api/v1/contacts",
            &json!({"firstName": " Grace", "lastName": "Hopper ", "companyId": acme["id"],
                "emails": [{"address": "Grace@Acme.example", "label": "work"}, {"address": "grace@acme.example", "label": "private"},
                    {"address": "amazing@navy.example", "label": "other"}],
                "phones": [{"number": "+1 (212) 555-0100", "label": "mobile"}]}),
        )
        .await
        .expect(201);
    let grace = made.data().clone();
    assert_eq!(made.header("location"), path("contacts", &grace));
    assert_eq!(
        (&grace["name"], &grace["companyName"], &grace["consent"]),
        (&json!("Grace Hopper"), &json!("Acme"), &json!("unknown"))
    );
    assert!(grace.get("consentAt").is_none());
    for query in [
        "q=hopp",
        "email=GRACE@acme.example",
        "email=amazing@navy.example",
        "q=amazing",
    ] {
        assert_eq!(names(&ada, query).await, ["Grace Hopper"], "{query}");
        assert!(names(&eve, query).await.is_empty(), "{query}");
    }
    let changed = ada
        .patch(
            &path("contacts", &grace),
            &json!({"consent": "granted", "clear": ["companyId"], "jobTitle": "Rear admiral",
                "emails": [{"address": "hopper@navy.example", "label": "work"}]}),
        )
        .await
        .expect(200);
    assert_eq!(changed.data()["consentAt"], "2026-03-02T09:00:00Z");
    assert!(changed.data().get("companyName").is_none());
    assert!(names(&ada, "email=grace@acme.example").await.is_empty());
    assert_eq!(
        names(&ada, "email=hopper@navy.example").await,
        ["Grace Hopper"]
    );
    assert_eq!(names(&ada, "consent=granted").await, ["Grace Hopper"]);
    let stale = ada
        .send(
            ada.request(reqwest::Method::PATCH, &path("contacts", &grace))
                .header("If-Match", "\"1\"")
                .json(&json!({"lastName": "Murray"})),
        )
        .await
        .expect(412);
    assert_eq!(stale.data()["version"], 2);
    let timeline = ada
        .get(&format!("{}/timeline", path("contacts", &grace)))
        .await;
    let timeline = timeline.expect(200);
    assert_eq!(timeline.data().as_array().unwrap().len(), 2);
    // That an address changed is told, not the address.
    assert!(!timeline.body.to_string().contains("navy.example"));
    let found = ada.get("/api/v1/search?q=hopp").await.expect(200);
    assert_eq!(found.data()[0]["kind"], "contact");
}

async fn contacts_are_listed_by_what_their_company_is(app: TestApp) {
    let ada = app.register("engines").await;
    for (company, industry, people) in [
        ("Acme", "retail", ["Anna", "Bela"]),
        ("Breeze", "energy", ["Cleo", "Dora"]),
    ] {
        let company = add(
            &ada,
            "companies",
            json!({"name": company, "industry": industry}),
        )
        .await;
        for name in people {
            let body = json!({"lastName": name, "companyId": company["id"]});
            add(&ada, "contacts", body).await;
        }
    }
    add(&ada, "contacts", json!({"lastName": "Emil"})).await;
    assert_eq!(
        names(&ada, "companyIndustry=retail&sort=-name").await,
        ["Bela", "Anna"]
    );
    assert_eq!(names(&ada, "sort=name&limit=2").await, ["Anna", "Bela"]);
    assert_eq!(names(&ada, "companyIndustry=retail,energy").await.len(), 4);
}

async fn lists_reach_what_a_record_refers_to_and_what_that_refers_to(app: TestApp) {
    let ada = app.register("engines").await;
    let bob = json!({"name": "Bob", "role": "salesRep", "department": "Enterprise"});
    let seller = add(&ada, "members", bob).await["id"].clone();
    let group = add(
        &ada,
        "companies",
        json!({"name": "Group", "industry": "energy", "ownerId": seller}),
    )
    .await;
    let plant = add(
        &ada,
        "companies",
        json!({"name": "Plant", "country": "DE", "parentId": group["id"]}),
    )
    .await;
    let anna = json!({"lastName": "Anna", "companyId": plant["id"], "consent": "granted"});
    let anna = add(&ada, "contacts", anna).await;
    let bela = json!({"lastName": "Bela", "companyId": group["id"]});
    add(&ada, "contacts", bela).await;
    let deal = json!({"title": "Turbine", "companyId": plant["id"], "contactId": anna["id"]});
    let deal = add(&ada, "deals", deal).await;
    let talk = json!({"kind": "call", "subject": "Talk", "dealId": deal["id"]});
    add(&ada, "activities", talk).await;
    let rival = app.register("rivals").await;
    for (kind, filter, found) in [
        ("contacts", "companyParentIndustry=energy", vec!["Anna"]),
        (
            "contacts",
            "companyOwnerDepartment=Enterprise",
            vec!["Bela"],
        ),
        (
            "contacts",
            "companyCountry=DE&companyParentIndustry=retail",
            vec![],
        ),
        ("companies", "parentIndustry=energy", vec!["Plant"]),
        (
            "companies",
            "parentOwnerDepartment=Enterprise",
            vec!["Plant"],
        ),
        ("companies", "ownerDepartment=Enterprise", vec!["Group"]),
        ("deals", "companyParentIndustry=energy", vec!["Turbine"]),
        ("deals", "contactConsent=granted", vec!["Turbine"]),
        ("deals", "contactCompanyIndustry=energy", vec![]),
        ("deals", "companyOwnerDepartment=Enterprise", vec![]),
        ("activities", "dealStatus=open", vec!["Talk"]),
        ("activities", "dealStatus=won", vec![]),
        ("activities", "dealCompanyIndustry=energy", vec![]),
    ] {
        let path = format!("/api/v1/{kind}?{filter}");
        let page = ada.get(&path).await.expect(200);
        let rows = page.data().as_array().unwrap().iter();
        let names: Vec<_> = rows
            .map(|row| {
                ["name", "title", "subject"]
                    .iter()
                    .find_map(|it| row[*it].as_str())
                    .unwrap()
            })
            .collect();
        assert_eq!(names, found, "{path}");
        let nothing = rival.get(&path).await.expect(200);
        assert_eq!(nothing.data(), &json!([]), "{path}");
    }
}

async fn what_is_wrong_with_a_contact_is_named(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    let foreign = add(&eve, "companies", json!({"name": "Rival"})).await;
    let post = async |body: Value| ada.post("/api/v1/contacts", &body).await.expect(422);
    assert_eq!(post(json!({})).await.fields(), ["lastName"]);
    let refused = post(
        json!({"lastName": "X", "emails": [{"address": "nobody", "label": "work"}],
        "phones": [{"number": "ring me", "label": "fax"}]}),
    )
    .await;
    assert!(
        refused
            .fields()
            .iter()
            .all(|field| field.starts_with("emails") || field.starts_with("phones")),
        "{}",
        refused.body
    );
    let refused = post(json!({"lastName": "X", "companyId": foreign["id"]})).await;
    assert_eq!(refused.fields(), ["companyId"]);
    let contact = add(&ada, "contacts", json!({"lastName": "X"})).await;
    let refused = ada
        .patch(
            &path("contacts", &contact),
            &json!({"companyId": foreign["id"]}),
        )
        .await;
    assert_eq!(refused.expect(422).fields(), ["companyId"]);
    let gone = add(&ada, "companies", json!({"name": "Gone"})).await;
    ada.delete(&format!(
        "/api/v1/companies/{}",
        gone["id"].as_str().unwrap()
    ))
    .await
    .expect(200);
    assert_eq!(
        post(json!({"lastName": "X", "companyId": gone["id"]}))
            .await
            .fields(),
        ["companyId"]
    );
    eve.get(&path("contacts", &contact)).await.expect(404);
}

async fn a_contact_goes_to_the_trash_and_comes_back(app: TestApp) {
    let ada = app.register("engines").await;
    let acme = add(&ada, "companies", json!({"name": "Acme"})).await;
    let contact = add(
        &ada,
        "contacts",
        json!({"lastName": "Hopper", "companyId": acme["id"]}),
    )
    .await;
    ada.delete(&path("contacts", &contact)).await.expect(200);
    ada.delete(&path("contacts", &contact)).await.expect(409);
    assert!(names(&ada, "").await.is_empty());
    assert_eq!(names(&ada, "trashed=true").await, ["Hopper"]);
    ada.patch(&path("contacts", &contact), &json!({"lastName": "Murray"}))
        .await
        .expect(409);
    let restore = format!("{}/restore", path("contacts", &contact));
    ada.post(&restore, &json!({})).await.expect(200);
    ada.post(&restore, &json!({})).await.expect(409);
    assert_eq!(names(&ada, "").await, ["Hopper"]);
    // What is in the trash goes after 30 days, and its company once nobody refers to it.
    ada.delete(&path("contacts", &contact)).await.expect(200);
    let company = format!("/api/v1/companies/{}", acme["id"].as_str().unwrap());
    ada.delete(&company).await.expect(200);
    app.advance(chrono::TimeDelta::days(31));
    for _ in 0..3 {
        api::platform::worker::empty_trash(&app.state)
            .await
            .unwrap();
    }
    let ada = app.sign_in("engines").await;
    ada.get(&path("contacts", &contact)).await.expect(404);
    ada.get(&company).await.expect(404);
}

async fn contacts_of_others_are_read_and_not_changed(app: TestApp) {
    let ada = app.register("engines").await;
    let (agent, member) = somebody(&app, &ada, Role::Agent).await;
    let (other, _) = somebody(&app, &ada, Role::SalesRep).await;
    let contact = add(&agent, "contacts", json!({"lastName": "Hopper"})).await;
    assert_eq!(contact["ownerId"], member["id"]);
    other.get(&path("contacts", &contact)).await.expect(200);
    other
        .patch(&path("contacts", &contact), &json!({"jobTitle": "Admiral"}))
        .await
        .expect(403);
    other.delete(&path("contacts", &contact)).await.expect(403);
    agent.delete(&path("contacts", &contact)).await.expect(403);
    ada.delete(&path("contacts", &contact)).await.expect(200);
}

async fn opening_somebody_is_recorded(app: TestApp) {
    let (ada, bob) = (app.register("engines").await, app.register("looms").await);
    let mut opened = Vec::new();
    for (kind, body) in [
        ("contacts", json!({"lastName": "Hopper"})),
        ("leads", json!({"lastName": "Johnson"})),
        ("companies", json!({"name": "Acme"})),
    ] {
        let made = ada
            .post(&format!("/api/v1/{kind}"), &body)
            .await
            .expect(201);
        let id = made.data()["id"].as_str().unwrap().to_owned();
        let path = format!("/api/v1/{kind}/{id}");
        for _ in 0..2 {
            ada.get(&path).await.expect(200);
        }
        bob.get(&path).await.expect(404);
        opened.push(id);
    }
    let seen = "/api/v1/audit-log?kind=viewed&sort=at";
    assert!(ada.get(seen).await.data().as_array().unwrap().is_empty());
    api::platform::sighting::write(&app.state).await.unwrap();
    let log = ada.get(seen).await.expect(200);
    let subjects: Vec<_> = log
        .data()
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["subjectId"].as_str().unwrap())
        .collect();
    assert_eq!(
        subjects.len(),
        2,
        "each person once, no company: {}",
        log.body
    );
    assert!(opened[..2].iter().all(|id| subjects.contains(&id.as_str())));
    assert_eq!(log.data()[0]["actorName"], "Ada engines");
    assert!(log.data()[0]["ipAddress"].is_string());
    assert!(bob.get(seen).await.data().as_array().unwrap().is_empty());
    // It is for those who read the log, and there where it is asked for.
    let usual = ada.get("/api/v1/audit-log?limit=100").await.expect(200);
    assert!(!usual.body.to_string().contains("viewed"));
    let timeline = format!("/api/v1/contacts/{}/timeline", opened[0]);
    for query in ["", "?kind=viewed"] {
        let found = ada.get(&format!("{timeline}{query}")).await.expect(200);
        assert!(
            !found.data().to_string().contains("viewed"),
            "{}",
            found.body
        );
    }
    // And it is linked like everything else.
    app.settle().await;
    let check = ada.get("/api/v1/audit-log/verification").await.expect(200);
    assert!(check.data()["fault"].is_null() && check.data()["waiting"] == 0);
}
