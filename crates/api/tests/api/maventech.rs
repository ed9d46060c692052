//! A year of a sales team moves in: the four files of `fixtures/maventech`, as they are.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    helpers::{Caller, TestApp},
    on_both_databases,
};

on_both_databases!(the_figures_are_those_of_its_readme);

fn fixture(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/maventech");
    std::fs::read(format!("{folder}/{name}")).unwrap()
}

/// Brings a file, changes what it says of itself, checks it, confirms what is near, and lets it
/// run; the import as it ends.
async fn bring(app: &TestApp, caller: &Caller, kind: &str, name: &str, change: &Value) -> Value {
    let made = caller.upload(kind, name, &fixture(name)).await.expect(201);
    let path = format!("/api/v1/imports/{}", made.data()["id"].as_str().unwrap());
    caller.patch(&path, change).await.expect(200);
    caller
        .post(&format!("{path}/check"), &json!({}))
        .await
        .expect(200);
    app.settle().await;
    let checked = caller.get(&path).await.expect(200).data().clone();
    assert_eq!(checked["state"], "ready", "{checked}");
    let choices: Vec<Value> = checked["valueMatches"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|value| value["action"] == "use")
        .map(|value| {
            json!({"field": value["field"], "value": value["value"], "action": "use",
                "recordId": value["recordId"]})
        })
        .collect();
    if !choices.is_empty() {
        caller
            .patch(&path, &json!({"valueChoices": choices}))
            .await
            .expect(200);
        caller
            .post(&format!("{path}/check"), &json!({}))
            .await
            .expect(200);
        app.settle().await;
    }
    let checked = caller.get(&path).await.expect(200).data().clone();
    caller
        .post(&format!("{path}/start"), &json!({}))
        .await
        .expect(200);
    app.settle().await;
    let done = caller.get(&path).await.expect(200).data().clone();
    assert_eq!(done["state"], "done", "{done}");
    assert_eq!(done["counts"], checked["counts"], "the dry run was right");
    done
}

async fn count(caller: &Caller, query: &str) -> u64 {
    let page = caller
        .get(&format!("/api/v1/deals?limit=1&count=true&{query}"))
        .await
        .expect(200);
    page.body["pagination"]["total"].as_u64().unwrap()
}

async fn the_figures_are_those_of_its_readme(app: TestApp) {
    let ada = app.register("maventech").await;
    let none = json!({});
    let team = bring(&app, &ada, "members", "sales_teams.csv", &none).await;
    assert_eq!(team["counts"]["created"], 35);
    let products = bring(&app, &ada, "products", "products.csv", &none).await;
    assert_eq!(products["counts"]["created"], 7);
    let accounts = bring(&app, &ada, "companies", "accounts.csv", &none).await;
    assert_eq!(accounts["counts"]["created"], 85);
    let deals = bring(&app, &ada, "deals", "sales_pipeline.csv", &none).await;
    assert_eq!(deals["counts"]["created"], 8_800, "{deals}");
    assert_eq!(deals["dateFormat"], "monthDayYear");

    assert_eq!(count(&ada, "").await, 8_800);
    assert_eq!(count(&ada, "status=won").await, 4_238);
    assert_eq!(count(&ada, "status=lost").await, 2_473);
    assert_eq!(count(&ada, "hasCompany=false").await, 1_425);
    let pipelines = ada.get("/api/v1/pipelines").await.expect(200);
    let stages = pipelines.data()[0]["stages"].as_array().unwrap().clone();
    let stage = |name: &str| -> String {
        let stage = stages.iter().find(|stage| stage["name"] == name).unwrap();
        stage["id"].as_str().unwrap().to_owned()
    };
    for (name, deals) in [("Engaging", 1_589), ("Prospecting", 500)] {
        let query = format!("status=open&stageId={}", stage(name));
        assert_eq!(count(&ada, &query).await, deals, "{name}");
    }
    let members = ada.get("/api/v1/members?limit=100").await.expect(200);
    let members = members.data().as_array().unwrap().clone();
    let of_role = |role: &str| members.iter().filter(|m| m["role"] == role).count();
    // Six managers came by their mention; Ada is the administrator.
    assert_eq!((of_role("agent"), of_role("manager")), (35, 6));
    let teams = ada.get("/api/v1/teams").await.expect(200);
    assert_eq!(teams.data().as_array().unwrap().len(), 3);
    let best = members
        .iter()
        .find(|member| member["name"] == "Darcel Schlecht")
        .unwrap();
    let owner = format!("ownerId={}", best["id"].as_str().unwrap());
    assert_eq!(count(&ada, &format!("{owner}&status=won")).await, 349);
    assert_eq!(count(&ada, &format!("{owner}&status=lost")).await, 204);
    let won = sum(&ada, &format!("{owner}&status=won")).await;
    assert_eq!(won, 115_321_400);

    let board = ada
        .get("/api/v1/dashboards/pipeline?period=all")
        .await
        .expect(200);
    let won = &board.data()["won"]["now"];
    assert_eq!(won["count"], 4_238);
    assert_eq!(won["sums"][0]["amount"], 1_000_553_400);
    assert_eq!(board.data()["open"]["count"], 2_089);
    let agents = board.data()["bestAgents"].as_array().unwrap().clone();
    assert_eq!(agents[0]["name"], "Darcel Schlecht");
    assert_eq!(
        (&agents[0]["won"]["count"], &agents[0]["lost"]["count"]),
        (&json!(349), &json!(204))
    );

    metrics_are_those_of_the_file(&ada, best["id"].as_str().unwrap()).await;

    // The same file again finds nothing to do, deal by deal.
    let rule = json!({"matchRule": "skip"});
    let again = bring(&app, &ada, "deals", "sales_pipeline.csv", &rule).await;
    assert_eq!(again["counts"]["skipped"], 8_800);
    assert_eq!(count(&ada, "").await, 8_800);
}

/// What the deals of a query are worth, page by page, in minor units.
async fn sum(caller: &Caller, query: &str) -> i64 {
    let mut sum = 0;
    let mut cursor = String::new();
    loop {
        let page = caller
            .send(caller.request(
                Method::GET,
                &format!("/api/v1/deals?limit=100&{query}{cursor}"),
            ))
            .await
            .expect(200);
        for deal in page.data().as_array().unwrap() {
            sum += deal["amount"]["amount"].as_i64().unwrap();
        }
        match page.body["pagination"]["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return sum,
        }
    }
}

/// What an agent came to, counted from the file itself.
#[derive(Default)]
struct Counted {
    won: i64,
    lost: i64,
    value: i64,
}

fn counted() -> BTreeMap<String, Counted> {
    let text = String::from_utf8(fixture("sales_pipeline.csv")).unwrap();
    let mut agents: BTreeMap<String, Counted> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.trim_end().split(',').collect();
        let agent = agents.entry(cells[1].to_owned()).or_default();
        match cells[4] {
            "Won" => {
                agent.won += 1;
                agent.value += cells[7].parse::<i64>().unwrap();
            }
            "Lost" => agent.lost += 1,
            _ => {}
        }
    }
    agents
}

/// Metrics over the quarters of the file give what the file itself gives.
async fn metrics_are_those_of_the_file(ada: &Caller, best: &str) {
    let mut metrics = Vec::new();
    for (name, unit, computation) in [
        ("1 won", "count", "dealsWon"),
        ("2 lost", "count", "dealsLost"),
        ("3 value", "money", "valueWon"),
        ("4 rate", "percent", "winRate"),
    ] {
        let direction = if computation == "dealsLost" {
            "down"
        } else {
            "up"
        };
        let body = json!({"name": name, "unit": unit, "direction": direction, "period": "quarter",
            "source": "computed", "computation": computation});
        let made = ada.post("/api/v1/metrics", &body).await.expect(201);
        metrics.push(made.data()["id"].as_str().unwrap().to_owned());
    }
    let path =
        format!("/api/v1/metrics/scorecard?memberId={best}&periodStart=2017-12-31&periods=6");
    let card = ada.get(&path).await.expect(200).data().clone();
    let sum = |index: usize| -> i64 {
        let trend = card["metrics"][index]["trend"].as_array().unwrap();
        trend
            .iter()
            .map(|point| point["value"].as_i64().unwrap())
            .sum()
    };
    assert_eq!((sum(0), sum(1), sum(2)), (349_000, 204_000, 115_321_400));

    let agents = counted();
    assert_eq!(agents.len(), 30);
    for (index, metric) in metrics.iter().enumerate() {
        let path =
            format!("/api/v1/metrics/ranking?metricId={metric}&periodStart=2017-12-31&periods=6");
        let ranking = ada.get(&path).await.expect(200).data().clone();
        let value = |agent: &Counted| match index {
            0 => agent.won * 1000,
            1 => agent.lost * 1000,
            2 => agent.value * 100,
            // In thousandths of a percent, rounded half up.
            _ => (agent.won * 200_000 + agent.won + agent.lost) / (2 * (agent.won + agent.lost)),
        };
        let mut expected: Vec<(i64, String)> = agents
            .iter()
            .map(|(name, agent)| (value(agent), name.clone()))
            .collect();
        let sign = if index == 1 { 1 } else { -1 };
        expected.sort_by_key(|(value, name)| (sign * value, name.to_lowercase()));
        let rows = ranking["rows"].as_array().unwrap();
        // Five of the team have no deal in the file.
        assert_eq!(rows.len(), 35);
        let shown: Vec<(i64, String)> = rows
            .iter()
            .filter(|row| agents.contains_key(row["memberName"].as_str().unwrap()))
            .map(|row| {
                let value = row["cells"][index]["value"].as_i64().unwrap();
                (value, row["memberName"].as_str().unwrap().to_owned())
            })
            .collect();
        assert_eq!(shown, expected, "{metric}");
        let idle = u64::from(index == 1) * 5;
        for (place, row) in rows.iter().enumerate() {
            let own = row["cells"][index]["value"].as_i64();
            let Some(own) = own else {
                assert!(row.get("rank").is_none());
                continue;
            };
            let above = expected
                .iter()
                .filter(|(value, _)| sign * value < sign * own);
            let idle = if own == 0 { 0 } else { idle };
            assert_eq!(
                row["rank"],
                above.count() as u64 + idle + 1,
                "{place}: {row}"
            );
        }
    }
}
