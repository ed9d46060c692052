//! Programs of the operating system: found, or on Debian and as root installed.

use std::{fs, path::PathBuf, process::Command, sync::OnceLock};

use anyhow::{Context, Result, bail};
use nix::unistd::geteuid;

use crate::{process, workspace};

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

/// A server's program that is only to be run by us: the one on the `PATH`, else the one of the Debian package, unpacked
/// into the user's cache, for to install it would start a service.
pub fn unpacked(name: &str, package: &str, purpose: &str) -> Result<PathBuf> {
    let sbin = PathBuf::from("/usr/sbin").join(name);
    if let Ok(path) = which::which(name).or_else(|_| which::which(sbin)) {
        return Ok(path);
    }
    let folder = workspace::cache()?.join("programs").join(package);
    let find = || {
        ["usr/sbin", "usr/bin"]
            .iter()
            .map(|part| folder.join(part).join(name))
            .find(|path| path.is_file())
    };
    if let Some(path) = find() {
        return Ok(path);
    }
    if which::which("apt-get").is_err() {
        bail!("{name} is missing, which is needed for {purpose}: please install {package}");
    }
    process::say(&format!("Fetching {package} for {purpose}"));
    let parent = workspace::cache()?.join("programs");
    fs::create_dir_all(&parent)?;
    let scratch = process::Scratch::new_in(&parent, package)?;
    let download = || {
        let mut command = apt_get(&["download", "--quiet", package]);
        command.current_dir(scratch.path());
        command
    };
    if process::run_quietly(&mut download()).is_err() {
        UPDATED.get_or_init(|| process::run(&mut apt_get(&["update", "--quiet"])).is_ok());
        process::run(&mut download())?;
    }
    let archive = fs::read_dir(scratch.path())?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|extension| extension == "deb"))
        .with_context(|| format!("apt-get brought no archive of {package}"))?;
    let unpacked = scratch.path().join("unpacked");
    process::run_quietly(
        Command::new("dpkg-deb")
            .arg("--extract")
            .arg(archive)
            .arg(&unpacked),
    )?;
    // At once, so that half of it is never taken for all.
    let _ = fs::remove_dir_all(&folder);
    fs::rename(unpacked, &folder)?;
    find().with_context(|| format!("{package} brought no {name}"))
}
