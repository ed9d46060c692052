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
    Private {
        url: String,
        _server: Background,
        _folder: Scratch,
    },
}

impl Redis {
    /// The one named by `REDIS_URL_TEST`, else a new one.
    pub fn start() -> Result<Self> {
        if let Ok(url) = env::var("REDIS_URL_TEST") {
            return Ok(Self::Given(url));
        }
        let program = system::program(
            &["redis-server", "valkey-server"],
            "redis-server",
            "the tests",
        )?;
        let folder = Scratch::new("redis")?;
        let port = process::free_port()?;
        let mut command = Command::new(program);
        command
            .current_dir(folder.path())
            .args(["--bind", "127.0.0.1", "--port", &port.to_string()])
            .args(["--save", "", "--appendonly", "no"])
            .stdout(Stdio::null());
        let mut server = Background::start(&mut command, Signal::SIGTERM)?;
        server.wait_until(Duration::from_secs(30), || process::listens(port))?;
        Ok(Self::Private {
            url: format!("redis://127.0.0.1:{port}"),
            _server: server,
            _folder: folder,
        })
    }

    pub fn url(&self) -> &str {
        match self {
            Self::Given(url) | Self::Private { url, .. } => url,
        }
    }
}
