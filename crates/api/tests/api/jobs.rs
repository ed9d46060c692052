//! Background jobs, as administrators see them.

use api::core::clock::new_id;
use chrono::TimeDelta;
use persistence::{
    Actor,
    platform::job::{NewJob, enqueue},
};
use reqwest::Method;
use serde_json::json;

use crate::{
    helpers::{Caller, TestApp},
    on_both_databases,
};

on_both_databases!(
    a_job_that_failed_for_good_is_tried_again,
    a_job_that_waits_is_cancelled_and_an_import_is_not,
    jobs_are_seen_by_administrators_of_their_organization,
);

/// Queues a job of the caller's organization that no worker knows.
async fn queue(app: &TestApp, caller: &Caller, kind: &'static str) -> String {
    let me = caller.get("/api/v1/auth/me").await.expect(200);
    let organization = me.data()["organization"]["id"].as_str().unwrap();
    let actor = Actor {
        member: None,
        request_id: None,
        ip_address: None,
        now: app.state.clock.now(),
        new_id,
    };
    let tx = app
        .state
        .store
        .begin(organization.parse().unwrap(), None, actor);
    let id = enqueue(
        &tx,
        NewJob {
            kind,
            payload: json!({"link": "https://touchline.example/a-secret"}),
            max_attempts: 1,
        },
    );
    tx.commit().await.unwrap();
    id.to_string()
}

async fn a_job_that_failed_for_good_is_tried_again(app: TestApp) {
    let ada = app.register("engines").await;
    let id = queue(&app, &ada, "moon.phase").await;
    while api::platform::worker::step(&app.state).await.unwrap() {}
    let job = ada.get(&format!("/api/v1/jobs/{id}")).await.expect(200);
    assert_eq!(job.data()["state"], "dead");
    assert_eq!(job.data()["attempts"], 1);
    assert!(
        job.data()["lastError"]
            .as_str()
            .unwrap()
            .contains("moon.phase")
    );
    assert!(
        !job.body.to_string().contains("a-secret"),
        "what a job works on is not shown"
    );

    let dead = ada.get("/api/v1/jobs?state=dead").await.expect(200);
    assert_eq!(dead.data().as_array().unwrap().len(), 1);
    let path = format!("/api/v1/jobs/{id}/retry");
    let retried = ada.post(&path, &json!({})).await.expect(200);
    assert_eq!(retried.data()["state"], "queued");
    assert_eq!(retried.data()["attempts"], 0);
    assert!(retried.data()["finishedAt"].is_null());
    let log = ada.get("/api/v1/audit-log?subjectType=job").await;
    assert_eq!(log.data()[0]["subjectName"], "moon.phase");

    while api::platform::worker::step(&app.state).await.unwrap() {}
    let job = ada.get(&format!("/api/v1/jobs/{id}")).await.expect(200);
    assert_eq!(job.data()["state"], "dead", "it was taken again");
    assert_eq!(job.data()["attempts"], 1);
}

async fn a_job_that_waits_is_cancelled_and_an_import_is_not(app: TestApp) {
    let ada = app.register("engines").await;
    let id = queue(&app, &ada, "moon.phase").await;
    let cancel = |id: &str| format!("/api/v1/jobs/{id}/cancel");
    let cancelled = ada.post(&cancel(&id), &json!({})).await.expect(200);
    assert_eq!(cancelled.data()["state"], "cancelled");
    app.advance(TimeDelta::minutes(1));
    while api::platform::worker::step(&app.state).await.unwrap() {}
    let job = ada.get(&format!("/api/v1/jobs/{id}")).await.expect(200);
    assert_eq!(job.data()["state"], "cancelled", "no worker took it");
    let again = ada.post(&cancel(&id), &json!({})).await.expect(409);
    assert_eq!(again.body["error"]["code"], "conflict");

    let done = ada.get("/api/v1/jobs?state=done").await.expect(200);
    let mail = done.data()[0]["id"].as_str().unwrap();
    let path = format!("/api/v1/jobs/{mail}/retry");
    ada.post(&path, &json!({})).await.expect(409);

    let import = queue(&app, &ada, "import.run").await;
    let refused = ada.post(&cancel(&import), &json!({})).await.expect(409);
    assert!(refused.body.to_string().contains("cancel the import"));
}

async fn jobs_are_seen_by_administrators_of_their_organization(app: TestApp) {
    let (ada, eve) = (app.register("engines").await, app.register("rivals").await);
    let id = queue(&app, &ada, "moon.phase").await;
    let jobs = ada.get("/api/v1/jobs?count=true&limit=1").await.expect(200);
    assert_eq!(jobs.data()[0]["id"], id.as_str(), "the latest first");
    assert_eq!(jobs.body["pagination"]["total"], 2);
    let next = jobs.body["pagination"]["nextCursor"].as_str().unwrap();
    let rest = ada
        .get(&format!("/api/v1/jobs?limit=1&cursor={next}"))
        .await
        .expect(200);
    assert_eq!(rest.data()[0]["kind"], "mail.send");
    let theirs = eve.get("/api/v1/jobs").await.expect(200);
    assert!(!theirs.body.to_string().contains(&id));
    ada.get("/api/v1/jobs?state=asleep").await.expect(422);
    let stranger = app.stranger();
    let request = stranger.request(Method::POST, &format!("/api/v1/jobs/{id}/retry"));
    assert_eq!(stranger.send(request).await.status, 401);
}
