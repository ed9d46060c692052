//! A client of the API, and many of them at once.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use ureq::{Agent, Body, http::Response};

/// What was answered.
pub struct Answer {
    pub status: u16,
    pub body: Value,
    pub took: Duration,
    pub remaining: Option<i64>,
    pub retry_after: Option<String>,
}

impl Answer {
    /// Its data, where the status is the one expected.
    pub fn expect(self, status: u16) -> Result<Value> {
        ensure!(
            self.status == status,
            "{} instead of {status}: {}",
            self.status,
            self.body
        );
        Ok(self.body["data"].clone())
    }
}

/// Asks at one port of this machine, as somebody or nobody.
#[derive(Clone)]
pub struct Client {
    agent: Agent,
    base: String,
    token: Option<String>,
    address: Option<String>,
}

impl Client {
    pub fn of(port: u16) -> Self {
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(20)))
            .build()
            .new_agent();
        Self {
            agent,
            base: format!("http://127.0.0.1:{port}"),
            token: None,
            address: None,
        }
    }

    /// The same with the credential of another.
    pub fn like(&self, other: &Self) -> Self {
        Self {
            token: other.token.clone(),
            ..self.clone()
        }
    }

    /// The same from another address, as a proxy tells of it.
    pub fn at_address(&self, address: &str) -> Self {
        Self {
            address: Some(address.to_owned()),
            ..self.clone()
        }
    }

    /// The same, signed in.
    pub fn sign_in(&self, email: &str, password: &str) -> Result<Self> {
        let body = json!({"email": email, "password": password, "tokenDelivery": "body"});
        let data = self.post("/api/v1/auth/login", &body)?.expect(200)?;
        let token = data["tokens"]["accessToken"]
            .as_str()
            .or_else(|| data["accessToken"].as_str());
        Ok(Self {
            token: Some(token.context("no token was given")?.to_owned()),
            ..self.clone()
        })
    }

    pub fn get(&self, path: &str) -> Result<Answer> {
        self.send("GET", path, None, None)
    }

    pub fn post(&self, path: &str, body: &Value) -> Result<Answer> {
        self.send("POST", path, Some(body), None)
    }

    pub fn send(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
        key: Option<&str>,
    ) -> Result<Answer> {
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if let Some(address) = &self.address {
            request = request.header("x-forwarded-for", address);
        }
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let started = Instant::now();
        let answer = match body {
            Some(body) => {
                let request = request.header("content-type", "application/json");
                self.agent.run(request.body(body.to_string())?)
            }
            None => self.agent.run(request.body(())?),
        };
        read(answer.with_context(|| format!("{method} {path}"))?, started)
    }
}

fn read(mut answer: Response<Body>, started: Instant) -> Result<Answer> {
    let text = answer.body_mut().read_to_string()?;
    let header = |name: &str| {
        answer
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    Ok(Answer {
        status: answer.status().as_u16(),
        body: serde_json::from_str(&text).unwrap_or(Value::String(text)),
        took: started.elapsed(),
        remaining: header("ratelimit-remaining").and_then(|value| value.parse().ok()),
        retry_after: header("retry-after").map(str::to_owned),
    })
}

/// What a load came to.
#[derive(Default)]
pub struct Outcome {
    pub times: Vec<Duration>,
    pub failures: Vec<String>,
}

impl Outcome {
    /// The time within which 99 of 100 were answered.
    pub fn p99(&mut self) -> Duration {
        self.times.sort_unstable();
        let last = self.times.len().saturating_sub(1);
        self.times.get(last * 99 / 100).copied().unwrap_or_default()
    }

    pub fn ensure_none_failed(&self) -> Result<()> {
        if let Some(first) = self.failures.first() {
            bail!(
                "{} of {} requests failed, the first by: {first}",
                self.failures.len(),
                self.times.len() + self.failures.len()
            );
        }
        Ok(())
    }
}

/// So many requests a second, one half reads and the other writes, for as long as `meanwhile` takes.
pub fn under_load<T>(client: &Client, rate: u32, meanwhile: impl FnOnce() -> T) -> (Outcome, T) {
    const SENDERS: u32 = 20;
    let outcome = Mutex::new(Outcome::default());
    let stop = AtomicBool::new(false);
    let pause = Duration::from_secs(1) * SENDERS / rate;
    let done = std::thread::scope(|scope| {
        for sender in 0..SENDERS {
            let (outcome, stop) = (&outcome, &stop);
            scope.spawn(move || {
                let mut next = Instant::now() + pause * sender / SENDERS;
                let mut number = 0_u32;
                while !stop.load(Ordering::Relaxed) {
                    std::thread::sleep(next.saturating_duration_since(Instant::now()));
                    next += pause;
                    number += 1;
                    let result = if number.is_multiple_of(2) {
                        client.get("/api/v1/companies?limit=5")
                    } else {
                        let name = format!("Load {sender}-{number}");
                        client.post("/api/v1/companies", &json!({"name": name}))
                    };
                    let mut outcome = outcome.lock().unwrap_or_else(PoisonError::into_inner);
                    match result {
                        Ok(answer) if answer.status < 300 => outcome.times.push(answer.took),
                        Ok(answer) => {
                            outcome
                                .failures
                                .push(format!("{}: {}", answer.status, answer.body));
                        }
                        Err(error) => outcome.failures.push(format!("{error:#}")),
                    }
                }
            });
        }
        let done = meanwhile();
        stop.store(true, Ordering::Relaxed);
        done
    });
    (
        outcome.into_inner().unwrap_or_else(PoisonError::into_inner),
        done,
    )
}
