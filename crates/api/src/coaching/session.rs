//! Coaching sessions: read, planned and written.

use actix_web::{get, patch, post};
use domain::coaching::access::Side;
use persistence::{
    Db, PageRequest, Tx,
    coaching::{
        session::{self, Found, Model},
        session_list,
    },
    platform::event::{NewEvent, SealedColumns},
};
use serde::Serialize;
use shared_types::{
    CoachingSessionId, ErrorCode, MemberId, Permission,
    coaching::{
        CoachingClash, CoachingKind, CoachingSession, CoachingSide, CoachingStatus,
        CreateCoachingSession, FindClashes, ListCoachingSessions, UpdateCoachingSession,
    },
    platform::{Event, EventKind, ListEvents, SubjectKind},
};

use super::{
    access::{Reader, noted, reader},
    session_change, session_new,
};
use crate::core::{
    app::Services,
    context::{Ctx, Once},
    error::{ApiError, ApiResult},
    extract::{Id, Params, Valid},
    permit::{CoachingSessionsRead, CoachingSessionsWrite, Permit},
    reply::{Cache, Reply},
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config
        .service(list_coaching_sessions)
        .service(create_coaching_session)
        // Before those of single sessions, which would take `clashes` for an id.
        .service(find_clashes)
        .service(get_coaching_session)
        .service(update_coaching_session)
        .service(get_coaching_session_timeline);
}

/// A session as it is read: from which side, and whether it may be changed from there.
#[derive(Clone)]
pub(super) struct Seen {
    pub(super) found: Found,
    pub(super) side: Side,
    pub(super) me: MemberId,
    pub(super) may_change: bool,
}

/// A session that the caller reads.
///
/// # Errors
/// 404 otherwise; of the store.
pub(super) async fn seen<P: Permit>(
    ctx: &Ctx<P>,
    db: &impl Db,
    id: CoachingSessionId,
) -> ApiResult<Seen> {
    let reader = reader(ctx, db).await?;
    let found = session::get(db, id, reader.me, &reader.agents()).await?;
    of(ctx, &reader, found)
}

fn of<P: Permit>(ctx: &Ctx<P>, reader: &Reader, found: Found) -> ApiResult<Seen> {
    let (agents, coaches) = (found.on(CoachingSide::Agent), found.on(CoachingSide::Coach));
    let side = reader
        .side(&agents, &coaches)
        .ok_or_else(ApiError::not_found)?;
    let writes = ctx.me().reach(Permission::CoachingSessionsWrite).is_some();
    Ok(Seen {
        found,
        side,
        me: reader.me,
        may_change: side.may_change() && writes,
    })
}

/// A session that the caller may change: 404 unless it may be read, 403 unless it may be changed, 412 unless it is the version
/// that was read.
///
/// # Errors
/// Those; and of the store.
pub(super) async fn changeable<P: Permit>(
    ctx: &Ctx<P>,
    tx: &Tx,
    id: CoachingSessionId,
) -> ApiResult<Seen> {
    let seen = seen(ctx, tx, id).await?;
    if !seen.may_change {
        return Err(ApiError::new(
            ErrorCode::Forbidden,
            "You may see this session, but not change it.",
        ));
    }
    ctx.if_match(seen.found.row.version, || seen.clone().view(Vec::new(), tx))?;
    Ok(seen)
}

impl Seen {
    fn view(self, clashes: Vec<CoachingClash>, tx: &Tx) -> CoachingSession {
        let from = (self.me, self.side);
        self.found.shown(from, self.may_change, clashes, tx.now())
    }
}

/// What else those who take part have at the time of a session that is still to be held.
pub(super) async fn clashes_of(db: &impl Db, found: &Found) -> ApiResult<Vec<CoachingClash>> {
    let row = &found.row;
    if row.status != CoachingStatus::Scheduled {
        return Ok(Vec::new());
    }
    let time = (row.scheduled_start, row.scheduled_end);
    Ok(session_list::clashes(db, &found.everybody(), time, Some(row.id)).await?)
}

/// The answer with a session that was read or written.
pub(super) async fn reply<P: Permit>(
    ctx: &Ctx<P>,
    db: &impl Db,
    seen: Seen,
) -> ApiResult<Reply<CoachingSession>> {
    let clashes = clashes_of(db, &seen.found).await?;
    let version = seen.found.row.version;
    let from = (seen.me, seen.side);
    let view = seen.found.shown(from, seen.may_change, clashes, ctx.now());
    Ok(Reply::record(view, version))
}

/// What the log says of a session: when, how and with whom it is held. What was written and how it was scored it does not.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Logged<'a> {
    status: CoachingStatus,
    kind: CoachingKind,
    scheduled_start: chrono::DateTime<chrono::Utc>,
    time_zone: &'a str,
    duration_minutes: i32,
    coach_id: MemberId,
}

fn logged(row: &Model) -> Logged<'_> {
    Logged {
        status: row.status,
        kind: row.kind,
        scheduled_start: row.scheduled_start,
        time_zone: &row.time_zone,
        duration_minutes: row.duration_minutes,
        coach_id: row.coach_id,
    }
}

/// What is known only to those who read the session, as text to compare.
fn private(row: &Model) -> [(&'static str, Option<String>); 6] {
    [
        ("title", Some(row.title.clone())),
        ("preparationNotes", row.preparation_notes.clone()),
        ("sessionNotes", row.session_notes.clone()),
        ("score", row.score.map(|score| score.to_string())),
        ("answers", Some(row.answers.to_string())),
        ("rubricId", row.rubric_id.map(|id| id.to_string())),
    ]
}

fn lent<'a>(fields: &'a [(&'static str, Option<String>)]) -> SealedColumns<'a> {
    let fields = fields.iter();
    fields
        .map(|(name, value)| (*name, value.as_ref()))
        .collect()
}

/// Says in the log what happened to a session, under the name of the agent.
pub(super) fn told(tx: &Tx, kind: EventKind, before: Option<&Model>, after: &Found) {
    let subject = SubjectKind::CoachingSession;
    let mut event = NewEvent::new(kind, subject, after.row.id, &after.agent_name);
    if let Some(before) = before {
        let (was, is) = (private(before), private(&after.row));
        event = event
            .between(&logged(before), &logged(&after.row))
            .sealed(lent(&was), lent(&is));
    }
    tx.record(event);
}

/// Writes a changed session, says so in the log, and answers it.
///
/// # Errors
/// 412 when somebody was faster; of the store.
pub(super) async fn save<P: Permit>(
    ctx: &Ctx<P>,
    tx: &Tx,
    before: &Seen,
    after: Found,
    kind: EventKind,
) -> ApiResult<Reply<CoachingSession>> {
    let after = store(tx, &before.found.row, after, kind).await?;
    let seen = Seen {
        found: after,
        ..before.clone()
    };
    reply(ctx, tx, seen).await
}

/// Writes a changed session, and says so in the log.
///
/// # Errors
/// 412 when somebody was faster; of the store.
pub(super) async fn store(
    tx: &Tx,
    before: &Model,
    mut after: Found,
    kind: EventKind,
) -> ApiResult<Found> {
    after.row.version = before.version + 1;
    after.row.updated_at = tx.now();
    after.row = after.row.clone().derived(&after.agenda());
    session::save(tx, before, after.row.clone()).await?;
    told(tx, kind, Some(before), &after);
    Ok(after)
}

/// List coaching sessions
///
/// Those in which the caller takes part, and those of agents whose line reaches the caller. An administrator who opened coaching
/// (`/coaching-access`) sees what was opened as well.
#[utoipa::path(tag = "coaching", operation_id = "listCoachingSessions", params(ListCoachingSessions),
    responses((status = 200, description = "A page of sessions.", body = [CoachingSession])), security(("bearer" = ["coaching-sessions:read"])))]
#[get("/api/v1/coaching-sessions")]
async fn list_coaching_sessions(
    ctx: Ctx<CoachingSessionsRead>,
    query: Params<ListCoachingSessions>,
) -> ApiResult<Reply<Vec<CoachingSession>>> {
    let request = PageRequest::new(&query.0, ctx.position("coaching-sessions", &query.0)?);
    let db = ctx.read();
    let reader = reader(&ctx, &db).await?;
    let who = (reader.me, &reader.agents());
    let page = session_list::list(&db, &query.0, who, ctx.now(), &request).await?;
    let page = page.try_map(|found| {
        let seen = of(&ctx, &reader, found)?;
        told_of_opened(&ctx, &seen);
        let from = (seen.me, seen.side);
        Ok::<_, ApiError>(
            seen.found
                .shown(from, seen.may_change, Vec::new(), ctx.now()),
        )
    })?;
    Ok(ctx
        .page("coaching-sessions", &query.0, page)
        .cached(Cache::Never))
}

fn told_of_opened<P: Permit>(ctx: &Ctx<P>, seen: &Seen) {
    let row = &seen.found.row;
    let subject = (
        SubjectKind::CoachingSession,
        row.id.0,
        seen.found.agent_name.as_str(),
    );
    noted(ctx, seen.side, subject);
}

/// Get a coaching session
#[utoipa::path(tag = "coaching", operation_id = "getCoachingSession", params(("id" = CoachingSessionId, Path, description = "Id of the session.")),
    responses((status = 200, description = "The session, as far as the caller reads it.", body = CoachingSession)), security(("bearer" = ["coaching-sessions:read"])))]
#[get("/api/v1/coaching-sessions/{id}")]
async fn get_coaching_session(
    ctx: Ctx<CoachingSessionsRead>,
    id: Id<CoachingSessionId>,
) -> ApiResult<Reply<CoachingSession>> {
    let db = ctx.read();
    let seen = seen(&ctx, &db, id.0).await?;
    told_of_opened(&ctx, &seen);
    Ok(reply(&ctx, &db, seen).await?.cached(Cache::Never))
}

/// Timeline of a coaching session
///
/// What happened to it, the latest first. What was written and how it was scored stands in the session alone.
#[utoipa::path(tag = "coaching", operation_id = "getCoachingSessionTimeline", params(("id" = CoachingSessionId, Path, description = "Id of the session."), ListEvents),
    responses((status = 200, description = "A page of events.", body = [Event])), security(("bearer" = ["coaching-sessions:read"])))]
#[get("/api/v1/coaching-sessions/{id}/timeline")]
async fn get_coaching_session_timeline(
    ctx: Ctx<CoachingSessionsRead>,
    id: Id<CoachingSessionId>,
    query: Params<ListEvents>,
) -> ApiResult<Reply<Vec<Event>>> {
    let seen = seen(&ctx, &ctx.read(), id.0).await?;
    told_of_opened(&ctx, &seen);
    let id = seen.found.row.id;
    ctx.timeline(SubjectKind::CoachingSession, id, query.0)
        .await
}

/// Plan a coaching session
///
/// With an agent of one's line, at a time that is not past. With `recurrenceRule` it is the first of a series. Everybody who takes part
/// gets an invitation by mail, with a calendar file; what else they have at that time is answered as `clashes`.
#[utoipa::path(tag = "coaching", operation_id = "createCoachingSession", request_body = CreateCoachingSession,
    responses((status = 201, description = "The session, the first of its series.", body = CoachingSession)), security(("bearer" = ["coaching-sessions:write"])))]
#[post("/api/v1/coaching-sessions")]
async fn create_coaching_session(
    ctx: Ctx<CoachingSessionsWrite>,
    body: Valid<CreateCoachingSession>,
) -> ApiResult<Once<CoachingSession>> {
    ctx.post(async |tx| session_new::plan(&ctx, tx, body.0.clone()).await)
        .await
}

/// Change a coaching session
///
/// By a coach, or the line above the agent. Everybody who takes part gets the invitation again where the time changes.
#[utoipa::path(tag = "coaching", operation_id = "updateCoachingSession", params(("id" = CoachingSessionId, Path, description = "Id of the session.")), request_body = UpdateCoachingSession,
    responses((status = 200, description = "The session as it is now.", body = CoachingSession)), security(("bearer" = ["coaching-sessions:write"])))]
#[patch("/api/v1/coaching-sessions/{id}")]
async fn update_coaching_session(
    ctx: Ctx<CoachingSessionsWrite>,
    id: Id<CoachingSessionId>,
    body: Valid<UpdateCoachingSession>,
) -> ApiResult<Reply<CoachingSession>> {
    let body = body.0.normalized();
    ctx.write(async |tx| session_change::change(&ctx, tx, id.0, body.clone()).await)
        .await
}

/// Find clashes
///
/// What members have to do that reaches into a time: sessions and meetings, not which.
#[utoipa::path(tag = "coaching", operation_id = "findCoachingClashes", params(FindClashes),
    responses((status = 200, description = "What clashes, in order.", body = [CoachingClash])), security(("bearer" = ["coaching-sessions:write"])))]
#[get("/api/v1/coaching-sessions/clashes")]
async fn find_clashes(
    ctx: Ctx<CoachingSessionsWrite>,
    query: Params<FindClashes>,
) -> ApiResult<Reply<Vec<CoachingClash>>> {
    let FindClashes {
        member_id,
        start,
        duration_minutes,
    } = query.0;
    let members = member_id.0;
    if members.iter().any(|member| !ctx.me().team.contains(member)) {
        return Err(ApiError::field(
            "memberId",
            "must be members within your reach",
        ));
    }
    domain::core::time::check_day("start", Some(start.date_naive()))?;
    let minutes = duration_minutes.unwrap_or(shared_types::coaching::DEFAULT_SESSION_MINUTES);
    let end = start + chrono::TimeDelta::minutes(minutes.into());
    let found = session_list::clashes(&ctx.read(), &members, (start, end), None).await?;
    Ok(Reply::ok(found).cached(Cache::Never))
}
