//! PgBouncer in transaction mode before a PostgreSQL of our own: each transaction may have another connection.

use std::{
    fs,
    os::unix::{
        fs::{PermissionsExt, chown},
        process::CommandExt,
    },
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result};
use nix::sys::signal::Signal;

use super::postgres::owner;
use crate::{
    process::{self, Background, Scratch},
    system,
};

pub struct Pooler {
    url: String,
    _server: Background,
    _folder: Scratch,
}

impl Pooler {
    /// A pooler before the PostgreSQL on this port.
    pub fn start(postgres: u16) -> Result<Self> {
        let program = system::program(
            &["pgbouncer", "/usr/sbin/pgbouncer"],
            "pgbouncer",
            "the tests through a pooler",
        )?;
        let folder = Scratch::new("pgbouncer")?;
        let port = process::free_port()?;
        let configuration = folder.path().join("pgbouncer.ini");
        let text = format!(
            "[databases]\n\
             * = host=127.0.0.1 port={postgres} user=postgres\n\
             [pgbouncer]\n\
             listen_addr = 127.0.0.1\n\
             listen_port = {port}\n\
             unix_socket_dir =\n\
             auth_type = any\n\
             pool_mode = transaction\n\
             max_client_conn = 2000\n\
             default_pool_size = 8\n\
             server_idle_timeout = 5\n"
        );
        fs::write(&configuration, text)?;
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755))?;
        let mut command = Command::new(program);
        command
            .arg("--quiet")
            .arg(&configuration)
            .current_dir(folder.path())
            .stdout(Stdio::null())
            .stderr(fs::File::create(folder.path().join("log"))?);
        // It refuses to run as root, as PostgreSQL does.
        if let Some(owner) = owner()? {
            let (user, group) = (owner.uid.as_raw(), owner.gid.as_raw());
            chown(folder.path(), Some(user), Some(group))?;
            command.uid(user).gid(group);
        }
        let mut server = Background::start(&mut command, Signal::SIGTERM)?;
        server
            .wait_until(Duration::from_secs(30), || process::listens(port))
            .with_context(|| fs::read_to_string(folder.path().join("log")).unwrap_or_default())?;
        Ok(Self {
            url: format!("postgres://postgres@127.0.0.1:{port}/postgres"),
            _server: server,
            _folder: folder,
        })
    }

    pub fn url(&self) -> &str {
        &self.url
    }
}
