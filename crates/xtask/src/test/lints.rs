//! Formatting and lints.

use std::process::Command;

use anyhow::Result;

use super::report::Tally;
use crate::{
    client::{Profile, compile},
    process, wasm, workspace,
};

/// Adds a part of the toolchain that a minimal installation leaves out.
fn component(subcommand: &str, name: &str) -> Result<()> {
    if process::run_quietly(workspace::cargo().args([subcommand, "--version"])).is_ok() {
        return Ok(());
    }
    process::say(&format!("Adding {name} to the Rust toolchain"));
    process::run(Command::new("rustup").args(["component", "add", name]))
}

pub fn format() -> Result<Tally> {
    component("fmt", "rustfmt")?;
    process::run(workspace::cargo().args(["fmt", "--all", "--check"]))?;
    Ok(Tally::PASSED)
}

/// The default members, which are all but the client.
pub fn clippy() -> Result<Tally> {
    component("clippy", "clippy")?;
    process::run(workspace::cargo().args(["clippy", "--all-targets", "--", "-D", "warnings"]))?;
    Ok(Tally::PASSED)
}

pub fn clippy_client() -> Result<Tally> {
    component("clippy", "clippy")?;
    let library = wasm::ensure_target()?;
    let mut clippy = compile::cargo(Profile::Dev, &library, "clippy");
    process::run(clippy.args(["--", "-D", "warnings"]))?;
    Ok(Tally::PASSED)
}
