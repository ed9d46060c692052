//! What serves every context: the log and its chain, imports, jobs, search.

pub mod audit_chain;
pub mod audit_verification;
pub mod backup;
pub mod dashboard;
pub mod demo;
pub mod event;
pub mod export;
pub mod import;
pub mod installation;
pub mod job;
pub mod notification;
pub mod notify;
pub mod piece;
pub mod runner;
pub mod search;
pub mod sighting;
pub mod unsubscribe;
pub mod worker;

use crate::core::app::Services;

/// The routes of this context.
pub fn routes(config: &mut impl Services) {
    dashboard::routes(config);
    event::routes(config);
    import::routes(config);
    installation::routes(config);
    job::routes(config);
    notification::routes(config);
    search::routes(config);
    unsubscribe::routes(config);
}
