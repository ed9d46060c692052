//! Series of coaching sessions, and the invitations that go out for them.

use persistence::identity::member;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};

use crate::{
    coaching::{Line, line, planned, step},
    helpers::{TestApp, path, rows},
    on_both_databases,
};

on_both_databases!(
    a_series_stays_at_nine_while_clocks_change,
    one_of_a_series_is_changed_or_all_that_follow,
    everybody_gets_an_invitation_its_changes_and_its_end,
);

const RULE: &str = "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;COUNT=4";

async fn series(line: &Line) -> (Value, Vec<Value>) {
    let body = json!({"scheduledStart": null, "localStart": "2026-03-10T09:00", "timeZone": "Europe/Belgrade", "recurrenceRule": RULE});
    let mut body = body;
    body.as_object_mut().unwrap().remove("scheduledStart");
    let mut whole = json!({"agentId": line.agent_row["id"], "title": "Calls of March"});
    for (field, value) in body.as_object().unwrap() {
        whole[field] = value.clone();
    }
    let made = line
        .leader
        .post("/api/v1/coaching-sessions", &whole)
        .await
        .expect(201);
    let first = made.data().clone();
    (first.clone(), all(line, &first).await)
}

async fn all(line: &Line, first: &Value) -> Vec<Value> {
    let series = first["seriesId"].as_str().unwrap();
    let list = format!("coaching-sessions?seriesId={series}&sort=scheduledStart");
    rows(&line.leader, &list).await
}

fn starts(sessions: &[Value]) -> Vec<&str> {
    let starts = sessions.iter();
    starts
        .map(|it| it["scheduledStart"].as_str().unwrap())
        .collect()
}

async fn a_series_stays_at_nine_while_clocks_change(app: TestApp) {
    let line = line(&app).await;
    let (_, sessions) = series(&line).await;
    assert_eq!(
        starts(&sessions),
        [
            "2026-03-10T08:00:00Z",
            "2026-03-24T08:00:00Z",
            "2026-04-07T07:00:00Z",
            "2026-04-21T07:00:00Z"
        ]
    );
    assert!(
        sessions
            .iter()
            .all(|it| it["localStart"].as_str().unwrap().ends_with("T09:00"))
    );
    let endless =
        json!({"recurrenceRule": "FREQ=WEEKLY;BYDAY=TU", "scheduledStart": "2026-03-03T09:00:00Z"});
    let endless = planned(&line, endless).await;
    assert_eq!(all(&line, &endless).await.len(), 26);
}

async fn one_of_a_series_is_changed_or_all_that_follow(app: TestApp) {
    let line = line(&app).await;
    let (_, sessions) = series(&line).await;
    let second = path("coaching-sessions", &sessions[1]);
    let one = json!({"localStart": "2026-03-25T11:00"});
    line.leader.patch(&second, &one).await.expect(200);
    let third = path("coaching-sessions", &sessions[2]);
    let rest =
        json!({"localStart": "2026-04-08T14:30", "title": "Calls of April", "scope": "following"});
    line.leader.patch(&third, &rest).await.expect(200);
    let changed = all(&line, &sessions[0]).await;
    assert_eq!(
        starts(&changed),
        [
            "2026-03-10T08:00:00Z",
            "2026-03-25T10:00:00Z",
            "2026-04-08T12:30:00Z",
            "2026-04-22T12:30:00Z"
        ]
    );
    let titles: Vec<&str> = changed
        .iter()
        .map(|it| it["title"].as_str().unwrap())
        .collect();
    assert_eq!(
        titles,
        [
            "Calls of March",
            "Calls of March",
            "Calls of April",
            "Calls of April"
        ]
    );
    step(
        &line.leader,
        &changed[1],
        "cancel",
        json!({"scope": "following"}),
    )
    .await;
    let states: Vec<Value> = all(&line, &sessions[0])
        .await
        .iter()
        .map(|it| it["status"].clone())
        .collect();
    assert_eq!(states, ["scheduled", "cancelled", "cancelled", "cancelled"]);
}

/// The mails so far in which all of these words stand, without the soft breaks of their encoding.
async fn mails(app: &TestApp, words: &[&str]) -> usize {
    let mails = app.mails().await;
    let plain = mails
        .iter()
        .map(|mail| mail.replace("=\r\n", "").replace("=\n", ""));
    plain
        .filter(|mail| words.iter().all(|word| mail.contains(word)))
        .count()
}

/// Members who joined by a test have no address of their own, which only those who sign in could choose.
async fn write_to(app: &TestApp, line: &Line, row: &Value, email: &str) {
    let organization = serde_json::from_value(line.home.clone()).unwrap();
    let id: uuid::Uuid = serde_json::from_value(row["id"].clone()).unwrap();
    let tx = app.state.store.begin(organization, None, app.state.actor());
    member::Entity::update_many()
        .col_expr(member::Column::Email, Expr::val(email))
        .filter(member::Column::Id.eq(id))
        .exec(&tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn everybody_gets_an_invitation_its_changes_and_its_end(app: TestApp) {
    let line = line(&app).await;
    for (row, email) in [
        (&line.agent_row, "agent@engines.example"),
        (&line.leader_row, "leader@engines.example"),
    ] {
        write_to(&app, &line, row, email).await;
    }
    let session = planned(&line, json!({})).await;
    let at = path("coaching-sessions", &session);
    let request = "text/calendar; charset=utf-8; method=REQUEST";
    for to in ["To: agent@engines.example", "To: leader@engines.example"] {
        assert_eq!(
            mails(&app, &[to, request, "Subject: Coaching on 2026-03-03"]).await,
            1
        );
    }
    // Notes change nothing in calendars.
    let notes = json!({"preparationNotes": "More"});
    line.leader.patch(&at, &notes).await.expect(200);
    assert_eq!(mails(&app, &[request]).await, 2);
    let moved = json!({"scheduledStart": "2026-03-03T13:00:00Z"});
    line.leader.patch(&at, &moved).await.expect(200);
    assert_eq!(mails(&app, &[request]).await, 4);
    assert_eq!(mails(&app, &["Coaching changed"]).await, 2);
    let file = line
        .agent
        .get(&format!("{at}/calendar.ics"))
        .await
        .expect(200);
    assert_eq!(file.header("content-type"), "text/calendar; charset=utf-8");
    let text = file.body.as_str().unwrap();
    for part in ["SEQUENCE:1", "DTSTART:20260303T130000Z", "METHOD:PUBLISH"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let uid = text
        .lines()
        .find(|it| it.starts_with("UID:"))
        .unwrap()
        .to_owned();
    // Held at another time it is the same event of the calendar.
    let later = json!({"scheduledStart": "2026-03-04T13:00:00Z"});
    let next = line
        .leader
        .post(&format!("{at}/reschedule"), &later)
        .await
        .expect(201);
    let next_at = path("coaching-sessions", next.data());
    let file = line
        .agent
        .get(&format!("{next_at}/calendar.ics"))
        .await
        .expect(200);
    let text = file.body.as_str().unwrap();
    assert!(text.contains(&uid) && text.contains("SEQUENCE:2"), "{text}");
    step(&line.leader, next.data(), "cancel", json!({})).await;
    assert_eq!(
        mails(&app, &["method=CANCEL", "Coaching cancelled"]).await,
        2
    );
}
