//! How people get better: coaching.

mod access;

pub use access::*;
