//! `/api/v1/notes`.

use serde_json::{Value, json};
use shared_types::Role;

use crate::{
    activities::follows_its_lead,
    helpers::{Caller, TestApp, add, column, path},
    on_both_databases,
    people::somebody,
};

on_both_databases!(
    a_note_is_written_pinned_changed_and_told,
    whoever_reads_a_record_reads_its_notes,
    who_is_mentioned_is_told_once,
    notes_follow_the_lead_they_are_about,
    a_note_outlives_what_it_was_about,
    nothing_in_a_note_runs,
    what_is_wrong_with_a_note_is_named,
);

async fn bodies(caller: &Caller, query: &str) -> Vec<String> {
    column(caller, &format!("notes?{query}"), "body").await
}

async fn told(caller: &Caller, record: &str) -> Vec<String> {
    let list = format!("{}/timeline", record.trim_start_matches("/api/v1/"));
    column(caller, &list, "kind").await
}

async fn a_note_is_written_pinned_changed_and_told(app: TestApp) {
    let ada = app.register("engines").await;
    let acme = add(&ada, "companies", json!({"name": "Acme"})).await;
    let note = json!({"body": "They want **forty**.\n", "companyId": acme["id"]});
    let note = add(&ada, "notes", note).await;
    assert_eq!(note["body"], "They want **forty**.\n");
    assert_eq!(note["html"], "<p>They want <strong>forty</strong>.</p>\n");
    assert_eq!(
        (&note["companyName"], &note["authorName"], &note["pinned"]),
        (&json!("Acme"), &json!("Ada engines"), &json!(false))
    );
    let other = json!({"body": "Also blue ones", "companyId": acme["id"], "pinned": true});
    add(&ada, "notes", other).await;
    let about = format!("companyId={}", acme["id"].as_str().unwrap());
    assert_eq!(
        bodies(&ada, &format!("{about}&pinned=true")).await,
        ["Also blue ones"]
    );
    assert_eq!(
        bodies(&ada, &format!("{about}&q=FORTY")).await,
        ["They want **forty**.\n"]
    );
    let me = note["authorId"].as_str().unwrap();
    assert_eq!(bodies(&ada, &format!("authorId={me}")).await.len(), 2);
    assert!(
        bodies(&ada, "createdBefore=2026-03-02T09:00:00Z")
            .await
            .is_empty()
    );
    let stale = ada
        .request(reqwest::Method::PATCH, &path("notes", &note))
        .header("If-Match", "\"7\"")
        .json(&json!({"pinned": true}));
    ada.send(stale).await.expect(412);
    let changed = ada
        .patch(
            &path("notes", &note),
            &json!({"body": "They want *fifty*."}),
        )
        .await
        .expect(200);
    assert_eq!(changed.data()["version"], 2);
    ada.delete(&path("notes", &note)).await.expect(200);
    assert_eq!(bodies(&ada, &about).await, ["Also blue ones"]);
    assert_eq!(
        bodies(&ada, &format!("{about}&trashed=true")).await,
        ["They want *fifty*."]
    );
    ada.patch(&path("notes", &note), &json!({"pinned": true}))
        .await
        .expect(409);
    let restore = format!("{}/restore", path("notes", &note));
    ada.post(&restore, &json!({})).await.expect(200);
    assert_eq!(
        told(&ada, &path("companies", &acme)).await,
        [
            "note.added",
            "note.deleted",
            "note.changed",
            "note.added",
            "note.added",
            "created"
        ]
    );
    let found = ada.get("/api/v1/search?q=fifty").await.expect(200);
    let hit = &found.data()[0];
    assert_eq!(
        (&hit["kind"], &hit["title"], &hit["detail"]),
        (&json!("note"), &json!("They want fifty."), &json!("Acme"))
    );
    assert_eq!(
        (&hit["aboutKind"], &hit["aboutId"]),
        (&json!("company"), &acme["id"])
    );
}

async fn whoever_reads_a_record_reads_its_notes(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    let (agent, _) = somebody(&app, &ada, Role::Agent).await;
    let (manager, _) = somebody(&app, &ada, Role::Manager).await;
    let acme = add(&ada, "companies", json!({"name": "Acme"})).await;
    let deal = add(
        &ada,
        "deals",
        json!({"title": "Secret", "companyId": acme["id"]}),
    )
    .await;
    let open = json!({"body": "Open to all", "companyId": acme["id"]});
    let open = add(&ada, "notes", open).await;
    let hidden = json!({"body": "Hidden price", "companyId": acme["id"], "dealId": deal["id"]});
    let hidden = add(&ada, "notes", hidden).await;
    let company = format!("companyId={}", acme["id"].as_str().unwrap());
    let of_deal = format!("dealId={}", deal["id"].as_str().unwrap());
    assert_eq!(bodies(&agent, &company).await, ["Open to all"]);
    assert_eq!(bodies(&agent, "").await, ["Open to all"]);
    assert_eq!(bodies(&manager, &company).await.len(), 2);
    assert_eq!(bodies(&manager, &of_deal).await, ["Hidden price"]);
    for caller in [&agent, &eve] {
        let list = format!("/api/v1/notes?{of_deal}");
        caller.get(&list).await.expect(404);
        caller.get(&path("notes", &hidden)).await.expect(404);
        caller.delete(&path("notes", &hidden)).await.expect(404);
        let found = caller.get("/api/v1/search?q=hidden").await.expect(200);
        assert_eq!(found.data(), &json!([]));
    }
    eve.get(&format!("/api/v1/notes?{company}"))
        .await
        .expect(404);
    assert!(bodies(&eve, "").await.is_empty());
    assert_eq!(
        told(&agent, &path("companies", &acme)).await,
        ["note.added", "created"],
        "the timeline of the company tells nothing of the deal's note"
    );
    agent.get(&path("notes", &open)).await.expect(200);
    agent
        .patch(&path("notes", &open), &json!({"body": "Mine now"}))
        .await
        .expect(403);
    manager
        .patch(&path("notes", &open), &json!({"pinned": true}))
        .await
        .expect(200);
    let own = json!({"body": "By the agent", "companyId": acme["id"]});
    let own = add(&agent, "notes", own).await;
    agent
        .patch(
            &path("notes", &own),
            &json!({"body": "By the agent, again"}),
        )
        .await
        .expect(200);
    for (field, id) in [("dealId", &deal["id"]), ("companyId", &acme["id"])] {
        let body = json!({"body": "x", field: id});
        let refused = eve.post("/api/v1/notes", &body).await;
        assert_eq!(refused.expect(422).fields(), [field]);
    }
    let refused = agent
        .post("/api/v1/notes", &json!({"body": "x", "dealId": deal["id"]}))
        .await;
    assert_eq!(refused.expect(422).fields(), ["dealId"]);
}

/// The mails that tell of a mention.
async fn mentions(app: &TestApp) -> Vec<String> {
    let mails = app.mails().await.into_iter();
    mails
        .filter(|mail| mail.contains("mentioned you"))
        .collect()
}

async fn who_is_mentioned_is_told_once(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    let member = async |name: &str, role: Role| {
        let email = format!("{name}@engines.example");
        let body = json!({"name": name, "role": role.as_str(), "email": email});
        add(&ada, "members", body).await["id"].clone()
    };
    let anna = member("anna", Role::Agent).await;
    let boss = member("boss", Role::Manager).await;
    let deal = add(&ada, "deals", json!({"title": "Forty GTX"})).await;
    let me = ada.get("/api/v1/auth/me").await.expect(200).data()["memberId"].clone();
    let at = |member: &Value| format!("@[Somebody](member:{})", member.as_str().unwrap());
    let body = format!(
        "First line\n\nAsk {} and {} about _this_, I am {}",
        at(&anna),
        at(&boss),
        at(&me)
    );
    let note = add(&ada, "notes", json!({"body": body, "dealId": deal["id"]})).await;
    let html = note["html"].as_str().unwrap();
    assert!(html.contains("<span class=\"mention\">@"), "{html}");
    assert!(!html.contains("Somebody"), "{html}");
    let mails = mentions(&app).await;
    assert_eq!(mails.len(), 1, "an agent may not read the deal: {mails:?}");
    assert!(mails[0].contains("about this"), "{mails:?}");
    assert!(!mails[0].contains("First line"), "{mails:?}");
    assert!(mails[0].contains(deal["id"].as_str().unwrap()), "{mails:?}");
    ada.patch(
        &path("notes", &note),
        &json!({"body": format!("Again {}", at(&boss))}),
    )
    .await
    .expect(200);
    assert_eq!(mentions(&app).await.len(), 1);
    let acme = add(&ada, "companies", json!({"name": "Acme"})).await;
    let note = json!({"body": "Nobody yet", "companyId": acme["id"]});
    let note = add(&ada, "notes", note).await;
    let body = json!({"body": at(&anna)});
    ada.patch(&path("notes", &note), &body).await.expect(200);
    assert_eq!(mentions(&app).await.len(), 2);
    let foreign = eve.get("/api/v1/auth/me").await.expect(200).data()["memberId"].clone();
    for unknown in [at(&foreign), "@[x](member:nobody)".to_owned()] {
        let body = json!({"body": unknown, "companyId": acme["id"]});
        let refused = ada.post("/api/v1/notes", &body).await;
        assert_eq!(refused.expect(422).fields(), ["body"]);
    }
}

async fn notes_follow_the_lead_they_are_about(app: TestApp) {
    follows_its_lead(&app, "notes", json!({"body": "Met at the fair"}), "body").await;
}

async fn a_note_outlives_what_it_was_about(app: TestApp) {
    let ada = app.register("engines").await;
    let lead = add(&ada, "leads", json!({"lastName": "Johnson"})).await;
    let body = json!({"body": "Kept", "leadId": lead["id"]});
    add(&ada, "notes", body).await;
    let gone = json!({"body": "Gone", "leadId": lead["id"]});
    let gone = add(&ada, "notes", gone).await;
    ada.delete(&path("notes", &gone)).await.expect(200);
    ada.delete(&path("leads", &lead)).await.expect(200);
    app.advance(chrono::TimeDelta::days(31));
    api::platform::worker::empty_trash(&app.state)
        .await
        .unwrap();
    let ada = app.sign_in("engines").await;
    ada.get(&path("leads", &lead)).await.expect(404);
    ada.get(&path("notes", &gone)).await.expect(404);
    assert_eq!(bodies(&ada, "").await, ["Kept"]);
}

async fn nothing_in_a_note_runs(app: TestApp) {
    let ada = app.register("engines").await;
    let acme = add(&ada, "companies", json!({"name": "Acme"})).await;
    for body in [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "![x](https://evil.example/p.png)",
        "<svg/onload=alert(1)>",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
    ] {
        let note = json!({"body": body, "companyId": acme["id"]});
        let note = add(&ada, "notes", note).await;
        assert_eq!(note["body"], body, "kept as it was written");
        let html = note["html"].as_str().unwrap();
        for bad in ["<script", "<img", "<svg", "javascript:", "data:"] {
            assert!(!html.contains(bad), "{html}");
        }
    }
    let note = json!({"body": "https://acme.example", "companyId": acme["id"]});
    let note = add(&ada, "notes", note).await;
    let html = note["html"].as_str().unwrap();
    assert!(html.contains("rel=\"noopener nofollow ugc\""), "{html}");
}

async fn what_is_wrong_with_a_note_is_named(app: TestApp) {
    let ada = app.register("engines").await;
    let acme = add(&ada, "companies", json!({"name": "Acme"})).await;
    for (body, field) in [
        (json!({"body": "About nothing"}), "companyId"),
        (json!({"body": " \n", "companyId": acme["id"]}), "body"),
        (
            json!({"body": "x".repeat(20_001), "companyId": acme["id"]}),
            "body",
        ),
        (json!({"body": "a\u{0}b", "companyId": acme["id"]}), "body"),
    ] {
        let refused = ada.post("/api/v1/notes", &body).await;
        assert_eq!(refused.expect(422).fields(), [field]);
    }
    ada.delete(&path("companies", &acme)).await.expect(200);
    let body = json!({"body": "x", "companyId": acme["id"]});
    let refused = ada.post("/api/v1/notes", &body).await;
    assert_eq!(refused.expect(422).fields(), ["companyId"]);
}
