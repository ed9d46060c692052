//! Events, outbox, jobs, idempotency keys, search, trash.

pub mod event;
pub mod idempotency;
pub mod job;
pub mod search;
pub mod trash;
