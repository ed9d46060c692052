//! What one organization takes out, another takes in.

use serde_json::{Value, json};

use crate::{
    helpers::{Caller, TestApp, rows},
    imports::File,
    on_both_databases,
};

on_both_databases!(everything_moves_to_another_organization,);

/// The files of everything, in the order to import them.
const ALL: [&str; 8] = [
    "members",
    "companies",
    "contacts",
    "products",
    "deals",
    "leads",
    "activities",
    "notes",
];

/// Records of every kind that refer to each other.
pub async fn furnish(ada: &Caller) {
    let id = async |kind: &str, body: Value| {
        let made = ada.post(&format!("/api/v1/{kind}"), &body).await;
        made.expect(201).data()["id"].clone()
    };
    let boss = id(
        "members",
        json!({"name": "Bo Boss", "role": "manager", "email": "bo@engines.example"}),
    )
    .await;
    let agent = id(
        "members",
        json!({"name": "Al Agent", "role": "agent", "email": "al@engines.example", "managerId": boss}),
    )
    .await;
    let group = id(
        "companies",
        json!({"name": "Group", "externalId": "g-1", "ownerId": agent}),
    )
    .await;
    // Two of one name are told apart by their ids.
    let twin = id(
        "companies",
        json!({"name": "Acme", "parentId": group, "ownerId": boss}),
    )
    .await;
    let acme = id("companies", json!({"name": "Acme", "industry": "toys"})).await;
    let grace = id(
        "contacts",
        json!({"firstName": "Grace Brewster", "lastName": "Hopper", "companyId": acme, "ownerId": agent, "consent": "granted",
            "emails": [{"address": "g@x.example", "label": "work"}, {"address": "h@x.example", "label": "private"}],
            "phones": [{"number": "+1 555 0100", "label": "mobile"}]}),
    )
    .await;
    id(
        "contacts",
        json!({"lastName": "=Formula", "companyId": twin}),
    )
    .await;
    let product = id(
        "products",
        json!({"name": "GTX", "sku": "g1", "price": {"amount": 12_050, "currency": "EUR"}}),
    )
    .await;
    let spare = json!({"name": "Spare \"part\" × 2, @ 5; -1%", "price": {"amount": 500, "currency": "EUR"}});
    let spare = id("products", spare).await;
    let deal = id(
        "deals",
        json!({"title": "Big one", "companyId": acme, "contactId": grace, "ownerId": agent, "currency": "EUR",
            "lines": [{"productId": product, "quantity": 2_500, "discount": 1_250}, {"productId": spare, "unitPrice": 99}]}),
    )
    .await;
    let lead = id(
        "leads",
        json!({"lastName": "Johnson", "email": "k@y.example", "ownerId": boss, "source": "event"}),
    )
    .await;
    let became = id(
        "leads",
        json!({"lastName": "Jackson", "companyName": "Acme"}),
    )
    .await;
    let convert = json!({"contactId": grace, "companyId": acme, "dealTitle": "Second one"});
    ada.post(
        &format!("/api/v1/leads/{}/convert", became.as_str().unwrap()),
        &convert,
    )
    .await
    .expect(200);
    id("activities", json!({"kind": "call", "subject": "Ask", "dueAt": "2026-12-01T08:00:00Z", "contactId": grace, "dealId": deal, "ownerId": agent})).await;
    id("activities", json!({"kind": "task", "subject": "Think", "done": true, "leadId": lead, "companyId": twin})).await;
    id("notes", json!({"body": "Likes *tea*,\nand \"cake\".", "pinned": true, "contactId": grace, "dealId": deal})).await;
    id(
        "notes",
        json!({"body": "Not to be told", "confidential": true, "companyId": twin}),
    )
    .await;
}

/// What two organizations show of their records is the same, and so is what refers to what.
pub async fn expect_the_same(ada: &Caller, eve: &Caller) {
    for (kind, shown) in [
        ("members", &["name", "role", "email"][..]),
        ("companies", &["name", "industry", "ownerName"]),
        (
            "contacts",
            &[
                "name",
                "firstName",
                "companyName",
                "ownerName",
                "emails",
                "phones",
                "consent",
            ],
        ),
        ("products", &["name", "sku", "price"]),
        (
            "deals",
            &[
                "title",
                "companyName",
                "contactName",
                "ownerName",
                "amount",
                "status",
            ],
        ),
        (
            "leads",
            &[
                "name",
                "email",
                "companyName",
                "ownerName",
                "source",
                "status",
                "score",
            ],
        ),
        (
            "activities",
            &[
                "subject",
                "kind",
                "contactName",
                "leadName",
                "dealTitle",
                "companyName",
                "ownerName",
                "dueAt",
            ],
        ),
        (
            "notes",
            &[
                "body",
                "pinned",
                "confidential",
                "authorName",
                "companyName",
                "contactName",
                "dealTitle",
                "createdAt",
            ],
        ),
    ] {
        let all = async |caller: &Caller| {
            let list = rows(caller, kind).await;
            let mut all: Vec<String> = list
                .iter()
                .filter(|record| record["name"] != "Ada rivals")
                .map(|record| {
                    let cells = shown.iter().map(|field| record[field].to_string());
                    cells.collect::<Vec<_>>().join(" | ")
                })
                .collect();
            all.sort();
            all
        };
        assert_eq!(all(eve).await, all(ada).await, "{kind}");
    }
    // The two of one name have kept those who belong to them.
    let companies = rows(eve, "companies?q=Acme").await;
    let toys = companies
        .iter()
        .find(|company| company["industry"] == "toys")
        .unwrap();
    let contacts = rows(
        eve,
        &format!("contacts?companyId={}", toys["id"].as_str().unwrap()),
    )
    .await;
    assert_eq!(contacts.len(), 1);
    assert_eq!(contacts[0]["name"], "Grace Brewster Hopper");
    let converted = rows(eve, "leads?status=converted").await;
    assert_eq!(converted[0]["contactId"], contacts[0]["id"]);
    let deals = rows(eve, "deals?sort=title").await;
    assert_eq!(converted[0]["dealId"], deals[1]["id"]);
    assert_eq!(deals[0]["contactId"], contacts[0]["id"]);
    let lines = async |caller: &Caller| {
        let deals = rows(caller, "deals?sort=title").await;
        let lines = deals[0]["lines"].as_array().unwrap().iter();
        let what = ["productName", "quantity", "unitPrice", "discount", "total"];
        lines
            .map(|line| what.map(|field| line[field].to_string()))
            .collect::<Vec<_>>()
    };
    assert_eq!(lines(ada).await.len(), 2);
    assert_eq!(lines(eve).await, lines(ada).await);
}

async fn everything_moves_to_another_organization(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    furnish(&ada).await;
    for kind in ALL {
        let answer = ada.get(&format!("/api/v1/{kind}/export")).await.expect(200);
        let text = answer.body.as_str().unwrap().to_owned();
        let file = File::bring(&app, &eve, kind, &text).await;
        let rows = file.get().await;
        let done = file.run().await;
        assert_eq!(done["counts"]["refused"], 0, "{kind}: {done} {rows}");
        let of = async |caller: &Caller| {
            let list = caller.get(&format!("/api/v1/{kind}?count=true")).await;
            list.expect(200).body["pagination"]["total"]
                .as_u64()
                .unwrap()
        };
        let own = u64::from(kind == "members");
        assert_eq!(of(&eve).await, of(&ada).await + own, "{kind}");
        // What is brought again changes nothing.
        if !matches!(kind, "members" | "leads") {
            let again = File::bring(&app, &eve, kind, &text).await;
            let done = again.run_to_end().await;
            assert_eq!(done["counts"]["created"], 0, "{kind}: {done}");
            assert_eq!(done["counts"]["refused"], 0, "{kind}: {done}");
            if matches!(kind, "activities" | "notes") {
                assert_eq!(done["counts"]["updated"], 0, "{kind}: {done}");
            }
        }
        let home = File::bring(&app, &ada, kind, &text).await;
        home.change(json!({"matchRule": "skip"})).await;
        let counted = home.check().await;
        assert_eq!(counted["counts"]["created"], 0, "{kind}: {counted}");
    }
    expect_the_same(&ada, &eve).await;
    // What a file says of one line anew changes that deal alone.
    let text = "Deal ID,Lines,Currency\nx-1,2 × GTX @ 100.00 -10%,EUR\nx-2,GTX,EUR\n";
    let done = File::bring(&app, &eve, "deals", text)
        .await
        .run_to_end()
        .await;
    assert_eq!(
        (&done["counts"]["created"], &done["counts"]["refused"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(done["firstReasons"][0]["column"], "Lines");
    let made = rows(&eve, "deals?q=x-1").await;
    assert_eq!(made[0]["amount"]["amount"], 18_000);
}
