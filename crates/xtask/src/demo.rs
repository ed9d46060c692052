//! A server of its own with the demo organization, for what is tried against the API.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::Result;
use nix::sys::signal::Signal;

use crate::{
    process::{self, Background, Scratch},
    server,
};

/// How many requests a test may make in a minute: limits have tests of their own.
const UNLIMITED: &str = "1000000000";

/// The server; it ends when this is dropped.
pub struct Demo {
    // Stops before its data is gone.
    _running: Background,
    port: u16,
    log: PathBuf,
    data: Scratch,
}

impl Demo {
    /// Starts it, on SQLite or on what the environment names.
    pub fn start(binary: &Path, purpose: &str, environment: &[(&str, &str)]) -> Result<Self> {
        let data = Scratch::new(purpose)?;
        let port = process::free_port()?;
        let prepare = |arguments: &[&str]| -> Command {
            let mut command = server::command(binary, arguments);
            command
                .env_remove("DATABASE_URL")
                .env_remove("REDIS_URL")
                .envs(environment.iter().copied())
                .env("PORT", port.to_string())
                .env("TOUCHLINE_DATA_DIR", data.path())
                .env("TOUCHLINE_LOG", "warn")
                .env(
                    "TOUCHLINE_SECRET",
                    "this server lives for minutes on this machine alone",
                )
                // Nobody listens there: mails wait to be sent again, so that there are jobs to try.
                .env("TOUCHLINE_SMTP_URL", "smtp://127.0.0.1:9")
                .env("TOUCHLINE_RATE_LIMIT_IP", UNLIMITED)
                .env("TOUCHLINE_RATE_LIMIT_USER", UNLIMITED);
            command
        };
        if !environment.is_empty() {
            process::run(&mut prepare(&["migrate"]))?;
        }
        process::run_quietly(&mut prepare(&["seed", "--demo"]))?;
        let log = data.path().join("log");
        let file = fs::File::create(&log)?;
        let mut serve = prepare(&["serve"]);
        serve.stdout(file.try_clone()?).stderr(file);
        let mut running = Background::start(&mut serve, Signal::SIGTERM)?;
        running.wait_until(Duration::from_secs(60), || process::listens(port))?;
        Ok(Self {
            _running: running,
            port,
            log,
            data,
        })
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// A folder that is gone with it.
    pub fn folder(&self) -> &Path {
        self.data.path()
    }

    /// What it said.
    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }
}
