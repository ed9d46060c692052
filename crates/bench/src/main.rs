//! `cargo xtask bench`: Touchline with everything on (sign-in, permission, row-level security,
//! limits, metrics, logs) beside a bare server on the same tables, in turns. Absolute figures differ
//! from machine to machine and from minute to minute; the ratios of one run say something.

mod customers;
mod embedded;
mod hostile;
mod load;
mod overload;
mod report;
mod seed;
mod server;
mod size;
mod yardstick;

use std::{path::PathBuf, process::Command, time::Duration};

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use tokio_postgres::NoTls;
use uuid::Uuid;

use crate::{
    load::{Pace, Request, load},
    report::Report,
    seed::Person,
    server::{Server, free_port, touchline},
};

#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Measures everything, or some of it.
    Run(Run),
    /// Serves the yardstick.
    Yardstick {
        #[arg(long)]
        url: String,
        #[arg(long)]
        organization: Uuid,
        #[arg(long)]
        port: u16,
        /// Connections of each thread.
        #[arg(long)]
        connections: usize,
    },
}

#[derive(Parser)]
struct Run {
    /// The release build of Touchline.
    #[arg(long)]
    server: PathBuf,
    /// PostgreSQL as a role that may create databases.
    #[arg(long)]
    postgres: String,
    /// Where to write the report.
    #[arg(long)]
    report: PathBuf,
    /// Seconds of a round.
    #[arg(long, default_value_t = 2)]
    seconds: u64,
    /// Rounds of each server.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Only these: `ratios`, `connections`, `embedded`, `size`, `customers`, `overload`, `hostile`.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
}

impl Run {
    fn wants(&self, part: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == part)
    }
}

/// Threads of a server: as many as the machine has cores.
const WORKERS: usize = 2;
/// Connections that ask at the same time.
const CLIENTS: usize = 32;
/// Companies that are read.
const COMPANIES: i64 = 100_000;

fn main() -> Result<std::process::ExitCode> {
    match Cli::parse().command {
        Task::Yardstick {
            url,
            organization,
            port,
            connections,
        } => yardstick::serve(url, organization, port, WORKERS, connections)
            .map(|()| std::process::ExitCode::SUCCESS),
        Task::Run(run) => tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()?
            .block_on(measure(&run)),
    }
}

async fn measure(run: &Run) -> Result<std::process::ExitCode> {
    let mut report = Report::default();
    if run.wants("ratios") || run.wants("connections") {
        postgres(run, &mut report).await?;
    }
    if run.wants("size") {
        size::measure(run, &mut report).await?;
    }
    if run.wants("customers") {
        customers::measure(run, &mut report).await?;
    }
    if run.wants("overload") {
        overload::measure(run, &mut report).await?;
    }
    if run.wants("embedded") {
        embedded::measure(run, &mut report).await?;
    }
    if run.wants("hostile") {
        hostile::measure(run, &mut report).await?;
    }
    std::fs::write(&run.report, serde_json::to_string_pretty(&report)?)
        .with_context(|| format!("{} cannot be written", run.report.display()))?;
    Ok(if report.is_met() {
        std::process::ExitCode::SUCCESS
    } else {
        println!("\nNot every target was met.");
        std::process::ExitCode::FAILURE
    })
}

/// A database of its own on the server, dropped before it is made.
///
/// # Errors
/// When the server refuses.
pub async fn database(postgres: &str, name: &str) -> Result<String> {
    let (admin, connection) = tokio_postgres::connect(postgres, NoTls).await?;
    tokio::spawn(connection);
    admin
        .batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        .await?;
    admin
        .batch_execute(&format!("CREATE DATABASE {name}"))
        .await?;
    let (base, _) = postgres
        .rsplit_once('/')
        .context("the address of PostgreSQL names no database")?;
    Ok(format!("{base}/{name}"))
}

/// Brings the schema of a database up to date.
///
/// # Errors
/// When Touchline refuses.
pub fn migrate(binary: &std::path::Path, url: &str, folder: &std::path::Path) -> Result<()> {
    let done = Command::new(binary)
        .arg("migrate")
        .env("DATABASE_URL", url)
        .env("TOUCHLINE_DATA_DIR", folder)
        .env("TOUCHLINE_SECRET", server::SECRET)
        .output()?;
    anyhow::ensure!(
        done.status.success(),
        "the schema cannot be made: {}",
        String::from_utf8_lossy(&done.stderr)
    );
    Ok(())
}

/// A point where both servers are asked the same.
struct Point {
    name: &'static str,
    target: f64,
    status: u16,
    bare: fn(&Ids, usize, u64) -> Request,
    ours: fn(&Ids, usize, u64) -> Request,
}

/// What requests name.
#[derive(Clone)]
struct Ids {
    companies: Vec<Uuid>,
    person: Person,
}

impl Ids {
    fn company(&self, connection: usize, count: u64) -> Uuid {
        let place = usize::try_from(count).unwrap_or(0) * 31 + connection * 997;
        self.companies[place % self.companies.len()]
    }

    fn get(&self, path: &str) -> Request {
        Request::new("GET", path, Some(&self.person.token), None)
    }
}

fn body(connection: usize, count: u64) -> String {
    format!("{{\"name\": \"New company {connection}-{count}\"}}")
}

const POINTS: [Point; 3] = [
    Point {
        name: "GET one",
        target: 0.40,
        status: 200,
        bare: |ids, connection, count| {
            let path = format!("/companies/{}", ids.company(connection, count));
            Request::new("GET", &path, None, None)
        },
        ours: |ids, connection, count| {
            ids.get(&format!(
                "/api/v1/companies/{}",
                ids.company(connection, count)
            ))
        },
    },
    Point {
        name: "list of 25 with a relation",
        target: 0.55,
        status: 200,
        bare: |_, _, _| Request::new("GET", "/companies", None, None),
        ours: |ids, _, _| ids.get("/api/v1/companies?limit=25&sort=-createdAt"),
    },
    Point {
        name: "POST with event and outbox",
        target: 0.75,
        status: 201,
        bare: |_, connection, count| {
            Request::new("POST", "/companies", None, Some(&body(connection, count)))
        },
        ours: |ids, connection, count| {
            let token = Some(ids.person.token.as_str());
            Request::new(
                "POST",
                "/api/v1/companies",
                token,
                Some(&body(connection, count)),
            )
        },
    },
];

async fn postgres(run: &Run, report: &mut Report) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let url = database(&run.postgres, "touchline_bench").await?;
    migrate(&run.server, &url, folder.path())?;
    let port = free_port()?;
    let mut command = touchline(&run.server, &url, folder.path(), port);
    command.env("TOUCHLINE_WORKERS", WORKERS.to_string());
    let ours = Server::start(&mut command, port, "/health/ready").await?;
    let person = seed::register(port, "engines").await?;
    let (client, connection) = tokio_postgres::connect(&url, NoTls).await?;
    tokio::spawn(connection);
    seed::companies(&client, &person, COMPANIES).await?;
    let companies = client
        .query("SELECT id FROM companies LIMIT 10000", &[])
        .await?;
    let ids = Ids {
        companies: companies.iter().map(|row| row.get(0)).collect(),
        person,
    };
    if run.wants("ratios") {
        let port = free_port()?;
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("yardstick").args(["--url", &url]);
        command.args(["--organization", &ids.person.organization.to_string()]);
        command.args(["--port", &port.to_string()]);
        command.args(["--connections", &(CLIENTS / WORKERS).to_string()]);
        let bare = Server::start(&mut command, port, "/companies").await?;
        for point in POINTS {
            ratio(run, report, &point, &ids, &bare, &ours).await?;
        }
    }
    if run.wants("connections") {
        connections(report, &ids, &ours).await?;
    }
    let (now, most) = ours.memory();
    println!("     memory on PostgreSQL: {now} MiB, {most} MiB at most");
    Ok(())
}

/// The servers in turns; the ratio of the medians.
async fn ratio(
    run: &Run,
    report: &mut Report,
    point: &Point,
    ids: &Ids,
    bare: &Server,
    ours: &Server,
) -> Result<()> {
    let pace = |seconds| Pace {
        connections: CLIENTS,
        lasts: Duration::from_secs(seconds),
        every: None,
    };
    let (mut bare_side, mut our_side) = (Side::default(), Side::default());
    // The first round of each only warms up.
    for round in 0..=run.rounds {
        let seconds = if round == 0 { 1 } else { run.seconds };
        let sides = [
            (bare, point.bare, &mut bare_side),
            (ours, point.ours, &mut our_side),
        ];
        for (server, make, side) in sides {
            let ids = ids.clone();
            // Names differ from round to round.
            let shift = u64::try_from(round).unwrap_or(0) * 10_000_000;
            let before = server.processor_time();
            let outcome = load(
                server.port,
                pace(seconds),
                point.status,
                move |connection, count| make(&ids, connection, count + shift),
            )
            .await?;
            anyhow::ensure!(
                outcome.bad == 0,
                "{}: {} answers were not as expected",
                point.name,
                outcome.bad
            );
            if round > 0 {
                let after = server.processor_time();
                side.rates.push(outcome.rate());
                side.requests += outcome.good;
                side.server += after.0.saturating_sub(before.0);
                side.database += after.1.saturating_sub(before.1);
            }
        }
    }
    let (bare, ours) = (median(&mut bare_side.rates), median(&mut our_side.rates));
    let detail = format!(
        "{ours:.0}/s of {bare:.0}/s; µs of CPU, server + database: {} of {}",
        our_side.cost(),
        bare_side.cost()
    );
    report.at_least(point.name, ours / bare, "", point.target, detail);
    Ok(())
}

/// What one of the two servers did.
#[derive(Default)]
struct Side {
    rates: Vec<f64>,
    requests: u64,
    server: Duration,
    database: Duration,
}

impl Side {
    /// Processor time of a request in microseconds.
    fn cost(&self) -> String {
        let each = |time: Duration| time.as_micros() / u128::from(self.requests.max(1));
        format!("{} + {}", each(self.server), each(self.database))
    }
}

/// The middle of some figures.
pub fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

/// Milliseconds of a time.
pub fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

async fn connections(report: &mut Report, ids: &Ids, ours: &Server) -> Result<()> {
    let pace = Pace {
        connections: 1_000,
        lasts: Duration::from_secs(10),
        every: Some(Duration::from_secs(1)),
    };
    let ids = ids.clone();
    let mut outcome = load(ours.port, pace, 200, move |connection, count| {
        let path = format!("/api/v1/companies/{}", ids.company(connection, count));
        ids.get(&path)
    })
    .await?;
    let detail = format!("{:.0}/s, {} errors", outcome.rate(), outcome.bad);
    let p99 = milliseconds(outcome.quantile(0.99));
    report.at_most(
        "1,000 connections at 1,000/s: p99",
        p99,
        "ms",
        200.0,
        detail,
    );
    #[expect(clippy::cast_precision_loss)]
    let bad = outcome.bad as f64;
    report.at_most(
        "1,000 connections at 1,000/s: errors",
        bad,
        "",
        0.0,
        String::new(),
    );
    Ok(())
}
