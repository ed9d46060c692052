//! `/api/v1/imports/archive`: all the files of an export come in at once.

use std::io::{Cursor, Read, Write};

use persistence::platform::piece;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use shared_types::{OrganizationId, Role};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

use crate::{
    archives::{export_of, fetch},
    helpers::{Caller, TestApp, add, path, rows},
    import_round_trip::{expect_the_same, furnish},
    on_both_databases,
    people::somebody,
};

on_both_databases!(
    everything_comes_in_at_once,
    what_is_wrong_with_an_archive_is_told_and_nothing_is_written,
    an_archive_is_cancelled_and_another_takes_its_place,
    only_who_may_write_it_all_imports_an_archive,
);

const KINDS: [&str; 9] = [
    "members",
    "companies",
    "contacts",
    "products",
    "deals",
    "leads",
    "activities",
    "notes",
    "metricValues",
];

async fn archive_of(app: &TestApp, caller: &Caller) -> Vec<u8> {
    let export = export_of(app, caller, json!({})).await;
    assert_eq!(export["state"], "done", "{export}");
    fetch(caller, &export).await
}

async fn total(caller: &Caller, kind: &str) -> u64 {
    let list = caller
        .get(&format!(
            "/api/v1/{}?count=true",
            kind.replace("metricValues", "metric-values")
        ))
        .await;
    let total = &list.expect(200).body["pagination"]["total"];
    total.as_u64().unwrap()
}

async fn everything_comes_in_at_once(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    let other = app.register("strangers").await;
    furnish(&ada).await;
    // A pipeline of one's own, one stage more in the other, and tags with their colours.
    let stages = json!([{"name": "Talk", "probability": 10}, {"name": "Sign", "probability": 80, "rottingDays": 9}]);
    let renewals = json!({"name": "Renewals", "stages": stages});
    let renewals = add(&ada, "pipelines", renewals).await;
    let deal = json!({"title": "Third one", "pipelineId": renewals["id"], "stageId": renewals["stages"][1]["id"]});
    add(&ada, "deals", deal).await;
    let tag = add(&ada, "tags", json!({"name": "Key account"})).await;
    let tagged = json!({"name": "Tagged", "tagIds": [tag["id"]]});
    add(&ada, "companies", tagged).await;

    let bytes = archive_of(&app, &ada).await;
    let brought = eve.upload_archive(&bytes).await.expect(201);
    let archive = brought.data().clone();
    assert_eq!(
        (&archive["state"], &archive["source"]),
        (&json!("running"), &json!("engines"))
    );
    assert_eq!(
        brought.header("location"),
        path("import-archives", &archive)
    );
    let kinds: Vec<&str> = archive["tables"]
        .as_array()
        .unwrap()
        .iter()
        .map(|table| table["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, KINDS);
    assert!(archive["tables"][0]["state"].is_null());
    // Another one waits for its end.
    eve.upload_archive(&bytes).await.expect(409);
    app.settle().await;

    let done = eve
        .get(&path("import-archives", &archive))
        .await
        .expect(200);
    let done = done.data().clone();
    assert_eq!(done["state"], "done", "{done}");
    for table in done["tables"].as_array().unwrap() {
        assert_eq!(table["state"], "done", "{table}");
        assert_eq!(table["counts"]["refused"], 0, "{table}");
        assert_eq!(table["processed"], table["rows"], "{table}");
    }
    for kind in KINDS {
        let own = u64::from(kind == "members");
        assert_eq!(
            total(&eve, kind).await,
            total(&ada, kind).await + own,
            "{kind}"
        );
    }
    expect_the_same(&ada, &eve).await;
    let pipelines = rows(&eve, "pipelines").await;
    let renewals = pipelines
        .iter()
        .find(|one| one["name"] == "Renewals")
        .unwrap();
    assert_eq!(renewals["stages"][1]["rottingDays"], 9);
    let third = rows(&eve, "deals?q=Third").await;
    assert_eq!(third[0]["pipelineId"], renewals["id"]);
    assert_eq!(third[0]["stageId"], renewals["stages"][1]["id"]);
    let tagged = rows(&eve, "companies?q=Tagged").await;
    assert_eq!(tagged[0]["tags"][0]["name"], "Key account");

    // Each table is an import of its own, with its place in the archive.
    let id = archive["id"].as_str().unwrap();
    let imports = rows(&eve, &format!("imports?archiveId={id}")).await;
    assert_eq!(imports.len(), 9);
    assert!(
        imports
            .iter()
            .all(|import| import["archiveId"] == archive["id"])
    );
    let rejects = format!("{}/rejects", path("imports", &imports[0]));
    eve.get(&rejects).await.expect(200);

    // Once more changes nothing, but for what is told apart by nothing.
    let again = eve.upload_archive(&bytes).await.expect(201);
    app.settle().await;
    let again = eve.get(again.header("location")).await.expect(200);
    for table in again.data()["tables"].as_array().unwrap() {
        assert_eq!(table["counts"]["created"], 0, "{table}");
    }

    // Nobody else has seen any of it.
    other
        .get(&path("import-archives", &archive))
        .await
        .expect(404);
    other
        .post(
            &format!("{}/cancel", path("import-archives", &archive)),
            &json!({}),
        )
        .await
        .expect(404);
    assert!(rows(&other, "imports").await.is_empty());
    assert_eq!(total(&other, "companies").await, 0);
    assert_eq!(rows(&other, "pipelines").await.len(), 1);
}

/// An archive whose files were changed by somebody.
fn changed(
    bytes: &[u8],
    change: impl Fn(&str, Vec<u8>) -> Option<Vec<u8>>,
    more: &[(&str, &[u8])],
) -> Vec<u8> {
    let mut from = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut to = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    for place in 0..from.len() {
        let mut file = from.by_index(place).unwrap();
        let name = file.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        if let Some(bytes) = change(&name, bytes) {
            to.start_file(name, options).unwrap();
            to.write_all(&bytes).unwrap();
        }
    }
    for (name, bytes) in more {
        to.start_file(*name, options).unwrap();
        to.write_all(bytes).unwrap();
    }
    to.finish().unwrap().into_inner()
}

/// An archive of which the manifest says something else.
fn said(bytes: &[u8], change: impl Fn(&mut Value)) -> Vec<u8> {
    changed(
        bytes,
        |name, bytes| {
            if name != "manifest.json" {
                return Some(bytes);
            }
            let mut manifest: Value = serde_json::from_slice(&bytes).unwrap();
            change(&mut manifest);
            Some(serde_json::to_vec(&manifest).unwrap())
        },
        &[],
    )
}

async fn what_is_wrong_with_an_archive_is_told_and_nothing_is_written(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    add(&ada, "companies", json!({"name": "Acme"})).await;
    let good = archive_of(&app, &ada).await;
    let companies = |change: fn(Vec<u8>) -> Option<Vec<u8>>| {
        changed(
            &good,
            |name, bytes| {
                if name == "companies.csv" {
                    change(bytes)
                } else {
                    Some(bytes)
                }
            },
            &[],
        )
    };
    let of_companies = |manifest: &mut Value, field: &str, value: Value| {
        let files = manifest["files"].as_array_mut().unwrap();
        let file = files
            .iter_mut()
            .find(|file| file["kind"] == "companies")
            .unwrap();
        file[field] = value;
    };
    // A few kilobytes that unpack to many megabytes, as the manifest says or not.
    let bomb = vec![b'a'; 30 * 1024 * 1024];
    let small = changed(
        &good,
        |name, bytes| {
            if name == "notes.csv" {
                Some(bomb.clone())
            } else {
                Some(bytes)
            }
        },
        &[],
    );
    let huge = said(&good, |manifest| {
        of_companies(manifest, "bytes", json!(3_u64 << 30))
    });
    for (bytes, fault) in [
        (Vec::new(), "is no ZIP archive"),
        (b"name\nAcme\n".to_vec(), "is no ZIP archive"),
        (good[..good.len() / 2].to_vec(), "is no ZIP archive"),
        (
            changed(
                &good,
                |name, bytes| (name != "manifest.json").then_some(bytes),
                &[],
            ),
            "manifest.json: is missing",
        ),
        (
            said(&good, |manifest| manifest["format"] = json!("zip")),
            "manifest.json: does not belong",
        ),
        (
            said(&good, |manifest| manifest["version"] = json!(9)),
            "manifest.json: is of version 9",
        ),
        (
            said(&good, |manifest| {
                of_companies(manifest, "kind", json!("moons"))
            }),
            "companies.csv: holds moons",
        ),
        (companies(|_| None), "companies.csv: is missing"),
        (
            companies(|mut bytes| {
                let last = bytes.len() - 3;
                bytes[last] ^= 1;
                Some(bytes)
            }),
            "companies.csv: is not as it was written",
        ),
        (
            companies(|bytes| Some(bytes[..bytes.len() - 5].to_vec())),
            "companies.csv: has ",
        ),
        (
            companies(|bytes| Some([bytes, b"more\n".to_vec()].concat())),
            "companies.csv: is larger than",
        ),
        (
            said(&good, |manifest| of_companies(manifest, "rows", json!(2))),
            "companies.csv: has 1 rows, the manifest says 2",
        ),
        (
            changed(&good, |_, bytes| Some(bytes), &[("../../evil.csv", b"a\n")]),
            "../../evil.csv: is not named",
        ),
        (small, "notes.csv: "),
        (huge, "manifest.json: the tables unpack to more than 2 GiB"),
    ] {
        let refused = eve.upload_archive(&bytes).await.expect(422);
        assert_eq!(refused.fields(), ["file"]);
        let words = refused.body["error"]["fields"]["file"][0].as_str().unwrap();
        assert!(words.starts_with(fault), "{words} instead of {fault}");
    }
    // Columns that mean nothing are told as well, whatever the checksum says.
    let odd = b"\"a\",\"b\"\n1,2\n";
    let odd = changed(
        &good,
        |name, bytes| match name {
            "companies.csv" => Some(odd.to_vec()),
            "manifest.json" => {
                let mut manifest: Value = serde_json::from_slice(&bytes).unwrap();
                of_companies(&mut manifest, "bytes", json!(odd.len()));
                of_companies(
                    &mut manifest,
                    "sha256",
                    json!(hex::encode(Sha256::digest(odd))),
                );
                Some(serde_json::to_vec(&manifest).unwrap())
            }
            _ => Some(bytes),
        },
        &[],
    );
    let refused = eve.upload_archive(&odd).await.expect(422);
    let words = refused.body["error"]["fields"]["file"][0].as_str().unwrap();
    assert!(words.starts_with("companies.csv: "), "{words}");
    app.settle().await;
    assert!(rows(&eve, "imports").await.is_empty());
    assert!(rows(&eve, "companies").await.is_empty());
    let me = eve.get("/api/v1/auth/me").await.expect(200);
    let home = me.data()["organization"]["id"].as_str().unwrap().parse();
    let home: OrganizationId = home.unwrap();
    let read = app.state.store.read(home);
    let kept = piece::Entity::find().filter(piece::Column::OrganizationId.eq(home.0));
    assert!(kept.all(&read).await.unwrap().is_empty());
    // The very same is taken.
    eve.upload_archive(&good).await.expect(201);
    app.settle().await;
    assert_eq!(rows(&eve, "companies").await.len(), 1);
}

async fn an_archive_is_cancelled_and_another_takes_its_place(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    add(&ada, "companies", json!({"name": "Acme"})).await;
    let bytes = archive_of(&app, &ada).await;
    let brought = eve.upload_archive(&bytes).await.expect(201);
    let cancel = format!("{}/cancel", brought.header("location"));
    let cancelled = eve.post(&cancel, &json!({})).await.expect(200);
    assert_eq!(cancelled.data()["state"], "cancelled");
    eve.post(&cancel, &json!({})).await.expect(409);
    app.settle().await;
    assert!(rows(&eve, "companies").await.is_empty());
    let jobs = rows(&eve, "jobs").await;
    assert!(jobs.iter().all(|job| job["state"] != "dead"), "{jobs:?}");
    eve.upload_archive(&bytes).await.expect(201);
    app.settle().await;
    assert_eq!(rows(&eve, "companies").await.len(), 1);
    let log = eve
        .get("/api/v1/audit-log?subjectType=importArchive")
        .await
        .expect(200);
    let states: Vec<&str> = log
        .data()
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["kind"].as_str().unwrap())
        .collect();
    assert_eq!(
        states,
        [
            "import.finished",
            "import.started",
            "import.finished",
            "import.started"
        ]
    );
}

async fn only_who_may_write_it_all_imports_an_archive(app: TestApp) {
    let ada = app.register("engines").await;
    add(&ada, "companies", json!({"name": "Acme"})).await;
    let bytes = archive_of(&app, &ada).await;
    for role in [Role::Agent, Role::TeamLeader] {
        let (caller, _) = somebody(&app, &ada, role).await;
        caller.upload_archive(&bytes).await.expect(403);
    }
    let (leaver, member) = somebody(&app, &ada, Role::Manager).await;
    let brought = leaver.upload_archive(&bytes).await;
    if brought.status == 201 {
        let gone = format!("{}/deactivate", path("members", &member));
        ada.post(&gone, &json!({})).await.expect(200);
        app.settle().await;
        let failed = ada.get(brought.header("location")).await.expect(200);
        assert_eq!(failed.data()["state"], "failed");
        let words = failed.data()["failure"].as_str().unwrap();
        assert!(words.ends_with("may not import any more"), "{words}");
    }
    app.settle().await;
    assert_eq!(rows(&ada, "companies").await.len(), 1);
}
