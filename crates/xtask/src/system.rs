//! Programs of the operating system: found, or on Debian and as root installed.

use std::{path::PathBuf, process::Command, sync::OnceLock};

use anyhow::{Result, bail};
use nix::unistd::geteuid;

use crate::process;

/// Whether apt's lists have been refreshed by this process, and how that went.
static UPDATED: OnceLock<bool> = OnceLock::new();

/// Installs a Debian package, or says what to do about it.
pub fn install(package: &str, purpose: &str) -> Result<()> {
    if !geteuid().is_root() || which::which("apt-get").is_err() {
        bail!("{package} is missing, which is needed for {purpose}: please install it");
    }
    process::say(&format!("Installing {package} for {purpose}"));
    UPDATED.get_or_init(|| process::run(&mut apt_get(&["update", "--quiet"])).is_ok());
    process::run(&mut apt_get(&[
        "install",
        "--quiet",
        "--yes",
        "--no-install-recommends",
        package,
    ]))
}

fn apt_get(arguments: &[&str]) -> Command {
    let mut command = Command::new("apt-get");
    command
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive");
    command
}

/// The first of these programs that is on the `PATH`; else installs the package and looks again.
pub fn program(names: &[&str], package: &str, purpose: &str) -> Result<PathBuf> {
    let find = || names.iter().find_map(|name| which::which(name).ok());
    if let Some(path) = find() {
        return Ok(path);
    }
    install(package, purpose)?;
    match find() {
        Some(path) => Ok(path),
        None => bail!("{package} brought none of {}", names.join(", ")),
    }
}
