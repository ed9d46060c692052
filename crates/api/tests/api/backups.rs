//! Backups: made while people work, whole or refused.

use std::{collections::BTreeMap, fs, path::Path};

use api::{core::clock::Clock, platform::backup};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    helpers::{Caller, PASSWORD, TestApp, epoch},
    on_both_databases,
};

on_both_databases!(
    what_is_restored_is_what_was_there,
    a_database_in_use_is_left_alone,
    what_is_no_whole_backup_is_refused,
);

/// Another server on an empty database of the same kind.
async fn another(app: &TestApp) -> TestApp {
    if app.state.store.system().is_postgres() {
        TestApp::postgres().await.unwrap()
    } else {
        TestApp::sqlite().await
    }
}

async fn sign_in(app: &TestApp, name: &str) -> Caller {
    let body = json!({"email": format!("admin@{name}.example"), "password": PASSWORD, "tokenDelivery": "body"});
    let answer = app.stranger().post("/api/v1/auth/login", &body).await;
    app.stranger().with(answer.expect(200))
}

/// What the lists of a tenant say.
async fn lists(caller: &Caller) -> BTreeMap<&'static str, Value> {
    let mut found = BTreeMap::new();
    for path in [
        "/api/v1/companies?limit=100",
        "/api/v1/companies?q=müller",
        "/api/v1/members?limit=100",
        "/api/v1/products?limit=100",
        "/api/v1/audit-log?limit=100",
    ] {
        found.insert(path, caller.get(path).await.expect(200).data().clone());
    }
    found
}

async fn fill(app: &TestApp, name: &str) -> Caller {
    let caller = app.register(name).await;
    for number in 0..30 {
        let body = json!({"name": format!("Müller \"& Söhne\" \\x{number} 👋 {name}")});
        let parent = caller.post("/api/v1/companies", &body).await.expect(201);
        let child = json!({"name": format!("Part {number}"), "parentId": parent.data()["id"]});
        caller.post("/api/v1/companies", &child).await.expect(201);
    }
    caller
}

fn file(folder: &TempDir) -> std::path::PathBuf {
    folder.path().join("backup")
}

async fn what_is_restored_is_what_was_there(app: TestApp) {
    let ada = fill(&app, "engines").await;
    let bob = fill(&app, "looms").await;
    app.settle().await;
    let folder = tempfile::tempdir().unwrap();
    let (was_ada, was_bob) = (lists(&ada).await, lists(&bob).await);
    let made = backup::backup(&app.state, &file(&folder)).await.unwrap();
    assert!(made.rows() > 120, "{made:?}");

    // While people go on writing, each backup is of one moment: parents are there with their children.
    let busy = folder.path().join("busy");
    let (during, ()) = futures_util::future::join(backup::backup(&app.state, &busy), async {
        fill(&app, "late").await;
    })
    .await;
    during.unwrap();

    for from in [file(&folder), busy] {
        let other = another(&app).await;
        let restored = backup::restore(&other.state, &from, false).await.unwrap();
        assert_eq!(restored, backup::verify(&from).unwrap().1);
        let (ada, bob) = (
            sign_in(&other, "engines").await,
            sign_in(&other, "looms").await,
        );
        for (caller, before) in [(&ada, &was_ada), (&bob, &was_bob)] {
            for (path, now) in lists(caller).await {
                if path.contains("companies") {
                    assert_eq!(now, before[path], "{path}");
                }
            }
        }
        // It goes on from there: places in the stream, full text, references.
        let made = ada
            .post("/api/v1/companies", &json!({"name": "After"}))
            .await
            .expect(201);
        other.settle().await;
        let found = ada.get("/api/v1/companies?q=after").await.expect(200);
        assert_eq!(found.data()[0]["id"], made.data()["id"]);
        let log = ada.get("/api/v1/audit-log?limit=100").await.expect(200);
        assert!(log.data().as_array().unwrap().len() > 60);
    }
}

async fn a_database_in_use_is_left_alone(app: TestApp) {
    let ada = fill(&app, "engines").await;
    let folder = tempfile::tempdir().unwrap();
    backup::backup(&app.state, &file(&folder)).await.unwrap();
    let again = backup::backup(&app.state, &file(&folder)).await;
    assert!(again.unwrap_err().to_string().contains("exists already"));

    let other = another(&app).await;
    let bob = other.register("looms").await;
    let refused = backup::restore(&other.state, &file(&folder), false).await;
    assert!(refused.unwrap_err().to_string().contains("--force"));
    bob.get("/api/v1/auth/me").await.expect(200);

    backup::restore(&other.state, &file(&folder), true)
        .await
        .unwrap();
    let gone =
        json!({"email": "admin@looms.example", "password": PASSWORD, "tokenDelivery": "body"});
    other
        .stranger()
        .post("/api/v1/auth/login", &gone)
        .await
        .expect(401);
    let restored = sign_in(&other, "engines").await;
    assert_eq!(
        lists(&restored).await["/api/v1/companies?q=müller"],
        lists(&ada).await["/api/v1/companies?q=müller"]
    );
}

async fn what_is_no_whole_backup_is_refused(app: TestApp) {
    fill(&app, "engines").await;
    let folder = tempfile::tempdir().unwrap();
    backup::backup(&app.state, &file(&folder)).await.unwrap();
    let whole = fs::read(file(&folder)).unwrap();
    let other = another(&app).await;
    let write = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        path
    };
    let mut changed = whole.clone();
    let middle = changed.len() / 2;
    changed[middle] ^= 0x10;
    let files = [
        write("empty", b""),
        write("text", b"name;city\nEngines;Berlin\n"),
        write("half", &whole[..whole.len() / 2]),
        write("almost", &whole[..whole.len() - 1]),
        write("changed", &changed),
        write("longer", &[&whole[..], b"more"].concat()),
        write("edited", &edited(&file(&folder), "Part 7", "Part 8")),
        write(
            "newer",
            &edited(
                &file(&folder),
                "\"schema\":[",
                "\"schema\":[\"m29991231_000001_later\",",
            ),
        ),
    ];
    for path in files {
        let refused = backup::restore(&other.state, &path, false).await;
        assert!(refused.is_err(), "{}", path.display());
    }
    // Nothing came in, and the whole one still does.
    let gone =
        json!({"email": "admin@engines.example", "password": PASSWORD, "tokenDelivery": "body"});
    other
        .stranger()
        .post("/api/v1/auth/login", &gone)
        .await
        .expect(401);
    backup::restore(&other.state, &file(&folder), false)
        .await
        .unwrap();
    sign_in(&other, "engines").await;
}

/// A backup with some words replaced, compressed anew.
fn edited(path: &Path, from: &str, to: &str) -> Vec<u8> {
    use std::io::{Read, Write};
    let mut text = String::new();
    let packed = fs::read(path).unwrap();
    flate2::read::GzDecoder::new(&packed[..])
        .read_to_string(&mut text)
        .unwrap();
    assert!(text.contains(from), "{from}");
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(text.replace(from, to).as_bytes()).unwrap();
    out.finish().unwrap()
}

#[actix_web::test]
async fn a_team_that_grows_moves_from_sqlite_to_postgresql() {
    let Some(large) = TestApp::postgres().await else {
        return;
    };
    let small = TestApp::start_at(&[], Clock::fixed(epoch())).await;
    let ada = fill(&small, "engines").await;
    small.settle().await;
    let was = lists(&ada).await;
    let folder = tempfile::tempdir().unwrap();
    backup::backup(&small.state, &file(&folder)).await.unwrap();
    backup::restore(&large.state, &file(&folder), false)
        .await
        .unwrap();
    let ada = sign_in(&large, "engines").await;
    let now = lists(&ada).await;
    assert_eq!(
        now["/api/v1/companies?limit=100"],
        was["/api/v1/companies?limit=100"]
    );
    ada.post("/api/v1/companies", &json!({"name": "After"}))
        .await
        .expect(201);
    large.settle().await;

    // The way back would lose nothing, but nobody has needed it.
    let back = folder.path().join("back");
    backup::backup(&large.state, &back).await.unwrap();
    let refused = backup::restore(&TestApp::sqlite().await.state, &back, false).await;
    assert!(refused.unwrap_err().to_string().contains("PostgreSQL"));
}
