//! Events, outbox, jobs, idempotency keys, search.

pub mod event;
pub mod idempotency;
pub mod job;
pub mod search;
