//! The rules of Touchline: pure functions and state machines over the vocabulary of
//! [`shared_types`], the very same on the server and in the web client.
//!
//! No IO, no clock, no randomness: today, now and new ids are passed in. One folder per bounded
//! context, one file per aggregate, as in the other crates.

pub mod coaching;
pub mod core;
pub mod crm;
pub mod identity;
pub mod platform;

pub use crate::core::error::{DomainError, DomainResult};
