//! Processes under measurement: Touchline, and the yardstick.

use std::{
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::load::{Connection, Request};

/// Signs the tokens of servers under measurement; they live for minutes, on this machine alone.
pub const SECRET: &str = "the bench signs its tokens with this";

/// A server in a process of its own, ended with this value.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub port: u16,
    /// From its start until it was ready.
    pub ready_after: Duration,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port nobody listens on.
///
/// # Errors
/// When the machine has none left.
pub fn free_port() -> Result<u16> {
    Ok(std::net::TcpListener::bind(("127.0.0.1", 0))?
        .local_addr()?
        .port())
}

impl Server {
    /// Starts a command and waits until a path of it answers.
    ///
    /// # Errors
    /// When it ends, or does not answer within half a minute.
    pub async fn start(command: &mut Command, port: u16, path: &str) -> Result<Self> {
        let began = Instant::now();
        let child = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("the server does not start")?;
        let mut server = Self {
            child,
            port,
            ready_after: Duration::ZERO,
        };
        let request = Request::new("GET", path, None, None);
        loop {
            if let Some(status) = server.child.try_wait()? {
                bail!("the server ended with {status}");
            }
            if let Ok(mut connection) = Connection::open(port).await
                && let Ok(answer) = connection.send(&request).await
                && answer.status < 500
            {
                server.ready_after = began.elapsed();
                return Ok(server);
            }
            if began.elapsed() > Duration::from_secs(30) {
                bail!("the server was not ready within half a minute");
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// Processor time spent so far: by the server, and by PostgreSQL on this machine.
    pub fn processor_time(&self) -> (Duration, Duration) {
        let mut database = Duration::ZERO;
        for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
            let stat = std::fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
            if stat.contains(" (postgres) ") {
                database += spent(&stat);
            }
        }
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()));
        (spent(&stat.unwrap_or_default()), database)
    }

    /// Memory it holds, in MiB: what it is now, and the most it was.
    pub fn memory(&self) -> (u64, u64) {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.unwrap_or_default();
        let value = |name: &str| {
            status
                .lines()
                .find_map(|line| line.strip_prefix(name))
                .and_then(|line| {
                    line.trim()
                        .trim_end_matches(" kB")
                        .trim()
                        .parse::<u64>()
                        .ok()
                })
                .map_or(0, |kibibytes| kibibytes / 1024)
        };
        (value("VmRSS:"), value("VmHWM:"))
    }
}

/// User and system time of a process by its line in `/proc` (proc_pid_stat(5): fields 14 and 15, in
/// hundredths of a second).
fn spent(stat: &str) -> Duration {
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: u64 = after_name
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse::<u64>().ok())
        .sum();
    Duration::from_millis(ticks * 10)
}

/// Touchline on a database, with everything on; limits count, but are not reached.
pub fn touchline(binary: &Path, database: &str, folder: &Path, port: u16) -> Command {
    let mut command = Command::new(binary);
    command
        .arg("serve")
        .env("DATABASE_URL", database)
        .env("PORT", port.to_string())
        .env("TOUCHLINE_DATA_DIR", folder)
        .env("TOUCHLINE_SECRET", SECRET)
        .env("TOUCHLINE_RATE_LIMIT_IP", "1000000000")
        .env("TOUCHLINE_RATE_LIMIT_USER", "1000000000");
    command
}
