//! `/api/v1/organization`, `/members`, `/teams`, `/search`, and what each role may do.

use domain::identity::role;
use persistence::identity::{member, user};
use reqwest::Method;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};
use shared_types::{Permission, Role};

use crate::{
    helpers::{Caller, TestApp, add, path},
    on_both_databases,
};

on_both_databases!(
    the_organization_is_changed_by_its_administrator,
    members_report_to_nobody_in_circles,
    teams_with_members_stay,
    search_finds_what_one_may_read,
    every_role_may_do_what_the_matrix_says,
    the_installation_is_seen_by_superusers,
    reach_decides_over_single_records,
);

/// Somebody of a role in the organization of `admin`, signed in. Their member can be given a
/// superior by an administrator afterwards.
pub async fn somebody(app: &TestApp, admin: &Caller, role: Role) -> (Caller, Value) {
    let name = format!("{role}{}", api::core::clock::new_id().simple());
    let own = app.register(&name).await;
    let me = own.get("/api/v1/auth/me").await.expect(200).data().clone();
    let home = admin
        .get("/api/v1/auth/me")
        .await
        .expect(200)
        .data()
        .clone();
    let member_row = add(
        admin,
        "members",
        json!({"name": name, "role": role.as_str()}),
    )
    .await;
    // As an accepted invitation would: the user becomes the member, and enters the organization.
    let organization: shared_types::OrganizationId =
        serde_json::from_value(home["organization"]["id"].clone()).unwrap();
    let user_id: shared_types::UserId = serde_json::from_value(me["user"]["id"].clone()).unwrap();
    let member_id: uuid::Uuid = serde_json::from_value(member_row["id"].clone()).unwrap();
    let actor = persistence::Actor {
        member: None,
        request_id: None,
        ip_address: None,
        now: app.state.clock.now(),
        new_id: api::core::clock::new_id,
    };
    let tx = app.state.store.begin(organization, Some(user_id), actor);
    member::Entity::update_many()
        .col_expr(member::Column::UserId, Expr::val(user_id.0))
        .filter(member::Column::Id.eq(member_id))
        .exec(&tx)
        .await
        .unwrap();
    user::entered(&tx, user_id, organization).await.unwrap();
    tx.commit().await.unwrap();
    own.post(
        "/api/v1/auth/switch",
        &json!({"organizationId": organization}),
    )
    .await
    .expect(200);
    (own, member_row)
}

async fn the_organization_is_changed_by_its_administrator(app: TestApp) {
    let ada = app.register("engines").await;
    let changed = ada
        .patch(
            "/api/v1/organization",
            &json!({"timeZone": "Europe/Berlin", "currency": "JPY", "fiscalYearStartMonth": 4}),
        )
        .await
        .expect(200);
    assert_eq!(
        (
            &changed.data()["timeZone"],
            &changed.data()["currency"],
            &changed.data()["version"]
        ),
        (&json!("Europe/Berlin"), &json!("JPY"), &json!(2))
    );
    assert_eq!(
        ada.patch(
            "/api/v1/organization",
            &json!({"timeZone": "Mars/Olympus", "fiscalYearStartMonth": 13})
        )
        .await
        .expect(422)
        .fields(),
        ["fiscalYearStartMonth", "timeZone"]
    );
    let stale = ada
        .request(Method::PATCH, "/api/v1/organization")
        .header("if-match", "\"1\"")
        .json(&json!({"name": "x"}));
    ada.send(stale).await.expect(412);
    let (agent, _) = somebody(&app, &ada, Role::Agent).await;
    agent.get("/api/v1/organization").await.expect(200);
    agent
        .patch("/api/v1/organization", &json!({"name": "Mine"}))
        .await
        .expect(403);
    let deal = add(&ada, "deals", json!({"title": "Acme", "amount": 5000})).await;
    assert_eq!(deal["amount"]["currency"], "JPY");
}

async fn members_report_to_nobody_in_circles(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    let top = add(
        &ada,
        "members",
        json!({"name": "Dustin Brinkmann", "role": "manager", "email": "dustin@engines.example"}),
    )
    .await;
    let lead = add(
        &ada,
        "members",
        json!({"name": "Celia Rouche", "role": "teamLeader", "managerId": top["id"]}),
    )
    .await;
    let agent = add(
        &ada,
        "members",
        json!({"name": "Anna Snelling", "role": "agent", "teamLeaderId": lead["id"]}),
    )
    .await;
    assert_eq!(
        ada.patch(&path("members", &top), &json!({"managerId": agent["id"]}))
            .await
            .expect(422)
            .fields(),
        ["managerId"]
    );
    assert_eq!(
        ada.patch(&path("members", &top), &json!({"teamLeaderId": top["id"]}))
            .await
            .expect(422)
            .fields(),
        ["teamLeaderId"]
    );
    assert_eq!(
        ada.post(
            "/api/v1/members",
            &json!({"name": "Twin", "role": "agent", "email": "DUSTIN@engines.example"})
        )
        .await
        .expect(409)
        .fields(),
        ["email"]
    );
    assert_eq!(
        eve.post(
            "/api/v1/members",
            &json!({"name": "Spy", "role": "agent", "managerId": top["id"]})
        )
        .await
        .expect(422)
        .fields(),
        ["managerId"]
    );
    let found = ada
        .get(&format!(
            "/api/v1/members?teamLeaderId={}&role=agent,salesRep",
            lead["id"].as_str().unwrap()
        ))
        .await
        .expect(200);
    assert_eq!(found.data().as_array().unwrap().len(), 1);
    assert_eq!(
        ada.get("/api/v1/members?q=celia").await.data()[0]["id"],
        lead["id"]
    );
    let cleared = ada
        .patch(
            &path("members", &agent),
            &json!({"clear": ["teamLeaderId"]}),
        )
        .await
        .expect(200);
    assert!(cleared.data().get("teamLeaderId").is_none());
}

async fn teams_with_members_stay(app: TestApp) {
    let ada = app.register("engines").await;
    let team = add(&ada, "teams", json!({"name": "Central"})).await;
    assert_eq!(
        ada.post("/api/v1/teams", &json!({"name": "central"}))
            .await
            .expect(409)
            .fields(),
        ["name"]
    );
    let member = add(
        &ada,
        "members",
        json!({"name": "Anna", "role": "agent", "teamId": team["id"]}),
    )
    .await;
    assert_eq!(
        ada.get(&path("teams", &team)).await.data()["memberCount"],
        1
    );
    ada.delete(&path("teams", &team)).await.expect(409);
    ada.patch(&path("members", &member), &json!({"teamId": null}))
        .await
        .expect(200);
    ada.delete(&path("teams", &team)).await.expect(200);
    ada.get(&path("teams", &team)).await.expect(404);
}

async fn search_finds_what_one_may_read(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    let (agent, _) = somebody(&app, &ada, Role::Agent).await;
    add(&ada, "companies", json!({"name": "Bluth Orchards"})).await;
    add(&ada, "deals", json!({"title": "Bluth renewal"})).await;
    add(&ada, "products", json!({"name": "Bluth Special"})).await;
    add(
        &ada,
        "members",
        json!({"name": "Lucille Bluth", "role": "manager"}),
    )
    .await;
    let kinds = async |caller: &Caller, words: &str| {
        let found = caller
            .get(&format!("/api/v1/search?q={words}"))
            .await
            .expect(200);
        found
            .data()
            .as_array()
            .unwrap()
            .iter()
            .map(|hit| hit["kind"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        kinds(&ada, "blu").await,
        ["company", "deal", "product", "member"]
    );
    assert_eq!(kinds(&ada, "special%20bluth").await, ["product"]);
    // The deal is the administrator's own: the agent does not see it.
    assert_eq!(kinds(&agent, "blu").await, ["company", "product", "member"]);
    assert!(kinds(&eve, "blu").await.is_empty());
    assert!(kinds(&ada, "%27%22%3A*()").await.is_empty());
}

/// Each operation by each role, with a body and an id that are good for nothing: 403 exactly where
/// the matrix has no permission.
async fn every_role_may_do_what_the_matrix_says(app: TestApp) {
    let ada = app.register("engines").await;
    for role in Role::ALL {
        let (caller, _) = somebody(&app, &ada, *role).await;
        for (id, method, path, operation) in crate::openapi::operations() {
            let Some(scope) = operation["security"][0]["bearer"][0].as_str() else {
                continue;
            };
            let permission: Permission = scope.parse().unwrap();
            let path = path.replace("{id}", "01936e2a-7b1c-7cc3-98c4-dc0c0c07398f");
            let answer = caller
                .send(caller.request(method, &path).json(&json!({"nonsense": 1})))
                .await;
            let allowed = role::reach(*role, permission).is_some();
            assert_eq!(
                answer.status != 403,
                allowed,
                "{role} {id} ({scope}): {} {}",
                answer.status,
                answer.body
            );
            assert!(
                !answer.status.is_server_error() && answer.status != 401,
                "{role} {id}: {}",
                answer.body
            );
        }
    }
}

/// Who runs the installation sees its numbers, from the next request on; to all others it is not there.
async fn the_installation_is_seen_by_superusers(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    let path = "/api/v1/installation";
    ada.get(path).await.expect(404);
    let set = async |email: &str, superuser: bool| {
        api::platform::installation::set_superuser(&app.state, email, superuser).await
    };
    assert!(set("nobody@engines.example", true).await.is_err());
    set("Admin@Engines.example ", true).await.unwrap();
    let numbers = ada.get(path).await.expect(200);
    assert_eq!(numbers.data()["organizations"], 2, "{}", numbers.body);
    assert_eq!(numbers.data()["users"], 2);
    assert_eq!(numbers.data()["sessions"], 2);
    assert!(numbers.data()["databaseBytes"].as_u64().unwrap() > 4_096);
    let me = ada.get("/api/v1/auth/me").await;
    assert_eq!(me.data()["user"]["superuser"], true);
    eve.get(path).await.expect(404);
    let log = ada.get("/api/v1/audit-log?subjectType=user").await;
    assert_eq!(
        log.data()[0]["changes"][0]["field"],
        "superuser",
        "{}",
        log.body
    );
    set("admin@engines.example", false).await.unwrap();
    ada.get(path).await.expect(404);
}

async fn reach_decides_over_single_records(app: TestApp) {
    let ada = app.register("engines").await;
    let (leader, leading) = somebody(&app, &ada, Role::TeamLeader).await;
    let (agent, led) = somebody(&app, &ada, Role::SalesRep).await;
    let (other, _) = somebody(&app, &ada, Role::SalesRep).await;
    let deal = add(&agent, "deals", json!({"title": "Acme"})).await;
    let company = add(&agent, "companies", json!({"name": "Acme"})).await;
    other.get(&path("deals", &deal)).await.expect(404);
    leader.get(&path("deals", &deal)).await.expect(404);
    other.get(&path("companies", &company)).await.expect(200);
    other
        .patch(&path("companies", &company), &json!({"phone": "1"}))
        .await
        .expect(403);
    assert_eq!(
        other
            .patch(&path("companies", &company), &json!({"ownerId": led["id"]}))
            .await
            .expect(422)
            .fields(),
        ["ownerId"]
    );
    ada.patch(
        &path("members", &led),
        &json!({"teamLeaderId": leading["id"]}),
    )
    .await
    .expect(200);
    leader.get(&path("deals", &deal)).await.expect(200);
    leader
        .patch(&path("deals", &deal), &json!({"title": "Acme 2"}))
        .await
        .expect(200);
    assert!(
        other
            .get("/api/v1/deals")
            .await
            .data()
            .as_array()
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        leader
            .get("/api/v1/deals")
            .await
            .data()
            .as_array()
            .unwrap()
            .len(),
        1
    );
    ada.patch(&path("deals", &deal), &json!({"ownerId": null}))
        .await
        .expect(200);
    other.get(&path("deals", &deal)).await.expect(200);
    other
        .patch(&path("deals", &deal), &json!({"title": "Everybody's"}))
        .await
        .expect(200);
}
