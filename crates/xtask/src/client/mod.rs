//! The client: compiled to WASM, split by page, hashed, compressed, ready to be embedded by the server.
//!
//! `frontend/dist/index.html` names everything else; what lies under `frontend/dist/assets` has a hash of its content
//! in its path and never changes; the rest is copied from `frontend/public`. Beside each file that gains by it are
//! its brotli and gzip forms.

pub mod compile;
mod inputs;
mod page;
mod parts;

use std::{fs, path::Path, time::Instant};

use anyhow::{Context, Result};

use crate::{bundle, npm, process, wasm, workspace};

/// Build the client.
#[derive(clap::Args)]
pub struct Client {
    /// Quick to build, large to load.
    #[arg(long)]
    dev: bool,
    /// Build even if nothing has changed.
    #[arg(long)]
    force: bool,
}

impl Client {
    pub fn execute(self) -> Result<()> {
        let profile = if self.dev {
            Profile::Dev
        } else {
            Profile::Release
        };
        if self.force {
            inputs::forget()?;
        }
        build(profile).map(drop)
    }
}

/// How much work the build does for a small result.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    Dev,
    Release,
}

impl Profile {
    /// The profile of that name in the workspace's `Cargo.toml`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dev => "client-dev",
            Self::Release => "client",
        }
    }
}

/// Brings `frontend/dist` up to date; does nothing when nothing that it is made of has changed.
/// Answers with a hash of what it is made of.
pub fn build(profile: Profile) -> Result<String> {
    let inputs = inputs::hash(profile)?;
    if inputs::are_built(&inputs) {
        return Ok(inputs);
    }
    npm::ensure()?;
    let library = wasm::ensure_target()?;
    let started = Instant::now();
    process::say("Building the client");
    let dist = workspace::dist();
    let next = workspace::scratch().join("dist");
    let _ = fs::remove_dir_all(&next);
    let assets = next.join("assets");
    fs::create_dir_all(&assets)?;

    let app = compile::build(profile, &library)?;
    let style = style(profile)?;
    page::assemble(&app, &style, &next)?;
    let sizes = if profile == Profile::Release {
        compress(&next)?
    } else {
        Vec::new()
    };

    inputs::forget()?;
    let _ = fs::remove_dir_all(&dist);
    fs::rename(&next, &dist).context("cannot put the new client into frontend/dist")?;
    inputs::remember(&inputs)?;
    for (name, plain, brotli) in sizes {
        eprintln!(
            "    {:>9} {:>9}  {name}",
            kilobytes(plain),
            kilobytes(brotli)
        );
    }
    eprintln!(
        "    client built in {:.1} s",
        started.elapsed().as_secs_f32()
    );
    Ok(inputs)
}

/// The style sheet, of the classes that the client uses.
fn style(profile: Profile) -> Result<Vec<u8>> {
    let output = workspace::scratch().join("app.css");
    let mut tailwind = npm::tool("tailwindcss");
    tailwind
        .args(["--input", "style/app.css", "--output"])
        .arg(&output);
    if profile == Profile::Release {
        tailwind.arg("--minify");
    }
    process::run_quietly(&mut tailwind)?;
    Ok(fs::read(output)?)
}

/// Compresses what gains by it. Answers with name, size and brotli size of each file, the largest first.
fn compress(dist: &Path) -> Result<Vec<(String, usize, usize)>> {
    let files: Vec<_> = walk(dist)
        .filter(|path| bundle::is_compressible(path))
        .collect();
    let mut sizes = std::thread::scope(|scope| {
        let workers: Vec<_> = files
            .chunks(files.len().div_ceil(parallelism()).max(1))
            .map(|chunk| {
                scope.spawn(move || {
                    chunk
                        .iter()
                        .map(|path| sized(dist, path))
                        .collect::<Result<Vec<_>>>()
                })
            })
            .collect();
        let mut sizes = Vec::new();
        for worker in workers {
            let part = worker
                .join()
                .map_err(|_| anyhow::anyhow!("compressing broke off"))?;
            sizes.extend(part?);
        }
        anyhow::Ok(sizes)
    })?;
    sizes.sort_by_key(|size| std::cmp::Reverse(size.2));
    Ok(sizes)
}

fn sized(dist: &Path, path: &Path) -> Result<(String, usize, usize)> {
    let plain = usize::try_from(fs::metadata(path)?.len())?;
    let name = path.strip_prefix(dist)?.display().to_string();
    Ok((name, plain, bundle::compress(path)?))
}

fn parallelism() -> usize {
    std::thread::available_parallelism().map_or(2, usize::from)
}

/// All files under a folder.
fn walk(folder: &Path) -> impl Iterator<Item = std::path::PathBuf> {
    ignore::WalkBuilder::new(folder)
        .standard_filters(false)
        .sort_by_file_path(Path::cmp)
        .build()
        .flatten()
        .map(ignore::DirEntry::into_path)
        .filter(|path| path.is_file())
}

fn kilobytes(bytes: usize) -> String {
    let tenths = bytes.div_ceil(100);
    format!("{}.{} kB", tenths / 10, tenths % 10)
}
