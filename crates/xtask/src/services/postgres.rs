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
    Private {
        url: String,
        port: u16,
        /// Before the folder, for it has to end first.
        _server: Background,
        _folder: Scratch,
    },
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
    /// The one named by `DATABASE_URL_TEST`, else a new cluster. It is in the temporary directory, because where we
    /// are root it runs as `postgres`, who cannot look into root's home.
    pub fn start(keeps: Keeps) -> Result<Self> {
        if let Ok(url) = env::var("DATABASE_URL_TEST") {
            return Ok(Self::Given(url));
        }
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
        let program = |name: &str| {
            let mut command = Command::new(programs.join(name));
            command.current_dir(folder.path());
            if let Some(owner) = &owner {
                command.uid(owner.uid.as_raw()).gid(owner.gid.as_raw());
            }
            command
        };
        let data = folder.path().join("data");
        process::run_quietly(
            program("initdb")
                .args(["--username=postgres", "--auth=trust", "--encoding=UTF8"])
                .args(["--locale=C.UTF-8", "--no-sync", "--pgdata"])
                .arg(&data),
        )?;
        let port = process::free_port()?;
        let log = fs::File::create(folder.path().join("log"))?;
        let mut postgres = program("postgres");
        postgres
            .arg("-D")
            .arg(&data)
            .stderr(log)
            .stdout(Stdio::null());
        for setting in settings(port, folder.path(), keeps) {
            postgres.args(["-c", &setting]);
        }
        let mut server = Background::start(&mut postgres, Signal::SIGINT)?;
        server
            .wait_until(Duration::from_secs(60), || accepts(&programs, port))
            .with_context(|| fs::read_to_string(folder.path().join("log")).unwrap_or_default())?;
        Ok(Self::Private {
            url: format!("postgres://postgres@127.0.0.1:{port}/postgres"),
            port,
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
