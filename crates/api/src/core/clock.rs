//! Time and randomness, in the one place where they come from.

use std::sync::Arc;

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use rand::RngExt;
use uuid::Uuid;

/// Tells the time: the clock of the machine, or one that tests set.
#[derive(Clone)]
pub enum Clock {
    /// The clock of the machine.
    System,
    /// A clock that stands where a test puts it.
    Fixed(Arc<std::sync::Mutex<DateTime<Utc>>>),
}

impl Clock {
    /// A clock that stands at `time` until it is moved.
    #[must_use]
    pub fn fixed(time: DateTime<Utc>) -> Self {
        Self::Fixed(Arc::new(std::sync::Mutex::new(time)))
    }

    /// Moves a clock that stands; the clock of the machine goes on as it does.
    pub fn advance(&self, by: TimeDelta) {
        if let Self::Fixed(time) = self {
            let mut time = time
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            *time += by;
        }
    }

    /// The time, to the millisecond: what both databases keep and JSON shows.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the clock"
    )]
    pub fn now(&self) -> DateTime<Utc> {
        let now = match self {
            Self::System => Utc::now(),
            Self::Fixed(time) => *time
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner),
        };
        now.duration_trunc(TimeDelta::milliseconds(1))
            .unwrap_or(now)
    }
}

/// A new id: UUIDv7, so that ids grow with time.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one place that makes ids")]
pub fn new_id() -> Uuid {
    Uuid::now_v7()
}

/// Random bytes from the generator of the operating system, seeded per thread.
#[must_use]
pub fn random_bytes<const N: usize>() -> [u8; N] {
    rand::rng().random()
}
