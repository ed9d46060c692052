//! `cargo xtask test --only topology`: two servers and a worker behind the proxy of `docker/nginx.conf`, on one PostgreSQL
//! and one Redis, while one after the other is stopped.

pub mod client;
mod leaving;
mod outages;
mod sharing;

use std::{fs, path::PathBuf, process::Command, time::Duration};

use anyhow::{Context, Result};
use nix::sys::signal::Signal;

use super::report::Tally;
use crate::{
    nginx::Nginx,
    process::{self, Background, Scratch},
    server,
    services::{Cluster, Keeps, OwnRedis},
    system, workspace,
};
use client::Client;

/// Nobody is limited but who is meant to be.
const UNLIMITED: &str = "100000000";

type Check = fn(&mut Topology) -> Result<()>;

/// Everything that runs. What is named first ends first.
struct Topology {
    _proxy: Background,
    servers: [Option<Background>; 2],
    _worker: Background,
    redis: OwnRedis,
    postgres: Cluster,
    binary: PathBuf,
    ports: [u16; 2],
    proxy_port: u16,
    folder: Scratch,
}

/// Runs each check; one that fails does not keep the others from it.
pub fn test() -> Result<Tally> {
    let mut topology = Topology::start()?;
    let checks: [(&str, Check); 7] = [
        (
            "sign-in, sign-out, roles and deactivation hold everywhere",
            sharing::sessions,
        ),
        ("limits are shared", sharing::limits),
        (
            "an idempotency key sent to both at once runs once",
            sharing::idempotency,
        ),
        (
            "a server leaves under load and no request fails",
            leaving::under_load_one_leaves,
        ),
        ("Redis stops", outages::redis_stopped),
        ("Redis freezes", outages::redis_frozen),
        ("PostgreSQL stops", outages::postgres_stopped),
    ];
    let mut tally = Tally::default();
    for (name, check) in checks {
        process::say(name);
        match check(&mut topology) {
            Ok(()) => tally.passed += 1,
            Err(error) => {
                eprintln!("\nxtask: {name}: {error:#}");
                tally.failed += 1;
            }
        }
    }
    if tally.failed > 0 {
        topology.show_logs();
    }
    Ok(tally)
}

impl Topology {
    fn start() -> Result<Self> {
        let binary = server::debug()?;
        let folder = Scratch::new("topology")?;
        let postgres = Cluster::create(Keeps::UntilItEnds)?;
        let redis = OwnRedis::create()?;
        roles(&postgres)?;
        let ports = [process::free_port()?, process::free_port()?];
        let proxy_port = process::free_port()?;
        let environment = environment(&postgres, &redis, &folder);
        let prepare = |arguments: &[&str]| {
            let mut command = server::command(&binary, arguments);
            command.envs(environment.clone());
            command
        };
        process::run(prepare(&["migrate"]).env("TOUCHLINE_MIGRATE_URL", postgres.url()))?;
        // The demo is refused in production.
        process::run_quietly(prepare(&["seed", "--demo"]).env("TOUCHLINE_ENV", "development"))?;
        let worker = Background::start(
            prepare(&["worker"]).stderr(log(&folder, "worker")?),
            Signal::SIGTERM,
        )?;
        let mut topology = Self {
            _proxy: {
                let proxy = Nginx::configure(folder.path(), proxy_port, ports)?;
                proxy.start(proxy_port)?
            },
            servers: [None, None],
            _worker: worker,
            redis,
            postgres,
            binary,
            ports,
            proxy_port,
            folder,
        };
        for number in 0..2 {
            topology.start_server(number)?;
        }
        Ok(topology)
    }

    fn start_server(&mut self, number: usize) -> Result<()> {
        let port = self.ports[number];
        let mut command = server::command(&self.binary, &["serve", "--without-worker"]);
        command
            .envs(environment(&self.postgres, &self.redis, &self.folder))
            .env("PORT", port.to_string())
            .stderr(log(&self.folder, &format!("server-{number}"))?);
        let mut running = Background::start(&mut command, Signal::SIGTERM)?;
        let client = self.server(number);
        running.wait_until(Duration::from_secs(30), || {
            client
                .get("/health/ready")
                .is_ok_and(|answer| answer.status == 200)
        })?;
        self.servers[number] = Some(running);
        Ok(())
    }

    /// Who asks one of the servers.
    fn server(&self, number: usize) -> Client {
        Client::of(self.ports[number])
    }

    /// Who asks the proxy.
    fn proxy(&self) -> Client {
        Client::of(self.proxy_port)
    }

    fn show_logs(&self) {
        for name in ["server-0", "server-1", "worker", "error"] {
            let path = self.folder.path().join(format!("{name}.log"));
            let text = fs::read_to_string(path).unwrap_or_default();
            let lines: Vec<_> = text.lines().collect();
            eprintln!("{name}:");
            for line in &lines[lines.len().saturating_sub(20)..] {
                eprintln!("    {line}");
            }
        }
    }
}

fn log(folder: &Scratch, name: &str) -> Result<fs::File> {
    let path = folder.path().join(format!("{name}.log"));
    let file = fs::File::options().create(true).append(true).open(&path);
    file.with_context(|| path.display().to_string())
}

/// As it is run in `docker/compose.yaml`.
fn environment(postgres: &Cluster, redis: &OwnRedis, folder: &Scratch) -> Vec<(String, String)> {
    let given = [
        ("TOUCHLINE_ENV", "production"),
        ("TOUCHLINE_PUBLIC_URL", "https://crm.example.com"),
        (
            "TOUCHLINE_SECRET",
            "these servers live for minutes on this machine alone",
        ),
        ("TOUCHLINE_TRUSTED_PROXIES", "127.0.0.1"),
        ("TOUCHLINE_RATE_LIMIT_IP", UNLIMITED),
        ("TOUCHLINE_RATE_LIMIT_USER", UNLIMITED),
        ("TOUCHLINE_LOG", "warn"),
    ];
    let mut environment: Vec<_> = given
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let port = postgres.port();
    environment.push((
        "DATABASE_URL".to_owned(),
        format!("postgres://touchline:touchline@127.0.0.1:{port}/postgres"),
    ));
    environment.push(("REDIS_URL".to_owned(), redis.url().to_owned()));
    let data = folder.path().join("data").display().to_string();
    environment.push(("TOUCHLINE_DATA_DIR".to_owned(), data));
    environment
}

/// The roles, by the very script of the containers.
fn roles(postgres: &Cluster) -> Result<()> {
    system::program(&["psql"], "postgresql-client", "the roles of the database")?;
    process::run_quietly(
        Command::new("sh")
            .arg(workspace::root().join("docker/postgres/roles.sh"))
            .env("PGHOST", "127.0.0.1")
            .env("PGPORT", postgres.port().to_string())
            .env("POSTGRES_USER", "postgres")
            .env("POSTGRES_DB", "postgres")
            .env("TOUCHLINE_DATABASE_PASSWORD", "touchline"),
    )
}
