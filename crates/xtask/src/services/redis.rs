//! A Redis of our own that keeps nothing.

use std::{
    env,
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::Result;
use nix::sys::signal::Signal;

use crate::{
    process::{self, Background, Scratch},
    system,
};

pub enum Redis {
    Given(String),
    Private(OwnRedis),
}

/// A Redis that can be stopped, started again and frozen.
pub struct OwnRedis {
    url: String,
    port: u16,
    server: Option<Background>,
    folder: Scratch,
}

impl Redis {
    /// The one named by `REDIS_URL_TEST`, else a new one.
    pub fn start() -> Result<Self> {
        match env::var("REDIS_URL_TEST") {
            Ok(url) => Ok(Self::Given(url)),
            Err(_) => OwnRedis::create().map(Self::Private),
        }
    }

    pub fn url(&self) -> &str {
        match self {
            Self::Given(url) | Self::Private(OwnRedis { url, .. }) => url,
        }
    }
}

impl OwnRedis {
    /// A new one, started.
    pub fn create() -> Result<Self> {
        let port = process::free_port()?;
        let mut redis = Self {
            url: format!("redis://127.0.0.1:{port}"),
            port,
            server: None,
            folder: Scratch::new("redis")?,
        };
        redis.start()?;
        Ok(redis)
    }

    /// Starts it, empty.
    pub fn start(&mut self) -> Result<()> {
        let program = system::program(
            &["redis-server", "valkey-server"],
            "redis-server",
            "the tests",
        )?;
        let mut command = Command::new(program);
        command
            .current_dir(self.folder.path())
            .args(["--bind", "127.0.0.1", "--port", &self.port.to_string()])
            .args(["--save", "", "--appendonly", "no"])
            .stdout(Stdio::null());
        let mut server = Background::start(&mut command, Signal::SIGTERM)?;
        server.wait_until(Duration::from_secs(30), || process::listens(self.port))?;
        self.server = Some(server);
        Ok(())
    }

    pub fn stop(&mut self) -> Result<()> {
        match self.server.take() {
            Some(mut server) => server.end(Duration::from_secs(10)),
            None => Ok(()),
        }
    }

    pub fn signal(&self, signal: Signal) -> Result<()> {
        match &self.server {
            Some(server) => server.signal(signal),
            None => Ok(()),
        }
    }

    pub fn url(&self) -> &str {
        &self.url
    }
}
