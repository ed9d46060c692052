//! `cargo xtask dev`: build, start, and do both again on every change.

use std::{path::Path, sync::mpsc, time::Duration};

use anyhow::{Context, Result};
use nix::sys::signal::Signal;
use notify_debouncer_full::{DebounceEventResult, new_debouncer, notify::RecursiveMode};

use crate::{
    client::{self, Profile},
    process::{self, Background},
    run::{self, Settings},
    server, workspace,
};

/// What is looked at for changes.
const WATCHED: [&str; 10] = [
    "crates",
    "migrations",
    "frontend/src",
    "frontend/style",
    "frontend/static",
    "frontend/public",
    "frontend/locales",
    "frontend/index.html",
    "frontend/boot.js",
    "Cargo.toml",
];

/// Which of the two halves has to be built again.
#[derive(Default)]
struct Changed {
    client: bool,
    server: bool,
}

impl Changed {
    fn note(&mut self, path: &Path) {
        let in_client = path.starts_with("frontend");
        let shared = path.starts_with("crates/shared-types") || path.starts_with("crates/domain");
        let whole = path == Path::new("Cargo.toml");
        self.client |= in_client || shared || whole;
        self.server |= !in_client;
    }
}

pub fn execute(settings: &Settings) -> Result<()> {
    let (sender, changes) = mpsc::channel::<DebounceEventResult>();
    let mut watcher = new_debouncer(Duration::from_millis(200), None, sender)?;
    let root = workspace::root();
    for path in WATCHED
        .iter()
        .map(|name| root.join(name))
        .filter(|path| path.exists())
    {
        watcher
            .watch(&path, RecursiveMode::Recursive)
            .with_context(|| format!("cannot watch {}", path.display()))?;
    }

    client::build(Profile::Dev)?;
    let binary = server::debug()?;
    if !settings.no_demo {
        run::seed(&binary, settings)?;
    }
    let mut running = Some(start(&binary, settings)?);
    loop {
        let changed = wait(&changes, &root)?;
        if changed.client && !told(client::build(Profile::Dev).map(drop)) {
            continue;
        }
        // The old server stays until there is a new one, and its database has one writer: first stop, then start.
        if changed.server && !told(server::debug().map(drop)) {
            continue;
        }
        drop(running.take());
        running = Some(start(&binary, settings)?);
    }
}

fn start(binary: &Path, settings: &Settings) -> Result<Background> {
    process::say(&format!("Touchline at http://127.0.0.1:{}", settings.port));
    let mut serve = server::command(binary, &["serve"]);
    settings.apply(&mut serve);
    Background::start(&mut serve, Signal::SIGTERM)
}

/// Says what went wrong and lets the developer mend it.
fn told(result: Result<()>) -> bool {
    if let Err(error) = &result {
        eprintln!("\nxtask: {error:#}\nWaiting for the next change.");
    }
    result.is_ok()
}

/// Waits for a change of content.
fn wait(changes: &mpsc::Receiver<DebounceEventResult>, root: &Path) -> Result<Changed> {
    loop {
        let mut changed = Changed::default();
        let first = changes.recv().context("changes are no longer reported")?;
        for events in std::iter::once(first).chain(changes.try_iter()) {
            let Ok(events) = events else { continue };
            for event in events.iter().filter(|event| !event.kind.is_access()) {
                for path in &event.paths {
                    changed.note(path.strip_prefix(root).unwrap_or(path));
                }
            }
        }
        if changed.client || changed.server {
            return Ok(changed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Changed, Path};

    fn halves(path: &str) -> (bool, bool) {
        let mut changed = Changed::default();
        changed.note(Path::new(path));
        (changed.client, changed.server)
    }

    #[test]
    fn a_change_concerns_the_halves_that_are_made_of_it() {
        assert_eq!(halves("frontend/src/lib.rs"), (true, false));
        assert_eq!(halves("crates/api/src/main.rs"), (false, true));
        assert_eq!(halves("crates/domain/src/lib.rs"), (true, true));
        assert_eq!(halves("Cargo.toml"), (true, true));
    }
}
