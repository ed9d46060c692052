//! Who reads what is said in coaching, and that nothing else tells it.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::json;
use shared_types::Role;

use crate::{
    coaching::{line, planned, step},
    helpers::{TestApp, add, path, rows},
    on_both_databases,
    people::somebody,
};

on_both_databases!(
    what_is_said_is_read_by_those_in_it_and_the_line_above,
    an_administrator_reads_what_was_opened_and_changes_nothing,
    neither_log_nor_search_tells_what_was_written,
);

async fn what_is_said_is_read_by_those_in_it_and_the_line_above(app: TestApp) {
    let line = line(&app).await;
    let eve = app.register("rivals").await;
    let (colleague, _) = somebody(&app, &line.ada, Role::Agent).await;
    let (advocate, _) = somebody(&app, &line.ada, Role::Advocate).await;
    let session = planned(&line, json!({})).await;
    let at = path("coaching-sessions", &session);
    for (who, reads, changes) in [
        (&line.leader, 200, 200),
        (&line.manager, 200, 200),
        (&line.agent, 200, 403),
        (&line.other, 404, 404),
        (&line.ada, 404, 404),
        (&colleague, 404, 403),
        (&eve, 404, 404),
        (&advocate, 403, 403),
    ] {
        who.get(&at).await.expect(reads);
        let changed = who.patch(&at, &json!({"preparationNotes": "More"})).await;
        changed.expect(changes);
        let timeline = who.get(&format!("{at}/timeline")).await;
        timeline.expect(reads);
        let file = who.get(&format!("{at}/calendar.ics")).await;
        file.expect(reads);
        if reads == 403 {
            continue;
        }
        for list in [
            "coaching-sessions",
            "coaching-sessions?q=march",
            "coaching-sessions?q=openings",
        ] {
            let found = rows(who, list).await.len();
            assert_eq!(found, usize::from(reads == 200), "{list}");
        }
    }
    // What the coach prepares is for the coach's side: no search finds it.
    assert!(
        rows(&line.leader, "coaching-sessions?q=customers")
            .await
            .is_empty()
    );
    // Nobody reads by a filter what is not theirs to see.
    let agent = line.agent_row["id"].as_str().unwrap();
    let list = format!("coaching-sessions?agentId={agent}");
    assert!(rows(&line.other, &list).await.is_empty());
    // Whoever coaches reads it, out of the line or not.
    let coach = json!({"coachId": line.other_row["id"]});
    line.manager.patch(&at, &coach).await.expect(200);
    line.other.get(&at).await.expect(200);
    // A leader who is coached stands on the agent's side, whatever they lead.
    let of_leader = json!({"agentId": line.leader_row["id"], "scheduledStart": "2026-03-04T09:00:00Z",
        "preparationNotes": "Promotion"});
    let of_leader = add(&line.manager, "coaching-sessions", of_leader).await;
    let at = path("coaching-sessions", &of_leader);
    let seen = line.leader.get(&at).await.expect(200);
    assert!(seen.data().get("preparationNotes").is_none());
    let refused = line.leader.patch(&at, &json!({"title": "Mine"})).await;
    refused.expect(403);
    line.agent.get(&at).await.expect(404);
}

async fn an_administrator_reads_what_was_opened_and_changes_nothing(app: TestApp) {
    let line = line(&app).await;
    let session = planned(&line, json!({})).await;
    let at = path("coaching-sessions", &session);
    let opened = json!({"reason": "a complaint of the agent", "agentId": line.agent_row["id"]});
    let access = add(&line.ada, "coaching-access", opened).await;
    let seen = line.ada.get(&at).await.expect(200);
    assert_eq!(seen.data()["preparationNotes"], "Talks over customers");
    assert!(seen.data().get("mySide").is_none());
    assert_eq!(seen.data()["mayChange"], false);
    assert_eq!(rows(&line.ada, "coaching-sessions").await.len(), 1);
    for (method, to, body) in [
        (Method::PATCH, at.clone(), json!({"title": "Mine"})),
        (Method::POST, format!("{at}/start"), json!({})),
        (Method::POST, format!("{at}/cancel"), json!({})),
        (
            Method::POST,
            format!("{at}/comments"),
            json!({"body": "Hm"}),
        ),
        (Method::POST, format!("{at}/agenda"), json!({"text": "Hm"})),
        (Method::POST, format!("{at}/acknowledge"), json!({})),
        (
            Method::POST,
            format!("{at}/disputes"),
            json!({"reason": "Hm"}),
        ),
    ] {
        let request = line.ada.request(method, &to).json(&body);
        line.ada.send(request).await.expect(403);
    }
    // That it was read stands in the log.
    api::platform::sighting::write(&app.state).await.unwrap();
    let log = rows(
        &line.ada,
        "audit-log?kind=viewed&subjectType=coachingSession",
    )
    .await;
    assert_eq!(log.len(), 1);
    assert_eq!(log[0]["subjectId"], session["id"]);
    // Of nobody else, and not for ever.
    let (_, another) = somebody(&app, &line.ada, Role::Agent).await;
    let led = json!({"teamLeaderId": line.leader_row["id"]});
    line.ada
        .patch(&path("members", &another), &led)
        .await
        .expect(200);
    app.advance(TimeDelta::seconds(2));
    let more = json!({"agentId": another["id"], "scheduledStart": "2026-03-05T09:00:00Z"});
    let theirs = loop {
        let made = line.leader.post("/api/v1/coaching-sessions", &more).await;
        // The line is remembered for a second.
        if made.status == 201 {
            break made.data().clone();
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    };
    line.ada
        .get(&path("coaching-sessions", &theirs))
        .await
        .expect(404);
    line.ada
        .delete(&path("coaching-access", &access))
        .await
        .expect(200);
    line.ada.get(&at).await.expect(404);
    let whole = json!({"reason": "an audit of the whole year", "minutes": 5});
    add(&line.ada, "coaching-access", whole).await;
    line.ada.get(&at).await.expect(200);
    line.ada
        .get(&path("coaching-sessions", &theirs))
        .await
        .expect(200);
    app.advance(TimeDelta::minutes(6));
    line.ada.get(&at).await.expect(404);
}

async fn neither_log_nor_search_tells_what_was_written(app: TestApp) {
    let line = line(&app).await;
    let session = planned(&line, json!({"title": "Xylophone"})).await;
    let at = path("coaching-sessions", &session);
    step(&line.leader, &session, "start", json!({})).await;
    let body =
        json!({"sessionNotes": "Quicksilver", "preparationNotes": "Zeppelin", "score": 4321});
    line.leader.patch(&at, &body).await.expect(200);
    step(&line.leader, &session, "complete", json!({})).await;
    let comment = json!({"body": "Marmalade"});
    line.agent
        .post(&format!("{at}/comments"), &comment)
        .await
        .expect(200);
    let dispute = json!({"reason": "Nightshade"});
    line.agent
        .post(&format!("{at}/disputes"), &dispute)
        .await
        .expect(200);
    let log = line
        .ada
        .get("/api/v1/audit-log?limit=200")
        .await
        .expect(200);
    let timeline = line.leader.get(&format!("{at}/timeline")).await.expect(200);
    for answer in [&log, &timeline] {
        let text = answer.body.to_string();
        for word in [
            "Xylophone",
            "Quicksilver",
            "Zeppelin",
            "4321",
            "Marmalade",
            "Nightshade",
            "Cold openings",
        ] {
            assert!(!text.contains(word), "{word}");
        }
        assert!(text.contains("coaching.completed") && text.contains("coaching.disputed"));
    }
    let hidden = rows(
        &line.leader,
        &format!("{}/timeline", &at["/api/v1/".len()..]),
    )
    .await;
    let changed = hidden
        .iter()
        .find(|event| event["kind"] == "updated")
        .unwrap();
    let changes = changed["changes"].as_array().unwrap();
    assert!(
        changes
            .iter()
            .any(|it| it["field"] == "sessionNotes" && it["after"] == "•••")
    );
    for word in ["xylophone", "quicksilver"] {
        let found = line
            .ada
            .get(&format!("/api/v1/search?q={word}"))
            .await
            .expect(200);
        assert!(
            !found
                .body
                .to_string()
                .to_lowercase()
                .contains(&format!("\"{word}"))
        );
    }
}
