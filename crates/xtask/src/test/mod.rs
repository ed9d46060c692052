//! `cargo xtask test`: everything that says whether Touchline is right.

mod deploy;
mod lints;
mod report;
mod rust;
pub mod topology;

use std::{process::ExitCode, time::Instant};

use anyhow::Result;
use clap::ValueEnum;

use crate::{browser, clients, openapi, process, schemathesis};
use report::{Report, Tally};

/// Check everything, or only some of it.
#[derive(clap::Args)]
pub struct Test {
    /// Only these steps, in their usual order.
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Step>,
}

/// The steps, in the order in which they run.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Step {
    /// Formatting (rustfmt).
    Fmt,
    /// Lints of server and tools (clippy).
    Clippy,
    /// Lints of the client, compiled for WASM (clippy).
    ClippyClient,
    /// Unit and integration tests, on SQLite and on PostgreSQL with Redis.
    Test,
    /// Two servers behind the proxy on one PostgreSQL and one Redis, while one after the other is lost.
    Topology,
    /// Whether `openapi/openapi.json` is what the handlers say.
    Openapi,
    /// Lints of the OpenAPI document (Redocly).
    OpenapiLint,
    /// Whether clients of the last release go on working (`openapi/released.json`).
    OpenapiDiff,
    /// Lints of the image, the proxy, the alerts and the workflows.
    Deploy,
    /// Requests made from the OpenAPI document, on both databases (Schemathesis).
    Schemathesis,
    /// Clients generated from the OpenAPI document, compiled and tried (OpenAPI Generator).
    Clients,
    /// The journeys of `frontend/e2e` in Chromium.
    E2e,
}

impl Step {
    fn run(self) -> Result<Tally> {
        match self {
            Self::Fmt => lints::format(),
            Self::Clippy => lints::clippy(),
            Self::ClippyClient => lints::clippy_client(),
            Self::Test => rust::test(),
            Self::Topology => topology::test(),
            Self::Openapi => openapi::check_drift().map(|()| Tally::PASSED),
            Self::OpenapiLint => openapi::lint().map(|()| Tally::PASSED),
            Self::OpenapiDiff => openapi::diff::check_release().map(|()| Tally::PASSED),
            Self::Deploy => deploy::check(),
            Self::Schemathesis => {
                schemathesis::test().map(|(passed, failed)| Tally { passed, failed })
            }
            Self::Clients => clients::test().map(|(passed, failed)| Tally { passed, failed }),
            Self::E2e => browser::test(&[]).map(Tally::from),
        }
    }
}

impl Test {
    pub fn execute(self) -> Result<ExitCode> {
        let mut report = Report::default();
        for step in Step::value_variants() {
            if !self.only.is_empty() && !self.only.contains(step) {
                continue;
            }
            let name = step
                .to_possible_value()
                .map_or_else(String::new, |value| value.get_name().to_owned());
            process::say(&format!("Step {name}"));
            let started = Instant::now();
            let tally = step.run().unwrap_or_else(|error| {
                eprintln!("\nxtask: {error:#}");
                Tally::FAILED
            });
            report.add(name, tally, started.elapsed());
        }
        Ok(report.close())
    }
}
