//! The build and test tools that come from npm, in the versions of `frontend/package-lock.json`.

use std::{fs, process::Command};

use anyhow::{Context, Result};

use crate::{bundle::sha256, process, workspace};

/// Installs what the lock file names, unless that has been done already.
pub fn ensure() -> Result<()> {
    let frontend = workspace::frontend();
    let lock = fs::read(frontend.join("package-lock.json"))?;
    let wanted = sha256(&[&lock]);
    let stamp = frontend.join("node_modules/.touchline-lock");
    if fs::read_to_string(&stamp).is_ok_and(|have| have == wanted) {
        return Ok(());
    }
    which::which("npm").context("npm is missing: install Node.js 20 or newer")?;
    process::say("Installing the client's build tools from npm");
    process::run(
        Command::new("npm")
            .args(["ci", "--no-progress"])
            .current_dir(&frontend),
    )?;
    fs::write(stamp, wanted)?;
    Ok(())
}

/// A tool that [`ensure`] installed, run in `frontend/`.
pub fn tool(name: &str) -> Command {
    let frontend = workspace::frontend();
    let mut command = Command::new(frontend.join("node_modules/.bin").join(name));
    command.current_dir(frontend);
    command
}

/// A script of the client's that uses them, run in `frontend/`.
pub fn script(name: &str) -> Command {
    let mut command = Command::new("node");
    command.arg(name).current_dir(workspace::frontend());
    command
}
