//! `/api/v1/notifications`: what members are told of, in the product and by mail.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use shared_types::Role;

use crate::{
    helpers::{Caller, TestApp, add, path, rows},
    on_both_databases,
    people::somebody,
};

on_both_databases!(
    members_are_told_of_what_is_given_to_them,
    what_one_may_not_read_any_more_is_not_told,
    preferences_say_how_one_is_told,
    the_mail_of_the_day_comes_once_at_eight,
    one_click_in_a_mail_ends_it,
    notifications_are_ones_own_and_go_after_ninety_days,
);

/// How many mails were queued in an organization.
async fn letters(caller: &Caller) -> usize {
    let jobs = rows(caller, "jobs?limit=200").await;
    jobs.iter().filter(|job| job["kind"] == "mail.send").count()
}

async fn members_are_told_of_what_is_given_to_them(app: TestApp) {
    let ada = app.register("engines").await;
    let (leader, me) = somebody(&app, &ada, Role::Manager).await;
    add(
        &ada,
        "deals",
        json!({"title": "Given", "ownerId": me["id"]}),
    )
    .await;
    let mine = add(&ada, "deals", json!({"title": "Handed on"})).await;
    ada.patch(&path("deals", &mine), &json!({"ownerId": me["id"]}))
        .await
        .expect(200);
    add(
        &ada,
        "leads",
        json!({"lastName": "Johnson", "ownerId": me["id"]}),
    )
    .await;
    // What one gives oneself is no news.
    add(&leader, "deals", json!({"title": "Own"})).await;
    app.settle().await;
    assert_eq!(unread(&leader).await, 3);
    assert_eq!(unread(&ada).await, 0);
    let told = rows(&leader, "notifications").await;
    let kinds: Vec<&str> = told
        .iter()
        .map(|one| one["kind"].as_str().unwrap())
        .collect();
    assert_eq!(
        kinds.iter().filter(|kind| **kind == "dealAssigned").count(),
        2
    );
    assert!(
        told.iter()
            .any(|one| one["title"] == "Johnson" && one["kind"] == "leadAssigned")
    );
    let handed = told.iter().find(|one| one["title"] == "Handed on").unwrap();
    assert_eq!(handed["subjectId"], mine["id"]);
    assert_eq!(
        handed["path"],
        format!("/deals/{}", mine["id"].as_str().unwrap())
    );
    assert!(handed["actorName"].as_str().unwrap().starts_with("Ada"));

    let one = path("notifications", handed);
    let read = leader
        .post(&format!("{one}/read"), &json!({}))
        .await
        .expect(200);
    assert!(read.data()["readAt"].is_string());
    assert_eq!(unread(&leader).await, 2);
    assert_eq!(rows(&leader, "notifications?unread=true").await.len(), 2);
    assert_eq!(rows(&leader, "notifications?unread=false").await.len(), 1);
    assert_eq!(
        rows(&leader, "notifications?kind=leadAssigned").await.len(),
        1
    );
    leader
        .post(&format!("{one}/unread"), &json!({}))
        .await
        .expect(200);
    assert_eq!(unread(&leader).await, 3);
    leader
        .post("/api/v1/notifications/read-all", &json!({}))
        .await
        .expect(200);
    assert_eq!(unread(&leader).await, 0);

    // A member who is mentioned, whose import is over, whose invitation is taken.
    let note = format!("Ask @[X](member:{})", me["id"].as_str().unwrap());
    add(&ada, "notes", json!({"body": note, "dealId": mine["id"]})).await;
    let import = leader
        .upload("companies", "kunden.csv", b"Name\nAcme\n")
        .await
        .expect(201);
    let import = path("imports", import.data());
    leader
        .post(&format!("{import}/check"), &json!({}))
        .await
        .expect(200);
    app.settle().await;
    leader
        .post(&format!("{import}/start"), &json!({}))
        .await
        .expect(200);
    app.settle().await;
    let told = rows(&leader, "notifications?unread=true").await;
    let kinds: Vec<&str> = told
        .iter()
        .map(|one| one["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["importFinished", "mention"]);
    assert_eq!(told[0]["title"], "kunden.csv");
    let events = rows(&ada, "audit-log?subjectType=notification").await;
    assert_eq!(events.len(), 5);
}

async fn what_one_may_not_read_any_more_is_not_told(app: TestApp) {
    let ada = app.register("engines").await;
    let (agent, me) = somebody(&app, &ada, Role::Agent).await;
    let (_, other) = somebody(&app, &ada, Role::Agent).await;
    let deal = add(
        &ada,
        "deals",
        json!({"title": "Secret", "ownerId": me["id"]}),
    )
    .await;
    let gone = add(&ada, "deals", json!({"title": "Gone", "ownerId": me["id"]})).await;
    ada.patch(&path("deals", &deal), &json!({"ownerId": other["id"]}))
        .await
        .expect(200);
    ada.delete(&path("deals", &gone)).await.expect(200);
    app.settle().await;
    assert!(rows(&agent, "notifications").await.is_empty());
}

async fn preferences_say_how_one_is_told(app: TestApp) {
    let ada = app.register("engines").await;
    let (manager, me) = somebody(&app, &ada, Role::Manager).await;
    let preferences = "/api/v1/notification-preferences";
    let usual = manager.get(preferences).await.expect(200);
    let channels = usual.data()["channels"].as_array().unwrap();
    assert!(channels.iter().all(|channel| channel["product"] == true));
    let put = async |body: Value| {
        let request = manager.request(Method::PUT, preferences).json(&body);
        manager.send(request).await
    };
    for (body, field) in [
        (json!({"channels": [], "quietFrom": "20:00"}), "quietUntil"),
        (
            json!({"channels": [], "quietFrom": "x", "quietUntil": "07:00"}),
            "quietFrom",
        ),
        (json!({"channels": [], "timeZone": "Mars/Base"}), "timeZone"),
        (
            json!({"channels": [{"kind": "moon", "product": true, "mail": "now"}]}),
            "channels.0.kind",
        ),
    ] {
        let refused = put(body).await.expect(422);
        assert_eq!(refused.fields(), [field]);
    }
    let said = json!({"channels": [{"kind": "dealAssigned", "product": false, "mail": "now"}, {"kind": "leadAssigned", "product": false, "mail": "off"}],
        "timeZone": "Asia/Tokyo", "quietFrom": "17:00", "quietUntil": "19:00"});
    let kept = put(said).await.expect(200);
    assert_eq!(kept.data()["timeZone"], "Asia/Tokyo");
    add(&ada, "deals", json!({"title": "Late", "ownerId": me["id"]})).await;
    add(
        &ada,
        "leads",
        json!({"lastName": "Nobody", "ownerId": me["id"]}),
    )
    .await;
    app.settle().await;
    assert_eq!(unread(&manager).await, 0);
    assert!(rows(&manager, "notifications").await.is_empty());
    // It is 18:00 in Tokyo: the mail waits until 19:00.
    let before = letters(&ada).await;
    app.advance(TimeDelta::minutes(59));
    app.settle().await;
    let ada = app.sign_in("engines").await;
    assert_eq!(letters(&ada).await, before);
    app.advance(TimeDelta::minutes(1));
    let again = app.sign_in("engines").await;
    app.settle().await;
    assert_eq!(letters(&again).await, before + 1);
}

async fn the_mail_of_the_day_comes_once_at_eight(app: TestApp) {
    let ada = app.register("engines").await;
    let (manager, me) = somebody(&app, &ada, Role::Manager).await;
    for title in ["One", "Two", "Three"] {
        add(&ada, "deals", json!({"title": title, "ownerId": me["id"]})).await;
    }
    app.settle().await;
    let told = rows(&manager, "notifications").await;
    let read = told.iter().find(|one| one["title"] == "Two").unwrap();
    manager
        .post(&format!("{}/read", path("notifications", read)), &json!({}))
        .await
        .expect(200);
    let before = letters(&ada).await;
    app.advance(TimeDelta::hours(24));
    app.settle().await;
    let ada = app.sign_in("engines").await;
    assert_eq!(letters(&ada).await, before + 1);
    app.advance(TimeDelta::hours(24));
    app.settle().await;
    let ada = app.sign_in("engines").await;
    assert_eq!(letters(&ada).await, before + 1);
}

async fn one_click_in_a_mail_ends_it(app: TestApp) {
    let ada = app.register("engines").await;
    let (manager, me) = somebody(&app, &ada, Role::Manager).await;
    let home = ada.get("/api/v1/auth/me").await.expect(200).data()["organization"]["id"].clone();
    let home: shared_types::OrganizationId = home.as_str().unwrap().parse().unwrap();
    let member: shared_types::MemberId = me["id"].as_str().unwrap().parse().unwrap();
    let read = app.state.store.read(home);
    let kind = shared_types::platform::NotificationKind::Mention;
    let link = api::platform::unsubscribe::link(&app.state, &read, member, Some(kind));
    let link = link
        .split_once("/api/")
        .map(|(_, path)| format!("/api/{path}"))
        .unwrap();
    let stranger = app.stranger();
    let page = stranger.get(&link).await.expect(200);
    assert!(page.header("content-type").starts_with("text/html"));
    let mention = async || {
        let said = manager
            .get("/api/v1/notification-preferences")
            .await
            .expect(200);
        let channels = said.data()["channels"].as_array().unwrap().clone();
        channels
            .into_iter()
            .find(|one| one["kind"] == "mention")
            .unwrap()
    };
    assert_eq!(mention().await["mail"], "now");
    let click = stranger
        .request(Method::POST, &link)
        .header("content-type", "application/x-www-form-urlencoded")
        .body("List-Unsubscribe=One-Click");
    stranger.send(click).await.expect(200);
    assert_eq!(mention().await["mail"], "off");
    assert_eq!(mention().await["product"], true);
    // A link that was changed says nothing.
    let other = link.replace("mention", "daily");
    for broken in [
        other.as_str(),
        &link[..link.len() - 1],
        "/api/v1/public/unsubscribe/x",
    ] {
        stranger.post(broken, &json!({})).await.expect(422);
    }
}

async fn notifications_are_ones_own_and_go_after_ninety_days(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    let (manager, me) = somebody(&app, &ada, Role::Manager).await;
    add(
        &ada,
        "deals",
        json!({"title": "Given", "ownerId": me["id"]}),
    )
    .await;
    app.settle().await;
    let told = rows(&manager, "notifications").await;
    let one = path("notifications", &told[0]);
    for other in [&ada, &eve] {
        assert!(rows(other, "notifications").await.is_empty());
        other
            .post(&format!("{one}/read"), &json!({}))
            .await
            .expect(404);
        other
            .post(&format!("{one}/unread"), &json!({}))
            .await
            .expect(404);
        other
            .post("/api/v1/notifications/read-all", &json!({}))
            .await
            .expect(200);
    }
    assert_eq!(unread(&manager).await, 1);
    let system = app.state.store.system();
    system
        .clean_notifications(app.state.clock.now())
        .await
        .unwrap();
    assert_eq!(unread(&manager).await, 1);
    let later = app.state.clock.now() + TimeDelta::seconds(1);
    system.clean_notifications(later).await.unwrap();
    assert_eq!(unread(&manager).await, 0);
}
