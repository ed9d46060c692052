//! The steps of coaching sessions: begun, completed, cancelled, missed, moved.

use actix_web::post;
use chrono::TimeDelta;
use domain::{
    coaching::{
        access::Side,
        score::score,
        session::{Step, take},
    },
    core::time::zone,
};
use persistence::{
    Tx,
    coaching::{
        rubric,
        session::{self, Found},
    },
    identity::organization,
    stored,
};
use shared_types::{
    CoachingSessionId, ErrorCode,
    coaching::{
        CancelCoachingSession, CoachingSession, CoachingStatus, RescheduleCoachingSession,
        RubricAnswer, SeriesScope,
    },
    platform::EventKind,
};

use super::{
    invitation::{self, Sent},
    session::{Seen, changeable, reply, save, store, told},
    session_new::{add, begins, point},
};
use crate::core::{
    app::Services,
    context::{Ctx, Once},
    error::{ApiError, ApiResult},
    extract::{Id, Valid},
    permit::{CoachingSessionsWrite, Permit},
    reply::Reply,
};

/// The routes of these steps.
pub fn routes(config: &mut impl Services) {
    config
        .service(start_coaching_session)
        .service(complete_coaching_session)
        .service(cancel_coaching_session)
        .service(miss_coaching_session)
        .service(reschedule_coaching_session);
}

/// A session that can take a step, and as it is after that.
async fn stepping<P: Permit>(
    ctx: &Ctx<P>,
    tx: &Tx,
    id: CoachingSessionId,
    step: Step,
) -> ApiResult<(Seen, Found)> {
    let before = changeable(ctx, tx, id).await?;
    let mut after = before.found.clone();
    after.row.status = take(after.row.status, step)?;
    Ok((before, after))
}

/// Begin a coaching session
#[utoipa::path(tag = "coaching", operation_id = "startCoachingSession", params(("id" = CoachingSessionId, Path, description = "Id of the session.")),
    responses((status = 200, description = "The session, in progress.", body = CoachingSession)), security(("bearer" = ["coaching-sessions:write"])))]
#[post("/api/v1/coaching-sessions/{id}/start")]
async fn start_coaching_session(
    ctx: Ctx<CoachingSessionsWrite>,
    id: Id<CoachingSessionId>,
) -> ApiResult<Once<CoachingSession>> {
    ctx.post(async |tx| {
        let (before, mut after) = stepping(&ctx, tx, id.0, Step::Start).await?;
        after.row.started_at = Some(tx.now());
        // What was the last one when it was planned may not be any more.
        after.row.previous_score = session::last_score(tx, after.row.agent_id).await?;
        save(&ctx, tx, &before, after, EventKind::CoachingStarted).await
    })
    .await
}

/// Complete a coaching session
///
/// From now on the agent sees what was said and how it was scored, and is to acknowledge it within the days that the organization
/// gives. Where there is a rubric all of its questions with a weight have to be answered.
#[utoipa::path(tag = "coaching", operation_id = "completeCoachingSession", params(("id" = CoachingSessionId, Path, description = "Id of the session.")),
    responses((status = 200, description = "The session, completed.", body = CoachingSession)), security(("bearer" = ["coaching-sessions:write"])))]
#[post("/api/v1/coaching-sessions/{id}/complete")]
async fn complete_coaching_session(
    ctx: Ctx<CoachingSessionsWrite>,
    id: Id<CoachingSessionId>,
) -> ApiResult<Once<CoachingSession>> {
    ctx.post(async |tx| {
        let (before, mut after) = stepping(&ctx, tx, id.0, Step::Complete).await?;
        if let Some(rubric) = after.row.rubric_id {
            let questions = rubric::get(tx, rubric).await?.questions();
            let scored = score(&questions, &after.row.answers());
            if !scored.is_complete() {
                return Err(ApiError::field(
                    "answers",
                    format!(
                        "must answer every question with a weight: {} of {} are answered",
                        scored.answered, scored.of
                    ),
                ));
            }
        }
        let days = organization::get(tx).await?.coaching_acknowledgement_days;
        after.row.completed_at = Some(tx.now());
        after.row.acknowledgement_due_at = Some(tx.now() + TimeDelta::days(days.into()));
        save(&ctx, tx, &before, after, EventKind::CoachingCompleted).await
    })
    .await
}

/// Note that nobody came
///
/// Once its time has come.
#[utoipa::path(tag = "coaching", operation_id = "missCoachingSession", params(("id" = CoachingSessionId, Path, description = "Id of the session.")),
    responses((status = 200, description = "The session, which nobody came to.", body = CoachingSession)), security(("bearer" = ["coaching-sessions:write"])))]
#[post("/api/v1/coaching-sessions/{id}/no-show")]
async fn miss_coaching_session(
    ctx: Ctx<CoachingSessionsWrite>,
    id: Id<CoachingSessionId>,
) -> ApiResult<Once<CoachingSession>> {
    ctx.post(async |tx| {
        let (before, after) = stepping(&ctx, tx, id.0, Step::NoShow).await?;
        if after.row.scheduled_start > tx.now() {
            return Err(ApiError::new(
                ErrorCode::Conflict,
                "The session is still to come; cancel or reschedule it.",
            ));
        }
        save(&ctx, tx, &before, after, EventKind::CoachingMissed).await
    })
    .await
}

/// Cancel a coaching session
///
/// Or, of a series, this one and all that are still to come. Everybody who takes part is told by mail, and their calendars.
#[utoipa::path(tag = "coaching", operation_id = "cancelCoachingSession", params(("id" = CoachingSessionId, Path, description = "Id of the session.")), request_body = CancelCoachingSession,
    responses((status = 200, description = "The session, cancelled.", body = CoachingSession)), security(("bearer" = ["coaching-sessions:write"])))]
#[post("/api/v1/coaching-sessions/{id}/cancel")]
async fn cancel_coaching_session(
    ctx: Ctx<CoachingSessionsWrite>,
    id: Id<CoachingSessionId>,
    body: Valid<CancelCoachingSession>,
) -> ApiResult<Once<CoachingSession>> {
    ctx.post(async |tx| {
        let CancelCoachingSession { reason, scope } = body.0.clone();
        let (before, mut after) = stepping(&ctx, tx, id.0, Step::Cancel).await?;
        let row = &before.found.row;
        let mut told = Vec::new();
        let series = row
            .series_id
            .filter(|_| scope == Some(SeriesScope::Following));
        if let Some(series) = series {
            let from = row.scheduled_start + TimeDelta::seconds(1);
            for follower in session::following(tx, series, from).await? {
                let mut gone = follower.clone();
                gone.row.status = take(gone.row.status, Step::Cancel)?;
                gone.row.ended_reason.clone_from(&reason);
                gone.row.calendar_sequence += 1;
                let gone = store(tx, &follower.row, gone, EventKind::CoachingCancelled).await?;
                told.push(gone);
            }
        }
        after.row.ended_reason = reason;
        after.row.calendar_sequence += 1;
        told.push(after.clone());
        let answer = save(&ctx, tx, &before, after, EventKind::CoachingCancelled).await?;
        invitation::send(&ctx, tx, &told, Sent::Cancelled).await?;
        Ok(answer)
    })
    .await
}

/// Reschedule a coaching session
///
/// It is held at another time, as another session that takes over plan and open points; both know each other. Also for one that nobody
/// came to.
#[utoipa::path(tag = "coaching", operation_id = "rescheduleCoachingSession", params(("id" = CoachingSessionId, Path, description = "Id of the session.")), request_body = RescheduleCoachingSession,
    responses((status = 201, description = "The session that is held instead.", body = CoachingSession)), security(("bearer" = ["coaching-sessions:write"])))]
#[post("/api/v1/coaching-sessions/{id}/reschedule")]
async fn reschedule_coaching_session(
    ctx: Ctx<CoachingSessionsWrite>,
    id: Id<CoachingSessionId>,
    body: Valid<RescheduleCoachingSession>,
) -> ApiResult<Once<CoachingSession>> {
    ctx.post(async |tx| {
        let RescheduleCoachingSession {
            scheduled_start,
            local_start,
            time_zone,
            duration_minutes,
            reason,
        } = body.0.clone();
        let (before, mut after) = stepping(&ctx, tx, id.0, Step::Reschedule).await?;
        let zone = zone(time_zone.as_deref().unwrap_or(&after.row.time_zone))?;
        let start = begins(scheduled_start, local_start.as_deref(), zone, tx.now())?;
        let mut next = successor(tx, &before.found);
        next.row.scheduled_start = start;
        next.row.time_zone = zone.name().to_owned();
        next.row.duration_minutes = duration_minutes.unwrap_or(next.row.duration_minutes);
        next.row = next.row.clone().derived(&next.agenda());
        after.row.rescheduled_to_id = Some(next.row.id);
        after.row.ended_reason = reason;
        add(tx, &next);
        store(tx, &before.found.row, after, EventKind::CoachingRescheduled).await?;
        told(tx, EventKind::Created, None, &next);
        invitation::send(&ctx, tx, std::slice::from_ref(&next), Sent::Changed).await?;
        let location = format!("/api/v1/coaching-sessions/{}", next.row.id);
        let seen = Seen {
            found: next,
            side: Side::Coach,
            ..before
        };
        Ok(Reply::created(
            reply(&ctx, tx, seen).await?.data,
            1,
            location,
        ))
    })
    .await
}

/// The session that is held in place of another, at a time that is to be set: with the same people, the same plan, and the points that
/// are not done. In calendars it is the same, later version of it.
fn successor(tx: &Tx, of: &Found) -> Found {
    let mut next = of.clone();
    let row = &mut next.row;
    row.id = tx.new_id();
    row.status = CoachingStatus::Scheduled;
    row.rescheduled_from_id = Some(of.row.id);
    row.rescheduled_to_id = None;
    row.series_id = None;
    row.recurrence_rule = None;
    row.session_notes = None;
    row.score = None;
    row.answers = stored::<RubricAnswer>(&[]);
    row.started_at = None;
    row.ended_reason = None;
    row.calendar_sequence += 1;
    row.created_at = tx.now();
    row.updated_at = tx.now();
    row.version = 1;
    let id = row.id;
    next.parts.comments.clear();
    next.parts.disputes.clear();
    for one in &mut next.parts.participants {
        one.row.session_id = id;
        one.row.acknowledged_at = None;
    }
    let open = of.parts.agenda.iter().filter(|it| !it.row.done);
    next.parts.agenda = open
        .map(|it| {
            let author = (it.row.author_id, it.author_name.as_str());
            point(tx, id, it.row.position, it.row.text.clone(), author)
        })
        .collect();
    next
}
