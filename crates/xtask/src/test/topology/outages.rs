//! Redis and PostgreSQL are lost, and come back.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use nix::sys::signal::Signal;
use serde_json::json;

use super::{
    Topology,
    client::{Client, under_load},
    sharing::admin,
};

/// What a lost Redis may add to the slowest of a hundred requests.
const MORE: Duration = Duration::from_millis(50);

pub fn redis_stopped(topology: &mut Topology) -> Result<()> {
    without_redis(
        topology,
        |topology| topology.redis.stop(),
        |topology| topology.redis.start(),
    )
}

pub fn redis_frozen(topology: &mut Topology) -> Result<()> {
    without_redis(
        topology,
        |topology| topology.redis.signal(Signal::SIGSTOP),
        |topology| topology.redis.signal(Signal::SIGCONT),
    )
}

fn without_redis(
    topology: &mut Topology,
    lose: impl FnOnce(&mut Topology) -> Result<()>,
    regain: impl FnOnce(&mut Topology) -> Result<()>,
) -> Result<()> {
    let client = admin(&topology.proxy())?;
    let server = topology.server(0);
    let before = slowest(&client)?;
    lose(topology)?;
    let lost = || {
        says_of_redis(&server, "degraded")?;
        admin(&topology.proxy())?;
        let slower = slowest(&client)?;
        // Other work on this machine slows down a single try.
        if slower <= before + MORE {
            return Ok(slower);
        }
        slowest(&client)
    };
    let during = lost();
    regain(topology)?;
    let during = during?;
    ensure!(
        during <= before + MORE,
        "99 of 100 requests took {} ms at most, without Redis {} ms",
        before.as_millis(),
        during.as_millis()
    );
    let server = topology.server(0);
    let end = Instant::now() + Duration::from_secs(5);
    while says_of_redis(&server, "up").is_err() {
        ensure!(Instant::now() < end, "Redis is back, and not found again");
        std::thread::sleep(Duration::from_millis(100));
    }
    eprintln!(
        "    p99 {} ms, without Redis {} ms",
        before.as_millis(),
        during.as_millis()
    );
    Ok(())
}

fn says_of_redis(server: &Client, wanted: &str) -> Result<()> {
    let answer = server.get("/health/ready")?;
    ensure!(answer.status == 200, "not ready: {}", answer.body);
    let said = &answer.body["dependencies"]["redis"];
    ensure!(said == wanted, "readiness says that Redis is {said}");
    Ok(())
}

/// The time of the slowest but one in a hundred, of a light load.
fn slowest(client: &Client) -> Result<Duration> {
    let (mut outcome, ()) = under_load(client, 60, || std::thread::sleep(Duration::from_secs(3)));
    outcome.ensure_none_failed()?;
    Ok(outcome.p99())
}

pub fn postgres_stopped(topology: &mut Topology) -> Result<()> {
    let client = admin(&topology.proxy())?;
    topology.postgres.stop()?;
    let refused = refusals(&client);
    topology.postgres.start()?;
    let back = Instant::now();
    refused?;
    let ask = || client.post("/api/v1/companies", &json!({"name": "Back again"}));
    while ask()?.status != 201 {
        ensure!(
            back.elapsed() < Duration::from_secs(5),
            "PostgreSQL is back for 5 s, and records cannot be written"
        );
        std::thread::sleep(Duration::from_millis(100));
    }
    // Every connection of every thread has been lost: none is taken for a good one twice.
    std::thread::sleep(Duration::from_secs(1));
    let (outcome, ()) = under_load(&client, 60, || std::thread::sleep(Duration::from_secs(2)));
    outcome.ensure_none_failed()?;
    eprintln!("    back after {:.1} s", back.elapsed().as_secs_f32() - 3.0);
    Ok(())
}

fn refusals(client: &Client) -> Result<()> {
    for number in 0..10 {
        let answer = if number % 2 == 0 {
            client.get("/api/v1/companies")?
        } else {
            client.post("/api/v1/companies", &json!({"name": "Nowhere"}))?
        };
        ensure!(answer.status == 503, "{}: {}", answer.status, answer.body);
        ensure!(
            answer.retry_after.is_some(),
            "no Retry-After: {}",
            answer.body
        );
        ensure!(
            answer.took < Duration::from_millis(1200),
            "it took {} ms to say so",
            answer.took.as_millis()
        );
    }
    Ok(())
}
