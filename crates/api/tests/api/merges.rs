//! `/api/v1/{companies,contacts,leads}/{id}/merge` and `/api/v1/merges`.

use serde_json::{Value, json};
use shared_types::{Role, crm::MergeKind};
use sqlx::{Executor, Row};

use crate::{
    helpers::{Answer, Caller, TestApp, add},
    on_both_databases,
    people::somebody,
};

on_both_databases!(
    contacts_keep_all_their_addresses,
    leads_become_one_and_the_converted_one_stays,
    what_cannot_be_merged_is_refused,
    a_group_of_companies_stays_a_tree,
    a_saved_view_follows_what_it_names,
    who_may_not_delete_all_of_them_may_not_merge_them,
);

pub fn id(record: &Value) -> &str {
    record["id"].as_str().unwrap()
}

pub async fn merge(caller: &Caller, kind: &str, winner: &Value, body: Value) -> Answer {
    let path = format!("/api/v1/{kind}/{}/merge", id(winner));
    caller.post(&path, &body).await
}

pub async fn undo(caller: &Caller, merge: &Value) -> Answer {
    let path = format!("/api/v1/merges/{}/undo", id(merge));
    caller.post(&path, &json!({})).await
}

pub async fn get(caller: &Caller, kind: &str, record: &Value) -> Value {
    let path = format!("/api/v1/{kind}/{}", id(record));
    caller.get(&path).await.expect(200).data().clone()
}

pub async fn company(caller: &Caller, name: &str) -> Value {
    add(caller, "companies", json!({"name": name})).await
}

async fn contacts_keep_all_their_addresses(app: TestApp) {
    let ada = app.register("engines").await;
    let mail = |address: &str| json!({"address": address, "label": "work"});
    let first =
        json!({"lastName": "Hopper", "consent": "granted", "emails": [mail("grace@acme.example")]});
    let first = add(&ada, "contacts", first).await;
    let second = json!({"firstName": "Grace", "lastName": "Hopper", "consent": "withdrawn",
        "emails": [mail("Grace@ACME.example"), mail("amazing@navy.example")]});
    let second = add(&ada, "contacts", second).await;
    let third = add(
        &ada,
        "contacts",
        json!({"lastName": "G. H.", "phones": [{"number": "+1 212 555 0100", "label": "mobile"}]}),
    )
    .await;
    let deal = json!({"title": "Big", "contactId": third["id"]});
    let deal = add(&ada, "deals", deal).await;
    let body = json!({"with": [{"id": second["id"]}, {"id": third["id"]}]});
    let done = merge(&ada, "contacts", &first, body).await.expect(200);
    let one = get(&ada, "contacts", &first).await;
    assert_eq!(
        (&one["name"], &one["consent"]),
        (&json!("Grace Hopper"), &json!("withdrawn"))
    );
    assert_eq!(one["emails"].as_array().unwrap().len(), 2);
    assert_eq!(one["phones"].as_array().unwrap().len(), 1);
    assert_eq!(get(&ada, "deals", &deal).await["contactId"], first["id"]);
    let by_mail = ada.get("/api/v1/contacts?email=amazing@navy.example").await;
    assert_eq!(by_mail.expect(200).data()[0]["id"], first["id"]);
    undo(&ada, done.data()).await.expect(200);
    let one = get(&ada, "contacts", &first).await;
    assert_eq!(
        (&one["name"], &one["consent"]),
        (&json!("Hopper"), &json!("granted"))
    );
    assert_eq!(one["emails"].as_array().unwrap().len(), 1);
    assert_eq!(get(&ada, "deals", &deal).await["contactId"], third["id"]);
    let by_mail = ada.get("/api/v1/contacts?email=amazing@navy.example").await;
    assert_eq!(by_mail.expect(200).data()[0]["id"], second["id"]);
}

async fn leads_become_one_and_the_converted_one_stays(app: TestApp) {
    let ada = app.register("engines").await;
    let open = add(
        &ada,
        "leads",
        json!({"lastName": "Johnson", "phone": "1234567"}),
    )
    .await;
    let closed = add(
        &ada,
        "leads",
        json!({"lastName": "Johnson", "email": "k@acme.example"}),
    )
    .await;
    let task = json!({"kind": "call", "subject": "Ring", "leadId": open["id"]});
    let task = add(&ada, "activities", task).await;
    ada.post(
        &format!("/api/v1/leads/{}/convert", id(&closed)),
        &json!({"createDeal": false}),
    )
    .await
    .expect(200);
    let wrong = json!({"with": [{"id": closed["id"]}]});
    merge(&ada, "leads", &open, wrong).await.expect(409);
    let right = json!({"with": [{"id": open["id"]}]});
    let done = merge(&ada, "leads", &closed, right).await.expect(200);
    let one = get(&ada, "leads", &closed).await;
    assert!(one.get("phone").is_none() && one["status"] == "converted");
    assert_eq!(get(&ada, "activities", &task).await["leadId"], closed["id"]);
    undo(&ada, done.data()).await.expect(200);
    assert_eq!(get(&ada, "activities", &task).await["leadId"], open["id"]);
    // Two open ones: what one does not know the other does, and the score follows.
    let other = add(
        &ada,
        "leads",
        json!({"lastName": "J.", "email": "j@acme.example"}),
    )
    .await;
    let body = json!({"with": [{"id": other["id"]}]});
    merge(&ada, "leads", &open, body).await.expect(200);
    let one = get(&ada, "leads", &open).await;
    assert_eq!(one["email"], "j@acme.example");
    assert!(one["score"].as_i64() > open["score"].as_i64());
}

async fn what_cannot_be_merged_is_refused(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    let (acme, twin) = (company(&ada, "Acme").await, company(&ada, "ACME").await);
    let foreign = company(&eve, "Acme").await;
    let with = |record: &Value| json!({"with": [{"id": record["id"]}]});
    let itself = merge(&ada, "companies", &acme, with(&acme))
        .await
        .expect(422);
    assert_eq!(itself.fields(), ["with.0.id"]);
    let twice = json!({"with": [{"id": twin["id"]}, {"id": twin["id"]}]});
    let twice = merge(&ada, "companies", &acme, twice).await.expect(422);
    assert_eq!(twice.fields(), ["with.1.id"]);
    merge(&ada, "companies", &acme, with(&foreign))
        .await
        .expect(404);
    merge(&ada, "companies", &foreign, with(&acme))
        .await
        .expect(404);
    let none = merge(&ada, "companies", &acme, json!({"with": []}))
        .await
        .expect(422);
    assert_eq!(none.fields(), ["with"]);
    for (choice, field) in [
        (
            json!({"field": "consent", "from": twin["id"]}),
            "choices.0.field",
        ),
        (
            json!({"field": "name", "from": foreign["id"]}),
            "choices.0.from",
        ),
    ] {
        let body = json!({"with": [{"id": twin["id"]}], "choices": [choice]});
        let wrong = merge(&ada, "companies", &acme, body).await.expect(422);
        assert_eq!(wrong.fields(), [field]);
    }
    // Somebody edits one of them meanwhile.
    let path = format!("/api/v1/companies/{}", id(&twin));
    ada.patch(&path, &json!({"phone": "1234567"}))
        .await
        .expect(200);
    let old = json!({"with": [{"id": twin["id"], "version": 1}]});
    let stale = merge(&ada, "companies", &acme, old).await.expect(412);
    assert_eq!(stale.data()["version"], 2);
    let old = json!({"with": [{"id": twin["id"]}], "version": 7});
    merge(&ada, "companies", &acme, old).await.expect(412);
    let preview = format!("/api/v1/companies/{}/merge-preview", id(&acme));
    assert_eq!(ada.get(&preview).await.expect(422).fields(), ["with"]);
    ada.get(&format!("{preview}?with={}", id(&foreign)))
        .await
        .expect(404);
    // The same request twice at once has one effect.
    let send = async || {
        let path = format!("/api/v1/companies/{}/merge", id(&acme));
        let request = ada.request(reqwest::Method::POST, &path);
        let request = request
            .header("Idempotency-Key", "merge")
            .json(&with(&twin));
        ada.send(request).await
    };
    let (one, other) = futures_util::join!(send(), send());
    assert_eq!(one.expect(200).data(), other.expect(200).data());
    ada.delete(&format!("/api/v1/companies/{}", id(&acme)))
        .await
        .expect(200);
    merge(&ada, "companies", &acme, with(&twin))
        .await
        .expect(409);
}

async fn a_group_of_companies_stays_a_tree(app: TestApp) {
    let ada = app.register("engines").await;
    let top = company(&ada, "Top").await;
    let under = |parent: &Value, name: &str| json!({"name": name, "parentId": parent["id"]});
    let loser = add(&ada, "companies", under(&top, "Loser")).await;
    let between = add(&ada, "companies", under(&loser, "Between")).await;
    let winner = add(&ada, "companies", under(&between, "Winner")).await;
    let body = json!({"with": [{"id": loser["id"]}]});
    let done = merge(&ada, "companies", &winner, body).await.expect(200);
    assert_eq!(get(&ada, "companies", &winner).await["parentId"], top["id"]);
    assert_eq!(
        get(&ada, "companies", &between).await["parentId"],
        winner["id"]
    );
    // What stood above comes under the winner: then it cannot go back as it was.
    let path = format!("/api/v1/companies/{}", id(&winner));
    ada.patch(&path, &json!({"parentId": null}))
        .await
        .expect(200);
    let path = format!("/api/v1/companies/{}", id(&top));
    ada.patch(&path, &json!({"parentId": between["id"]}))
        .await
        .expect(200);
    let back = undo(&ada, done.data()).await.expect(200);
    assert_eq!(back.data()["kept"], json!(["parentId"]));
    for start in [&top, &loser, &between, &winner] {
        let mut seen = 0;
        let mut next = Some(start["id"].clone());
        while let Some(id) = next {
            seen += 1;
            assert!(seen < 6, "a circle above {start}");
            next = get(&ada, "companies", &json!({"id": id}))
                .await
                .get("parentId")
                .cloned();
        }
    }
}

async fn a_saved_view_follows_what_it_names(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    let (rep, _) = somebody(&app, &ada, Role::SalesRep).await;
    let [acme, twin, other] = ["Acme", "ACME GmbH", "Other"];
    let (acme, twin, other) = (
        company(&ada, acme).await,
        company(&ada, twin).await,
        company(&ada, other).await,
    );
    let view = async |caller: &Caller, list: &str, name: &str, value: &str| {
        let filters = json!([{"name": name, "value": value}]);
        let view = json!({"list": list, "name": "Of one", "filters": filters});
        add(caller, "saved-views", view).await
    };
    let of_twin = view(&rep, "contacts", "companyId", id(&twin)).await;
    let of_other = view(&ada, "contacts", "companyId", id(&other)).await;
    let of_eve = view(&eve, "contacts", "email", id(&twin)).await;
    let body = json!({"with": [{"id": twin["id"]}]});
    let merged = merge(&ada, "companies", &acme, body).await.expect(200);
    let value = async |caller: &Caller, it: &Value| {
        get(caller, "saved-views", it).await["filters"][0]["value"].clone()
    };
    assert_eq!(value(&rep, &of_twin).await, acme["id"]);
    assert_eq!(value(&ada, &of_other).await, other["id"]);
    assert_eq!(value(&eve, &of_eve).await, twin["id"]);
    undo(&ada, merged.data()).await.expect(200);
    assert_eq!(value(&rep, &of_twin).await, twin["id"]);
    assert_eq!(get(&rep, "saved-views", &of_twin).await["version"], 3);
    // What somebody has made of the view since stays.
    let again = json!({"with": [{"id": twin["id"]}]});
    let merged = merge(&ada, "companies", &acme, again).await.expect(200);
    let filters = json!({"filters": [{"name": "companyId", "value": id(&other)}]});
    let path = format!("/api/v1/saved-views/{}", id(&of_twin));
    rep.patch(&path, &filters).await.expect(200);
    undo(&ada, merged.data()).await.expect(200);
    assert_eq!(value(&rep, &of_twin).await, other["id"]);
}

async fn who_may_not_delete_all_of_them_may_not_merge_them(app: TestApp) {
    let ada = app.register("engines").await;
    let (rep, _) = somebody(&app, &ada, Role::SalesRep).await;
    let (agent, _) = somebody(&app, &ada, Role::Agent).await;
    let (mine, own) = (company(&rep, "Acme").await, company(&rep, "ACME").await);
    let theirs = company(&agent, "Acme!").await;
    let with = |record: &Value| json!({"with": [{"id": record["id"]}]});
    merge(&rep, "companies", &mine, with(&theirs))
        .await
        .expect(403);
    merge(&rep, "companies", &theirs, with(&mine))
        .await
        .expect(403);
    merge(&agent, "companies", &theirs, with(&mine))
        .await
        .expect(403);
    let done = merge(&rep, "companies", &mine, with(&own))
        .await
        .expect(200);
    let all = merge(&ada, "companies", &mine, with(&theirs))
        .await
        .expect(200);
    assert_eq!(
        rep.get("/api/v1/merges")
            .await
            .data()
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        ada.get("/api/v1/merges?kind=company")
            .await
            .data()
            .as_array()
            .unwrap()
            .len(),
        2
    );
    assert!(
        agent
            .get("/api/v1/merges")
            .await
            .data()
            .as_array()
            .unwrap()
            .is_empty()
    );
    undo(&rep, all.data()).await.expect(404);
    undo(&agent, done.data()).await.expect(404);
    undo(&rep, done.data()).await.expect(200);
}

/// Whatever comes to refer to these records has to be moved as well.
#[actix_web::test]
async fn everything_that_refers_to_a_record_moves() {
    let Some(app) = TestApp::postgres().await else {
        return;
    };
    let mut database = app.owner().await;
    for (kind, table) in [
        (MergeKind::Company, "companies"),
        (MergeKind::Contact, "contacts"),
        (MergeKind::Lead, "leads"),
    ] {
        let known = persistence::crm::merge_move::referring(kind);
        // What goes with the record itself stays with it.
        let own = ["contact_points.contact_id"];
        let sql = format!(
            "SELECT c.conrelid::regclass::text || '.' || a.attname FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey) \
             WHERE c.contype = 'f' AND c.confrelid = '{table}'::regclass AND a.attname <> 'organization_id'"
        );
        for row in database.fetch_all(sqlx::AssertSqlSafe(sql)).await.unwrap() {
            let name: String = row.get(0);
            assert!(
                known.contains(&name) || own.contains(&name.as_str()),
                "{name} refers to {table}: name it in persistence/src/crm/merge.rs"
            );
        }
    }
}
