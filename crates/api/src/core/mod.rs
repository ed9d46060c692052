//! What every route uses.

pub mod app;
pub mod bulk;
pub mod client;
pub mod clock;
pub mod config;
pub mod context;
pub mod cursor;
pub mod error;
pub mod extract;
pub mod health;
pub mod middleware;
pub mod named;
pub mod openapi;
pub mod overload;
pub mod password;
pub mod permit;
pub mod rate_limit;
pub mod record;
pub mod reply;
pub mod request;
pub mod seal;
pub mod sign;
pub mod state;
pub mod telemetry;
pub mod token;
