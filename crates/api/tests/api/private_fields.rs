//! What is kept encrypted: the private fields of contacts, and confidential notes.

use serde_json::{Value, json};
use shared_types::Role;

use crate::{
    api_keys::make,
    encryption::nowhere_in_the_open,
    helpers::{Caller, TestApp, add, path},
    imports::File,
    merges::{get, merge, undo},
    on_both_databases,
    people::somebody,
};

on_both_databases!(
    what_is_private_is_for_those_who_may_read_it,
    what_is_private_follows_a_merge_and_its_undoing,
    files_bring_and_take_what_is_private,
    a_confidential_note_is_read_by_few,
);

pub const PHONE: &str = "+381 60 987 6543 21";
const BIRTHDAY: &str = "1906-12-09";
pub const STREET: &str = "Quiet Lane 17";
pub const SAID: &str = "she is looking for another job";
/// What is to be found nowhere.
pub const SECRETS: [&str; 4] = [PHONE, BIRTHDAY, STREET, SAID];

pub fn private() -> Value {
    json!({"firstName": "Grace", "lastName": "Hopper", "privatePhone": PHONE, "birthday": BIRTHDAY,
        "privateAddress": {"street": STREET, "city": "Arlington", "country": "US"}})
}

/// Whoever has an API key of these scopes.
async fn with_key(admin: &Caller, scopes: Value) -> Caller {
    let (caller, _) = make(admin, json!({"name": "Key", "scopes": scopes})).await;
    caller
}

/// Whether an answer tells anything that it should not.
pub fn tells(answer: &Value) -> bool {
    let text = answer.to_string();
    SECRETS.iter().any(|secret| text.contains(secret))
}

async fn what_is_private_is_for_those_who_may_read_it(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    let (agent, member) = somebody(&app, &ada, Role::Agent).await;
    let grace = add(&ada, "contacts", private()).await;
    assert!(!tells(&grace), "answers that may be kept tell nothing");
    let at = path("contacts", &grace);
    let read = ada.get(&at).await.expect(200);
    assert_eq!(read.header("cache-control"), "no-store");
    assert_eq!(read.data()["privatePhone"], PHONE);
    assert_eq!(read.data()["birthday"], BIRTHDAY);
    assert_eq!(read.data()["privateAddress"]["street"], STREET);
    eve.get(&at).await.expect(404);

    // The contact of somebody else: an agent reads it without them, and writes none of them.
    let open = agent.get(&at).await.expect(200);
    for field in ["privatePhone", "birthday", "privateAddress"] {
        assert!(open.data().get(field).is_none(), "{field}");
    }
    let own = add(&agent, "contacts", private()).await;
    let read = agent.get(&path("contacts", &own)).await.expect(200);
    assert_eq!(read.data()["birthday"], BIRTHDAY);
    let body = json!({"lastName": "Kay", "ownerId": member["id"], "birthday": "--02-29"});
    let made = add(&agent, "contacts", body).await;
    let given = json!({"ownerId": grace["ownerId"]});
    ada.patch(&path("contacts", &made), &given)
        .await
        .expect(200);
    let reader = with_key(&ada, json!(["contacts:read", "contacts:write"])).await;
    let both = json!({"birthday": "--01-01", "clear": ["privatePhone"]});
    let refused = reader.patch(&at, &both).await.expect(403);
    assert_eq!(refused.fields(), ["birthday", "privatePhone"]);
    let refused = reader.post("/api/v1/contacts", &private()).await;
    assert_eq!(
        refused.expect(403).fields(),
        ["birthday", "privateAddress", "privatePhone"]
    );
    assert!(!tells(&reader.get(&at).await.expect(200).body));

    // Changed and emptied; the answer of a change tells what is there.
    let change = json!({"birthday": "--05-17", "clear": ["privatePhone"], "privateAddress": {}});
    let changed = ada.patch(&at, &change).await.expect(200);
    assert_eq!(changed.data()["birthday"], "--05-17");
    assert!(changed.data().get("privatePhone").is_none());
    assert!(changed.data().get("privateAddress").is_none());
    let timeline = ada.get(&format!("{at}/timeline")).await.expect(200);
    let changes = timeline.data()[0]["changes"].as_array().unwrap().clone();
    let fields: Vec<&str> = changes
        .iter()
        .map(|it| it["field"].as_str().unwrap())
        .collect();
    assert_eq!(fields, ["privatePhone", "birthday", "privateAddress"]);
    assert!(!tells(&timeline.body) && !timeline.body.to_string().contains("05-17"));
    let same = ada.patch(&at, &json!({"birthday": "--05-17"})).await;
    same.expect(200);
    let timeline = ada.get(&format!("{at}/timeline")).await.expect(200);
    assert_eq!(timeline.data()[0]["changes"], json!([]));

    for (body, field) in [
        (json!({"birthday": "2990-01-01"}), "birthday"),
        (json!({"birthday": "17.5.1990"}), "birthday"),
        (json!({"privatePhone": "1"}), "privatePhone"),
        (
            json!({"privateAddress": {"country": "Germany"}}),
            "privateAddress.country",
        ),
    ] {
        let refused = ada.patch(&at, &body).await.expect(422);
        assert_eq!(refused.fields(), [field]);
    }
    for words in ["quiet", "1906", "987", "Arlington"] {
        let found = ada.get(&format!("/api/v1/contacts?q={words}")).await;
        assert_eq!(found.expect(200).data(), &json!([]), "{words}");
    }
    let list = ada.get("/api/v1/contacts").await.expect(200);
    assert!(!tells(&list.body));
}

async fn what_is_private_follows_a_merge_and_its_undoing(app: TestApp) {
    let ada = app.register("engines").await;
    let stays = add(
        &ada,
        "contacts",
        json!({"lastName": "Hopper", "birthday": "--12-09"}),
    )
    .await;
    let goes = add(&ada, "contacts", private()).await;
    let preview = format!(
        "{}/merge-preview?with={}",
        path("contacts", &stays),
        goes["id"].as_str().unwrap()
    );
    let preview = ada.get(&preview).await.expect(200);
    let fields = preview.data()["fields"].as_array().unwrap();
    let address = fields.iter().find(|it| it["field"] == "privateAddress");
    assert_eq!(
        address.unwrap()["values"][1]["value"],
        format!("{STREET}, Arlington, US")
    );
    let body = json!({"with": [{"id": goes["id"]}],
        "choices": [{"field": "birthday", "from": goes["id"]}]});
    let merger = with_key(
        &ada,
        json!(["contacts:read", "contacts:write", "contacts:delete"]),
    )
    .await;
    let refused = merge(&merger, "contacts", &stays, body.clone()).await;
    assert_eq!(refused.expect(403).fields(), ["birthday"]);
    let seen = merger
        .get(&format!(
            "{}/merge-preview?with={}",
            path("contacts", &stays),
            goes["id"].as_str().unwrap()
        ))
        .await;
    assert!(!tells(&seen.expect(200).body));

    let done = merge(&ada, "contacts", &stays, body).await.expect(200);
    let one = get(&ada, "contacts", &stays).await;
    assert_eq!(
        (&one["birthday"], &one["privatePhone"]),
        (&json!(BIRTHDAY), &json!(PHONE))
    );
    assert_eq!(one["privateAddress"]["street"], STREET);
    // Somebody changed one of them since: it stays.
    let moved = json!({"privatePhone": "+381 11 1234567"});
    ada.patch(&path("contacts", &stays), &moved)
        .await
        .expect(200);
    let undone = undo(&ada, done.data()).await.expect(200);
    assert_eq!(undone.data()["kept"], json!(["privatePhone"]));
    let one = get(&ada, "contacts", &stays).await;
    assert_eq!(
        (&one["birthday"], &one["privatePhone"]),
        (&json!("--12-09"), &moved["privatePhone"])
    );
    assert!(one.get("privateAddress").is_none());
    let other = get(&ada, "contacts", &goes).await;
    assert_eq!(
        (&other["birthday"], &other["privatePhone"]),
        (&json!(BIRTHDAY), &json!(PHONE))
    );
    nowhere_in_the_open(&app).await;
}

async fn files_bring_and_take_what_is_private(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    let text = format!(
        "Last name,Private phone,Date of birth,Private street,Private city,Private country\n\
         Hopper,{PHONE},9.12.1906,{STREET},Arlington,US\n\
         Kay,,someday,,,Elbonia\nMoe,,--02-29,,,\n"
    );
    let file = File::bring(&app, &ada, "contacts", &text).await;
    let brought = file.get().await;
    assert!(!tells(&brought), "no samples of what is private: {brought}");
    let done = file.run().await;
    assert_eq!(done["counts"]["created"], 2, "{done}");
    assert_eq!(done["counts"]["refused"], 1, "{done}");
    assert!(!done.to_string().contains("someday") && !done.to_string().contains("Elbonia"));
    assert!(file.rejects().await.contains("someday"));
    let all = ada
        .get("/api/v1/contacts/export?sort=name")
        .await
        .expect(200);
    let all = all.body.as_str().unwrap().to_owned();
    assert!(
        all.contains(&format!("{PHONE},{BIRTHDAY},{STREET},,Arlington,,US")),
        "{all}"
    );
    let members = ada.get("/api/v1/members/export").await.expect(200);
    let members = members.body.as_str().unwrap();
    let members = File::bring(&app, &eve, "members", members).await;
    members.run_to_end().await;
    let there = File::bring(&app, &eve, "contacts", &all).await;
    let done = there.run().await;
    assert_eq!(done["counts"]["created"], 2, "{done}");
    let again = eve
        .get("/api/v1/contacts/export?sort=name")
        .await
        .expect(200);
    assert!(
        again
            .body
            .as_str()
            .unwrap()
            .contains(&format!("{PHONE},{BIRTHDAY},{STREET},,Arlington,,US"))
    );
    let same = File::bring(&app, &eve, "contacts", &all).await;
    let done = same.run_to_end().await;
    assert_eq!(done["counts"]["updated"], 0, "nothing new: {done}");

    let scopes = json!([
        "contacts:read",
        "contacts:write",
        "imports:manage",
        "exports:create"
    ]);
    let files = with_key(&ada, scopes).await;
    let taken = files.get("/api/v1/contacts/export").await.expect(200);
    assert!(!tells(&taken.body));
    let made = files
        .upload("contacts", "file.csv", text.as_bytes())
        .await
        .expect(201);
    let check = format!("{}/check", path("imports", made.data()));
    let refused = files.post(&check, &json!({})).await;
    assert!(refused.expect(403).fields().contains(&"privatePhone"));
    nowhere_in_the_open(&app).await;
}

async fn a_confidential_note_is_read_by_few(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    let (agent, _) = somebody(&app, &ada, Role::Agent).await;
    let (mate, mate_member) = somebody(&app, &ada, Role::SalesRep).await;
    let acme = add(&ada, "companies", json!({"name": "Acme"})).await;
    let boss = ada.get("/api/v1/auth/me").await.expect(200).data()["memberId"].clone();
    let body = format!(
        "{SAID} @[Boss](member:{}) @[Mate](member:{})",
        boss.as_str().unwrap(),
        mate_member["id"].as_str().unwrap()
    );
    let note = json!({"body": body, "confidential": true, "companyId": acme["id"]});
    let note = add(&agent, "notes", note).await;
    assert_eq!(
        (&note["body"], &note["confidential"]),
        (&json!(""), &json!(true))
    );
    let at = path("notes", &note);
    for reader in [&agent, &ada] {
        let read = reader.get(&at).await.expect(200);
        assert!(read.data()["body"].as_str().unwrap().contains(SAID));
        assert!(
            read.data()["html"]
                .as_str()
                .unwrap()
                .contains("class=\"mention\"")
        );
    }
    // Others see that there is one, by whom and when.
    let seen = mate.get(&at).await.expect(200);
    assert_eq!(
        (&seen.data()["body"], &seen.data()["html"]),
        (&json!(""), &json!(""))
    );
    assert_eq!(seen.data()["authorName"], note["authorName"]);
    eve.get(&at).await.expect(404);
    for caller in [&agent, &mate, &ada] {
        let list = format!("/api/v1/notes?companyId={}", acme["id"].as_str().unwrap());
        let list = caller.get(&list).await.expect(200);
        assert_eq!(tells(&list.body), caller.token != mate.token);
        for query in ["notes?q=looking", "search?q=looking"] {
            let found = caller.get(&format!("/api/v1/{query}")).await.expect(200);
            assert_eq!(found.data(), &json!([]), "{query}");
        }
    }
    // Who is mentioned and may read it is told, without what it says.
    let mails = app.mails().await;
    let mails: Vec<&String> = mails
        .iter()
        .filter(|it| it.contains("mentioned you"))
        .collect();
    assert_eq!(mails.len(), 1, "{mails:?}");
    assert!(mails[0].contains("confidential") && !mails[0].contains(SAID));

    let changed = agent
        .patch(&at, &json!({"body": format!("Now {SAID}")}))
        .await;
    assert_eq!(changed.expect(200).data()["body"], format!("Now {SAID}"));
    agent.patch(&at, &json!({"pinned": true})).await.expect(200);
    let timeline = ada
        .get(&format!("{}/timeline", path("companies", &acme)))
        .await;
    assert!(!tells(&timeline.expect(200).body));
    let log = ada.get("/api/v1/audit-log?limit=100").await.expect(200);
    assert!(!tells(&log.body) && log.body.to_string().contains("•••"));
    let writer = with_key(&ada, json!(["notes:read", "notes:write", "companies:read"])).await;
    writer
        .patch(&at, &json!({"body": "Overwritten"}))
        .await
        .expect(403);
    assert_eq!(writer.get(&at).await.expect(200).data()["body"], "");
    nowhere_in_the_open(&app).await;
}
