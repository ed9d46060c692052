//! Schemathesis: thousands of requests made from the OpenAPI document, good ones and bad ones, on both databases.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context, Result};
use nix::sys::signal::Signal;

use crate::{
    process::{self, Background, Scratch},
    python, server,
    services::{Keeps, Services},
    system, workspace,
};

/// How many requests a test may make in a minute: limits have tests of their own.
const UNLIMITED: &str = "1000000000";
/// A database of its own on the server of the tests.
const DATABASE: &str = "touchline_schemathesis";

/// Runs it on SQLite and on PostgreSQL; answers how many of the two found something.
pub fn test() -> Result<(u64, u64)> {
    let python = python()?;
    let binary = server::debug()?;
    let services = Services::start(Keeps::UntilItEnds)?;
    let (postgres, redis) = (services.postgres_url(), services.redis_url());
    let psql = system::program(&["psql"], "postgresql-client", "a database of its own")?;
    process::run(Command::new(psql).arg(postgres).args([
        "--quiet",
        "-c",
        &format!("DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)"),
        "-c",
        &format!("CREATE DATABASE {DATABASE}"),
    ]))?;
    let (base, _) = postgres
        .rsplit_once('/')
        .context("the address of PostgreSQL names no database")?;
    let url = format!("{base}/{DATABASE}");
    let mut outcome = (0, 0);
    for environment in [vec![], vec![("DATABASE_URL", &*url), ("REDIS_URL", redis)]] {
        process::say(if environment.is_empty() {
            "On SQLite"
        } else {
            "On PostgreSQL with Redis"
        });
        match check(&python, &binary, &environment) {
            Ok(()) => outcome.0 += 1,
            Err(error) => {
                eprintln!("\nxtask: {error:#}");
                outcome.1 += 1;
            }
        }
    }
    Ok(outcome)
}

/// One run: a server of its own with the demo organization.
fn check(python: &PathBuf, binary: &Path, environment: &[(&str, &str)]) -> Result<()> {
    let data = Scratch::new("schemathesis")?;
    let port = process::free_port()?;
    let prepare = |arguments: &[&str]| {
        let mut command = server::command(binary, arguments);
        command
            .env_remove("DATABASE_URL")
            .env_remove("REDIS_URL")
            .envs(environment.iter().copied())
            .env("PORT", port.to_string())
            .env("TOUCHLINE_DATA_DIR", data.path())
            .env("TOUCHLINE_LOG", "warn")
            .env(
                "TOUCHLINE_SECRET",
                "this server lives for minutes on this machine alone",
            )
            // Nobody listens there: mails wait to be sent again, so that there are jobs to try.
            .env("TOUCHLINE_SMTP_URL", "smtp://127.0.0.1:9")
            .env("TOUCHLINE_RATE_LIMIT_IP", UNLIMITED)
            .env("TOUCHLINE_RATE_LIMIT_USER", UNLIMITED);
        command
    };
    if !environment.is_empty() {
        process::run(&mut prepare(&["migrate"]))?;
    }
    process::run_quietly(&mut prepare(&["seed", "--demo"]))?;
    let log = data.path().join("log");
    let file = fs::File::create(&log)?;
    let mut serve = prepare(&["serve"]);
    serve.stdout(file.try_clone()?).stderr(file);
    let mut running = Background::start(&mut serve, Signal::SIGTERM)?;
    running.wait_until(Duration::from_secs(60), || process::listens(port))?;
    let folder = data.path().join("run");
    fs::create_dir_all(&folder)?;
    let done = process::run(
        Command::new(python)
            .arg(workspace::root().join("openapi/schemathesis/check.py"))
            .arg(format!("http://127.0.0.1:{port}"))
            .arg(&folder),
    );
    if done.is_err() {
        let log = fs::read_to_string(log).unwrap_or_default();
        eprintln!("What the server said:\n{log}");
    }
    done
}

/// Python with what `openapi/schemathesis/requirements.txt` names, in a folder of its own.
fn python() -> Result<PathBuf> {
    let requirements = workspace::root().join("openapi/schemathesis/requirements.txt");
    let folder = workspace::target().join("schemathesis");
    Ok(python::environment(&folder, &requirements, "Schemathesis")?.join("python"))
}
