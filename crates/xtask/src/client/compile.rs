//! From Rust to a folder of WASM and JavaScript.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, anyhow};
use rayon::prelude::*;
use wasm_bindgen_cli_support::Bindgen;
use wasm_split_cli_support::Options;

use super::{Profile, parts, walk};
use crate::{
    npm, process,
    wasm::{Library, TARGET},
    workspace,
};

/// Compiles the client alone (built together with the server, the server's features would leak into it).
pub fn cargo(profile: Profile, library: &Library, subcommand: &str) -> Command {
    let mut flags = library.flags();
    // Splitting needs to know what refers to what.
    flags.push("-Clink-args=--emit-relocs".to_owned());
    let mut cargo = workspace::cargo();
    cargo
        .args([
            subcommand,
            "--package",
            "frontend",
            "--lib",
            "--target",
            TARGET,
        ])
        .args(["--profile", profile.name()])
        .arg("--target-dir")
        .arg(target())
        .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"))
        .env_remove("RUSTFLAGS");
    cargo
}

/// A target directory of its own: client and server never wait for each other.
fn target() -> PathBuf {
    workspace::target().join("client")
}

/// Builds `app.js`, `app_bg.wasm` and whatever these load later; answers with the folder.
pub fn build(profile: Profile, library: &Library) -> Result<PathBuf> {
    process::run(&mut cargo(profile, library, "build"))?;
    let compiled = target()
        .join(TARGET)
        .join(profile.name())
        .join("frontend.wasm");
    let folder = workspace::scratch().join("app");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;

    let main = split(&compiled, &folder)?;
    bind(profile, &main, &folder)?;
    if profile == Profile::Release {
        optimise(&folder)?;
    }
    Ok(folder)
}

/// Cuts off a file for each page (`#[lazy_route]`); answers with what remains.
fn split(compiled: &Path, folder: &Path) -> Result<PathBuf> {
    let wasm =
        fs::read(compiled).with_context(|| format!("cargo did not make {}", compiled.display()))?;
    let main = workspace::scratch().join("main.wasm");
    let mut options = Options::new(&wasm);
    options.output_dir = folder;
    options.main_out_path = &main;
    options.main_module = "./app.js";
    options.link_name = "./pages.js";
    wasm_split_cli_support::transform(options)
        .map_err(|error| anyhow!("the client cannot be split by page: {error:#}"))?;
    Ok(main)
}

/// Writes the JavaScript between WASM and browser.
fn bind(profile: Profile, main: &Path, folder: &Path) -> Result<()> {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(main)
        .out_name("app")
        .web(true)?
        .typescript(false)
        .debug(profile == Profile::Dev)
        // The pages find what they share with the rest by these names.
        .keep_lld_exports(true)
        .demangle(false);
    bindgen
        .generate(folder)
        .context("wasm-bindgen cannot read the client")
}

/// Makes all of it smaller, on all cores.
fn optimise(folder: &Path) -> Result<()> {
    let files = |wanted: &str| -> Vec<PathBuf> {
        walk(folder)
            .filter(|path| path.extension().is_some_and(|have| have == wanted))
            .collect()
    };
    let mut modules = files("wasm");
    modules.sort_by_key(|path| fs::metadata(path).map_or(0, |file| file.len()));
    let cores = rayon::current_num_threads();
    (0..cores).into_par_iter().try_for_each(|core| {
        // Each core takes large ones and small ones.
        let share = modules.iter().skip(core).step_by(cores);
        process::run_quietly(npm::script("optimise.js").args(share))
    })?;
    parts::pack(folder)?;
    files("js").par_iter().try_for_each(|path| {
        process::run_quietly(
            npm::tool("esbuild")
                .args([
                    "--minify",
                    "--format=esm",
                    "--target=es2022",
                    "--log-level=warning",
                    "--allow-overwrite",
                ])
                .arg(format!("--outfile={}", path.display()))
                .arg(path),
        )
    })
}
