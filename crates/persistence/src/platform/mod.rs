//! Events, outbox, jobs, idempotency keys, imports, search, trash.

pub mod audit_chain;
pub mod audit_verification;
pub mod event;
pub mod export;
pub mod idempotency;
pub mod import;
pub mod import_archive;
pub mod installation;
pub mod job;
pub mod name;
pub mod notification;
pub mod notification_preference;
pub mod piece;
pub mod sealed;
pub mod search;
pub mod trash;
