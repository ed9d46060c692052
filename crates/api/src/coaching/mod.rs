//! How people get better: coaching.

pub mod access;
mod access_routes;
pub mod metric;
pub mod metric_value;
pub mod proposal;
pub mod proposing;
pub mod rule;
pub mod scorecard;
mod standing;

use crate::core::app::Services;

/// The routes of this context.
pub fn routes(config: &mut impl Services) {
    access_routes::routes(config);
    // Before `/metrics/{id}`, which would take `scorecard` for an id.
    scorecard::routes(config);
    metric::routes(config);
    metric_value::routes(config);
    rule::routes(config);
    proposal::routes(config);
}
