//! Those who mean no good: guessing which addresses have an account by how long the answer takes, and holding
//! connections open with requests that never end.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::json;
use tokio::{io::AsyncWriteExt, net::TcpStream};

use crate::{
    Run,
    load::{Connection, Pace, Request, load},
    median, milliseconds,
    report::Report,
    seed::{self, PASSWORD},
    server::{Server, free_port, touchline},
};

/// Accounts that are guessed at: none often enough to be slowed down.
const ACCOUNTS: usize = 20;
/// Tries at known and at unknown addresses, each (OWASP ASVS 6.3.8 asks for no measurable difference).
const TRIES: usize = 200;
/// Connections that send a byte a second.
const SLOW: usize = 1_000;

/// Measures on the embedded database.
///
/// # Errors
/// When the server does not answer.
pub async fn measure(run: &Run, report: &mut Report) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let url = format!("sqlite://{}/touchline.db", folder.path().display());
    crate::migrate(&run.server, &url, folder.path())?;
    let port = free_port()?;
    let mut command = touchline(&run.server, &url, folder.path(), port);
    command.env("TOUCHLINE_TRUSTED_PROXIES", "127.0.0.1");
    let _server = Server::start(&mut command, port, "/health/ready").await?;
    for number in 0..ACCOUNTS {
        seed::register(port, &format!("known{number}")).await?;
    }
    for (name, path) in [
        ("sign-in: known and unknown addresses differ by", "login"),
        (
            "forgotten password: known and unknown differ by",
            "password/forgot",
        ),
    ] {
        guess(report, port, name, path).await?;
    }
    slow(report, port).await
}

/// Known and unknown addresses in turns, each time from another address.
async fn guess(report: &mut Report, port: u16, name: &str, path: &str) -> Result<()> {
    let mut connection = Connection::open(port).await?;
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for number in 0..TRIES {
        for (who, times) in [("known", &mut known), ("nobody", &mut unknown)] {
            let email = format!("{who}{}@bench.example", number % ACCOUNTS);
            let body = match path {
                "login" => json!({"email": email, "password": format!("not {PASSWORD}")}),
                _ => json!({"email": email}),
            };
            let path = format!("/api/v1/auth/{path}");
            let from = format!("10.{}.{}.1", path.len(), number);
            let request = Request::new("POST", &path, None, Some(&body.to_string()))
                .with_header("X-Forwarded-For", &from);
            let began = Instant::now();
            let answer = connection.send(&request).await?;
            times.push(milliseconds(began.elapsed()));
            anyhow::ensure!(
                matches!(answer.status, 200 | 401),
                "{path}: {}",
                String::from_utf8_lossy(&answer.body)
            );
        }
    }
    let (known, unknown) = (median(&mut known), median(&mut unknown));
    let detail = format!("medians of {TRIES}: {known:.1} and {unknown:.1} ms");
    report.at_most(name, (known - unknown).abs(), "ms", 10.0, detail);
    Ok(())
}

/// Others are served while many connections send a header that never ends.
async fn slow(report: &mut Report, port: u16) -> Result<()> {
    let person = seed::register(port, "patience").await?;
    let mut held = Vec::with_capacity(SLOW);
    for _ in 0..SLOW {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream
            .write_all(b"GET /api/v1/auth/me HTTP/1.1\r\nX-Slow: ")
            .await?;
        held.push(stream);
    }
    let dripping = tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_secs(1)).await;
            for stream in &mut held {
                // The server may have had enough of it.
                let _ = stream.write_all(b"x").await;
            }
        }
    });
    let pace = Pace {
        connections: 50,
        lasts: Duration::from_secs(8),
        every: Some(Duration::from_millis(250)),
    };
    let token = person.token.clone();
    let mut outcome = load(port, pace, 200, move |_, _| {
        Request::new("GET", "/api/v1/companies?limit=25", Some(&token), None)
    })
    .await
    .context("others are not served beside slow connections")?;
    dripping.abort();
    let detail = format!("{:.0}/s, {} errors", outcome.rate(), outcome.bad);
    let p99 = milliseconds(outcome.quantile(0.99));
    report.at_most(
        "beside 1,000 slow connections: p99",
        p99,
        "ms",
        1_000.0,
        detail,
    );
    Ok(())
}
