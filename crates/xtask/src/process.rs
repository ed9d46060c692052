//! Starting other programs: a line that says what runs, an error that says what failed, and nothing left behind.

use std::{
    fs,
    io::{self, IsTerminal},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use nix::{
    sys::{
        signal::{Signal, kill},
        wait::{WaitPidFlag, WaitStatus, waitpid},
    },
    unistd::Pid,
};

/// What must go when we are told to stop.
enum Leftover {
    Process(Pid, Signal),
    Directory(PathBuf),
}

static LEFTOVERS: Mutex<Vec<Leftover>> = Mutex::new(Vec::new());

fn leftovers() -> MutexGuard<'static, Vec<Leftover>> {
    LEFTOVERS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// On Ctrl-C and SIGTERM: stops what was started in the background, removes temporary directories, exits with 130.
pub fn stop_children_on_signal() {
    let installed = ctrlc::set_handler(|| {
        for leftover in leftovers().drain(..).rev() {
            match leftover {
                Leftover::Process(pid, signal) => {
                    let _ = kill(pid, signal);
                    let gone = Instant::now() + Duration::from_secs(10);
                    let alive = || waitpid(pid, Some(WaitPidFlag::WNOHANG));
                    while alive() == Ok(WaitStatus::StillAlive) && Instant::now() < gone {
                        std::thread::sleep(Duration::from_millis(20));
                    }
                }
                Leftover::Directory(path) => {
                    let _ = fs::remove_dir_all(path);
                }
            }
        }
        std::process::exit(130);
    });
    if let Err(error) = installed {
        eprintln!("xtask: signals are not handled: {error}");
    }
}

/// A headline: what begins now.
pub fn say(what: &str) {
    eprintln!("{} {what}", painted("1;36", "==>"));
}

/// Text in a colour, on a terminal that wants it.
fn painted(colour: &str, text: &str) -> String {
    if io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none() {
        format!("\x1b[{colour}m{text}\x1b[0m")
    } else {
        text.to_owned()
    }
}

fn show(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    words.join(" ")
}

/// Runs a command to its end, its output going where ours goes.
pub fn run(command: &mut Command) -> Result<()> {
    let shown = show(command);
    eprintln!("    {}", painted("2", &shown));
    let status = command
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("cannot start `{shown}`"))?;
    ensure!(status.success(), "`{shown}` failed: {status}");
    Ok(())
}

/// Runs a command to its end; shows its output only if it fails.
pub fn run_quietly(command: &mut Command) -> Result<()> {
    capture(command).map(drop)
}

/// Runs a command and returns what it wrote to its standard output.
pub fn capture(command: &mut Command) -> Result<Vec<u8>> {
    let shown = show(command);
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot start `{shown}`"))?;
    if !output.status.success() {
        bail!(
            "`{shown}` failed: {}\n{}{}",
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(output.stdout)
}

/// A program that runs beside us until this is dropped.
pub struct Background {
    child: Child,
    signal: Signal,
    name: String,
}

impl Background {
    pub fn start(command: &mut Command, signal: Signal) -> Result<Self> {
        let name = show(command);
        let child = command
            .stdin(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start `{name}`"))?;
        let started = Self {
            child,
            signal,
            name,
        };
        leftovers().push(Leftover::Process(started.pid(), signal));
        Ok(started)
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(i32::try_from(self.child.id()).unwrap_or(i32::MAX))
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) -> Result<()> {
        kill(self.pid(), signal).with_context(|| format!("cannot signal `{}`", self.name))
    }

    /// Tells it to end, and waits until it has.
    pub fn end(&mut self, limit: Duration) -> Result<()> {
        self.signal(self.signal)?;
        let end = Instant::now() + limit;
        while self.child.try_wait()?.is_none() {
            let seconds = limit.as_secs();
            ensure!(
                Instant::now() < end,
                "`{}` did not end in {seconds} s",
                self.name
            );
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Waits until `ready` says so; fails when the program ends or the time is over before.
    pub fn wait_until(&mut self, limit: Duration, mut ready: impl FnMut() -> bool) -> Result<()> {
        let end = Instant::now() + limit;
        while !ready() {
            if let Some(status) = self.child.try_wait()? {
                bail!("`{}` ended before it was ready: {status}", self.name);
            }
            ensure!(
                Instant::now() < end,
                "`{}` was not ready in {} s",
                self.name,
                limit.as_secs()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        let pid = self.pid();
        // The number of one that has ended may be another's.
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = kill(pid, self.signal);
        }
        let end = Instant::now() + Duration::from_secs(20);
        while matches!(self.child.try_wait(), Ok(None)) {
            if Instant::now() > end {
                let _ = self.child.kill();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        leftovers()
            .retain(|leftover| !matches!(leftover, Leftover::Process(other, _) if *other == pid));
    }
}

/// A directory that is gone when this is dropped, or when we are told to stop.
pub struct Scratch(tempfile::TempDir);

impl Scratch {
    pub fn new(purpose: &str) -> Result<Self> {
        Self::new_in(&std::env::temp_dir(), purpose)
    }

    /// For what is later moved elsewhere on the same file system.
    pub fn new_in(parent: &Path, purpose: &str) -> Result<Self> {
        let dir = tempfile::Builder::new()
            .prefix(&format!("touchline-{purpose}-"))
            .tempdir_in(parent)
            .with_context(|| format!("cannot make a directory in {}", parent.display()))?;
        leftovers().push(Leftover::Directory(dir.path().to_path_buf()));
        Ok(Self(dir))
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let path = self.path().to_path_buf();
        leftovers()
            .retain(|leftover| !matches!(leftover, Leftover::Directory(other) if *other == path));
    }
}

/// A TCP port of this machine that nobody listens on at the moment.
pub fn free_port() -> Result<u16> {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).context("no free port")?;
    Ok(listener.local_addr()?.port())
}

/// Whether somebody listens on this port of this machine.
pub fn listens(port: u16) -> bool {
    std::net::TcpStream::connect(("127.0.0.1", port)).is_ok()
}
