//! What serves every context: events, search, imports, jobs.

mod event;
mod search;

pub use event::*;
pub use search::*;
