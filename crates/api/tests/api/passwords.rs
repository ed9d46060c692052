//! `/api/v1/auth`: passwords, and the mails about them.

use api::core::clock::new_id;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, Version};
use persistence::{Actor, identity::user};
use serde_json::json;

use crate::{
    auth::sign_in,
    helpers::{PASSWORD, TestApp},
    on_both_databases,
};

on_both_databases!(
    a_forgotten_password_is_replaced_once_by_a_link,
    changing_the_password_ends_other_sessions,
    an_address_is_verified_by_its_link,
    people_are_written_to_in_their_language,
    a_hash_of_less_effort_is_renewed_at_sign_in,
);

fn link(mail: &str) -> String {
    // Mails are quoted-printable: soft line breaks and `=3D`.
    let text = mail
        .replace("=\r\n", "")
        .replace("=\n", "")
        .replace("=3D", "=");
    let after = text.split("#token=").nth(1).unwrap();
    after
        .chars()
        .take_while(|letter| letter.is_ascii_alphanumeric() || "-_".contains(*letter))
        .collect()
}

async fn a_forgotten_password_is_replaced_once_by_a_link(app: TestApp) {
    let ada = app.register("engines").await;
    let known = app
        .stranger()
        .post(
            "/api/v1/auth/password/forgot",
            &json!({"email": "admin@engines.example"}),
        )
        .await
        .expect(200);
    let unknown = app
        .stranger()
        .post(
            "/api/v1/auth/password/forgot",
            &json!({"email": "nobody@engines.example"}),
        )
        .await
        .expect(200);
    assert_eq!(known.body, unknown.body);
    let mut mail = None;
    for _ in 0..100 {
        mail = app
            .mails()
            .await
            .into_iter()
            .find(|mail| mail.contains("Choose a new password"));
        if mail.is_some() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let token = link(&mail.unwrap());
    let reset = json!({"token": token, "password": "a herd of slow tortoises"});
    app.stranger()
        .post("/api/v1/auth/password/reset", &reset)
        .await
        .expect(200);
    assert_eq!(
        app.stranger()
            .post("/api/v1/auth/password/reset", &reset)
            .await
            .expect(422)
            .fields(),
        ["token"]
    );
    ada.get("/api/v1/auth/me").await.expect(401);
    sign_in(&app, "admin@engines.example", PASSWORD)
        .await
        .expect(401);
    sign_in(&app, "admin@engines.example", "a herd of slow tortoises")
        .await
        .expect(200);
}

async fn changing_the_password_ends_other_sessions(app: TestApp) {
    let laptop = app.register("engines").await;
    let phone = app.stranger().with(
        sign_in(&app, "admin@engines.example", PASSWORD)
            .await
            .expect(200),
    );
    let change = |current: &str, new: &str| json!({"currentPassword": current, "newPassword": new});
    assert_eq!(
        laptop
            .post(
                "/api/v1/auth/password/change",
                &change("wrong", "a herd of slow tortoises")
            )
            .await
            .expect(422)
            .fields(),
        ["currentPassword"]
    );
    assert_eq!(
        laptop
            .post("/api/v1/auth/password/change", &change(PASSWORD, "short"))
            .await
            .expect(422)
            .fields(),
        ["newPassword"]
    );
    laptop
        .post(
            "/api/v1/auth/password/change",
            &change(PASSWORD, "a herd of slow tortoises"),
        )
        .await
        .expect(200);
    laptop.get("/api/v1/auth/me").await.expect(200);
    phone.get("/api/v1/auth/me").await.expect(401);
}

async fn an_address_is_verified_by_its_link(app: TestApp) {
    let ada = app.register("engines").await;
    let mail = app
        .mails()
        .await
        .into_iter()
        .find(|mail| mail.contains("Verify your e-mail address"))
        .unwrap();
    let token = link(&mail);
    app.stranger()
        .post("/api/v1/auth/email/verify", &json!({"token": "wrong"}))
        .await
        .expect(422);
    app.stranger()
        .post("/api/v1/auth/email/verify", &json!({"token": token}))
        .await
        .expect(200);
    let me = ada.get("/api/v1/auth/me").await.expect(200);
    assert_eq!(me.data()["user"]["emailVerified"], true);
}

async fn people_are_written_to_in_their_language(app: TestApp) {
    let body = json!({"email": "ana@metro.example", "password": PASSWORD, "firstName": "Ana", "lastName": "M",
        "organizationName": "Metro", "language": "sr", "tokenDelivery": "body"});
    let signed_up = app
        .stranger()
        .post("/api/v1/auth/register", &body)
        .await
        .expect(201);
    assert_eq!(signed_up.data()["me"]["user"]["language"], "sr");
    let ana = app.stranger().with(signed_up);
    let told = async |start: &str| {
        let mails = app.mails().await;
        assert!(
            mails.iter().any(|mail| mail.contains(start)),
            "{start}: {mails:?}"
        );
    };
    told("Molimo Vas").await;

    let change = json!({"language": "fr"});
    let me = ana.patch("/api/v1/auth/me", &change).await.expect(200);
    assert_eq!(me.data()["user"]["language"], "fr");
    // Whom she invites reads French like her; who has an account, the language of their own.
    let engines = app.register("engines").await;
    let invite = json!({"email": "new@metro.example", "role": "agent"});
    ana.post("/api/v1/invitations", &invite).await.expect(201);
    told("Ana M vous invite").await;
    engines
        .patch("/api/v1/auth/me", &json!({"language": "sr"}))
        .await
        .expect(200);
    let invite = json!({"email": "admin@engines.example", "role": "agent"});
    ana.post("/api/v1/invitations", &invite).await.expect(201);
    told("Ana M Vas poziva").await;

    let unknown = json!({"language": "de"});
    let refused = ana.patch("/api/v1/auth/me", &unknown).await.expect(422);
    assert_eq!(refused.fields(), ["language"]);
    app.stranger()
        .patch("/api/v1/auth/me", &change)
        .await
        .expect(401);
}

async fn a_hash_of_less_effort_is_renewed_at_sign_in(app: TestApp) {
    const EMAIL: &str = "admin@engines.example";
    app.register("engines").await;
    let known = async || {
        let system = app.state.store.system();
        system.user_by_email(EMAIL).await.unwrap().unwrap()
    };
    let who = known().await;
    let params = Params::new(8 * 1024, 1, 1, None).unwrap();
    let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password(PASSWORD.as_bytes())
        .unwrap()
        .to_string();
    let actor = Actor {
        member: None,
        request_id: None,
        ip_address: None,
        now: app.state.clock.now(),
        new_id,
    };
    let organization = who.last_organization_id.unwrap();
    let tx = app.state.store.begin(organization, Some(who.id), actor);
    user::set_password(&tx, who.id, &weak).await.unwrap();
    tx.commit().await.unwrap();

    sign_in(&app, EMAIL, "not the password").await.expect(401);
    assert_eq!(known().await.password_hash.as_ref(), Some(&weak));
    sign_in(&app, EMAIL, PASSWORD).await.expect(200);
    let renewed = known().await.password_hash.unwrap();
    assert!(
        renewed.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
        "{renewed}"
    );
    sign_in(&app, EMAIL, PASSWORD).await.expect(200);
}
