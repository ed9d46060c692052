//! Action plans.

use chrono::{DateTime, NaiveDate, Utc};
use domain::core::{text::search_text, time::LAST_DAY};
use sea_orm::{
    ExprTrait, FromQueryResult, QueryFilter, QuerySelect, entity::prelude::*, sea_query::SimpleExpr,
};
use shared_types::{
    ActionPlanId, MemberId, OrganizationId, Sort,
    coaching::{ActionPlan, ActionPlanSort, ActionPlanStatus, ListActionPlans},
};

use super::member_name;
use crate::{
    Db, Filter, Owners, Page, PageRequest, Sorting, StoreResult, by,
    core::{row, view},
    page,
};

/// A row of an action plan.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "action_plans")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ActionPlanId,
    pub organization_id: OrganizationId,
    pub title: String,
    pub goal: Option<String>,
    pub agent_id: MemberId,
    pub created_by_id: MemberId,
    pub status: ActionPlanStatus,
    pub due_on: Option<NaiveDate>,
    /// What it is sorted by: its day, or the last of all where it has none.
    pub due_rank: NaiveDate,
    pub closed_at: Option<DateTime<Utc>>,
    /// The words by which the plan is found.
    pub search_text: String,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub deleted_at: Option<DateTime<Utc>>,
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// The same row with the columns that follow from others.
    #[must_use]
    pub fn derived(mut self) -> Self {
        self.due_rank = self.due_on.unwrap_or(LAST_DAY);
        self.search_text = search_text([
            self.title.as_str(),
            self.goal.as_deref().unwrap_or_default(),
        ]);
        self
    }
}

/// An action plan with the names of the members.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Found {
    /// The row.
    #[sea_orm(nested)]
    pub row: Model,
    /// Name of the agent.
    pub agent_name: String,
    /// Name of who made it.
    pub created_by_name: String,
}
row!(Found);

view! {
    Found => ActionPlan;
    shown(
        id, title, goal, agent_id, created_by_id, status, due_on, closed_at, created_at, updated_at, deleted_at,
        version,
    );
    hidden(organization_id, due_rank, search_text);
    beside(agent_name, created_by_name);
}

fn select(db: &impl Db) -> Select<Entity> {
    Entity::find()
        .expr_as(member_name(db, Column::AgentId), "agent_name")
        .expr_as(member_name(db, Column::CreatedById), "created_by_name")
        .filter(db.owns(Column::OrganizationId))
}

/// Whose plans somebody reads: those of these agents, and those that they made.
fn read_by(me: MemberId, agents: &Owners) -> Option<SimpleExpr> {
    let condition = agents.condition(Column::AgentId)?;
    Some(condition.or(Column::CreatedById.eq(me.0)))
}

/// A plan that somebody may read, in the trash or not.
///
/// # Errors
/// [`crate::StoreError::NotFound`] when there is none.
pub async fn get(
    db: &impl Db,
    id: ActionPlanId,
    me: MemberId,
    agents: &Owners,
) -> StoreResult<Found> {
    Filter::new(select(db))
        .is(Column::Id, Some(id))
        .always(read_by(me, agents))
        .one(db)
        .await
}

/// A plan of these agents.
///
/// # Errors
/// [`crate::StoreError::NotFound`] when there is none.
pub async fn of_agents(db: &impl Db, id: ActionPlanId, agents: &Owners) -> StoreResult<Found> {
    Filter::new(select(db))
        .is(Column::Id, Some(id))
        .owners(Column::AgentId, agents)
        .one(db)
        .await
}

/// A page of plans that somebody may read.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    db: &impl Db,
    query: &ListActionPlans,
    me: MemberId,
    agents: &Owners,
    request: &PageRequest,
) -> StoreResult<Page<Found>> {
    let select = Filter::new(select(db))
        .trash(Column::DeletedAt, query.trashed)
        .always(read_by(me, agents))
        .any(Column::AgentId, query.agent_id.as_ref())
        .any(Column::CreatedById, query.created_by_id.as_ref())
        .any(Column::Status, query.status.as_ref())
        .between(Column::DueOn, query.due_after, query.due_before)
        .words(db, Column::Id, "action_plans", query.q.as_ref())
        .select();
    page(db, select, &sorting(query.sort), request).await
}

fn sorting(sort: Option<Sort<ActionPlanSort>>) -> Sorting<Entity> {
    Sorting::greatest(
        Column::Id,
        sort,
        ActionPlanSort::CreatedAt,
        |key| match key {
            ActionPlanSort::DueOn => by(Column::DueRank),
            ActionPlanSort::CreatedAt => by(Column::CreatedAt),
            ActionPlanSort::UpdatedAt => by(Column::UpdatedAt),
        },
    )
}

/// Writes a changed plan.
///
/// # Errors
/// [`crate::StoreError::Stale`] when somebody was faster.
pub async fn save(db: &impl Db, before: &Model, row: Model) -> StoreResult<()> {
    crate::update::<Entity>(db, before.id.0, before.version, row).await
}
