//! The server: built, asked, started.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Result;

use crate::{process, workspace};

/// Builds the server in release, with this client in it, and answers with its binary.
pub fn release(client: &str) -> Result<PathBuf> {
    let mut cargo = workspace::cargo();
    cargo
        .args([
            "build",
            "--release",
            "--package",
            "api",
            "--bin",
            "touchline",
        ])
        .env("TOUCHLINE_CLIENT_BUILD", client);
    process::run(&mut cargo)?;
    Ok(workspace::target().join("release/touchline"))
}

/// Builds the server for trying it out: it reads the client from `frontend/dist` when it is asked for it.
///
/// All members are chosen, as they are for the tests: with the same features nothing is compiled twice.
pub fn debug() -> Result<PathBuf> {
    // The compiler writes down where the folder really is, which it cannot say of one that is not there.
    fs::create_dir_all(workspace::dist())?;
    process::run(workspace::cargo().args(["build", "--bin", "touchline"]))?;
    Ok(workspace::target().join("debug/touchline"))
}

/// The server's command line.
pub fn command(binary: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(binary);
    command.args(arguments).current_dir(workspace::root());
    command
}

/// Whether the server has this command.
pub fn offers(binary: &Path, name: &str) -> Result<bool> {
    let help = process::capture(&mut command(binary, &["--help"]))?;
    let help = String::from_utf8_lossy(&help).into_owned();
    Ok(help.split_whitespace().any(|word| word == name))
}
