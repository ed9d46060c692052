//! How coaching goes, member by member: a handful of grouped queries, however many members there are.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Select,
};
use shared_types::{
    MemberId, Role,
    coaching::{ActionItemStatus, ActionPlanStatus, CoachingMember},
};

use super::{
    action_item::{self, overdue},
    action_plan, quick_note,
};
use crate::{Db, StoreResult, any_of, identity::member, row_count};

#[derive(FromQueryResult)]
struct Count {
    member_id: MemberId,
    count: i64,
}

/// How many rows of a selection there are of each member in a column.
async fn counts<E: EntityTrait>(
    db: &impl Db,
    select: Select<E>,
    column: E::Column,
) -> StoreResult<HashMap<MemberId, i64>> {
    let rows = select
        .select_only()
        .column_as(column, "member_id")
        .expr_as(row_count(), "count")
        .group_by(column)
        .into_model::<Count>()
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.member_id, row.count))
        .collect())
}

/// From when on things are counted.
#[derive(Clone, Copy, Debug)]
pub struct Since {
    /// The day where the organization is.
    pub today: NaiveDate,
    /// The day from which on quick notes are counted.
    pub day: NaiveDate,
    /// The time from which on items that are done are counted.
    pub time: DateTime<Utc>,
}

/// How coaching goes with the active ones of some members, by name. Quick notes are those that `reader` reads.
///
/// # Errors
/// When the database does not answer.
pub async fn members(
    db: &impl Db,
    of: &[MemberId],
    reader: &quick_note::Reader,
    since: Since,
) -> StoreResult<Vec<CoachingMember>> {
    let ids = || of.iter().map(|member| member.0);
    let coached = [Role::TeamLeader, Role::Agent, Role::SalesRep];
    let people = member::Entity::find()
        .filter(db.owns(member::Column::OrganizationId))
        .filter(any_of(member::Column::Id, ids()))
        .filter(member::Column::Active.eq(true))
        .filter(any_of(member::Column::Role, coached))
        .order_by_asc(member::Column::Name)
        .all(db)
        .await?;
    let items = || {
        action_item::Entity::find()
            .filter(db.owns(action_item::Column::OrganizationId))
            .filter(any_of(action_item::Column::OwnerId, ids()))
            .filter(action_item::Column::DeletedAt.is_null())
    };
    let owner = action_item::Column::OwnerId;
    let undone = [ActionItemStatus::Open, ActionItemStatus::InProgress];
    let open = items().filter(any_of(action_item::Column::Status, undone));
    let open = counts(db, open, owner).await?;
    let late = counts(db, items().filter(overdue(since.today)), owner).await?;
    let done = items().filter(action_item::Column::CompletedAt.gte(since.time));
    let done = counts(db, done, owner).await?;
    let plans = action_plan::Entity::find()
        .filter(db.owns(action_plan::Column::OrganizationId))
        .filter(any_of(action_plan::Column::AgentId, ids()))
        .filter(action_plan::Column::DeletedAt.is_null())
        .filter(action_plan::Column::Status.eq(ActionPlanStatus::Active));
    let plans = counts(db, plans, action_plan::Column::AgentId).await?;
    let notes = quick_note::Entity::find()
        .filter(db.owns(quick_note::Column::OrganizationId))
        .filter(any_of(quick_note::Column::AgentId, ids()))
        .filter(quick_note::Column::DeletedAt.is_null())
        .filter(quick_note::Column::ObservedOn.gte(since.day))
        .filter(reader.condition());
    let notes = counts(db, notes, quick_note::Column::AgentId).await?;
    Ok(people
        .into_iter()
        .map(|person| {
            let of = |counts: &HashMap<MemberId, i64>| counts.get(&person.id).copied().unwrap_or(0);
            CoachingMember {
                member_id: person.id,
                open_items: of(&open),
                overdue_items: of(&late),
                done_items: of(&done),
                active_plans: of(&plans),
                quick_notes: of(&notes),
                member_name: person.name,
            }
        })
        .collect())
}
