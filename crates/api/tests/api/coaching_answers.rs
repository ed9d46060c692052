//! Rubrics, templates, and disputes of scores.

use serde_json::{Value, json};
use shared_types::Role;

use crate::{
    coaching::{Line, line, planned, step},
    helpers::{Caller, TestApp, add, path, rows},
    on_both_databases,
    people::somebody,
};

on_both_databases!(
    a_published_rubric_stays_and_old_sessions_keep_it,
    a_template_fills_in_what_is_not_said,
    a_score_is_disputed_question_by_question_and_decided_from_above,
    a_group_has_no_score,
);

async fn rubric(ada: &Caller) -> Value {
    let questions = json!([
        {"text": "Were needs understood?", "kind": "scale", "scaleMax": 5, "weight": 2},
        {"text": "Was a next step agreed?", "kind": "yesNo", "weight": 1},
        {"text": "What stood out?", "kind": "text"}
    ]);
    let draft = add(
        ada,
        "rubrics",
        json!({"name": "Discovery", "questions": questions}),
    )
    .await;
    assert_eq!(draft["status"], "draft");
    let published = ada
        .post(&format!("{}/publish", path("rubrics", &draft)), &json!({}))
        .await;
    published.expect(200).data().clone()
}

fn answers(rubric: &Value, scale: i32, yes: i32) -> Value {
    json!([
        {"questionId": rubric["questions"][0]["id"], "value": scale},
        {"questionId": rubric["questions"][1]["id"], "value": yes},
        {"questionId": rubric["questions"][2]["id"], "comment": "The silence after the price"}
    ])
}

async fn a_published_rubric_stays_and_old_sessions_keep_it(app: TestApp) {
    let line = line(&app).await;
    let eve = app.register("rivals").await;
    for (questions, field) in [
        (
            json!([{"text": "Why?", "kind": "text", "weight": 1}]),
            "questions.0.weight",
        ),
        (
            json!([{"text": "Why?", "kind": "choice"}]),
            "questions.0.choices",
        ),
        (
            json!([{"text": "Why?", "kind": "yesNo", "scaleMax": 3}]),
            "questions.0.scaleMax",
        ),
        (json!([{"text": "", "kind": "yesNo"}]), "questions.0.text"),
    ] {
        let body = json!({"name": "Wrong", "questions": questions});
        let refused = line.ada.post("/api/v1/rubrics", &body).await.expect(422);
        assert_eq!(refused.fields(), [field]);
    }
    let empty = add(&line.ada, "rubrics", json!({"name": "Empty"})).await;
    let refused = line
        .ada
        .post(&format!("{}/publish", path("rubrics", &empty)), &json!({}))
        .await;
    assert_eq!(refused.expect(422).fields(), ["questions"]);
    let by_draft = json!({"agentId": line.agent_row["id"], "scheduledStart": "2026-03-03T09:00:00Z", "rubricId": empty["id"]});
    let refused = line
        .leader
        .post("/api/v1/coaching-sessions", &by_draft)
        .await;
    assert_eq!(refused.expect(422).fields(), ["rubricId"]);
    line.ada.delete(&path("rubrics", &empty)).await.expect(200);

    let first = rubric(&line.manager).await;
    let at = path("rubrics", &first);
    line.agent.get(&at).await.expect(200);
    line.leader
        .patch(&at, &json!({"name": "Mine"}))
        .await
        .expect(403);
    eve.get(&at).await.expect(404);
    line.ada
        .patch(&at, &json!({"name": "Other"}))
        .await
        .expect(409);
    line.ada.delete(&at).await.expect(409);
    let session = planned(&line, json!({"rubricId": first["id"]})).await;
    let draft = line
        .ada
        .post(&format!("{at}/versions"), &json!({}))
        .await
        .expect(201);
    assert_eq!(
        (&draft.data()["number"], &draft.data()["familyId"]),
        (&json!(2), &first["id"])
    );
    line.ada
        .post(&format!("{at}/versions"), &json!({}))
        .await
        .expect(409);
    let mut questions = draft.data()["questions"].clone();
    questions.as_array_mut().unwrap().truncate(1);
    questions[0]["text"] = json!("Were needs heard?");
    let second = path("rubrics", draft.data());
    let changed = line
        .ada
        .patch(&second, &json!({"questions": questions}))
        .await
        .expect(200);
    assert_eq!(
        changed.data()["questions"][0]["id"],
        first["questions"][0]["id"]
    );
    line.ada
        .post(&format!("{second}/publish"), &json!({}))
        .await
        .expect(200);
    let former = line.ada.get(&at).await.expect(200);
    assert_eq!(former.data()["status"], "superseded");
    assert_eq!(former.data()["questions"], first["questions"]);

    // The session is scored by the questions that it began with.
    let path_of = path("coaching-sessions", &session);
    step(&line.leader, &session, "start", json!({})).await;
    let by_hand = line.leader.patch(&path_of, &json!({"score": 100})).await;
    assert_eq!(by_hand.expect(422).fields(), ["score"]);
    let mut half = answers(&first, 4, 1);
    half.as_array_mut().unwrap().remove(1);
    let written = line
        .leader
        .patch(&path_of, &json!({"answers": half}))
        .await
        .expect(200);
    assert_eq!(written.data()["score"], 7500);
    let early = line
        .leader
        .post(&format!("{path_of}/complete"), &json!({}))
        .await;
    assert_eq!(early.expect(422).fields(), ["answers"]);
    for (wrong, field) in [
        (answers(&first, 6, 1), "answers.0.value"),
        (answers(&first, 1, 2), "answers.1.value"),
    ] {
        let refused = line
            .leader
            .patch(&path_of, &json!({"answers": wrong}))
            .await;
        assert_eq!(refused.expect(422).fields(), [field]);
    }
    let all = json!({"answers": answers(&first, 4, 1)});
    line.leader.patch(&path_of, &all).await.expect(200);
    let done = step(&line.leader, &session, "complete", json!({})).await;
    // Three quarters of two, and one: 2.5 of 3.
    assert_eq!(done["score"], 8333);
    assert_eq!(done["rubricId"], first["id"]);
    let later = planned(
        &line,
        json!({"rubricId": first["id"], "scheduledStart": "2026-03-04T09:00:00Z"}),
    )
    .await;
    assert_eq!(later["rubricId"], draft.data()["id"]);
}

async fn a_template_fills_in_what_is_not_said(app: TestApp) {
    let line = line(&app).await;
    let eve = app.register("rivals").await;
    let rubric = rubric(&line.ada).await;
    let template = json!({"name": "Pipeline review", "kind": "pipelineReview", "durationMinutes": 45,
        "agenda": ["What moved", "What is stuck"], "preparationNotes": "Look at the board", "rubricId": rubric["id"]});
    line.leader
        .post("/api/v1/coaching-templates", &template)
        .await
        .expect(403);
    let template = add(&line.manager, "coaching-templates", template).await;
    let twice = json!({"name": "pipeline REVIEW"});
    line.ada
        .post("/api/v1/coaching-templates", &twice)
        .await
        .expect(409);
    eve.get(&path("coaching-templates", &template))
        .await
        .expect(404);
    let body = json!({"agentId": line.agent_row["id"], "scheduledStart": "2026-03-03T09:00:00Z", "templateId": template["id"]});
    let session = add(&line.leader, "coaching-sessions", body).await;
    assert_eq!(session["title"], "Pipeline review");
    assert_eq!(session["kind"], "pipelineReview");
    assert_eq!(session["durationMinutes"], 45);
    assert_eq!(session["agenda"][1]["text"], "What is stuck");
    assert_eq!(session["preparationNotes"], "Look at the board");
    assert_eq!(session["rubricId"], rubric["id"]);
    let changed = json!({"agenda": ["Only this"], "clear": ["rubricId"]});
    let changed = line
        .ada
        .patch(&path("coaching-templates", &template), &changed)
        .await
        .expect(200);
    assert!(changed.data().get("rubricId").is_none());
    line.ada
        .delete(&path("coaching-templates", &template))
        .await
        .expect(200);
    let kept = line
        .leader
        .get(&path("coaching-sessions", &session))
        .await
        .expect(200);
    assert_eq!(kept.data()["agenda"].as_array().unwrap().len(), 2);
}

async fn scored(line: &Line, rubric: &Value) -> Value {
    let session = planned(line, json!({"rubricId": rubric["id"]})).await;
    step(&line.leader, &session, "start", json!({})).await;
    let body = json!({"answers": answers(rubric, 3, 0)});
    line.leader
        .patch(&path("coaching-sessions", &session), &body)
        .await
        .expect(200);
    step(&line.leader, &session, "complete", json!({})).await
}

async fn a_score_is_disputed_question_by_question_and_decided_from_above(app: TestApp) {
    let line = line(&app).await;
    let rubric = rubric(&line.ada).await;
    let session = scored(&line, &rubric).await;
    assert_eq!(session["score"], 3333);
    let at = path("coaching-sessions", &session);
    let question = &rubric["questions"][1]["id"];
    let dispute = json!({"questionId": question, "reason": "Agreed by mail"});
    line.leader
        .post(&format!("{at}/disputes"), &dispute)
        .await
        .expect(403);
    let words = json!({"questionId": rubric["questions"][2]["id"], "reason": "Hm"});
    let refused = line.agent.post(&format!("{at}/disputes"), &words).await;
    assert_eq!(refused.expect(422).fields(), ["questionId"]);
    let made = line
        .agent
        .post(&format!("{at}/disputes"), &dispute)
        .await
        .expect(200);
    line.agent
        .post(&format!("{at}/disputes"), &dispute)
        .await
        .expect(409);
    let whole = json!({"reason": "Too low as a whole"});
    let both = line
        .agent
        .post(&format!("{at}/disputes"), &whole)
        .await
        .expect(200);
    assert_eq!(
        rows(&line.manager, "coaching-sessions?disputeStatus=open")
            .await
            .len(),
        1
    );
    let decide = |dispute: &Value| {
        let id = dispute["id"].as_str().unwrap();
        format!("/api/v1/coaching-disputes/{id}/decide")
    };
    let first = decide(&made.data()["disputes"][0]);
    let second = decide(&both.data()["disputes"][1]);
    let upheld = json!({"ruling": "upheld", "decision": "The call shows none"});
    // Nobody judges in their own matter, nor from beside.
    line.leader.post(&first, &upheld).await.expect(403);
    line.agent.post(&first, &upheld).await.expect(403);
    line.other.post(&first, &upheld).await.expect(404);
    line.ada.post(&first, &upheld).await.expect(404);
    add(
        &line.ada,
        "coaching-access",
        json!({"reason": "a complaint of the agent"}),
    )
    .await;
    line.ada.post(&first, &upheld).await.expect(403);
    let changed = json!({"ruling": "changed", "decision": "The mail is there"});
    let refused = line.manager.post(&first, &changed).await;
    assert_eq!(refused.expect(422).fields(), ["value"]);
    let changed = json!({"ruling": "changed", "decision": "The mail is there", "value": 1});
    let decided = line.manager.post(&first, &changed).await.expect(200);
    assert_eq!(decided.data()["score"], 6667);
    assert_eq!(decided.data()["disputes"][0]["status"], "changed");
    assert_eq!(decided.data()["disputes"][0]["scoreBefore"], 3333);
    line.manager.post(&first, &changed).await.expect(409);
    let stays = line.manager.post(&second, &upheld).await.expect(200);
    assert_eq!(stays.data()["score"], 6667);
    let seen = line.agent.get(&at).await.expect(200);
    assert_eq!(
        seen.data()["disputes"][1]["decision"],
        "The call shows none"
    );
    let timeline = line
        .agent
        .get(&format!("{at}/timeline?kind=coaching.decided"))
        .await;
    assert_eq!(timeline.expect(200).data().as_array().unwrap().len(), 2);
}

async fn a_group_has_no_score(app: TestApp) {
    let line = line(&app).await;
    let (second, row) = somebody(&app, &line.ada, Role::SalesRep).await;
    let led = json!({"managerId": line.leader_row["id"]});
    line.ada
        .patch(&path("members", &row), &led)
        .await
        .expect(200);
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    let session = planned(&line, json!({"furtherAgentIds": [row["id"]]})).await;
    assert_eq!(session["kind"], "group");
    assert_eq!(session["participants"].as_array().unwrap().len(), 3);
    let at = path("coaching-sessions", &session);
    second.get(&at).await.expect(200);
    let refused = line.leader.patch(&at, &json!({"score": 5000})).await;
    assert_eq!(refused.expect(422).fields(), ["score"]);
    step(&line.leader, &session, "start", json!({})).await;
    step(&line.leader, &session, "complete", json!({})).await;
    let half = step(&second, &session, "acknowledge", json!({})).await;
    assert_eq!(half["acknowledgement"], "pending");
    let whole = step(&line.agent, &session, "acknowledge", json!({})).await;
    assert_eq!(whole["acknowledgement"], "acknowledged");
}
