//! What one server is told holds on the other.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::{Topology, client::Client};

const ADMIN: &str = "admin@demo.example";
const AGENT: &str = "agent@demo.example";
/// The password of the demo organization.
const DEMO: &str = "touchline demo otters";

/// Somebody who may do everything.
pub fn admin(client: &Client) -> Result<Client> {
    client.sign_in(ADMIN, DEMO)
}

/// Until the other server says so, which takes a second at most.
fn within_a_second(what: &str, mut holds: impl FnMut() -> Result<bool>) -> Result<()> {
    let end = Instant::now() + Duration::from_millis(1500);
    while !holds()? {
        ensure!(Instant::now() < end, "{what} does not hold within a second");
        std::thread::sleep(Duration::from_millis(25));
    }
    Ok(())
}

pub fn sessions(topology: &mut Topology) -> Result<()> {
    let (one, two) = (topology.server(0), topology.server(1));
    let admin = admin(&one)?;
    let status = |client: &Client, path: &str| Ok::<_, anyhow::Error>(client.get(path)?.status);
    let me = "/api/v1/auth/me";

    let agent = one.sign_in(AGENT, DEMO)?;
    let there = two.like(&agent);
    there.get(me)?.expect(200)?;
    agent.post("/api/v1/auth/logout", &json!({}))?;
    within_a_second("signing out", || Ok(status(&there, me)? == 401))?;

    let agent = one.sign_in(AGENT, DEMO)?;
    let other = one.sign_in(AGENT, DEMO)?;
    let there = two.like(&other);
    there.get(me)?.expect(200)?;
    let sessions = other.get("/api/v1/auth/sessions")?.expect(200)?;
    let current = sessions
        .as_array()
        .and_then(|all| all.iter().find(|session| session["current"] == true))
        .and_then(|session| session["id"].as_str())
        .context("no session is the current one")?;
    let path = format!("/api/v1/auth/sessions/{current}");
    let revoked = agent.send("DELETE", &path, None, None)?;
    ensure!(revoked.status < 300, "revoking: {}", revoked.body);
    within_a_second("revoking a session", || Ok(status(&there, me)? == 401))?;

    let mine = agent.get(me)?.expect(200)?;
    let id = member(&admin, AGENT)?;
    let path = format!("/api/v1/members/{id}");
    let there = two.like(&agent);
    let role =
        |client: &Client| Ok::<_, anyhow::Error>(find(&client.get(me)?.expect(200)?, "role"));
    let before = role(&there)?;
    ensure!(
        before == find(&mine, "role"),
        "the role is not the same everywhere"
    );
    let change = |role: &str| {
        let body = json!({"role": role});
        let headers = admin.send("PATCH", &path, Some(&body), None)?;
        headers.expect(200)
    };
    change("salesRep")?;
    within_a_second("another role", || Ok(role(&there)? == "salesRep"))?;
    change("agent")?;
    within_a_second("the old role", || Ok(role(&there)? == before))?;

    let deactivate = format!("{path}/deactivate");
    admin.post(&deactivate, &json!({}))?.expect(200)?;
    let gone = within_a_second("deactivation", || {
        Ok(matches!(status(&there, me)?, 401 | 403))
    });
    admin
        .post(&format!("{path}/reactivate"), &json!({}))?
        .expect(200)?;
    gone
}

/// The id of a member by address.
fn member(admin: &Client, email: &str) -> Result<String> {
    let members = admin.get("/api/v1/members?limit=100")?.expect(200)?;
    let found = members
        .as_array()
        .and_then(|all| all.iter().find(|one| one["email"] == email));
    let id = found.and_then(|one| one["id"].as_str());
    Ok(id
        .with_context(|| format!("there is no {email}"))?
        .to_owned())
}

/// The first text of this name, wherever it lies.
fn find(value: &Value, name: &str) -> String {
    match value {
        Value::Object(fields) => match fields.get(name).and_then(Value::as_str) {
            Some(text) => text.to_owned(),
            None => fields
                .values()
                .map(|value| find(value, name))
                .find(|text| !text.is_empty())
                .unwrap_or_default(),
        },
        Value::Array(all) => all
            .iter()
            .map(|value| find(value, name))
            .find(|text| !text.is_empty())
            .unwrap_or_default(),
        _ => String::new(),
    }
}

pub fn limits(topology: &mut Topology) -> Result<()> {
    let [one, two] = [0, 1].map(|number| topology.server(number).at_address("203.0.113.7"));
    let remaining = |client: &Client| {
        let answer = client.get("/api/v1/auth/me")?;
        answer.remaining.context("no RateLimit-Remaining")
    };
    let first = remaining(&one)?;
    for _ in 0..8 {
        remaining(&one)?;
    }
    let last = remaining(&two)?;
    ensure!(
        first - last == 9,
        "{first} remained at one server, then {last} at the other"
    );
    Ok(())
}

pub fn idempotency(topology: &mut Topology) -> Result<()> {
    let admin = admin(&topology.proxy())?;
    let both = [0, 1].map(|number| topology.server(number).like(&admin));
    for round in 0..20 {
        let key = format!("topology-{round}");
        let body = json!({"name": format!("Twice {round}")});
        let answers = std::thread::scope(|scope| {
            let asked = both.each_ref().map(|client| {
                let (key, body) = (&key, &body);
                scope.spawn(move || client.send("POST", "/api/v1/companies", Some(body), Some(key)))
            });
            asked.map(|thread| {
                thread
                    .join()
                    .map_err(|_| anyhow::anyhow!("a thread ended early"))
            })
        });
        let mut ids = Vec::new();
        for answer in answers {
            ids.push(answer??.expect(201)?["id"].clone());
        }
        ensure!(ids[0] == ids[1], "round {round} made two records");
    }
    Ok(())
}
