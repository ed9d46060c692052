//! What the product is run with, linted: nothing of it can be started here but the proxy.

use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use nix::sys::signal::Signal;
use serde_json::Value;

use super::report::Tally;
use crate::{
    nginx::Nginx,
    process::{self, Background, Scratch},
    python, server, system, workspace,
};

type Lint = fn() -> Result<()>;

/// Runs each lint; one that finds something does not keep the others from it.
pub fn check() -> Result<Tally> {
    let lints: [(&str, Lint); 5] = [
        ("Image", image),
        ("Compose files and workflows", schemas),
        ("Proxy", proxy),
        ("Alerts", alerts),
        ("Dashboards", measurements),
    ];
    let mut tally = Tally::default();
    for (name, lint) in lints {
        match lint() {
            Ok(()) => tally.passed += 1,
            Err(error) => {
                eprintln!("\nxtask: {name}: {error:#}");
                tally.failed += 1;
            }
        }
    }
    Ok(tally)
}

fn tool(name: &str) -> Result<Command> {
    let requirements = workspace::root().join("docker/requirements.txt");
    let folder = workspace::target().join("lints");
    let programs = python::environment(&folder, &requirements, "lints of what it is run with")?;
    let mut command = Command::new(programs.join(name));
    command.current_dir(workspace::root());
    Ok(command)
}

fn image() -> Result<()> {
    process::run(tool("hadolint")?.args(["--no-color", "docker/Dockerfile"]))
}

fn schemas() -> Result<()> {
    for (schema, files) in [
        (
            "vendor.compose-spec",
            ["docker/compose.yaml", "docker/compose.tls.yaml"],
        ),
        (
            "vendor.github-workflows",
            [".github/workflows/ci.yml", ".github/workflows/nightly.yml"],
        ),
    ] {
        let mut check = tool("check-jsonschema")?;
        process::run(
            check
                .args(["--quiet", "--builtin-schema", schema])
                .args(files),
        )?;
    }
    let mut check = tool("check-jsonschema")?;
    check.args(["--quiet", "--builtin-schema", "vendor.dependabot"]);
    process::run(check.arg(".github/dependabot.yml"))?;
    process::run(
        tool("zizmor")?
            .args(["--offline", "--quiet", "--no-progress"])
            .args(["--config", ".github/zizmor.yml", ".github"]),
    )?;
    compose()
}

/// Compose itself knows more than its schema; it is asked where it is installed.
fn compose() -> Result<()> {
    if process::run_quietly(Command::new("docker").args(["compose", "version"])).is_err() {
        return Ok(());
    }
    let files = ["-f", "docker/compose.yaml", "-f", "docker/compose.tls.yaml"];
    let mut config = Command::new("docker");
    config
        .current_dir(workspace::root())
        .arg("compose")
        .args(files)
        .args(["--profile", "monitoring", "config", "--quiet"]);
    let example = fs::read_to_string(workspace::root().join("docker/example.env"))?;
    for line in example.lines() {
        if let Some((name, "")) = line.split_once('=') {
            config.env(name, "given");
        }
    }
    process::run(&mut config)
}

fn proxy() -> Result<()> {
    let folder = Scratch::new("nginx")?;
    Nginx::configure(folder.path(), process::free_port()?, [1, 2])?.check()
}

fn alerts() -> Result<()> {
    let promtool = system::unpacked("promtool", "prometheus", "the alerts")?;
    let folder = workspace::root().join("docker/prometheus");
    for arguments in [
        &["check", "rules", "rules.yml"][..],
        &["check", "config", "--syntax-only", "prometheus.yml"],
        &["test", "rules", "rules.test.yml"],
    ] {
        process::run(Command::new(&promtool).args(arguments).current_dir(&folder))?;
    }
    let rules = fs::read_to_string(folder.join("rules.yml"))?;
    let tests = fs::read_to_string(folder.join("rules.test.yml"))?;
    let guide = fs::read_to_string(workspace::root().join("docs/operations.md"))?;
    for line in rules.lines() {
        let Some((_, alert)) = line.split_once("- alert: ") else {
            continue;
        };
        ensure!(
            tests.contains(&format!("alertname: {alert}")),
            "rules.test.yml does not try {alert}"
        );
        ensure!(
            guide.contains(&format!("### {alert}")),
            "docs/operations.md does not say what to do about {alert}"
        );
    }
    Ok(())
}

/// Whether each metric that a dashboard or an alert names is one that the server measures.
fn measurements() -> Result<()> {
    let mut wanted = BTreeSet::new();
    let rules = fs::read_to_string(workspace::root().join("docker/prometheus/rules.yml"))?;
    metrics_in(&rules, &mut wanted);
    for file in fs::read_dir(workspace::root().join("docker/grafana/dashboards"))? {
        let path = file?.path();
        for query in queries(&path).with_context(|| path.display().to_string())? {
            metrics_in(&query, &mut wanted);
        }
    }
    let measured = measured(&wanted)?;
    let missing: Vec<_> = wanted.difference(&measured).cloned().collect();
    ensure!(
        missing.is_empty(),
        "the server does not measure {}",
        missing.join(", ")
    );
    Ok(())
}

/// The queries of a dashboard, whose panels have what Grafana asks of them.
fn queries(path: &Path) -> Result<Vec<String>> {
    let dashboard: Value = serde_json::from_str(&fs::read_to_string(path)?)?;
    ensure!(dashboard["uid"].is_string(), "it has no uid");
    ensure!(
        dashboard["schemaVersion"].is_u64(),
        "it has no schemaVersion"
    );
    let panels = dashboard["panels"].as_array().context("it has no panels")?;
    let mut ids = BTreeSet::new();
    let mut queries = Vec::new();
    for panel in panels {
        let title = panel["title"].as_str().context("a panel has no title")?;
        ensure!(
            ids.insert(panel["id"].as_u64()),
            "{title}: its id is another panel's"
        );
        for name in ["type", "gridPos", "datasource"] {
            ensure!(!panel[name].is_null(), "{title} has no {name}");
        }
        let targets = panel["targets"].as_array().map_or(&[][..], Vec::as_slice);
        ensure!(!targets.is_empty(), "{title} asks nothing");
        for target in targets {
            let query = target["expr"].as_str();
            queries.push(
                query
                    .with_context(|| format!("{title}: no expr"))?
                    .to_owned(),
            );
        }
    }
    Ok(queries)
}

/// Adds the names of metrics in a text, without what a histogram appends to them.
fn metrics_in(text: &str, names: &mut BTreeSet<String>) {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != ':');
    for word in words.filter(|word| word.starts_with("touchline_")) {
        let name = ["_bucket", "_sum", "_count"]
            .iter()
            .find_map(|suffix| word.strip_suffix(suffix))
            .unwrap_or(word);
        names.insert(name.to_owned());
    }
}

/// What a server measures that has had something to do, as soon as it is all that is wanted.
fn measured(wanted: &BTreeSet<String>) -> Result<BTreeSet<String>> {
    let binary = server::debug()?;
    let data = Scratch::new("metrics")?;
    let port = process::free_port()?;
    let prepare = |arguments: &[&str]| {
        let mut command = server::command(&binary, arguments);
        command
            .env_remove("DATABASE_URL")
            .env_remove("REDIS_URL")
            .env("PORT", port.to_string())
            .env("TOUCHLINE_DATA_DIR", data.path())
            // Nobody listens there.
            .env("REDIS_URL", "redis://127.0.0.1:9")
            .env("TOUCHLINE_LOG", "error");
        command
    };
    process::run_quietly(&mut prepare(&["seed", "--demo"]))?;
    let mut running = Background::start(&mut prepare(&["serve"]), Signal::SIGTERM)?;
    running.wait_until(Duration::from_secs(30), || process::listens(port))?;
    process::run_quietly(&mut prepare(&["health"]))?;
    let url = |path: &str| format!("http://127.0.0.1:{port}{path}");
    // A mail is a job.
    ureq::post(url("/api/v1/auth/password/forgot"))
        .send_json(serde_json::json!({"email": "admin@demo.example"}))?;
    let end = Instant::now() + Duration::from_secs(15);
    loop {
        let page = ureq::get(url("/metrics"))
            .call()?
            .body_mut()
            .read_to_string()?;
        let mut names = BTreeSet::new();
        for line in page.lines().filter(|line| !line.starts_with('#')) {
            metrics_in(
                line.split(['{', ' ']).next().unwrap_or_default(),
                &mut names,
            );
        }
        if wanted.is_subset(&names) {
            return Ok(names);
        }
        if Instant::now() > end {
            return Ok(names);
        }
        std::thread::sleep(Duration::from_millis(250));
    }
}

#[cfg(test)]
mod tests {
    use super::{BTreeSet, metrics_in};

    #[test]
    fn finds_the_metrics_of_a_query() {
        let mut names = BTreeSet::new();
        metrics_in(
            r#"sum by (le) (rate(touchline_x_seconds_bucket{a="b"}[5m])) / touchline:rule > touchline_y"#,
            &mut names,
        );
        let names: Vec<_> = names.into_iter().collect();
        assert_eq!(names, ["touchline_x_seconds", "touchline_y"]);
    }
}
