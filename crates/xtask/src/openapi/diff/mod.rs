//! What breaks clients of an older document of the API: `cargo xtask openapi diff OLD NEW`.
//!
//! A client that was written against the old document sends what it allowed and reads what it promised. So requests may
//! only become wider and answers only narrower: another field in an answer or an optional one in a request is fine, another
//! value of an enum is fine in a request and breaks those who read it.

mod operation;
mod schema;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::{process, workspace};

/// The methods that a path can have.
const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// Compare two documents.
#[derive(clap::Args)]
pub struct Diff {
    /// The document that clients were written against.
    old: PathBuf,
    /// The document that they meet.
    new: PathBuf,
}

impl Diff {
    pub fn execute(&self) -> Result<()> {
        let findings = compare(&read(&self.old)?, &read(&self.new)?);
        for finding in &findings {
            println!("{finding}");
        }
        ensure!(
            findings.is_empty(),
            "{} changes break clients of {}",
            findings.len(),
            self.old.display()
        );
        println!("Nothing breaks clients of {}.", self.old.display());
        Ok(())
    }
}

/// Compares what is checked in with the last release, of which `openapi/released.json` is the document. What breaks needs
/// a version that says so: the next major one, or the next minor one before 1.0.
pub fn check_release() -> Result<()> {
    let folder = workspace::root().join("openapi");
    let released = folder.join("released.json");
    if !released.exists() {
        process::say("Nothing is released: there is no openapi/released.json to compare with");
        return Ok(());
    }
    let (old, new) = (read(&released)?, read(&folder.join("openapi.json"))?);
    let findings = compare(&old, &new);
    for finding in &findings {
        eprintln!("    {finding}");
    }
    ensure!(
        findings.is_empty() || epoch(&old) < epoch(&new),
        "{} changes break clients of the last release, and the version does not say so",
        findings.len()
    );
    Ok(())
}

/// The part of a version that changes when clients break.
fn epoch(document: &Value) -> (u64, u64) {
    let version = document["info"]["version"].as_str().unwrap_or_default();
    let mut numbers = version
        .split('.')
        .map(|number| number.parse().unwrap_or_default());
    match (numbers.next().unwrap_or_default(), numbers.next()) {
        (0, minor) => (0, minor.unwrap_or_default()),
        (major, _) => (major, 0),
    }
}

fn read(path: &Path) -> Result<Value> {
    let text = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_slice(&text).with_context(|| format!("{} is not JSON", path.display()))
}

/// Every change that breaks a client of the old document, a line for each, sorted by place.
pub fn compare(old: &Value, new: &Value) -> Vec<String> {
    let mut comparison = Comparison {
        old,
        new,
        seen: BTreeSet::new(),
        findings: BTreeSet::new(),
    };
    let (before, after) = (operations(old), operations(new));
    for (key, operation) in &before {
        match after.get(key) {
            Some(other) => comparison.operation(operation, other),
            None => comparison.finds(&operation.name(), "is gone"),
        }
    }
    comparison.findings.into_iter().collect()
}

/// Two documents, and what was found between them.
struct Comparison<'a> {
    old: &'a Value,
    new: &'a Value,
    /// Named schemas that were compared, and whether as part of a request: each is told of once.
    seen: BTreeSet<(String, String, bool)>,
    findings: BTreeSet<String>,
}

impl Comparison<'_> {
    fn finds(&mut self, place: &str, what: &str) {
        self.findings.insert(format!("{place}: {what}"));
    }
}

/// An operation and what stands around it.
struct Operation<'a> {
    method: &'static str,
    path: &'a str,
    document: &'a Value,
    item: &'a Value,
    value: &'a Value,
}

impl Operation<'_> {
    fn name(&self) -> String {
        format!("{} {}", self.method.to_uppercase(), self.path)
    }
}

/// Operations by method and path, whatever the parameters of the path are called.
fn operations(document: &Value) -> BTreeMap<(&'static str, String), Operation<'_>> {
    let mut operations = BTreeMap::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for method in METHODS {
            let Some(value) = item.get(method) else {
                continue;
            };
            let operation = Operation {
                method,
                path,
                document,
                item,
                value,
            };
            operations.insert((method, unnamed(path)), operation);
        }
    }
    operations
}

/// A path without the names of its parameters.
fn unnamed(path: &str) -> String {
    path.split('/')
        .map(|part| if part.starts_with('{') { "{}" } else { part })
        .collect::<Vec<_>>()
        .join("/")
}

/// What a reference points to, or the value itself.
fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    /// References to references; more would be a circle.
    const DEPTH: usize = 8;
    let mut value = value;
    for _ in 0..DEPTH {
        let Some(reference) = value["$ref"].as_str() else {
            break;
        };
        value = document
            .pointer(reference.trim_start_matches('#'))
            .unwrap_or(&Value::Null);
    }
    value
}
