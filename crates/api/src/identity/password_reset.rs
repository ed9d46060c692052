//! Forgotten and changed passwords, and proving addresses.

use actix_web::{HttpRequest, post, web::Data};
use domain::{core::text::fold, identity::password::check_password};
use persistence::{
    Actor, StoreResult,
    identity::{one_time_token, second_factor, session, user},
    platform::event::NewEvent,
};
use shared_types::{
    ErrorCode, OrganizationId, UserId,
    identity::{ChangePassword, Done, ForgotPassword, ResetPassword, VerifyEmail},
    platform::{EventKind, SubjectKind},
};

use crate::{
    core::{
        app::Services,
        clock::new_id,
        context::Ctx,
        error::{ApiError, ApiResult},
        extract::Valid,
        permit::SignedIn,
        reply::{Cache, Reply},
        request::facts,
        state::AppState,
        token::hash_token,
    },
    identity::sign_in::{Link, send_link},
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config
        .service(forgot)
        .service(reset)
        .service(change)
        .service(verify);
}

fn done() -> Reply<Done> {
    Reply::ok(Done { done: true }).cached(Cache::Never)
}

fn outsider(state: &AppState) -> Actor {
    let request = facts();
    Actor {
        member: None,
        request_id: Some(request.id),
        ip_address: Some(request.ip).filter(|ip| !ip.is_empty()),
        now: state.clock.now(),
        new_id,
    }
}

/// Ask for a new password
///
/// Sends a link, good once and for an hour. The answer is the same whether or not the address is
/// known.
#[utoipa::path(tag = "auth", operation_id = "forgotPassword", request_body = ForgotPassword,
    responses((status = 200, description = "If the address is known, a link is on its way.", body = Done)), security(("bearer" = ["public"])))]
#[post("/api/v1/auth/password/forgot")]
async fn forgot(state: Data<AppState>, body: Valid<ForgotPassword>) -> ApiResult<Reply<Done>> {
    let email_key = fold(&body.0.email);
    let now = state.clock.now();
    let verdict = state
        .limiter
        .hit(&format!("forgot:{}", facts().ip), 60, 3600, now)
        .await;
    if !verdict.allowed {
        return Err(ApiError {
            retry_after: Some(verdict.reset),
            ..ApiError::new(ErrorCode::RateLimited, "Too many attempts; wait a while.")
        });
    }
    let within = state
        .limiter
        .hit(&format!("forgot-account:{email_key}"), 5, 3600, now)
        .await
        .allowed;
    let actor = outsider(&state);
    // Apart from the answer, so that its time says nothing about the address.
    actix_web::rt::spawn(async move {
        let result = async {
            let Some(known) = state
                .store
                .system()
                .user_by_email(&email_key)
                .await?
                .filter(|known| known.active && within)
            else {
                return Ok(());
            };
            let entered = match known.last_organization_id {
                Some(organization) => Some(organization),
                None => first_organization(&state, known.id).await?,
            };
            let Some(organization) = entered else {
                return Ok(());
            };
            let tx = state.store.begin(organization, Some(known.id), actor);
            send_link(&tx, &state, &known, Link::ResetPassword);
            tx.commit().await
        };
        if let Err(error) = result.await {
            tracing::error!(%error, "a link for a new password could not be queued");
        }
    });
    Ok(done())
}

/// Where somebody who has never signed in would be.
async fn first_organization(state: &AppState, user: UserId) -> StoreResult<Option<OrganizationId>> {
    let memberships = state.store.system().memberships(user).await?;
    Ok(memberships
        .into_iter()
        .find(|membership| membership.active)
        .map(|membership| membership.organization_id))
}

fn spent() -> ApiError {
    ApiError::field("token", "is spent or past its time; ask for a new link")
}

/// Choose a new password
///
/// With the token of a link. Ends every session of the user.
#[utoipa::path(tag = "auth", operation_id = "resetPassword", request_body = ResetPassword,
    responses((status = 200, description = "The password is changed.", body = Done)), security(("bearer" = ["public"])))]
#[post("/api/v1/auth/password/reset")]
async fn reset(state: Data<AppState>, body: Valid<ResetPassword>) -> ApiResult<Reply<Done>> {
    let body = body.0;
    check_password(&body.password, false, &[]).map_err(|fault| fault.on("password"))?;
    let (token, organization) = find(&state, &body.token, Link::ResetPassword).await?;
    let begin = || {
        state
            .store
            .begin(organization, Some(token.user_id), outsider(&state))
    };
    let who = user::get(&begin().read_only(), token.user_id).await?;
    check_password(
        &body.password,
        false,
        &[&who.email, &who.first_name, &who.last_name],
    )
    .map_err(|fault| fault.on("password"))?;
    let hash = state.passwords.hash(body.password).await?;
    let tx = begin();
    if !one_time_token::consume(&tx, &token).await? {
        return Err(spent());
    }
    user::set_password(&tx, who.id, &hash).await?;
    // Whoever reads the mail owns the address.
    user::verify_email(&tx, who.id).await?;
    let ended = session::revoke(&tx, who.id, session::Which::All).await?;
    tx.record(NewEvent::new(
        EventKind::PasswordChanged,
        SubjectKind::User,
        who.id,
        &who.email,
    ));
    tx.commit().await?;
    for id in ended {
        state.forget(id).await;
    }
    Ok(done())
}

async fn find(
    state: &AppState,
    token: &str,
    link: Link,
) -> ApiResult<(one_time_token::Model, shared_types::OrganizationId)> {
    let system = state.store.system();
    let row = system
        .one_time_token(&hash_token(token.as_bytes()))
        .await?
        .filter(|row| row.purpose == link.purpose() && row.expires_at > state.clock.now())
        .ok_or_else(spent)?;
    let memberships = system.memberships(row.user_id).await?;
    let organization = memberships
        .first()
        .map(|membership| membership.organization_id)
        .ok_or_else(spent)?;
    Ok((row, organization))
}

/// Change the password
///
/// Of the signed-in user; ends the other sessions.
#[utoipa::path(tag = "auth", operation_id = "changePassword", request_body = ChangePassword,
    responses((status = 200, description = "The password is changed.", body = Done)), security(("bearer" = [])))]
#[post("/api/v1/auth/password/change")]
async fn change(
    ctx: Ctx<SignedIn>,
    body: Valid<ChangePassword>,
    _request: HttpRequest,
) -> ApiResult<Reply<Done>> {
    let body = body.0;
    let me = ctx.me();
    let state = ctx.state();
    let key = format!("change-password:{}", me.user_id);
    let verdict = state.limiter.hit(&key, 10, 15 * 60, ctx.now()).await;
    if !verdict.allowed {
        return Err(ApiError {
            retry_after: Some(verdict.reset),
            ..ApiError::new(ErrorCode::RateLimited, "Too many attempts; wait a while.")
        });
    }
    let who = ctx
        .read_as_user(async |tx| Ok(user::get(tx, me.user_id).await?))
        .await?;
    if !state
        .passwords
        .verify(body.current_password, who.password_hash.clone())
        .await?
    {
        return Err(ApiError::field("currentPassword", "is wrong"));
    }
    let second_factor = ctx
        .read_as_user(async |tx| Ok(second_factor::find(tx, me.user_id).await?))
        .await?
        .is_some_and(|row| row.confirmed_at.is_some());
    check_password(
        &body.new_password,
        second_factor,
        &[&who.email, &who.first_name, &who.last_name],
    )
    .map_err(|fault| fault.on("newPassword"))?;
    let hash = state.passwords.hash(body.new_password).await?;
    let ended = ctx
        .write_as_user(async |tx| {
            user::set_password(tx, me.user_id, &hash).await?;
            let ended =
                session::revoke(tx, me.user_id, session::Which::Others(me.session_id()?)).await?;
            tx.record(NewEvent::new(
                EventKind::PasswordChanged,
                SubjectKind::User,
                me.user_id,
                &me.email,
            ));
            Ok(ended)
        })
        .await?;
    for id in ended {
        state.forget(id).await;
    }
    Ok(done())
}

/// Verify an e-mail address
///
/// With the token of a link.
#[utoipa::path(tag = "auth", operation_id = "verifyEmail", request_body = VerifyEmail,
    responses((status = 200, description = "The address is verified.", body = Done)), security(("bearer" = ["public"])))]
#[post("/api/v1/auth/email/verify")]
async fn verify(state: Data<AppState>, body: Valid<VerifyEmail>) -> ApiResult<Reply<Done>> {
    let (token, organization) = find(&state, &body.0.token, Link::VerifyEmail).await?;
    let tx = state
        .store
        .begin(organization, Some(token.user_id), outsider(&state));
    let who = user::get(&tx, token.user_id).await?;
    if !one_time_token::consume(&tx, &token).await? {
        return Err(spent());
    }
    user::verify_email(&tx, who.id).await?;
    tx.record(NewEvent::new(
        EventKind::EmailVerified,
        SubjectKind::User,
        who.id,
        &who.email,
    ));
    tx.commit().await?;
    Ok(done())
}
