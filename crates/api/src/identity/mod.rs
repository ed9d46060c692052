//! Signing up, in and out; the organization and its people.

pub mod auth;
pub mod password_reset;
pub mod session;
pub mod sign_in;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of this context.
pub fn routes(config: &mut ServiceConfig) {
    auth::routes(config);
    password_reset::routes(config);
    session::routes(config);
}
