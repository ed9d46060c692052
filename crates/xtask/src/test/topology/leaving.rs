//! A server that is asked to end while people work.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::{Topology, client::under_load, sharing::admin};

/// Requests a second through the proxy.
const RATE: u32 = 200;

pub fn under_load_one_leaves(topology: &mut Topology) -> Result<()> {
    let client = admin(&topology.proxy())?;
    let mut leaving = topology.servers[0]
        .take()
        .context("the first server runs")?;
    let (outcome, took) = under_load(&client, RATE, || {
        std::thread::sleep(Duration::from_secs(2));
        let asked = Instant::now();
        let ended = leaving.end(Duration::from_secs(31));
        let took = asked.elapsed();
        std::thread::sleep(Duration::from_secs(1));
        ended.map(|()| took)
    });
    drop(leaving);
    topology.start_server(0)?;
    outcome.ensure_none_failed()?;
    let took = took?;
    ensure!(
        took <= Duration::from_secs(30),
        "it took {} s to end",
        took.as_secs()
    );
    let sent = outcome.times.len();
    eprintln!(
        "    {sent} requests, none failed; it ended after {:.1} s",
        took.as_secs_f32()
    );
    Ok(())
}
