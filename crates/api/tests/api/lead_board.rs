//! `/api/v1/leads/board`.

use serde_json::{Value, json};
use shared_types::{Role, crm::LeadStatus};

use crate::{
    helpers::{Caller, TestApp, add, path, rows},
    on_both_databases,
    people::somebody,
};

on_both_databases!(
    the_board_of_leads_equals_the_lists_behind_it,
    the_board_of_leads_is_narrowed_as_their_list,
    the_board_of_leads_shows_what_is_within_reach,
);

const BOARD: &str = "/api/v1/leads/board";

/// Leads of a score, added and written at once.
async fn add_many(caller: &Caller, leads: impl IntoIterator<Item = (i32, &'static str)>) {
    let leads: Vec<_> = leads.into_iter().collect();
    let created: Vec<Value> = (0..leads.len())
        .map(|number| json!({"kind": "create", "create": {"lastName": format!("Lead {number}")}}))
        .collect();
    let bulk = async |operations: Vec<Value>| {
        let body = json!({"operations": operations});
        caller.post("/api/v1/leads/bulk", &body).await.expect(200)
    };
    let created = bulk(created).await;
    let created = created.data().as_array().unwrap().iter();
    let written = created.zip(leads).map(|(made, (score, status))| {
        let update = json!({"score": score, "status": status});
        json!({"kind": "update", "id": made["record"]["id"], "update": update})
    });
    bulk(written.collect()).await;
}

/// The names in each column, as far as they are shown, with the count of the column.
async fn names(caller: &Caller, query: &str) -> Vec<(String, u64, Vec<String>)> {
    let board = caller.get(&format!("{BOARD}?{query}")).await.expect(200);
    let columns = board.data()["columns"].as_array().unwrap().iter();
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    columns
        .map(|column| {
            let leads = column["leads"].as_array().unwrap().iter();
            let names = leads.map(|lead| word(&lead["name"])).collect();
            (
                word(&column["status"]),
                column["count"].as_u64().unwrap(),
                names,
            )
        })
        .filter(|(_, count, _)| *count > 0)
        .collect()
}

fn shown(status: &str, names: &[&str]) -> (String, u64, Vec<String>) {
    let list = names.iter().map(|&name| name.to_owned()).collect();
    (status.to_owned(), names.len() as u64, list)
}

async fn the_board_of_leads_equals_the_lists_behind_it(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    // Many alike: the newest of those comes first, on every page.
    add_many(&ada, (0..60).map(|number| (number % 7, "new"))).await;
    add_many(&ada, [(90, "working"), (95, "working"), (1, "unqualified")]).await;
    add_many(&eve, [(100, "new")]).await;
    let converted = add(&ada, "leads", json!({"lastName": "Hopper"})).await;
    let convert = format!("{}/convert", path("leads", &converted));
    ada.post(&convert, &json!({})).await.expect(200);
    let gone = add(&ada, "leads", json!({"lastName": "Gone"})).await;
    ada.delete(&path("leads", &gone)).await.expect(200);

    let board = ada.get(BOARD).await.expect(200);
    let columns = board.data()["columns"].as_array().unwrap();
    let statuses: Vec<_> = columns
        .iter()
        .map(|column| column["status"].as_str().unwrap())
        .collect();
    assert_eq!(
        statuses,
        LeadStatus::ALL
            .iter()
            .map(|it| it.as_str())
            .collect::<Vec<_>>()
    );
    for column in columns {
        let list = format!(
            "/api/v1/leads?status={}&sort=-score&limit=200",
            column["status"].as_str().unwrap()
        );
        let all = ada.get(&format!("{list}&count=true")).await.expect(200);
        let leads = all.data().as_array().unwrap();
        assert_eq!(column["count"], all.body["pagination"]["total"]);
        let first = column["leads"].as_array().unwrap();
        assert_eq!(first.as_slice(), &leads[..leads.len().min(25)]);
        match column.get("nextCursor") {
            Some(cursor) => {
                let next = format!("{list}&cursor={}", cursor.as_str().unwrap());
                let next = ada.get(&next).await.expect(200);
                assert_eq!(next.data().as_array().unwrap().as_slice(), &leads[25..]);
            }
            None => assert!(leads.len() <= 25),
        }
    }
    assert_eq!(columns[0]["count"], 60);
}

async fn the_board_of_leads_is_narrowed_as_their_list(app: TestApp) {
    let ada = app.register("engines").await;
    let tag = add(&ada, "tags", json!({"name": "Urgent"})).await;
    let grace = json!({"lastName": "Hopper", "source": "referral", "industry": "navy", "tagIds": [tag["id"]]});
    let grace = add(&ada, "leads", grace).await;
    add(
        &ada,
        "leads",
        json!({"lastName": "Murray", "source": "event"}),
    )
    .await;
    let update = json!({"status": "working", "ownerId": null, "score": 40});
    ada.patch(&path("leads", &grace), &update).await.expect(200);
    let only_grace = [shown("working", &["Hopper"])];
    for query in [
        "source=referral".to_owned(),
        "industry=navy".to_owned(),
        "hasOwner=false".to_owned(),
        "scoreMin=40&scoreMax=40".to_owned(),
        "q=hopp".to_owned(),
        format!("tag={}", tag["id"].as_str().unwrap()),
    ] {
        assert_eq!(names(&ada, &query).await, only_grace, "{query}");
    }
    assert_eq!(
        names(&ada, "").await,
        [shown("new", &["Murray"]), shown("working", &["Hopper"])]
    );
    // The columns that are asked for, in their order.
    let board = ada.get(&format!("{BOARD}?status=working,new")).await;
    let board = board.expect(200);
    let columns = board.data()["columns"].as_array().unwrap();
    assert_eq!(
        columns.iter().map(|it| &it["status"]).collect::<Vec<_>>(),
        ["new", "working"]
    );
    let refused = ada.get(&format!("{BOARD}?sort=name&status=lost")).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
}

async fn the_board_of_leads_shows_what_is_within_reach(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    let (leader, leading) = somebody(&app, &ada, Role::TeamLeader).await;
    let (agent, led) = somebody(&app, &ada, Role::Agent).await;
    let (advocate, _) = somebody(&app, &ada, Role::Advocate).await;
    let superior = json!({"teamLeaderId": leading["id"]});
    ada.patch(&path("members", &led), &superior)
        .await
        .expect(200);
    let mut scores = 0..;
    for (caller, name) in [
        (&ada, "Ada's"),
        (&leader, "Leader's"),
        (&agent, "Agent's"),
        (&ada, "Nobody's"),
    ] {
        let lead = add(caller, "leads", json!({"lastName": name})).await;
        let mut update = json!({"score": scores.next()});
        if name == "Nobody's" {
            update["ownerId"] = Value::Null;
        }
        ada.patch(&path("leads", &lead), &update).await.expect(200);
    }
    add(&eve, "leads", json!({"lastName": "Eve's"})).await;
    for (caller, expected) in [
        (&ada, vec!["Nobody's", "Agent's", "Leader's", "Ada's"]),
        (&leader, vec!["Nobody's", "Agent's", "Leader's"]),
        (&agent, vec!["Nobody's", "Agent's"]),
        (&eve, vec!["Eve's"]),
    ] {
        assert_eq!(names(caller, "").await, [shown("new", &expected)]);
        assert_eq!(rows(caller, "leads").await.len(), expected.len());
    }
    advocate.get(BOARD).await.expect(403);
    app.stranger().get(BOARD).await.expect(401);
    // Who asks for the leads of somebody out of reach gets none.
    let owner = format!("ownerId={}", leading["id"].as_str().unwrap());
    assert_eq!(names(&agent, &owner).await, []);
    assert_eq!(names(&leader, &owner).await, [shown("new", &["Leader's"])]);
}
