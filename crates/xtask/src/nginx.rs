//! The proxy of `docker/nginx.conf`, as it is but for where things are.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use nix::{sys::signal::Signal, unistd::geteuid};

use crate::{
    process::{self, Background},
    system, workspace,
};

/// nginx in a folder of its own.
pub struct Nginx {
    program: PathBuf,
    folder: PathBuf,
}

impl Nginx {
    /// Writes its configuration: it listens on `port` and passes on to these servers of this machine.
    pub fn configure(folder: &Path, port: u16, servers: [u16; 2]) -> Result<Self> {
        let program = system::unpacked("nginx", "nginx", "the proxy")?;
        let mut text = fs::read_to_string(workspace::root().join("docker/nginx.conf"))?;
        for (from, to) in [
            (
                "listen 8080;".to_owned(),
                format!("listen 127.0.0.1:{port};"),
            ),
            (
                "server-1:8080".to_owned(),
                format!("127.0.0.1:{}", servers[0]),
            ),
            (
                "server-2:8080".to_owned(),
                format!("127.0.0.1:{}", servers[1]),
            ),
            (" /tmp/".to_owned(), format!(" {}/", folder.display())),
            ("/etc/nginx/".to_owned(), format!("{}/", folder.display())),
            (
                "/dev/stdout".to_owned(),
                format!("{}/access.log", folder.display()),
            ),
        ] {
            ensure!(text.contains(&from), "docker/nginx.conf says no `{from}`");
            text = text.replace(&from, &to);
        }
        // Started as root it would work as somebody who may not look into our folder.
        if geteuid().is_root() {
            text.insert_str(0, "user root;\n");
        }
        fs::write(folder.join("nginx.conf"), text)?;
        Ok(Self {
            program,
            folder: folder.to_path_buf(),
        })
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command
            .arg("-c")
            .arg(self.folder.join("nginx.conf"))
            .arg("-p")
            .arg(&self.folder);
        command
    }

    /// Whether it understands its configuration, alone and with TLS.
    pub fn check(&self) -> Result<()> {
        process::run_quietly(self.command().arg("-t"))?;
        let tls = self.folder.join("tls");
        let certificates = self.folder.join("certificates");
        fs::create_dir_all(&tls)?;
        fs::create_dir_all(&certificates)?;
        process::run_quietly(
            Command::new("openssl")
                .args([
                    "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1",
                ])
                .args(["-subj", "/CN=localhost", "-keyout"])
                .arg(certificates.join("privkey.pem"))
                .arg("-out")
                .arg(certificates.join("fullchain.pem")),
        )
        .context("openssl makes a certificate to try TLS with")?;
        let text = fs::read_to_string(workspace::root().join("docker/nginx-tls.conf"))?
            // Debian's nginx is older than this directive.
            .replace("http2 on;", "")
            .replace("/etc/nginx/", &format!("{}/", self.folder.display()));
        fs::write(tls.join("tls.conf"), text)?;
        let checked = process::run_quietly(self.command().arg("-t"));
        fs::remove_dir_all(tls)?;
        checked
    }

    /// Starts it.
    pub fn start(&self, port: u16) -> Result<Background> {
        let mut command = self.command();
        command
            .args(["-g", "daemon off;"])
            .stdout(Stdio::null())
            .stderr(fs::File::create(self.folder.join("error.log"))?);
        let mut running = Background::start(&mut command, Signal::SIGTERM)?;
        running.wait_until(Duration::from_secs(10), || process::listens(port))?;
        Ok(running)
    }
}
