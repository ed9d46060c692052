//! How people get better: coaching.

pub mod access;
mod access_routes;
mod action_item;
mod action_item_work;
mod action_plan;
mod agent;
mod quick_note;
mod report;

use crate::core::app::Services;

/// The routes of this context.
pub fn routes(config: &mut impl Services) {
    access_routes::routes(config);
    quick_note::routes(config);
    action_plan::routes(config);
    action_item::routes(config);
    report::routes(config);
}
