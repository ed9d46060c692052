//! The installation as a whole, for those who run it. To everybody else it is not there.

use actix_web::get;
use domain::core::text::fold;
use persistence::{Actor, identity::user, platform::event::NewEvent};
use shared_types::{
    ErrorCode,
    platform::{DatabaseKind, EventKind, Installation, ServiceState, SubjectKind},
};

use crate::core::{
    app::Services,
    clock::new_id,
    context::Ctx,
    error::{ApiError, ApiResult},
    health,
    permit::SignedIn,
    reply::Reply,
    state::AppState,
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config.service(get_installation);
}

/// Get the installation
///
/// Numbers over all organizations, for users who run the installation (`touchline admin superuser`); 404 for all others.
#[utoipa::path(tag = "installation", operation_id = "getInstallation",
    responses((status = 200, description = "The installation.", body = Installation), (status = 404, description = "The caller does not run the installation.")), security(("bearer" = [])))]
#[get("/api/v1/installation")]
async fn get_installation(ctx: Ctx<SignedIn>) -> ApiResult<Reply<Installation>> {
    let id = ctx.me().user_id;
    // Asked each time: who no longer runs it sees it no longer.
    let who = ctx
        .read_as_user(async |tx| Ok(user::get(tx, id).await?))
        .await?;
    if !who.superuser {
        return Err(ApiError::not_found());
    }
    let state = ctx.state();
    let counts = state
        .store
        .system()
        .installation(ctx.now())
        .await?
        .ok_or_else(|| ApiError::internal("the database counted nothing"))?;
    let count = |number: i64| u64::try_from(number).unwrap_or(0);
    let redis = match health::redis(state).await {
        None => ServiceState::Off,
        Some(true) => ServiceState::Up,
        Some(false) => ServiceState::Down,
    };
    Ok(Reply::ok(Installation {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        started_at: state.started_at,
        database: if state.store.system().is_postgres() {
            DatabaseKind::Postgresql
        } else {
            DatabaseKind::Sqlite
        },
        database_bytes: count(counts.bytes),
        redis,
        mail_server: state.config.smtp_url.is_some(),
        organizations: count(counts.organizations),
        users: count(counts.users),
        sessions: count(counts.sessions),
        queued_jobs: count(counts.queued),
        dead_jobs: count(counts.dead),
        undelivered_events: count(counts.undelivered),
    }))
}

/// Lets a user see the installation, or no longer; what the command line does.
///
/// # Errors
/// 404 when nobody signs in with the address, or the user belongs to no organization.
pub async fn set_superuser(state: &AppState, email: &str, superuser: bool) -> ApiResult<()> {
    let unknown = || ApiError::new(ErrorCode::NotFound, "No user signs in with this address.");
    let system = state.store.system();
    let who = system
        .user_by_email(&fold(email.trim()))
        .await?
        .ok_or_else(unknown)?;
    let memberships = system.memberships(who.id).await?;
    let home = memberships.first().ok_or_else(unknown)?.organization_id;
    let actor = Actor {
        member: None,
        request_id: None,
        ip_address: None,
        now: state.clock.now(),
        new_id,
    };
    let tx = state.store.begin(home, Some(who.id), actor);
    user::set_superuser(&tx, who.id, superuser).await?;
    let event = NewEvent::new(EventKind::Updated, SubjectKind::User, who.id, &who.email);
    tx.record(event.between(
        &serde_json::json!({"superuser": who.superuser}),
        &serde_json::json!({"superuser": superuser}),
    ));
    Ok(tx.commit().await?)
}
