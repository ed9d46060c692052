//! Schemathesis: thousands of requests made from the OpenAPI document, good ones and bad ones, on both databases.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use crate::{
    demo::Demo,
    process, python, server,
    services::{Keeps, Services},
    system, workspace,
};

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
fn check(python: &Path, binary: &Path, environment: &[(&str, &str)]) -> Result<()> {
    let demo = Demo::start(binary, "schemathesis", environment)?;
    let folder = demo.folder().join("run");
    fs::create_dir_all(&folder)?;
    let done = process::run(
        Command::new(python)
            .arg(workspace::root().join("openapi/schemathesis/check.py"))
            .arg(demo.url())
            .arg(&folder),
    );
    if done.is_err() {
        eprintln!("What the server said:\n{}", demo.log());
    }
    done
}

/// Python with what `openapi/schemathesis/requirements.txt` names, in a folder of its own.
fn python() -> Result<PathBuf> {
    let requirements = workspace::root().join("openapi/schemathesis/requirements.txt");
    let folder = workspace::target().join("schemathesis");
    Ok(python::environment(&folder, &requirements, "Schemathesis")?.join("python"))
}
