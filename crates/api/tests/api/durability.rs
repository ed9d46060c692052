//! Many writers, crashes, and what time does by itself.

use std::{
    collections::BTreeSet,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::json;

use crate::{
    helpers::{Caller, PASSWORD, TestApp},
    on_both_databases,
};

on_both_databases!(
    fifty_writers_at_once_all_succeed,
    what_is_refused_at_once_with_others_is_refused_alone,
    the_trash_is_emptied_after_thirty_days,
    events_get_their_place_once_and_in_order,
);

async fn fifty_writers_at_once_all_succeed(app: TestApp) {
    let ada = app.register("engines").await;
    let writers = (0..50).map(|writer| {
        let ada = ada.clone();
        async move {
            for number in 0..4 {
                let name = format!("Company {writer}-{number}");
                ada.post("/api/v1/companies", &json!({"name": name}))
                    .await
                    .expect(201);
            }
        }
    });
    futures_util::future::join_all(writers).await;
    let counted = ada
        .get("/api/v1/companies?count=true&limit=1")
        .await
        .expect(200);
    assert_eq!(counted.body["pagination"]["total"], 200);
}

async fn what_is_refused_at_once_with_others_is_refused_alone(app: TestApp) {
    let (ada, grace) = (
        app.register("engines").await,
        app.register("compilers").await,
    );
    let names: Vec<String> = (0..24).map(|number| format!("Product {number}")).collect();
    let post = async |caller: &Caller, name: &str| {
        let answer = caller
            .post("/api/v1/products", &json!({"name": name}))
            .await;
        (answer.status.as_u16(), name.to_owned())
    };
    // Each name twice in one tenant and once in the other, all at the same time.
    let twice = names.iter().chain(&names).map(|name| post(&ada, name));
    let once = names.iter().map(|name| post(&grace, name));
    let (twice, once) = futures_util::join!(
        futures_util::future::join_all(twice),
        futures_util::future::join_all(once)
    );
    for name in &names {
        let mut statuses: Vec<u16> = twice
            .iter()
            .filter(|(_, posted)| posted == name)
            .map(|(status, _)| *status)
            .collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409], "{name}");
    }
    assert!(once.iter().all(|(status, _)| *status == 201));
    for caller in [&ada, &grace] {
        let products = caller
            .get("/api/v1/products?count=true&limit=1")
            .await
            .expect(200);
        assert_eq!(products.body["pagination"]["total"], 24);
        let made = caller
            .get("/api/v1/audit-log?kind=created&subjectType=product&count=true&limit=1")
            .await
            .expect(200);
        assert_eq!(made.body["pagination"]["total"], 24);
    }
}

async fn the_trash_is_emptied_after_thirty_days(app: TestApp) {
    let ada = app.register("engines").await;
    let add = async |name: &str, parent: Option<&str>| {
        let mut body = json!({"name": name});
        if let Some(parent) = parent {
            body["parentId"] = json!(parent);
        }
        let made = ada.post("/api/v1/companies", &body).await.expect(201);
        made.data()["id"].as_str().unwrap().to_owned()
    };
    let gone = add("Gone", None).await;
    let parent = add("Parent", None).await;
    add("Child", Some(&parent)).await;
    for id in [&gone, &parent] {
        ada.delete(&format!("/api/v1/companies/{id}"))
            .await
            .expect(200);
    }
    app.later("engines", 29)
        .await
        .get(&format!("/api/v1/companies/{gone}"))
        .await
        .expect(200);
    let ada = app.later("engines", 2).await;
    ada.get(&format!("/api/v1/companies/{gone}"))
        .await
        .expect(404);
    // Another company belongs to it: it stays until that one is gone.
    ada.get(&format!("/api/v1/companies/{parent}"))
        .await
        .expect(200);
    let purged = ada.get("/api/v1/audit-log?kind=purged").await.expect(200);
    assert_eq!(purged.data()[0]["subjectName"], "Gone");
    assert_eq!(purged.data().as_array().unwrap().len(), 1);
}

async fn events_get_their_place_once_and_in_order(app: TestApp) {
    let ada = app.register("engines").await;
    for number in 0..5 {
        ada.post("/api/v1/companies", &json!({"name": number.to_string()}))
            .await
            .expect(201);
    }
    let first = app.state.store.system().sequence_events(4).await.unwrap();
    let second = app.state.store.system().sequence_events(100).await.unwrap();
    assert_eq!(first.len(), 4);
    let places: Vec<i64> = first.iter().chain(&second).map(|event| event.seq).collect();
    assert!(
        places.windows(2).all(|pair| pair[0] < pair[1]),
        "{places:?}"
    );
    let ids: BTreeSet<_> = first
        .iter()
        .chain(&second)
        .map(|event| event.event_id)
        .collect();
    assert_eq!(ids.len(), places.len());
    assert!(
        app.state
            .store
            .system()
            .sequence_events(100)
            .await
            .unwrap()
            .is_empty()
    );
}

struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn free_port() -> u16 {
    std::net::TcpListener::bind(("127.0.0.1", 0))
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

async fn serve(folder: &std::path::Path, port: u16) -> Server {
    let child = Command::new(env!("CARGO_BIN_EXE_touchline"))
        .arg("serve")
        .env("PORT", port.to_string())
        .env("TOUCHLINE_DATA_DIR", folder)
        .env("TOUCHLINE_LOG", "error")
        .env_remove("DATABASE_URL")
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let server = Server(child);
    for _ in 0..200 {
        let ready = reqwest::get(format!("http://127.0.0.1:{port}/health/ready")).await;
        if ready.is_ok_and(|ready| ready.status().is_success()) {
            return server;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the server is not ready after four seconds");
}

/// Eight writers, and a process that is killed again and again: nothing acknowledged is lost, and no
/// record is without its event.
#[actix_web::test]
async fn a_killed_server_loses_nothing_it_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    let mut server = serve(folder.path(), port).await;
    let stranger = Caller {
        address: format!("http://127.0.0.1:{port}"),
        client: reqwest::Client::new(),
        token: None,
    };
    let body = json!({"email": "admin@engines.example", "password": PASSWORD, "firstName": "Ada",
        "lastName": "L", "organizationName": "engines", "tokenDelivery": "body"});
    let ada = stranger.with(
        stranger
            .post("/api/v1/auth/register", &body)
            .await
            .expect(201),
    );
    let acknowledged = Arc::new(Mutex::new(Vec::new()));
    let stop = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let writers: Vec<_> = (0..8)
        .map(|_| {
            let (ada, acknowledged, stop) = (ada.clone(), acknowledged.clone(), stop.clone());
            actix_web::rt::spawn(async move {
                while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                    let request = ada
                        .request(reqwest::Method::POST, "/api/v1/companies")
                        .json(&json!({"name": "Acme"}));
                    let Ok(answer) = request.send().await else {
                        tokio::time::sleep(Duration::from_millis(5)).await;
                        continue;
                    };
                    if answer.status() == 201 {
                        let made: serde_json::Value = answer.json().await.unwrap_or_default();
                        if let Some(id) = made["data"]["id"].as_str() {
                            acknowledged.lock().unwrap().push(id.to_owned());
                        }
                    }
                }
            })
        })
        .collect();
    for round in 0..5 {
        tokio::time::sleep(Duration::from_millis(80 + round * 37)).await;
        drop(server);
        server = serve(folder.path(), port).await;
    }
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    for writer in writers {
        writer.await.unwrap();
    }
    let mut stored = BTreeSet::new();
    let mut logged = BTreeSet::new();
    for (list, field, all) in [
        ("companies?limit=200", "id", &mut stored),
        (
            "audit-log?kind=created&subjectType=company&limit=200",
            "subjectId",
            &mut logged,
        ),
    ] {
        let mut cursor = String::new();
        loop {
            let page = ada
                .get(&format!("/api/v1/{list}{cursor}"))
                .await
                .expect(200);
            all.extend(
                page.data()
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|row| row[field].as_str().unwrap().to_owned()),
            );
            match page.body["pagination"]["nextCursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
    }
    let acknowledged = acknowledged.lock().unwrap();
    assert!(
        acknowledged.len() > 20,
        "the writers did something: {}",
        acknowledged.len()
    );
    let lost: Vec<&String> = acknowledged
        .iter()
        .filter(|id| !stored.contains(*id))
        .collect();
    assert!(
        lost.is_empty(),
        "{} of {} acknowledged are lost",
        lost.len(),
        acknowledged.len()
    );
    assert_eq!(
        stored, logged,
        "a record without its event, or the other way round"
    );
}
