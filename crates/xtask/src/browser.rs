//! The journeys of `frontend/e2e`, in Chromium, against a server of their own.

use std::{fs, path::PathBuf, time::Duration};

use anyhow::{Context, Result};
use nix::sys::signal::Signal;

use crate::{
    client::{self, Profile},
    npm,
    process::{self, Background, Scratch},
    server, system,
};

/// What Playwright counted.
pub struct Outcome {
    pub passed: u64,
    pub failed: u64,
}

/// Chromium as the system has it; `TOUCHLINE_CHROMIUM` names another one. Playwright's own is never downloaded.
fn chromium() -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("TOUCHLINE_CHROMIUM") {
        return Ok(path.into());
    }
    const NAMES: [&str; 4] = [
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
    ];
    system::program(&NAMES, "chromium", "the tests in the browser")
}

/// Builds client and server, starts them on an empty data directory with the demo organisation, and drives Chromium.
pub fn test(filter: &[String]) -> Result<Outcome> {
    let chromium = chromium()?;
    client::build(Profile::Release)?;
    npm::ensure()?;
    let binary = server::debug()?;

    let data = Scratch::new("e2e")?;
    let port = process::free_port()?;
    let prepare = |arguments: &[&str]| {
        let mut command = server::command(&binary, arguments);
        command
            .env("PORT", port.to_string())
            .env("TOUCHLINE_DATA_DIR", data.path())
            .env_remove("DATABASE_URL")
            .env_remove("REDIS_URL");
        command
    };
    if server::offers(&binary, "seed")? {
        process::run(&mut prepare(&["seed", "--demo"]))?;
    }
    let log = fs::File::create(data.path().join("log"))?;
    let mut serve = prepare(&["serve"]);
    serve.stdout(log.try_clone()?).stderr(log);
    let mut running = Background::start(&mut serve, Signal::SIGTERM)?;
    let read_log = || fs::read_to_string(data.path().join("log")).unwrap_or_default();
    running
        .wait_until(Duration::from_secs(60), || process::listens(port))
        .with_context(read_log)?;

    let results = data.path().join("results.json");
    let mut playwright = npm::tool("playwright");
    playwright
        .args(["test", "--reporter=list,json"])
        .args(filter)
        .env("PLAYWRIGHT_JSON_OUTPUT_FILE", &results)
        .env("TOUCHLINE_CHROMIUM", chromium)
        .env("TOUCHLINE_URL", format!("http://127.0.0.1:{port}"))
        .env("TOUCHLINE_E2E_DATA_DIR", data.path());
    let ended = process::run(&mut playwright);
    if ended.is_err() {
        eprintln!("What the server said:\n{}", read_log());
    }
    match fs::read(&results) {
        Ok(json) => {
            let outcome = read(&json)?;
            match ended {
                Err(error) if outcome.failed == 0 => Err(error),
                _ => Ok(outcome),
            }
        }
        Err(error) => Err(ended.err().unwrap_or_else(|| error.into())),
    }
}

/// Reads the counts of Playwright's JSON report.
fn read(json: &[u8]) -> Result<Outcome> {
    let report: serde_json::Value =
        serde_json::from_slice(json).context("Playwright's report cannot be read")?;
    let count = |name: &str| report["stats"][name].as_u64().unwrap_or(0);
    let errors = report["errors"].as_array().map_or(0, Vec::len);
    Ok(Outcome {
        // One that passed only when repeated is a fault as well.
        failed: count("unexpected") + count("flaky") + u64::try_from(errors)?,
        passed: count("expected"),
    })
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn a_flaky_journey_counts_as_failed() -> anyhow::Result<()> {
        let json = br#"{"stats":{"expected":5,"unexpected":1,"flaky":1,"skipped":2},"errors":[]}"#;
        let outcome = read(json)?;
        assert_eq!((outcome.passed, outcome.failed), (5, 2));
        Ok(())
    }
}
