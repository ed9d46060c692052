//! `/api/v1/activities`.

use serde_json::{Value, json};
use shared_types::Role;

use crate::{
    helpers::{Caller, TestApp, add, column, path},
    on_both_databases,
    people::somebody,
};

on_both_databases!(
    an_activity_is_planned_done_and_told,
    activities_follow_the_lead_they_are_about,
    whoever_reads_a_record_reads_what_is_about_it,
    what_an_activity_is_about_exists,
    an_activity_outlives_what_it_was_about,
    the_owner_is_reminded_once,
);

async fn subjects(caller: &Caller, query: &str) -> Vec<String> {
    column(caller, &format!("activities?{query}"), "subject").await
}

async fn an_activity_is_planned_done_and_told(app: TestApp) {
    let ada = app.register("engines").await;
    let acme = add(&ada, "companies", json!({"name": "Acme"})).await;
    let call = add(
        &ada,
        "activities",
        json!({"kind": "call", "subject": " Ask for the offer", "companyId": acme["id"], "dueAt": "2026-03-02T10:00:00Z", "durationMinutes": 15}),
    )
    .await;
    assert_eq!(call["companyName"], "Acme");
    assert_eq!(call["subject"], "Ask for the offer");
    add(
        &ada,
        "activities",
        json!({"kind": "task", "subject": "Some day"}),
    )
    .await;
    add(
        &ada,
        "activities",
        json!({"kind": "task", "subject": "Tomorrow", "dueAt": "2026-03-03T10:00:00Z"}),
    )
    .await;
    assert_eq!(
        subjects(&ada, "sort=dueAt&done=false").await,
        ["Ask for the offer", "Tomorrow", "Some day"]
    );
    assert_eq!(
        subjects(&ada, "dueBefore=2026-03-03T00:00:00Z").await,
        ["Ask for the offer"]
    );
    assert_eq!(subjects(&ada, "q=offer").await, ["Ask for the offer"]);
    let done = ada
        .patch(&path("activities", &call), &json!({"done": true}))
        .await
        .expect(200);
    assert_eq!(done.data()["doneAt"], "2026-03-02T09:00:00Z");
    assert_eq!(subjects(&ada, "done=true").await, ["Ask for the offer"]);
    let told = ada
        .get(&format!("{}/timeline", path("companies", &acme)))
        .await;
    let told = told.expect(200);
    let kinds: Vec<&Value> = told
        .data()
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["kind"])
        .collect();
    assert_eq!(kinds, ["activity.done", "activity.planned", "created"]);
    assert_eq!(told.data()[0]["changes"][0]["after"], "Ask for the offer");
    let open = ada
        .patch(
            &path("activities", &call),
            &json!({"done": false, "clear": ["dueAt"]}),
        )
        .await
        .expect(200);
    assert!(open.data().get("doneAt").is_none() && open.data().get("dueAt").is_none());
}

async fn activities_follow_the_lead_they_are_about(app: TestApp) {
    let talk = json!({"kind": "meeting", "subject": "First talk"});
    follows_its_lead(&app, "activities", talk, "subject").await;
}

/// What is about a lead is about what that becomes; it is known by a field.
pub async fn follows_its_lead(app: &TestApp, kind: &str, mut body: Value, known_by: &str) {
    let ada = app.register("engines").await;
    let lead = json!({"lastName": "Johnson", "companyName": "Acme"});
    let lead = add(&ada, "leads", lead).await;
    body["leadId"] = lead["id"].clone();
    let known = add(&ada, kind, body).await[known_by].clone();
    let convert = format!("{}/convert", path("leads", &lead));
    let done = ada.post(&convert, &json!({})).await.expect(200);
    for (filter, record) in [
        ("contactId", "contact"),
        ("companyId", "company"),
        ("dealId", "deal"),
        ("leadId", "lead"),
    ] {
        let id = done.data()[record]["id"].as_str().unwrap();
        let found = column(&ada, &format!("{kind}?{filter}={id}"), known_by).await;
        assert_eq!(json!(found), json!([known]), "{filter}");
    }
}

async fn whoever_reads_a_record_reads_what_is_about_it(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    let (agent, _) = somebody(&app, &ada, Role::Agent).await;
    let acme = add(&ada, "companies", json!({"name": "Acme"})).await;
    let deal = add(
        &ada,
        "deals",
        json!({"title": "Secret", "companyId": acme["id"]}),
    )
    .await;
    let about = json!({"kind": "call", "subject": "Open", "companyId": acme["id"]});
    let open = add(&ada, "activities", about).await;
    let about =
        json!({"kind": "call", "subject": "Hidden", "companyId": acme["id"], "dealId": deal["id"]});
    add(&ada, "activities", about).await;
    let company = acme["id"].as_str().unwrap();
    assert!(subjects(&agent, "").await.is_empty());
    assert_eq!(
        subjects(&agent, &format!("companyId={company}")).await,
        ["Open"]
    );
    agent
        .get(&format!(
            "/api/v1/activities?dealId={}",
            deal["id"].as_str().unwrap()
        ))
        .await
        .expect(404);
    eve.get(&format!("/api/v1/activities?companyId={company}"))
        .await
        .expect(404);
    agent.get(&path("activities", &open)).await.expect(404);
    agent
        .patch(&path("activities", &open), &json!({"done": true}))
        .await
        .expect(404);
    let refused = agent
        .post(
            "/api/v1/activities",
            &json!({"kind": "call", "subject": "X", "dealId": deal["id"]}),
        )
        .await;
    assert_eq!(refused.expect(422).fields(), ["dealId"]);
}

async fn what_an_activity_is_about_exists(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    let foreign = add(&eve, "contacts", json!({"lastName": "Rival"})).await;
    for (field, id) in [
        ("contactId", foreign["id"].as_str().unwrap()),
        ("companyId", "01936e2a-7b1c-7cc3-98c4-dc0c0c07398f"),
        ("leadId", "01936e2a-7b1c-7cc3-98c4-dc0c0c07398f"),
        ("dealId", "01936e2a-7b1c-7cc3-98c4-dc0c0c07398f"),
    ] {
        let body = json!({"kind": "task", "subject": "X", field: id});
        let refused = ada.post("/api/v1/activities", &body).await;
        assert_eq!(refused.expect(422).fields(), [field]);
    }
    let wrong = json!({"kind": "dance", "subject": "X"});
    let refused = ada.post("/api/v1/activities", &wrong).await;
    assert_eq!(refused.expect(422).fields(), ["kind"]);
    let wrong = json!({"kind": "task", "subject": " ", "durationMinutes": 0});
    let refused = ada.post("/api/v1/activities", &wrong).await;
    assert_eq!(refused.expect(422).fields(), ["durationMinutes", "subject"]);
}

async fn an_activity_outlives_what_it_was_about(app: TestApp) {
    let ada = app.register("engines").await;
    let lead = add(&ada, "leads", json!({"lastName": "Johnson"})).await;
    let body = json!({"kind": "call", "subject": "Rang", "leadId": lead["id"], "done": true});
    add(&ada, "activities", body).await;
    ada.delete(&path("leads", &lead)).await.expect(200);
    app.advance(chrono::TimeDelta::days(31));
    api::platform::worker::empty_trash(&app.state)
        .await
        .unwrap();
    let ada = app.sign_in("engines").await;
    ada.get(&path("leads", &lead)).await.expect(404);
    assert_eq!(subjects(&ada, "done=true").await, ["Rang"]);
}

/// The mails that remind of something.
async fn reminders(app: &TestApp) -> Vec<String> {
    let mails = app.mails().await.into_iter();
    mails.filter(|mail| mail.contains("Reminder: ")).collect()
}

async fn the_owner_is_reminded_once(app: TestApp) {
    let ada = app.register("engines").await;
    let plan = async |subject: &str| {
        let body = json!({"kind": "call", "subject": subject, "dueAt": "2026-03-02T10:00:00Z", "remindMinutes": 30});
        add(&ada, "activities", body).await
    };
    let kept = plan("Kept").await;
    assert_eq!(kept["remindAt"], "2026-03-02T09:30:00Z");
    let (moved, done, gone) = (plan("Moved").await, plan("Done").await, plan("Gone").await);
    let refused = json!({"kind": "call", "subject": "Some day", "remindMinutes": 30});
    let refused = ada.post("/api/v1/activities", &refused).await;
    assert_eq!(refused.expect(422).fields(), ["remindMinutes"]);
    let change = async |activity: &Value, body: Value| {
        let changed = ada.patch(&path("activities", activity), &body).await;
        changed.expect(200).data().clone()
    };
    let later = change(&moved, json!({"dueAt": "2026-03-02T12:00:00Z"})).await;
    assert_eq!(later["remindAt"], "2026-03-02T11:30:00Z");
    let finished = change(&done, json!({"done": true})).await;
    assert!(finished.get("remindAt").is_none());
    ada.delete(&path("activities", &gone)).await.expect(200);
    assert!(reminders(&app).await.is_empty());
    app.advance(chrono::TimeDelta::minutes(31));
    let mails = reminders(&app).await;
    assert_eq!(mails.len(), 1, "{mails:?}");
    assert!(
        mails[0].contains("Kept") && mails[0].contains("10:00"),
        "{mails:?}"
    );
    let ada = app.sign_in("engines").await;
    let told = ada.get(&path("activities", &kept)).await.expect(200);
    assert!(told.data().get("remindAt").is_none());
    assert_eq!(told.data()["version"], 1, "a reminder is no change");
    let body = json!({"description": "Louder"});
    ada.patch(&path("activities", &kept), &body)
        .await
        .expect(200);
    app.advance(chrono::TimeDelta::minutes(10));
    assert_eq!(reminders(&app).await.len(), 1);
    let body = json!({"clear": ["remindMinutes"]});
    ada.patch(&path("activities", &moved), &body)
        .await
        .expect(200);
    app.advance(chrono::TimeDelta::hours(3));
    assert_eq!(reminders(&app).await.len(), 1);
}
