//! The server: built, asked, started.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Result;

use crate::{process, workspace};

/// Builds the server and answers with its binary.
pub fn build(release: bool) -> Result<PathBuf> {
    let mut cargo = workspace::cargo();
    cargo.args(["build", "--bin", "touchline"]);
    if release {
        cargo.args(["--release", "--package", "api"]);
    } // Else along with all other members, as the tests are: with the same features nothing is compiled twice.
    process::run(&mut cargo)?;
    let profile = if release { "release" } else { "debug" };
    Ok(workspace::target().join(profile).join("touchline"))
}

/// The server's command line.
pub fn command(binary: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(binary);
    command.args(arguments).current_dir(workspace::root());
    command
}

/// Whether the server has this command.
pub fn offers(name: &str) -> Result<bool> {
    let help = process::capture(&mut command(&build(false)?, &["--help"]))?;
    let help = String::from_utf8_lossy(&help).into_owned();
    Ok(help.split_whitespace().any(|word| word == name))
}
