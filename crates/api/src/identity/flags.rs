//! `/api/v1/public/flags`: what this installation offers, for people who are not signed in.

use actix_web::{get, web::Data};
use shared_types::identity::Flags;

use crate::core::{
    app::Services,
    config::Config,
    error::ApiResult,
    reply::{Cache, Reply},
    state::AppState,
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config.service(get_flags);
}

/// What a configuration switches on.
#[must_use]
pub fn of(config: &Config) -> Flags {
    Flags {
        sign_up: config.sign_up_open,
    }
}

/// Get the flags
///
/// Which parts of the product this installation offers. A client leaves out what is switched off.
#[utoipa::path(tag = "auth", operation_id = "getFlags",
    responses((status = 200, description = "The flags.", body = Flags)), security(("bearer" = ["public"])))]
#[get("/api/v1/public/flags")]
async fn get_flags(state: Data<AppState>) -> ApiResult<Reply<Flags>> {
    Ok(Reply::ok(of(&state.config)).cached(Cache::Reference))
}
