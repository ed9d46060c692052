//! How administrators open coaching that is not theirs. All of it stands in the audit log.

use actix_web::{delete, get, post};
use chrono::TimeDelta;
use persistence::{
    Db, PageRequest, StoreError, Tx,
    coaching::access::{self, Found, Model},
    identity::member,
    platform::event::NewEvent,
};
use shared_types::{
    CoachingAccessId, ErrorCode,
    coaching::{CoachingAccess, ListCoachingAccess, MAX_ACCESS_MINUTES, OpenCoaching},
    platform::{EventKind, FieldChange, SubjectKind},
};

use crate::core::{
    app::Services,
    context::{Ctx, Once},
    error::{ApiError, ApiResult},
    extract::{Id, Params, Valid},
    permit::CoachingBreakGlass,
    reply::{Cache, Reply},
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config
        .service(list_coaching_access)
        .service(open_coaching)
        .service(close_coaching);
}

fn reply(found: Found) -> Reply<CoachingAccess> {
    let version = found.row.version;
    Reply::record(found.into(), version).cached(Cache::Never)
}

/// List accesses to coaching
///
/// Who opened whose coaching, when and why, the latest first.
#[utoipa::path(tag = "coaching access", operation_id = "listCoachingAccess", params(ListCoachingAccess),
    responses((status = 200, description = "A page of accesses.", body = [CoachingAccess])), security(("bearer" = ["coaching:break-glass"])))]
#[get("/api/v1/coaching-access")]
async fn list_coaching_access(
    ctx: Ctx<CoachingBreakGlass>,
    query: Params<ListCoachingAccess>,
) -> ApiResult<Reply<Vec<CoachingAccess>>> {
    let request = PageRequest::new(&query.0, ctx.position("coaching-access", &query.0)?);
    let page = access::list(&ctx.read(), &query.0, ctx.now(), &request).await?;
    let page = page.map(CoachingAccess::from);
    Ok(ctx
        .page("coaching-access", &query.0, page)
        .cached(Cache::Never))
}

/// Says in the log what was opened or closed: of the access, and of the agent whose coaching it is.
fn tell(tx: &Tx, kind: EventKind, found: &Found) {
    let mut subjects = vec![(
        SubjectKind::CoachingAccess,
        found.row.id.0,
        &found.member_name,
    )];
    if let (Some(agent), Some(name)) = (found.row.agent_id, &found.agent_name) {
        subjects.push((SubjectKind::Member, agent.0, name));
    }
    for (subject, id, name) in subjects {
        let mut event = NewEvent::new(kind, subject, id, name);
        event.changes.push(FieldChange {
            field: "reason".to_owned(),
            before: None,
            after: Some(found.row.reason.clone()),
        });
        tx.record(event);
    }
}

/// Open coaching
///
/// Lets an administrator read coaching out of their line, for an hour at most: that of one agent, or of everybody. It needs a
/// reason, and reading alone is what it allows. The audit log shows it, and each record that is read by it. An API key cannot.
#[utoipa::path(tag = "coaching access", operation_id = "openCoaching", request_body = OpenCoaching,
    responses((status = 201, description = "The access.", body = CoachingAccess)), security(("bearer" = ["coaching:break-glass"])))]
#[post("/api/v1/coaching-access")]
async fn open_coaching(
    ctx: Ctx<CoachingBreakGlass>,
    body: Valid<OpenCoaching>,
) -> ApiResult<Once<CoachingAccess>> {
    ctx.me().session_id()?;
    let OpenCoaching {
        reason,
        agent_id,
        minutes,
    } = body.0;
    let minutes = minutes.unwrap_or(MAX_ACCESS_MINUTES);
    ctx.post(async |tx| {
        let agent_name = match agent_id {
            None => None,
            Some(id) => Some(member::get(tx, id).await.map_err(unknown_agent)?.name),
        };
        let found = Found {
            row: Model {
                id: tx.new_id(),
                organization_id: tx.organization(),
                member_id: ctx.me().member_id,
                agent_id,
                reason: reason.trim().to_owned(),
                expires_at: tx.now() + TimeDelta::minutes(minutes.into()),
                ended_at: None,
                created_at: tx.now(),
                updated_at: tx.now(),
                version: 1,
            },
            member_name: ctx.me().name.clone(),
            agent_name,
        };
        tx.insert::<access::Entity>(found.row.clone());
        tell(tx, EventKind::CoachingOpened, &found);
        let location = format!("/api/v1/coaching-access/{}", found.row.id);
        Ok(Reply::created(found.into(), 1, location))
    })
    .await
}

fn unknown_agent(error: StoreError) -> ApiError {
    match error {
        StoreError::NotFound => {
            ApiError::field("agentId", "refers to a record that does not exist")
        }
        other => other.into(),
    }
}

/// Close coaching
///
/// Ends an access before its time; every administrator may.
#[utoipa::path(tag = "coaching access", operation_id = "closeCoaching", params(("id" = CoachingAccessId, Path, description = "Id of the access.")),
    responses((status = 200, description = "The access, which is over.", body = CoachingAccess)), security(("bearer" = ["coaching:break-glass"])))]
#[delete("/api/v1/coaching-access/{id}")]
async fn close_coaching(
    ctx: Ctx<CoachingBreakGlass>,
    id: Id<CoachingAccessId>,
) -> ApiResult<Reply<CoachingAccess>> {
    ctx.write(async |tx| {
        let before = access::get(tx, id.0).await?;
        let view = CoachingAccess::from(before.clone());
        ctx.if_match(view.version, || view.clone())?;
        if !view.is_live(tx.now()) {
            return Err(ApiError::new(
                ErrorCode::Conflict,
                "The access is over already.",
            ));
        }
        let mut after = before.clone();
        after.row.ended_at = Some(tx.now());
        after.row.updated_at = tx.now();
        after.row.version += 1;
        access::save(tx, &before.row, after.row.clone()).await?;
        tell(tx, EventKind::CoachingClosed, &after);
        Ok(reply(after))
    })
    .await
}
