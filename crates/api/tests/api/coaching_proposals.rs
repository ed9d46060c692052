//! `/api/v1/coaching-rules`, `/api/v1/coaching-proposals`.

use chrono::TimeDelta;
use serde_json::{Value, json};
use shared_types::Role;

use crate::{
    helpers::{Caller, TestApp, add, path, rows},
    on_both_databases,
    people::somebody,
};

on_both_databases!(
    rules_are_off_until_switched_on,
    losses_for_one_reason_propose_a_session,
    staying_under_a_target_proposes_an_action_item,
    the_line_of_the_agent_decides,
);

async fn reason(caller: &Caller) -> Value {
    let reasons = caller.get("/api/v1/lost-reasons").await.expect(200);
    reasons.data()[0]["id"].clone()
}

/// Loses a deal of a member.
async fn lose(caller: &Caller, owner: &Value, title: &str) {
    let deal = json!({"title": title, "ownerId": owner});
    let deal = add(caller, "deals", deal).await;
    let lose = format!("{}/lose", path("deals", &deal));
    let body = json!({"lostReasonId": reason(caller).await});
    caller.post(&lose, &body).await.expect(200);
}

/// A proposal about whoever calls, for which a rule is switched on already.
pub async fn proposal(app: &TestApp, caller: &Caller) -> Value {
    let me = caller.get("/api/v1/auth/me").await.expect(200);
    let me = me.data()["memberId"].clone();
    lose(caller, &me, "One").await;
    lose(caller, &me, "Two").await;
    app.settle().await;
    rows(caller, "coaching-proposals").await[0]["id"].clone()
}

async fn rule(caller: &Caller, more: Value) -> Value {
    let mut body = json!({"name": "Lost on price", "kind": "losses", "losses": 3, "days": 10});
    body.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    add(caller, "coaching-rules", body).await
}

async fn rules_are_off_until_switched_on(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    let (leader, _) = somebody(&app, &ada, Role::TeamLeader).await;
    let made = rule(&ada, json!({})).await;
    assert_eq!(made["active"], false);
    let foreign = reason(&eve).await;
    for (body, field) in [
        (json!({"kind": "losses", "losses": 1}), "losses"),
        (json!({"kind": "losses", "periods": 2}), "periods"),
        (
            json!({"kind": "losses", "lostReasonId": foreign}),
            "lostReasonId",
        ),
        (json!({"kind": "underTarget"}), "metricId"),
        (
            json!({"kind": "underTarget", "metricId": made["id"]}),
            "metricId",
        ),
        (json!({"kind": "underTarget", "losses": 3}), "losses"),
        (json!({"kind": "whim"}), "kind"),
    ] {
        let mut body = body;
        body["name"] = json!("Other");
        let refused = ada.post("/api/v1/coaching-rules", &body).await.expect(422);
        assert_eq!(refused.fields(), [field]);
    }
    leader.get("/api/v1/coaching-rules").await.expect(403);
    let member = add(&ada, "members", json!({"name": "Anna", "role": "agent"})).await;
    for title in ["One", "Two", "Three"] {
        lose(&ada, &member["id"], title).await;
    }
    app.settle().await;
    assert!(rows(&ada, "coaching-proposals").await.is_empty());
    let one = path("coaching-rules", &made);
    ada.patch(&one, &json!({"periods": 2})).await.expect(422);
    ada.delete(&one).await.expect(200);
    ada.patch(&one, &json!({"active": true})).await.expect(409);
    ada.post(&format!("{one}/restore"), &json!({}))
        .await
        .expect(200);
    eve.get(&one).await.expect(404);
}

async fn losses_for_one_reason_propose_a_session(app: TestApp) {
    let ada = app.register("engines").await;
    let me = ada.get("/api/v1/auth/me").await.expect(200);
    let me = me.data()["memberId"].clone();
    let anna = json!({"name": "Anna", "role": "agent", "managerId": me});
    let anna = add(&ada, "members", anna).await;
    // Who leads whom is remembered with a session for a moment.
    let ada = app.sign_in("engines").await;
    rule(&ada, json!({"active": true})).await;
    for title in ["One", "Two"] {
        lose(&ada, &anna["id"], title).await;
    }
    app.settle().await;
    assert!(rows(&ada, "coaching-proposals").await.is_empty());
    lose(&ada, &anna["id"], "Three").await;
    app.settle().await;
    let proposed = rows(&ada, "coaching-proposals?state=open").await;
    assert_eq!(proposed.len(), 1);
    let first = &proposed[0];
    assert_eq!(first["kind"], "session");
    assert_eq!(first["memberName"], "Anna");
    assert_eq!(first["ruleName"], "Lost on price");
    assert_eq!(first["lostReasonId"], reason(&ada).await);
    let deals: Vec<&str> = first["deals"]
        .as_array()
        .unwrap()
        .iter()
        .map(|deal| deal["title"].as_str().unwrap())
        .collect();
    assert_eq!(deals, ["One", "Two", "Three"]);
    let one = path("coaching-proposals", first);
    let dismiss = format!("{one}/dismiss");
    let refused = ada.post(&dismiss, &json!({})).await.expect(422);
    assert_eq!(refused.fields(), ["reason"]);
    let why = json!({"reason": "The market was slow"});
    let dismissed = ada.post(&dismiss, &why).await.expect(200);
    assert_eq!(dismissed.data()["state"], "dismissed");
    assert_eq!(dismissed.data()["decidedById"], me);
    ada.post(&dismiss, &why).await.expect(409);
    ada.post(&format!("{one}/accept"), &json!({}))
        .await
        .expect(409);
    // What it stood on counts no more: it takes as many other losses again.
    for (title, proposals) in [("Four", 1), ("Five", 1), ("Six", 2)] {
        lose(&ada, &anna["id"], title).await;
        app.settle().await;
        let found = rows(&ada, "coaching-proposals").await.len();
        assert_eq!(found, proposals, "{title}");
    }
}

async fn staying_under_a_target_proposes_an_action_item(app: TestApp) {
    let ada = app.register("engines").await;
    let me = ada.get("/api/v1/auth/me").await.expect(200);
    let me = me.data()["memberId"].clone();
    let anna = json!({"name": "Anna", "role": "agent", "managerId": me});
    let anna = add(&ada, "members", anna).await;
    let demos = json!({"name": "Demos", "unit": "count", "direction": "up", "period": "week", "source": "manual",
        "target": 5_000});
    let demos = add(&ada, "metrics", demos).await;
    let two = json!({"name": "Two weeks", "kind": "underTarget", "metricId": demos["id"], "active": true});
    add(&ada, "coaching-rules", two).await;
    // A metric is in use while a rule watches it.
    let value = async |ada: &Caller, start: &str, value: i64| {
        let body = json!({"metricId": demos["id"], "memberId": anna["id"], "periodStart": start, "value": value});
        ada.post("/api/v1/metric-values", &body).await.expect(201);
        app.settle().await;
        rows(ada, "coaching-proposals").await
    };
    // From before she came.
    assert!(value(&ada, "2026-02-16", 1_000).await.is_empty());
    assert!(value(&ada, "2026-02-23", 1_000).await.is_empty());
    app.advance(TimeDelta::days(7));
    let ada = app.sign_in("engines").await;
    assert!(value(&ada, "2026-03-09", 9_000).await.is_empty());
    app.advance(TimeDelta::days(14));
    let ada = app.sign_in("engines").await;
    assert!(value(&ada, "2026-03-02", 3_000).await.is_empty());
    let proposed = value(&ada, "2026-03-16", 4_000).await;
    assert!(
        proposed.is_empty(),
        "one of the two weeks was good: {proposed:?}"
    );
    app.advance(TimeDelta::days(7));
    let ada = app.sign_in("engines").await;
    let proposed = value(&ada, "2026-03-23", 4_999).await;
    assert_eq!(proposed.len(), 1);
    assert_eq!(proposed[0]["kind"], "actionItem");
    assert_eq!(proposed[0]["metricName"], "Demos");
    let attained: Vec<i64> = proposed[0]["periods"]
        .as_array()
        .unwrap()
        .iter()
        .map(|period| period["attainment"].as_i64().unwrap())
        .collect();
    assert_eq!(attained, [8_000, 9_998]);
    // The next week alone is not two; the week after is, and the end of a week is noticed by itself.
    value(&ada, "2026-03-30", 1_000).await;
    app.advance(TimeDelta::days(7));
    let ada = app.sign_in("engines").await;
    assert_eq!(value(&ada, "2026-04-06", 1_000).await.len(), 1);
    app.advance(TimeDelta::days(8));
    let ada = app.sign_in("engines").await;
    app.settle().await;
    assert_eq!(rows(&ada, "coaching-proposals").await.len(), 2);
}

async fn the_line_of_the_agent_decides(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    let (leader, leader_row) = somebody(&app, &ada, Role::TeamLeader).await;
    let (stranger, _) = somebody(&app, &ada, Role::TeamLeader).await;
    let (agent, agent_row) = somebody(&app, &ada, Role::Agent).await;
    let line = json!({"teamLeaderId": leader_row["id"]});
    ada.patch(&path("members", &agent_row), &line)
        .await
        .expect(200);
    rule(&ada, json!({"active": true, "losses": 2})).await;
    for title in ["One", "Two"] {
        lose(&ada, &agent_row["id"], title).await;
    }
    app.advance(TimeDelta::seconds(2));
    app.settle().await;
    let proposed = rows(&leader, "coaching-proposals").await;
    assert_eq!(proposed.len(), 1);
    let one = path("coaching-proposals", &proposed[0]);
    let accept = format!("{one}/accept");
    // Nobody stands above the agent but the leader; that somebody administers is no reason.
    for caller in [&ada, &stranger, &eve] {
        assert!(rows(caller, "coaching-proposals").await.is_empty());
        caller.get(&one).await.expect(404);
        caller.post(&accept, &json!({})).await.expect(404);
    }
    agent.get("/api/v1/coaching-proposals").await.expect(403);
    agent.post(&accept, &json!({})).await.expect(403);
    let accepted = leader
        .post(&accept, &json!({"note": "In our next talk"}))
        .await
        .expect(200);
    assert_eq!(accepted.data()["state"], "accepted");
    assert_eq!(accepted.data()["decidedById"], leader_row["id"]);
}
