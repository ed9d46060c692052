//! The tests written in Rust.

use std::{
    fs,
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};

use super::report::Tally;
use crate::{process, services::Services, workspace};

/// Unit and integration tests, with PostgreSQL and Redis at hand, then the examples in the documentation.
pub fn test() -> Result<Tally> {
    // The debug build of the server wants to know where the client will be.
    fs::create_dir_all(workspace::dist())?;
    let services = Services::start_with_pooler()?;
    let has_nextest =
        process::run_quietly(workspace::cargo().args(["nextest", "--version"])).is_ok();
    let mut tally = if has_nextest {
        nextest(&services)?
    } else {
        libtest(&services, &["--all-targets"])?
    };
    tally += libtest(&services, &["--doc"])?;
    Ok(tally)
}

fn nextest(services: &Services) -> Result<Tally> {
    let results = workspace::root().join("target/nextest/ci/junit.xml");
    let _ = fs::remove_file(&results);
    let mut command = workspace::cargo();
    command
        .args(["nextest", "run", "--profile", "ci"])
        .envs(services.environment());
    let outcome = process::run(&mut command);
    // Without a report it did not come to testing, and that is never a success.
    let xml = match fs::read_to_string(&results) {
        Ok(xml) => xml,
        Err(missing) => {
            return Err(outcome.err().unwrap_or_else(|| missing.into()))
                .with_context(|| format!("no report of the tests in {}", results.display()));
        }
    };
    let tally = read_junit(&xml)?;
    match outcome {
        Err(error) if tally.failed == 0 => Err(error),
        _ => Ok(tally),
    }
}

/// Adds up the counts of all test suites.
fn read_junit(xml: &str) -> Result<Tally> {
    let document =
        roxmltree::Document::parse(xml).context("nextest wrote a report that is not XML")?;
    let count = |node: &roxmltree::Node<'_, '_>, name: &str| -> u64 {
        node.attribute(name)
            .and_then(|value| value.parse().ok())
            .unwrap_or(0)
    };
    let mut tally = Tally::default();
    for suite in document
        .descendants()
        .filter(|node| node.has_tag_name("testsuite"))
    {
        let failed = count(&suite, "failures") + count(&suite, "errors");
        let left_out = count(&suite, "disabled") + count(&suite, "skipped");
        tally.failed += failed;
        tally.passed += count(&suite, "tests").saturating_sub(failed + left_out);
    }
    Ok(tally)
}

/// Rust's own test runner; its lines are passed on and its results added up.
fn libtest(services: &Services, which: &[&str]) -> Result<Tally> {
    let mut command: Command = workspace::cargo();
    command
        .args(["test", "--no-fail-fast"])
        .args(which)
        .envs(services.environment())
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    eprintln!("    cargo test --no-fail-fast {}", which.join(" "));
    let mut child = command.spawn().context("cannot start cargo")?;
    let mut tally = Tally::default();
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).lines() {
            let line = line?;
            eprintln!("{line}");
            tally += read_result(&line).unwrap_or_default();
        }
    }
    let status = child.wait()?;
    if !status.success() && tally.failed == 0 {
        bail!("cargo test failed: {status}");
    }
    Ok(tally)
}

/// Reads `test result: ok. 3 passed; 1 failed; …`.
fn read_result(line: &str) -> Option<Tally> {
    let counts = line.strip_prefix("test result: ")?;
    let count = |word: &str| -> Option<u64> {
        let (before, _) = counts.split_once(word)?;
        before.split_whitespace().last()?.parse().ok()
    };
    Some(Tally {
        passed: count(" passed")?,
        failed: count(" failed")?,
    })
}

#[cfg(test)]
mod tests {
    use super::{Tally, read_junit, read_result};

    #[test]
    fn reads_the_line_of_the_standard_runner() {
        let line = "test result: FAILED. 12 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.10s";
        assert_eq!(
            read_result(line),
            Some(Tally {
                passed: 12,
                failed: 3
            })
        );
        assert_eq!(read_result("running 4 tests"), None);
    }

    #[test]
    fn reads_the_report_of_nextest() -> anyhow::Result<()> {
        let xml = r#"<testsuites tests="3"><testsuite tests="2" disabled="0" errors="0" failures="1"/>
            <testsuite tests="1" disabled="0" errors="0" failures="0"/></testsuites>"#;
        assert_eq!(
            read_junit(xml)?,
            Tally {
                passed: 2,
                failed: 1
            }
        );
        Ok(())
    }
}
