//! Compiling the generated clients.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use super::{cache, sources};
use crate::{bundle::sha256, process, system, workspace};

/// TypeScript, as strictly as its compiler can, with the program that drives it.
pub fn typescript() -> Result<()> {
    let (from, folder) = (sources().join("typescript"), cache().join("typescript"));
    for name in [
        "package.json",
        "package-lock.json",
        "tsconfig.json",
        "drive.ts",
    ] {
        fs::copy(from.join(name), folder.join(name))?;
    }
    let wanted = sha256(&[&fs::read(folder.join("package-lock.json"))?]);
    let stamp = folder.join("node_modules/.touchline-lock");
    if !fs::read_to_string(&stamp).is_ok_and(|have| have == wanted) {
        process::run_quietly(
            Command::new("npm")
                .args(["ci", "--no-progress"])
                .current_dir(&folder),
        )?;
        fs::write(stamp, wanted)?;
    }
    process::run_quietly(Command::new(folder.join("node_modules/.bin/tsc")).current_dir(&folder))
}

/// Python: every module can be read.
pub fn python(python: &Path) -> Result<()> {
    let folder = cache().join("python");
    process::run_quietly(
        Command::new(python)
            .args(["-m", "compileall", "-q", "touchline"])
            .current_dir(&folder),
    )?;
    let script = "import importlib, pkgutil, touchline\n\
        for module in pkgutil.walk_packages(touchline.__path__, 'touchline.'): importlib.import_module(module.name)";
    process::run_quietly(
        Command::new(python)
            .args(["-c", script])
            .current_dir(folder),
    )
}

/// Rust, without TLS, which would take longer to compile than all else.
pub fn rust() -> Result<()> {
    let folder = cache().join("rust");
    let manifest = folder.join("Cargo.toml");
    if !fs::read_to_string(&manifest)?.contains("[workspace]") {
        // It lies within a workspace that it is no part of.
        let mut file = fs::OpenOptions::new().append(true).open(&manifest)?;
        file.write_all(b"\n[workspace]\n")?;
    }
    fs::copy(sources().join("rust/Cargo.lock"), folder.join("Cargo.lock"))?;
    process::run_quietly(
        workspace::cargo()
            .args([
                "check",
                "--quiet",
                "--locked",
                "--no-default-features",
                "--manifest-path",
            ])
            .arg(manifest)
            .arg("--target-dir")
            .arg(cache().join("rust-target")),
    )
}

/// Kotlin's models, by the compiler that the kernel of its notebooks brings along. What sends the requests (OkHttp) is in
/// no registry that has a compiler as well.
pub fn kotlin(python: &Path) -> Result<()> {
    let script =
        "import run_kotlin_kernel, os; print(os.path.dirname(run_kotlin_kernel.__file__), end='')";
    let folder = process::capture(Command::new(python).args(["-c", script]))?;
    let jars: Vec<PathBuf> = fs::read_dir(PathBuf::from(String::from_utf8(folder)?).join("jars"))?
        .map(|jar| jar.map(|jar| jar.path()))
        .collect::<Result<_, _>>()?;
    let libraries = std::env::join_paths(jars)?;
    let classes = cache().join("kotlin-classes");
    let _ = fs::remove_dir_all(&classes);
    let java = system::program(&["java"], "default-jre-headless", "the Kotlin compiler")?;
    process::run_quietly(
        Command::new(java)
            .arg("-Xmx2g")
            .arg("-cp")
            .arg(&libraries)
            .arg("org.jetbrains.kotlin.cli.jvm.K2JVMCompiler")
            .args(["-no-stdlib", "-no-reflect", "-nowarn", "-classpath"])
            .arg(&libraries)
            .arg("-d")
            .arg(classes)
            .arg(cache().join("kotlin/src/main/kotlin/touchline/models")),
    )
}

/// Java with the libraries that its client uses: Jackson is in the archive of the generator, the others are Debian's.
pub struct Java {
    java: PathBuf,
    compiler: PathBuf,
    libraries: String,
}

impl Java {
    pub fn find(generator: &Path) -> Result<Self> {
        const PURPOSE: &str = "the generated Java client";
        const LIBRARIES: [(&str, &str); 4] = [
            ("httpmime.jar", "libhttpmime-java"),
            ("httpclient.jar", "libhttpclient-java"),
            ("httpcore.jar", "libhttpcore-java"),
            (
                "jakarta-annotation-api.jar",
                "libjakarta-annotation-api-java",
            ),
        ];
        let compiler = system::program(&["javac"], "default-jdk-headless", PURPOSE)?;
        let java = system::program(&["java"], "default-jre-headless", PURPOSE)?;
        let mut libraries = vec![generator.to_path_buf()];
        for (name, package) in LIBRARIES {
            let library = Path::new("/usr/share/java").join(name);
            if !library.exists() {
                system::install(package, PURPOSE)?;
            }
            libraries.push(library);
        }
        let libraries = std::env::join_paths(libraries)?
            .into_string()
            .ok()
            .context("a path is not UTF-8")?;
        Ok(Self {
            java,
            compiler,
            libraries,
        })
    }

    fn classes() -> PathBuf {
        cache().join("java-classes")
    }

    /// Compiles it with the program that drives it.
    pub fn compile(&self) -> Result<()> {
        let _ = fs::remove_dir_all(Self::classes());
        let mut command = Command::new(&self.compiler);
        command
            .args(["-nowarn", "-Xlint:none", "-d"])
            .arg(Self::classes())
            .args(["-cp", &self.libraries])
            .arg(sources().join("java/Drive.java"));
        let files = ignore::WalkBuilder::new(cache().join("java/src/main"))
            .standard_filters(false)
            .build();
        for file in files.flatten() {
            if file
                .path()
                .extension()
                .is_some_and(|extension| extension == "java")
            {
                command.arg(file.path());
            }
        }
        process::run_quietly(&mut command)
    }

    /// The program that drives it.
    pub fn run(&self) -> Command {
        let mut command = Command::new(&self.java);
        let path = format!("{}:{}", Self::classes().display(), self.libraries);
        command.args(["-cp", &path, "Drive"]);
        command
    }
}
