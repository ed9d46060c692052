//! Requests over connections that stay open, as fast as they are answered or at a pace.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// A request as it goes over the wire.
#[derive(Clone, Debug)]
pub struct Request {
    bytes: Vec<u8>,
}

impl Request {
    /// A request with a body, and a bearer token where there is one.
    pub fn new(method: &str, path: &str, token: Option<&str>, body: Option<&str>) -> Self {
        let mut text = format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n");
        if let Some(token) = token {
            text.push_str(&format!("Authorization: Bearer {token}\r\n"));
        }
        if let Some(body) = body {
            text.push_str(&format!(
                "Content-Type: application/json\r\nContent-Length: {}\r\n",
                body.len()
            ));
        }
        text.push_str("\r\n");
        text.push_str(body.unwrap_or_default());
        Self {
            bytes: text.into_bytes(),
        }
    }
}

impl Request {
    /// The same request with one more header.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        if let Some(end) = find(&self.bytes, b"\r\n") {
            let line = format!("\r\n{name}: {value}");
            self.bytes.splice(end..end, line.into_bytes());
        }
        self
    }
}

/// A connection that stays open.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// An answer: its status and its body.
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

impl Connection {
    /// Connects to a port of this machine.
    ///
    /// # Errors
    /// When nobody listens.
    pub async fn open(port: u16) -> Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: Vec::with_capacity(64 * 1024),
        })
    }

    /// Sends a request and waits for its answer.
    ///
    /// # Errors
    /// When the connection breaks, or the answer does not say how long it is.
    pub async fn send(&mut self, request: &Request) -> Result<Answer> {
        self.stream.write_all(&request.bytes).await?;
        self.buffer.clear();
        let head = loop {
            if let Some(end) = find(&self.buffer, b"\r\n\r\n") {
                break end + 4;
            }
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                bail!("the server closed the connection");
            }
        };
        let text = String::from_utf8_lossy(&self.buffer[..head]).to_ascii_lowercase();
        let status = text
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .context("the answer has no status")?;
        let length: usize = text
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .and_then(|length| length.trim().parse().ok())
            .context("the answer does not say how long it is")?;
        while self.buffer.len() < head + length {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                bail!("the server closed the connection");
            }
        }
        Ok(Answer {
            status,
            body: self.buffer[head..head + length].to_vec(),
        })
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

/// What a load came to.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Requests that were answered as they should be.
    pub good: u64,
    /// Others.
    pub bad: u64,
    /// How long each took that was answered as it should be.
    pub times: Vec<Duration>,
    /// How long the others took.
    pub bad_times: Vec<Duration>,
    /// How long the load lasted.
    pub lasted: Duration,
}

impl Outcome {
    /// Good answers in a second.
    #[expect(clippy::cast_precision_loss)]
    pub fn rate(&self) -> f64 {
        self.good as f64 / self.lasted.as_secs_f64()
    }

    /// The time that this share of the good answers did not exceed.
    pub fn quantile(&mut self, share: f64) -> Duration {
        quantile(&mut self.times, share)
    }

    /// The time that this share of the others did not exceed.
    pub fn refused(&mut self, share: f64) -> Duration {
        quantile(&mut self.bad_times, share)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss
)]
fn quantile(times: &mut [Duration], share: f64) -> Duration {
    times.sort_unstable();
    let place = (times.len() as f64 * share) as usize;
    let last = times.len().saturating_sub(1);
    times.get(place.min(last)).copied().unwrap_or_default()
}

/// How the requests of a load come.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Open connections.
    pub connections: usize,
    /// For how long.
    pub lasts: Duration,
    /// Between the requests of a connection; none waits for the answer only.
    pub every: Option<Duration>,
}

/// Sends requests over many connections. `make` makes the request of a connection by its number
/// and that of the request.
///
/// # Errors
/// When a connection cannot be opened or breaks.
pub async fn load(
    port: u16,
    pace: Pace,
    status: u16,
    make: impl Fn(usize, u64) -> Request + Clone + Send + 'static,
) -> Result<Outcome> {
    let mut tasks = Vec::with_capacity(pace.connections);
    let mut open = Vec::with_capacity(pace.connections);
    for _ in 0..pace.connections {
        open.push(Connection::open(port).await?);
    }
    let began = Instant::now();
    let ends = began + pace.lasts;
    for (number, mut connection) in open.into_iter().enumerate() {
        let make = make.clone();
        tasks.push(tokio::spawn(async move {
            let mut outcome = Outcome::default();
            let share = u32::try_from(number).unwrap_or(0);
            let all = u32::try_from(pace.connections).unwrap_or(1);
            // Connections that keep a pace begin one after the other, not all at once.
            let mut due = began
                + pace
                    .every
                    .map_or(Duration::ZERO, |every| every * share / all);
            let mut count = 0;
            while Instant::now() < ends {
                if pace.every.is_some() {
                    tokio::time::sleep_until(due.into()).await;
                }
                let from = if pace.every.is_some() {
                    due
                } else {
                    Instant::now()
                };
                let sent = Instant::now();
                let answer = connection.send(&make(number, count)).await?;
                if answer.status == status {
                    outcome.good += 1;
                    outcome.times.push(from.elapsed());
                } else {
                    outcome.bad += 1;
                    outcome.bad_times.push(sent.elapsed());
                }
                count += 1;
                if let Some(every) = pace.every {
                    due += every;
                }
            }
            Ok::<_, anyhow::Error>(outcome)
        }));
    }
    let mut all = Outcome::default();
    for task in tasks {
        let one = task.await??;
        all.good += one.good;
        all.bad += one.bad;
        all.times.extend(one.times);
        all.bad_times.extend(one.bad_times);
    }
    all.lasted = began.elapsed();
    Ok(all)
}
