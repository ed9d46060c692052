//! `/api/v1/auth/mfa`, `/api/v1/auth/reauthenticate`, and the keys that encrypt secrets.

use api::identity::rotation;
use chrono::TimeDelta;
use serde_json::{Value, json};
use totp_rs::{Builder, Secret};

use crate::{
    helpers::{Answer, Caller, PASSWORD, TestApp},
    on_both_databases,
};

on_both_databases!(
    a_code_is_asked_for_and_counts_once,
    recovery_codes_sign_in_once_each,
    five_wrong_codes_are_enough_for_a_while,
    a_code_counts_once_on_all_servers,
    a_new_password_does_not_go_around_the_second_factor,
    what_changes_the_sign_in_asks_for_the_password_again,
    keys_rotate_while_serving,
);

const EMAIL: &str = "admin@engines.example";

fn code(app: &TestApp, secret: &str) -> String {
    let secret = Secret::try_from_base32(secret).unwrap();
    let totp = Builder::new().with_secret(secret).build().unwrap();
    let now = u64::try_from(app.state.clock.now().timestamp()).unwrap();
    totp.generate(now).to_string()
}

async fn sign_in(app: &TestApp, email: &str, totp: Option<&str>) -> Answer {
    let mut body = json!({"email": email, "password": PASSWORD, "tokenDelivery": "body"});
    if let Some(totp) = totp {
        body["totp"] = totp.into();
    }
    app.stranger().post("/api/v1/auth/login", &body).await
}

/// Sets the second factor up; answers its secret and the recovery codes.
async fn enroll(app: &TestApp, caller: &Caller) -> (String, Vec<String>) {
    let made = caller
        .post("/api/v1/auth/mfa/enroll", &json!({}))
        .await
        .expect(200);
    assert_eq!(made.header("cache-control"), "no-store");
    let secret = made.data()["secret"].as_str().unwrap().to_owned();
    let uri = made.data()["uri"].as_str().unwrap();
    assert!(
        uri.starts_with("otpauth://totp/") && uri.contains(&secret),
        "{uri}"
    );
    assert!(made.data()["qrSvg"].as_str().unwrap().contains("<svg"));
    let confirmed = caller
        .post(
            "/api/v1/auth/mfa/confirm",
            &json!({"code": code(app, &secret)}),
        )
        .await
        .expect(200);
    let codes = serde_json::from_value(confirmed.data()["codes"].clone()).unwrap();
    (secret, codes)
}

#[track_caller]
fn expect_code_asked(answer: Answer) {
    let answer = answer.expect(401);
    assert_eq!(answer.body["error"]["code"], "secondFactorRequired");
}

async fn a_code_is_asked_for_and_counts_once(app: TestApp) {
    let ada = app.register("engines").await;
    let status = ada.get("/api/v1/auth/mfa").await.expect(200);
    assert_eq!(
        status.data(),
        &json!({"enabled": false, "recoveryCodesLeft": 0})
    );
    ada.post("/api/v1/auth/mfa/confirm", &json!({"code": "123456"}))
        .await
        .expect(409);
    ada.post("/api/v1/auth/mfa/enroll", &json!({}))
        .await
        .expect(200);
    let wrong = ada
        .post("/api/v1/auth/mfa/confirm", &json!({"code": "000000"}))
        .await;
    assert_eq!(wrong.expect(422).fields(), ["code"]);
    // Until it is confirmed it is not asked for, and setting it up again begins anew.
    sign_in(&app, EMAIL, None).await.expect(200);
    let (secret, codes) = enroll(&app, &ada).await;
    assert_eq!(codes.len(), 10);
    ada.post("/api/v1/auth/mfa/enroll", &json!({}))
        .await
        .expect(409);

    expect_code_asked(sign_in(&app, EMAIL, None).await);
    let used = code(&app, &secret);
    expect_code_asked(sign_in(&app, EMAIL, Some(&used)).await);
    app.advance(TimeDelta::seconds(30));
    let next = code(&app, &secret);
    let spaced = format!("{} {}", &next[..3], &next[3..]);
    sign_in(&app, EMAIL, Some(&spaced)).await.expect(200);
    expect_code_asked(sign_in(&app, EMAIL, Some(&next)).await);
    // A wrong password says nothing of it.
    let body = json!({"email": EMAIL, "password": "not the password", "totp": next});
    let wrong = app
        .stranger()
        .post("/api/v1/auth/login", &body)
        .await
        .expect(401);
    assert_eq!(wrong.body["error"]["code"], "invalidCredentials");

    let log = ada
        .get("/api/v1/audit-log?kind=user.secondFactorEnabled")
        .await;
    assert_eq!(log.expect(200).data().as_array().unwrap().len(), 1);
    ada.post("/api/v1/auth/mfa/disable", &json!({}))
        .await
        .expect(200);
    sign_in(&app, EMAIL, None).await.expect(200);
    ada.post("/api/v1/auth/mfa/disable", &json!({}))
        .await
        .expect(409);
}

async fn recovery_codes_sign_in_once_each(app: TestApp) {
    let ada = app.register("engines").await;
    let (_, codes) = enroll(&app, &ada).await;
    sign_in(&app, EMAIL, Some(&codes[0].to_lowercase()))
        .await
        .expect(200);
    expect_code_asked(sign_in(&app, EMAIL, Some(&codes[0])).await);
    let status = ada.get("/api/v1/auth/mfa").await.expect(200);
    assert_eq!(status.data()["recoveryCodesLeft"], 9);
    let anew = ada
        .post("/api/v1/auth/mfa/recovery-codes", &json!({}))
        .await
        .expect(200);
    expect_code_asked(sign_in(&app, EMAIL, Some(&codes[1])).await);
    let first = anew.data()["codes"][0].as_str().unwrap();
    sign_in(&app, EMAIL, Some(first)).await.expect(200);
}

async fn five_wrong_codes_are_enough_for_a_while(app: TestApp) {
    let ada = app.register("engines").await;
    let (secret, codes) = enroll(&app, &ada).await;
    app.advance(TimeDelta::seconds(30));
    for wrong in [
        "000000",
        "000001",
        "000002",
        "AAAA-BBBB-CCCC-DDDD",
        "000003",
    ] {
        expect_code_asked(sign_in(&app, EMAIL, Some(wrong)).await);
    }
    let right = code(&app, &secret);
    let refused = sign_in(&app, EMAIL, Some(&right)).await.expect(429);
    assert!(refused.header("retry-after").parse::<u32>().unwrap() > 0);
    sign_in(&app, EMAIL, Some(&codes[0])).await.expect(429);
    app.advance(TimeDelta::minutes(31));
    sign_in(&app, EMAIL, Some(&code(&app, &secret)))
        .await
        .expect(200);
}

/// Another server on the same database, with secrets of its own.
pub async fn beside(app: &TestApp, secrets: Option<&str>) -> TestApp {
    let mut variables = vec![("DATABASE_URL", app.state.config.database_url.as_str())];
    if app.state.config.pooled {
        variables.push(("TOUCHLINE_DATABASE_POOLER", "transaction"));
    }
    if let Some(url) = &app.state.config.migrate_url {
        variables.push(("TOUCHLINE_MIGRATE_URL", url));
    }
    if let Some(secrets) = secrets {
        variables.push(("TOUCHLINE_SECRET", secrets));
    }
    TestApp::start_at(&variables, app.state.clock.clone()).await
}

async fn a_code_counts_once_on_all_servers(app: TestApp) {
    let ada = app.register("engines").await;
    let (secret, _) = enroll(&app, &ada).await;
    let other = beside(&app, None).await;
    app.advance(TimeDelta::seconds(30));
    let code = code(&app, &secret);
    sign_in(&app, EMAIL, Some(&code)).await.expect(200);
    expect_code_asked(sign_in(&other, EMAIL, Some(&code)).await);
}

async fn a_new_password_does_not_go_around_the_second_factor(app: TestApp) {
    let ada = app.register("engines").await;
    let (secret, _) = enroll(&app, &ada).await;
    // Eight characters are enough beside a second factor.
    let short = json!({"currentPassword": PASSWORD, "newPassword": "k7Qz-9vX"});
    ada.post("/api/v1/auth/password/change", &short)
        .await
        .expect(200);
    let back = json!({"currentPassword": "k7Qz-9vX", "newPassword": PASSWORD});
    ada.post("/api/v1/auth/password/change", &back)
        .await
        .expect(200);

    let forgot = json!({"email": EMAIL});
    app.stranger()
        .post("/api/v1/auth/password/forgot", &forgot)
        .await
        .expect(200);
    let mut mail = None;
    for _ in 0..100 {
        let mails = app.mails().await;
        mail = mails
            .into_iter()
            .find(|it| it.contains("Choose a new password"));
        if mail.is_some() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let text = mail.unwrap().replace("=\r\n", "").replace("=3D", "=");
    let token: String = text
        .split("#token=")
        .nth(1)
        .unwrap()
        .chars()
        .take_while(|letter| letter.is_ascii_alphanumeric() || "-_".contains(*letter))
        .collect();
    let reset = json!({"token": token, "password": PASSWORD});
    let done = app
        .stranger()
        .post("/api/v1/auth/password/reset", &reset)
        .await;
    assert_eq!(done.expect(200).data(), &json!({"done": true}));
    expect_code_asked(sign_in(&app, EMAIL, None).await);
    app.advance(TimeDelta::seconds(30));
    sign_in(&app, EMAIL, Some(&code(&app, &secret)))
        .await
        .expect(200);
}

async fn what_changes_the_sign_in_asks_for_the_password_again(app: TestApp) {
    let ada = app.register("engines").await;
    let key = json!({"name": "Reader", "scopes": ["deals:read"]});
    app.advance(TimeDelta::seconds(299));
    ada.post("/api/v1/api-keys", &key).await.expect(201);
    app.advance(TimeDelta::seconds(1));
    for (path, body) in [
        ("api-keys", &key),
        ("auth/mfa/enroll", &json!({})),
        ("auth/mfa/confirm", &json!({"code": "123456"})),
        ("auth/mfa/disable", &json!({})),
        ("auth/mfa/recovery-codes", &json!({})),
    ] {
        let refused = ada.post(&format!("/api/v1/{path}"), body).await.expect(403);
        assert_eq!(
            refused.body["error"]["code"], "reauthenticationRequired",
            "{path}"
        );
    }
    let again = async |caller: &Caller, password: &str, totp: Option<String>| {
        let mut body = json!({"password": password, "tokenDelivery": "body"});
        if let Some(totp) = totp {
            body["totp"] = totp.into();
        }
        caller.post("/api/v1/auth/reauthenticate", &body).await
    };
    let wrong = again(&ada, "not the password", None).await.expect(401);
    assert_eq!(wrong.body["error"]["code"], "invalidCredentials");
    let anew = ada.with(again(&ada, PASSWORD, None).await.expect(200));
    ada.get("/api/v1/auth/me").await.expect(401);
    anew.post("/api/v1/api-keys", &key).await.expect(201);
    let sessions = anew.get("/api/v1/auth/sessions").await.expect(200);
    assert_eq!(sessions.data().as_array().unwrap().len(), 1);

    let (secret, _) = enroll(&app, &anew).await;
    app.advance(TimeDelta::minutes(6));
    expect_code_asked(again(&anew, PASSWORD, None).await);
    let third = again(&anew, PASSWORD, Some(code(&app, &secret))).await;
    let third = anew.with(third.expect(200));
    third
        .post("/api/v1/auth/mfa/disable", &json!({}))
        .await
        .expect(200);
}

async fn keys_rotate_while_serving(app: TestApp) {
    const OLD: &str = "a secret of the tests that is long enough";
    const NEW: &str = "another secret of the tests and long enough too";
    let ada = app.register("engines").await;
    let (secret, _) = enroll(&app, &ada).await;
    let during = beside(&app, Some(&format!("{NEW},{OLD}"))).await;
    assert_eq!(rotation::rotate(&during.state).await.unwrap(), 1);
    assert_eq!(rotation::rotate(&during.state).await.unwrap(), 0);
    app.advance(TimeDelta::seconds(30));
    sign_in(&during, EMAIL, Some(&code(&app, &secret)))
        .await
        .expect(200);
    // Without the old secret it goes on; without the new one nothing opens, and the answer says no more.
    let after = beside(&app, Some(NEW)).await;
    app.advance(TimeDelta::seconds(30));
    sign_in(&after, EMAIL, Some(&code(&app, &secret)))
        .await
        .expect(200);
    app.advance(TimeDelta::seconds(30));
    let fault = sign_in(&app, EMAIL, Some(&code(&app, &secret)))
        .await
        .expect(500);
    assert!(!fault.body.to_string().contains("second_factors"));
}

#[actix_web::test]
async fn a_secret_stands_nowhere_in_the_open_and_opens_for_nobody_else() {
    let app = TestApp::sqlite().await;
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    let (secret, codes) = enroll(&app, &ada).await;
    let (other, _) = enroll(&app, &eve).await;
    app.mails().await;
    let raw = Secret::try_from_base32(&secret).unwrap();
    let file = app.state.config.data_dir.join("touchline.db");
    for ending in ["", "-wal"] {
        let path = format!("{}{ending}", file.display());
        let bytes = std::fs::read(path).unwrap();
        let holds = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
        assert!(!holds(secret.as_bytes()) && !holds(raw.as_bytes()));
        assert!(!holds(codes[0].as_bytes()) && !holds(codes[0].replace('-', "").as_bytes()));
    }
    // Whoever may write the database puts one's own secret in the place of another's: it does not open.
    use sqlx::{Connection, Executor, SqliteConnection};
    let url = format!("sqlite://{}", file.display());
    let mut database = SqliteConnection::connect(&url).await.unwrap();
    database
        .execute("UPDATE second_factors SET secret = (SELECT other.secret FROM second_factors other WHERE other.id <> second_factors.id)")
        .await
        .unwrap();
    app.advance(TimeDelta::seconds(30));
    for secret in [&secret, &other] {
        sign_in(&app, EMAIL, Some(&code(&app, secret)))
            .await
            .expect(500);
    }
    let _: Value = ada.get("/api/v1/auth/me").await.expect(200).body;
}
