//! The WASM target: taken from the toolchain, got with rustup, or built from source in a sysroot of our own.

mod sysroot;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};

use crate::process;

pub const TARGET: &str = "wasm32-unknown-unknown";

/// Where the standard library for [`TARGET`] comes from.
pub enum Library {
    Toolchain,
    Sysroot(PathBuf),
}

impl Library {
    /// The compiler flags that make it found.
    pub fn flags(&self) -> Vec<String> {
        match self {
            Self::Toolchain => Vec::new(),
            Self::Sysroot(path) => vec![format!("--sysroot={}", path.display())],
        }
    }
}

/// Sees to it that [`TARGET`] can be compiled for, by the least effort that works.
///
/// `TOUCHLINE_WASM_TARGET=source` leaves the toolchain alone and goes straight to the library built from source.
pub fn ensure_target() -> Result<Library> {
    let from_source = std::env::var("TOUCHLINE_WASM_TARGET").is_ok_and(|way| way == "source");
    if !from_source && has_library(&toolchain_sysroot()?) {
        return Ok(Library::Toolchain);
    }
    let own = sysroot::path()?;
    if has_library(&own) {
        return Ok(Library::Sysroot(own));
    }
    if !from_source && which::which("rustup").is_ok() {
        process::say("Adding the WASM target to the Rust toolchain");
        let mut rustup = Command::new("rustup");
        let added = process::run(rustup.args(["target", "add", TARGET]));
        if added.is_ok() && has_library(&toolchain_sysroot()?) {
            return Ok(Library::Toolchain);
        }
    }
    process::say("Building the WASM standard library from source, as the toolchain cannot get it");
    sysroot::build(&own)?;
    verify(&own)?;
    Ok(Library::Sysroot(own))
}

fn rustc() -> Command {
    Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
}

fn toolchain_sysroot() -> Result<PathBuf> {
    let output = process::capture(rustc().args(["--print", "sysroot"]))?;
    let text = String::from_utf8(output).context("the path of the toolchain is not UTF-8")?;
    Ok(PathBuf::from(text.trim()))
}

fn libraries(sysroot: &Path) -> PathBuf {
    sysroot.join("lib/rustlib").join(TARGET).join("lib")
}

fn has_library(sysroot: &Path) -> bool {
    fs::read_dir(libraries(sysroot)).is_ok_and(|entries| {
        entries
            .flatten()
            .any(|entry| entry.file_name().to_string_lossy().starts_with("libstd-"))
    })
}

/// Compiles and links a program of a few lines, so that a broken library is told here and not in a hundred crates.
fn verify(sysroot: &Path) -> Result<()> {
    let scratch = process::Scratch::new("verify")?;
    let source = scratch.path().join("verify.rs");
    let output = scratch.path().join("verify.wasm");
    fs::write(
        &source,
        "#[unsafe(no_mangle)] pub extern \"C\" fn answer() -> usize { vec![1u8; 42].len() }\n",
    )?;
    process::run_quietly(
        rustc()
            .arg(format!("--sysroot={}", sysroot.display()))
            .args(["--target", TARGET, "--edition", "2024"])
            .args([
                "--crate-type",
                "cdylib",
                "-Cpanic=abort",
                "-Copt-level=1",
                "-o",
            ])
            .args([&output, &source]),
    )
    .inspect_err(|_| {
        let _ = fs::remove_dir_all(sysroot);
    })
    .context("the WASM standard library that was built does not work")?;
    ensure!(
        fs::read(&output)?.starts_with(b"\0asm"),
        "the WASM standard library that was built makes no WASM"
    );
    Ok(())
}
