//! The board of leads: how many there are of every state by one query, the first of each by another.

use std::collections::HashMap;

use sea_orm::{EntityTrait, FromQueryResult, QueryFilter, QuerySelect};
use shared_types::{
    Sort,
    crm::{LeadSort, LeadStatus, ListLeads},
};

use crate::{
    Columns, Db, First, Owners, StoreResult, any_of,
    crm::lead::{Column, Entity, Found, filtered, select, sorting},
    row_count,
};

/// A column of the board.
#[derive(Debug, Default)]
pub struct BoardColumn {
    /// Leads of the state.
    pub count: u64,
    /// The first of them.
    pub first: First<Found>,
}

#[derive(FromQueryResult)]
struct Total {
    status: LeadStatus,
    count: i64,
}

/// The leads of a query in each of some states: how many they are, and the first `per_column`, the
/// highest score first.
///
/// # Errors
/// When the database does not answer.
pub async fn columns(
    db: &impl Db,
    statuses: &[LeadStatus],
    query: &ListLeads,
    owners: &Owners,
    per_column: u16,
) -> StoreResult<HashMap<LeadStatus, BoardColumn>> {
    // Names are shown of the first alone: counting takes the index, and no other table.
    let all = Entity::find().filter(db.owns(Column::OrganizationId));
    let totals = filtered(db, all, query, owners)
        .filter(any_of(Column::Status, statuses.iter().copied()))
        .select_only()
        .column(Column::Status)
        .expr_as(row_count(), "count")
        .group_by(Column::Status)
        .into_model::<Total>()
        .all(db)
        .await?;
    let first = Columns {
        select: filtered(db, select(db), query, owners),
        by: Column::Status,
        keys: statuses,
        key: |row| row.status,
        sorting: sorting(Some(Sort {
            key: LeadSort::Score,
            descending: true,
        })),
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
