//! The server of Touchline: routes, extractors, middleware, jobs, configuration, command line.

pub mod coaching;
pub mod core;
pub mod crm;
pub mod identity;
pub mod platform;
