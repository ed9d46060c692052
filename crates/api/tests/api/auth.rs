//! `/api/v1/auth`.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::json;

use crate::{
    helpers::{Caller, PASSWORD, TestApp},
    on_both_databases,
};

on_both_databases!(
    registration_signs_in_and_a_known_address_is_refused,
    wrong_passwords_and_unknown_addresses_look_alike_and_are_throttled,
    refresh_tokens_rotate_and_reuse_ends_the_session,
    two_tabs_that_refresh_at_once_stay_signed_in,
    cookies_are_hidden_and_bound_to_the_origin,
    a_revoked_session_ends_at_once,
    access_tokens_end_and_forged_ones_never_pass,
);

pub async fn sign_in(app: &TestApp, email: &str, password: &str) -> crate::helpers::Answer {
    let body = json!({"email": email, "password": password, "tokenDelivery": "body"});
    app.stranger().post("/api/v1/auth/login", &body).await
}

async fn registration_signs_in_and_a_known_address_is_refused(app: TestApp) {
    let ada = app.register("engines").await;
    let me = ada.get("/api/v1/auth/me").await.expect(200);
    assert_eq!(me.data()["role"], "admin");
    assert_eq!(me.data()["organization"]["name"], "engines");
    assert_eq!(me.header("cache-control"), "no-store");

    let body = json!({"email": "ADMIN@engines.example", "password": PASSWORD, "firstName": "Eve", "lastName": "E", "organizationName": "other"});
    let refused = app
        .stranger()
        .post("/api/v1/auth/register", &body)
        .await
        .expect(409);
    assert_eq!(refused.fields(), ["email"]);
    let mails = app.mails().await;
    assert!(
        mails
            .iter()
            .any(|mail| mail.contains("You have an account already")),
        "the owner is told: {mails:?}"
    );

    let body = json!({"email": "x", "password": "password1234", "firstName": " ", "lastName": "E", "organizationName": "o", "role": "admin"});
    let refused = app
        .stranger()
        .post("/api/v1/auth/register", &body)
        .await
        .expect(422);
    assert_eq!(refused.fields(), ["role"]);
    let body = json!({"email": "x@y.example", "password": "password1234", "firstName": "A", "lastName": "E", "organizationName": "o"});
    assert_eq!(
        app.stranger()
            .post("/api/v1/auth/register", &body)
            .await
            .expect(422)
            .fields(),
        ["password"]
    );
}

async fn wrong_passwords_and_unknown_addresses_look_alike_and_are_throttled(app: TestApp) {
    app.register("engines").await;
    let wrong = sign_in(&app, "admin@engines.example", "not the password")
        .await
        .expect(401);
    let unknown = sign_in(&app, "nobody@engines.example", "not the password")
        .await
        .expect(401);
    assert_eq!(
        wrong.body["error"]["message"],
        unknown.body["error"]["message"]
    );
    assert_eq!(wrong.body["error"]["code"], "invalidCredentials");
    for _ in 0..9 {
        sign_in(&app, "admin@engines.example", "not the password")
            .await
            .expect(401);
    }
    let throttled = sign_in(&app, "admin@engines.example", PASSWORD)
        .await
        .expect(429);
    assert!(throttled.header("retry-after").parse::<u32>().unwrap() > 0);
    app.advance(TimeDelta::minutes(31));
    sign_in(&app, "admin@engines.example", PASSWORD)
        .await
        .expect(200);
}

async fn refresh_tokens_rotate_and_reuse_ends_the_session(app: TestApp) {
    app.register("engines").await;
    let first = sign_in(&app, "admin@engines.example", PASSWORD)
        .await
        .expect(200);
    let refresh = |token: String| {
        let stranger = app.stranger();
        async move {
            stranger
                .post("/api/v1/auth/refresh", &json!({"refreshToken": token}))
                .await
        }
    };
    let one = first.data()["tokens"]["refreshToken"]
        .as_str()
        .unwrap()
        .to_owned();
    let second = refresh(one.clone()).await.expect(200);
    let two = second.data()["tokens"]["refreshToken"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_ne!(one, two);
    app.advance(TimeDelta::seconds(11));
    refresh(one).await.expect(401);
    // The family has ended: the newest token is worth nothing now, and neither is its access.
    refresh(two).await.expect(401);
    app.stranger()
        .with(second)
        .get("/api/v1/auth/me")
        .await
        .expect(401);
}

async fn two_tabs_that_refresh_at_once_stay_signed_in(app: TestApp) {
    app.register("engines").await;
    let first = sign_in(&app, "admin@engines.example", PASSWORD)
        .await
        .expect(200);
    let token = first.data()["tokens"]["refreshToken"].clone();
    let body = json!({"refreshToken": token});
    let (one, other) = (app.stranger(), app.stranger());
    let (one, other) = futures_util::join!(
        one.post("/api/v1/auth/refresh", &body),
        other.post("/api/v1/auth/refresh", &body)
    );
    let (one, other) = (one.expect(200), other.expect(200));
    assert_eq!(
        one.data()["tokens"]["refreshToken"],
        other.data()["tokens"]["refreshToken"]
    );
    app.advance(TimeDelta::days(8));
    let late = json!({"refreshToken": one.data()["tokens"]["refreshToken"]});
    app.stranger()
        .post("/api/v1/auth/refresh", &late)
        .await
        .expect(401);
}

async fn cookies_are_hidden_and_bound_to_the_origin(app: TestApp) {
    app.register("engines").await;
    let answer = app
        .stranger()
        .post(
            "/api/v1/auth/login",
            &json!({"email": "admin@engines.example", "password": PASSWORD}),
        )
        .await
        .expect(200);
    assert!(
        answer.data()["tokens"].is_null(),
        "tokens stay out of the body"
    );
    let cookies: Vec<&str> = answer
        .headers
        .get_all("set-cookie")
        .iter()
        .map(|value| value.to_str().unwrap())
        .collect();
    assert_eq!(cookies.len(), 2);
    assert!(
        cookies.iter().all(|cookie| cookie.contains("HttpOnly")
            && cookie.contains("SameSite=Lax")
            && cookie.contains("Path=/")),
        "{cookies:?}"
    );
    let jar = cookies
        .iter()
        .map(|cookie| cookie.split(';').next().unwrap())
        .collect::<Vec<_>>()
        .join("; ");
    let browser = app.stranger();
    let send = |method: Method, path: &str, origin: Option<&str>| {
        let mut request = browser
            .request(method, path)
            .header("cookie", &jar)
            .header("content-type", "application/json")
            .body("{\"name\":\"Acme\"}");
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        browser.send(request)
    };
    send(Method::GET, "/api/v1/auth/me", None).await.expect(200);
    send(Method::POST, "/api/v1/companies", Some(&app.address))
        .await
        .expect(201);
    for origin in [None, Some("null"), Some("https://evil.example")] {
        let refused = send(Method::POST, "/api/v1/companies", origin)
            .await
            .expect(403);
        assert_eq!(refused.body["error"]["code"], "crossOrigin");
    }
}

async fn a_revoked_session_ends_at_once(app: TestApp) {
    let laptop = app.register("engines").await;
    let phone = app.stranger().with(
        sign_in(&app, "admin@engines.example", PASSWORD)
            .await
            .expect(200),
    );
    let sessions = laptop.get("/api/v1/auth/sessions").await.expect(200);
    assert_eq!(sessions.data().as_array().unwrap().len(), 2);
    let other = sessions
        .data()
        .as_array()
        .unwrap()
        .iter()
        .find(|session| session["current"] == false)
        .unwrap();
    phone.get("/api/v1/auth/me").await.expect(200);
    laptop
        .delete(&format!(
            "/api/v1/auth/sessions/{}",
            other["id"].as_str().unwrap()
        ))
        .await
        .expect(200);
    phone.get("/api/v1/auth/me").await.expect(401);

    let stranger = app.register("rivals").await;
    let mine = laptop.get("/api/v1/auth/sessions").await.data()[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    stranger
        .delete(&format!("/api/v1/auth/sessions/{mine}"))
        .await
        .expect(404);
    laptop
        .post("/api/v1/auth/logout-all", &json!({}))
        .await
        .expect(200);
    laptop.get("/api/v1/auth/me").await.expect(401);
}

async fn access_tokens_end_and_forged_ones_never_pass(app: TestApp) {
    let ada = app.register("engines").await;
    let token = ada.token.clone().unwrap();
    let parts: Vec<&str> = token.split('.').collect();
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let none = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"at+jwt"}"#);
    let swapped = URL_SAFE_NO_PAD.encode(r#"{"alg":"HS512","typ":"at+jwt","kid":"x"}"#);
    let jku = URL_SAFE_NO_PAD.encode(
        r#"{"alg":"HS256","typ":"at+jwt","kid":"../../dev/null","jku":"http://127.0.0.1:1/"}"#,
    );
    for forged in [
        format!("{none}.{}.", parts[1]),
        format!("{swapped}.{}.{}", parts[1], parts[2]),
        format!("{jku}.{}.{}", parts[1], parts[2]),
        format!("{}.{}.", parts[0], parts[1]),
        "x".to_owned(),
    ] {
        Caller {
            token: Some(forged),
            ..ada.clone()
        }
        .get("/api/v1/auth/me")
        .await
        .expect(401);
    }
    app.advance(TimeDelta::minutes(16));
    let ended = ada.get("/api/v1/auth/me").await.expect(401);
    assert_eq!(ended.body["error"]["code"], "tokenExpired");
}

#[actix_web::test]
async fn a_closed_installation_says_so_and_registers_nobody() {
    let flags = async |app: &TestApp| {
        let answer = app.stranger().get("/api/v1/public/flags").await.expect(200);
        assert_eq!(answer.header("cache-control"), "private, max-age=300");
        answer.data()["signUp"].clone()
    };
    let open = TestApp::sqlite().await;
    let ada = open.register("engines").await;
    assert_eq!(flags(&open).await, true);
    let me = ada.get("/api/v1/auth/me").await.expect(200);
    assert_eq!(me.data()["flags"]["signUp"], true);

    let closed = TestApp::start(&[("TOUCHLINE_SIGN_UP", "closed")]).await;
    assert_eq!(flags(&closed).await, false);
    let body = json!({"email": "eve@example.com", "password": PASSWORD, "firstName": "Eve", "lastName": "E", "organizationName": "other"});
    let refused = closed.stranger().post("/api/v1/auth/register", &body).await;
    assert_eq!(refused.expect(403).body["error"]["code"], "signUpClosed");
}

#[actix_web::test]
async fn apps_sign_in_only_where_that_is_not_switched_off() {
    let refused = async |app: &TestApp, email: &str| {
        let answer = sign_in(app, email, PASSWORD).await.expect(403);
        assert_eq!(answer.body["error"]["code"], "featureOff");
        let body = json!({"email": email, "password": PASSWORD});
        app.stranger()
            .post("/api/v1/auth/login", &body)
            .await
            .expect(200);
    };
    let app = TestApp::sqlite().await;
    let (ada, _) = (
        app.register("engines").await,
        app.register("compilers").await,
    );
    let wrong = json!({"disabledFeatures": ["phones"]});
    ada.patch("/api/v1/organization", &wrong).await.expect(422);
    let off = json!({"disabledFeatures": ["mobile"]});
    let changed = ada.patch("/api/v1/organization", &off).await.expect(200);
    assert_eq!(changed.data()["disabledFeatures"], json!(["mobile"]));
    let me = ada.get("/api/v1/auth/me").await.expect(200);
    assert_eq!(me.data()["flags"]["mobile"], false);
    assert_eq!(me.data()["flags"]["realTime"], true);
    let before = ada.get("/api/v1/auth/sessions").await.expect(200);
    refused(&app, "admin@engines.example").await;
    // The refusal began no session; the browser's sign-in did.
    let after = ada.get("/api/v1/auth/sessions").await.expect(200);
    assert_eq!(
        after.data().as_array().unwrap().len(),
        before.data().as_array().unwrap().len() + 1
    );
    sign_in(&app, "admin@compilers.example", PASSWORD)
        .await
        .expect(200);
    let on = json!({"disabledFeatures": []});
    ada.patch("/api/v1/organization", &on).await.expect(200);
    sign_in(&app, "admin@engines.example", PASSWORD)
        .await
        .expect(200);

    let without = TestApp::start(&[("TOUCHLINE_DISABLED_FEATURES", "mobile,realTime")]).await;
    let flags = without.stranger().get("/api/v1/public/flags").await;
    let flags = flags.expect(200);
    assert_eq!(flags.data()["mobile"], false);
    assert_eq!(flags.data()["realTime"], false);
    assert_eq!(flags.data()["advancedAnalytics"], true);
}
