//! Whether pages cost the same in an installation of a million deals as in one of ten thousand:
//! the tenant that is asked holds the same either way, others hold the rest.

use std::time::Duration;

use anyhow::Result;
use tokio_postgres::NoTls;

use crate::{
    Run,
    load::{Pace, Request, load},
    median, milliseconds,
    report::Report,
    seed,
    server::{Server, free_port, touchline},
};

/// Deals of the tenant that is asked.
const OWN: i64 = 5_000;
/// Deals of each of the others, who are ten.
const FEW: i64 = 500;
const MANY: i64 = 99_500;

const PAGES: [(&str, &str); 3] = [
    ("list page", "/api/v1/deals?limit=50&sort=-createdAt"),
    ("board", "/api/v1/deals/board"),
    ("search", "/api/v1/deals?q=marmalade&limit=50"),
];

pub async fn measure(run: &Run, report: &mut Report) -> Result<()> {
    let few = times(run, "touchline_bench_small", FEW).await?;
    let many = times(run, "touchline_bench_large", MANY).await?;
    for ((name, _), (few, many)) in PAGES.iter().zip(few.into_iter().zip(many)) {
        let detail = format!("{many:.1} ms of {few:.1} ms");
        let name = format!("1,000,000 deals against 10,000: {name}");
        report.at_most(&name, many / few, "×", 1.5, detail);
        report.at_most(&format!("{name}, median"), many, "ms", 50.0, String::new());
    }
    Ok(())
}

async fn times(run: &Run, name: &str, others: i64) -> Result<Vec<f64>> {
    let folder = tempfile::tempdir()?;
    let url = crate::database(&run.postgres, name).await?;
    crate::migrate(&run.server, &url, folder.path())?;
    let port = free_port()?;
    let mut command = touchline(&run.server, &url, folder.path(), port);
    let server = Server::start(&mut command, port, "/health/ready").await?;
    let (client, connection) = tokio_postgres::connect(&url, NoTls).await?;
    tokio::spawn(connection);
    let person = seed::register(port, "engines").await?;
    seed::deals(&client, &person, OWN).await?;
    for number in 0..10 {
        let other = seed::register(port, &format!("others{number}")).await?;
        seed::deals(&client, &other, others).await?;
    }
    client.batch_execute("VACUUM ANALYZE deals").await?;
    let mut medians = Vec::new();
    for (_, path) in PAGES {
        let mut rounds = Vec::new();
        for _ in 0..3 {
            let token = person.token.clone();
            let pace = Pace {
                connections: 1,
                lasts: Duration::from_secs(2),
                every: None,
            };
            let mut outcome = load(server.port, pace, 200, move |_, _| {
                Request::new("GET", path, Some(&token), None)
            })
            .await?;
            rounds.push(milliseconds(outcome.quantile(0.5)));
        }
        medians.push(median(&mut rounds));
    }
    Ok(medians)
}
