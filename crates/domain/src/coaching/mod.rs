//! How people get better: coaching.

pub mod access;
