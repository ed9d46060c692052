//! The OpenAPI document that is checked in.

pub mod diff;

use std::{fs, path::PathBuf};

use anyhow::{Context, Result, ensure};

use crate::{npm, process, server, workspace};

/// Write the document anew, or ask what a newer one breaks.
#[derive(clap::Args)]
pub struct Openapi {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(clap::Subcommand)]
enum What {
    /// Name every change between two documents that breaks clients of the older one.
    Diff(diff::Diff),
}

impl Openapi {
    pub fn execute(self) -> Result<()> {
        match self.what {
            Some(What::Diff(diff)) => diff.execute(),
            None => write(),
        }
    }
}

fn path() -> PathBuf {
    workspace::root().join("openapi/openapi.json")
}

/// The document as the handlers have it.
fn generate() -> Result<Vec<u8>> {
    let binary = server::debug()?;
    process::capture(&mut server::command(&binary, &["openapi"]))
}

/// Writes the document anew.
fn write() -> Result<()> {
    let document = generate()?;
    let path = path();
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(&path, document).with_context(|| format!("cannot write {}", path.display()))
}

/// Compares the document that is checked in with what the handlers say, byte for byte.
pub fn check_drift() -> Result<()> {
    let generated = generate()?;
    let checked_in = fs::read(path()).context("openapi/openapi.json cannot be read")?;
    if generated != checked_in {
        show_difference(&checked_in, &generated);
    }
    ensure!(
        generated == checked_in,
        "openapi/openapi.json is not what the handlers say: run `cargo xtask openapi` and commit"
    );
    Ok(())
}

/// The first line that differs.
fn show_difference(checked_in: &[u8], generated: &[u8]) {
    let (old, new) = (
        String::from_utf8_lossy(checked_in),
        String::from_utf8_lossy(generated),
    );
    let mut lines = old.lines().zip(new.lines()).enumerate();
    match lines.find(|(_, (old, new))| old != new) {
        Some((number, (old, new))) => {
            eprintln!("    line {}:\n    - {old}\n    + {new}", number + 1);
        }
        None => eprintln!("    one of the two ends where the other goes on"),
    }
}

/// Asks Redocly whether the document keeps to the rules of `openapi/redocly.yaml`.
pub fn lint() -> Result<()> {
    npm::ensure()?;
    process::run(
        npm::tool("redocly")
            .args(["lint", "../openapi/openapi.json"])
            .args(["--config", "../openapi/redocly.yaml"])
            .env("REDOCLY_TELEMETRY", "off")
            .env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true"),
    )
}
