//! The audit chain: whatever is done to the log by SQL is told.

use serde_json::{Value, json};
use shared_types::{OrganizationId, platform::SubjectKind};
use sqlx::{AssertSqlSafe, Connection, Executor, SqliteConnection};

use api::{
    core::clock::new_id,
    platform::{audit_chain, audit_verification, backup},
};

use crate::{
    helpers::{Caller, TestApp},
    on_both_databases,
};

on_both_databases!(
    a_log_is_as_it_was_written,
    what_is_done_to_a_log_is_told,
    an_end_that_is_not_ours_is_never_signed,
    what_is_erased_leaves_the_chain_whole,
    a_log_is_restored_with_its_chain,
    the_application_cannot_change_the_chain,
);

const CHECK: &str = "/api/v1/audit-log/verification";

/// Somebody with a log of her own, all of it linked.
async fn somebody(app: &TestApp, name: &str) -> (Caller, OrganizationId) {
    let caller = app.register(name).await;
    work(&caller, 6).await;
    app.settle().await;
    let own = caller.get("/api/v1/organization").await.expect(200);
    let id = own.data()["id"].as_str().unwrap().parse().unwrap();
    (caller, OrganizationId(id))
}

async fn work(caller: &Caller, times: usize) {
    for number in 0..times {
        let body = json!({"name": format!("Company {number} \"ö\" \\ 👋")});
        let made = caller.post("/api/v1/companies", &body).await.expect(201);
        let path = format!("/api/v1/companies/{}", made.data()["id"].as_str().unwrap());
        caller
            .patch(&path, &json!({"industry": "Clocks"}))
            .await
            .expect(200);
    }
}

async fn check(caller: &Caller) -> Value {
    caller.get(CHECK).await.expect(200).data().clone()
}

/// What somebody does who may do anything to the database; `{o}` is the organization.
async fn by_hand(app: &TestApp, organization: OrganizationId, sql: &str) {
    let url = &app.state.config.database_url;
    if app.state.store.system().is_postgres() {
        let sql = sql.replace("{o}", &format!("'{organization}'"));
        let mut connection = app.owner().await;
        connection.execute(AssertSqlSafe(sql)).await.unwrap();
    } else {
        let sql = sql.replace("{o}", &format!("x'{}'", organization.0.simple()));
        let mut connection = SqliteConnection::connect(url).await.unwrap();
        connection.execute(AssertSqlSafe(sql)).await.unwrap();
    }
}

async fn a_log_is_as_it_was_written(app: TestApp) {
    let (ada, _) = somebody(&app, "engines").await;
    let (bob, _) = somebody(&app, "looms").await;
    let before = check(&ada).await;
    assert!(before["verified"].as_u64().unwrap() >= 12, "{before}");
    assert!(
        before["fault"].is_null() && before["waiting"] == 0,
        "{before}"
    );
    let head = before["head"].as_str().unwrap().to_owned();

    // Events that come later leave what was before them as it was.
    work(&ada, 2).await;
    assert_eq!(check(&ada).await["waiting"], 4);
    app.settle().await;
    let kept = ada.get(&format!("{CHECK}?head={head}")).await.expect(200);
    assert!(kept.data()["fault"].is_null(), "{}", kept.body);
    assert_eq!(
        kept.data()["verified"].as_u64(),
        before["verified"].as_u64().map(|count| count + 4)
    );
    assert_ne!(kept.data()["head"], head.as_str());

    // A head is of one organization, and signed.
    let answer = bob.get(&format!("{CHECK}?head={head}")).await.expect(422);
    assert_eq!(answer.fields(), ["head"]);
    let mut forged = head.clone();
    forged.pop();
    forged.push(if head.ends_with('0') { '1' } else { '0' });
    ada.get(&format!("{CHECK}?head={forged}")).await.expect(422);

    // Whoever does not read the log does not check it either.
    let (lines, good) = audit_verification::verify_all(&app.state).await.unwrap();
    assert!(good && lines.len() == 2, "{lines:?}");
}

/// Copies the signed end of each log, and puts it back later.
const KEEP_HEADS: &str = "CREATE TABLE kept_heads AS SELECT * FROM audit_heads";
const PUT_HEADS_BACK: &str = "UPDATE audit_heads SET number = k.number, seq = k.seq, link = k.link, signature = k.signature
    FROM kept_heads k WHERE k.organization_id = audit_heads.organization_id AND k.organization_id = {o}";

/// Statements, one by one, and what must be said then.
const DEEDS: &[(&str, &[&str])] = &[
    (
        "changed",
        &["UPDATE events SET subject_name = 'Somebody else' WHERE id = (SELECT event_id FROM audit_chain WHERE organization_id = {o} AND number = 3)"],
    ),
    (
        "changed",
        &["UPDATE events SET changes = '[]', at = '2026-03-02T09:00:00.001+00:00' WHERE id = (SELECT event_id FROM audit_chain WHERE organization_id = {o} AND number = 4)"],
    ),
    (
        "removed",
        &["DELETE FROM events WHERE id = (SELECT event_id FROM audit_chain WHERE organization_id = {o} AND number = 3)"],
    ),
    (
        "removed",
        &[
            "DELETE FROM events WHERE id = (SELECT event_id FROM audit_chain WHERE organization_id = {o} AND number = 3)",
            "DELETE FROM event_stream WHERE seq = (SELECT seq FROM audit_chain WHERE organization_id = {o} AND number = 3)",
            "DELETE FROM audit_salts WHERE organization_id = {o} AND number = 3",
            "DELETE FROM audit_chain WHERE organization_id = {o} AND number = 3",
        ],
    ),
    (
        "removed",
        &["UPDATE audit_salts SET salt = NULL, erasure = 'by right' WHERE organization_id = {o} AND number = 3"],
    ),
    (
        "reordered",
        &[
            "UPDATE audit_chain SET number = -1 WHERE organization_id = {o} AND number = 3",
            "UPDATE audit_chain SET number = 3 WHERE organization_id = {o} AND number = 4",
            "UPDATE audit_chain SET number = 4 WHERE organization_id = {o} AND number = -1",
        ],
    ),
    (
        "reordered",
        &["UPDATE event_stream SET event_id = (SELECT c.event_id FROM audit_chain c WHERE c.organization_id = {o} AND c.number =
             7 - (SELECT d.number FROM audit_chain d WHERE d.organization_id = {o} AND d.seq = event_stream.seq))
           WHERE organization_id = {o} AND seq IN (SELECT seq FROM audit_chain WHERE organization_id = {o} AND number IN (3, 4))"],
    ),
    (
        "truncated",
        &[
            "DELETE FROM events WHERE id IN (SELECT event_id FROM audit_chain WHERE organization_id = {o} AND number > 5)",
            "DELETE FROM event_stream WHERE seq IN (SELECT seq FROM audit_chain WHERE organization_id = {o} AND number > 5)",
            "DELETE FROM audit_salts WHERE organization_id = {o} AND number > 5",
            "DELETE FROM audit_chain WHERE organization_id = {o} AND number > 5",
        ],
    ),
    (
        "unsigned",
        &[
            "DELETE FROM events WHERE id IN (SELECT event_id FROM audit_chain WHERE organization_id = {o} AND number > 5)",
            "DELETE FROM event_stream WHERE seq IN (SELECT seq FROM audit_chain WHERE organization_id = {o} AND number > 5)",
            "UPDATE audit_heads SET number = 5, seq = (SELECT seq FROM audit_chain WHERE organization_id = {o} AND number = 5),
               link = (SELECT link FROM audit_chain WHERE organization_id = {o} AND number = 5) WHERE organization_id = {o}",
            "DELETE FROM audit_chain WHERE organization_id = {o} AND number > 5",
        ],
    ),
    (
        "unsigned",
        &["DELETE FROM audit_heads WHERE organization_id = {o}"],
    ),
    (
        "removed",
        &[
            "DELETE FROM audit_heads WHERE organization_id = {o}",
            "DELETE FROM audit_salts WHERE organization_id = {o}",
            "DELETE FROM audit_chain WHERE organization_id = {o}",
        ],
    ),
    (
        "added",
        &["INSERT INTO events (id, organization_id, kind, subject_type, subject_id, changes, at)
           SELECT organization_id, organization_id, kind, subject_type, subject_id, changes, at FROM events WHERE organization_id = {o} LIMIT 1"],
    ),
];

async fn what_is_done_to_a_log_is_told(app: TestApp) {
    let (bob, _) = somebody(&app, "looms").await;
    for (place, (kind, statements)) in DEEDS.iter().enumerate() {
        let (ada, organization) = somebody(&app, &format!("engines{place}")).await;
        assert!(check(&ada).await["fault"].is_null(), "{place}");
        for sql in *statements {
            by_hand(&app, organization, sql).await;
        }
        let found = check(&ada).await;
        assert_eq!(found["fault"]["kind"], *kind, "{place}: {found}");
        assert!(found["head"].is_null(), "{place}: {found}");
    }
    assert!(check(&bob).await["fault"].is_null(), "nobody touched it");
    let (lines, good) = audit_verification::verify_all(&app.state).await.unwrap();
    assert!(!good && lines.iter().any(|line| line.contains("changed at")));

    // An end that was signed once, and all that came after it gone: only who kept a later head sees that.
    let (ada, organization) = somebody(&app, "clocks").await;
    by_hand(&app, organization, KEEP_HEADS).await;
    let early = check(&ada).await["verified"].as_u64().unwrap();
    work(&ada, 1).await;
    app.settle().await;
    let head = check(&ada).await["head"].as_str().unwrap().to_owned();
    for sql in [
        "DELETE FROM events WHERE id IN (SELECT event_id FROM audit_chain WHERE organization_id = {o} AND number > {n})",
        "DELETE FROM event_stream WHERE seq IN (SELECT seq FROM audit_chain WHERE organization_id = {o} AND number > {n})",
        "DELETE FROM audit_salts WHERE organization_id = {o} AND number > {n}",
        "DELETE FROM audit_chain WHERE organization_id = {o} AND number > {n}",
        PUT_HEADS_BACK,
    ] {
        by_hand(&app, organization, &sql.replace("{n}", &early.to_string())).await;
    }
    assert!(check(&ada).await["fault"].is_null());
    let told = ada.get(&format!("{CHECK}?head={head}")).await.expect(200);
    assert_eq!(told.data()["fault"]["kind"], "truncated", "{}", told.body);
    // Other events in their place do not hide it.
    work(&ada, 3).await;
    app.settle().await;
    let told = ada.get(&format!("{CHECK}?head={head}")).await.expect(200);
    assert_eq!(told.data()["fault"]["kind"], "rewritten", "{}", told.body);
}

async fn an_end_that_is_not_ours_is_never_signed(app: TestApp) {
    let (ada, organization) = somebody(&app, "engines").await;
    let cut = "DELETE FROM audit_chain WHERE organization_id = {o} AND number > 5";
    by_hand(&app, organization, cut).await;
    work(&ada, 1).await;
    app.settle().await;
    let found = check(&ada).await;
    assert_eq!(found["fault"]["kind"], "removed", "{found}");
    assert!(found["head"].is_null() && found["waiting"] == 0, "{found}");
    // Others are linked and signed meanwhile.
    let (bob, _) = somebody(&app, "looms").await;
    assert!(check(&bob).await["head"].is_string());
}

async fn what_is_erased_leaves_the_chain_whole(app: TestApp) {
    let (ada, organization) = somebody(&app, "engines").await;
    let contact = ada
        .post(
            "/api/v1/contacts",
            &json!({"firstName": "Grace", "lastName": "Hopper"}),
        )
        .await
        .expect(201);
    let id: uuid::Uuid = contact.data()["id"].as_str().unwrap().parse().unwrap();
    app.settle().await;
    let before = check(&ada).await;
    let head = before["head"].as_str().unwrap();
    let actor = persistence::Actor {
        member: None,
        request_id: None,
        ip_address: None,
        now: app.state.clock.now(),
        new_id,
    };
    let tx = app.state.store.begin(organization, None, actor);
    let done = audit_chain::erase(
        &tx,
        &app.state.signer,
        organization,
        SubjectKind::Contact,
        id,
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(done, 1);
    let after = ada.get(&format!("{CHECK}?head={head}")).await.expect(200);
    assert!(after.data()["fault"].is_null(), "{}", after.body);
    assert_eq!(after.data()["erased"], 1);
    assert_eq!(after.data()["verified"], before["verified"]);
    let log = ada.get(&format!("/api/v1/audit-log?subjectId={id}")).await;
    let event = &log.expect(200).data()[0].clone();
    assert!(event["subjectName"].is_null(), "{event}");
    assert_eq!(event["kind"], "created");
}

async fn a_log_is_restored_with_its_chain(app: TestApp) {
    let (ada, _) = somebody(&app, "engines").await;
    let head = check(&ada).await["head"].as_str().unwrap().to_owned();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("backup");
    backup::backup(&app.state, &file).await.unwrap();
    let other = if app.state.store.system().is_postgres() {
        TestApp::postgres().await.unwrap()
    } else {
        TestApp::sqlite().await
    };
    backup::restore(&other.state, &file, false).await.unwrap();
    let ada = other.sign_in("engines").await;
    work(&ada, 1).await;
    other.settle().await;
    let found = ada.get(&format!("{CHECK}?head={head}")).await.expect(200);
    assert!(found.data()["fault"].is_null(), "{}", found.body);
}

async fn the_application_cannot_change_the_chain(app: TestApp) {
    if !app.state.store.system().is_postgres() {
        return;
    }
    let (_, organization) = somebody(&app, "engines").await;
    let mut connection = app.owner().await;
    let begin = format!("SET ROLE touchline_app; SET app.organization = '{organization}'");
    connection.execute(AssertSqlSafe(begin)).await.unwrap();
    for sql in [
        "UPDATE audit_chain SET number = number + 1",
        "DELETE FROM audit_chain",
        "UPDATE audit_salts SET salt = NULL, erasure = ''",
        "DELETE FROM audit_salts",
        "UPDATE audit_heads SET number = 1",
        "DELETE FROM audit_heads",
        "UPDATE audit_progress SET seq = 0",
        "UPDATE events SET changes = '[]'",
    ] {
        let refused = connection.execute(sql).await.unwrap_err().to_string();
        assert!(refused.contains("permission denied"), "{sql}: {refused}");
    }
}
