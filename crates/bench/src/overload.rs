//! Three times as many requests as the server can answer: what it answers stays near its peak, what it
//! does not is said at once, and afterwards it is as before.

use std::time::Duration;

use anyhow::Result;

use crate::{
    CLIENTS, Run,
    load::{Outcome, Pace, Request, load},
    milliseconds,
    report::Report,
    seed::{self, Person},
    server::{Server, free_port, touchline},
};

/// Connections over which too much is asked.
const CROWD: usize = 600;
/// Requests under way before others are turned away: far fewer than the crowd sends.
const IN_FLIGHT: &str = "64";
/// How much more than the peak is asked.
const TIMES: f64 = 3.0;

/// Measures on PostgreSQL.
///
/// # Errors
/// When the server does not answer.
pub async fn measure(run: &Run, report: &mut Report) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let url = crate::database(&run.postgres, "touchline_bench_overload").await?;
    crate::migrate(&run.server, &url, folder.path())?;
    let port = free_port()?;
    let mut command = touchline(&run.server, &url, folder.path(), port);
    command.env("TOUCHLINE_MAX_IN_FLIGHT", IN_FLIGHT);
    let server = Server::start(&mut command, port, "/health/ready").await?;
    let person = seed::register(port, "engines").await?;
    let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await?;
    tokio::spawn(connection);
    seed::companies(&client, &person, 10_000).await?;
    let full = Pace {
        connections: CLIENTS,
        lasts: Duration::from_secs(4),
        every: None,
    };
    ask(server.port, &person, full).await?;
    let peak = ask(server.port, &person, full).await?.rate();
    #[expect(clippy::cast_precision_loss)]
    let every = Duration::from_secs_f64(CROWD as f64 / (TIMES * peak));
    let crowd = Pace {
        connections: CROWD,
        lasts: Duration::from_secs(10),
        every: Some(every),
    };
    let mut under = ask(server.port, &person, crowd).await?;
    let detail = format!(
        "{:.0}/s of {peak:.0}/s; {} of {} turned away",
        under.rate(),
        under.bad,
        under.bad + under.good
    );
    report.at_least(
        "three times the load: answered, of the peak",
        under.rate() / peak,
        "",
        0.8,
        detail,
    );
    let p99 = milliseconds(under.refused(0.99));
    report.at_most(
        "three times the load: turned away within, p99",
        p99,
        "ms",
        100.0,
        String::new(),
    );
    tokio::time::sleep(Duration::from_secs(5)).await;
    let after = ask(server.port, &person, full).await?;
    anyhow::ensure!(
        after.bad == 0,
        "{} requests were turned away after the crowd had gone",
        after.bad
    );
    let detail = format!("{:.0}/s of {peak:.0}/s", after.rate());
    report.at_least(
        "five seconds later: of the peak",
        after.rate() / peak,
        "",
        0.8,
        detail,
    );
    Ok(())
}

async fn ask(port: u16, person: &Person, pace: Pace) -> Result<Outcome> {
    let token = person.token.clone();
    load(port, pace, 200, move |_, _| {
        Request::new("GET", "/api/v1/companies?limit=100", Some(&token), None)
    })
    .await
}
