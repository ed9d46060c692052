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
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    pub passed: u64,
    pub failed: u64,
    /// What failed, and what passed only when repeated: the journey, and the error's first lines.
    pub faults: Vec<String>,
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
        eprintln!("What the server said:\n{}", remarkable(&read_log()));
    }
    match fs::read(&results) {
        Ok(json) => {
            let outcome = read(&json)?;
            for fault in &outcome.faults {
                eprintln!("{fault}");
            }
            match ended {
                Err(error) if outcome.failed == 0 => Err(error),
                _ => Ok(outcome),
            }
        }
        Err(error) => Err(ended.err().unwrap_or_else(|| error.into())),
    }
}

/// The lines of the server's log that tell of more than a request it answered.
fn remarkable(log: &str) -> String {
    log.lines()
        .filter(|line| !line.contains(r#""message":"request""#) || line.contains(r#""status":5"#))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Reads Playwright's JSON report. A journey that passed only when repeated is told of and counts as passed:
/// it says more of the machine than of the product.
fn read(json: &[u8]) -> Result<Outcome> {
    let report: serde_json::Value =
        serde_json::from_slice(json).context("Playwright's report cannot be read")?;
    let count = |name: &str| report["stats"][name].as_u64().unwrap_or(0);
    let errors = report["errors"].as_array().map_or(0, Vec::len);
    let mut faults = Vec::new();
    collect(&report["suites"], "", &mut faults);
    Ok(Outcome {
        passed: count("expected") + count("flaky"),
        failed: count("unexpected") + u64::try_from(errors)?,
        faults,
    })
}

/// Walks the suites of the report for journeys that did not simply pass.
fn collect(suites: &serde_json::Value, path: &str, faults: &mut Vec<String>) {
    /// Lines of an error that are worth reading in a log.
    const LINES: usize = 12;
    for suite in suites.as_array().into_iter().flatten() {
        let path = format!("{path}{} › ", suite["title"].as_str().unwrap_or_default());
        for spec in suite["specs"].as_array().into_iter().flatten() {
            for test in spec["tests"].as_array().into_iter().flatten() {
                let status = test["status"].as_str().unwrap_or_default();
                if !matches!(status, "unexpected" | "flaky") {
                    continue;
                }
                let message = test["results"][0]["error"]["message"]
                    .as_str()
                    .unwrap_or_default();
                let message: Vec<&str> = message.lines().take(LINES).collect();
                faults.push(format!(
                    "{status}: {path}{}\n{}",
                    spec["title"].as_str().unwrap_or_default(),
                    message.join("\n")
                ));
            }
        }
        collect(&suite["suites"], &path, faults);
    }
}

#[cfg(test)]
mod tests {
    use super::{Outcome, read, remarkable};

    #[test]
    fn a_failed_journey_is_told_by_name() -> anyhow::Result<()> {
        let json = r#"{"stats":{"expected":5,"unexpected":1,"flaky":1,"skipped":2},"errors":[],
            "suites":[{"title":"deals.spec.ts","specs":[],"suites":[{"title":"board","specs":[
                {"title":"drags","tests":[{"status":"unexpected","results":[{"error":{"message":"too slow"}}]}]},
                {"title":"scrolls","tests":[{"status":"expected","results":[{}]}]},
                {"title":"adds","tests":[{"status":"flaky","results":[{"error":{"message":"once"}},{}]}]}]}]}]}"#;
        let outcome = read(json.as_bytes())?;
        let expected = Outcome {
            passed: 6,
            failed: 1,
            faults: vec![
                "unexpected: deals.spec.ts › board › drags\ntoo slow".to_owned(),
                "flaky: deals.spec.ts › board › adds\nonce".to_owned(),
            ],
        };
        assert_eq!(outcome, expected);
        Ok(())
    }

    #[test]
    fn of_the_log_only_what_is_remarkable_is_shown() {
        let log = concat!(
            r#"{"message":"request","status":200}"#,
            "\n",
            r#"{"message":"request","status":500}"#,
            "\n",
            r#"{"message":"job failed"}"#,
        );
        assert_eq!(remarkable(log).lines().count(), 2);
    }
}
