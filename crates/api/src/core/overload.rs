//! Too much load: who would wait for too long is told at once to come back later, so that the others
//! are served as fast as ever.

use std::{
    sync::atomic::{AtomicU64, AtomicUsize, Ordering},
    time::Duration,
};

use shared_types::ErrorCode;
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::Instant,
};

use crate::core::error::{ApiError, ApiResult};

/// How long a request waits for its turn: with what it takes to say no, less than 100 ms.
const PATIENCE: Duration = Duration::from_millis(75);
/// How long once there has been a line for [`STANDING`]. That is no burst which will be worked off: who joins it
/// makes it longer and nobody's turn earlier (the thought behind CoDel, RFC 8289).
const HURRY: Duration = Duration::from_millis(10);
/// How long a burst may last, as in the RFC.
const STANDING: Duration = Duration::from_millis(100);
/// What needs no place: signing in goes on whatever else does, and hashing passwords has a queue of its
/// own; and who brings a file, or says who they are, may take long to say it without keeping others out.
const FREE: [&str; 3] = ["/api/v1/auth/", "/api/v1/public/", "/api/v1/imports"];

/// Where requests wait for their turn.
pub struct Lanes {
    work: Semaphore,
    line: Line,
}

/// Those who wait.
struct Line {
    clock: Instant,
    waiting: AtomicUsize,
    /// Milliseconds on that clock.
    began: AtomicU64,
}

impl Line {
    fn now(&self) -> u64 {
        u64::try_from(self.clock.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Joins it; answers with how long to stay.
    fn join(&self) -> (Waiting<'_>, Duration) {
        let now = self.now();
        if self.waiting.fetch_add(1, Ordering::Relaxed) == 0 {
            self.began.store(now, Ordering::Relaxed);
        }
        let lasts = now.saturating_sub(self.began.load(Ordering::Relaxed));
        let standing = Duration::from_millis(lasts) > STANDING;
        (Waiting(self), if standing { HURRY } else { PATIENCE })
    }
}

/// A request in the line, until it is dropped.
struct Waiting<'a>(&'a Line);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Lanes {
    /// Room for so many requests at a time.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self {
            work: Semaphore::new(most.clamp(1, Semaphore::MAX_PERMITS)),
            line: Line {
                clock: Instant::now(),
                waiting: AtomicUsize::new(0),
                began: AtomicU64::new(0),
            },
        }
    }

    /// A place for a request, held until it is answered. What is no request of the API needs none:
    /// health, metrics, the files of the client.
    ///
    /// # Errors
    /// 503 when there is none in time.
    pub async fn enter(&self, path: &str) -> ApiResult<Option<SemaphorePermit<'_>>> {
        if !path.starts_with("/api/") || FREE.iter().any(|free| path.starts_with(free)) {
            return Ok(None);
        }
        if let Ok(place) = self.work.try_acquire() {
            return Ok(Some(place));
        }
        let (_waiting, patience) = self.line.join();
        match tokio::time::timeout(patience, self.work.acquire()).await {
            Ok(Ok(place)) => Ok(Some(place)),
            _ => {
                metrics::counter!("touchline_requests_shed_total").increment(1);
                Err(ApiError {
                    retry_after: Some(1),
                    ..ApiError::new(
                        ErrorCode::Unavailable,
                        "There is too much to do just now; try again in a moment.",
                    )
                })
            }
        }
    }

    /// How many places are free.
    #[must_use]
    pub fn free(&self) -> usize {
        self.work.available_permits()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = "/api/v1/companies";

    /// A burst is waited out; in a line that stands nobody stays for long.
    #[tokio::test(start_paused = true)]
    async fn a_line_that_stands_is_not_joined_for_long() {
        let lanes = Lanes::new(1);
        let held = lanes.enter(PATH).await.unwrap();
        let waits = async |after: u64| {
            tokio::time::sleep(Duration::from_millis(after)).await;
            let came = Instant::now();
            assert!(lanes.enter(PATH).await.is_err());
            came.elapsed()
        };
        let (first, second, late) = tokio::join!(waits(0), waits(60), waits(120));
        assert!(first >= PATIENCE && second >= PATIENCE);
        assert!(late < PATIENCE, "{late:?}");
        // Nobody waits any more: the next one begins another line.
        assert!(waits(1).await >= PATIENCE);
        drop(held);
        assert!(lanes.enter(PATH).await.unwrap().is_some());
    }
}
