//! What can be asked on the command line.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::{bench, build, chaos, client, dev, openapi, run, test};

/// The developer's commands of Touchline.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// Build everything in release, load the demo organisation and start the product.
    Run(run::Run),
    /// Start a debug build, and rebuild and restart it on every change.
    Dev(run::Settings),
    /// Check everything: format, lints, tests on all databases, the browser, the OpenAPI document.
    Test(test::Test),
    /// Kill a server under eight writers a hundred times, on both databases: nothing acknowledged is lost.
    Chaos(chaos::Chaos),
    /// Build client and server in release, without starting them.
    Build(build::Build),
    /// Build the client into `frontend/dist`.
    Client(client::Client),
    /// Measure a release build against a bare server on the same tables.
    Bench(bench::Bench),
    /// Write `openapi/openapi.json` anew from the handlers, or compare two documents.
    Openapi(openapi::Openapi),
}

impl Command {
    pub fn execute(self) -> Result<ExitCode> {
        match self {
            Self::Run(run) => run.execute().map(|()| ExitCode::SUCCESS),
            Self::Dev(settings) => dev::execute(&settings).map(|()| ExitCode::SUCCESS),
            Self::Test(test) => test.execute(),
            Self::Bench(bench) => bench.execute(),
            Self::Openapi(openapi) => openapi.execute().map(|()| ExitCode::SUCCESS),
            Self::Chaos(chaos) => chaos.execute(),
            Self::Build(build) => build.execute().map(|()| ExitCode::SUCCESS),
            Self::Client(client) => client.execute().map(|()| ExitCode::SUCCESS),
        }
    }
}
