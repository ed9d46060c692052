//! `cargo xtask chaos`: what takes too long for every run of the tests.

use std::{
    fs,
    path::Path,
    process::ExitCode,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use nix::sys::signal::Signal;
use serde_json::json;

use crate::{
    client,
    process::{self, Background, Scratch},
    server,
    services::{Cluster, Keeps},
    test::topology::client::Client,
};

/// How soon a server that was killed is ready again.
const READY: Duration = Duration::from_secs(2);
const WRITERS: usize = 8;
const UNLIMITED: &str = "100000000";

/// Kill the server under eight writers, again and again, on both databases.
#[derive(clap::Args)]
pub struct Chaos {
    /// How often it is killed on each database.
    #[arg(long, default_value_t = 100)]
    kills: u32,
    /// Try a debug build: quicker to make, slower to be ready.
    #[arg(long)]
    debug: bool,
}

impl Chaos {
    pub fn execute(self) -> Result<ExitCode> {
        let binary = if self.debug {
            server::debug()?
        } else {
            server::release(&client::build(client::Profile::Release)?)?
        };
        process::say("On SQLite");
        self.kill(&binary, &[])?;
        process::say("On PostgreSQL");
        let postgres = Cluster::create(Keeps::Everything)?;
        self.kill(&binary, &[("DATABASE_URL", postgres.url())])?;
        Ok(ExitCode::SUCCESS)
    }

    fn kill(&self, binary: &Path, environment: &[(&str, &str)]) -> Result<()> {
        let place = Place::prepare(binary, environment)?;
        let mut acknowledged = Vec::new();
        let mut slowest = Duration::ZERO;
        for round in 0..self.kills {
            let (mut running, took) = place.start()?;
            slowest = slowest.max(took);
            let client = place
                .client
                .sign_in("admin@demo.example", "touchline demo otters")?;
            // What was said to be kept is there.
            for id in acknowledged.drain(..) {
                let path = format!("/api/v1/companies/{id}");
                let answer = client.get(&path)?;
                ensure!(
                    answer.status == 200,
                    "round {round}: {path}: {}",
                    answer.status
                );
            }
            let work = Duration::from_millis(100 + u64::from(round * 37 % 400));
            acknowledged = place.write_until_killed(&client, round, &mut running, work)?;
        }
        let (_running, _) = place.start()?;
        let client = place
            .client
            .sign_in("admin@demo.example", "touchline demo otters")?;
        let total = |path: &str| -> Result<u64> {
            let answer = client.get(&format!("{path}count=true&limit=1"))?;
            let total = answer.body["pagination"]["total"].as_u64();
            total.with_context(|| format!("{path}: {}", answer.body))
        };
        let companies = total("/api/v1/companies?")?;
        let events = total("/api/v1/audit-log?kind=created&subjectType=company&")?;
        ensure!(
            companies == events,
            "{companies} companies, and {events} events of their making: a transaction was cut in two"
        );
        eprintln!(
            "    killed {} times; {companies} companies, each with its event; ready again after {:.2} s at most",
            self.kills,
            slowest.as_secs_f32()
        );
        ensure!(
            slowest <= READY,
            "it is to be ready within {} s",
            READY.as_secs()
        );
        Ok(())
    }
}

/// A server's data, and how to start it over them.
struct Place<'a> {
    binary: &'a Path,
    environment: &'a [(&'a str, &'a str)],
    port: u16,
    client: Client,
    data: Scratch,
}

impl<'a> Place<'a> {
    fn prepare(binary: &'a Path, environment: &'a [(&'a str, &'a str)]) -> Result<Self> {
        let port = process::free_port()?;
        let place = Self {
            binary,
            environment,
            port,
            client: Client::of(port),
            data: Scratch::new("chaos")?,
        };
        process::run_quietly(&mut place.command(&["migrate"]))?;
        process::run_quietly(&mut place.command(&["seed", "--demo"]))?;
        Ok(place)
    }

    fn command(&self, arguments: &[&str]) -> std::process::Command {
        let mut command = server::command(self.binary, arguments);
        command
            .env_remove("DATABASE_URL")
            .env_remove("REDIS_URL")
            .envs(self.environment.iter().copied())
            .env("PORT", self.port.to_string())
            .env("TOUCHLINE_DATA_DIR", self.data.path())
            .env(
                "TOUCHLINE_SECRET",
                "this server is killed on this machine alone",
            )
            .env("TOUCHLINE_RATE_LIMIT_IP", UNLIMITED)
            .env("TOUCHLINE_RATE_LIMIT_USER", UNLIMITED)
            .env("TOUCHLINE_LOG", "error");
        command
    }

    /// Starts it; answers how long it took to be ready.
    fn start(&self) -> Result<(Background, Duration)> {
        let started = Instant::now();
        let log = fs::File::create(self.data.path().join("log"))?;
        let mut command = self.command(&["serve"]);
        let mut running = Background::start(command.stderr(log), Signal::SIGKILL)?;
        running.wait_until(Duration::from_secs(30), || {
            let ready = self.client.get("/health/ready");
            ready.is_ok_and(|answer| answer.status == 200)
        })?;
        Ok((running, started.elapsed()))
    }

    /// The ids of what was acknowledged before it was killed.
    fn write_until_killed(
        &self,
        client: &Client,
        round: u32,
        running: &mut Background,
        work: Duration,
    ) -> Result<Vec<String>> {
        let acknowledged = Mutex::new(Vec::new());
        let killed = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for writer in 0..WRITERS {
                let (acknowledged, killed) = (&acknowledged, &killed);
                scope.spawn(move || {
                    let mut number = 0_u32;
                    while !killed.load(Ordering::Relaxed) {
                        number += 1;
                        let body = json!({"name": format!("Round {round}, {writer}-{number}")});
                        let Ok(answer) = client.post("/api/v1/companies", &body) else {
                            return;
                        };
                        let id = answer.body["data"]["id"].as_str();
                        if let Some(id) = id.filter(|_| answer.status == 201) {
                            let mut all =
                                acknowledged.lock().unwrap_or_else(PoisonError::into_inner);
                            all.push(id.to_owned());
                        }
                    }
                });
            }
            std::thread::sleep(work);
            let ended = running.end(Duration::from_secs(5));
            killed.store(true, Ordering::Relaxed);
            ended
        })?;
        Ok(acknowledged
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner))
    }
}
