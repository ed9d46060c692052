//! What serves every context: events, search, imports, reports, jobs.

mod audit_chain;
mod bulk;
mod event;
mod export;
mod import;
mod import_archive;
mod import_format;
mod import_value;
mod installation;
mod job;
mod notification;
mod report;
mod search;

pub use audit_chain::*;
pub use bulk::*;
pub use event::*;
pub use export::*;
pub use import::*;
pub use import_archive::*;
pub use import_format::*;
pub use import_value::*;
pub use installation::*;
pub use job::*;
pub use notification::*;
pub use report::*;
pub use search::*;
