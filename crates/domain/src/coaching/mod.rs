//! How people get better: coaching.

pub mod access;
#[cfg(not(target_family = "wasm"))]
pub mod recurrence;
pub mod score;
pub mod session;
