//! How people get better: coaching.

pub mod access;
mod access_routes;
mod action_item;
mod action_item_work;
mod action_plan;
mod agent;
pub mod dispute;
pub mod invitation;
pub mod metric;
pub mod metric_value;
pub mod proposal;
pub mod proposing;
mod quick_note;
mod report;
pub mod rubric;
pub mod rule;
pub mod scorecard;
pub mod session;
pub mod session_answer;
mod session_change;
mod session_new;
pub mod session_step;
mod standing;
pub mod template;

use crate::core::app::Services;

/// The routes of this context.
pub fn routes(config: &mut impl Services) {
    access_routes::routes(config);
    session::routes(config);
    session_step::routes(config);
    session_answer::routes(config);
    dispute::routes(config);
    invitation::routes(config);
    template::routes(config);
    rubric::routes(config);
    quick_note::routes(config);
    action_plan::routes(config);
    action_item::routes(config);
    report::routes(config);
    // Before `/metrics/{id}`, which would take `scorecard` for an id.
    scorecard::routes(config);
    metric::routes(config);
    metric_value::routes(config);
    rule::routes(config);
    proposal::routes(config);
}
