//! `cargo xtask bench`: what Touchline costs, as ratios to a bare server on the same tables.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use crate::{
    client, process, server,
    services::{Keeps, Services},
    workspace,
};

/// Measures a release build; fails where a target is missed.
#[derive(Args)]
pub struct Bench {
    /// Only these: `ratios`, `connections`, `size`, `customers`, `overload`, `embedded`, `hostile`.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Seconds of a round.
    #[arg(long, default_value_t = 2)]
    seconds: u64,
    /// Rounds of each server.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
}

impl Bench {
    pub fn execute(self) -> Result<ExitCode> {
        let build = client::build(client::Profile::Release)?;
        let binary = server::release(&build)?;
        process::run(workspace::cargo().args(["build", "--release", "--package", "bench"]))?;
        let services = Services::start(Keeps::Everything)?;
        let folder = workspace::target().join("bench");
        std::fs::create_dir_all(&folder)?;
        let mut command = std::process::Command::new(workspace::target().join("release/bench"));
        command
            .arg("run")
            .arg("--server")
            .arg(&binary)
            .args(["--postgres", services.postgres_url()])
            .arg("--report")
            .arg(folder.join("report.json"))
            .args(["--seconds", &self.seconds.to_string()])
            .args(["--rounds", &self.rounds.to_string()]);
        if !self.only.is_empty() {
            command.args(["--only", &self.only.join(",")]);
        }
        process::run(&mut command)?;
        Ok(ExitCode::SUCCESS)
    }
}
