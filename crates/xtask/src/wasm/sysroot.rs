//! The standard library for WASM from its source, where rustup cannot download it.
//!
//! The compiler already has the code generator and the linker. The source is taken from the toolchain's
//! `rust-src` where it is installed, else from Debian's package of the same version. The toolchain is left as it is:
//! the result is a sysroot in the user's cache, one for each version of the compiler.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

use super::{TARGET, libraries, toolchain_sysroot};
use crate::{process, workspace};

/// Where Debian may have the source, the likeliest first.
const SUITES: [&str; 4] = ["trixie-backports", "unstable", "testing", "stable"];

const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// Where the library for the present compiler is, or would be.
pub fn path() -> Result<PathBuf> {
    let version = rustc_version::version_meta().context("cannot ask rustc for its version")?;
    let commit = version.commit_hash.as_deref().unwrap_or("unknown");
    let name = format!("{}-{}", version.semver, &commit[..commit.len().min(9)]);
    Ok(workspace::cache()?.join("wasm-sysroot").join(name))
}

/// Builds it into `destination`, which appears whole or not at all.
pub fn build(destination: &Path) -> Result<()> {
    let parent = destination.parent().context("the cache has no parent")?;
    fs::create_dir_all(parent)?;
    let work = process::Scratch::new_in(parent, "build")?;
    let source = match toolchain_source()? {
        Some(source) => copy_source(&source, work.path())?,
        None => debian_source(work.path())?,
    };
    // The folder of vendored crates lacks what cargo wants to see in it; the registry has it all.
    let _ = fs::remove_dir_all(source.join("vendor"));
    let _ = fs::remove_dir_all(source.join("../.cargo"));

    let target = work.path().join("target");
    let mut cargo = Command::new("cargo");
    process::run(
        cargo
            .current_dir(work.path())
            .args(["build", "--release", "--target", TARGET])
            .args(["--features", "panic-unwind,compiler-builtins-mem"])
            .arg("--manifest-path")
            .arg(source.join("sysroot/Cargo.toml"))
            .arg("--target-dir")
            .arg(&target)
            .env("RUSTC_BOOTSTRAP", "1")
            .env(
                "RUSTFLAGS",
                "-Zforce-unstable-if-unmarked -Cembed-bitcode=yes",
            )
            .env_remove("CARGO_ENCODED_RUSTFLAGS"),
    )?;

    let result = work.path().join("sysroot");
    let libs = libraries(&result);
    fs::create_dir_all(&libs)?;
    for entry in fs::read_dir(target.join(TARGET).join("release/deps"))? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "rlib")
            && let Some(name) = path.file_name()
        {
            fs::copy(&path, libs.join(name))?;
        }
    }
    // The linker is found beside the host's libraries.
    let host = rustc_version::version_meta()?.host;
    symlink(
        toolchain_sysroot()?.join("lib/rustlib").join(&host),
        result.join("lib/rustlib").join(&host),
    )?;
    let _ = fs::remove_dir_all(destination);
    fs::rename(&result, destination).context("cannot move the WASM library into the cache")
}

/// The component `rust-src` of the toolchain.
fn toolchain_source() -> Result<Option<PathBuf>> {
    let library = toolchain_sysroot()?.join("lib/rustlib/src/rust/library");
    Ok(library
        .join("sysroot/Cargo.toml")
        .is_file()
        .then_some(library))
}

/// The source, where it may be written beside.
fn copy_source(library: &Path, work: &Path) -> Result<PathBuf> {
    let copy = work.join("source");
    fs::create_dir_all(&copy)?;
    process::run(Command::new("cp").arg("-r").arg(library).arg(&copy))?;
    Ok(copy.join("library"))
}

/// Debian's package `rust-src` of the compiler's version, unpacked under `work`.
///
/// apt works with a state of its own: neither the sources nor the lists nor the packages of the machine change.
fn debian_source(work: &Path) -> Result<PathBuf> {
    let wanted = rustc_version::version()?.to_string();
    for program in ["apt-get", "apt-cache", "dpkg-deb"] {
        which::which(program).with_context(|| {
            format!("without {program} the source of Rust {wanted} cannot be got: run `rustup target add {TARGET}` where there is a network")
        })?;
    }
    for suite in SUITES {
        let apt = PrivateApt::new(&work.join(format!("apt-{suite}")), suite)?;
        if let Err(error) = process::run_quietly(apt.command("apt-get").args(["--quiet", "update"]))
        {
            eprintln!("    Debian {suite} cannot be read: {error:#}");
            continue;
        }
        let listing = process::capture(apt.command("apt-cache").args(["madison", "rust-src"]))?;
        let Some(version) = matching(&String::from_utf8_lossy(&listing), &wanted) else {
            eprintln!("    Debian {suite} has no source of Rust {wanted}");
            continue;
        };
        let package = format!("rust-src={version}");
        process::run(
            apt.command("apt-get")
                .args(["--quiet", "download", &package]),
        )?;
        let deb = fs::read_dir(&apt.root)?
            .flatten()
            .map(|entry| entry.path())
            .find(|path| path.extension().is_some_and(|extension| extension == "deb"))
            .context("apt-get downloaded nothing")?;
        let unpacked = work.join("unpacked");
        process::run(Command::new("dpkg-deb").arg("-x").args([&deb, &unpacked]))?;
        return find_library(&unpacked);
    }
    bail!(
        "no Debian suite has the source of Rust {wanted}: run `rustup target add {TARGET}` where there is a network"
    )
}

/// The Debian version among apt's lines (`package | version | origin`) that packages this version of Rust.
fn matching(listing: &str, rust: &str) -> Option<String> {
    listing
        .lines()
        .filter_map(|line| line.split('|').nth(1))
        .map(str::trim)
        .find(|version| {
            version.starts_with(&format!("{rust}+")) || version.starts_with(&format!("{rust}-"))
        })
        .map(str::to_owned)
}

/// The `library` folder of an unpacked `rust-src`; its place has changed between Debian's releases.
fn find_library(unpacked: &Path) -> Result<PathBuf> {
    for entry in ignore::WalkBuilder::new(unpacked)
        .standard_filters(false)
        .max_depth(Some(8))
        .build()
    {
        let path = entry?.into_path();
        if path.ends_with("library/sysroot/Cargo.toml")
            && let Some(library) = path.ancestors().nth(2)
        {
            return Ok(library.to_path_buf());
        }
    }
    bail!("Debian's rust-src holds no library/sysroot")
}

/// apt with lists, cache and sources in a folder of its own.
struct PrivateApt {
    root: PathBuf,
}

impl PrivateApt {
    fn new(root: &Path, suite: &str) -> Result<Self> {
        fs::create_dir_all(root.join("lists/partial"))?;
        fs::create_dir_all(root.join("cache/archives/partial"))?;
        let signed = if Path::new(KEYRING).is_file() {
            format!("[signed-by={KEYRING}] ")
        } else {
            String::new()
        };
        fs::write(
            root.join("sources.list"),
            format!("deb {signed}{} {suite} main\n", mirror()),
        )?;
        Ok(Self {
            root: root.to_path_buf(),
        })
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        let root = self.root.display();
        command.current_dir(&self.root);
        for option in [
            format!("Dir::State::Lists={root}/lists"),
            format!("Dir::Cache={root}/cache"),
            format!("Dir::Etc::SourceList={root}/sources.list"),
            "Dir::Etc::SourceParts=/dev/null".to_owned(),
            "APT::Sandbox::User=".to_owned(),
        ] {
            command.args(["-o", &option]);
        }
        command
    }
}

/// The Debian mirror that this machine is set up to use.
fn mirror() -> String {
    let format = "$(REPO_URI)|$(ORIGIN)";
    let targets =
        process::capture(Command::new("apt-get").args(["indextargets", "--format", format]));
    targets
        .ok()
        .and_then(|output| {
            String::from_utf8_lossy(&output)
                .lines()
                .filter_map(|line| line.split_once('|'))
                .map(|(uri, _)| uri)
                .find(|uri| uri.trim_end_matches('/').ends_with("/debian"))
                .map(str::to_owned)
        })
        .unwrap_or_else(|| "http://deb.debian.org/debian".to_owned())
}

#[cfg(test)]
mod tests {
    use super::matching;

    #[test]
    fn finds_the_package_of_exactly_this_version() {
        let listing = "\
  rust-src | 1.96.1+dfsg1-2~bpo13+1 | mirror trixie-backports/main amd64 Packages
  rust-src | 1.95.0+dfsg1-2~bpo13+1 | mirror trixie-backports/main amd64 Packages
";
        assert_eq!(
            matching(listing, "1.95.0").as_deref(),
            Some("1.95.0+dfsg1-2~bpo13+1")
        );
        assert_eq!(matching(listing, "1.9").as_deref(), None);
    }
}
