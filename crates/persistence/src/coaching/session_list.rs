//! Lists of coaching sessions, and who has something else to do at a time.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ExprTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect, QueryTrait,
    entity::prelude::*,
    sea_query::{Expr, SimpleExpr},
};
use shared_types::{
    AnyOf, CoachingSessionId, MemberId,
    coaching::{
        AcknowledgementState, ClashKind, CoachingClash, CoachingSessionSort, CoachingSide,
        CoachingStatus, ListCoachingSessions,
    },
    crm::ActivityKind,
    platform::SubjectKind,
};

use super::{
    session::{Column, Entity, Found, readable, select, taking_part},
    session_part::{self, dispute, participant},
};
use crate::{
    Db, Filter, Owners, Page, PageRequest, Sorting, StoreResult, any_of, by, by_nullable,
    crm::activity, identity::member, page, platform::name,
};

/// Minutes that a meeting takes of which nobody said how long it is.
const MEETING: i32 = 60;

/// The longest that something takes which may reach into a time (a meeting of a week).
const LONGEST: TimeDelta = TimeDelta::days(7);

/// A page of the sessions that somebody reads.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    db: &impl Db,
    query: &ListCoachingSessions,
    (me, agents): (MemberId, &Owners),
    now: DateTime<Utc>,
    request: &PageRequest,
) -> StoreResult<Page<Found>> {
    let side = |side, members: Option<&AnyOf<MemberId>>| {
        members.map(|members| {
            Column::Id.in_subquery(taking_part(db, Some(side), Some(members.0.clone())))
        })
    };
    let disputed = query.dispute_status.as_ref().map(|states| {
        let sessions = dispute::Entity::find()
            .select_only()
            .column(dispute::Column::SessionId)
            .filter(db.owns(dispute::Column::OrganizationId))
            .filter(any_of(dispute::Column::Status, states.0.iter().copied()))
            .into_query();
        Column::Id.in_subquery(sessions)
    });
    let select = Filter::new(select(db))
        .always(readable(db, me, agents))
        .and(side(CoachingSide::Agent, query.agent_id.as_ref()))
        .and(side(CoachingSide::Coach, query.coach_id.as_ref()))
        .any(Column::Status, query.status.as_ref())
        .any(Column::Kind, query.kind.as_ref())
        .between(
            Column::ScheduledStart,
            query.scheduled_after,
            query.scheduled_before,
        )
        .between(
            Column::CompletedAt,
            query.completed_after,
            query.completed_before,
        )
        .and(acknowledged(query.acknowledgement.as_ref(), now))
        .and(disputed)
        .and(scored(query, me))
        .is(Column::SeriesId, query.series_id)
        .through(
            Column::AgentId,
            member::referred(db).any(member::Column::Department, query.agent_department.as_ref()),
        )
        .words(db, Column::Id, "coaching_sessions", query.q.as_ref())
        .never_trashed(query.trashed)
        .select();
    let sorting = Sorting::greatest(
        Column::Id,
        query.sort,
        CoachingSessionSort::ScheduledStart,
        |key| match key {
            CoachingSessionSort::ScheduledStart => by(Column::ScheduledStart),
            CoachingSessionSort::CompletedAt => by_nullable(Column::CompletedAt),
            CoachingSessionSort::Score => by_nullable(Column::Score),
            CoachingSessionSort::CreatedAt => by(Column::CreatedAt),
            CoachingSessionSort::UpdatedAt => by(Column::UpdatedAt),
        },
    );
    let mut page: Page<Found> = page(db, select, &sorting, request).await?;
    page.rows = session_part::fill(db, page.rows).await?;
    Ok(page)
}

/// Who does not see a score does not find it by asking either: one's own is told with the completion.
fn scored(query: &ListCoachingSessions, me: MemberId) -> Option<SimpleExpr> {
    let least = query.score_min.map(|least| Column::Score.gte(least));
    let most = query.score_max.map(|most| Column::Score.lte(most));
    let wanted = match (least, most) {
        (Some(least), Some(most)) => least.and(most),
        (one, other) => one.or(other)?,
    };
    let told = Column::Status.eq(CoachingStatus::Completed.as_str());
    Some(wanted.and(Column::AgentId.ne(me.0).or(told)))
}

fn acknowledged(
    states: Option<&AnyOf<AcknowledgementState>>,
    now: DateTime<Utc>,
) -> Option<SimpleExpr> {
    let of = |state: &AcknowledgementState| {
        let waits = Column::AcknowledgementDueAt
            .is_not_null()
            .and(Column::AcknowledgedAt.is_null());
        match state {
            AcknowledgementState::Acknowledged => Column::AcknowledgedAt.is_not_null(),
            AcknowledgementState::Pending => waits.and(Column::AcknowledgementDueAt.gte(now)),
            AcknowledgementState::Overdue => waits.and(Column::AcknowledgementDueAt.lt(now)),
        }
    };
    let states = states?;
    let any = states.0.iter().map(of).reduce(|one, other| one.or(other));
    Some(any.unwrap_or_else(|| Expr::val(false)))
}

#[derive(FromQueryResult)]
struct Busy {
    member_id: MemberId,
    starts_at: DateTime<Utc>,
    minutes: Option<i32>,
}

/// What some members have to do that reaches into a time, but for one session; in order.
///
/// # Errors
/// When the database does not answer.
pub async fn clashes(
    db: &impl Db,
    members: &[MemberId],
    (start, end): (DateTime<Utc>, DateTime<Utc>),
    but: Option<CoachingSessionId>,
) -> StoreResult<Vec<CoachingClash>> {
    if members.is_empty() {
        return Ok(Vec::new());
    }
    let ids = || members.iter().map(|member| member.0);
    let busy = [CoachingStatus::Scheduled, CoachingStatus::InProgress];
    let mut sessions = Entity::find()
        .select_only()
        .column_as(participant::Column::MemberId, "member_id")
        .column_as(Column::ScheduledStart, "starts_at")
        .column_as(Column::DurationMinutes, "minutes")
        .join(
            JoinType::InnerJoin,
            Entity::belongs_to(participant::Entity)
                .from((Column::OrganizationId, Column::Id))
                .to((
                    participant::Column::OrganizationId,
                    participant::Column::SessionId,
                ))
                .into(),
        )
        .filter(db.owns(Column::OrganizationId))
        .filter(any_of(participant::Column::MemberId, ids()))
        .filter(any_of(Column::Status, busy))
        .filter(Column::ScheduledStart.lt(end))
        .filter(Column::ScheduledStart.gt(start - LONGEST))
        .filter(Column::ScheduledEnd.gt(start));
    if let Some(but) = but {
        sessions = sessions.filter(Column::Id.ne(but.0));
    }
    let sessions = sessions.into_model::<Busy>().all(db).await?;
    let meetings = activity::Entity::find()
        .select_only()
        .column_as(activity::Column::OwnerId, "member_id")
        .column_as(activity::Column::DueAt, "starts_at")
        .column_as(activity::Column::DurationMinutes, "minutes")
        .filter(db.owns(activity::Column::OrganizationId))
        .filter(activity::Column::Kind.eq(ActivityKind::Meeting.as_str()))
        .filter(any_of(activity::Column::OwnerId, ids()))
        .filter(activity::Column::DeletedAt.is_null())
        .filter(activity::Column::DoneAt.is_null())
        .filter(activity::Column::DueAt.lt(end))
        .filter(activity::Column::DueAt.gt(start - LONGEST))
        .into_model::<Busy>()
        .all(db)
        .await?;
    let names = name::of_ids(db, SubjectKind::Member, ids()).await?;
    let of = |kind| {
        let names = &names;
        move |busy: Busy| CoachingClash {
            member_id: busy.member_id,
            member_name: names.get(&busy.member_id.0).cloned().unwrap_or_default(),
            kind,
            starts_at: busy.starts_at,
            ends_at: busy.starts_at + TimeDelta::minutes(busy.minutes.unwrap_or(MEETING).into()),
        }
    };
    let sessions = sessions.into_iter().map(of(ClashKind::Session));
    let mut all: Vec<CoachingClash> = sessions
        .chain(meetings.into_iter().map(of(ClashKind::Meeting)))
        .filter(|clash| clash.ends_at > start)
        .collect();
    all.sort_by_key(|clash| (clash.starts_at, clash.member_id));
    Ok(all)
}
