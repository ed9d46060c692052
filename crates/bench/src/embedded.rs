//! The embedded database: how fast it starts, what it holds in memory, how writers fare.

use std::time::Duration;

use anyhow::Result;

use crate::{
    Run,
    load::{Pace, Request, load},
    median, milliseconds,
    report::Report,
    seed,
    server::{Server, free_port, touchline},
};

const STARTS: usize = 5;

pub async fn measure(run: &Run, report: &mut Report) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let url = format!("sqlite://{}/touchline.db", folder.path().display());
    crate::migrate(&run.server, &url, folder.path())?;
    let mut starts = Vec::new();
    let mut idle = 0;
    for _ in 0..STARTS {
        let port = free_port()?;
        let mut command = touchline(&run.server, &url, folder.path(), port);
        let server = Server::start(&mut command, port, "/health/ready").await?;
        starts.push(milliseconds(server.ready_after));
        tokio::time::sleep(Duration::from_secs(1)).await;
        idle = server.memory().0;
    }
    let start = median(&mut starts);
    report.at_most(
        "embedded: start to ready",
        start,
        "ms",
        300.0,
        String::new(),
    );
    #[expect(clippy::cast_precision_loss)]
    report.at_most(
        "embedded: memory idle",
        idle as f64,
        "MiB",
        60.0,
        String::new(),
    );

    let port = free_port()?;
    let mut command = touchline(&run.server, &url, folder.path(), port);
    let server = Server::start(&mut command, port, "/health/ready").await?;
    let person = seed::register(port, "engines").await?;
    let token = person.token.clone();
    let writers = Pace {
        connections: 16,
        lasts: Duration::from_secs(10),
        every: None,
    };
    let mut outcome = load(port, writers, 201, move |connection, count| {
        let body = format!("{{\"name\": \"Company {connection}-{count}\"}}");
        Request::new("POST", "/api/v1/companies", Some(&token), Some(&body))
    })
    .await?;
    let detail = format!("{:.0}/s", outcome.rate());
    let p99 = milliseconds(outcome.quantile(0.99));
    report.at_most("embedded: 16 writers, p99", p99, "ms", 100.0, detail);
    #[expect(clippy::cast_precision_loss)]
    let bad = outcome.bad as f64;
    report.at_most("embedded: 16 writers, errors", bad, "", 0.0, String::new());
    let readers = Pace {
        connections: 32,
        lasts: Duration::from_secs(5),
        every: None,
    };
    let token = person.token.clone();
    let outcome = load(port, readers, 200, move |_, _| {
        Request::new("GET", "/api/v1/companies?limit=25", Some(&token), None)
    })
    .await?;
    println!("     embedded: lists of 25: {:.0}/s", outcome.rate());
    let (_, most) = server.memory();
    #[expect(clippy::cast_precision_loss)]
    report.at_most(
        "embedded: memory after the load",
        most as f64,
        "MiB",
        150.0,
        String::new(),
    );
    Ok(())
}
