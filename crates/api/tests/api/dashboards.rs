//! `/api/v1/dashboards/pipeline`: its figures, and the lists behind them.

use serde_json::{Value, json};
use shared_types::Role;

use crate::{
    helpers::{Caller, TestApp, add},
    on_both_databases,
    people::somebody,
};

on_both_databases!(
    every_figure_is_that_of_the_list_behind_it,
    figures_end_where_reach_ends,
    a_period_is_checked,
);

async fn end(caller: &Caller, deal: &Value, how: &str, day: &str) {
    let path = format!("/api/v1/deals/{}/{how}", deal["id"].as_str().unwrap());
    let body = json!({"closedOn": day});
    caller.post(&path, &body).await.expect(200);
}

fn deal(title: &str, amount: i64, opened: &str) -> Value {
    json!({"title": title, "amount": amount, "openedOn": opened})
}

/// Checks that a figure counts the deals that its query lists.
async fn check(caller: &Caller, figure: &Value, expected: u64) {
    let query = figure["query"].as_str().unwrap();
    let list = caller
        .get(&format!("/api/v1/deals?limit=1&count=true&{query}"))
        .await
        .expect(200);
    assert_eq!(list.body["pagination"]["total"], expected, "{query}");
    assert_eq!(figure["count"], expected, "{query}");
}

// The clock of the tests stands at 2026-03-02.
async fn every_figure_is_that_of_the_list_behind_it(app: TestApp) {
    let ada = app.register("engines").await;
    ada.patch("/api/v1/organization", &json!({"currency": "USD"}))
        .await
        .expect(200);
    let pipelines = ada.get("/api/v1/pipelines").await.expect(200);
    let stage = |place: usize| pipelines.data()[0]["stages"][place]["id"].clone();
    let mut expected = deal("Soon", 10_000, "2026-02-20");
    expected["expectedClose"] = json!("2026-03-20");
    expected["stageId"] = stage(1);
    add(&ada, "deals", expected).await;
    let mut late = deal("Late", 5_001, "2026-01-31");
    late["expectedClose"] = json!("2026-03-01");
    add(&ada, "deals", late).await;
    let mut other = deal("Elsewhere", 700, "2026-03-02");
    other["currency"] = json!("EUR");
    other["probability"] = json!(50);
    add(&ada, "deals", other).await;
    for (title, how, day) in [
        ("Won now", "win", "2026-03-01"),
        ("Won before", "win", "2026-02-10"),
        ("Won before too", "win", "2026-02-28"),
        ("Won long ago", "win", "2026-01-31"),
        ("Lost now", "lose", "2026-03-02"),
    ] {
        let made = add(&ada, "deals", deal(title, 1_000, "2026-01-01")).await;
        end(&ada, &made, how, day).await;
    }
    let board = ada.get("/api/v1/dashboards/pipeline").await.expect(200);
    let board = board.data();
    assert_eq!(
        board["period"],
        json!({"start": "2026-03-01", "end": "2026-04-01"})
    );
    check(&ada, &board["open"], 3).await;
    assert_eq!(
        board["open"]["sums"],
        json!([{"amount": 15_001, "currency": "USD"}, {"amount": 700, "currency": "EUR"}])
    );
    // 30 % of 100.00, 10 % of 50.01, and 50 % of 7.00 set by hand.
    assert_eq!(
        board["open"]["weighted"],
        json!([{"amount": 3_500, "currency": "USD"}, {"amount": 350, "currency": "EUR"}])
    );
    assert_eq!(board["averageAgeDays"], 13);
    check(&ada, &board["overdue"], 1).await;
    check(&ada, &board["unscheduled"], 1).await;
    check(&ada, &board["rotting"], 0).await;
    let forecast = board["forecast"].as_array().unwrap();
    assert_eq!(forecast.len(), 12);
    for (place, month) in forecast.iter().enumerate() {
        check(&ada, &month["deals"], u64::from(place == 0)).await;
    }
    check(&ada, &board["won"]["now"], 1).await;
    check(&ada, &board["won"]["before"], 2).await;
    assert_eq!(board["won"]["countChange"], -5_000);
    check(&ada, &board["lost"]["now"], 1).await;
    check(&ada, &board["lost"]["before"], 0).await;
    assert_eq!(board["winRate"], 5_000);
    let stages = board["conversion"].as_array().unwrap();
    let reached: Vec<u64> = stages
        .iter()
        .map(|s| s["reached"].as_u64().unwrap())
        .collect();
    assert_eq!(reached, [8, 5, 4, 4, 4]);
    for stage in stages {
        let figure = json!({"count": stage["reached"], "query": stage["query"]});
        check(&ada, &figure, stage["reached"].as_u64().unwrap()).await;
    }
    assert_eq!(stages[0]["rate"], 6_250);
    let best = &board["bestAgents"][0];
    assert_eq!(best["name"], "Ada engines");
    check(&ada, &best["won"], 1).await;
    check(&ada, &best["lost"], 1).await;

    let all = ada
        .get("/api/v1/dashboards/pipeline?period=all")
        .await
        .expect(200);
    check(&ada, &all.data()["won"]["now"], 4).await;
    assert!(all.data()["won"]["before"].is_null() && all.data()["period"].is_null());
    let days = "closedAfter=2026-01-01&closedBefore=2026-02-01";
    let january = ada
        .get(&format!("/api/v1/dashboards/pipeline?{days}"))
        .await
        .expect(200);
    check(&ada, &january.data()["won"]["now"], 1).await;

    // Days pass: what does not move begins to rot, and what was expected is overdue.
    app.advance(chrono::TimeDelta::days(31));
    let later = ada.get("/api/v1/auth/me").await;
    let ada = if later.status == 401 {
        app.sign_in("engines").await
    } else {
        ada
    };
    let board = ada.get("/api/v1/dashboards/pipeline").await.expect(200);
    check(&ada, &board.data()["rotting"], 3).await;
    check(&ada, &board.data()["overdue"], 2).await;
}

async fn figures_end_where_reach_ends(app: TestApp) {
    let ada = app.register("engines").await;
    let (agent, _) = somebody(&app, &ada, Role::Agent).await;
    let (advocate, _) = somebody(&app, &ada, Role::Advocate).await;
    add(&ada, "deals", deal("Ada's", 1_000, "2026-03-01")).await;
    let mine = add(&agent, "deals", deal("Mine", 500, "2026-03-01")).await;
    end(&agent, &mine, "win", "2026-03-02").await;
    let board = agent.get("/api/v1/dashboards/pipeline").await.expect(200);
    check(&agent, &board.data()["open"], 0).await;
    check(&agent, &board.data()["won"]["now"], 1).await;
    let board = ada.get("/api/v1/dashboards/pipeline").await.expect(200);
    check(&ada, &board.data()["open"], 1).await;
    check(&ada, &board.data()["won"]["now"], 1).await;
    advocate
        .get("/api/v1/dashboards/pipeline")
        .await
        .expect(403);
    let eve = app.register("rivals").await;
    let board = eve.get("/api/v1/dashboards/pipeline").await.expect(200);
    check(&eve, &board.data()["open"], 0).await;
    check(&eve, &board.data()["won"]["now"], 0).await;
    let theirs = ada.get("/api/v1/pipelines").await.expect(200).data()[0]["id"].clone();
    let path = format!(
        "/api/v1/dashboards/pipeline?pipelineId={}",
        theirs.as_str().unwrap()
    );
    eve.get(&path).await.expect(422);
}

async fn a_period_is_checked(app: TestApp) {
    let ada = app.register("engines").await;
    for (query, field) in [
        ("closedAfter=2026-01-01", "closedBefore"),
        ("closedBefore=2026-01-01", "closedAfter"),
        (
            "closedAfter=2026-02-01&closedBefore=2026-01-01",
            "closedBefore",
        ),
        ("period=month&closedAfter=2026-02-01", "closedAfter"),
        ("period=decade", "period"),
    ] {
        let path = format!("/api/v1/dashboards/pipeline?{query}");
        let answer = ada.get(&path).await.expect(422);
        assert_eq!(answer.fields(), [field], "{query}");
    }
}
