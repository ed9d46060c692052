//! `/api/v1/action-plans` and `/api/v1/action-items`.

use chrono::TimeDelta;
use serde_json::{Value, json};
use shared_types::Role;

use crate::{
    helpers::{Caller, TestApp, add, column, path},
    on_both_databases,
    people::somebody,
};

on_both_databases!(
    an_item_goes_its_way_and_says_where_it_may_go,
    an_agent_does_what_others_set_and_changes_only_that,
    the_line_reads_and_nobody_else,
    a_plan_has_its_items_in_an_order,
    a_deal_out_of_reach_is_not_told,
    the_board_and_many_at_once,
    what_is_said_stands_in_no_log,
    a_leader_sees_how_coaching_goes,
);

/// A leader with an agent of theirs, and a leader of nobody.
struct Team {
    ada: Caller,
    leader: Caller,
    agent: Caller,
    other: Caller,
    agent_id: Value,
}

async fn team(app: &TestApp) -> Team {
    let ada = app.register("engines").await;
    let (leader, leader_row) = somebody(app, &ada, Role::TeamLeader).await;
    let (agent, agent_row) = somebody(app, &ada, Role::Agent).await;
    let (other, _) = somebody(app, &ada, Role::TeamLeader).await;
    ada.patch(
        &path("members", &agent_row),
        &json!({"teamLeaderId": leader_row["id"]}),
    )
    .await
    .expect(200);
    app.advance(TimeDelta::seconds(2));
    Team {
        ada,
        leader,
        agent,
        other,
        agent_id: agent_row["id"].clone(),
    }
}

async fn titles(caller: &Caller, query: &str) -> Vec<String> {
    column(caller, &format!("action-items?{query}"), "title").await
}

async fn an_item_goes_its_way_and_says_where_it_may_go(app: TestApp) {
    let team = team(&app).await;
    let item = json!({"title": " Ask for the budget ", "ownerId": team.agent_id, "dueOn": "2026-03-01", "priority": "high"});
    let item = add(&team.leader, "action-items", item).await;
    assert_eq!(item["title"], "Ask for the budget");
    assert_eq!(item["status"], "open");
    let some_day = json!({"title": "Some day", "ownerId": team.agent_id});
    add(&team.leader, "action-items", some_day).await;
    let later = json!({"title": "Later", "ownerId": team.agent_id, "dueOn": "2026-03-09"});
    add(&team.leader, "action-items", later).await;
    assert_eq!(
        titles(&team.agent, "").await,
        ["Ask for the budget", "Later", "Some day"]
    );
    // It is 2 March.
    assert_eq!(
        titles(&team.leader, "overdue=true").await,
        ["Ask for the budget"]
    );
    assert_eq!(
        titles(&team.leader, "overdue=false").await,
        ["Later", "Some day"]
    );
    assert_eq!(titles(&team.leader, "q=budget").await.len(), 1);
    assert_eq!(titles(&team.leader, "priority=high,urgent").await.len(), 1);
    let at = path("action-items", &item);
    let done = team.agent.patch(&at, &json!({"status": "done"})).await;
    assert!(done.expect(200).data()["completedAt"].is_string());
    assert!(titles(&team.leader, "overdue=true").await.is_empty());
    let refused = team
        .leader
        .patch(&at, &json!({"status": "cancelled"}))
        .await;
    let refused = refused.expect(409);
    assert_eq!(
        refused.body["error"]["message"],
        "The item is done; it may become open."
    );
    let open = team.leader.patch(&at, &json!({"status": "open"})).await;
    assert!(open.expect(200).data().get("completedAt").is_none());
    let beyond = json!({"title": "Never", "dueOn": "9999-01-01"});
    let refused = team.leader.post("/api/v1/action-items", &beyond).await;
    assert_eq!(refused.expect(422).fields(), ["dueOn"]);
}

async fn an_agent_does_what_others_set_and_changes_only_that(app: TestApp) {
    let team = team(&app).await;
    let item = json!({"title": "Ring back", "ownerId": team.agent_id});
    let item = add(&team.leader, "action-items", item).await;
    let at = path("action-items", &item);
    team.agent
        .patch(&at, &json!({"title": "Rest"}))
        .await
        .expect(403);
    team.agent
        .patch(&at, &json!({"clear": ["dueOn"]}))
        .await
        .expect(403);
    team.agent.delete(&at).await.expect(403);
    team.agent
        .patch(&at, &json!({"status": "inProgress"}))
        .await
        .expect(200);
    let own = add(&team.agent, "action-items", json!({"title": "My own"})).await;
    assert_eq!(own["ownerId"], team.agent_id);
    let own = path("action-items", &own);
    team.agent
        .patch(&own, &json!({"title": "Mine", "priority": "urgent"}))
        .await
        .expect(200);
    team.agent.delete(&own).await.expect(200);
    team.agent
        .post(&format!("{own}/restore"), &json!({}))
        .await
        .expect(200);
    let leader = team.leader.get("/api/v1/auth/me").await.expect(200).data()["memberId"].clone();
    for owner in [leader, json!("01936e2a-7b1c-7cc3-98c4-dc0c0c07398f")] {
        let refused = json!({"title": "You do it", "ownerId": owner});
        let refused = team.agent.post("/api/v1/action-items", &refused).await;
        assert_eq!(refused.expect(422).fields(), ["ownerId"]);
    }
    let plan = json!({"title": "Mine", "agentId": team.agent_id});
    team.agent
        .post("/api/v1/action-plans", &plan)
        .await
        .expect(403);
    let stale = team
        .leader
        .request(reqwest::Method::PATCH, &at)
        .header("If-Match", "\"1\"")
        .json(&json!({"title": "Late"}));
    team.leader.send(stale).await.expect(412);
}

async fn the_line_reads_and_nobody_else(app: TestApp) {
    let team = team(&app).await;
    let eve = app.register("rivals").await;
    let plan = json!({"title": "Qualify", "agentId": team.agent_id, "goal": "More of it"});
    let plan = add(&team.leader, "action-plans", plan).await;
    let item = json!({"title": "Ring", "planId": plan["id"]});
    let item = add(&team.leader, "action-items", item).await;
    assert_eq!(item["ownerId"], team.agent_id);
    let paths = [path("action-plans", &plan), path("action-items", &item)];
    for path in &paths {
        for caller in [&team.leader, &team.agent] {
            caller.get(path).await.expect(200);
            caller.get(&format!("{path}/timeline")).await.expect(200);
        }
        for caller in [&team.other, &team.ada, &eve] {
            caller.get(path).await.expect(404);
            caller
                .patch(path, &json!({"title": "Mine"}))
                .await
                .expect(404);
            caller.delete(path).await.expect(404);
            caller.get(&format!("{path}/timeline")).await.expect(404);
        }
    }
    for caller in [&team.other, &team.ada, &eve] {
        assert!(titles(caller, "").await.is_empty());
        assert!(column(caller, "action-plans", "title").await.is_empty());
    }
    let why = json!({"reason": "asked by the works council", "agentId": team.agent_id});
    team.ada
        .post("/api/v1/coaching-access", &why)
        .await
        .expect(201);
    for path in &paths {
        team.ada.get(path).await.expect(200);
        let refused = team.ada.patch(path, &json!({"title": "Mine"})).await;
        refused.expect(403);
        team.ada.delete(path).await.expect(403);
    }
    assert_eq!(titles(&team.ada, "").await, ["Ring"]);
}

async fn a_plan_has_its_items_in_an_order(app: TestApp) {
    let team = team(&app).await;
    let plan = json!({"title": "Qualify", "agentId": team.agent_id});
    let plan = add(&team.leader, "action-plans", plan).await;
    let plan_id = plan["id"].as_str().unwrap();
    let mut ids = Vec::new();
    for title in ["One", "Two", "Three"] {
        let item = json!({"title": title, "planId": plan_id});
        ids.push(add(&team.leader, "action-items", item).await["id"].clone());
    }
    let query = format!("planId={plan_id}&sort=position");
    assert_eq!(titles(&team.agent, &query).await, ["One", "Two", "Three"]);
    let order = format!("{}/order", path("action-plans", &plan));
    let wanted = json!({"itemIds": [ids[2], ids[0], ids[1]]});
    team.agent.post(&order, &wanted).await.expect(403);
    team.leader.post(&order, &wanted).await.expect(200);
    assert_eq!(titles(&team.agent, &query).await, ["Three", "One", "Two"]);
    for wrong in [
        json!({"itemIds": [ids[0]]}),
        json!({"itemIds": [ids[0], ids[0], ids[1]]}),
    ] {
        let refused = team.leader.post(&order, &wrong).await.expect(422);
        assert_eq!(refused.fields(), ["itemIds"]);
    }
    let at = path("action-plans", &plan);
    let done = team
        .leader
        .patch(&at, &json!({"status": "completed"}))
        .await;
    assert!(done.expect(200).data()["closedAt"].is_string());
    let refused = team
        .leader
        .patch(&at, &json!({"status": "cancelled"}))
        .await;
    assert_eq!(
        refused.expect(409).body["error"]["message"],
        "The plan is completed; it may become active."
    );
    let late = json!({"title": "Four", "planId": plan_id});
    let refused = team.leader.post("/api/v1/action-items", &late).await;
    assert_eq!(refused.expect(422).fields(), ["planId"]);
    team.leader.delete(&at).await.expect(200);
    assert_eq!(column(&team.leader, "action-plans", "title").await.len(), 0);
    let trashed = column(&team.leader, "action-plans?trashed=true", "title").await;
    assert_eq!(trashed, ["Qualify"]);
    team.leader
        .post(&format!("{at}/restore"), &json!({}))
        .await
        .expect(200);
}

async fn a_deal_out_of_reach_is_not_told(app: TestApp) {
    let team = team(&app).await;
    let deal = add(&team.leader, "deals", json!({"title": "Secret"})).await;
    let deal_id = deal["id"].as_str().unwrap();
    let item = json!({"title": "See why", "ownerId": team.agent_id, "dealId": deal_id});
    let item = add(&team.leader, "action-items", item).await;
    assert_eq!(item["dealTitle"], "Secret");
    let at = path("action-items", &item);
    let read = team.agent.get(&at).await.expect(200);
    assert!(read.data().get("dealId").is_none() && read.data().get("dealTitle").is_none());
    let done = team.agent.patch(&at, &json!({"status": "done"})).await;
    assert!(done.expect(200).data().get("dealTitle").is_none());
    assert_eq!(
        titles(&team.leader, &format!("dealId={deal_id}")).await,
        ["See why"]
    );
    team.agent
        .get(&format!("/api/v1/action-items?dealId={deal_id}"))
        .await
        .expect(404);
    let foreign = json!({"title": "See", "dealId": "01936e2a-7b1c-7cc3-98c4-dc0c0c07398f"});
    let refused = team.leader.post("/api/v1/action-items", &foreign).await;
    assert_eq!(refused.expect(422).fields(), ["dealId"]);
    // Once the deal is gone for good, what came from it stays.
    let deal_path = path("deals", &deal);
    team.leader.delete(&deal_path).await.expect(200);
    let ada = app.later("engines", 31).await;
    ada.get(&deal_path).await.expect(404);
    let log = ada
        .get("/api/v1/audit-log?kind=purged&subjectType=deal")
        .await;
    assert_eq!(log.expect(200).data().as_array().unwrap().len(), 1);
}

async fn the_board_and_many_at_once(app: TestApp) {
    let team = team(&app).await;
    let create = |title: &str| json!({"kind": "create", "create": {"title": title, "ownerId": team.agent_id}});
    let bulk = json!({"operations": [create("One"), create("Two"), create("Three")]});
    let made = team.leader.post("/api/v1/action-items/bulk", &bulk).await;
    let made = made.expect(200);
    let ids: Vec<Value> = made
        .data()
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["record"]["id"].clone())
        .collect();
    let bulk = json!({"operations": [
        {"kind": "update", "id": ids[0], "update": {"status": "done"}},
        {"kind": "update", "id": ids[1], "update": {"title": "Mine"}},
        {"kind": "delete", "id": ids[2]},
    ]});
    let tried = team.agent.post("/api/v1/action-items/bulk", &bulk).await;
    let tried = tried.expect(200);
    let statuses: Vec<&Value> = tried
        .data()
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["status"])
        .collect();
    assert_eq!(statuses, [200, 403, 403]);
    let board = team
        .leader
        .get("/api/v1/action-items/board")
        .await
        .expect(200);
    let counts: Vec<&Value> = board.data()["columns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["count"])
        .collect();
    assert_eq!(counts, [2, 0, 1, 0]);
    let none = team
        .other
        .get("/api/v1/action-items/board?status=open")
        .await
        .expect(200);
    assert_eq!(none.data()["columns"].as_array().unwrap().len(), 1);
    assert_eq!(none.data()["columns"][0]["count"], 0);
}

async fn what_is_said_stands_in_no_log(app: TestApp) {
    let team = team(&app).await;
    let plan = json!({"title": "Qualify", "agentId": team.agent_id, "goal": "Unspoken"});
    let plan = add(&team.leader, "action-plans", plan).await;
    let item = json!({"title": "Unspoken", "planId": plan["id"], "description": "Unspoken"});
    let item = add(&team.leader, "action-items", item).await;
    for (path, patch) in [
        (
            path("action-plans", &plan),
            json!({"goal": "Unspoken still", "title": "Unspoken"}),
        ),
        (
            path("action-items", &item),
            json!({"description": "Unspoken still", "title": "Unspoken, too"}),
        ),
    ] {
        team.leader.patch(&path, &patch).await.expect(200);
    }
    let log = team
        .ada
        .get("/api/v1/audit-log?subjectType=actionPlan,actionItem")
        .await
        .expect(200);
    let said = log.body.to_string();
    assert_eq!(log.data().as_array().unwrap().len(), 4);
    assert!(
        !said.contains("Unspoken") && !said.contains("Qualify"),
        "{said}"
    );
    let found = team.ada.get("/api/v1/search?q=unspoken").await.expect(200);
    assert!(!found.body.to_string().contains("Unspoken"));
}

async fn a_leader_sees_how_coaching_goes(app: TestApp) {
    let team = team(&app).await;
    for (title, due) in [("Late", "2026-03-01"), ("Later", "2026-03-09")] {
        let item = json!({"title": title, "ownerId": team.agent_id, "dueOn": due});
        add(&team.leader, "action-items", item).await;
    }
    let done = json!({"title": "Done", "ownerId": team.agent_id, "dueOn": "2026-03-01"});
    let done = add(&team.leader, "action-items", done).await;
    team.agent
        .patch(&path("action-items", &done), &json!({"status": "done"}))
        .await
        .expect(200);
    let plan = json!({"title": "Qualify", "agentId": team.agent_id});
    add(&team.leader, "action-plans", plan).await;
    let note = json!({"agentId": team.agent_id, "text": "Asked early."});
    add(&team.leader, "quick-notes", note).await;
    let report = async |caller: &Caller| {
        let report = caller.get("/api/v1/reports/coaching-team").await;
        let members = report.expect(200).data()["members"].clone();
        let mut members = members.as_array().unwrap().clone();
        members.retain(|it| it["memberId"] == team.agent_id);
        members
    };
    let seen = report(&team.leader).await;
    for (field, count) in [
        ("openItems", 2),
        ("overdueItems", 1),
        ("doneItems", 1),
        ("activePlans", 1),
        ("quickNotes", 1),
    ] {
        assert_eq!(seen[0][field], count, "{field}");
    }
    // What is private to the coach is not counted for the agent.
    assert_eq!(report(&team.agent).await[0]["quickNotes"], 0);
    for caller in [&team.other, &team.ada] {
        assert!(report(caller).await.is_empty());
    }
}
