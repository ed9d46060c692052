//! What both sides add to coaching sessions: points of the agenda, comments, and that the agent knows what was said.

use actix_web::{delete, patch, post};
use domain::coaching::access::Side;
use persistence::{
    Db, Tx,
    coaching::{
        session,
        session_part::{agenda, comment, participant},
    },
};
use shared_types::{
    CoachingAgendaPointId, CoachingSessionId, ErrorCode,
    coaching::{
        AddAgendaPoint, AddCoachingComment, CoachingSession, CoachingSide, CoachingStatus,
        UpdateAgendaPoint,
    },
    platform::EventKind,
};

use super::{
    session::{Seen, reply, save, seen, told},
    session_new::point,
};
use crate::core::{
    app::Services,
    context::{Ctx, Once},
    error::{ApiError, ApiResult},
    extract::{Id, Valid},
    permit::{CoachingSessionsRespond, Permit},
    reply::Reply,
};

/// The most points of an agenda, and the most comments on a session.
const MOST: usize = 100;

/// The routes of what is added.
pub fn routes(config: &mut impl Services) {
    config
        .service(add_agenda_point)
        .service(update_agenda_point)
        .service(delete_agenda_point)
        .service(acknowledge_coaching_session)
        .service(comment_on_coaching_session);
}

fn conflict(message: impl Into<String>) -> ApiError {
    ApiError::new(ErrorCode::Conflict, message)
}

/// A session to which the caller may add something: takes part, or stands in the line above.
///
/// # Errors
/// 404 unless it may be read; 403 for an administrator who opened it.
pub(super) async fn addressed<P: Permit>(
    ctx: &Ctx<P>,
    tx: &Tx,
    id: CoachingSessionId,
) -> ApiResult<Seen> {
    let seen = seen(ctx, tx, id).await?;
    if seen.side == Side::Opened {
        return Err(ApiError::new(
            ErrorCode::Forbidden,
            "You may see this session, but not change it.",
        ));
    }
    Ok(seen)
}

fn open_agenda(seen: &Seen) -> ApiResult<()> {
    match seen.found.row.status {
        CoachingStatus::Scheduled | CoachingStatus::InProgress => Ok(()),
        other => Err(conflict(format!(
            "The session is {other}; its agenda stays."
        ))),
    }
}

/// Answers the session after its agenda changed, and lets it be found by the new words.
async fn answered<P: Permit>(
    ctx: &Ctx<P>,
    tx: &Tx,
    seen: Seen,
) -> ApiResult<Reply<CoachingSession>> {
    session::save_words(tx, &seen.found.row, &seen.found.agenda()).await?;
    told(tx, EventKind::Updated, None, &seen.found);
    reply(ctx, tx, seen).await
}

/// Add a point to an agenda
///
/// Both sides may, until the session is over.
#[utoipa::path(tag = "coaching", operation_id = "addAgendaPoint", params(("id" = CoachingSessionId, Path, description = "Id of the session.")), request_body = AddAgendaPoint,
    responses((status = 200, description = "The session as it is now.", body = CoachingSession)), security(("bearer" = ["coaching-sessions:respond"])))]
#[post("/api/v1/coaching-sessions/{id}/agenda")]
async fn add_agenda_point(
    ctx: Ctx<CoachingSessionsRespond>,
    id: Id<CoachingSessionId>,
    body: Valid<AddAgendaPoint>,
) -> ApiResult<Once<CoachingSession>> {
    ctx.post(async |tx| {
        let mut seen = addressed(&ctx, tx, id.0).await?;
        open_agenda(&seen)?;
        let points = &mut seen.found.parts.agenda;
        if points.len() >= MOST {
            return Err(conflict("An agenda has 100 points at most."));
        }
        let last = points.last().map_or(-1, |point| point.row.position);
        let me = ctx.me();
        let text = body.0.text.trim().to_owned();
        let new = point(tx, id.0, last + 1, text, (me.member_id, &me.name));
        tx.insert::<agenda::Entity>(new.row.clone());
        points.push(new);
        answered(&ctx, tx, seen).await
    })
    .await
}

/// A point with its session. Whoever does not read the session does not know of the point either.
async fn pointed<P: Permit>(
    ctx: &Ctx<P>,
    tx: &Tx,
    id: CoachingAgendaPointId,
) -> ApiResult<(agenda::Found, Seen)> {
    let found = agenda::get(tx, id).await?;
    let seen = addressed(ctx, tx, found.row.session_id).await?;
    open_agenda(&seen)?;
    Ok((found, seen))
}

/// Whether the caller may change what a point says, or take it off.
fn may_rewrite(seen: &Seen, point: &agenda::Found) -> ApiResult<()> {
    if seen.may_change || point.row.author_id == seen.me {
        return Ok(());
    }
    Err(ApiError::new(
        ErrorCode::Forbidden,
        "What others added is changed by them or the coach.",
    ))
}

/// Change a point of an agenda
///
/// Both sides tick it off; what it says is changed by whoever added it, or the coach.
#[utoipa::path(tag = "coaching", operation_id = "updateAgendaPoint", params(("id" = CoachingAgendaPointId, Path, description = "Id of the point.")), request_body = UpdateAgendaPoint,
    responses((status = 200, description = "The session as it is now.", body = CoachingSession)), security(("bearer" = ["coaching-sessions:respond"])))]
#[patch("/api/v1/coaching-agenda-points/{id}")]
async fn update_agenda_point(
    ctx: Ctx<CoachingSessionsRespond>,
    id: Id<CoachingAgendaPointId>,
    body: Valid<UpdateAgendaPoint>,
) -> ApiResult<Reply<CoachingSession>> {
    ctx.write(async |tx| {
        let (before, mut seen) = pointed(&ctx, tx, id.0).await?;
        let UpdateAgendaPoint {
            text,
            done,
            position,
        } = body.0.clone();
        let mut row = before.row.clone();
        if let Some(text) = text {
            may_rewrite(&seen, &before)?;
            row.text = text.trim().to_owned();
        }
        row.done = done.unwrap_or(row.done);
        row.position = position.unwrap_or(row.position);
        row.updated_at = tx.now();
        row.version += 1;
        agenda::save(tx, &before.row, row.clone()).await?;
        let points = &mut seen.found.parts.agenda;
        for point in points.iter_mut().filter(|point| point.row.id == row.id) {
            point.row = row.clone();
        }
        points.sort_by_key(|point| point.row.position);
        answered(&ctx, tx, seen).await
    })
    .await
}

/// Take a point off an agenda
///
/// By whoever added it, or the coach.
#[utoipa::path(tag = "coaching", operation_id = "deleteAgendaPoint", params(("id" = CoachingAgendaPointId, Path, description = "Id of the point.")),
    responses((status = 200, description = "The session as it is now.", body = CoachingSession)), security(("bearer" = ["coaching-sessions:respond"])))]
#[delete("/api/v1/coaching-agenda-points/{id}")]
async fn delete_agenda_point(
    ctx: Ctx<CoachingSessionsRespond>,
    id: Id<CoachingAgendaPointId>,
) -> ApiResult<Reply<CoachingSession>> {
    ctx.write(async |tx| {
        let (before, mut seen) = pointed(&ctx, tx, id.0).await?;
        may_rewrite(&seen, &before)?;
        agenda::delete(tx, before.row.id).await?;
        let points = &mut seen.found.parts.agenda;
        points.retain(|point| point.row.id != before.row.id);
        answered(&ctx, tx, seen).await
    })
    .await
}

/// Acknowledge a coaching session
///
/// By who was coached, once it is completed: that they know what was said, not that they agree. Again it changes nothing.
#[utoipa::path(tag = "coaching", operation_id = "acknowledgeCoachingSession", params(("id" = CoachingSessionId, Path, description = "Id of the session.")),
    responses((status = 200, description = "The session as it is now.", body = CoachingSession)), security(("bearer" = ["coaching-sessions:respond"])))]
#[post("/api/v1/coaching-sessions/{id}/acknowledge")]
async fn acknowledge_coaching_session(
    ctx: Ctx<CoachingSessionsRespond>,
    id: Id<CoachingSessionId>,
) -> ApiResult<Once<CoachingSession>> {
    ctx.post(async |tx| {
        let before = addressed(&ctx, tx, id.0).await?;
        if before.side != Side::Agent {
            return Err(ApiError::new(
                ErrorCode::Forbidden,
                "A session is acknowledged by who was coached.",
            ));
        }
        let status = before.found.row.status;
        if status != CoachingStatus::Completed {
            return Err(conflict(format!(
                "The session is {status}; it is acknowledged once it is completed."
            )));
        }
        let mut after = before.found.clone();
        let people = &mut after.parts.participants;
        let mine = people.iter_mut().find(|one| one.row.member_id == before.me);
        let Some(mine) = mine.filter(|one| one.row.acknowledged_at.is_none()) else {
            return reply(&ctx, tx, before).await;
        };
        participant::acknowledge(tx, &mine.row, tx.now()).await?;
        mine.row.acknowledged_at = Some(tx.now());
        let mut agents = people
            .iter()
            .filter(|one| one.row.side == CoachingSide::Agent);
        let all = agents.all(|one| one.row.acknowledged_at.is_some());
        after.row.acknowledged_at = all.then(|| tx.now());
        save(&ctx, tx, &before, after, EventKind::CoachingAcknowledged).await
    })
    .await
}

/// Comment on a coaching session
///
/// By both sides, and the line above.
#[utoipa::path(tag = "coaching", operation_id = "commentOnCoachingSession", params(("id" = CoachingSessionId, Path, description = "Id of the session.")), request_body = AddCoachingComment,
    responses((status = 200, description = "The session as it is now.", body = CoachingSession)), security(("bearer" = ["coaching-sessions:respond"])))]
#[post("/api/v1/coaching-sessions/{id}/comments")]
async fn comment_on_coaching_session(
    ctx: Ctx<CoachingSessionsRespond>,
    id: Id<CoachingSessionId>,
    body: Valid<AddCoachingComment>,
) -> ApiResult<Once<CoachingSession>> {
    ctx.post(async |tx| {
        let mut seen = addressed(&ctx, tx, id.0).await?;
        let comments = &mut seen.found.parts.comments;
        if comments.len() >= MOST {
            return Err(conflict("A session has 100 comments at most."));
        }
        let row = comment::Model {
            id: tx.new_id(),
            organization_id: tx.organization(),
            session_id: id.0,
            body: body.0.body.trim().to_owned(),
            author_id: seen.me,
            created_at: tx.now(),
        };
        tx.insert::<comment::Entity>(row.clone());
        comments.push(comment::Found {
            row,
            author_name: ctx.me().name.clone(),
        });
        told(tx, EventKind::CoachingCommented, None, &seen.found);
        reply(&ctx, tx, seen).await
    })
    .await
}
