//! What serves every context: events, search, imports, reports, jobs.

mod event;
mod import;
mod search;

pub use event::*;
pub use import::*;
pub use search::*;
