//! Sliding-window limits: in memory, or in Redis when several servers share them.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use deadpool_redis::redis;
use moka::sync::Cache;

/// What a limit says of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whether the request may pass.
    pub allowed: bool,
    /// Requests of a window.
    pub limit: u32,
    /// Requests left now.
    pub remaining: u32,
    /// Seconds until the window is over.
    pub reset: u64,
}

#[derive(Clone, Copy, Default)]
struct Window {
    start: i64,
    count: u32,
    before: u32,
}

/// Counts requests per key. The window slides: of the window before as much counts as still lies
/// within one window's length from now.
#[derive(Clone)]
pub struct RateLimiter {
    memory: Cache<String, std::sync::Arc<std::sync::Mutex<Window>>>,
    redis: Option<Shared>,
}

/// Redis, and when it is asked again after it failed: otherwise every request would wait for it in vain.
#[derive(Clone)]
struct Shared {
    pool: deadpool_redis::Pool,
    health: std::sync::Arc<std::sync::Mutex<Health>>,
}

#[derive(Default)]
struct Health {
    /// How often it failed in a row.
    failures: u32,
    rests_until: Option<Instant>,
}

impl Shared {
    /// Whether it may be asked: after failures once a second, by one.
    fn is_awake(&self) -> bool {
        let mut health = self.health();
        match health.rests_until {
            Some(time) if time > Instant::now() => false,
            Some(_) => {
                health.rests_until = Some(Instant::now() + REST);
                true
            }
            None => true,
        }
    }

    /// Says how asking it went. A single slow answer is no failure of its own.
    fn went(&self, well: bool) {
        let mut health = self.health();
        if well {
            *health = Health::default();
            return;
        }
        health.failures += 1;
        if health.failures >= FAILURES {
            health.rests_until = Some(Instant::now() + REST);
        }
    }

    fn health(&self) -> std::sync::MutexGuard<'_, Health> {
        self.health
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// Failures in a row after which Redis is left alone.
const FAILURES: u32 = 3;
/// How long a request waits for Redis.
const PATIENCE: Duration = Duration::from_millis(25);
/// How long Redis is left alone after it failed.
const REST: Duration = Duration::from_secs(1);

/// The same in Redis, in one step: counts, and answers this window's and the last one's counts.
const SCRIPT: &str = r"
local now = redis.call('INCRBY', KEYS[1], ARGV[1])
if now == tonumber(ARGV[1]) then redis.call('EXPIRE', KEYS[1], ARGV[2]) end
return { now, tonumber(redis.call('GET', KEYS[2]) or '0') }";

impl RateLimiter {
    /// A limiter, shared through Redis where there is one.
    #[must_use]
    pub fn new(redis: Option<deadpool_redis::Pool>) -> Self {
        Self {
            memory: Cache::builder()
                .max_capacity(100_000)
                .time_to_idle(Duration::from_secs(2 * 3600))
                .build(),
            redis: redis.map(|pool| Shared {
                pool,
                health: std::sync::Arc::default(),
            }),
        }
    }

    /// Counts a request under `key` against `limit` per `window` seconds.
    pub async fn hit(&self, key: &str, limit: u32, window: u32, now: DateTime<Utc>) -> Verdict {
        self.count(key, 1, limit, window, now).await
    }

    /// What a limit says, without counting.
    pub async fn peek(&self, key: &str, limit: u32, window: u32, now: DateTime<Utc>) -> Verdict {
        self.count(key, 0, limit, window, now).await
    }

    async fn count(
        &self,
        key: &str,
        by: u32,
        limit: u32,
        window: u32,
        now: DateTime<Utc>,
    ) -> Verdict {
        if let Some(redis) = self.redis.as_ref().filter(|redis| redis.is_awake()) {
            let answer =
                tokio::time::timeout(PATIENCE, shared(&redis.pool, key, by, window, now)).await;
            redis.went(matches!(answer, Ok(Ok(_))));
            match answer {
                Ok(Ok((count, before))) => return verdict(count, before, limit, window, now),
                Ok(Err(error)) => {
                    tracing::warn!(%error, "rate limits count in memory: Redis fails")
                }
                Err(_) => tracing::warn!("rate limits count in memory: Redis is slow"),
            }
        }
        let (count, before) = self.local(key, by, window, now);
        verdict(count, before, limit, window, now)
    }

    fn local(&self, key: &str, by: u32, window: u32, now: DateTime<Utc>) -> (u32, u32) {
        let start = now.timestamp() / i64::from(window);
        let entry = self.memory.get_with_by_ref(key, std::sync::Arc::default);
        let mut state = entry
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if state.start != start {
            state.before = if state.start == start - 1 {
                state.count
            } else {
                0
            };
            state.count = 0;
            state.start = start;
        }
        state.count = state.count.saturating_add(by);
        (state.count, state.before)
    }
}

async fn shared(
    pool: &deadpool_redis::Pool,
    key: &str,
    by: u32,
    window: u32,
    now: DateTime<Utc>,
) -> Result<(u32, u32), String> {
    let mut connection = pool.get().await.map_err(|error| error.to_string())?;
    let start = now.timestamp() / i64::from(window);
    // The braces keep both windows of a key in one slot of a cluster.
    let name = |start: i64| format!("touchline:limit:{{{key}}}:{start}");
    redis::Script::new(SCRIPT)
        .key(name(start))
        .key(name(start - 1))
        .arg(by)
        .arg(u64::from(window) * 2)
        .invoke_async(&mut connection)
        .await
        .map_err(|error| error.to_string())
}

fn verdict(count: u32, before: u32, limit: u32, window: u32, now: DateTime<Utc>) -> Verdict {
    let passed = now.timestamp().rem_euclid(i64::from(window));
    let left = u64::from(window) - u64::try_from(passed).unwrap_or(0);
    let weighted = u64::from(before) * left / u64::from(window) + u64::from(count);
    let remaining = u64::from(limit).saturating_sub(weighted);
    Verdict {
        allowed: weighted <= u64::from(limit),
        limit,
        remaining: u32::try_from(remaining).unwrap_or(u32::MAX),
        reset: left,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_slides() {
        let limiter = RateLimiter::new(None);
        let at = |second: i64| DateTime::from_timestamp(1_800_000_000 + second, 0).unwrap();
        let hit = |second: i64| {
            let (count, before) = limiter.local("a", 1, 60, at(second));
            verdict(count, before, 10, 60, at(second))
        };
        assert!((0..10).all(|_| hit(0).allowed));
        assert!(!hit(0).allowed);
        // Half of the eleven of the last window still count: 5 + 1.
        let half = hit(90);
        assert!(half.allowed);
        assert_eq!(half.remaining, 4);
        assert!(hit(200).allowed);
    }
}
