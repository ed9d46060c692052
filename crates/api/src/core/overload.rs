//! Too much load: who would wait for too long is told at once to come back later, so that the others
//! are served as fast as ever.

use std::time::Duration;

use shared_types::ErrorCode;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::core::error::{ApiError, ApiResult};

/// How long a request waits for its turn: with what it takes to say no, less than 100 ms.
const PATIENCE: Duration = Duration::from_millis(75);
/// What needs no place: signing in goes on whatever else does, and hashing passwords has a queue of its
/// own; and who brings a file, or says who they are, may take long to say it without keeping others out.
const FREE: [&str; 3] = ["/api/v1/auth/", "/api/v1/public/", "/api/v1/imports"];

/// Where requests wait for their turn.
pub struct Lanes {
    work: Semaphore,
}

impl Lanes {
    /// Room for so many requests at a time.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self {
            work: Semaphore::new(most.clamp(1, Semaphore::MAX_PERMITS)),
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
        match tokio::time::timeout(PATIENCE, self.work.acquire()).await {
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
