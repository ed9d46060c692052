//! Where things are.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

/// The root of the clone.
///
/// Asked of cargo at run time and not compiled in: clones may share a target directory.
pub fn root() -> PathBuf {
    let manifest = env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    manifest
        .ancestors()
        .nth(2)
        .map_or_else(|| manifest.clone(), Path::to_path_buf)
}

pub fn frontend() -> PathBuf {
    root().join("frontend")
}

/// The client as the server embeds it.
pub fn dist() -> PathBuf {
    frontend().join("dist")
}

/// Intermediate files of the client's build.
pub fn scratch() -> PathBuf {
    frontend().join(".build")
}

/// Where cargo puts what it builds; `CARGO_TARGET_DIR` and cargo's configuration are honoured.
pub fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// The user's cache, for what is worth keeping between clones.
pub fn cache() -> Result<PathBuf> {
    let dirs = directories::BaseDirs::new().context("this user has no home directory")?;
    Ok(dirs.cache_dir().join("touchline"))
}

/// Cargo, as whoever called us calls it, in the root of the clone.
pub fn cargo() -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root());
    // What cargo told us about ourselves is none of the business of what we build.
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            cargo.env_remove(name);
        }
    }
    cargo
}
