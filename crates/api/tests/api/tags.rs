//! `/api/v1/tags`, and the tags of records.

use reqwest::Method;
use serde_json::{Value, json};
use shared_types::Role;

use crate::{
    helpers::{self, Caller, TestApp, add},
    imports::File,
    on_both_databases,
    people::somebody,
};

on_both_databases!(
    a_tag_is_made_changed_counted_and_deleted,
    records_of_each_kind_carry_tags,
    what_is_wrong_with_tags_is_named,
    many_records_get_and_lose_tags_at_once,
    two_tags_become_one,
    merged_records_have_the_tags_of_all,
    a_lead_hands_its_tags_on,
    who_writes_records_makes_tags_and_managers_keep_them,
    a_record_that_is_purged_has_no_tags,
    files_bring_tags_and_take_them_out,
);

/// What makes a record of each kind.
const KINDS: [(&str, &str); 4] = [
    ("companies", "name"),
    ("contacts", "lastName"),
    ("leads", "lastName"),
    ("deals", "title"),
];

async fn tag(caller: &Caller, name: &str) -> Value {
    add(caller, "tags", json!({"name": name})).await["id"].clone()
}

fn path(kind: &str, id: &Value) -> String {
    helpers::path(kind, &json!({"id": id}))
}

/// The names of the tags of a record.
fn names(record: &Value) -> Vec<&str> {
    let tags = record["tags"].as_array().unwrap().iter();
    tags.map(|tag| tag["name"].as_str().unwrap()).collect()
}

async fn get(caller: &Caller, path: &str) -> Value {
    caller.get(path).await.expect(200).data().clone()
}

async fn a_tag_is_made_changed_counted_and_deleted(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    let body = json!({"name": " Key account "});
    let made = ada.post("/api/v1/tags", &body).await.expect(201);
    let key = path("tags", &made.data()["id"]);
    assert_eq!(made.header("location"), key);
    assert_eq!(made.data()["name"], "Key account");
    let color = made.data()["color"].clone();
    let body = json!({"name": "KEY ACCOUNT"});
    ada.post("/api/v1/tags", &body).await.expect(409);
    // Names are unique in an organization, and the same name has the same hue elsewhere.
    let foreign = add(&eve, "tags", json!({"name": "key account"})).await;
    assert_eq!(foreign["color"], color);
    let body = json!({"name": "VIP", "color": "mauve"});
    ada.post("/api/v1/tags", &body).await.expect(422);
    add(&ada, "tags", json!({"name": "Churn risk", "color": "red"})).await;
    let tagged = json!({"name": "Acme", "tagIds": [made.data()["id"]]});
    let acme = path("companies", &add(&ada, "companies", tagged).await["id"]);
    let held = ada.get(&acme).await.expect(200).header("etag").to_owned();
    let listed = get(&ada, "/api/v1/tags?sort=-name").await;
    assert_eq!(
        (&listed[0]["name"], &listed[0]["usage"]),
        (
            &json!("Key account"),
            &json!({"companies": 1, "contacts": 0, "leads": 0, "deals": 0})
        )
    );
    assert_eq!(listed[1]["usage"]["companies"], 0);
    assert_eq!(get(&ada, "/api/v1/tags?q=CHURN").await[0]["color"], "red");
    let change = json!({"name": "Strategic", "color": "teal"});
    let stale = ada.request(Method::PATCH, &key).header("If-Match", "\"7\"");
    ada.send(stale.json(&change)).await.expect(412);
    eve.patch(&key, &change).await.expect(404);
    ada.patch(&key, &change).await.expect(200);
    // The record has not changed, but what is held of it is not true any more.
    let as_held = ada
        .request(Method::GET, &acme)
        .header("If-None-Match", &held);
    ada.send(as_held).await.expect(200);
    let as_read = ada.request(Method::PATCH, &acme).header("If-Match", &held);
    let as_read = ada.send(as_read.json(&json!({"industry": "retail"}))).await;
    as_read.expect(200);
    let company = get(&ada, "/api/v1/companies").await[0].clone();
    assert_eq!(company["tags"][0]["name"], "Strategic");
    assert_eq!(company["tags"][0]["color"], "teal");
    eve.delete(&key).await.expect(404);
    ada.delete(&key).await.expect(200);
    ada.get(&key).await.expect(404);
    let company = get(&ada, "/api/v1/companies").await[0].clone();
    assert!(names(&company).is_empty());
    assert_eq!(company["version"], 2);
}

async fn records_of_each_kind_carry_tags(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    let (vip, risk) = (tag(&ada, "VIP").await, tag(&ada, "Churn risk").await);
    for (kind, named) in KINDS {
        let list = format!("/api/v1/{kind}");
        let made = add(&ada, kind, json!({named: "Plain"})).await;
        assert!(names(&made).is_empty(), "{kind}");
        let made = add(
            &ada,
            kind,
            json!({named: "Acme", "tagIds": [vip, risk, vip]}),
        )
        .await;
        assert_eq!(names(&made), ["Churn risk", "VIP"], "{kind}");
        let one = path(kind, &made["id"]);
        assert_eq!(get(&ada, &one).await["tags"], made["tags"], "{kind}");
        let filtered = format!(
            "{list}?tag={},{}",
            vip.as_str().unwrap(),
            made["id"].as_str().unwrap()
        );
        let found = get(&ada, &filtered).await;
        assert_eq!(found.as_array().unwrap().len(), 1, "{kind}");
        assert_eq!(found[0]["tags"], made["tags"], "{kind}");
        assert!(get(&eve, &filtered).await.as_array().unwrap().is_empty());
        // Nothing said of tags leaves them.
        let kept = ada
            .patch(&one, &json!({"externalId": "A-1"}))
            .await
            .expect(200);
        assert_eq!(names(kept.data()), ["Churn risk", "VIP"], "{kind}");
        let change = json!({"tagIds": [risk]});
        let changed = ada.patch(&one, &change).await.expect(200);
        assert_eq!(names(changed.data()), ["Churn risk"], "{kind}");
        assert_eq!(changed.data()["version"], 3, "{kind}");
        let change = json!({"addTagIds": [vip], "removeTagIds": [risk]});
        let changed = ada.patch(&one, &change).await.expect(200);
        assert_eq!(names(changed.data()), ["VIP"], "{kind}");
        let timeline = get(&ada, &format!("{one}/timeline")).await;
        let change = &timeline[0]["changes"][0];
        assert_eq!(
            (&change["field"], &change["before"], &change["after"]),
            (&json!("tags"), &json!("Churn risk"), &json!("VIP")),
            "{kind}: {timeline}"
        );
        ada.delete(&one).await.expect(200);
        assert!(get(&ada, &filtered).await.as_array().unwrap().is_empty());
        let back = ada.post(&format!("{one}/restore"), &json!({})).await;
        assert_eq!(names(back.expect(200).data()), ["VIP"], "{kind}");
    }
    let usage = get(&ada, &path("tags", &vip)).await["usage"].clone();
    assert_eq!(
        usage,
        json!({"companies": 1, "contacts": 1, "leads": 1, "deals": 1})
    );
    let view =
        json!({"list": "companies", "name": "VIP", "filters": [{"name": "tag", "value": vip}]});
    add(&ada, "saved-views", view).await;
}

async fn what_is_wrong_with_tags_is_named(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    let (own, foreign) = (tag(&ada, "VIP").await, tag(&eve, "VIP").await);
    let mut many = Vec::new();
    for number in 0..20 {
        many.push(tag(&ada, &format!("Tag {number}")).await);
    }
    for (kind, named) in KINDS {
        let list = format!("/api/v1/{kind}");
        let made = add(&ada, kind, json!({named: "Acme", "tagIds": many})).await;
        let one = path(kind, &made["id"]);
        let body = json!({named: "Acme", "tagIds": [foreign]});
        let refused = ada.post(&list, &body).await;
        assert_eq!(refused.expect(422).fields(), ["tagIds"], "{kind}");
        for (change, field) in [
            (json!({"tagIds": [own, foreign]}), "tagIds"),
            (
                json!({"removeTagIds": [many[0]], "addTagIds": [foreign]}),
                "addTagIds",
            ),
            (json!({"addTagIds": [own]}), "addTagIds"),
        ] {
            let refused = ada.patch(&one, &change).await.expect(422);
            assert_eq!(refused.fields(), [field], "{kind} {change}");
        }
        many.push(own.clone());
        let refused = ada.patch(&one, &json!({"tagIds": many})).await;
        assert_eq!(refused.expect(422).fields(), ["tagIds"], "{kind}");
        many.pop();
        assert_eq!(get(&ada, &one).await["version"], 1, "{kind}");
    }
}

async fn many_records_get_and_lose_tags_at_once(app: TestApp) {
    let ada = app.register("engines").await;
    let vip = tag(&ada, "VIP").await;
    for (kind, named) in KINDS {
        let (one, other) = (
            add(&ada, kind, json!({named: "One"})).await,
            add(&ada, kind, json!({named: "Other", "tagIds": [vip]})).await,
        );
        let bulk = format!("/api/v1/{kind}/bulk");
        for (change, expected) in [("addTagIds", vec!["VIP"]), ("removeTagIds", vec![])] {
            let operations: Vec<Value> = [&one, &other]
                .map(|record| json!({"kind": "update", "id": record["id"], "update": {change: [vip]}}))
                .into();
            let done = ada.post(&bulk, &json!({"operations": operations})).await;
            for outcome in done.expect(200).data().as_array().unwrap() {
                assert_eq!(names(&outcome["record"]), expected, "{kind}: {outcome}");
            }
        }
    }
}

async fn two_tags_become_one(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    let (vip, key) = (tag(&ada, "VIP").await, tag(&ada, "Key account").await);
    for tags in [json!([vip]), json!([key]), json!([vip, key])] {
        add(&ada, "companies", json!({"name": "Acme", "tagIds": tags})).await;
    }
    add(
        &ada,
        "leads",
        json!({"lastName": "Hopper", "tagIds": [key]}),
    )
    .await;
    let merge = format!("{}/merge", path("tags", &key));
    for (into, field) in [(&key, "into"), (&tag(&eve, "VIP").await, "into")] {
        let refused = ada.post(&merge, &json!({"into": into})).await.expect(422);
        assert_eq!(refused.fields(), [field]);
    }
    eve.post(&merge, &json!({"into": vip})).await.expect(404);
    let merged = ada.post(&merge, &json!({"into": vip})).await.expect(200);
    assert_eq!(
        merged.data()["usage"],
        json!({"companies": 3, "contacts": 0, "leads": 1, "deals": 0})
    );
    ada.get(&path("tags", &key)).await.expect(404);
    for company in get(&ada, "/api/v1/companies").await.as_array().unwrap() {
        assert_eq!(names(company), ["VIP"]);
    }
    let log = get(&ada, "/api/v1/audit-log?subjectType=tag&kind=merged").await;
    assert_eq!(log[0]["subjectName"], "Key account");
}

async fn merged_records_have_the_tags_of_all(app: TestApp) {
    let ada = app.register("engines").await;
    let (vip, risk) = (tag(&ada, "VIP").await, tag(&ada, "Churn risk").await);
    for (kind, named) in &KINDS[..3] {
        let stays = add(&ada, kind, json!({*named: "Acme", "tagIds": [vip]})).await;
        let goes = add(&ada, kind, json!({*named: "ACME", "tagIds": [vip, risk]})).await;
        let (winner, loser) = (path(kind, &stays["id"]), path(kind, &goes["id"]));
        let preview = format!(
            "{winner}/merge-preview?with={}",
            goes["id"].as_str().unwrap()
        );
        let preview = get(&ada, &preview).await;
        let field = preview["fields"].as_array().unwrap().iter();
        let field = field
            .clone()
            .find(|field| field["field"] == "tagIds")
            .unwrap();
        assert_eq!(
            (&field["united"], &field["values"][1]["value"]),
            (&json!(true), &json!("Churn risk, VIP"))
        );
        let body = json!({"with": [{"id": goes["id"]}]});
        let merge = ada
            .post(&format!("{winner}/merge"), &body)
            .await
            .expect(200);
        assert_eq!(names(&get(&ada, &winner).await), ["Churn risk", "VIP"]);
        let undo = format!("{}/undo", path("merges", &merge.data()["id"]));
        let undone = ada.post(&undo, &json!({})).await.expect(200);
        assert_eq!(undone.data()["kept"], json!([]), "{kind}");
        assert_eq!(names(&get(&ada, &winner).await), ["VIP"], "{kind}");
        assert_eq!(names(&get(&ada, &loser).await), ["Churn risk", "VIP"]);
    }
}

async fn a_lead_hands_its_tags_on(app: TestApp) {
    let ada = app.register("engines").await;
    let vip = tag(&ada, "VIP").await;
    let lead = json!({"lastName": "Hopper", "companyName": "Acme", "tagIds": [vip]});
    let lead = add(&ada, "leads", lead).await;
    let convert = format!("{}/convert", path("leads", &lead["id"]));
    let became = ada.post(&convert, &json!({})).await.expect(200);
    for kind in ["lead", "contact", "deal"] {
        assert_eq!(names(&became.data()[kind]), ["VIP"], "{kind}");
    }
    assert!(names(&became.data()["company"]).is_empty());
    let contact = path("contacts", &became.data()["contact"]["id"]);
    assert_eq!(names(&get(&ada, &contact).await), ["VIP"]);
}

async fn who_writes_records_makes_tags_and_managers_keep_them(app: TestApp) {
    let ada = app.register("engines").await;
    for (role, reads, makes, keeps) in [
        (Role::Manager, 200, 201, 200),
        (Role::TeamLeader, 200, 201, 403),
        (Role::SalesRep, 200, 201, 403),
        (Role::Agent, 200, 201, 403),
        (Role::Advocate, 403, 403, 403),
    ] {
        let (caller, _) = somebody(&app, &ada, role).await;
        let (one, other) = (
            tag(&ada, &format!("One of {role}")).await,
            tag(&ada, &format!("Other of {role}")).await,
        );
        caller.get("/api/v1/tags").await.expect(reads);
        caller.get(&path("tags", &one)).await.expect(reads);
        let body = json!({"name": format!("Made by {role}")});
        caller.post("/api/v1/tags", &body).await.expect(makes);
        let pink = json!({"color": "pink"});
        caller.patch(&path("tags", &one), &pink).await.expect(keeps);
        let merge = format!("{}/merge", path("tags", &other));
        let merge = caller.post(&merge, &json!({"into": one})).await;
        merge.expect(keeps);
        caller.delete(&path("tags", &one)).await.expect(keeps);
    }
}

async fn a_record_that_is_purged_has_no_tags(app: TestApp) {
    let ada = app.register("engines").await;
    let vip = tag(&ada, "VIP").await;
    let gone = add(&ada, "companies", json!({"name": "Gone", "tagIds": [vip]})).await;
    ada.delete(&path("companies", &gone["id"]))
        .await
        .expect(200);
    let used = get(&ada, &path("tags", &vip)).await;
    assert_eq!(used["usage"]["companies"], 1);
    let ada = app.later("engines", 31).await;
    let used = get(&ada, &path("tags", &vip)).await;
    assert_eq!(used["usage"]["companies"], 0);
}

async fn files_bring_tags_and_take_them_out(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    tag(&eve, "Key account").await;
    let key = json!({"name": "Key account", "color": "yellow"});
    add(&ada, "tags", key).await;
    let new = ["Quartz", "Bramble", "Toffee", "Zeppelin"];
    for ((kind, named), new) in KINDS.into_iter().zip(new) {
        let known = json!({named: "Known", "externalId": "K-1"});
        let known = add(&ada, kind, known).await;
        let column = if kind == "deals" { "title" } else { "name" };
        let text = format!(
            "{column},externalId,tags\nAcme,A-1,\"key ACCOUNT; {new};key account\"\nKnown,K-1,Key account\nPlain,P-1,\n"
        );
        for round in 0..2 {
            let file = File::bring(&app, &ada, kind, &text).await;
            file.change(json!({"matchRule": "update"})).await;
            let done = file.run_to_end().await;
            assert_eq!(done["state"], "done", "{kind}: {done}");
            let counts = &done["counts"];
            let expected = if round == 0 { (2, 1) } else { (0, 0) };
            assert_eq!(
                (&counts["created"], &counts["updated"]),
                (&json!(expected.0), &json!(expected.1)),
                "{kind}: {done}"
            );
        }
        let acme = get(&ada, &format!("/api/v1/{kind}?q=acme")).await[0].clone();
        let mut expected = [new, "Key account"];
        expected.sort_unstable();
        assert_eq!(names(&acme), expected);
        let tags = acme["tags"].as_array().unwrap().iter();
        let hues: Vec<&Value> = tags.map(|tag| &tag["color"]).collect();
        assert!(hues.contains(&&json!("yellow")), "{acme}");
        let known = path(kind, &known["id"]);
        assert_eq!(names(&get(&ada, &known).await), ["Key account"], "{kind}");
        let timeline = get(&ada, &format!("{known}/timeline")).await;
        assert_eq!(timeline[0]["changes"][0]["after"], "Key account", "{kind}");
        let table = ada.get(&format!("/api/v1/{kind}/export?q=acme")).await;
        let table = table.expect(200).body.as_str().unwrap().to_owned();
        assert!(table.contains(&expected.join("; ")), "{table}");
    }
    assert_eq!(get(&ada, "/api/v1/tags").await.as_array().unwrap().len(), 5);
}
