//! `/api/v1/auth/mfa`: a second factor is set up, confirmed and taken away. `/api/v1/auth/reauthenticate`: the password again.

use actix_web::{HttpRequest, HttpResponse, get, post};
use domain::identity::second_factor as rules;
use persistence::{
    Tx,
    identity::{
        second_factor::{self, Model},
        session, user,
    },
    platform::event::NewEvent,
};
use shared_types::{
    ErrorCode,
    identity::{
        ConfirmSecondFactor, Done, Reauthenticate, RecoveryCodes, SecondFactor,
        SecondFactorEnrolment, SignedIn,
    },
    platform::{EventKind, SubjectKind},
};

use crate::{
    core::{
        app::Services,
        clock::{new_id, random_bytes},
        context::{Ctx, Principal},
        error::{ApiError, ApiResult},
        extract::Valid,
        permit,
        reply::{Cache, Reply},
        token::hash_token,
    },
    identity::{
        credentials::verify,
        mails::{self, Mail},
        sign_in, totp,
    },
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config
        .service(get_second_factor)
        .service(enroll_second_factor)
        .service(confirm_second_factor)
        .service(disable_second_factor)
        .service(make_recovery_codes)
        .service(reauthenticate);
}

/// The second factor
#[utoipa::path(tag = "auth", operation_id = "getSecondFactor",
    responses((status = 200, description = "Whether a code is asked for at sign-in.", body = SecondFactor)), security(("bearer" = [])))]
#[get("/api/v1/auth/mfa")]
async fn get_second_factor(ctx: Ctx<permit::SignedIn>) -> ApiResult<Reply<SecondFactor>> {
    let user = ctx.me().user_id;
    let answer = ctx
        .read_as_user(async |tx| {
            let row = second_factor::find(tx, user).await?;
            let confirmed_at = row.and_then(|row| row.confirmed_at);
            let left = second_factor::codes_left(tx, user).await?;
            Ok(SecondFactor {
                enabled: confirmed_at.is_some(),
                confirmed_at,
                recovery_codes_left: u32::try_from(left).unwrap_or(u32::MAX),
            })
        })
        .await?;
    Ok(Reply::ok(answer).cached(Cache::Never))
}

fn none() -> ApiError {
    ApiError::new(ErrorCode::Conflict, "There is no second factor.")
}

/// Set a second factor up
///
/// Answers what an app needs. It counts once `POST /api/v1/auth/mfa/confirm` has been given a code of it. Asks for the
/// password again.
#[utoipa::path(tag = "auth", operation_id = "enrollSecondFactor",
    responses((status = 200, description = "What the app needs.", body = SecondFactorEnrolment)), security(("bearer" = [])))]
#[post("/api/v1/auth/mfa/enroll")]
async fn enroll_second_factor(
    ctx: Ctx<permit::SignedIn>,
) -> ApiResult<Reply<SecondFactorEnrolment>> {
    ctx.require_recent()?;
    let me = ctx.me();
    let secret: [u8; totp::SECRET_BYTES] = random_bytes();
    let id = new_id();
    let sealed = ctx
        .state()
        .seal
        .seal(totp::place(me.user_id, id), &secret)?;
    ctx.write_as_user(async |tx| {
        let before = second_factor::find(tx, me.user_id).await?;
        if before.is_some_and(|row| row.confirmed_at.is_some()) {
            return Err(ApiError::new(
                ErrorCode::Conflict,
                "There is a second factor already; disable it first.",
            ));
        }
        let row = Model {
            id,
            user_id: me.user_id,
            secret: sealed.clone(),
            last_step: 0,
            confirmed_at: None,
            created_at: tx.now(),
        };
        second_factor::replace(tx, row).await?;
        Ok(())
    })
    .await?;
    Ok(Reply::ok(totp::enrolment(&secret, &me.email)?).cached(Cache::Never))
}

/// Says in the log and by mail what has become of the second factor.
async fn tell(tx: &Tx, me: &Principal, kind: EventKind) -> ApiResult<()> {
    tx.record(NewEvent::new(
        kind,
        SubjectKind::User,
        me.user_id,
        &me.email,
    ));
    let language = user::get(tx, me.user_id).await?.language;
    let on = kind == EventKind::SecondFactorEnabled;
    mails::send(tx, &me.email, language, Mail::SecondFactor { on });
    Ok(())
}

/// Ten new recovery codes.
async fn new_codes(tx: &Tx, me: &Principal) -> ApiResult<RecoveryCodes> {
    let codes: Vec<String> = (0..rules::RECOVERY_CODES)
        .map(|_| rules::recovery_code(random_bytes()))
        .collect();
    let hashes = codes
        .iter()
        .map(|code| hash_token(rules::recovery_key(code).as_bytes()))
        .collect();
    second_factor::set_codes(tx, me.user_id, hashes).await?;
    Ok(RecoveryCodes { codes })
}

/// Confirm the second factor
///
/// With a code of the app. From now on one is asked for at sign-in. Answers ten recovery codes, each good once, shown this once.
#[utoipa::path(tag = "auth", operation_id = "confirmSecondFactor", request_body = ConfirmSecondFactor,
    responses((status = 200, description = "The recovery codes.", body = RecoveryCodes)), security(("bearer" = [])))]
#[post("/api/v1/auth/mfa/confirm")]
async fn confirm_second_factor(
    ctx: Ctx<permit::SignedIn>,
    body: Valid<ConfirmSecondFactor>,
) -> ApiResult<Reply<RecoveryCodes>> {
    ctx.require_recent()?;
    let me = ctx.me();
    let codes = ctx
        .write_as_user(async |tx| {
            let row = second_factor::find(tx, me.user_id)
                .await?
                .filter(|row| row.confirmed_at.is_none())
                .ok_or_else(|| {
                    ApiError::new(
                        ErrorCode::Conflict,
                        "No second factor waits to be confirmed; set one up first.",
                    )
                })?;
            if !totp::take(ctx.state(), tx, &row, &body.0.code).await? {
                return Err(ApiError::field(
                    "code",
                    "is wrong; look at the clock of the device",
                ));
            }
            second_factor::confirm(tx, me.user_id).await?;
            tell(tx, me, EventKind::SecondFactorEnabled).await?;
            new_codes(tx, me).await
        })
        .await?;
    Ok(Reply::ok(codes).cached(Cache::Never))
}

/// Disable the second factor
///
/// Asks for the password again.
#[utoipa::path(tag = "auth", operation_id = "disableSecondFactor",
    responses((status = 200, description = "No code is asked for any more.", body = Done)), security(("bearer" = [])))]
#[post("/api/v1/auth/mfa/disable")]
async fn disable_second_factor(ctx: Ctx<permit::SignedIn>) -> ApiResult<Reply<Done>> {
    ctx.require_recent()?;
    let me = ctx.me();
    ctx.write_as_user(async |tx| {
        second_factor::find(tx, me.user_id)
            .await?
            .ok_or_else(none)?;
        second_factor::remove(tx, me.user_id).await?;
        tell(tx, me, EventKind::SecondFactorDisabled).await
    })
    .await?;
    Ok(Reply::ok(Done { done: true }).cached(Cache::Never))
}

/// Make new recovery codes
///
/// Those from before open nothing any more. Asks for the password again.
#[utoipa::path(tag = "auth", operation_id = "makeRecoveryCodes",
    responses((status = 200, description = "The recovery codes, shown this once.", body = RecoveryCodes)), security(("bearer" = [])))]
#[post("/api/v1/auth/mfa/recovery-codes")]
async fn make_recovery_codes(ctx: Ctx<permit::SignedIn>) -> ApiResult<Reply<RecoveryCodes>> {
    ctx.require_recent()?;
    let me = ctx.me();
    let codes = ctx
        .write_as_user(async |tx| {
            second_factor::find(tx, me.user_id)
                .await?
                .filter(|row| row.confirmed_at.is_some())
                .ok_or_else(none)?;
            tx.record(NewEvent::new(
                EventKind::RecoveryCodesMade,
                SubjectKind::User,
                me.user_id,
                &me.email,
            ));
            new_codes(tx, me).await
        })
        .await?;
    Ok(Reply::ok(codes).cached(Cache::Never))
}

/// Give the password again
///
/// What changes how one signs in, and making API keys, asks that the password was given within five minutes. The session
/// begins anew: the tokens in this answer take the place of those before, which open nothing any more.
#[utoipa::path(tag = "auth", operation_id = "reauthenticate", request_body = Reauthenticate,
    responses((status = 200, description = "Signed in anew.", body = SignedIn)), security(("bearer" = [])))]
#[post("/api/v1/auth/reauthenticate")]
async fn reauthenticate(
    ctx: Ctx<permit::SignedIn>,
    body: Valid<Reauthenticate>,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    let Reauthenticate {
        password,
        totp: code,
        token_delivery,
    } = body.0;
    let (me, state) = (ctx.me(), ctx.state());
    let before = me.session_id()?;
    let who = verify(state, &me.email, password).await?;
    totp::pass(state, me.organization_id, who.id, code.as_deref()).await?;
    let token = ctx
        .write_as_user(async |tx| {
            let who = user::get(tx, me.user_id).await?;
            session::revoke(tx, me.user_id, session::Which::One(before)).await?;
            sign_in::begin_session(tx, state, &request, &who, token_delivery).await
        })
        .await?;
    state.forget(before).await;
    let me = sign_in::me(state, who, me.organization_id).await?;
    sign_in::answer(
        state,
        me,
        &token,
        token_delivery,
        ctx.now(),
        HttpResponse::Ok(),
    )
}
