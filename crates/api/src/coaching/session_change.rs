//! How coaching sessions are changed: the plan while they are scheduled, what is said and how it is scored while they are held; one of a
//! series, or all that follow.

use chrono::TimeDelta;
use chrono_tz::Tz;
use domain::{
    coaching::{
        score::{check_answers, score},
        session::{check_notes, check_plan, check_scoring, check_start},
    },
    core::time::{instant, zone},
};
use persistence::{
    Db, Tx,
    coaching::{
        rubric,
        session::{self, Found, Model},
        session_part::participant,
    },
    stored,
};
use shared_types::{
    CoachingSessionId, MemberId, Patch,
    coaching::{CoachingSession, CoachingSide, RubricAnswer, SeriesScope, UpdateCoachingSession},
    platform::EventKind,
};

use super::{
    invitation::{self, Sent},
    session::{changeable, save, store},
    session_new::{People, begins},
    template::published,
};
use crate::core::{
    context::Ctx,
    error::{ApiError, ApiResult},
    permit::Permit,
    reply::Reply,
};

/// Changes a session, and where that is asked for those of its series that follow.
///
/// # Errors
/// 404, 403, 409, 412 and 422 as the rules say; of the store.
pub(super) async fn change<P: Permit>(
    ctx: &Ctx<P>,
    tx: &Tx,
    id: CoachingSessionId,
    body: UpdateCoachingSession,
) -> ApiResult<Reply<CoachingSession>> {
    let before = changeable(ctx, tx, id).await?;
    let found = &before.found;
    let mut after = found.clone();
    check(&found.row, &body)?;
    let coach = new_coach(ctx, tx, found, body.coach_id).await?;
    replan(&mut after, &body, coach.as_ref(), tx)?;
    body.session_notes
        .clone()
        .apply(&mut after.row.session_notes);
    scoring(tx, &mut after, &body).await?;
    let moved = moves(&found.row, &after.row);
    let mut invited = Vec::new();
    if moved {
        after.row.calendar_sequence += 1;
    }
    if let Some((coach, name)) = &coach {
        take_over(tx, found, &mut after, *coach, name).await?;
        invitation::send(ctx, tx, &without(found, &after), Sent::Cancelled).await?;
    }
    let series = found
        .row
        .series_id
        .filter(|_| body.scope == Some(SeriesScope::Following));
    if let Some(series) = series {
        let from = found.row.scheduled_start + TimeDelta::seconds(1);
        let shift = local(&after.row)? - local(&found.row)?;
        for follower in session::following(tx, series, from).await? {
            let changed = follow(tx, &follower, &after.row, shift, &body, coach.as_ref()).await?;
            invited.extend(moves(&follower.row, &changed.row).then_some(changed));
        }
    }
    let answer = save(ctx, tx, &before, after.clone(), EventKind::Updated).await?;
    invited.extend(moved.then_some(after));
    invitation::send(ctx, tx, &invited, Sent::Changed).await?;
    Ok(answer)
}

/// Whether a session is in calendars otherwise than before.
fn moves(before: &Model, after: &Model) -> bool {
    let of = |row: &Model| {
        (
            row.scheduled_start,
            row.duration_minutes,
            row.title.clone(),
            row.coach_id,
        )
    };
    of(before) != of(after)
}

/// What of a session may be changed as it stands.
fn check(row: &Model, body: &UpdateCoachingSession) -> ApiResult<()> {
    let plan = body.title.is_some()
        || body.kind.is_some()
        || body.coach_id.is_some()
        || body.scheduled_start.is_some()
        || body.local_start.is_some()
        || body.time_zone.is_some()
        || body.duration_minutes.is_some();
    if plan {
        check_plan(row.status)?;
    }
    if !body.preparation_notes.is_keep() || !body.session_notes.is_keep() {
        check_notes(row.status, row.acknowledged_at.is_some())?;
    }
    if !body.rubric_id.is_keep() || !body.score.is_keep() || body.answers.is_some() {
        check_scoring(row.status)?;
    }
    Ok(())
}

/// Who coaches instead, where that changes.
async fn new_coach<P: Permit>(
    ctx: &Ctx<P>,
    tx: &Tx,
    found: &Found,
    coach: Option<MemberId>,
) -> ApiResult<Option<(MemberId, String)>> {
    let Some(coach) = coach.filter(|coach| *coach != found.row.coach_id) else {
        return Ok(None);
    };
    if found.on(CoachingSide::Agent).contains(&coach) {
        return Err(ApiError::field(
            "coachId",
            "must be another member than who is coached",
        ));
    }
    let people = People::of(ctx, tx, &[("coachId", CoachingSide::Coach, coach)]).await?;
    Ok(Some((coach, people.name(coach))))
}

/// Carries out what concerns the plan.
fn replan(
    after: &mut Found,
    body: &UpdateCoachingSession,
    coach: Option<&(MemberId, String)>,
    tx: &Tx,
) -> ApiResult<()> {
    let row = &mut after.row;
    if let Some(title) = &body.title {
        row.title = title.trim().to_owned();
    }
    row.kind = body.kind.unwrap_or(row.kind);
    row.duration_minutes = body.duration_minutes.unwrap_or(row.duration_minutes);
    body.preparation_notes
        .clone()
        .apply(&mut row.preparation_notes);
    if let Some((coach, name)) = coach {
        row.coach_id = *coach;
        after.coach_name.clone_from(name);
    }
    let to: Tz = zone(body.time_zone.as_deref().unwrap_or(&row.time_zone))?;
    if body.scheduled_start.is_some() || body.local_start.is_some() {
        let local = body.local_start.as_deref();
        row.scheduled_start = begins(body.scheduled_start, local, to, tx.now())?;
    }
    row.time_zone = to.name().to_owned();
    Ok(())
}

/// Carries out what concerns the score.
async fn scoring(tx: &Tx, after: &mut Found, body: &UpdateCoachingSession) -> ApiResult<()> {
    let group = after.on(CoachingSide::Agent).len() > 1;
    let sets = body.rubric_id.value().is_some() || body.score.value().is_some();
    if group && sets {
        let field = if body.score.is_keep() {
            "rubricId"
        } else {
            "score"
        };
        return Err(ApiError::field(
            field,
            "must be left out: a score is about one person, not a group",
        ));
    }
    let row = &mut after.row;
    match body.rubric_id {
        Patch::Keep => {}
        Patch::Clear => row.rubric_id = None,
        Patch::Set(id) if row.rubric_id == Some(id) => {}
        Patch::Set(id) => row.rubric_id = Some(published(tx, id).await?.id),
    }
    if !body.rubric_id.is_keep() && body.answers.is_none() {
        row.answers = stored::<RubricAnswer>(&[]);
        row.score = None;
    }
    if body.score.value().is_some() && row.rubric_id.is_some() {
        return Err(ApiError::field(
            "score",
            "must be left out: it follows from the answers to the rubric",
        ));
    }
    body.score.clone().apply(&mut row.score);
    if let Some(answers) = &body.answers {
        let Some(rubric) = row.rubric_id else {
            return Err(ApiError::field("answers", "need a rubric: set rubricId"));
        };
        let questions = rubric::get(tx, rubric).await?.questions();
        check_answers(&questions, answers)?;
        row.answers = stored(answers);
        row.score = score(&questions, answers).score;
    }
    Ok(())
}

/// The time of a session by its clocks.
fn local(row: &Model) -> ApiResult<chrono::NaiveDateTime> {
    Ok(row
        .scheduled_start
        .with_timezone(&zone(&row.time_zone)?)
        .naive_local())
}

/// Somebody else coaches: they take part, and who did before no longer does.
async fn take_over(
    tx: &Tx,
    before: &Found,
    after: &mut Found,
    coach: MemberId,
    name: &str,
) -> ApiResult<()> {
    let former = before.row.coach_id;
    participant::remove(tx, before.row.id, former).await?;
    let people = &mut after.parts.participants;
    people.retain(|one| one.row.member_id != former);
    if people.iter().all(|one| one.row.member_id != coach) {
        let row = participant::Model {
            organization_id: tx.organization(),
            session_id: before.row.id,
            member_id: coach,
            side: CoachingSide::Coach,
            acknowledged_at: None,
        };
        tx.insert::<participant::Entity>(row.clone());
        people.push(participant::Found {
            row,
            member_name: name.to_owned(),
        });
    }
    Ok(())
}

/// The session as those have it in their calendars who no longer take part.
fn without(before: &Found, after: &Found) -> Vec<Found> {
    let mut gone = before.clone();
    let stay = after.everybody();
    gone.row.calendar_sequence += 1;
    gone.parts
        .participants
        .retain(|one| !stay.contains(&one.row.member_id));
    vec![gone]
}

/// Changes a session of the series as the one before it was: it moves by as much, by the clocks.
async fn follow(
    tx: &Tx,
    before: &Found,
    model: &Model,
    shift: TimeDelta,
    body: &UpdateCoachingSession,
    coach: Option<&(MemberId, String)>,
) -> ApiResult<Found> {
    let mut after = before.clone();
    let to: Tz = zone(&model.time_zone)?;
    let moved = body.scheduled_start.is_some() || body.local_start.is_some();
    if moved || body.time_zone.is_some() {
        after.row.scheduled_start = instant(local(&before.row)? + shift, to);
        check_start(after.row.scheduled_start, tx.now())?;
    }
    let rest = UpdateCoachingSession {
        title: body.title.clone(),
        kind: body.kind,
        duration_minutes: body.duration_minutes,
        preparation_notes: body.preparation_notes.clone(),
        time_zone: body.time_zone.clone(),
        ..UpdateCoachingSession::default()
    };
    replan(&mut after, &rest, coach, tx)?;
    if let Some((coach, name)) = coach {
        take_over(tx, before, &mut after, *coach, name).await?;
    }
    if moves(&before.row, &after.row) {
        after.row.calendar_sequence += 1;
    }
    store(tx, &before.row, after, EventKind::Updated).await
}
