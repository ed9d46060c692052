//! `cargo xtask build`: the product as a single file.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result};

use crate::{
    client::{self, Profile},
    process, server,
};

/// Build client and server in release.
#[derive(clap::Args)]
pub struct Build {
    /// Where to put the binary; it stays in the target directory when absent.
    #[arg(long)]
    output: Option<PathBuf>,
}

impl Build {
    pub fn execute(self) -> Result<()> {
        let client = client::build(Profile::Release)?;
        process::say("Building the server");
        let binary = server::release(&client)?;
        let place = match self.output {
            Some(output) => {
                if let Some(folder) = output.parent() {
                    fs::create_dir_all(folder)?;
                }
                fs::copy(&binary, &output)
                    .with_context(|| format!("cannot write {}", output.display()))?;
                output
            }
            None => binary,
        };
        process::say(&format!("Built {}", place.display()));
        Ok(())
    }
}
