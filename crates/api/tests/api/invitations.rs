//! `/api/v1/invitations`, and coming in by one.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use shared_types::Role;

use crate::{
    helpers::{Answer, Caller, PASSWORD, TestApp, path},
    on_both_databases,
    people::somebody,
};

on_both_databases!(
    a_newcomer_accepts_with_name_and_password,
    who_has_an_account_accepts_with_its_password_and_may_switch,
    a_member_added_before_becomes_the_user,
    invitations_end_by_time_by_revocation_and_by_being_sent_again,
    a_link_invites_addresses_of_the_domains_only,
    only_those_who_manage_members_invite,
);

const FIND: &str = "/api/v1/public/invitations/find";
const ACCEPT: &str = "/api/v1/public/invitations/accept";
const REQUEST: &str = "/api/v1/public/invitations/request";

async fn invite(caller: &Caller, body: Value) -> Value {
    let made = caller.post("/api/v1/invitations", &body).await.expect(201);
    assert_eq!(made.header("cache-control"), "no-store");
    made.data().clone()
}

/// The token behind a `#token=`.
fn token(text: &str) -> String {
    // Mails are quoted-printable: soft line breaks and `=3D`.
    let text = text
        .replace("=\r\n", "")
        .replace("=\n", "")
        .replace("=3D", "=");
    let after = text.rsplit("accept-invitation#token=").next().unwrap();
    after
        .chars()
        .take_while(|letter| letter.is_ascii_alphanumeric() || "-_".contains(*letter))
        .collect()
}

/// The tokens in the mails to an address.
async fn mailed(app: &TestApp, to: &str) -> Vec<String> {
    let mails = app.mails().await;
    mails
        .iter()
        .filter(|mail| mail.contains(&format!("To: {to}")) && mail.contains("invitation"))
        .map(|mail| token(mail))
        .collect()
}

async fn accept(app: &TestApp, token: &str, password: &str) -> Answer {
    let body = json!({"token": token, "password": password, "firstName": "Ines", "lastName": "Kowalczyk", "tokenDelivery": "body"});
    app.stranger().post(ACCEPT, &body).await
}

async fn a_newcomer_accepts_with_name_and_password(app: TestApp) {
    let ada = app.register("engines").await;
    let team = ada
        .post("/api/v1/teams", &json!({"name": "Central"}))
        .await
        .expect(201)
        .data()["id"]
        .clone();
    let body = json!({"email": "Ines@engines.example", "role": "salesRep", "teamId": team});
    let made = invite(&ada, body.clone()).await;
    assert!(made["link"].is_null(), "the link goes by mail alone");
    let refused = ada.post("/api/v1/invitations", &body).await.expect(409);
    assert_eq!(refused.fields(), ["email"]);
    let tokens = mailed(&app, "Ines@engines.example").await;
    let token = tokens.first().unwrap();
    assert!(token.len() >= 22, "128 bits and more");
    let listed = ada
        .get("/api/v1/invitations?state=pending")
        .await
        .expect(200);
    assert!(!listed.body.to_string().contains(token.as_str()));

    let found = app.stranger().post(FIND, &json!({"token": token})).await;
    let found = found.expect(200).data().clone();
    assert_eq!(
        (
            &found["organizationName"],
            &found["hasAccount"],
            &found["role"]
        ),
        (&json!("engines"), &json!(false), &json!("salesRep"))
    );
    let weak = accept(&app, token, "short").await.expect(422);
    assert_eq!(weak.fields(), ["password"]);
    let nameless = json!({"token": token, "password": PASSWORD});
    let nameless = app.stranger().post(ACCEPT, &nameless).await.expect(422);
    assert_eq!(nameless.fields(), ["firstName"]);

    let ines = app
        .stranger()
        .with(accept(&app, token, PASSWORD).await.expect(201));
    let me = ines.get("/api/v1/auth/me").await.expect(200).data().clone();
    assert_eq!(
        (
            &me["role"],
            &me["user"]["emailVerified"],
            &me["organization"]["name"]
        ),
        (&json!("salesRep"), &json!(true), &json!("engines"))
    );
    let member = format!("/api/v1/members/{}", me["memberId"].as_str().unwrap());
    let member = ada.get(&member).await.expect(200);
    assert_eq!(member.data()["teamId"], team);
    assert_eq!(member.data()["name"], "Ines Kowalczyk");
    // Once.
    let again = accept(&app, token, PASSWORD).await.expect(422);
    assert_eq!(again.fields(), ["token"]);
    let after = ada.get(&path("invitations", &made)).await.expect(200);
    assert_eq!(after.data()["state"], "accepted");
    assert_eq!(after.data()["memberId"], me["memberId"]);
    ada.delete(&path("invitations", &made)).await.expect(409);
    let member_already = ada.post("/api/v1/invitations", &body).await.expect(409);
    assert_eq!(member_already.fields(), ["email"]);
}

async fn who_has_an_account_accepts_with_its_password_and_may_switch(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    invite(
        &ada,
        json!({"email": "admin@rivals.example", "role": "manager"}),
    )
    .await;
    let tokens = mailed(&app, "admin@rivals.example").await;
    let token = tokens.first().unwrap();
    let found = app.stranger().post(FIND, &json!({"token": token})).await;
    assert_eq!(found.expect(200).data()["hasAccount"], true);
    let wrong = accept(&app, token, "not the password").await.expect(401);
    assert_eq!(wrong.body["error"]["code"], "invalidCredentials");
    let both = app
        .stranger()
        .with(accept(&app, token, PASSWORD).await.expect(201));
    let me = both.get("/api/v1/auth/me").await.expect(200).data().clone();
    assert_eq!(
        (&me["role"], &me["user"]["lastName"]),
        (&json!("manager"), &json!("rivals"))
    );
    let organizations = me["organizations"].as_array().unwrap();
    assert_eq!(organizations.len(), 2);
    let other = organizations
        .iter()
        .find(|it| it["name"] == "rivals")
        .unwrap();
    let switched = both
        .post(
            "/api/v1/auth/switch",
            &json!({"organizationId": other["id"]}),
        )
        .await
        .expect(200);
    assert_eq!(switched.data()["role"], "admin");
    // The session from before stays where it was.
    let before = eve.get("/api/v1/auth/me").await.expect(200);
    assert_eq!(before.data()["organization"]["name"], "rivals");
}

async fn a_member_added_before_becomes_the_user(app: TestApp) {
    let ada = app.register("engines").await;
    let body =
        json!({"name": "I. Kowalczyk", "email": "ines@engines.example", "role": "teamLeader"});
    let member = ada.post("/api/v1/members", &body).await.expect(201);
    let deal = json!({"title": "Acme", "ownerId": member.data()["id"]});
    ada.post("/api/v1/deals", &deal).await.expect(201);
    let made = invite(
        &ada,
        json!({"email": "ines@engines.example", "role": "agent"}),
    )
    .await;
    assert_eq!(made["invitation"]["role"], "teamLeader");
    let tokens = mailed(&app, "ines@engines.example").await;
    let ines = accept(&app, &tokens[0], PASSWORD).await.expect(201);
    let me = ines.data()["me"].clone();
    assert_eq!(me["memberId"], member.data()["id"]);
    assert_eq!(me["role"], "teamLeader");
    let deals = app
        .stranger()
        .with(ines)
        .get("/api/v1/deals")
        .await
        .expect(200);
    assert_eq!(deals.data()[0]["title"], "Acme");
    let members = ada.get("/api/v1/members").await.expect(200);
    assert_eq!(members.data().as_array().unwrap().len(), 2);
}

async fn invitations_end_by_time_by_revocation_and_by_being_sent_again(app: TestApp) {
    let ada = app.register("engines").await;
    let made = invite(
        &ada,
        json!({"email": "ines@engines.example", "role": "agent"}),
    )
    .await;
    let first = mailed(&app, "ines@engines.example").await.remove(0);
    ada.post(
        &format!("{}/resend", path("invitations", &made)),
        &json!({}),
    )
    .await
    .expect(200);
    let tokens = mailed(&app, "ines@engines.example").await;
    let second = tokens.iter().find(|token| **token != first).unwrap();
    let find = async |token: &str| {
        let answer = app.stranger().post(FIND, &json!({"token": token})).await;
        answer.status.as_u16()
    };
    assert_eq!((find(&first).await, find(second).await), (422, 200));
    app.advance(TimeDelta::days(7));
    assert_eq!(find(second).await, 422);
    accept(&app, second, PASSWORD).await.expect(422);

    let ada = app.stranger().with(
        app.stranger()
            .post(
                "/api/v1/auth/login",
                &json!({"email": "admin@engines.example", "password": PASSWORD, "tokenDelivery": "body"}),
            )
            .await
            .expect(200),
    );
    let expired = ada
        .get("/api/v1/invitations?state=expired")
        .await
        .expect(200);
    assert_eq!(expired.data()[0]["id"], made["id"]);
    ada.post(
        &format!("{}/resend", path("invitations", &made)),
        &json!({}),
    )
    .await
    .expect(200);
    let stale = ada
        .request(Method::DELETE, &path("invitations", &made))
        .header("if-match", "\"1\"");
    ada.send(stale).await.expect(412);
    ada.delete(&path("invitations", &made)).await.expect(200);
    for token in mailed(&app, "ines@engines.example").await {
        assert_eq!(find(&token).await, 422);
    }
    ada.post(
        &format!("{}/resend", path("invitations", &made)),
        &json!({}),
    )
    .await
    .expect(409);
    let log = ada
        .get("/api/v1/audit-log?subjectType=invitation")
        .await
        .expect(200);
    let kinds: Vec<&Value> = log
        .data()
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["kind"])
        .collect();
    assert_eq!(
        kinds,
        ["revoked", "invitation.sent", "invitation.sent", "created"]
    );
}

async fn a_link_invites_addresses_of_the_domains_only(app: TestApp) {
    let ada = app.register("engines").await;
    let refused = ada
        .post("/api/v1/invitations", &json!({"role": "agent"}))
        .await;
    assert_eq!(refused.expect(422).fields(), ["email"]);
    let wrong = json!({"invitationDomains": ["not a domain"]});
    let wrong = ada.patch("/api/v1/organization", &wrong).await.expect(422);
    assert_eq!(wrong.fields(), ["invitationDomains"]);
    let domains = json!({"invitationDomains": ["Engines.example"]});
    let set = ada
        .patch("/api/v1/organization", &domains)
        .await
        .expect(200);
    assert_eq!(set.data()["invitationDomains"], json!(["engines.example"]));
    let made = invite(&ada, json!({"role": "agent"})).await;
    let link = token(made["link"].as_str().unwrap());
    let accepted = accept(&app, &link, PASSWORD).await.expect(422);
    assert_eq!(accepted.fields(), ["token"]);
    let ask = async |email: &str| {
        let body = json!({"token": link, "email": email});
        app.stranger().post(REQUEST, &body).await
    };
    let foreign = ask("ines@engines.example.evil.example").await.expect(422);
    assert_eq!(foreign.fields(), ["email"]);
    // Whoever is here already is told nothing else than whoever is not.
    let here = ask("admin@engines.example").await.expect(200);
    let new = ask("ines@engines.example").await.expect(200);
    assert_eq!(here.body, new.body);
    let mut tokens = Vec::new();
    for _ in 0..100 {
        tokens = mailed(&app, "ines@engines.example").await;
        if !tokens.is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert!(mailed(&app, "admin@engines.example").await.is_empty());
    let ines = accept(&app, &tokens[0], PASSWORD).await.expect(201);
    assert_eq!(ines.data()["me"]["role"], "agent");
    ada.delete(&path("invitations", &made)).await.expect(200);
    ask("max@engines.example").await.expect(422);
}

async fn only_those_who_manage_members_invite(app: TestApp) {
    let ada = app.register("engines").await;
    let (agent, _) = somebody(&app, &ada, Role::Agent).await;
    agent.get("/api/v1/invitations").await.expect(403);
    let body = json!({"email": "ines@engines.example", "role": "admin"});
    agent.post("/api/v1/invitations", &body).await.expect(403);
    let elsewhere = json!({"email": "ines@engines.example", "role": "agent", "teamId": "01936e2a-7b1c-7cc3-98c4-dc0c0c07398f"});
    let refused = ada
        .post("/api/v1/invitations", &elsewhere)
        .await
        .expect(422);
    assert_eq!(refused.fields(), ["teamId"]);
}
