//! Clients that others generate from the document: made in seven languages, compiled where that can be done, and three of
//! them driven against a server. The examples of `docs/api.md` run against the same server.

mod compile;
mod generate;
mod guide;

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Result;

use crate::{demo::Demo, process, python, server, workspace};
use compile::Java;
use generate::{Generator, LANGUAGES};
use guide::Guide;

/// What is made here is kept between runs.
fn cache() -> PathBuf {
    workspace::target().join("clients")
}

/// What is written by hand for the clients.
fn sources() -> PathBuf {
    workspace::root().join("openapi/clients")
}

/// Generates, compiles and drives them; answers how many of these things went well, and how many did not.
pub fn test() -> Result<(u64, u64)> {
    let mut outcome = Outcome::default();
    let python = python::environment(
        &cache().join("venv"),
        &sources().join("requirements.txt"),
        "what the generated clients need",
    )?
    .join("python");
    let generator = Generator::find(&python)?;
    for language in &LANGUAGES {
        outcome.add(
            &format!("{} is generated", language.name),
            generator.generate(language),
        );
    }
    let java = Java::find(generator.jar())?;
    let guide = Guide::read()?;
    guide.prepare()?;
    outcome.add("TypeScript compiles", compile::typescript());
    outcome.add("Java compiles", java.compile());
    outcome.add("the models in Kotlin compile", compile::kotlin(&python));
    outcome.add("Python compiles", compile::python(&python));
    outcome.add("Rust compiles", compile::rust());

    let demo = Demo::start(&server::debug()?, "clients", &[])?;
    outcome.add("TypeScript works", drive(&mut typescript(), &demo));
    outcome.add(
        "Python works",
        drive(
            &mut python_client(&python, &sources().join("python/drive.py")),
            &demo,
        ),
    );
    outcome.add("Java works", drive(&mut java.run(), &demo));
    outcome.add("the guide holds in a shell", guide.shell(&demo));
    outcome.add("the guide holds in TypeScript", Guide::typescript(&demo));
    outcome.add("the guide holds in Python", guide.python(&python, &demo));
    if outcome.failed > 0 {
        eprintln!("What the server said:\n{}", demo.log());
    }
    Ok((outcome.passed, outcome.failed))
}

fn typescript() -> Command {
    let mut command = Command::new("node");
    command.arg(cache().join("typescript/js/drive.js"));
    command
}

/// A program that finds the generated Python client.
fn python_client(python: &Path, program: &Path) -> Command {
    let mut command = Command::new(python);
    command
        .arg(program)
        .env("PYTHONPATH", cache().join("python"));
    command
}

fn drive(client: &mut Command, demo: &Demo) -> Result<()> {
    process::run(client.arg(demo.url()))
}

/// How it went, a thing at a time.
#[derive(Default)]
struct Outcome {
    passed: u64,
    failed: u64,
}

impl Outcome {
    fn add(&mut self, what: &str, result: Result<()>) {
        match result {
            Ok(()) => {
                eprintln!("    ok: {what}");
                self.passed += 1;
            }
            Err(error) => {
                eprintln!("\nxtask: not so: {what}: {error:#}");
                self.failed += 1;
            }
        }
    }
}
