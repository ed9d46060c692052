//! The vocabulary of Touchline, written once and shared by the server, the web client and the
//! generated clients: ids, closed enums, value objects, requests and views.
//!
//! One folder per bounded context, one file per aggregate. Rows, secrets and IO never live here.

pub mod coaching;
pub mod core;
pub mod crm;
pub mod identity;
pub mod platform;

pub use crate::core::*;
