//! `/api/v1/metrics`, `/api/v1/metric-values`.

use chrono::TimeDelta;
use serde_json::{Value, json};
use shared_types::Role;

use crate::{
    helpers::{Caller, TestApp, add, column, path, rows},
    imports::{File, counts},
    on_both_databases,
    people::somebody,
};

on_both_databases!(
    a_metric_is_made_of_parts_that_go_together,
    values_are_said_once_for_a_member_and_a_period,
    everybody_sees_as_far_as_the_role_reaches,
    a_scorecard_counts_what_was_done,
    a_team_is_more_than_its_parts,
    values_come_from_files,
    what_metrics_mean_stays_once_there_are_values,
);

/// What adds up in thousandths.
async fn metric(caller: &Caller, name: &str, more: Value) -> Value {
    let mut body = json!({"name": name, "unit": "count", "direction": "up", "period": "month",
        "source": "manual", "target": 10_000});
    body.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    add(caller, "metrics", body).await
}

fn of(metric: &Value, member: &Value, start: &str, value: i64) -> Value {
    json!({"metricId": metric["id"], "memberId": member["id"], "periodStart": start, "value": value})
}

fn id(record: &Value) -> &str {
    record["id"].as_str().unwrap()
}

async fn scorecard(caller: &Caller, query: &str) -> Value {
    let path = format!("/api/v1/metrics/scorecard?{query}");
    caller.get(&path).await.expect(200).data().clone()
}

async fn a_metric_is_made_of_parts_that_go_together(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    let calls = json!({"name": " Calls ", "unit": "count", "direction": "up", "period": "week",
        "source": "computed", "computation": "calls", "target": 40_000});
    let made = add(&ada, "metrics", calls.clone()).await;
    assert_eq!(
        (&made["name"], &made["weight"]),
        (&json!("Calls"), &json!(1))
    );
    let money = metric(&ada, "Upsell", json!({"unit": "money", "weight": 3})).await;
    assert_eq!(money["currency"], "EUR");
    let foreign = add(&eve, "members", json!({"name": "Rival", "role": "agent"})).await;
    for (change, field) in [
        (json!({"name": "Calls"}), "name"),
        (json!({"unit": "money"}), "unit"),
        (json!({"source": "csv"}), "computation"),
        (json!({"currency": "EUR"}), "currency"),
        (json!({"weight": 1001}), "weight"),
        (json!({"target": -1}), "target"),
        (json!({"unit": "bananas"}), "unit"),
        (json!({"targets": [{"target": 1}]}), "targets.0.memberId"),
        (
            json!({"targets": [{"target": 1, "memberId": foreign["id"]}]}),
            "targets.0.memberId",
        ),
    ] {
        let mut body = calls.clone();
        body["name"] = json!("Other");
        body.as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        let status = if field == "name" { 409 } else { 422 };
        let refused = ada.post("/api/v1/metrics", &body).await.expect(status);
        assert_eq!(refused.fields(), [field], "{change}");
    }
    let one = path("metrics", &made);
    let changed = ada
        .patch(&one, &json!({"active": false, "clear": ["target"]}))
        .await
        .expect(200);
    assert!(changed.data().get("target").is_none());
    assert_eq!(
        column(&ada, "metrics?active=true", "name").await,
        ["Upsell"]
    );
    ada.delete(&one).await.expect(200);
    assert_eq!(
        column(&ada, "metrics?trashed=true", "name").await,
        ["Calls"]
    );
    ada.post(&format!("{one}/restore"), &json!({}))
        .await
        .expect(200);
    let told = column(&ada, &format!("metrics/{}/timeline", id(&made)), "kind").await;
    assert_eq!(told, ["restored", "deleted", "updated", "created"]);
    eve.get(&one).await.expect(404);
}

async fn values_are_said_once_for_a_member_and_a_period(app: TestApp) {
    let ada = app.register("engines").await;
    let anna = add(&ada, "members", json!({"name": "Anna", "role": "agent"})).await;
    let demos = metric(
        &ada,
        "Demos",
        json!({"targets": [{"memberId": anna["id"], "target": 4_000}]}),
    )
    .await;
    let said = add(
        &ada,
        "metric-values",
        of(&demos, &anna, "2026-02-01", 3_000),
    )
    .await;
    assert_eq!(said["target"], 4_000);
    assert_eq!(said["source"], "manual");
    let again = ada
        .post(
            "/api/v1/metric-values",
            &of(&demos, &anna, "2026-02-01", 5_000),
        )
        .await
        .expect(200);
    assert_eq!(again.data()["id"], said["id"]);
    assert_eq!(again.data()["value"], 5_000);
    let one = path("metric-values", &said);
    ada.delete(&one).await.expect(200);
    assert!(rows(&ada, "metric-values").await.is_empty());
    let back = ada
        .post(
            "/api/v1/metric-values",
            &of(&demos, &anna, "2026-02-01", 6_000),
        )
        .await
        .expect(200);
    assert!(back.data().get("deletedAt").is_none());
    let noted = json!({"note": "Fair week", "target": 5_000});
    ada.patch(&one, &noted).await.expect(200);
    let computed = metric(
        &ada,
        "Calls",
        json!({"source": "computed", "computation": "calls"}),
    )
    .await;
    for (body, field) in [
        (of(&demos, &anna, "2026-02-02", 1), "periodStart"),
        (of(&demos, &anna, "2026-04-01", 1), "periodStart"),
        (of(&demos, &anna, "2026-02-01", -1), "value"),
        (of(&computed, &anna, "2026-02-01", 1), "metricId"),
        (of(&anna, &anna, "2026-02-01", 1), "metricId"),
        (of(&demos, &demos, "2026-02-01", 1), "memberId"),
    ] {
        let refused = ada.post("/api/v1/metric-values", &body).await.expect(422);
        assert_eq!(refused.fields(), [field], "{body}");
    }
    let bulk = json!({"operations": [
        {"kind": "create", "create": of(&demos, &anna, "2026-01-01", 1_000)},
        {"kind": "create", "create": of(&demos, &anna, "2026-01-01", 2_000)},
        {"kind": "create", "create": of(&computed, &anna, "2026-01-01", 2_000)},
        {"kind": "delete", "id": said["id"]},
    ]});
    let done = ada
        .post("/api/v1/metric-values/bulk", &bulk)
        .await
        .expect(200);
    let done = done.data().as_array().unwrap().clone();
    let statuses: Vec<u64> = done
        .iter()
        .map(|it| it["status"].as_u64().unwrap())
        .collect();
    assert_eq!(statuses, [201, 200, 422, 200]);
    let left = rows(&ada, "metric-values?periodStartBefore=2026-02-01").await;
    assert_eq!(left[0]["value"], 2_000);
}

async fn everybody_sees_as_far_as_the_role_reaches(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    let (agent, agent_row) = somebody(&app, &ada, Role::Agent).await;
    let (leader, leader_row) = somebody(&app, &ada, Role::TeamLeader).await;
    let (advocate, _) = somebody(&app, &ada, Role::Advocate).await;
    let (manager, _) = somebody(&app, &ada, Role::Manager).await;
    let team = add(
        &ada,
        "teams",
        json!({"name": "Central", "ownerId": leader_row["id"]}),
    )
    .await;
    ada.patch(&path("members", &agent_row), &json!({"teamId": team["id"]}))
        .await
        .expect(200);
    let demos = metric(&ada, "Demos", json!({})).await;
    let other = add(&ada, "members", json!({"name": "Olga", "role": "agent"})).await;
    app.advance(TimeDelta::seconds(2));
    let own = of(&demos, &agent_row, "2026-02-01", 3_000);
    let own = add(&leader, "metric-values", own).await;
    let far = add(&ada, "metric-values", of(&demos, &other, "2026-02-01", 1)).await;
    let refused = leader
        .post(
            "/api/v1/metric-values",
            &of(&demos, &other, "2026-02-01", 9),
        )
        .await
        .expect(422);
    assert_eq!(refused.fields(), ["memberId"]);
    for (caller, seen) in [
        (&ada, 2),
        (&manager, 2),
        (&leader, 1),
        (&agent, 1),
        (&eve, 0),
    ] {
        assert_eq!(rows(caller, "metric-values").await.len(), seen);
    }
    advocate.get("/api/v1/metric-values").await.expect(403);
    leader.get(&path("metric-values", &far)).await.expect(404);
    agent
        .patch(&path("metric-values", &own), &json!({"value": 1}))
        .await
        .expect(403);
    for caller in [&leader, &agent] {
        caller
            .patch(&path("metrics", &demos), &json!({"weight": 2}))
            .await
            .expect(403);
        caller.get("/api/v1/metrics").await.expect(200);
    }
    let of_agent = format!("memberId={}&periodStart=2026-02-01", id(&agent_row));
    assert_eq!(scorecard(&leader, &of_agent).await["total"], 3_000);
    assert_eq!(
        scorecard(&agent, "periodStart=2026-02-01").await["total"],
        3_000
    );
    let of_other = format!("/api/v1/metrics/scorecard?memberId={}", id(&other));
    for caller in [&leader, &agent, &eve] {
        caller.get(&of_other).await.expect(404);
    }
    let of_team = format!("/api/v1/metrics/scorecard?teamId={}", id(&team));
    leader.get(&of_team).await.expect(200);
    eve.get(&of_team).await.expect(404);
    let both = format!("{of_team}&memberId={}", id(&agent_row));
    assert_eq!(leader.get(&both).await.expect(422).fields(), ["teamId"]);
    let ranked = agent
        .get("/api/v1/metrics/ranking?periodStart=2026-02-01")
        .await;
    let ranked = ranked.expect(200).data()["rows"].as_array().unwrap().len();
    assert_eq!(ranked, 1);
}

async fn a_scorecard_counts_what_was_done(app: TestApp) {
    let ada = app.register("engines").await;
    ada.patch(
        "/api/v1/organization",
        &json!({"timeZone": "America/New_York"}),
    )
    .await
    .expect(200);
    let anna = add(&ada, "members", json!({"name": "Anna", "role": "agent"})).await;
    for (name, unit, computation, target) in [
        ("Age", "duration", "averageDealAge", 240_000),
        ("Calls", "count", "calls", 2_000),
        ("Conversion", "percent", "leadConversion", 50_000),
        ("Lost", "count", "dealsLost", 2_000),
        ("Meetings", "count", "meetings", 1_000),
        ("New leads", "count", "newLeads", 4_000),
        ("Value", "money", "valueWon", 100_000),
        ("Win rate", "percent", "winRate", 50_000),
        ("Won", "count", "dealsWon", 1_000),
    ] {
        let direction = if matches!(name, "Lost" | "Age") {
            "down"
        } else {
            "up"
        };
        let more = json!({"unit": unit, "source": "computed", "computation": computation, "target": target,
            "direction": direction});
        metric(&ada, name, more).await;
    }
    for kind in ["call", "meeting", "email"] {
        let body = json!({"kind": kind, "subject": "Talk", "ownerId": anna["id"], "done": true});
        add(&ada, "activities", body).await;
    }
    let open = json!({"kind": "call", "subject": "Later", "ownerId": anna["id"]});
    add(&ada, "activities", open).await;
    for name in ["Hopper", "Noether"] {
        let lead = json!({"lastName": name, "ownerId": anna["id"]});
        let lead = add(&ada, "leads", lead).await;
        if name == "Hopper" {
            let convert = format!("{}/convert", path("leads", &lead));
            ada.post(&convert, &json!({"createDeal": false}))
                .await
                .expect(200);
        }
    }
    let reasons = ada.get("/api/v1/lost-reasons").await.expect(200);
    let reason = &reasons.data()[0]["id"];
    for (title, end, amount) in [
        ("One", "win", 30_000),
        ("Two", "win", 20_000),
        ("Three", "lose", 9_000),
    ] {
        let body = json!({"title": title, "ownerId": anna["id"], "openedOn": "2026-02-20",
            "amount": amount});
        let deal = add(&ada, "deals", body).await;
        let close = format!("{}/{end}", path("deals", &deal));
        let body = if end == "win" {
            json!({})
        } else {
            json!({"lostReasonId": reason})
        };
        ada.post(&close, &body).await.expect(200);
    }
    // It is still March 2nd in New York.
    let card = scorecard(&ada, &format!("memberId={}&periods=2", id(&anna))).await;
    let metrics = card["metrics"].as_array().unwrap();
    let shown = |name: &str| {
        let metric = metrics
            .iter()
            .find(|metric| metric["name"] == name)
            .unwrap();
        let now = &metric["now"];
        (now["value"].as_i64(), now["attainment"].as_i64())
    };
    for (name, value, attainment) in [
        ("Age", 240_000, 10_000),
        ("Calls", 1_000, 5_000),
        ("Conversion", 50_000, 10_000),
        ("Lost", 1_000, 15_000),
        ("Meetings", 1_000, 10_000),
        ("New leads", 2_000, 5_000),
        ("Value", 50_000, 5_000),
        ("Win rate", 66_667, 13_333),
        ("Won", 2_000, 20_000),
    ] {
        assert_eq!(shown(name), (Some(value), Some(attainment)), "{name}");
    }
    assert_eq!(card["total"], 10_370);
    for metric in metrics {
        // What is not there yet has no rate; what adds up is nothing.
        let before = &metric["trend"][0];
        assert_eq!(before["start"], "2026-02-01");
        let adds_up = matches!(metric["unit"].as_str(), Some("count" | "money"));
        assert_eq!(before.get("value").is_some(), adds_up, "{metric}");
        // The lists behind a number hold what it counts.
        let list = &metric["now"]["lists"][0];
        let path = format!(
            "{}?{}",
            list["path"].as_str().unwrap(),
            list["query"].as_str().unwrap()
        );
        let listed = ada
            .get(&path)
            .await
            .expect(200)
            .data()
            .as_array()
            .unwrap()
            .len();
        let expected = match metric["name"].as_str().unwrap() {
            "Age" | "Win rate" => 3,
            "Conversion" | "New leads" | "Value" | "Won" => 2,
            _ => 1,
        };
        assert_eq!(listed, expected, "{path}");
    }
}

async fn a_team_is_more_than_its_parts(app: TestApp) {
    let ada = app.register("engines").await;
    let team = add(&ada, "teams", json!({"name": "Central"})).await;
    let mut members = Vec::new();
    for name in ["Anna", "Boris", "Cleo", "Dora"] {
        let body = json!({"name": name, "role": "agent", "teamId": team["id"]});
        members.push(add(&ada, "members", body).await);
    }
    let demos = metric(&ada, "Demos", json!({"weight": 3})).await;
    let score = metric(&ada, "Score", json!({"unit": "score", "target": 80_000})).await;
    for (member, demo, points) in [
        (0, 10_000, 80_000),
        (1, 20_000, 60_000),
        (2, 10_000, 80_000),
    ] {
        let member = &members[member];
        add(
            &ada,
            "metric-values",
            of(&demos, member, "2026-02-01", demo),
        )
        .await;
        add(
            &ada,
            "metric-values",
            of(&score, member, "2026-02-01", points),
        )
        .await;
    }
    let query = format!("teamId={}&periodStart=2026-02-10", id(&team));
    let card = scorecard(&ada, &query).await;
    assert_eq!(card["name"], "Central");
    let now = |index: usize| card["metrics"][index]["now"].clone();
    assert_eq!(
        (&now(0)["value"], &now(0)["target"]),
        (&json!(40_000), &json!(30_000))
    );
    assert_eq!(
        (&now(1)["value"], &now(1)["target"]),
        (&json!(73_333), &json!(80_000))
    );
    assert_eq!(card["total"], 12_292);
    let query = format!("memberId={}&periodStart=2026-02-10", id(&members[0]));
    let own = scorecard(&ada, &query).await;
    assert_eq!(
        (&own["total"], &own["teamTotal"]),
        (&json!(10_000), &json!(12_292))
    );
    assert_eq!(own["metrics"][0]["team"]["value"], 40_000);
    let ranking = async |query: &str| {
        let path = format!("/api/v1/metrics/ranking?periodStart=2026-02-10&{query}");
        let ranking = ada.get(&path).await.expect(200).data().clone();
        let rows = ranking["rows"].as_array().unwrap().clone();
        rows.iter()
            .map(|row| {
                (
                    row["rank"].as_u64(),
                    row["memberName"].as_str().unwrap().to_owned(),
                )
            })
            .collect::<Vec<_>>()
    };
    let places =
        |all: [(Option<u64>, &str); 4]| all.map(|(rank, name)| (rank, name.to_owned())).to_vec();
    let by_demos = ranking(&format!("metricId={}", id(&demos))).await;
    assert_eq!(
        by_demos,
        places([
            (Some(1), "Boris"),
            (Some(2), "Anna"),
            (Some(2), "Cleo"),
            (None, "Dora")
        ])
    );
    assert_eq!(ranking("").await[0].1, "Boris");
    let unknown = format!("/api/v1/metrics/ranking?metricId={}", id(&team));
    assert_eq!(ada.get(&unknown).await.expect(422).fields(), ["metricId"]);
    let wrong = "/api/v1/metrics/ranking?periods=54&periodStart=1492-10-12";
    ada.get(wrong).await.expect(422);
}

async fn values_come_from_files(app: TestApp) {
    let ada = app.register("engines").await;
    for (name, email) in [
        ("Anna Snelling", "anna@engines.example"),
        ("Boris Faz", "boris@engines.example"),
    ] {
        let body = json!({"name": name, "role": "agent", "email": email});
        add(&ada, "members", body).await;
    }
    let upsell = metric(&ada, "Upsell", json!({"unit": "money"})).await;
    metric(
        &ada,
        "Calls",
        json!({"source": "computed", "computation": "calls"}),
    )
    .await;
    let text = "KPI,Agent,Email,Month,Actual,Goal,Comment\n\
        Upsell,Anna Snelling,,2026-02-01,1234.5,1000,good\n\
        Upsell,,boris@engines.example,2026-02-01,10,,\n\
        Upsell,Anna Sneling,,2026-01-01,5,,\n\
        Upsell,Somebody Else,,2026-02-01,5,,\n\
        Calls,Anna Snelling,,2026-02-01,5,,\n\
        Bananas,Anna Snelling,,2026-02-01,5,,\n\
        Upsell,Anna Snelling,,2026-02-03,5,,\n\
        Upsell,Anna Snelling,,2026-01-01,many,,\n\
        Upsell,Anna Snelling,,2026-01-01,1.234,,\n\
        Upsell,Anna Snelling,,2026-02-01,7,,\n";
    let file = File::bring(&app, &ada, "metricValues", text).await;
    let checked = file.check().await;
    let reasons = checked["firstReasons"].to_string();
    for says in [
        "`Somebody Else`",
        "is computed",
        "`Bananas`",
        "like 2026-02-01",
        "`many` is not a number",
        "more decimals",
        "another row has",
    ] {
        assert!(reasons.contains(says), "{says}: {reasons}");
    }
    let near = checked["valueMatches"].as_array().unwrap();
    let near = near
        .iter()
        .find(|it| it["value"] == "Anna Sneling")
        .unwrap();
    assert_eq!(near["candidates"][0]["name"], "Anna Snelling", "{near}");
    assert_eq!(
        checked["counts"]["created"].as_u64().unwrap()
            + checked["counts"]["refused"].as_u64().unwrap(),
        10
    );
    let done = file.run().await;
    assert_eq!(done["counts"], checked["counts"]);
    let values = rows(&ada, "metric-values?periodStartAfter=2026-02-01").await;
    assert_eq!(values.len(), 2, "{values:?}");
    let anna = values
        .iter()
        .find(|it| it["memberName"] == "Anna Snelling")
        .unwrap();
    assert_eq!(
        (&anna["value"], &anna["target"]),
        (&json!(123_450), &json!(100_000))
    );
    assert_eq!(
        (&anna["source"], &anna["note"]),
        (&json!("csv"), &json!("good"))
    );
    let boris = values
        .iter()
        .find(|it| it["memberName"] == "Boris Faz")
        .unwrap();
    assert_eq!(boris["target"], upsell["target"]);
    // The same again changes what is different alone.
    let text = "Metric,Member,Period start,Value\nUpsell,Anna Snelling,2026-02-01,1234.5\nUpsell,Boris Faz,2026-02-01,11\n";
    let file = File::bring(&app, &ada, "metricValues", text).await;
    ada.patch(&file.path, &json!({"matchRule": "update"}))
        .await
        .expect(200);
    assert_eq!(file.check().await["counts"], counts(0, 1, 1, 0));
    file.run().await;
    let out = ada.get("/api/v1/metric-values/export").await.expect(200);
    let out = out.body.as_str().unwrap_or_default().to_owned();
    assert!(
        out.contains("Upsell,Boris Faz,boris@engines.example,2026-02-01,11,"),
        "{out}"
    );
}

async fn what_metrics_mean_stays_once_there_are_values(app: TestApp) {
    let ada = app.register("engines").await;
    let anna = add(&ada, "members", json!({"name": "Anna", "role": "agent"})).await;
    let demos = metric(&ada, "Demos", json!({})).await;
    let one = path("metrics", &demos);
    ada.patch(&one, &json!({"period": "week"}))
        .await
        .expect(200);
    add(&ada, "metric-values", of(&demos, &anna, "2026-02-23", 1)).await;
    for change in [
        json!({"period": "month"}),
        json!({"unit": "score"}),
        json!({"source": "csv"}),
    ] {
        ada.patch(&one, &change).await.expect(409);
    }
    ada.patch(
        &one,
        &json!({"name": "Shows", "target": 1, "direction": "down"}),
    )
    .await
    .expect(200);
    // In the trash it stands on no scorecard, and stays for as long as it has values.
    ada.delete(&one).await.expect(200);
    let card = scorecard(&ada, &format!("memberId={}", id(&anna))).await;
    assert_eq!(card["metrics"], json!([]));
    app.advance(TimeDelta::days(31));
    api::platform::worker::empty_trash(&app.state)
        .await
        .unwrap();
    let ada = app.sign_in("engines").await;
    ada.get(&one).await.expect(200);
}
