//! The signed-in user and their devices.

use actix_web::{HttpResponse, delete, get, http::header, patch, post, web::Data};
use persistence::{
    identity::{session, user},
    platform::event::NewEvent,
};
use shared_types::{
    Envelope, SessionId,
    identity::{Done, Me, Session, SwitchOrganization, UpdateMe, User},
    platform::{EventKind, SubjectKind},
};

use crate::{
    core::{
        app::Services,
        context::Ctx,
        error::{ApiError, ApiResult},
        extract::{Id, Valid},
        permit::SignedIn,
        reply::{Cache, Reply},
        state::AppState,
    },
    identity::sign_in,
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config
        .service(get_me)
        .service(update_me)
        .service(list_sessions)
        .service(revoke_session)
        .service(logout)
        .service(logout_all)
        .service(switch);
}

/// The signed-in user
///
/// Who is signed in, in which organization, and what they may do there.
#[utoipa::path(tag = "auth", operation_id = "getMe", responses((status = 200, description = "Who is signed in.", body = Me)), security(("bearer" = [])))]
#[get("/api/v1/auth/me")]
async fn get_me(ctx: Ctx<SignedIn>) -> ApiResult<Reply<Me>> {
    let who = ctx
        .read_as_user(async |tx| Ok(user::get(tx, ctx.me().user_id).await?))
        .await?;
    let me = sign_in::me(ctx.state(), who, ctx.me().organization_id).await?;
    Ok(Reply::ok(me).cached(Cache::Never))
}

/// Change the signed-in user
///
/// Their language: that of the client on every device, and of mails.
#[utoipa::path(tag = "auth", operation_id = "updateMe", request_body = UpdateMe,
    responses((status = 200, description = "Who is signed in.", body = Me)), security(("bearer" = [])))]
#[patch("/api/v1/auth/me")]
async fn update_me(ctx: Ctx<SignedIn>, body: Valid<UpdateMe>) -> ApiResult<Reply<Me>> {
    let UpdateMe { language } = body.0;
    let me = ctx.me();
    let who = ctx
        .write_as_user(async |tx| {
            let before = user::get(tx, me.user_id).await?;
            let after = user::Model {
                language: language.or(before.language),
                ..before.clone()
            };
            if let Some(language) = language
                && before.language != after.language
            {
                user::speak(tx, me.user_id, language).await?;
                tx.record(
                    NewEvent::new(EventKind::Updated, SubjectKind::User, me.user_id, &me.email)
                        .between(&User::from(before), &User::from(after.clone())),
                );
            }
            Ok(after)
        })
        .await?;
    let me = sign_in::me(ctx.state(), who, me.organization_id).await?;
    Ok(Reply::ok(me).cached(Cache::Never))
}

/// Signed-in devices
///
/// Every session of the user, the last used first.
#[utoipa::path(tag = "auth", operation_id = "listSessions", responses((status = 200, description = "The sessions.", body = [Session])), security(("bearer" = [])))]
#[get("/api/v1/auth/sessions")]
async fn list_sessions(ctx: Ctx<SignedIn>) -> ApiResult<Reply<Vec<Session>>> {
    let rows = ctx
        .read_as_user(async |tx| Ok(session::list(tx, ctx.me().user_id).await?))
        .await?;
    let current = ctx.me().session_id()?;
    Ok(
        Reply::ok(rows.into_iter().map(|row| row.into_view(current)).collect())
            .cached(Cache::Never),
    )
}

/// Sign a device out
#[utoipa::path(tag = "auth", operation_id = "revokeSession", params(("id" = SessionId, Path, description = "Id of the session.")),
    responses((status = 200, description = "Signed out.", body = Done)), security(("bearer" = [])))]
#[delete("/api/v1/auth/sessions/{id}")]
async fn revoke_session(ctx: Ctx<SignedIn>, id: Id<SessionId>) -> ApiResult<Reply<Done>> {
    end(&ctx, session::Which::One(id.0)).await?;
    Ok(Reply::ok(Done { done: true }).cached(Cache::Never))
}

async fn end(ctx: &Ctx<SignedIn>, which: session::Which) -> ApiResult<()> {
    let must_exist = matches!(which, session::Which::One(_));
    let which = std::sync::Mutex::new(Some(which));
    let me = ctx.me();
    let ended = ctx
        .write_as_user(async |tx| {
            let which = which
                .lock()
                .ok()
                .and_then(|mut which| which.take())
                .unwrap_or(session::Which::All);
            let ended = session::revoke(tx, me.user_id, which).await?;
            if must_exist && ended.is_empty() {
                return Err(ApiError::not_found());
            }
            tx.record(NewEvent::new(
                EventKind::SignedOut,
                SubjectKind::User,
                me.user_id,
                &me.email,
            ));
            Ok(ended)
        })
        .await?;
    for id in ended {
        ctx.state().forget(id).await;
    }
    Ok(())
}

fn signed_out(state: &AppState) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    sign_in::forget(state, &mut response);
    response
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(Envelope {
            success: true,
            data: Done { done: true },
            pagination: None,
        })
}

/// Sign out
#[utoipa::path(tag = "auth", operation_id = "logout", responses((status = 200, description = "Signed out.", body = Done)), security(("bearer" = [])))]
#[post("/api/v1/auth/logout")]
async fn logout(ctx: Ctx<SignedIn>) -> ApiResult<HttpResponse> {
    match end(&ctx, session::Which::One(ctx.me().session_id()?)).await {
        // Another tab was faster: signed out is what was asked for.
        Err(error) if error.code != shared_types::ErrorCode::NotFound => Err(error),
        _ => Ok(signed_out(ctx.state())),
    }
}

/// Sign out everywhere
#[utoipa::path(tag = "auth", operation_id = "logoutAll", responses((status = 200, description = "Every device is signed out.", body = Done)), security(("bearer" = [])))]
#[post("/api/v1/auth/logout-all")]
async fn logout_all(ctx: Ctx<SignedIn>) -> ApiResult<HttpResponse> {
    end(&ctx, session::Which::All).await?;
    Ok(signed_out(ctx.state()))
}

/// Enter another organization
///
/// Moves this session into another organization of the user; the tokens stay good.
#[utoipa::path(tag = "auth", operation_id = "switchOrganization", request_body = SwitchOrganization,
    responses((status = 200, description = "The session is there now.", body = Me),
        (status = 404, description = "The user does not belong to it.")), security(("bearer" = [])))]
#[post("/api/v1/auth/switch")]
async fn switch(
    ctx: Ctx<SignedIn>,
    body: Valid<SwitchOrganization>,
    state: Data<AppState>,
) -> ApiResult<Reply<Me>> {
    let me = ctx.me();
    let session_id = me.session_id()?;
    let wanted = body.0.organization_id;
    let memberships = state.store.system().memberships(me.user_id).await?;
    if !memberships
        .iter()
        .any(|membership| membership.active && membership.organization_id == wanted)
    {
        return Err(ApiError::not_found());
    }
    let who = ctx
        .write_as_user(async |tx| {
            session::switch(tx, session_id, wanted).await?;
            user::entered(tx, me.user_id, wanted).await?;
            Ok(user::get(tx, me.user_id).await?)
        })
        .await?;
    state.forget(session_id).await;
    Ok(Reply::ok(sign_in::me(&state, who, wanted).await?).cached(Cache::Never))
}
