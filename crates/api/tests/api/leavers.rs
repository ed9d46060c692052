//! `/api/v1/members/{id}/deactivate`: whoever goes hands over.

use serde_json::{Value, json};
use shared_types::Role;

use crate::{
    helpers::{TestApp, add, path},
    on_both_databases,
    people::somebody,
};

on_both_databases!(
    the_last_administrator_stays,
    a_leaver_hands_over_and_is_out_at_once,
    what_a_leaver_has_goes_where_it_is_sent,
);

async fn the_last_administrator_stays(app: TestApp) {
    let ada = app.register("engines").await;
    let me = ada.get("/api/v1/auth/me").await.expect(200).data()["memberId"]
        .as_str()
        .unwrap()
        .to_owned();
    let own = format!("/api/v1/members/{me}");
    ada.patch(&own, &json!({"role": "agent"})).await.expect(409);
    ada.post(&format!("{own}/deactivate"), &json!({}))
        .await
        .expect(409);
    let (second, member) = somebody(&app, &ada, Role::Admin).await;
    // Both demote the other at once: one of them stays.
    let (other, first) = (path("members", &member), own);
    let demote = json!({"role": "agent"});
    let (one, two) = futures_util::join!(ada.patch(&other, &demote), second.patch(&first, &demote));
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert!(matches!(statuses, [200, 403 | 409]), "{statuses:?}");
}

async fn a_leaver_hands_over_and_is_out_at_once(app: TestApp) {
    let ada = app.register("engines").await;
    let (agent, leaver) = somebody(&app, &ada, Role::SalesRep).await;
    let heir = add(&ada, "members", json!({"name": "Heir", "role": "agent"})).await;
    let company = add(&agent, "companies", json!({"name": "Acme"})).await;
    let deal = add(&agent, "deals", json!({"title": "Acme"})).await;
    let deactivate = format!("{}/deactivate", path("members", &leaver));
    assert_eq!(
        ada.post(&deactivate, &json!({"handOverTo": leaver["id"]}))
            .await
            .expect(422)
            .fields(),
        ["handOverTo"]
    );
    let done = ada
        .post(&deactivate, &json!({"handOverTo": heir["id"]}))
        .await
        .expect(200);
    assert_eq!(
        (
            &done.data()["companies"],
            &done.data()["deals"],
            &done.data()["member"]["active"]
        ),
        (&json!(1), &json!(1), &json!(false))
    );
    agent.get("/api/v1/companies").await.expect(401);
    assert_eq!(
        ada.get(&path("companies", &company)).await.data()["ownerId"],
        heir["id"]
    );
    assert_eq!(
        ada.get(&path("deals", &deal)).await.data()["ownerName"],
        "Heir"
    );
    assert_eq!(
        ada.patch(&path("deals", &deal), &json!({"ownerId": leaver["id"]}))
            .await
            .expect(422)
            .fields(),
        ["ownerId"]
    );
    ada.post(&deactivate, &json!({})).await.expect(409);
    ada.post(
        &format!("{}/reactivate", path("members", &leaver)),
        &json!({}),
    )
    .await
    .expect(200);
    agent.get("/api/v1/companies").await.expect(200);
}

async fn what_a_leaver_has_goes_where_it_is_sent(app: TestApp) {
    let ada = app.register("engines").await;
    let (agent, leaver) = somebody(&app, &ada, Role::SalesRep).await;
    let member = async |name: &str, more: Value| {
        let mut body = json!({"name": name, "role": "agent"});
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        add(&ada, "members", body).await
    };
    let leader = member("Leader", json!({})).await;
    let heir = member("Heir", json!({})).await;
    let other = member("Other", json!({})).await;
    let below = member("Below", json!({"managerId": leaver["id"]})).await;
    let deep = member("Deep", json!({"managerId": below["id"]})).await;
    let peer = member("Peer", json!({"teamLeaderId": leaver["id"]})).await;
    ada.patch(
        &path("members", &leaver),
        &json!({"teamLeaderId": leader["id"]}),
    )
    .await
    .expect(200);
    let company = add(&agent, "companies", json!({"name": "Acme"})).await;
    let deal = add(&agent, "deals", json!({"title": "Acme"})).await;
    let lead = add(&agent, "leads", json!({"lastName": "Johnson"})).await;
    let team = add(
        &ada,
        "teams",
        json!({"name": "North", "ownerId": leaver["id"]}),
    )
    .await;

    let preview = format!("{}/hand-over", path("members", &leaver));
    let there = ada.get(&preview).await.expect(200);
    assert_eq!(
        there.data()["counts"],
        json!({"companies": 1, "contacts": 0, "leads": 1, "activities": 0, "deals": 1, "savedViews": 0, "teams": 1, "reports": 2})
    );
    assert_eq!(there.data()["teamLeaderName"], "Leader");
    agent.get(&preview).await.expect(403);

    let deactivate = format!("{}/deactivate", path("members", &leaver));
    for (body, field) in [
        (
            json!({"successors": {"deals": leaver["id"]}}),
            "successors.deals",
        ),
        (
            json!({"successors": {"reports": deep["id"]}}),
            "successors.reports",
        ),
        (json!({"handOverTo": deep["id"]}), "handOverTo"),
        (
            json!({"successors": {"teams": "01936e2a-7b1c-7cc3-98c4-dc0c0c07398f"}}),
            "successors.teams",
        ),
    ] {
        let refused = ada.post(&deactivate, &body).await.expect(422);
        assert_eq!(refused.fields(), [field]);
    }
    let strangers = app.register("rivals").await;
    strangers.get(&preview).await.expect(404);
    assert_eq!(
        ada.get(&preview).await.data()["counts"]["deals"],
        1,
        "nothing was done yet"
    );

    let how = json!({
        "successors": {"deals": heir["id"], "teams": other["id"], "reports": peer["id"]},
        "otherwise": "teamLeader",
    });
    let done = ada.post(&deactivate, &how).await.expect(200);
    assert_eq!(
        (
            &done.data()["teams"],
            &done.data()["reports"],
            &done.data()["leads"]
        ),
        (&json!(1), &json!(2), &json!(1))
    );
    let owner = async |kind: &str, record: &Value| {
        let found = ada.get(&path(kind, record)).await.expect(200);
        found.data()["ownerId"].clone()
    };
    assert_eq!(owner("deals", &deal).await, heir["id"]);
    assert_eq!(owner("companies", &company).await, leader["id"]);
    assert_eq!(owner("leads", &lead).await, leader["id"]);
    assert_eq!(owner("teams", &team).await, other["id"]);
    let now = async |who: &Value| {
        ada.get(&path("members", who))
            .await
            .expect(200)
            .data()
            .clone()
    };
    assert_eq!(now(&below).await["managerId"], peer["id"]);
    assert_eq!(now(&peer).await["teamLeaderId"], leader["id"]);
    assert_eq!(now(&deep).await["managerId"], below["id"]);
}
