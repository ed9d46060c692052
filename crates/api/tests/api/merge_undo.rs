//! `/api/v1/merges/{id}/undo`: what was one is two again.

use chrono::TimeDelta;
use serde_json::json;

use crate::{
    helpers::{TestApp, add},
    merges::{company, get, id, merge, undo},
    on_both_databases,
};

on_both_databases!(
    companies_become_one_and_two_again,
    what_changed_since_stays_when_a_merge_is_undone,
    merges_are_undone_in_time_and_in_order,
);

async fn companies_become_one_and_two_again(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    let acme = add(
        &ada,
        "companies",
        json!({"name": "Acme", "phone": "1234567"}),
    )
    .await;
    let twin = json!({"name": "ACME GmbH", "domain": "acme.example", "externalId": "A-1", "phone": "7654321"});
    let twin = add(&ada, "companies", twin).await;
    let of_twin = json!({"lastName": "Hopper", "companyId": twin["id"]});
    let contact = add(&ada, "contacts", of_twin).await;
    let deal = add(
        &ada,
        "deals",
        json!({"title": "Big", "companyId": twin["id"]}),
    )
    .await;
    let task = json!({"kind": "task", "subject": "Ring", "companyId": twin["id"]});
    add(&ada, "activities", task).await;
    let note = json!({"body": "Likes *tea*.", "companyId": twin["id"]});
    let note = add(&ada, "notes", note).await;
    let child = json!({"name": "Acme Labs", "parentId": twin["id"]});
    let child = add(&ada, "companies", child).await;

    let preview = format!(
        "/api/v1/companies/{}/merge-preview?with={}",
        id(&acme),
        id(&twin)
    );
    let preview = ada.get(&preview).await.expect(200);
    assert_eq!(
        preview.data()["moves"],
        json!([{"what": "contacts", "count": 1}, {"what": "deals", "count": 1}, {"what": "activities", "count": 1}, {"what": "notes", "count": 1}, {"what": "subsidiaries", "count": 1}])
    );
    let fields = preview.data()["fields"].as_array().unwrap();
    let phone = fields
        .iter()
        .find(|field| field["field"] == "phone")
        .unwrap();
    assert_eq!(phone["chosen"], acme["id"]);
    assert_eq!(
        phone["values"][1],
        json!({"id": twin["id"], "value": "7654321"})
    );
    let domain = fields
        .iter()
        .find(|field| field["field"] == "domain")
        .unwrap();
    assert_eq!(
        (&domain["chosen"], &domain["differs"]),
        (&twin["id"], &json!(true))
    );

    let body = json!({"with": [{"id": twin["id"], "version": 1}], "version": 1, "choices": [{"field": "phone", "from": twin["id"]}]});
    let done = merge(&ada, "companies", &acme, body.clone())
        .await
        .expect(200);
    let done = done.data();
    assert_eq!(
        done["losers"],
        json!([{"id": twin["id"], "name": "ACME GmbH"}])
    );
    assert_eq!(done["moved"], preview.data()["moves"]);
    let one = get(&ada, "companies", &acme).await;
    assert_eq!(one["name"], "Acme");
    for (field, value) in [
        ("phone", "7654321"),
        ("domain", "acme.example"),
        ("externalId", "A-1"),
    ] {
        assert_eq!(one[field], value);
    }
    let gone = get(&ada, "companies", &twin).await;
    assert_eq!(gone["mergedInto"], acme["id"]);
    assert!(gone["deletedAt"].is_string() && gone.get("externalId").is_none());
    assert_eq!(
        get(&ada, "contacts", &contact).await["companyId"],
        acme["id"]
    );
    assert_eq!(get(&ada, "notes", &note).await["companyId"], acme["id"]);
    assert_eq!(get(&ada, "deals", &deal).await["companyId"], acme["id"]);
    assert_eq!(get(&ada, "companies", &child).await["parentId"], acme["id"]);
    for record in [&acme, &twin] {
        let timeline = format!("/api/v1/companies/{}/timeline", id(record));
        assert_eq!(ada.get(&timeline).await.data()[0]["kind"], "merged");
    }
    // A second time, and out of the trash without undoing.
    merge(&ada, "companies", &acme, body).await.expect(412);
    let again = json!({"with": [{"id": twin["id"]}]});
    merge(&ada, "companies", &acme, again).await.expect(409);
    let restore = format!("/api/v1/companies/{}/restore", id(&twin));
    ada.post(&restore, &json!({})).await.expect(409);
    let found = ada
        .get("/api/v1/companies/duplicates?name=acme")
        .await
        .expect(200);
    assert_eq!(found.data().as_array().unwrap().len(), 1);

    assert_eq!(
        ada.get("/api/v1/merges").await.expect(200).data()[0]["id"],
        done["id"]
    );
    assert!(
        eve.get("/api/v1/merges")
            .await
            .data()
            .as_array()
            .unwrap()
            .is_empty()
    );
    undo(&eve, done).await.expect(404);
    let back = undo(&ada, done).await.expect(200);
    assert_eq!(
        (&back.data()["kept"], &back.data()["stayed"]),
        (&json!([]), &json!(0))
    );
    let one = get(&ada, "companies", &acme).await;
    assert_eq!(one["phone"], "1234567");
    assert!(one.get("domain").is_none() && one.get("externalId").is_none());
    let two = get(&ada, "companies", &twin).await;
    assert_eq!(two["externalId"], "A-1");
    assert!(two.get("deletedAt").is_none() && two.get("mergedInto").is_none());
    assert_eq!(
        get(&ada, "contacts", &contact).await["companyId"],
        twin["id"]
    );
    assert_eq!(get(&ada, "deals", &deal).await["companyId"], twin["id"]);
    assert_eq!(get(&ada, "companies", &child).await["parentId"], twin["id"]);
    undo(&ada, done).await.expect(409);
}

async fn what_changed_since_stays_when_a_merge_is_undone(app: TestApp) {
    let ada = app.register("engines").await;
    let acme = company(&ada, "Acme").await;
    let twin = json!({"name": "ACME", "phone": "7654321", "industry": "retail"});
    let twin = add(&ada, "companies", twin).await;
    let other = company(&ada, "Other").await;
    let moved = add(
        &ada,
        "deals",
        json!({"title": "On", "companyId": twin["id"]}),
    )
    .await;
    let kept = add(
        &ada,
        "deals",
        json!({"title": "Back", "companyId": twin["id"]}),
    )
    .await;
    let done = merge(
        &ada,
        "companies",
        &acme,
        json!({"with": [{"id": twin["id"]}]}),
    )
    .await
    .expect(200);
    let deal = format!("/api/v1/deals/{}", id(&moved));
    ada.patch(&deal, &json!({"companyId": other["id"]}))
        .await
        .expect(200);
    let path = format!("/api/v1/companies/{}", id(&acme));
    ada.patch(&path, &json!({"industry": "energy"}))
        .await
        .expect(200);
    let back = undo(&ada, done.data()).await.expect(200);
    assert_eq!(
        (&back.data()["kept"], &back.data()["stayed"]),
        (&json!(["industry"]), &json!(1))
    );
    let one = get(&ada, "companies", &acme).await;
    assert_eq!(one["industry"], "energy");
    assert!(one.get("phone").is_none());
    assert_eq!(get(&ada, "deals", &moved).await["companyId"], other["id"]);
    assert_eq!(get(&ada, "deals", &kept).await["companyId"], twin["id"]);
}

async fn merges_are_undone_in_time_and_in_order(app: TestApp) {
    let ada = app.register("engines").await;
    let (a, b, c) = (
        company(&ada, "A1").await,
        company(&ada, "B1").await,
        company(&ada, "C1").await,
    );
    let deal = add(&ada, "deals", json!({"title": "Big", "companyId": a["id"]})).await;
    let first = merge(&ada, "companies", &b, json!({"with": [{"id": a["id"]}]}))
        .await
        .expect(200);
    let second = merge(&ada, "companies", &c, json!({"with": [{"id": b["id"]}]}))
        .await
        .expect(200);
    assert_eq!(get(&ada, "companies", &a).await["mergedInto"], c["id"]);
    undo(&ada, first.data()).await.expect(409);
    undo(&ada, second.data()).await.expect(200);
    assert_eq!(get(&ada, "companies", &a).await["mergedInto"], b["id"]);
    undo(&ada, first.data()).await.expect(200);
    assert_eq!(get(&ada, "deals", &deal).await["companyId"], a["id"]);
    let late = merge(&ada, "companies", &b, json!({"with": [{"id": a["id"]}]}))
        .await
        .expect(200);
    app.advance(TimeDelta::days(30) - TimeDelta::hours(1));
    api::platform::worker::empty_trash(&app.state)
        .await
        .unwrap();
    let ada = app.sign_in("engines").await;
    assert_eq!(get(&ada, "companies", &a).await["mergedInto"], b["id"]);
    app.advance(TimeDelta::hours(2));
    let ada = app.sign_in("engines").await;
    undo(&ada, late.data()).await.expect(409);
    // Then it goes for good, and so may what it was merged into.
    api::platform::worker::empty_trash(&app.state)
        .await
        .unwrap();
    ada.get(&format!("/api/v1/companies/{}", id(&a)))
        .await
        .expect(404);
    app.state
        .store
        .system()
        .clean_merges(app.state.clock.now())
        .await
        .unwrap();
    assert_eq!(
        ada.get("/api/v1/merges")
            .await
            .expect(200)
            .data()
            .as_array()
            .unwrap()
            .len(),
        3
    );
}
