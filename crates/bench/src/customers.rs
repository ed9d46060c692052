//! Contacts, leads and activities, 100,000 of each: read as fast as companies, and their duplicates
//! found and merged in time.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::{Value, json};
use tokio_postgres::{Client, NoTls};
use uuid::Uuid;

use crate::{
    CLIENTS, Run, WORKERS,
    load::{Pace, Request, load},
    median, milliseconds,
    report::Report,
    seed::{self, Person, ask},
    server::{Server, free_port, touchline},
};

/// Records of each kind.
const EACH: i64 = 100_000;
/// Deals of the company that is merged.
const MOVED: i64 = 10_000;

/// Pages that people wait for: of leads in their orders and by their filters, and the boards.
const PAGES: [(&str, &str, f64); 7] = [
    ("100,000 leads: list", "/api/v1/leads?limit=50", 50.0),
    (
        "100,000 leads: by score",
        "/api/v1/leads?limit=50&sort=-score",
        50.0,
    ),
    (
        "100,000 leads: by status and source",
        "/api/v1/leads?limit=50&status=new&source=website,event",
        50.0,
    ),
    (
        "100,000 leads: by the department of their owner",
        "/api/v1/leads?limit=50&ownerDepartment=Sales",
        50.0,
    ),
    (
        "100,000 leads: search",
        "/api/v1/leads?limit=50&q=marmalade",
        50.0,
    ),
    ("100,000 leads: board", "/api/v1/leads/board", 100.0),
    ("100,000 deals: board", "/api/v1/deals/board", 100.0),
];

/// Measures on PostgreSQL.
///
/// # Errors
/// When a server does not answer as it should.
pub async fn measure(run: &Run, report: &mut Report) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let url = crate::database(&run.postgres, "touchline_bench_customers").await?;
    crate::migrate(&run.server, &url, folder.path())?;
    let port = free_port()?;
    let mut command = touchline(&run.server, &url, folder.path(), port);
    command.env("TOUCHLINE_WORKERS", WORKERS.to_string());
    let server = Server::start(&mut command, port, "/health/ready").await?;
    let (client, connection) = tokio_postgres::connect(&url, NoTls).await?;
    tokio::spawn(connection);
    let person = seed::register(port, "engines").await?;
    seed::companies(&client, &person, EACH).await?;
    seed::customers(&client, &person, EACH).await?;
    seed::deals(&client, &person, EACH).await?;
    client.batch_execute("VACUUM ANALYZE").await?;
    like_companies(run, report, &client, &person, &server).await?;
    for (name, path, most) in PAGES {
        let mut outcome = read(server.port, 1, 2, &person, move |_| path.to_owned()).await?;
        let p95 = milliseconds(outcome.quantile(0.95));
        let detail = format!("median {:.1} ms", milliseconds(outcome.quantile(0.5)));
        report.at_most(&format!("{name}: p95"), p95, "ms", most, detail);
    }
    duplicates(report, port, &person).await?;
    merge(report, port, &client, &person).await
}

async fn read(
    port: u16,
    connections: usize,
    seconds: u64,
    person: &Person,
    path: impl Fn(u64) -> String + Clone + Send + 'static,
) -> Result<crate::load::Outcome> {
    let token = person.token.clone();
    let pace = Pace {
        connections,
        lasts: Duration::from_secs(seconds),
        every: None,
    };
    let outcome = load(port, pace, 200, move |connection, count| {
        let place = count * 31 + u64::try_from(connection).unwrap_or(0) * 997;
        Request::new("GET", &path(place), Some(&token), None)
    })
    .await?;
    anyhow::ensure!(
        outcome.bad == 0,
        "{} pages were not answered as expected",
        outcome.bad
    );
    Ok(outcome)
}

/// Each kind in turns with companies: what is said of companies holds of them as well.
async fn like_companies(
    run: &Run,
    report: &mut Report,
    client: &Client,
    person: &Person,
    server: &Server,
) -> Result<()> {
    let mut kinds: Vec<(&'static str, Vec<Uuid>)> = Vec::new();
    for kind in ["companies", "contacts", "leads", "activities"] {
        let sql = format!("SELECT id FROM {kind} LIMIT 10000");
        let rows = client.query(&sql, &[]).await?;
        kinds.push((kind, rows.iter().map(|row| row.get(0)).collect()));
    }
    for (what, least) in [("GET one", 0.8), ("list of 25", 0.7)] {
        let mut rates: Vec<Vec<f64>> = vec![Vec::new(); kinds.len()];
        for round in 0..=run.rounds {
            for ((kind, ids), rates) in kinds.iter().zip(&mut rates) {
                let (kind, ids) = (*kind, ids.clone());
                let seconds = if round == 0 { 1 } else { run.seconds };
                let one = what == "GET one";
                let outcome = read(server.port, CLIENTS, seconds, person, move |place| {
                    let place = usize::try_from(place).unwrap_or(0) % ids.len();
                    match ids.get(place) {
                        Some(id) if one => format!("/api/v1/{kind}/{id}"),
                        _ => format!("/api/v1/{kind}?limit=25&sort=-createdAt"),
                    }
                })
                .await?;
                if round > 0 {
                    rates.push(outcome.rate());
                }
            }
        }
        let mut medians = rates.iter_mut().map(|rates| median(rates));
        let companies = medians.next().unwrap_or(f64::NAN);
        for ((kind, _), rate) in kinds.iter().skip(1).zip(medians) {
            let name = format!("{kind}: {what}, of the rate of companies");
            let detail = format!("{rate:.0}/s of {companies:.0}/s");
            report.at_least(&name, rate / companies, "", least, detail);
        }
    }
    Ok(())
}

/// Duplicates of one record while it is typed, and of all by the job.
async fn duplicates(report: &mut Report, port: u16, person: &Person) -> Result<()> {
    let mut outcome = read(port, 1, 3, person, |place| {
        let n = place % 99_000;
        format!("/api/v1/leads/duplicates?name=lead%20{n}&companyName=company%20{n}&email=lead{n}9@acme.example&phone=1{n:08}")
    })
    .await?;
    let p95 = milliseconds(outcome.quantile(0.95));
    let detail = format!("median {:.1} ms", milliseconds(outcome.quantile(0.5)));
    report.at_most(
        "100,000 leads: duplicates of one: p95",
        p95,
        "ms",
        10.0,
        detail,
    );
    let token = Some(person.token.as_str());
    let began = Instant::now();
    let path = "/api/v1/duplicates/search";
    ask(port, &Request::new("POST", path, token, Some("{}"))).await?;
    loop {
        let state = ask(port, &Request::new("GET", path, token, None)).await?;
        if state["running"] == Value::Bool(false) && !state["finishedAt"].is_null() {
            break;
        }
        anyhow::ensure!(
            began.elapsed() < Duration::from_secs(600),
            "the search for duplicates did not end within ten minutes"
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    report.at_most(
        "100,000 leads, contacts and companies: duplicates of all",
        began.elapsed().as_secs_f64(),
        "s",
        60.0,
        String::new(),
    );
    Ok(())
}

/// Two companies become one, and two again.
async fn merge(report: &mut Report, port: u16, client: &Client, person: &Person) -> Result<()> {
    let token = Some(person.token.as_str());
    let mut ids: Vec<Uuid> = Vec::new();
    for name in ["Merged", "MERGED"] {
        let body = json!({"name": name}).to_string();
        let request = Request::new("POST", "/api/v1/companies", token, Some(&body));
        ids.push(seed::id(&ask(port, &request).await?["id"])?);
    }
    let (winner, loser) = match ids.as_slice() {
        [winner, loser] => (*winner, *loser),
        _ => anyhow::bail!("two companies were to be made"),
    };
    client
        .execute(
            "UPDATE deals SET company_id = $2 WHERE id IN (SELECT id FROM deals WHERE organization_id = $1 LIMIT $3)",
            &[&person.organization, &loser, &MOVED],
        )
        .await?;
    let body = json!({"with": [{"id": loser}]}).to_string();
    let path = format!("/api/v1/companies/{winner}/merge");
    let began = Instant::now();
    let done = ask(port, &Request::new("POST", &path, token, Some(&body))).await?;
    let took = began.elapsed().as_secs_f64();
    report.at_most(
        "merge of companies, 10,000 deals move",
        took,
        "s",
        2.0,
        String::new(),
    );
    let merge = done["id"].as_str().context("the merge has no id")?;
    let path = format!("/api/v1/merges/{merge}/undo");
    let began = Instant::now();
    ask(port, &Request::new("POST", &path, token, Some("{}"))).await?;
    let took = began.elapsed().as_secs_f64();
    report.at_most("its undoing", took, "s", 2.0, String::new());
    let back: i64 = client
        .query_one(
            "SELECT count(*) FROM deals WHERE company_id = $1",
            &[&loser],
        )
        .await?
        .get(0);
    anyhow::ensure!(back == MOVED, "{back} of {MOVED} deals came back");
    Ok(())
}
