//! `/api/v1/public/flags`: what this installation offers, for people who are not signed in.

use actix_web::{get, web::Data};
use persistence::{Db, identity::organization};
use shared_types::{
    ErrorCode,
    identity::{Feature, Flags},
};

use crate::core::{
    app::Services,
    config::Config,
    error::{ApiError, ApiResult},
    reply::{Cache, Reply},
    state::AppState,
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config.service(get_flags);
}

/// What an installation offers and an organization has not switched off.
#[must_use]
pub fn of(config: &Config, off: &[Feature]) -> Flags {
    let has = |feature| !config.disabled_features.contains(&feature) && !off.contains(&feature);
    Flags {
        sign_up: config.sign_up_open,
        real_time: has(Feature::RealTime),
        advanced_analytics: has(Feature::AdvancedAnalytics),
        mobile: has(Feature::Mobile),
    }
}

/// Checks that the organization of the handle has a part of the product.
///
/// # Errors
/// 403 where it is switched off; of the store.
pub async fn require(db: &impl Db, config: &Config, feature: Feature) -> ApiResult<()> {
    let off = organization::get(db).await?.features_off();
    if of(config, &off).has(feature) {
        return Ok(());
    }
    Err(ApiError::new(
        ErrorCode::FeatureOff,
        format!("`{feature}` is switched off here; an administrator may switch it on."),
    ))
}

/// Get the flags
///
/// Which parts of the product this installation offers. A client leaves out what is switched off.
#[utoipa::path(tag = "auth", operation_id = "getFlags",
    responses((status = 200, description = "The flags.", body = Flags)), security(("bearer" = ["public"])))]
#[get("/api/v1/public/flags")]
async fn get_flags(state: Data<AppState>) -> ApiResult<Reply<Flags>> {
    Ok(Reply::ok(of(&state.config, &[])).cached(Cache::Reference))
}
