//! Passwords that somebody shows: slowed down per account and per address, without telling which
//! of the two was wrong.

use std::time::Duration;

use domain::core::text::fold;
use persistence::identity::user;
use shared_types::ErrorCode;

use crate::core::{
    error::{ApiError, ApiResult},
    request::facts,
    state::AppState,
};

/// Failed sign-ins in a quarter of an hour: of one account from one address, of all from one
/// address, and of one account before its sign-ins slow down.
const FAILURES_PAIR: u32 = 10;
const FAILURES_ADDRESS: u32 = 100;
const FAILURES_ACCOUNT: u32 = 20;
const FAILURE_WINDOW: u32 = 15 * 60;

/// What is answered to who tries too often.
pub fn too_many(seconds: u64) -> ApiError {
    ApiError {
        retry_after: Some(seconds),
        ..ApiError::new(ErrorCode::RateLimited, "Too many attempts; wait a while.")
    }
}

/// The active user of an address whose password this is.
///
/// # Errors
/// 401 for a wrong address or password, in the same time and words; 429 after too many of them.
pub async fn verify(state: &AppState, email: &str, password: String) -> ApiResult<user::Model> {
    let now = state.clock.now();
    let ip = facts().ip;
    let email_key = fold(email);
    let pair = format!("sign-in:{ip}:{email_key}");
    let address = format!("sign-in:{ip}");
    let account = format!("sign-in-account:{email_key}");
    for (key, limit) in [(&pair, FAILURES_PAIR), (&address, FAILURES_ADDRESS)] {
        let verdict = state
            .limiter
            .peek(key, limit - 1, FAILURE_WINDOW, now)
            .await;
        if !verdict.allowed {
            return Err(too_many(verdict.reset));
        }
    }
    // Under attack from many addresses an account slows down, and its owner still gets in.
    if !state
        .limiter
        .peek(&account, FAILURES_ACCOUNT - 1, FAILURE_WINDOW, now)
        .await
        .allowed
    {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    let known = state.store.system().user_by_email(&email_key).await?;
    let hash = known.as_ref().and_then(|known| known.password_hash.clone());
    let right = state.passwords.verify(password, hash).await?;
    if let Some(who) = known.filter(|known| right && known.active) {
        return Ok(who);
    }
    for (key, limit) in [
        (&pair, FAILURES_PAIR),
        (&address, FAILURES_ADDRESS),
        (&account, FAILURES_ACCOUNT),
    ] {
        state.limiter.hit(key, limit, FAILURE_WINDOW, now).await;
    }
    tracing::warn!(request_id = facts().id, ip, "sign-in refused");
    Err(ApiError::new(
        ErrorCode::InvalidCredentials,
        "The e-mail address or the password is wrong.",
    ))
}
