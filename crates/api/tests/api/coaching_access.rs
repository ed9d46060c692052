//! `/api/v1/coaching-access`: how an administrator opens coaching that is not theirs.

use chrono::TimeDelta;
use serde_json::json;
use shared_types::Role;

use crate::{
    helpers::{TestApp, path, rows},
    on_both_databases,
    people::somebody,
};

on_both_databases!(
    coaching_is_opened_with_a_reason_for_a_while,
    nobody_but_an_administrator_opens_coaching,
);

async fn coaching_is_opened_with_a_reason_for_a_while(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    let (_, agent) = somebody(&app, &ada, Role::Agent).await;
    for (body, field) in [
        (json!({"minutes": 5}), "reason"),
        (json!({"reason": "because"}), "reason"),
        (
            json!({"reason": "a complaint of the agent", "minutes": 61}),
            "minutes",
        ),
        (
            json!({"reason": "a complaint of the agent", "minutes": 0}),
            "minutes",
        ),
        (
            json!({"reason": "a complaint of the agent", "agentId": "01936e2a-7b1c-7cc3-98c4-dc0c0c07398f"}),
            "agentId",
        ),
    ] {
        let refused = ada.post("/api/v1/coaching-access", &body).await.expect(422);
        assert_eq!(refused.fields(), [field], "{body}");
    }
    let body = json!({"reason": "a complaint of the agent", "agentId": agent["id"], "minutes": 30});
    // Another tenant's agent is none.
    let refused = eve.post("/api/v1/coaching-access", &body).await.expect(422);
    assert_eq!(refused.fields(), ["agentId"]);
    let made = ada.post("/api/v1/coaching-access", &body).await.expect(201);
    assert_eq!(made.data()["agentName"], agent["name"]);
    assert_eq!(made.data()["memberName"], "Ada engines");
    assert_eq!(made.data()["expiresAt"], "2026-03-02T09:30:00Z");
    assert!(rows(&eve, "coaching-access").await.is_empty());
    // It stands in the log of the access, and in that of the agent.
    let log = rows(&ada, "audit-log?kind=coaching.opened").await;
    let mut subjects: Vec<&str> = log
        .iter()
        .map(|event| event["subjectType"].as_str().unwrap())
        .collect();
    subjects.sort_unstable();
    assert_eq!(subjects, ["coachingAccess", "member"]);
    assert_eq!(log[0]["changes"][0]["after"], "a complaint of the agent");

    app.advance(TimeDelta::minutes(31));
    let ada = app.sign_in("engines").await;
    assert!(rows(&ada, "coaching-access?live=true").await.is_empty());
    assert_eq!(rows(&ada, "coaching-access?live=false").await.len(), 1);
    ada.delete(&path("coaching-access", made.data()))
        .await
        .expect(409);
    let whole = json!({"reason": "an audit of the whole year"});
    let made = ada
        .post("/api/v1/coaching-access", &whole)
        .await
        .expect(201);
    assert_eq!(made.data().get("agentId"), None);
    let ended = ada.delete(&path("coaching-access", made.data())).await;
    assert!(ended.expect(200).data()["endedAt"].is_string());
    assert!(rows(&ada, "coaching-access?live=true").await.is_empty());
    assert_eq!(rows(&ada, "audit-log?kind=coaching.closed").await.len(), 1);
}

async fn nobody_but_an_administrator_opens_coaching(app: TestApp) {
    let ada = app.register("engines").await;
    let body = json!({"reason": "a complaint of the agent"});
    let made = ada.post("/api/v1/coaching-access", &body).await.expect(201);
    for &role in Role::ALL.iter().filter(|role| **role != Role::Admin) {
        let (caller, _) = somebody(&app, &ada, role).await;
        caller
            .post("/api/v1/coaching-access", &body)
            .await
            .expect(403);
        caller.get("/api/v1/coaching-access").await.expect(403);
        caller
            .delete(&path("coaching-access", made.data()))
            .await
            .expect(403);
    }
    // A program opens nothing, whatever its scopes are.
    let key =
        json!({"name": "Warehouse", "scopes": ["coaching:break-glass", "coaching-sessions:read"]});
    let key = ada.post("/api/v1/api-keys", &key).await.expect(201);
    let program = crate::helpers::Caller {
        token: key.data()["key"].as_str().map(str::to_owned),
        ..app.stranger()
    };
    program
        .post("/api/v1/coaching-access", &body)
        .await
        .expect(403);
}
