//! A PostgreSQL cluster of our own, fast because nothing in it is worth keeping.

use std::{
    env, fs,
    os::unix::{
        fs::{PermissionsExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result};
use nix::{
    sys::signal::Signal,
    unistd::{User, geteuid},
};

use crate::{
    process::{self, Background, Scratch},
    system,
};

pub enum Postgres {
    Given(String),
    Private(Box<Cluster>),
}

/// A cluster that can be stopped and started again.
pub struct Cluster {
    url: String,
    port: u16,
    keeps: Keeps,
    programs: PathBuf,
    owner: Option<User>,
    /// Before the folder, for it has to end first.
    server: Option<Background>,
    folder: Scratch,
}

/// What a database of ours keeps when the power fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeps {
    /// What was committed, as where people work with it.
    Everything,
    /// Nothing for certain: it is there for tests, and quicker.
    UntilItEnds,
}

impl Postgres {
    /// The one named by `DATABASE_URL_TEST`, else a new cluster.
    pub fn start(keeps: Keeps) -> Result<Self> {
        match env::var("DATABASE_URL_TEST") {
            Ok(url) => Ok(Self::Given(url)),
            Err(_) => Ok(Self::Private(Box::new(Cluster::create(keeps)?))),
        }
    }

    pub fn url(&self) -> &str {
        match self {
            Self::Given(url) => url,
            Self::Private(cluster) => cluster.url(),
        }
    }
}

impl Cluster {
    /// A new one, started. It is in the temporary directory, because where we are root it runs as `postgres`, who
    /// cannot look into root's home.
    pub fn create(keeps: Keeps) -> Result<Self> {
        let programs = programs()?;
        let folder = Scratch::new("postgres")?;
        let owner = owner()?;
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700))?;
        if let Some(owner) = &owner {
            chown(
                folder.path(),
                Some(owner.uid.as_raw()),
                Some(owner.gid.as_raw()),
            )?;
        }
        let port = process::free_port()?;
        let mut cluster = Self {
            url: format!("postgres://postgres@127.0.0.1:{port}/postgres"),
            port,
            keeps,
            programs,
            owner,
            server: None,
            folder,
        };
        let data = cluster.data();
        process::run_quietly(
            cluster
                .program("initdb")
                .args(["--username=postgres", "--auth=trust", "--encoding=UTF8"])
                .args(["--locale=C.UTF-8", "--no-sync", "--pgdata"])
                .arg(data),
        )?;
        cluster.start()?;
        Ok(cluster)
    }

    /// Starts it, and waits until it accepts.
    pub fn start(&mut self) -> Result<()> {
        let log = fs::File::create(self.folder.path().join("log"))?;
        let mut postgres = self.program("postgres");
        postgres
            .arg("-D")
            .arg(self.data())
            .stderr(log)
            .stdout(Stdio::null());
        for setting in settings(self.port, self.folder.path(), self.keeps) {
            postgres.args(["-c", &setting]);
        }
        let mut server = Background::start(&mut postgres, Signal::SIGINT)?;
        server
            .wait_until(Duration::from_secs(60), || {
                accepts(&self.programs, self.port)
            })
            .with_context(|| {
                fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
            })?;
        self.server = Some(server);
        Ok(())
    }

    /// Stops it: whoever is connected is cut off.
    pub fn stop(&mut self) -> Result<()> {
        match self.server.take() {
            Some(mut server) => server.end(Duration::from_secs(20)),
            None => Ok(()),
        }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.join(name));
        command.current_dir(self.folder.path());
        if let Some(owner) = &self.owner {
            command.uid(owner.uid.as_raw()).gid(owner.gid.as_raw());
        }
        command
    }
}

fn settings(port: u16, folder: &Path, keeps: Keeps) -> [String; 8] {
    let durable = match keeps {
        Keeps::Everything => "on",
        Keeps::UntilItEnds => "off",
    };
    [
        format!("port={port}"),
        "listen_addresses=127.0.0.1".to_owned(),
        format!("unix_socket_directories={}", folder.display()),
        format!("fsync={durable}"),
        format!("synchronous_commit={durable}"),
        format!("full_page_writes={durable}"),
        "max_connections=400".to_owned(),
        "shared_buffers=128MB".to_owned(),
    ]
}

fn accepts(programs: &Path, port: u16) -> bool {
    let mut command = Command::new(programs.join("pg_isready"));
    command.args(["--quiet", "--host=127.0.0.1", &format!("--port={port}")]);
    process::run_quietly(&mut command).is_ok()
}

/// PostgreSQL refuses to run as root.
pub fn owner() -> Result<Option<User>> {
    if !geteuid().is_root() {
        return Ok(None);
    }
    let user = User::from_name("postgres")?.context("there is no user `postgres`")?;
    Ok(Some(user))
}

/// The folder of `initdb` and `postgres`; Debian keeps them off the `PATH`.
fn programs() -> Result<PathBuf> {
    if let Some(found) = debian().or_else(on_path) {
        return Ok(found);
    }
    system::install("postgresql", "the tests")?;
    debian()
        .or_else(on_path)
        .context("the package postgresql brought no initdb")
}

fn debian() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    versions
        .flatten()
        .filter_map(|entry| {
            let version: u32 = entry.file_name().to_str()?.parse().ok()?;
            let programs = entry.path().join("bin");
            programs
                .join("initdb")
                .is_file()
                .then_some((version, programs))
        })
        .max()
        .map(|(_, programs)| programs)
}

fn on_path() -> Option<PathBuf> {
    let initdb = which::which("initdb").ok()?;
    let programs = fs::canonicalize(initdb).ok()?.parent()?.to_path_buf();
    programs.join("postgres").is_file().then_some(programs)
}
