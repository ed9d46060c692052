//! `/api/v1/coaching-sessions`: planned, held and answered.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use shared_types::Role;

use crate::{
    helpers::{Caller, TestApp, add, path, rows},
    on_both_databases,
    people::somebody,
};

on_both_databases!(
    a_session_is_planned_held_and_acknowledged,
    a_session_goes_its_way_and_no_other,
    nobody_is_coached_in_the_past_or_out_of_reach,
    clashes_are_shown_and_not_what_they_are,
);

/// A team: an agent, the leader who coaches, the manager above, another leader, and the administrator, who stands in no line.
pub struct Line {
    pub ada: Caller,
    pub manager: Caller,
    pub leader: Caller,
    pub agent: Caller,
    pub other: Caller,
    pub agent_row: Value,
    pub leader_row: Value,
    pub other_row: Value,
    /// The organization.
    pub home: Value,
}

/// Somebody who signs in again, after the first session ended.
pub async fn back(app: &TestApp, member: &Value, home: &Value) -> Caller {
    let caller = app.sign_in(member["name"].as_str().unwrap()).await;
    let body = json!({"organizationId": home});
    caller.post("/api/v1/auth/switch", &body).await.expect(200);
    caller
}

pub async fn line(app: &TestApp) -> Line {
    let ada = app.register("engines").await;
    let (manager, manager_row) = somebody(app, &ada, Role::Manager).await;
    let (leader, leader_row) = somebody(app, &ada, Role::TeamLeader).await;
    let (agent, agent_row) = somebody(app, &ada, Role::Agent).await;
    let (other, other_row) = somebody(app, &ada, Role::TeamLeader).await;
    for (row, superior) in [
        (&agent_row, json!({"teamLeaderId": leader_row["id"]})),
        (&leader_row, json!({"managerId": manager_row["id"]})),
    ] {
        let changed = ada.patch(&path("members", row), &superior).await;
        changed.expect(200);
    }
    let home = ada.get("/api/v1/auth/me").await.expect(200).data()["organization"]["id"].clone();
    Line {
        home,
        ada,
        manager,
        leader,
        agent,
        other,
        agent_row,
        leader_row,
        other_row,
    }
}

/// A session of the leader with the agent, on the next day.
pub async fn planned(line: &Line, more: Value) -> Value {
    let mut body = json!({"agentId": line.agent_row["id"], "scheduledStart": "2026-03-03T09:00:00Z",
        "title": "Calls of March", "agenda": ["Cold openings"], "preparationNotes": "Talks over customers"});
    for (field, value) in more.as_object().unwrap() {
        body[field] = value.clone();
    }
    add(&line.leader, "coaching-sessions", body).await
}

pub async fn step(caller: &Caller, session: &Value, step: &str, body: Value) -> Value {
    let to = format!("{}/{step}", path("coaching-sessions", session));
    caller.post(&to, &body).await.expect(200).data().clone()
}

async fn a_session_is_planned_held_and_acknowledged(app: TestApp) {
    let line = line(&app).await;
    let session = planned(&line, json!({"timeZone": "Europe/Belgrade"})).await;
    assert_eq!(session["status"], "scheduled");
    assert_eq!(session["durationMinutes"], 60);
    assert_eq!(session["localStart"], "2026-03-03T10:00");
    assert_eq!(session["scheduledEnd"], "2026-03-03T10:00:00Z");
    assert_eq!(session["mySide"], "coach");
    let at = path("coaching-sessions", &session);
    // Both sides add to the agenda, and tick it off.
    let point = line
        .agent
        .post(&format!("{at}/agenda"), &json!({"text": "My pipeline"}))
        .await
        .expect(200);
    let point = &point.data()["agenda"][1];
    let ticked = format!(
        "/api/v1/coaching-agenda-points/{}",
        point["id"].as_str().unwrap()
    );
    line.leader
        .patch(&ticked, &json!({"done": true}))
        .await
        .expect(200);
    let first = &session["agenda"][0]["id"].as_str().unwrap();
    let first = format!("/api/v1/coaching-agenda-points/{first}");
    line.agent
        .patch(&first, &json!({"text": "Mine"}))
        .await
        .expect(403);
    line.agent
        .patch(&first, &json!({"done": true}))
        .await
        .expect(200);
    line.agent.delete(&ticked).await.expect(200);

    step(&line.leader, &session, "start", json!({})).await;
    let written = line
        .leader
        .patch(
            &at,
            &json!({"sessionNotes": "Asked fewer questions", "score": 8750}),
        )
        .await
        .expect(200);
    assert_eq!(written.data()["score"], 8750);
    // The agent reads what was said once the session is completed, and never what was prepared.
    let seen = line.agent.get(&at).await.expect(200);
    for field in ["score", "sessionNotes", "preparationNotes"] {
        assert!(seen.data().get(field).is_none(), "{field}");
    }
    let refused = line
        .agent
        .post(&format!("{at}/acknowledge"), &json!({}))
        .await;
    refused.expect(409);
    let done = step(&line.leader, &session, "complete", json!({})).await;
    assert_eq!(done["acknowledgement"], "pending");
    let seen = line.agent.get(&at).await.expect(200);
    assert_eq!(seen.data()["score"], 8750);
    assert_eq!(seen.data()["sessionNotes"], "Asked fewer questions");
    assert!(seen.data().get("preparationNotes").is_none());
    assert_eq!(seen.data()["mayChange"], false);

    let noted = step(&line.agent, &session, "acknowledge", json!({})).await;
    assert_eq!(noted["acknowledgement"], "acknowledged");
    assert!(noted["participants"][0]["acknowledgedAt"].is_string());
    step(&line.agent, &session, "acknowledge", json!({})).await;
    line.leader
        .patch(&at, &json!({"sessionNotes": "Otherwise"}))
        .await
        .expect(409);

    // Whoever does not acknowledge in time is seen.
    let late = planned(&line, json!({})).await;
    step(&line.leader, &late, "start", json!({})).await;
    step(&line.leader, &late, "complete", json!({})).await;
    let list = |state: &str| format!("coaching-sessions?acknowledgement={state}");
    assert_eq!(rows(&line.leader, &list("pending")).await.len(), 1);
    app.advance(TimeDelta::days(3) + TimeDelta::seconds(1));
    let leader = back(&app, &line.leader_row, &line.home).await;
    assert_eq!(rows(&leader, &list("overdue")).await[0]["id"], late["id"]);
    assert_eq!(rows(&leader, &list("acknowledged")).await.len(), 1);
    assert!(rows(&leader, &list("pending")).await.is_empty());
}

async fn a_session_goes_its_way_and_no_other(app: TestApp) {
    let line = line(&app).await;
    let session = planned(&line, json!({})).await;
    let at = path("coaching-sessions", &session);
    let refused = line
        .leader
        .post(&format!("{at}/complete"), &json!({}))
        .await
        .expect(409);
    let message = refused.body["error"]["message"].as_str().unwrap();
    assert!(
        message.contains("start, cancel, no-show, reschedule"),
        "{message}"
    );
    // Nobody fails to come before it begins.
    line.leader
        .post(&format!("{at}/no-show"), &json!({}))
        .await
        .expect(409);
    let past = json!({"scheduledStart": "2026-03-01T09:00:00Z"});
    let refused = line
        .leader
        .post(&format!("{at}/reschedule"), &past)
        .await
        .expect(422);
    assert_eq!(refused.fields(), ["scheduledStart"]);
    let later = json!({"localStart": "2026-03-29T02:30", "timeZone": "Europe/Belgrade", "reason": "A customer calls"});
    let moved = line
        .leader
        .post(&format!("{at}/reschedule"), &later)
        .await
        .expect(201);
    // A time that never occurs lies as much after the gap.
    assert_eq!(moved.data()["scheduledStart"], "2026-03-29T01:30:00Z");
    assert_eq!(moved.data()["rescheduledFromId"], session["id"]);
    assert_eq!(moved.data()["agenda"][0]["text"], "Cold openings");
    let was = line.agent.get(&at).await.expect(200);
    assert_eq!(was.data()["status"], "rescheduled");
    assert_eq!(was.data()["rescheduledToId"], moved.data()["id"]);
    assert_eq!(was.data()["endedReason"], "A customer calls");
    for verb in ["start", "cancel", "no-show", "complete"] {
        line.leader
            .post(&format!("{at}/{verb}"), &json!({}))
            .await
            .expect(409);
    }
    let cancelled = step(
        &line.leader,
        moved.data(),
        "cancel",
        json!({"reason": "Sick"}),
    )
    .await;
    assert_eq!(cancelled["status"], "cancelled");
    let refused = line
        .leader
        .patch(
            &path("coaching-sessions", moved.data()),
            &json!({"title": "New"}),
        )
        .await;
    refused.expect(409);
    // The score of the last one is filled in.
    let first = planned(&line, json!({"scheduledStart": "2026-03-06T09:00:00Z"})).await;
    step(&line.leader, &first, "start", json!({})).await;
    let score = json!({"score": 6000});
    line.leader
        .patch(&path("coaching-sessions", &first), &score)
        .await
        .expect(200);
    step(&line.leader, &first, "complete", json!({})).await;
    let again = line
        .leader
        .patch(&path("coaching-sessions", &first), &json!({"score": 7000}))
        .await;
    again.expect(409);
    let next = planned(&line, json!({"scheduledStart": "2026-03-07T09:00:00Z"})).await;
    assert_eq!(next["previousScore"], 6000);
    // A stale version is refused with what is there now.
    let request = line
        .leader
        .request(Method::PATCH, &path("coaching-sessions", &next));
    let stale = request
        .header("If-Match", "\"9\"")
        .json(&json!({"title": "New"}));
    line.leader.send(stale).await.expect(412);
}

async fn nobody_is_coached_in_the_past_or_out_of_reach(app: TestApp) {
    let line = line(&app).await;
    let eve = app.register("rivals").await;
    let theirs = eve.get("/api/v1/auth/me").await.expect(200).data()["memberId"].clone();
    let agent = &line.agent_row["id"];
    let soon = "2026-03-03T09:00:00Z";
    for (body, field) in [
        (json!({"agentId": agent}), "scheduledStart"),
        (
            json!({"agentId": agent, "scheduledStart": "2026-03-02T08:59:59Z"}),
            "scheduledStart",
        ),
        (
            json!({"agentId": agent, "scheduledStart": "2046-03-02T08:59:59Z"}),
            "scheduledStart",
        ),
        (
            json!({"agentId": agent, "localStart": "2026-03-01T09:00"}),
            "localStart",
        ),
        (
            json!({"agentId": agent, "localStart": "tomorrow"}),
            "localStart",
        ),
        (
            json!({"agentId": agent, "scheduledStart": soon, "localStart": "2026-03-03T09:00"}),
            "scheduledStart",
        ),
        (
            json!({"agentId": agent, "scheduledStart": soon, "timeZone": "Mars/Base"}),
            "timeZone",
        ),
        (
            json!({"agentId": agent, "scheduledStart": soon, "durationMinutes": 4}),
            "durationMinutes",
        ),
        (
            json!({"agentId": agent, "scheduledStart": soon, "durationMinutes": 481}),
            "durationMinutes",
        ),
        (
            json!({"agentId": line.leader_row["id"], "scheduledStart": soon}),
            "agentId",
        ),
        (
            json!({"agentId": line.other_row["id"], "scheduledStart": soon}),
            "agentId",
        ),
        (
            json!({"agentId": theirs, "scheduledStart": soon}),
            "agentId",
        ),
        (
            json!({"agentId": agent, "coachId": agent, "scheduledStart": soon}),
            "agentId",
        ),
        (
            json!({"agentId": agent, "furtherAgentIds": [agent], "scheduledStart": soon}),
            "furtherAgentIds",
        ),
        (
            json!({"agentId": agent, "coachId": theirs, "scheduledStart": soon}),
            "coachId",
        ),
        (
            json!({"agentId": agent, "recurrenceRule": "often", "scheduledStart": soon}),
            "recurrenceRule",
        ),
        (
            json!({"agentId": agent, "templateId": agent, "scheduledStart": soon}),
            "templateId",
        ),
        (
            json!({"agentId": agent, "rubricId": agent, "scheduledStart": soon}),
            "rubricId",
        ),
        (
            json!({"agentId": agent, "preparationNotes": "x".repeat(20_001), "scheduledStart": soon}),
            "preparationNotes",
        ),
    ] {
        let refused = line
            .leader
            .post("/api/v1/coaching-sessions", &body)
            .await
            .expect(422);
        assert_eq!(refused.fields(), [field], "{body}");
    }
    let body = json!({"agentId": agent, "scheduledStart": soon});
    line.agent
        .post("/api/v1/coaching-sessions", &body)
        .await
        .expect(403);
    // A megabyte of notes is too large to be read at all.
    let large = json!({"agentId": agent, "scheduledStart": soon, "preparationNotes": "x".repeat(1_100_000)});
    line.leader
        .post("/api/v1/coaching-sessions", &large)
        .await
        .expect(413);
    assert!(rows(&line.leader, "coaching-sessions").await.is_empty());
    let session = planned(&line, json!({})).await;
    for score in [-1, 10_001] {
        let refused = line
            .leader
            .patch(
                &path("coaching-sessions", &session),
                &json!({"score": score}),
            )
            .await;
        assert_eq!(refused.expect(422).fields(), ["score"]);
    }
}

async fn clashes_are_shown_and_not_what_they_are(app: TestApp) {
    let line = line(&app).await;
    let meeting = json!({"kind": "meeting", "subject": "Secret offer", "dueAt": "2026-03-03T09:30:00Z", "durationMinutes": 30});
    add(&line.agent, "activities", meeting).await;
    let session = planned(&line, json!({})).await;
    let clashes = session["clashes"].as_array().unwrap();
    assert_eq!(clashes.len(), 1);
    assert_eq!(clashes[0]["kind"], "meeting");
    assert_eq!(clashes[0]["memberId"], line.agent_row["id"]);
    assert!(!session.to_string().contains("Secret"));
    // Another session of the leader, half an hour later.
    let second = planned(&line, json!({"scheduledStart": "2026-03-03T09:30:00Z"})).await;
    let kinds: Vec<&str> = second["clashes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|clash| clash["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds.iter().filter(|kind| **kind == "session").count(), 2);
    let seen = line
        .agent
        .get(&path("coaching-sessions", &second))
        .await
        .expect(200);
    let agent = &line.agent_row["id"];
    let seen = seen.data()["clashes"].as_array().unwrap().clone();
    assert!(!seen.is_empty() && seen.iter().all(|clash| clash["memberId"] == *agent));
    let ask = |member: &Value, start: &str| {
        let member = member.as_str().unwrap();
        format!("/api/v1/coaching-sessions/clashes?memberId={member}&start={start}")
    };
    let found = line
        .leader
        .get(&ask(agent, "2026-03-03T10:15:00Z"))
        .await
        .expect(200);
    assert_eq!(found.data().as_array().unwrap().len(), 1);
    let free = line
        .leader
        .get(&ask(agent, "2026-03-03T11:00:00Z"))
        .await
        .expect(200);
    assert!(free.data().as_array().unwrap().is_empty());
    let refused = line
        .leader
        .get(&ask(&line.other_row["id"], "2026-03-03T10:00:00Z"))
        .await;
    assert_eq!(refused.expect(422).fields(), ["memberId"]);
    line.leader
        .get(&ask(agent, "9999-12-31T23:59:59Z"))
        .await
        .expect(422);
}
