//! Action items.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::core::{text::search_text, time::LAST_DAY};
use sea_orm::{
    ExprTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationTrait,
    entity::prelude::*, sea_query::SimpleExpr,
};
use shared_types::{
    ActionItemId, ActionPlanId, DealId, LostReasonId, MemberId, OrganizationId, Sort,
    coaching::{ActionItem, ActionItemSort, ActionItemStatus, ActionPriority, ListActionItems},
};

use super::{action_plan, member_name};
use crate::{
    Columns, Db, Filter, First, Owners, Page, PageRequest, Sorting, StoreResult, any_of, by,
    core::{relations, row, view},
    crm::{deal, lost_reason},
    page, row_count,
};

/// A row of an action item.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "action_items")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ActionItemId,
    pub organization_id: OrganizationId,
    pub title: String,
    pub description: Option<String>,
    pub owner_id: MemberId,
    pub created_by_id: MemberId,
    pub plan_id: Option<ActionPlanId>,
    pub position: i32,
    pub due_on: Option<NaiveDate>,
    /// What it is sorted by: its day, or the last of all where it has none.
    pub due_rank: NaiveDate,
    pub priority: ActionPriority,
    pub status: ActionItemStatus,
    pub completed_at: Option<DateTime<Utc>>,
    pub deal_id: Option<DealId>,
    pub lost_reason_id: Option<LostReasonId>,
    /// The words by which the item is found.
    pub search_text: String,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub deleted_at: Option<DateTime<Utc>>,
    pub version: i64,
}

relations! {
    Plan = PlanId -> action_plan,
    Deal = DealId -> deal,
    LostReason = LostReasonId -> lost_reason,
}

impl Model {
    /// The same row with the columns that follow from others.
    #[must_use]
    pub fn derived(mut self) -> Self {
        self.due_rank = self.due_on.unwrap_or(LAST_DAY);
        self.search_text = search_text([
            self.title.as_str(),
            self.description.as_deref().unwrap_or_default(),
        ]);
        self
    }
}

/// An action item with the names of what it refers to.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Found {
    /// The row.
    #[sea_orm(nested)]
    pub row: Model,
    /// Name of the owner.
    pub owner_name: String,
    /// Name of who set it.
    pub created_by_name: String,
    /// Title of the plan.
    pub plan_title: Option<String>,
    /// Title of the deal.
    pub deal_title: Option<String>,
    /// Who works the deal.
    pub deal_owner_id: Option<MemberId>,
    /// Name of the reason for losing deals.
    pub lost_reason_name: Option<String>,
}
row!(Found);

view! {
    Found => ActionItem;
    shown(
        id, title, description, owner_id, created_by_id, plan_id, position, due_on, priority, status, completed_at,
        deal_id, lost_reason_id, created_at, updated_at, deleted_at, version,
    );
    hidden(organization_id, due_rank, search_text);
    beside(owner_name, created_by_name, plan_title, deal_title, lost_reason_name);
}

fn select(db: &impl Db) -> Select<Entity> {
    Entity::find()
        .expr_as(member_name(db, Column::OwnerId), "owner_name")
        .expr_as(member_name(db, Column::CreatedById), "created_by_name")
        .column_as(action_plan::Column::Title, "plan_title")
        .column_as(deal::Column::Title, "deal_title")
        .column_as(deal::Column::OwnerId, "deal_owner_id")
        .column_as(lost_reason::Column::Name, "lost_reason_name")
        .join(JoinType::LeftJoin, Relation::Plan.def())
        .join(JoinType::LeftJoin, Relation::Deal.def())
        .join(JoinType::LeftJoin, Relation::LostReason.def())
        .filter(db.owns(Column::OrganizationId))
}

/// Whose items somebody reads, and what day it is there.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Who reads; what they set is always among it.
    pub me: MemberId,
    /// Those of these members.
    pub agents: Owners,
    /// The day of the organization.
    pub today: NaiveDate,
}

impl Seen {
    fn condition(&self) -> Option<SimpleExpr> {
        let condition = self.agents.condition(Column::OwnerId)?;
        Some(condition.or(Column::CreatedById.eq(self.me.0)))
    }
}

/// What is late: the rule of [`domain::coaching::action_item::is_overdue`] as a condition.
pub(super) fn overdue(today: NaiveDate) -> SimpleExpr {
    let open = [ActionItemStatus::Open, ActionItemStatus::InProgress];
    any_of(Column::Status, open).and(Column::DueRank.lt(today))
}

/// An item that somebody may read, in the trash or not.
///
/// # Errors
/// [`crate::StoreError::NotFound`] when there is none.
pub async fn get(
    db: &impl Db,
    id: ActionItemId,
    me: MemberId,
    agents: &Owners,
) -> StoreResult<Found> {
    let read = agents
        .condition(Column::OwnerId)
        .map(|condition| condition.or(Column::CreatedById.eq(me.0)));
    Filter::new(select(db))
        .is(Column::Id, Some(id))
        .always(read)
        .one(db)
        .await
}

/// An item of these members.
///
/// # Errors
/// [`crate::StoreError::NotFound`] when there is none.
pub async fn of_owners(db: &impl Db, id: ActionItemId, owners: &Owners) -> StoreResult<Found> {
    Filter::new(select(db))
        .is(Column::Id, Some(id))
        .owners(Column::OwnerId, owners)
        .one(db)
        .await
}

/// A page of items that somebody may read.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    db: &impl Db,
    query: &ListActionItems,
    seen: &Seen,
    request: &PageRequest,
) -> StoreResult<Page<Found>> {
    let select = filtered(db, select(db), query, seen);
    page(db, select, &sorting(query.sort), request).await
}

fn filtered(
    db: &impl Db,
    select: Select<Entity>,
    query: &ListActionItems,
    seen: &Seen,
) -> Select<Entity> {
    let late = query.overdue.map(|wanted| {
        let late = overdue(seen.today);
        if wanted { late } else { late.not() }
    });
    Filter::new(select)
        .trash(Column::DeletedAt, query.trashed)
        .always(seen.condition())
        .any(Column::OwnerId, query.owner_id.as_ref())
        .any(Column::CreatedById, query.created_by_id.as_ref())
        .any(Column::Status, query.status.as_ref())
        .any(Column::Priority, query.priority.as_ref())
        .and(late)
        .is(Column::PlanId, query.plan_id)
        .is(Column::DealId, query.deal_id)
        .any(Column::LostReasonId, query.lost_reason_id.as_ref())
        .between(Column::DueOn, query.due_after, query.due_before)
        .between(
            Column::CompletedAt,
            query.completed_after,
            query.completed_before,
        )
        .words(db, Column::Id, "action_items", query.q.as_ref())
        .select()
}

fn sorting(sort: Option<Sort<ActionItemSort>>) -> Sorting<Entity> {
    Sorting::least(Column::Id, sort, ActionItemSort::DueOn, |key| match key {
        ActionItemSort::DueOn => by(Column::DueRank),
        ActionItemSort::Position => by(Column::Position),
        ActionItemSort::CreatedAt => by(Column::CreatedAt),
        ActionItemSort::UpdatedAt => by(Column::UpdatedAt),
    })
}

/// A column of the board.
#[derive(Debug, Default)]
pub struct BoardColumn {
    /// Items of the state.
    pub count: u64,
    /// The first of them.
    pub first: First<Found>,
}

#[derive(FromQueryResult)]
struct Total {
    status: ActionItemStatus,
    count: i64,
}

/// The items of a query in each of some states: how many they are, and the first `per_column`, what is
/// due first before the others.
///
/// # Errors
/// When the database does not answer.
pub async fn columns(
    db: &impl Db,
    statuses: &[ActionItemStatus],
    query: &ListActionItems,
    seen: &Seen,
    per_column: u16,
) -> StoreResult<HashMap<ActionItemStatus, BoardColumn>> {
    let all = Entity::find().filter(db.owns(Column::OrganizationId));
    let totals = filtered(db, all, query, seen)
        .filter(any_of(Column::Status, statuses.iter().copied()))
        .select_only()
        .column(Column::Status)
        .expr_as(row_count(), "count")
        .group_by(Column::Status)
        .into_model::<Total>()
        .all(db)
        .await?;
    let first = Columns {
        select: filtered(db, select(db), query, seen),
        by: Column::Status,
        keys: statuses,
        key: |row| row.status,
        sorting: sorting(None),
        most: per_column,
    };
    let mut first = first.first::<Found>(db).await?;
    let mut column = |total: Total| BoardColumn {
        count: u64::try_from(total.count).unwrap_or(0),
        first: first.remove(&total.status).unwrap_or_default(),
    };
    Ok(totals
        .into_iter()
        .map(|total| (total.status, column(total)))
        .collect())
}

/// The items of a plan that are not in the trash, in their order.
///
/// # Errors
/// When the database does not answer.
pub async fn of_plan(db: &impl Db, plan: ActionPlanId) -> StoreResult<Vec<Found>> {
    Ok(select(db)
        .filter(Column::PlanId.eq(plan.0))
        .filter(Column::DeletedAt.is_null())
        .order_by_asc(Column::Position)
        .order_by_asc(Column::Id)
        .into_model::<Found>()
        .all(db)
        .await?)
}

/// Writes a changed item.
///
/// # Errors
/// [`crate::StoreError::Stale`] when somebody was faster.
pub async fn save(db: &impl Db, before: &Model, row: Model) -> StoreResult<()> {
    crate::update::<Entity>(db, before.id.0, before.version, row).await
}
