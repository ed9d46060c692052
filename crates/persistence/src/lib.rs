//! The store of Touchline: one row struct per table with its queries, tenancy, outbox and search.
//!
//! Every query goes through a handle that is bound to a tenant ([`Read`], [`Tx`]), or through the
//! narrow [`System`] handle for what works before or across tenants.

pub mod backup;
pub mod coaching;
pub mod core;
pub mod crm;
pub mod identity;
pub mod platform;

pub use crate::core::*;
