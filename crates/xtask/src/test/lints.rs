//! Formatting and lints.

use anyhow::Result;

use super::report::Tally;
use crate::{
    client::{Profile, compile},
    process, wasm, workspace,
};

pub fn format() -> Result<Tally> {
    process::run(workspace::cargo().args(["fmt", "--all", "--check"]))?;
    Ok(Tally::PASSED)
}

/// The default members, which are all but the client.
pub fn clippy() -> Result<Tally> {
    process::run(workspace::cargo().args(["clippy", "--all-targets", "--", "-D", "warnings"]))?;
    Ok(Tally::PASSED)
}

pub fn clippy_client() -> Result<Tally> {
    let library = wasm::ensure_target()?;
    let mut clippy = compile::cargo(Profile::Dev, &library, "clippy");
    process::run(clippy.args(["--", "-D", "warnings"]))?;
    Ok(Tally::PASSED)
}
