//! How coaching sessions are planned: with whom, when, how often.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Tz;
use domain::{
    coaching::{
        access::Side,
        recurrence,
        session::{check_people, check_start, start},
    },
    core::time::{instant, zone},
    identity::role,
};
use persistence::{
    Db, StoreError, Tx,
    coaching::{
        session::{self, Found, Model},
        session_part::{Parts, agenda, participant},
        template,
    },
    identity::{member, organization},
    stored,
};
use shared_types::{
    CoachingSeriesId, CoachingSessionId, CoachingTemplateId, MemberId, Permission, RubricId,
    coaching::{
        CoachingKind, CoachingSession, CoachingSide, CoachingStatus, CreateCoachingSession,
        DEFAULT_SESSION_MINUTES, RubricAnswer,
    },
    parse_local_time,
    platform::EventKind,
};

use super::{
    invitation::{self, Sent},
    session::{Seen, reply, told},
    template::published,
};
use crate::core::{
    context::Ctx,
    error::{ApiError, ApiResult},
    permit::Permit,
    reply::Reply,
};

const UNKNOWN: &str = "refers to a record that does not exist";

/// The names of those who are to take part, each of whom may.
pub(super) struct People {
    names: BTreeMap<MemberId, String>,
}

impl People {
    /// Looks them up: agents within the caller's line, coaches who may coach, all of them at work.
    ///
    /// # Errors
    /// 422 on the field that names somebody else.
    pub(super) async fn of<P: Permit>(
        ctx: &Ctx<P>,
        tx: &Tx,
        named: &[(&'static str, CoachingSide, MemberId)],
    ) -> ApiResult<Self> {
        let ids: Vec<MemberId> = named.iter().map(|(_, _, id)| *id).collect();
        let rows = member::some(tx, &ids).await?;
        for (field, side, id) in named {
            let Some(row) = rows.iter().find(|row| row.id == *id) else {
                return Err(ApiError::field(field, UNKNOWN));
            };
            let refuse = |message: &str| Err(ApiError::field(field, message));
            if !row.active {
                return refuse("must be an active member");
            }
            match side {
                CoachingSide::Agent if *id == ctx.me().member_id => {
                    return refuse(
                        "must be another member: one's own coaching is planned by the coach",
                    );
                }
                CoachingSide::Agent if !ctx.me().team.contains(id) => {
                    return refuse("must be a member within your line");
                }
                CoachingSide::Agent if !role::may(row.role, Permission::CoachingSessionsRead) => {
                    return refuse("must be a member who works here");
                }
                CoachingSide::Coach if !role::may(row.role, Permission::CoachingSessionsWrite) => {
                    return refuse(
                        "must be a member who coaches: a team leader, manager or administrator",
                    );
                }
                CoachingSide::Agent | CoachingSide::Coach => {}
            }
        }
        let names = rows.into_iter().map(|row| (row.id, row.name)).collect();
        Ok(Self { names })
    }

    /// The name of one of them.
    pub(super) fn name(&self, id: MemberId) -> String {
        self.names.get(&id).cloned().unwrap_or_default()
    }
}

/// When a session is to begin, as it was asked for.
///
/// # Errors
/// 422 where it is not said once, lies in the past, or too far ahead.
pub(super) fn begins(
    at: Option<DateTime<Utc>>,
    local: Option<&str>,
    zone: Tz,
    now: DateTime<Utc>,
) -> ApiResult<DateTime<Utc>> {
    let local: Option<NaiveDateTime> = local.and_then(parse_local_time);
    let field = if local.is_some() {
        "localStart"
    } else {
        "scheduledStart"
    };
    let named = |error: domain::DomainError| match error {
        domain::DomainError::Invalid { message, .. } => ApiError::field(field, message),
        other => other.into(),
    };
    let start = start(at, local, zone)?;
    check_start(start, now).map_err(named)?;
    Ok(start)
}

/// What is the same in all sessions of a series.
struct Plan {
    title: String,
    kind: CoachingKind,
    agent: MemberId,
    coach: MemberId,
    further: Vec<(CoachingSide, MemberId)>,
    zone: Tz,
    minutes: i32,
    agenda: Vec<String>,
    preparation: Option<String>,
    rubric: Option<RubricId>,
    previous: Option<i32>,
    series: Option<(CoachingSeriesId, String)>,
}

/// Plans a session, or a series, and answers the first.
///
/// # Errors
/// 422 for who and when it may not be held; of the store.
pub(super) async fn plan<P: Permit>(
    ctx: &Ctx<P>,
    tx: &Tx,
    body: CreateCoachingSession,
) -> ApiResult<Reply<CoachingSession>> {
    let coach = body.coach_id.unwrap_or(ctx.me().member_id);
    check_people(
        body.agent_id,
        coach,
        &body.further_agent_ids,
        &body.further_coach_ids,
    )?;
    let mut named = vec![
        ("agentId", CoachingSide::Agent, body.agent_id),
        ("coachId", CoachingSide::Coach, coach),
    ];
    let agents = body.further_agent_ids.iter();
    named.extend(agents.map(|id| ("furtherAgentIds", CoachingSide::Agent, *id)));
    let coaches = body.further_coach_ids.iter();
    named.extend(coaches.map(|id| ("furtherCoachIds", CoachingSide::Coach, *id)));
    let people = People::of(ctx, tx, &named).await?;
    let template = match body.template_id {
        None => None,
        Some(id) => Some(known_template(tx, id).await?),
    };
    let template = template.as_ref();
    let group = !body.further_agent_ids.is_empty();
    let rubric = body.rubric_id.or(template.and_then(|it| it.rubric_id));
    let rubric = match rubric {
        Some(_) if group && body.rubric_id.is_some() => {
            return Err(ApiError::field(
                "rubricId",
                "must be left out: a score is about one person, not a group",
            ));
        }
        Some(id) if !group => Some(published(tx, id).await?.id),
        _ => None,
    };
    let zone = match &body.time_zone {
        Some(name) => zone(name)?,
        None => zone(&organization::get(tx).await?.time_zone)?,
    };
    let first = begins(
        body.scheduled_start,
        body.local_start.as_deref(),
        zone,
        tx.now(),
    )?;
    let (starts, series) = match &body.recurrence_rule {
        None => (vec![first], None),
        Some(rule) => {
            let local = first.with_timezone(&zone).naive_local();
            let dates = recurrence::occurrences(rule, local, zone)?;
            let starts = dates.into_iter().map(|date| instant(date, zone)).collect();
            (starts, Some((tx.new_id(), rule.trim().to_owned())))
        }
    };
    let standard = if group {
        CoachingKind::Group
    } else {
        CoachingKind::OneToOne
    };
    let kind = body.kind.or(template.map(|it| it.kind)).unwrap_or(standard);
    let title = body.title.clone().or(template.map(|it| it.name.clone()));
    let agenda = if body.agenda.is_empty() {
        template.map(template::Model::agenda).unwrap_or_default()
    } else {
        body.agenda.clone()
    };
    let plan = Plan {
        title: title.unwrap_or_else(|| kind.to_string()).trim().to_owned(),
        kind,
        agent: body.agent_id,
        coach,
        further: named[2..]
            .iter()
            .map(|(_, side, id)| (*side, *id))
            .collect(),
        zone,
        minutes: body
            .duration_minutes
            .or(template.map(|it| it.duration_minutes))
            .unwrap_or(DEFAULT_SESSION_MINUTES),
        agenda: agenda.iter().map(|point| point.trim().to_owned()).collect(),
        preparation: body
            .preparation_notes
            .clone()
            .or(template.and_then(|it| it.preparation_notes.clone())),
        rubric,
        previous: session::last_score(tx, body.agent_id).await?,
        series,
    };
    let mut made: Vec<Found> = Vec::new();
    for start in starts {
        made.push(planned(ctx, tx, &plan, &people, start));
    }
    for found in &made {
        add(tx, found);
        told(tx, EventKind::Created, None, found);
    }
    invitation::send(ctx, tx, &made, Sent::New).await?;
    let Some(first) = made.into_iter().next() else {
        return Err(ApiError::internal("a series without a session"));
    };
    let location = format!("/api/v1/coaching-sessions/{}", first.row.id);
    let me = ctx.me().member_id;
    let seen = Seen {
        found: first,
        side: Side::Coach,
        me,
        may_change: true,
    };
    let reply = reply(ctx, tx, seen).await?;
    Ok(Reply::created(reply.data, 1, location))
}

async fn known_template(tx: &Tx, id: CoachingTemplateId) -> ApiResult<template::Model> {
    template::get(tx, id).await.map_err(|error| match error {
        StoreError::NotFound => ApiError::field("templateId", UNKNOWN),
        other => other.into(),
    })
}

/// A session of a plan, not written yet.
fn planned<P: Permit>(
    ctx: &Ctx<P>,
    tx: &Tx,
    plan: &Plan,
    people: &People,
    start: DateTime<Utc>,
) -> Found {
    let row = Model {
        id: tx.new_id(),
        organization_id: tx.organization(),
        title: plan.title.clone(),
        kind: plan.kind,
        status: CoachingStatus::Scheduled,
        agent_id: plan.agent,
        coach_id: plan.coach,
        scheduled_start: start,
        scheduled_end: start,
        time_zone: plan.zone.name().to_owned(),
        duration_minutes: plan.minutes,
        preparation_notes: plan.preparation.clone(),
        session_notes: None,
        previous_score: plan.previous,
        score: None,
        rubric_id: plan.rubric,
        answers: stored::<RubricAnswer>(&[]),
        series_id: plan.series.as_ref().map(|(id, _)| *id),
        recurrence_rule: plan.series.as_ref().map(|(_, rule)| rule.clone()),
        rescheduled_from_id: None,
        rescheduled_to_id: None,
        started_at: None,
        completed_at: None,
        ended_reason: None,
        acknowledgement_due_at: None,
        acknowledged_at: None,
        calendar_id: tx.new_id::<CoachingSessionId>().0,
        calendar_sequence: 0,
        search_text: String::new(),
        created_at: tx.now(),
        updated_at: tx.now(),
        version: 1,
    }
    .derived(&plan.agenda);
    let both = [
        (CoachingSide::Agent, plan.agent),
        (CoachingSide::Coach, plan.coach),
    ];
    let everybody = both.iter().chain(&plan.further);
    let participants = everybody.map(|(side, id)| participant::Found {
        row: participant::Model {
            organization_id: tx.organization(),
            session_id: row.id,
            member_id: *id,
            side: *side,
            acknowledged_at: None,
        },
        member_name: people.name(*id),
    });
    let mut participants: Vec<participant::Found> = participants.collect();
    participants.sort_by_key(|one| one.row.side);
    let me = ctx.me();
    let points = (0..).zip(&plan.agenda);
    let points = points.map(|(position, text)| {
        point(tx, row.id, position, text.clone(), (me.member_id, &me.name))
    });
    let parts = Parts {
        participants,
        agenda: points.collect(),
        ..Parts::default()
    };
    Found {
        agent_name: people.name(plan.agent),
        coach_name: people.name(plan.coach),
        row,
        parts,
    }
}

/// A new point of an agenda.
pub(super) fn point(
    tx: &Tx,
    session: CoachingSessionId,
    position: i32,
    text: String,
    (author, author_name): (MemberId, &str),
) -> agenda::Found {
    agenda::Found {
        row: agenda::Model {
            id: tx.new_id(),
            organization_id: tx.organization(),
            session_id: session,
            position,
            text,
            done: false,
            author_id: author,
            created_at: tx.now(),
            updated_at: tx.now(),
            version: 1,
        },
        author_name: author_name.to_owned(),
    }
}

/// Queues a new session with its parts.
pub(super) fn add(tx: &Tx, found: &Found) {
    tx.insert::<session::Entity>(found.row.clone());
    let people = found.parts.participants.iter();
    tx.insert_all::<participant::Entity>(people.map(|one| one.row.clone()).collect());
    let points = found.parts.agenda.iter();
    tx.insert_all::<agenda::Entity>(points.map(|point| point.row.clone()).collect());
}
