//! `/api/v1/quick-notes`.

use chrono::TimeDelta;
use serde_json::{Value, json};
use shared_types::Role;

use crate::{
    helpers::{Caller, TestApp, add, column, path},
    on_both_databases,
    people::somebody,
};

on_both_databases!(
    a_quick_note_is_written_shared_and_taken_back,
    private_is_for_the_author_alone,
    what_a_quick_note_says_is_checked,
    a_quick_note_keeps_its_deal,
);

async fn texts(caller: &Caller, query: &str) -> Vec<String> {
    column(caller, &format!("quick-notes?{query}"), "text").await
}

/// A team leader with an agent, and that agent's member.
async fn pair(app: &TestApp, ada: &Caller) -> (Caller, Caller, Value) {
    let (leader, leader_row) = somebody(app, ada, Role::TeamLeader).await;
    let (agent, agent_row) = somebody(app, ada, Role::Agent).await;
    ada.patch(
        &path("members", &agent_row),
        &json!({"teamLeaderId": leader_row["id"]}),
    )
    .await
    .expect(200);
    app.advance(TimeDelta::seconds(2));
    (leader, agent, agent_row["id"].clone())
}

async fn a_quick_note_is_written_shared_and_taken_back(app: TestApp) {
    let ada = app.register("engines").await;
    let (leader, agent, id) = pair(&app, &ada).await;
    let note = json!({"agentId": id, "text": "Listened first."});
    let note = add(&leader, "quick-notes", note).await;
    assert_eq!(note["category"], "observation");
    assert_eq!(note["visibility"], "private");
    assert_eq!(note["observedOn"], "2026-03-02");
    let other = json!({"agentId": id, "text": "Sent the offer late.", "category": "improvement", "observedOn": "2026-02-27", "visibility": "shared"});
    add(&leader, "quick-notes", other).await;
    assert_eq!(
        texts(&leader, "").await,
        ["Listened first.", "Sent the offer late."]
    );
    assert_eq!(texts(&agent, "").await, ["Sent the offer late."]);
    assert_eq!(texts(&leader, "category=improvement").await.len(), 1);
    assert_eq!(texts(&leader, "observedBefore=2026-03-01").await.len(), 1);
    assert_eq!(texts(&leader, "visibility=private").await.len(), 1);
    assert_eq!(texts(&leader, "q=listened").await, ["Listened first."]);
    let at = path("quick-notes", &note);
    agent.get(&at).await.expect(404);
    leader
        .patch(&at, &json!({"visibility": "shared", "category": "praise"}))
        .await
        .expect(200);
    assert_eq!(
        agent.get(&at).await.expect(200).data()["category"],
        "praise"
    );
    agent.patch(&at, &json!({"text": "Mine"})).await.expect(403);
    leader.delete(&at).await.expect(200);
    assert_eq!(texts(&agent, "").await, ["Sent the offer late."]);
    leader
        .post(&format!("{at}/restore"), &json!({}))
        .await
        .expect(200);
    let log = ada
        .get("/api/v1/audit-log?subjectType=quickNote")
        .await
        .expect(200);
    assert_eq!(log.data().as_array().unwrap().len(), 5);
    assert!(!log.body.to_string().contains("Listened"));
}

async fn private_is_for_the_author_alone(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    let (leader, agent, id) = pair(&app, &ada).await;
    let (manager, manager_row) = somebody(&app, &ada, Role::Manager).await;
    let leader_id = leader.get("/api/v1/auth/me").await.expect(200).data()["memberId"].clone();
    ada.patch(
        &format!("/api/v1/members/{}", leader_id.as_str().unwrap()),
        &json!({"managerId": manager_row["id"]}),
    )
    .await
    .expect(200);
    app.advance(TimeDelta::seconds(2));
    let private = add(
        &leader,
        "quick-notes",
        json!({"agentId": id, "text": "Tired."}),
    )
    .await;
    let shared = json!({"agentId": id, "text": "Calm.", "visibility": "shared"});
    let shared = add(&leader, "quick-notes", shared).await;
    let (private, shared) = (path("quick-notes", &private), path("quick-notes", &shared));
    let (other, _) = somebody(&app, &ada, Role::TeamLeader).await;
    for (caller, reads_private, reads_shared) in [
        (&leader, 200, 200),
        (&agent, 404, 200),
        (&manager, 404, 200),
        (&other, 404, 404),
        (&ada, 404, 404),
        (&eve, 404, 404),
    ] {
        caller.get(&private).await.expect(reads_private);
        caller.get(&shared).await.expect(reads_shared);
    }
    manager
        .patch(&shared, &json!({"text": "Hasty."}))
        .await
        .expect(403);
    manager.delete(&shared).await.expect(403);
    let why = json!({"reason": "asked by the works council"});
    let access = ada.post("/api/v1/coaching-access", &why).await.expect(201);
    for path in [&private, &shared] {
        ada.get(path).await.expect(200);
        ada.patch(path, &json!({"text": "No."})).await.expect(403);
    }
    assert_eq!(texts(&ada, "").await.len(), 2);
    let access = format!(
        "/api/v1/coaching-access/{}",
        access.data()["id"].as_str().unwrap()
    );
    ada.delete(&access).await.expect(200);
    ada.get(&private).await.expect(404);
}

async fn what_a_quick_note_says_is_checked(app: TestApp) {
    let ada = app.register("engines").await;
    let (leader, agent, id) = pair(&app, &ada).await;
    let (_, stranger) = somebody(&app, &ada, Role::Agent).await;
    let me = leader.get("/api/v1/auth/me").await.expect(200).data()["memberId"].clone();
    for (body, field) in [
        (json!({"agentId": me, "text": "Well done"}), "agentId"),
        (json!({"agentId": stranger["id"], "text": "Hm"}), "agentId"),
        (json!({"agentId": id, "text": "  "}), "text"),
        (json!({"agentId": id, "text": "x".repeat(4001)}), "text"),
        (
            json!({"agentId": id, "text": "Soon", "observedOn": "2026-03-04"}),
            "observedOn",
        ),
        (
            json!({"agentId": id, "text": "Soon", "companyId": me}),
            "companyId",
        ),
    ] {
        let refused = leader.post("/api/v1/quick-notes", &body).await.expect(422);
        assert_eq!(refused.fields(), [field], "{body}");
    }
    let body = json!({"agentId": me, "text": "You, too"});
    agent.post("/api/v1/quick-notes", &body).await.expect(403);
}

async fn a_quick_note_keeps_its_deal(app: TestApp) {
    let ada = app.register("engines").await;
    let (leader, agent, id) = pair(&app, &ada).await;
    let company = add(&ada, "companies", json!({"name": "Acme"})).await;
    let deal = add(&leader, "deals", json!({"title": "Secret"})).await;
    let note = json!({"agentId": id, "text": "Asked early.", "dealId": deal["id"], "companyId": company["id"], "visibility": "shared"});
    let note = add(&leader, "quick-notes", note).await;
    assert_eq!(note["dealTitle"], "Secret");
    assert_eq!(note["companyName"], "Acme");
    let seen = agent.get(&path("quick-notes", &note)).await.expect(200);
    assert!(seen.data().get("dealId").is_none() && seen.data()["companyName"] == "Acme");
    let deal_id = deal["id"].as_str().unwrap();
    assert_eq!(
        texts(&leader, &format!("dealId={deal_id}")).await,
        ["Asked early."]
    );
    agent
        .get(&format!("/api/v1/quick-notes?dealId={deal_id}"))
        .await
        .expect(404);
    let cleared = json!({"clear": ["dealId"]});
    let cleared = leader.patch(&path("quick-notes", &note), &cleared).await;
    assert!(cleared.expect(200).data().get("dealTitle").is_none());
}
