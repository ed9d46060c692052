//! `/api/v1/absences`.

use reqwest::Method;
use serde_json::json;
use shared_types::Role;

use crate::{
    helpers::{TestApp, path},
    on_both_databases,
    people::somebody,
};

on_both_databases!(
    members_are_away_on_days_and_never_twice,
    everybody_changes_the_own_absences_and_leaders_those_of_their_team,
    who_is_away_gets_no_lead_in_turn,
);

async fn members_are_away_on_days_and_never_twice(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    let summer = json!({"kind": "vacation", "from": "2026-07-10", "until": "2026-07-20"});
    let made = ada.post("/api/v1/absences", &summer).await.expect(201);
    assert_eq!(made.data()["memberName"], "Ada engines");
    for (body, field) in [
        (
            json!({"kind": "sick", "from": "2026-07-20", "until": "2026-07-22"}),
            "from",
        ),
        (
            json!({"kind": "sick", "from": "2026-08-02", "until": "2026-08-01"}),
            "until",
        ),
        (
            json!({"kind": "sick", "from": "2026-08-02", "until": "2028-08-01"}),
            "until",
        ),
        (
            json!({"kind": "sick", "from": "2026-08-02", "until": "2026-08-02", "memberId": "01936e2a-7b1c-7cc3-98c4-dc0c0c07398f"}),
            "memberId",
        ),
        (
            json!({"kind": "moon", "from": "2026-08-02", "until": "2026-08-02"}),
            "kind",
        ),
    ] {
        let refused = ada.post("/api/v1/absences", &body).await.expect(422);
        assert_eq!(refused.fields(), [field]);
    }
    // Another tenant's member is none.
    let theirs = eve.get("/api/v1/auth/me").await.expect(200).data()["memberId"].clone();
    let body =
        json!({"kind": "sick", "from": "2026-08-02", "until": "2026-08-02", "memberId": theirs});
    let refused = ada.post("/api/v1/absences", &body).await.expect(422);
    assert_eq!(refused.fields(), ["memberId"]);

    let longer = json!({"until": "2026-07-24", "kind": "training"});
    let changed = ada
        .patch(&path("absences", made.data()), &longer)
        .await
        .expect(200);
    assert_eq!(
        (&changed.data()["until"], &changed.data()["version"]),
        (&json!("2026-07-24"), &json!(2))
    );
    let stale = ada
        .request(Method::DELETE, &path("absences", made.data()))
        .header("if-match", "\"1\"");
    ada.send(stale).await.expect(412);
    let count = async |query: &str| {
        let list = ada
            .get(&format!("/api/v1/absences?{query}"))
            .await
            .expect(200);
        list.data().as_array().unwrap().len()
    };
    for (query, expected) in [
        ("on=2026-07-24", 1),
        ("on=2026-07-25", 0),
        ("on=2026-07-09", 0),
        ("untilAfter=2026-07-24", 1),
        ("untilAfter=2026-07-25", 0),
        ("kind=sick,vacation", 0),
        ("q=ada", 1),
        ("sort=-createdAt", 1),
    ] {
        assert_eq!(count(query).await, expected, "{query}");
    }
    assert_eq!(
        eve.get("/api/v1/absences").await.expect(200).data(),
        &json!([])
    );
    ada.delete(&path("absences", made.data())).await.expect(200);
    ada.get(&path("absences", made.data())).await.expect(404);
}

async fn everybody_changes_the_own_absences_and_leaders_those_of_their_team(app: TestApp) {
    let ada = app.register("engines").await;
    let (leader, lead) = somebody(&app, &ada, Role::TeamLeader).await;
    let (agent, member) = somebody(&app, &ada, Role::Agent).await;
    let (mate, _) = somebody(&app, &ada, Role::Agent).await;
    let (advocate, _) = somebody(&app, &ada, Role::Advocate).await;
    let mine = json!({"kind": "vacation", "from": "2026-07-10", "until": "2026-07-20"});
    let made = agent.post("/api/v1/absences", &mine).await.expect(201);
    assert_eq!(made.data()["memberId"], member["id"]);
    let change = json!({"kind": "other"});
    mate.get(&path("absences", made.data())).await.expect(200);
    mate.patch(&path("absences", made.data()), &change)
        .await
        .expect(403);
    mate.delete(&path("absences", made.data()))
        .await
        .expect(403);
    advocate.get("/api/v1/absences").await.expect(403);
    advocate.post("/api/v1/absences", &mine).await.expect(403);
    leader
        .patch(&path("absences", made.data()), &change)
        .await
        .expect(403);
    let team = json!({"teamLeaderId": lead["id"]});
    let who = format!("/api/v1/members/{}", member["id"].as_str().unwrap());
    ada.patch(&who, &team).await.expect(200);
    leader
        .patch(&path("absences", made.data()), &change)
        .await
        .expect(200);
    let sick = json!({"kind": "sick", "from": "2026-08-10", "until": "2026-08-10", "memberId": member["id"]});
    mate.post("/api/v1/absences", &sick).await.expect(403);
    leader.post("/api/v1/absences", &sick).await.expect(201);
    ada.delete(&path("absences", made.data())).await.expect(200);
}

async fn who_is_away_gets_no_lead_in_turn(app: TestApp) {
    let ada = app.register("engines").await;
    let (here, one) = somebody(&app, &ada, Role::Agent).await;
    let (_, other) = somebody(&app, &ada, Role::Agent).await;
    let settings = json!({"assignment": "roundRobin", "memberIds": [one["id"], other["id"]]});
    ada.patch("/api/v1/lead-settings", &settings)
        .await
        .expect(200);
    let owner = async || {
        let lead = ada.post("/api/v1/leads", &json!({"lastName": "X"})).await;
        lead.expect(201).data()["ownerId"].clone()
    };
    // The tests begin on the second of March.
    let away = json!({"kind": "sick", "from": "2026-03-01", "until": "2026-03-02"});
    here.post("/api/v1/absences", &away).await.expect(201);
    assert_eq!(
        [owner().await, owner().await],
        [other["id"].clone(), other["id"].clone()]
    );
    app.advance(chrono::TimeDelta::days(1));
    let ada = app.sign_in("engines").await;
    let lead = ada.post("/api/v1/leads", &json!({"lastName": "X"})).await;
    assert_eq!(lead.expect(201).data()["ownerId"], one["id"]);
}
