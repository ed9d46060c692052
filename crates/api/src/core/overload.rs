//! Too much load: who would wait for too long is told at once to come back later, so that the others
//! are served as fast as ever.

use std::{
    sync::atomic::{AtomicU64, AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use shared_types::ErrorCode;
use tokio::sync::{Semaphore, SemaphorePermit};

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
    start: Instant,
}

/// Those who wait.
#[derive(Default)]
struct Line {
    waiting: AtomicUsize,
    /// When somebody came and nobody was there, in milliseconds since the start.
    began: AtomicU64,
}

impl Line {
    /// Joins it; answers with how long to stay.
    fn join(&self, now: u64) -> (Waiting<'_>, Duration) {
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
            line: Line::default(),
            start: Instant::now(),
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
        let now = u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX);
        let (_waiting, patience) = self.line.join(now);
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
    use super::{HURRY, Line, PATIENCE};

    #[test]
    fn a_burst_is_waited_out_and_a_line_that_stands_is_not_joined_for_long() {
        let line = Line::default();
        let (first, patience) = line.join(5);
        assert_eq!(patience, PATIENCE);
        let (second, patience) = line.join(65);
        assert_eq!(patience, PATIENCE);
        drop(first);
        let (third, patience) = line.join(125);
        assert_eq!(patience, HURRY, "somebody has been waiting for 120 ms");
        drop((second, third));
        assert_eq!(line.join(126).1, PATIENCE, "this is another line");
    }
}
