//! Whom one sells to, and what is being sold.

pub mod company;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of this context.
pub fn routes(config: &mut ServiceConfig) {
    company::routes(config);
}
