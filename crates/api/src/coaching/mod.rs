//! How people get better: coaching.

pub mod access;
mod access_routes;
pub mod dispute;
pub mod invitation;
pub mod rubric;
pub mod session;
pub mod session_answer;
mod session_change;
mod session_new;
pub mod session_step;
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
}
