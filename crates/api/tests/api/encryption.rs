//! What is encrypted stands nowhere in the open, and opens in its own place alone.

use std::io::Read;

use api::{identity::rotation, platform::backup};
use serde_json::{Value, json};
use sqlx::{Connection, Executor, Row, SqliteConnection};

use crate::{
    archives::{export_of, fetch},
    helpers::{TestApp, add, path},
    merges::{get, merge, undo},
    on_both_databases,
    private_fields::{PHONE, SAID, SECRETS, STREET, private, tells},
    second_factors::beside,
};

on_both_databases!(
    what_is_encrypted_stands_nowhere_in_the_open,
    it_opens_in_its_own_place_alone,
    keys_are_rotated_beside_writers,
);

/// Looks for the secrets in everything that the database holds, and in a backup.
pub async fn nowhere_in_the_open(app: &TestApp) {
    app.settle().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("backup");
    backup::backup(&app.state, &file).await.unwrap();
    let mut whole = Vec::new();
    flate2::read::MultiGzDecoder::new(std::fs::File::open(&file).unwrap())
        .read_to_end(&mut whole)
        .unwrap();
    assert!(whole.len() > 1_000);
    holds_nothing(&whole, "the backup");
    if app.state.store.system().is_postgres() {
        let mut owner = app.owner().await;
        let columns = owner
            .fetch_all(
                "SELECT table_name::text, column_name::text FROM information_schema.columns
                 WHERE table_schema = 'public' AND data_type IN ('text', 'jsonb', 'json', 'bytea', 'character varying', 'tsvector')",
            )
            .await
            .unwrap();
        assert!(columns.len() > 100);
        for column in columns {
            let (table, column): (String, String) = (column.get(0), column.get(1));
            for secret in SECRETS {
                let sql = format!(
                    "SELECT count(*) FROM \"{table}\" WHERE position('{secret}' IN \"{column}\"::text) > 0
                     OR position(encode('{secret}'::bytea, 'hex') IN \"{column}\"::text) > 0"
                );
                let found: i64 = owner
                    .fetch_one(sqlx::AssertSqlSafe(sql))
                    .await
                    .unwrap()
                    .get(0);
                assert_eq!(found, 0, "{table}.{column} holds {secret}");
            }
        }
    } else {
        let file = app.state.config.data_dir.join("touchline.db");
        for ending in ["", "-wal"] {
            let path = format!("{}{ending}", file.display());
            holds_nothing(&std::fs::read(&path).unwrap(), &path);
        }
    }
}

fn holds_nothing(bytes: &[u8], whose: &str) {
    for secret in SECRETS {
        let found = bytes
            .windows(secret.len())
            .any(|window| window == secret.as_bytes());
        assert!(!found, "{whose} holds {secret}");
    }
}

async fn what_is_encrypted_stands_nowhere_in_the_open(app: TestApp) {
    let ada = app.register("engines").await;
    let keyed = async |path: &str, body: Value| {
        let request = ada.request(reqwest::Method::POST, path);
        let request = request.header("Idempotency-Key", path).json(&body);
        ada.send(request).await.expect(201).data().clone()
    };
    let grace = keyed("/api/v1/contacts", private()).await;
    let note = json!({"body": SAID, "confidential": true, "contactId": grace["id"]});
    let note = keyed("/api/v1/notes", note).await;
    ada.get(&path("contacts", &grace)).await.expect(200);
    ada.patch(&path("notes", &note), &json!({"body": format!("{SAID}!")}))
        .await
        .expect(200);
    let again = json!({"privatePhone": format!("{PHONE} 5")});
    ada.patch(&path("contacts", &grace), &again)
        .await
        .expect(200);
    let bulk = json!({"operations": [{"kind": "create", "create": private()}]});
    ada.post("/api/v1/contacts/bulk", &bulk).await.expect(200);
    nowhere_in_the_open(&app).await;
}

/// Runs a statement past the server.
async fn behind(app: &TestApp, sql: &'static str) {
    if app.state.store.system().is_postgres() {
        app.owner().await.execute(sql).await.unwrap();
    } else {
        let file = app.state.config.data_dir.join("touchline.db");
        let url = format!("sqlite://{}", file.display());
        let mut database = SqliteConnection::connect(&url).await.unwrap();
        database.execute(sql).await.unwrap();
    }
}

async fn it_opens_in_its_own_place_alone(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    let mut all = Vec::new();
    for caller in [&ada, &ada, &eve] {
        let contact = add(caller, "contacts", private()).await;
        let note = json!({"body": SAID, "confidential": true, "contactId": contact["id"]});
        let note = add(caller, "notes", note).await;
        all.push((caller, path("contacts", &contact), path("notes", &note)));
    }
    // Whoever may write the database puts one's own in the place of another's: it does not open, and the answer says no more.
    for sql in [
        "CREATE TEMPORARY TABLE kept AS SELECT id, birthday FROM contacts;
         UPDATE contacts SET birthday = (SELECT max(kept.birthday) FROM kept WHERE kept.id <> contacts.id)",
        "CREATE TEMPORARY TABLE kept AS SELECT id, sealed_body FROM notes;
         UPDATE notes SET sealed_body = (SELECT max(kept.sealed_body) FROM kept WHERE kept.id <> notes.id)",
    ] {
        behind(&app, sql).await;
    }
    for (caller, contact, note) in &all {
        for path in [contact, note] {
            let refused = caller.get(path).await.expect(500);
            assert!(!refused.body.to_string().contains("sealed") && !tells(&refused.body));
        }
        // What does not open is not written over either.
        let change = json!({"birthday": "--01-01"});
        caller.patch(contact, &change).await.expect(500);
    }
    behind(&app, "UPDATE contacts SET birthday = private_phone").await;
    ada.get(&all[0].1).await.expect(500);
}

async fn keys_are_rotated_beside_writers(app: TestApp) {
    const OLD: &str = "a secret of the tests that is long enough";
    const NEW: &str = "another secret of the tests and long enough too";
    let ada = app.register("engines").await;
    let mut contacts = Vec::new();
    for _ in 0..12 {
        contacts.push(add(&ada, "contacts", private()).await);
    }
    let first = contacts[0].clone();
    let body = json!({"with": [{"id": contacts[1]["id"]}]});
    let merged = merge(&ada, "contacts", &first, body).await.expect(200);
    let note = json!({"body": SAID, "confidential": true, "contactId": first["id"]});
    let note = add(&ada, "notes", note).await;
    let import = ada.upload("companies", "c.csv", b"Company\nAcme\n").await;
    let import = path("imports", import.expect(201).data());
    let export = export_of(&app, &ada, json!({"kinds": ["contacts"]})).await;
    let during = beside(&app, Some(&format!("{NEW},{OLD}"))).await;
    let writer = during.sign_in("engines").await;
    let writes = async {
        for (number, contact) in contacts.iter().skip(2).enumerate() {
            let change = json!({"jobTitle": format!("Admiral {number}"), "birthday": format!("19{:02}-01-01", number + 10)});
            let path = path("contacts", contact);
            writer.patch(&path, &change).await.expect(200);
        }
    };
    let (rotated, ()) = futures_util::future::join(rotation::rotate(&during.state), writes).await;
    assert!(rotated.unwrap() > 20);
    assert_eq!(rotation::rotate(&during.state).await.unwrap(), 0);
    let after = beside(&app, Some(NEW)).await;
    let ada = after.sign_in("engines").await;
    for (number, contact) in contacts.iter().skip(2).enumerate() {
        let read = get(&ada, "contacts", contact).await;
        assert_eq!(read["birthday"], format!("19{:02}-01-01", number + 10));
        assert_eq!(
            (&read["privatePhone"], &read["privateAddress"]["street"]),
            (&json!(PHONE), &json!(STREET))
        );
    }
    assert_eq!(get(&ada, "notes", &note).await["body"], SAID);
    fetch(&ada, &export).await;
    ada.post(&format!("{import}/check"), &json!({}))
        .await
        .expect(200);
    after.settle().await;
    assert_eq!(ada.get(&import).await.expect(200).data()["state"], "ready");
    undo(&ada, merged.data()).await.expect(200);
}
