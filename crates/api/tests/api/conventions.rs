//! What holds for every list and record, tried on companies: pages, versions, repeated requests, caching.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    helpers::{TestApp, add, path},
    on_both_databases,
};

on_both_databases!(
    pages_hold_every_company_once_in_every_order,
    a_cursor_belongs_to_its_list,
    stale_versions_are_refused_with_the_record_of_now,
    repeated_requests_have_one_effect,
    answers_are_cached_by_their_tag,
);

async fn pages_hold_every_company_once_in_every_order(app: TestApp) {
    let ada = app.register("engines").await;
    for number in 0..23 {
        let industry = if number % 2 == 0 { "retail" } else { "medical" };
        let mut company = json!({"name": format!("Company {number:02}"), "industry": industry});
        if number % 3 != 0 {
            company["employees"] = json!(number % 5);
        }
        add(&ada, "companies", company).await;
    }
    for sort in [
        "name",
        "-name",
        "employees",
        "-employees",
        "createdAt",
        "-updatedAt",
        "industry",
    ] {
        let mut seen: Vec<Value> = Vec::new();
        let mut cursor = String::new();
        let mut back = None;
        loop {
            let page = ada
                .get(&format!("/api/v1/companies?sort={sort}&limit=5{cursor}"))
                .await
                .expect(200);
            seen.extend(page.data().as_array().unwrap().clone());
            let pagination = &page.body["pagination"];
            if let Some(previous) = pagination["prevCursor"].as_str() {
                back = Some((
                    previous.to_owned(),
                    seen.len() - page.data().as_array().unwrap().len(),
                ));
            }
            match pagination["nextCursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        let ids: BTreeSet<&str> = seen
            .iter()
            .map(|company| company["id"].as_str().unwrap())
            .collect();
        assert_eq!((seen.len(), ids.len()), (23, 23), "{sort}");
        let (previous, at) = back.unwrap();
        let page = ada
            .get(&format!(
                "/api/v1/companies?sort={sort}&limit=5&cursor={previous}"
            ))
            .await
            .expect(200);
        assert_eq!(
            page.data().as_array().unwrap().as_slice(),
            &seen[at - 5..at],
            "{sort} backward"
        );
        if sort.ends_with("employees") {
            let first_null = seen
                .iter()
                .position(|company| company.get("employees").is_none())
                .unwrap();
            assert!(
                seen[first_null..]
                    .iter()
                    .all(|company| company.get("employees").is_none()),
                "{sort}: nulls come last"
            );
        }
    }
    let counted = ada
        .get("/api/v1/companies?industry=retail,textile&count=true&limit=1")
        .await
        .expect(200);
    assert_eq!(counted.body["pagination"]["total"], 12);
    assert_eq!(counted.body["pagination"]["totalIsExact"], true);
}

async fn a_cursor_belongs_to_its_list(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    for number in 0..3 {
        add(
            &ada,
            "companies",
            json!({"name": format!("Company {number}")}),
        )
        .await;
    }
    let page = ada
        .get("/api/v1/companies?limit=1&sort=name")
        .await
        .expect(200);
    let cursor = page.body["pagination"]["nextCursor"]
        .as_str()
        .unwrap()
        .to_owned();
    ada.get(&format!(
        "/api/v1/companies?limit=2&sort=name&cursor={cursor}"
    ))
    .await
    .expect(200);
    for wrong in [
        format!("sort=-name&cursor={cursor}"),
        format!("sort=name&industry=x&cursor={cursor}"),
        "cursor=AAAA".to_owned(),
    ] {
        assert_eq!(
            ada.get(&format!("/api/v1/companies?{wrong}"))
                .await
                .expect(422)
                .fields(),
            ["cursor"]
        );
    }
    assert_eq!(
        eve.get(&format!("/api/v1/companies?sort=name&cursor={cursor}"))
            .await
            .expect(422)
            .fields(),
        ["cursor"]
    );
}

async fn stale_versions_are_refused_with_the_record_of_now(app: TestApp) {
    let ada = app.register("engines").await;
    let company = path(
        "companies",
        &add(&ada, "companies", json!({"name": "Acme"})).await,
    );
    ada.patch(&company, &json!({"phone": "1"}))
        .await
        .expect(200);
    let stale = ada
        .send(
            ada.request(Method::PATCH, &company)
                .header("if-match", "\"1\"")
                .json(&json!({"phone": "2"})),
        )
        .await
        .expect(412);
    assert_eq!(stale.data()["phone"], "1");
    ada.send(
        ada.request(Method::PATCH, &company)
            .header("if-match", "\"2\"")
            .json(&json!({"phone": "3"})),
    )
    .await
    .expect(200);
    let tries = (0..20).map(|number| {
        let (ada, company) = (&ada, &company);
        async move {
            ada.patch(company, &json!({"employees": number}))
                .await
                .status
                .as_u16()
        }
    });
    let outcomes = futures_util::future::join_all(tries).await;
    let won = outcomes.iter().filter(|status| **status == 200).count();
    assert!(
        outcomes.iter().all(|status| matches!(status, 200 | 412)),
        "{outcomes:?}"
    );
    let after = ada.get(&company).await.expect(200);
    assert_eq!(
        after.data()["version"],
        3 + won,
        "every acknowledged change counts, and no other"
    );
}

async fn repeated_requests_have_one_effect(app: TestApp) {
    let ada = app.register("engines").await;
    let send = |key: &str, name: &str| {
        let request = ada
            .request(Method::POST, "/api/v1/companies")
            .header("idempotency-key", key)
            .json(&json!({"name": name}));
        ada.send(request)
    };
    let first = send("one", "Acme").await.expect(201);
    let again = send("one", "Acme").await.expect(201);
    assert_eq!(first.body, again.body);
    assert_eq!(
        (
            again.header("idempotency-replayed"),
            again.header("location"),
            again.header("etag")
        ),
        ("true", first.header("location"), "\"1\"")
    );
    assert_eq!(
        send("one", "Other").await.expect(409).body["error"]["code"],
        "idempotencyKeyReused"
    );
    let answers = futures_util::future::join_all((0..100).map(|_| send("many", "Parallel"))).await;
    let ids: BTreeSet<String> = answers
        .into_iter()
        .map(|answer| answer.expect(201).data()["id"].to_string())
        .collect();
    assert_eq!(ids.len(), 1);
    assert_eq!(
        ada.get("/api/v1/companies?count=true").await.body["pagination"]["total"],
        2
    );
}

async fn answers_are_cached_by_their_tag(app: TestApp) {
    let ada = app.register("engines").await;
    let company = path(
        "companies",
        &add(&ada, "companies", json!({"name": "Acme"})).await,
    );
    for path in [company.as_str(), "/api/v1/companies"] {
        let first = ada.get(path).await.expect(200);
        assert_eq!(first.header("cache-control"), "private, no-cache");
        let tag = first.header("etag").to_owned();
        ada.send(ada.request(Method::GET, path).header("if-none-match", &tag))
            .await
            .expect(304);
    }
    // Whatever changes what it shows, the record or another that it names, makes another answer.
    let grace = json!({"lastName": "Hopper", "companyId": company.rsplit('/').next()});
    let grace = path("contacts", &add(&ada, "contacts", grace).await);
    let changes = [
        (&grace, json!({"jobTitle": "Admiral"})),
        (&company, json!({"name": "Acme & Sons"})),
    ];
    for (changed, change) in changes {
        let held = ada.get(&grace).await.expect(200).header("etag").to_owned();
        ada.patch(changed, &change).await.expect(200);
        let again = ada.request(Method::GET, &grace);
        let again = again.header("if-none-match", &held);
        ada.send(again).await.expect(200);
    }
    let shown = ada.get(&grace).await.expect(200);
    assert_eq!(shown.data()["companyName"], "Acme & Sons");
    let as_read = ada.request(Method::PATCH, &grace);
    let as_read = as_read.header("if-match", shown.header("etag"));
    let change = json!({"jobTitle": "Rear admiral"});
    ada.send(as_read.json(&change)).await.expect(200);
}
