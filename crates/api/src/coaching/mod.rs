//! How people get better: coaching.

pub mod access;
mod access_routes;

use crate::core::app::Services;

/// The routes of this context.
pub fn routes(config: &mut impl Services) {
    access_routes::routes(config);
}
