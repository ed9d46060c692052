//! `cargo xtask run`: from a clean clone to the product.

use std::{
    env,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};

use crate::{
    client::{self, Profile},
    process, server, workspace,
};

/// Where the product listens and keeps its data.
#[derive(clap::Args)]
pub struct Settings {
    /// Start without the demo organisation.
    #[arg(long)]
    pub no_demo: bool,
    /// The port to listen on.
    #[arg(long, env = "PORT", default_value_t = 8080)]
    pub port: u16,
    /// `postgres://…` or `sqlite://…`; a SQLite file in the data directory when absent.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// `redis://…`; the memory of the process when absent.
    #[arg(long, env = "REDIS_URL", hide_env_values = true)]
    pub redis_url: Option<String>,
}

impl Settings {
    /// Tells a command of the server about them.
    pub fn apply(&self, command: &mut Command) {
        command.env("PORT", self.port.to_string());
        if env::var_os("TOUCHLINE_DATA_DIR").is_none() {
            command.env("TOUCHLINE_DATA_DIR", data());
        }
        if let Some(url) = &self.database_url {
            command.env("DATABASE_URL", url);
        }
        if let Some(url) = &self.redis_url {
            command.env("REDIS_URL", url);
        }
    }
}

fn data() -> PathBuf {
    workspace::root().join("data")
}

/// Build everything in release and start it.
#[derive(clap::Args)]
pub struct Run {
    #[command(flatten)]
    settings: Settings,
}

impl Run {
    pub fn execute(self) -> Result<()> {
        let port = self.settings.port;
        ensure!(
            !process::listens(port),
            "something listens on port {port} already: choose another one with --port"
        );
        let client = client::build(Profile::Release)?;
        process::say("Building the server");
        let binary = server::release(&client)?;
        if !self.settings.no_demo {
            seed(&binary, &self.settings)?;
        }
        process::say(&format!("Starting Touchline at http://127.0.0.1:{}", port));
        let mut serve = server::command(&binary, &["serve"]);
        self.settings.apply(&mut serve);
        // From here on this process is the server.
        Err(serve.exec()).with_context(|| format!("cannot start {}", binary.display()))
    }
}

/// Loads the demo organisation where there is none, and prints its sign-ins.
pub fn seed(binary: &Path, settings: &Settings) -> Result<()> {
    if !server::offers(binary, "seed")? {
        return Ok(());
    }
    let mut seed = server::command(binary, &["seed", "--demo"]);
    settings.apply(&mut seed);
    process::run(&mut seed)
}
