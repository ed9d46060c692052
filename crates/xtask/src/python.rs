//! Tools of the tests that come from PyPI, each set in an environment of its own.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Result;

use crate::{bundle::sha256, process, system};

/// The folder of programs of an environment with what `requirements` names, made unless it is there.
pub fn environment(folder: &Path, requirements: &Path, name: &str) -> Result<PathBuf> {
    let wanted = sha256(&[&fs::read(requirements)?]);
    let programs = folder.join("bin");
    let python = programs.join("python");
    let stamp = folder.join("touchline-requirements");
    if fs::read_to_string(&stamp).is_ok_and(|have| have == wanted) && python.exists() {
        return Ok(programs);
    }
    process::say(&format!("Installing {name}"));
    let system_python = system::program(&["python3"], "python3", name)?;
    let create = || {
        let mut command = Command::new(&system_python);
        command.args(["-m", "venv", "--clear"]).arg(folder);
        command
    };
    if process::run_quietly(&mut create()).is_err() {
        system::install("python3-venv", name)?;
        process::run(&mut create())?;
    }
    process::run(
        Command::new(&python)
            .args(["-m", "pip", "install", "--quiet", "--requirement"])
            .arg(requirements)
            .env("PIP_DISABLE_PIP_VERSION_CHECK", "1"),
    )?;
    fs::write(stamp, wanted)?;
    Ok(programs)
}
