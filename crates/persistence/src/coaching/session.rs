//! Coaching sessions.

use chrono::{DateTime, Utc};
use domain::{
    coaching::{
        access::Side,
        session::{acknowledgement, local_start},
    },
    core::text::search_text,
};
use sea_orm::{
    ExprTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    entity::prelude::*,
    sea_query::{SelectStatement, SimpleExpr},
};
use shared_types::{
    CoachingSeriesId, CoachingSessionId, MemberId, OrganizationId, RubricId,
    coaching::{
        CoachingClash, CoachingKind, CoachingSession, CoachingSide, CoachingStatus, RubricAnswer,
    },
};
use uuid::Uuid;

use super::{
    member_name,
    session_part::{self, Parts, participant},
};
use crate::{Db, Filter, Owners, StoreError, StoreResult, any_of, core::row, listed, update};

/// A row of a session.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "coaching_sessions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CoachingSessionId,
    pub organization_id: OrganizationId,
    pub title: String,
    pub kind: CoachingKind,
    pub status: CoachingStatus,
    pub agent_id: MemberId,
    pub coach_id: MemberId,
    pub scheduled_start: DateTime<Utc>,
    /// Follows from start and duration.
    pub scheduled_end: DateTime<Utc>,
    pub time_zone: String,
    pub duration_minutes: i32,
    pub preparation_notes: Option<String>,
    pub session_notes: Option<String>,
    /// Hundredths of a point.
    pub previous_score: Option<i32>,
    /// Hundredths of a point.
    pub score: Option<i32>,
    pub rubric_id: Option<RubricId>,
    /// A list of [`RubricAnswer`].
    pub answers: Json,
    pub series_id: Option<CoachingSeriesId>,
    pub recurrence_rule: Option<String>,
    pub rescheduled_from_id: Option<CoachingSessionId>,
    pub rescheduled_to_id: Option<CoachingSessionId>,
    pub started_at: Option<DateTime<Utc>>,
    pub completed_at: Option<DateTime<Utc>>,
    pub ended_reason: Option<String>,
    pub acknowledgement_due_at: Option<DateTime<Utc>>,
    pub acknowledged_at: Option<DateTime<Utc>>,
    /// What invitations call it, along the chain of sessions that replace each other.
    pub calendar_id: Uuid,
    pub calendar_sequence: i32,
    /// The words by which the session is found: its title and agenda.
    pub search_text: String,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// The same row with the columns that follow from others.
    #[must_use]
    pub fn derived(mut self, agenda: &[String]) -> Self {
        self.scheduled_end =
            self.scheduled_start + chrono::TimeDelta::minutes(self.duration_minutes.into());
        let words = std::iter::once(self.title.as_str()).chain(agenda.iter().map(String::as_str));
        self.search_text = search_text(words);
        self
    }

    /// What was answered.
    #[must_use]
    pub fn answers(&self) -> Vec<RubricAnswer> {
        listed(&self.answers)
    }
}

/// A session with its parts and the names of the members.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Found {
    /// The row.
    #[sea_orm(nested)]
    pub row: Model,
    /// Name of the member who is coached.
    pub agent_name: String,
    /// Name of the member who coaches.
    pub coach_name: String,
    /// Who takes part, and what was added.
    #[sea_orm(skip)]
    pub parts: Parts,
}

row!(Found);

impl Found {
    /// Those on a side.
    #[must_use]
    pub fn on(&self, side: CoachingSide) -> Vec<MemberId> {
        let there = self.parts.participants.iter();
        there
            .filter(|one| one.row.side == side)
            .map(|one| one.row.member_id)
            .collect()
    }

    /// Those who take part.
    #[must_use]
    pub fn everybody(&self) -> Vec<MemberId> {
        let there = self.parts.participants.iter();
        there.map(|one| one.row.member_id).collect()
    }

    /// The texts of the agenda.
    #[must_use]
    pub fn agenda(&self) -> Vec<String> {
        let points = self.parts.agenda.iter();
        points.map(|point| point.row.text.clone()).collect()
    }

    /// The session as `me` sees it from a side: agents without what the coach prepared, and what was said and how it was
    /// scored once it is completed.
    #[must_use]
    pub fn shown(
        self,
        (me, side): (MemberId, Side),
        may_change: bool,
        mut clashes: Vec<CoachingClash>,
        now: DateTime<Utc>,
    ) -> CoachingSession {
        let my_side = self.parts.participants.iter();
        let my_side = my_side
            .filter(|one| one.row.member_id == me)
            .map(|one| one.row.side)
            .next();
        let answers = self.row.answers();
        let Model {
            id,
            organization_id: _,
            title,
            kind,
            status,
            agent_id,
            coach_id,
            scheduled_start,
            scheduled_end,
            time_zone,
            duration_minutes,
            preparation_notes,
            session_notes,
            previous_score,
            score,
            rubric_id,
            answers: _,
            series_id,
            recurrence_rule: _,
            rescheduled_from_id,
            rescheduled_to_id,
            started_at,
            completed_at,
            ended_reason,
            acknowledgement_due_at,
            acknowledged_at,
            calendar_id: _,
            calendar_sequence: _,
            search_text: _,
            created_at,
            updated_at,
            version,
        } = self.row;
        let told = side.sees_preparation() || status == CoachingStatus::Completed;
        // Scores are about one person; of a group each would see that of another.
        let scored = side.sees_preparation() || me == agent_id;
        if !side.sees_preparation() {
            clashes.retain(|clash| clash.member_id == me);
        }
        let local_start = local_start(scheduled_start, &time_zone);
        CoachingSession {
            id,
            title,
            kind,
            status,
            agent_id,
            agent_name: self.agent_name,
            coach_id,
            coach_name: self.coach_name,
            participants: self
                .parts
                .participants
                .into_iter()
                .map(Into::into)
                .collect(),
            my_side,
            may_change,
            scheduled_start,
            scheduled_end,
            local_start,
            time_zone,
            duration_minutes,
            agenda: self.parts.agenda.into_iter().map(Into::into).collect(),
            preparation_notes: preparation_notes.filter(|_| side.sees_preparation()),
            session_notes: session_notes.filter(|_| told),
            previous_score: previous_score.filter(|_| scored),
            score: score.filter(|_| told && scored),
            rubric_id,
            answers: if told && scored { answers } else { Vec::new() },
            comments: self.parts.comments.into_iter().map(Into::into).collect(),
            disputes: if scored {
                self.parts.disputes.into_iter().map(Into::into).collect()
            } else {
                Vec::new()
            },
            series_id,
            rescheduled_from_id,
            rescheduled_to_id,
            started_at,
            completed_at,
            ended_reason,
            acknowledgement: acknowledgement(acknowledgement_due_at, acknowledged_at, now),
            acknowledgement_due_at,
            acknowledged_at,
            clashes,
            created_at,
            updated_at,
            version,
        }
    }
}

/// The tenant's sessions with the names of the two.
pub(super) fn select(db: &impl Db) -> Select<Entity> {
    Entity::find()
        .expr_as(member_name(db, Column::AgentId), "agent_name")
        .expr_as(member_name(db, Column::CoachId), "coach_name")
        .filter(db.owns(Column::OrganizationId))
}

/// The sessions in which one of these members is on a side; whoever it is, where none are named.
pub(super) fn taking_part(
    db: &impl Db,
    side: Option<CoachingSide>,
    members: Option<Vec<MemberId>>,
) -> SelectStatement {
    let mut select = participant::Entity::find()
        .select_only()
        .column(participant::Column::SessionId)
        .filter(db.owns(participant::Column::OrganizationId));
    if let Some(side) = side {
        select = select.filter(participant::Column::Side.eq(side.as_str()));
    }
    if let Some(members) = members {
        let members = members.into_iter().map(|member| member.0);
        select = select.filter(any_of(participant::Column::MemberId, members));
    }
    select.into_query()
}

/// The sessions that somebody reads: those in which they take part, and those of agents within reach.
pub(super) fn readable(db: &impl Db, me: MemberId, agents: &Owners) -> Option<SimpleExpr> {
    let Owners::Of(agents) = agents else {
        return None;
    };
    let of_agents = taking_part(db, Some(CoachingSide::Agent), Some(agents.clone()));
    let own = taking_part(db, None, Some(vec![me]));
    Some(
        Column::Id
            .in_subquery(of_agents)
            .or(Column::Id.in_subquery(own)),
    )
}

/// A session that somebody reads.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none.
pub async fn get(
    db: &impl Db,
    id: CoachingSessionId,
    me: MemberId,
    agents: &Owners,
) -> StoreResult<Found> {
    let found: Found = Filter::new(select(db))
        .is(Column::Id, Some(id))
        .always(readable(db, me, agents))
        .one(db)
        .await?;
    let mut found = session_part::fill(db, vec![found]).await?;
    found.pop().ok_or(StoreError::NotFound)
}

/// The sessions of a series that are still scheduled and begin at a time or later, in order.
///
/// # Errors
/// When the database does not answer.
pub async fn following(
    db: &impl Db,
    series: CoachingSeriesId,
    from: DateTime<Utc>,
) -> StoreResult<Vec<Found>> {
    let found = select(db)
        .filter(Column::SeriesId.eq(series.0))
        .filter(Column::Status.eq(CoachingStatus::Scheduled.as_str()))
        .filter(Column::ScheduledStart.gte(from))
        .order_by_asc(Column::ScheduledStart)
        .into_model::<Found>()
        .all(db)
        .await?;
    session_part::fill(db, found).await
}

/// The score of the last session of an agent that was completed with one.
///
/// # Errors
/// When the database does not answer.
pub async fn last_score(db: &impl Db, agent: MemberId) -> StoreResult<Option<i32>> {
    let last = Entity::find()
        .filter(db.owns(Column::OrganizationId))
        .filter(Column::AgentId.eq(agent.0))
        .filter(Column::Status.eq(CoachingStatus::Completed.as_str()))
        .filter(Column::Score.is_not_null())
        .order_by_desc(Column::CompletedAt)
        .limit(1)
        .one(db)
        .await?;
    Ok(last.and_then(|row| row.score))
}

/// Writes a changed session.
///
/// # Errors
/// [`StoreError::Stale`] when somebody was faster.
pub async fn save(db: &impl Db, before: &Model, row: Model) -> StoreResult<()> {
    update::<Entity>(db, before.id.0, before.version, row).await
}

/// Writes the words by which a session is found, after its agenda changed.
///
/// # Errors
/// When the database does not answer.
pub async fn save_words(db: &impl Db, row: &Model, agenda: &[String]) -> StoreResult<()> {
    let words = row.clone().derived(agenda).search_text;
    Entity::update_many()
        .col_expr(Column::SearchText, Expr::val(words))
        .filter(db.owns(Column::OrganizationId))
        .filter(Column::Id.eq(row.id.0))
        .exec(db)
        .await?;
    Ok(())
}
