//! Whether the client has to be built again.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result};

use super::{Profile, walk};
use crate::{bundle::sha256, workspace};

/// What the client is made of, files and folders from the root of the clone.
const SOURCES: [&str; 19] = [
    "Cargo.lock",
    "Cargo.toml",
    "crates/domain",
    "crates/shared-types",
    "crates/words",
    "crates/xtask/src/bundle.rs",
    "crates/xtask/src/client",
    "frontend/Cargo.toml",
    "frontend/boot.js",
    "frontend/build.rs",
    "frontend/index.html",
    "frontend/locales",
    "frontend/optimise.js",
    "frontend/package-lock.json",
    "frontend/public",
    "frontend/reference",
    "frontend/src",
    "frontend/style",
    "frontend/static",
];

/// A hash over all of it and the compiler's version.
pub fn hash(profile: Profile) -> Result<String> {
    let compiler = rustc_version::version_meta()?.short_version_string;
    let mut parts = vec![profile.name().as_bytes().to_vec(), compiler.into_bytes()];
    let root = workspace::root();
    for source in SOURCES {
        for path in walk(&root.join(source)) {
            let name = path.strip_prefix(&root)?.to_string_lossy().into_owned();
            let content = fs::read(&path).with_context(|| format!("cannot read {name}"))?;
            parts.push(name.into_bytes());
            parts.push(content);
        }
    }
    let parts: Vec<_> = parts.iter().map(Vec::as_slice).collect();
    Ok(sha256(&parts))
}

fn stamp() -> PathBuf {
    workspace::scratch().join("built-from")
}

/// Whether `frontend/dist` was made of inputs with this hash.
pub fn are_built(hash: &str) -> bool {
    workspace::dist().join("index.html").is_file()
        && fs::read_to_string(stamp()).is_ok_and(|have| have == hash)
}

pub fn remember(hash: &str) -> Result<()> {
    fs::write(stamp(), hash).context("cannot write into frontend/.build")
}

/// The next build is done in any case.
pub fn forget() -> Result<()> {
    match fs::remove_file(stamp()) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}
