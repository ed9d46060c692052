//! Codes of apps (RFC 6238), and the check of a second factor at sign-in.

use persistence::{
    Tx,
    identity::second_factor::{self, Model},
    platform::event::NewEvent,
};
use qrcode::{QrCode, render::svg};
use shared_types::{
    ErrorCode, OrganizationId, UserId,
    identity::SecondFactorEnrolment,
    platform::{EventKind, SubjectKind},
};
use totp_rs::{Builder, Totp};

use crate::{
    core::{
        error::{ApiError, ApiResult},
        seal::Place,
        state::AppState,
        token::hash_token,
    },
    identity::{auth::outsider, credentials::too_many},
};
use domain::identity::second_factor::{app_code, recovery_key};

/// Wrong codes of one user in a quarter of an hour.
const FAILURES: u32 = 5;
const FAILURE_WINDOW: u32 = 15 * 60;

/// Bytes of a secret: 160 bits, as RFC 4226 recommends.
pub const SECRET_BYTES: usize = 20;

/// Where the secret of a second factor is kept.
pub fn place(user: UserId, row: uuid::Uuid) -> Place {
    Place {
        owner: user.0,
        table: "second_factors",
        column: "secret",
        row,
    }
}

fn totp(secret: Vec<u8>, email: &str) -> ApiResult<Totp> {
    Builder::new()
        .with_secret(secret)
        .with_account_name(email)
        .with_issuer(Some("Touchline"))
        .build()
        .map_err(|error| ApiError::internal(error.to_string()))
}

/// What an app needs to make the codes of a secret.
///
/// # Errors
/// 500 when no picture can be made of it.
pub fn enrolment(secret: &[u8], email: &str) -> ApiResult<SecondFactorEnrolment> {
    let totp = totp(secret.to_vec(), email)?;
    let uri = totp
        .to_url()
        .map_err(|error| ApiError::internal(error.to_string()))?;
    let code =
        QrCode::new(uri.as_bytes()).map_err(|error| ApiError::internal(error.to_string()))?;
    let qr_svg = code
        .render::<svg::Color<'_>>()
        .min_dimensions(200, 200)
        .build();
    Ok(SecondFactorEnrolment {
        secret: totp.secret().to_base32(),
        uri,
        qr_svg,
    })
}

/// The step whose code this is: that of now, the one before or the one after.
fn step(state: &AppState, row: &Model, code: &str) -> ApiResult<Option<i64>> {
    let secret = state.seal.open(place(row.user_id, row.id), &row.secret)?;
    let now = u64::try_from(state.clock.now().timestamp()).unwrap_or(0);
    let found = totp(secret, "")?.check(code, now);
    Ok(found.and_then(|step| i64::try_from(step).ok()))
}

/// Refuses who has given too many wrong codes.
///
/// # Errors
/// 429 with the time to wait.
async fn within_limit(state: &AppState, user: UserId) -> ApiResult<()> {
    let key = format!("second-factor:{user}");
    let now = state.clock.now();
    let verdict = state
        .limiter
        .peek(&key, FAILURES - 1, FAILURE_WINDOW, now)
        .await;
    if verdict.allowed {
        Ok(())
    } else {
        Err(too_many(verdict.reset))
    }
}

async fn count_wrong(state: &AppState, user: UserId) {
    let key = format!("second-factor:{user}");
    let now = state.clock.now();
    state.limiter.hit(&key, FAILURES, FAILURE_WINDOW, now).await;
    tracing::warn!(user_id = %user, "a code of the second factor was wrong");
}

/// Takes a code of the app, which counts once.
///
/// # Errors
/// 429 after too many wrong ones; 500 when the secret does not open.
pub async fn take(state: &AppState, tx: &Tx, row: &Model, code: &str) -> ApiResult<bool> {
    within_limit(state, row.user_id).await?;
    let step = match app_code(code) {
        Some(figures) => step(state, row, &figures)?,
        None => None,
    };
    let taken = match step {
        Some(step) => second_factor::take_step(tx, row.user_id, step).await?,
        None => false,
    };
    if !taken {
        count_wrong(state, row.user_id).await;
    }
    Ok(taken)
}

/// Asks a user for the second factor, if there is one: a code of the app, or a recovery code.
///
/// # Errors
/// 401 when there is no code or it does not count; 429 after too many wrong ones.
pub async fn pass(
    state: &AppState,
    organization: OrganizationId,
    user: UserId,
    code: Option<&str>,
) -> ApiResult<()> {
    let begin = || {
        let actor = outsider(state.clock.now(), None);
        state.store.begin(organization, Some(user), actor)
    };
    let found = second_factor::find(&begin().read_only(), user).await?;
    let Some(row) = found.filter(|row| row.confirmed_at.is_some()) else {
        return Ok(());
    };
    let Some(code) = code else {
        return Err(ApiError::new(
            ErrorCode::SecondFactorRequired,
            "Give the code of your app, or a recovery code, as `totp`.",
        ));
    };
    let tx = begin();
    let taken = if app_code(code).is_some() {
        take(state, &tx, &row, code).await?
    } else {
        within_limit(state, user).await?;
        let hash = hash_token(recovery_key(code).as_bytes());
        let taken = second_factor::take_code(&tx, user, &hash).await?;
        if taken {
            tx.record(NewEvent {
                subject_name: None,
                ..NewEvent::new(EventKind::RecoveryCodeUsed, SubjectKind::User, user, "")
            });
        } else {
            count_wrong(state, user).await;
        }
        taken
    };
    if !taken {
        return Err(ApiError {
            fields: [(
                "totp".to_owned(),
                vec!["is wrong, or was used before".to_owned()],
            )]
            .into(),
            ..ApiError::new(
                ErrorCode::SecondFactorRequired,
                "The code is wrong, or was used before.",
            )
        });
    }
    tx.commit().await?;
    Ok(())
}
