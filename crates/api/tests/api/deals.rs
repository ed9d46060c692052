//! `/api/v1/deals`, `/pipelines`, `/products` and their kin.

use serde_json::{Value, json};

use crate::{
    helpers::{Caller, TestApp, add, path},
    on_both_databases,
};

on_both_databases!(
    a_deal_goes_through_its_pipeline_and_keeps_its_history,
    lines_are_priced_and_sum_up,
    the_board_equals_the_lists_behind_it,
    the_board_is_narrowed_as_the_list_is,
    references_stay_within_the_tenant,
    deals_are_filtered_by_what_they_are_and_belong_to,
);

pub async fn stages(caller: &Caller) -> Vec<Value> {
    let pipelines = caller.get("/api/v1/pipelines").await.expect(200);
    pipelines.data()[0]["stages"].as_array().unwrap().clone()
}

async fn a_deal_goes_through_its_pipeline_and_keeps_its_history(app: TestApp) {
    let ada = app.register("engines").await;
    let stages = stages(&ada).await;
    let deal = add(&ada, "deals", json!({"title": "Acme", "amount": 100_001})).await;
    assert_eq!(
        (
            &deal["status"],
            &deal["probability"],
            &deal["amount"]["currency"]
        ),
        (&json!("open"), &json!(10), &json!("EUR"))
    );
    assert_eq!(deal["openedOn"], "2026-03-02");
    let deal = path("deals", &deal);
    app.advance(chrono::TimeDelta::minutes(10));
    let moved = ada
        .post(
            &format!("{deal}/stage"),
            &json!({"stageId": stages[2]["id"]}),
        )
        .await
        .expect(200);
    assert_eq!(moved.data()["probability"], 50);
    let same = ada
        .post(
            &format!("{deal}/stage"),
            &json!({"stageId": stages[2]["id"]}),
        )
        .await
        .expect(200);
    assert_eq!(
        same.data()["version"],
        moved.data()["version"],
        "a move to where it is changes nothing"
    );
    let reasons = ada.get("/api/v1/lost-reasons").await.expect(200);
    let lost = ada
        .post(
            &format!("{deal}/lose"),
            &json!({"lostReasonId": reasons.data()[0]["id"], "note": "too dear"}),
        )
        .await
        .expect(200);
    assert_eq!(
        (
            &lost.data()["status"],
            &lost.data()["probability"],
            &lost.data()["closedOn"]
        ),
        (&json!("lost"), &json!(0), &json!("2026-03-02"))
    );
    let refused = ada
        .post(&format!("{deal}/win"), &json!({}))
        .await
        .expect(409);
    assert!(
        refused.body["error"]["message"]
            .as_str()
            .unwrap()
            .contains("reopen"),
        "{}",
        refused.body
    );
    ada.post(
        &format!("{deal}/stage"),
        &json!({"stageId": stages[0]["id"]}),
    )
    .await
    .expect(409);
    ada.post(&format!("{deal}/reopen"), &json!({}))
        .await
        .expect(200);
    assert_eq!(
        ada.post(&format!("{deal}/win"), &json!({"closedOn": "2026-03-03"}))
            .await
            .expect(422)
            .fields(),
        ["closedOn"]
    );
    let won = ada
        .post(&format!("{deal}/win"), &json!({"amount": 90_000}))
        .await
        .expect(200);
    assert_eq!(
        (&won.data()["status"], &won.data()["amount"]["amount"]),
        (&json!("won"), &json!(90_000))
    );
    assert!(won.data().get("lostReasonId").is_none());

    let history = ada.get(&format!("{deal}/stage-history")).await.expect(200);
    let stays = history.data().as_array().unwrap();
    assert_eq!(stays[0]["seconds"], 600);
    assert_eq!(stays.len(), 3);
    assert!(
        stays.iter().all(|stay| stay["leftAt"].is_string()),
        "a won deal is in no stage: {stays:?}"
    );
    let timeline = ada.get(&format!("{deal}/timeline")).await.expect(200);
    let kinds: Vec<&str> = timeline
        .data()
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["kind"].as_str().unwrap())
        .collect();
    assert_eq!(
        kinds,
        [
            "deal.won",
            "deal.reopened",
            "deal.lost",
            "deal.moved",
            "created"
        ]
    );
}

async fn lines_are_priced_and_sum_up(app: TestApp) {
    let ada = app.register("engines").await;
    let product = |name: &'static str, amount: i64| json!({"name": name, "price": {"amount": amount, "currency": "EUR"}});
    let one = add(&ada, "products", product("GTX Pro", 482_100)).await;
    let two = add(&ada, "products", product("MG Special", 5_500)).await;
    let lines = json!([{"productId": one["id"]}, {"productId": two["id"], "quantity": 2500, "discount": 1250}]);
    let deal = add(
        &ada,
        "deals",
        json!({"title": "Acme", "lines": lines, "amount": 1}),
    )
    .await;
    assert_eq!(deal["lines"][0]["productName"], "GTX Pro");
    // 2.5 × 55.00 − 12.5 % = 120.3125, rounded half away from zero.
    assert_eq!(deal["lines"][1]["total"]["amount"], 12_031);
    assert_eq!(deal["amount"]["amount"], 482_100 + 12_031);
    assert_eq!(
        ada.patch(&path("deals", &deal), &json!({"amount": 5}))
            .await
            .expect(422)
            .fields(),
        ["amount"]
    );
    let changed = ada
        .patch(
            &path("deals", &deal),
            &json!({"lines": [{"productId": two["id"]}]}),
        )
        .await
        .expect(200);
    assert_eq!(changed.data()["amount"]["amount"], 5_500);
    let without = add(&ada, "products", json!({"name": "Free"})).await;
    let refused = ada
        .post(
            "/api/v1/deals",
            &json!({"title": "x", "lines": [{"productId": without["id"]}]}),
        )
        .await
        .expect(422);
    assert_eq!(refused.fields(), ["lines.0.unitPrice"]);
    let found = ada
        .get(&format!(
            "/api/v1/deals?productId={}",
            two["id"].as_str().unwrap()
        ))
        .await
        .expect(200);
    assert_eq!(found.data().as_array().unwrap().len(), 1);
}

async fn the_board_is_narrowed_as_the_list_is(app: TestApp) {
    let ada = app.register("engines").await;
    let stages = stages(&ada).await;
    let company = json!({"name": "Acme", "industry": "Toys"});
    let company = add(&ada, "companies", company).await;
    let tag = add(&ada, "tags", json!({"name": "Hot"})).await;
    for number in 0..40 {
        let mut deal = json!({"title": format!("Deal {number}"), "amount": 1000 * number, "currency": "EUR",
            "stageId": stages[number % 2]["id"], "expectedClose": format!("2026-04-{:02}", 1 + number % 20)});
        if number % 3 == 0 {
            deal["companyId"] = company["id"].clone();
            deal["tagIds"] = json!([tag["id"]]);
        }
        add(&ada, "deals", deal).await;
    }
    let first = stages[0]["id"].as_str().unwrap();
    let tag = tag["id"].as_str().unwrap();
    for filter in [
        "companyIndustry=Toys".to_owned(),
        format!("tag={tag}"),
        "amountMin=10000&amountMax=30000".to_owned(),
        "expectedCloseAfter=2026-04-05&expectedCloseBefore=2026-04-09".to_owned(),
        format!("stageId={first}&hasCompany=true"),
        "rotting=true".to_owned(),
        "status=won".to_owned(),
    ] {
        let board = ada
            .get(&format!("/api/v1/deals/board?{filter}"))
            .await
            .expect(200);
        let columns = board.data()["columns"].as_array().unwrap();
        assert_eq!(
            columns.len(),
            if filter.contains("stageId") {
                1
            } else {
                stages.len()
            }
        );
        assert_eq!(
            board.data()["pipeline"]["stages"].as_array().unwrap().len(),
            stages.len()
        );
        let count: u64 = columns
            .iter()
            .map(|column| column["count"].as_u64().unwrap())
            .sum();
        let open = if filter.contains("status") {
            ""
        } else {
            "&status=open"
        };
        let list = ada
            .get(&format!("/api/v1/deals?count=true&{filter}{open}"))
            .await
            .expect(200);
        assert_eq!(list.body["pagination"]["total"], count, "{filter}");
    }
    for refused in [
        "status=moon",
        "sort=title",
        "amountMin=many",
        "trashed=true",
    ] {
        ada.get(&format!("/api/v1/deals/board?{refused}"))
            .await
            .expect(422);
    }
}

async fn the_board_equals_the_lists_behind_it(app: TestApp) {
    let ada = app.register("engines").await;
    let stages = stages(&ada).await;
    for number in 0..60 {
        let currency = if number % 4 == 0 { "USD" } else { "EUR" };
        add(&ada, "deals", json!({"title": format!("Deal {number}"), "amount": 1001 + number, "currency": currency, "stageId": stages[number % 2]["id"]})).await;
    }
    let board = ada.get("/api/v1/deals/board").await.expect(200);
    let columns = board.data()["columns"].as_array().unwrap();
    assert_eq!(columns.len(), stages.len());
    for column in columns.iter().take(2) {
        let list = format!(
            "/api/v1/deals?pipelineId={}&stageId={}&status=open&sort=-stageEnteredAt&limit=200",
            board.data()["pipeline"]["id"].as_str().unwrap(),
            column["stageId"].as_str().unwrap()
        );
        let all = ada.get(&format!("{list}&count=true")).await.expect(200);
        let all_deals = all.data().as_array().unwrap();
        assert_eq!(column["count"], all.body["pagination"]["total"]);
        for total in column["totals"].as_array().unwrap() {
            let of_currency: Vec<&Value> = all_deals
                .iter()
                .filter(|deal| deal["amount"]["currency"] == total["sum"]["currency"])
                .collect();
            let sum: i64 = of_currency
                .iter()
                .map(|deal| deal["amount"]["amount"].as_i64().unwrap())
                .sum();
            let weighted: i64 = of_currency
                .iter()
                .map(|deal| {
                    domain::core::money::weighted(
                        deal["amount"]["amount"].as_i64().unwrap(),
                        u8::try_from(deal["probability"].as_u64().unwrap()).unwrap(),
                    )
                })
                .sum();
            assert_eq!(
                (&total["sum"]["amount"], &total["weighted"]["amount"]),
                (&json!(sum), &json!(weighted))
            );
        }
        assert_eq!(
            column["deals"].as_array().unwrap().as_slice(),
            &all_deals[..25]
        );
        let next = ada
            .get(&format!(
                "{list}&cursor={}",
                column["nextCursor"].as_str().unwrap()
            ))
            .await
            .expect(200);
        assert_eq!(next.data().as_array().unwrap().as_slice(), &all_deals[25..]);
    }
    assert_eq!(columns[3]["count"], 0);
}

async fn references_stay_within_the_tenant(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    let company = add(&ada, "companies", json!({"name": "Acme"})).await;
    let product = add(
        &ada,
        "products",
        json!({"name": "GTX", "price": {"amount": 1, "currency": "EUR"}}),
    )
    .await;
    let stage = stages(&ada).await[0]["id"].clone();
    let reason = ada.get("/api/v1/lost-reasons").await.data()[0]["id"].clone();
    for (body, field) in [
        (json!({"companyId": company["id"]}), "companyId"),
        (json!({"stageId": stage}), "stageId"),
        (
            json!({"lines": [{"productId": product["id"]}]}),
            "lines.0.productId",
        ),
        (json!({"ownerId": company["ownerId"]}), "ownerId"),
    ] {
        let mut body = body;
        body["title"] = json!("Stolen");
        assert_eq!(
            eve.post("/api/v1/deals", &body).await.expect(422).fields(),
            [field]
        );
    }
    let own = path("deals", &add(&eve, "deals", json!({"title": "Own"})).await);
    assert_eq!(
        eve.patch(&own, &json!({"companyId": company["id"]}))
            .await
            .expect(422)
            .fields(),
        ["companyId"]
    );
    assert_eq!(
        eve.post(&format!("{own}/stage"), &json!({"stageId": stage}))
            .await
            .expect(422)
            .fields(),
        ["stageId"]
    );
    assert_eq!(
        eve.post(&format!("{own}/lose"), &json!({"lostReasonId": reason}))
            .await
            .expect(422)
            .fields(),
        ["lostReasonId"]
    );
    assert!(
        ada.get("/api/v1/deals")
            .await
            .data()
            .as_array()
            .unwrap()
            .is_empty()
    );
}

async fn deals_are_filtered_by_what_they_are_and_belong_to(app: TestApp) {
    let ada = app.register("engines").await;
    let stages = stages(&ada).await;
    let company = add(
        &ada,
        "companies",
        json!({"name": "Acme", "industry": "retail"}),
    )
    .await;
    let one = add(&ada, "deals", json!({"title": "One", "companyId": company["id"], "amount": 500, "expectedClose": "2026-04-01"})).await;
    let two = add(
        &ada,
        "deals",
        json!({"title": "Two", "amount": 900, "stageId": stages[3]["id"]}),
    )
    .await;
    app.advance(chrono::TimeDelta::minutes(1));
    ada.post(&format!("{}/win", path("deals", &two)), &json!({}))
        .await
        .expect(200);
    let titles = async |filter: &str| {
        let list = ada
            .get(&format!("/api/v1/deals?sort=title&{filter}"))
            .await
            .expect(200);
        list.data()
            .as_array()
            .unwrap()
            .iter()
            .map(|deal| deal["title"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(titles("companyIndustry=retail,medical").await, ["One"]);
    assert_eq!(
        titles("companyIndustry=medical").await,
        Vec::<String>::new()
    );
    assert_eq!(titles("hasCompany=false").await, ["Two"]);
    assert_eq!(titles("status=won,lost").await, ["Two"]);
    assert_eq!(titles("amountMin=600").await, ["Two"]);
    assert_eq!(
        titles("expectedCloseAfter=2026-04-01&expectedCloseBefore=2026-04-02").await,
        ["One"]
    );
    assert_eq!(titles("hasExpectedClose=false").await, ["Two"]);
    assert_eq!(
        titles("closedAfter=2026-03-02&closedBefore=2026-03-03").await,
        ["Two"]
    );
    assert_eq!(
        titles(&format!(
            "reachedStageId={}",
            stages[1]["id"].as_str().unwrap()
        ))
        .await,
        ["Two"]
    );
    assert_eq!(titles("q=on").await, ["One"]);
    assert_eq!(titles("rotting=true").await, Vec::<String>::new());
    app.advance(chrono::TimeDelta::days(31));
    let ada = app.sign_in("engines").await;
    let rotten = ada.get("/api/v1/deals?rotting=true").await.expect(200);
    assert_eq!(rotten.data()[0]["id"], one["id"]);
    assert!(rotten.data()[0]["rottingSince"].is_string());
    assert_eq!(
        ada.get("/api/v1/deals?rotting=false")
            .await
            .data()
            .as_array()
            .unwrap()
            .len(),
        1
    );
}
