//! Reminders of activities.

use chrono::{DateTime, Utc};
use sea_orm::{
    FromQueryResult, QueryFilter, QuerySelect,
    entity::prelude::*,
    sea_query::{Expr, LockType},
};
use shared_types::{ActivityId, OrganizationId};

use super::activity::{Column, Entity, Found, select};
use crate::{Db, StoreResult, System, Tx, any_of};

/// An activity whose owner is to be reminded.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub struct DueReminder {
    /// Whose it is.
    pub organization_id: OrganizationId,
    /// Which it is.
    pub id: ActivityId,
}

impl System {
    /// The activities, of all tenants, whose owners are to be reminded by now; at most `limit`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn due_reminders(
        &self,
        now: DateTime<Utc>,
        limit: i32,
    ) -> StoreResult<Vec<DueReminder>> {
        self.all(
            "SELECT * FROM due_reminders($1, $2)",
            "SELECT organization_id, id FROM activities WHERE remind_at <= ?1 AND done_at IS NULL AND deleted_at IS NULL ORDER BY remind_at LIMIT ?2",
            vec![now.into(), limit.into()],
            false,
        )
        .await
    }
}

/// Takes the reminders of some activities, unless they were taken, moved or dropped meanwhile: each
/// is taken once. The activities stay at their versions.
///
/// # Errors
/// When the database does not answer.
pub async fn take_reminders(tx: &Tx, ids: &[ActivityId]) -> StoreResult<Vec<Found>> {
    let mut due = select(tx)
        .filter(any_of(Column::Id, ids.iter().map(|id| id.0)))
        .filter(Column::RemindAt.lte(tx.now()))
        .filter(Column::DoneAt.is_null())
        .filter(Column::DeletedAt.is_null());
    // Another worker that looks at the same rows waits, and then finds nothing to take.
    QuerySelect::query(&mut due).lock_with_tables(LockType::Update, [Entity]);
    let taken = due.into_model::<Found>().all(tx).await?;
    Entity::update_many()
        .col_expr(Column::RemindAt, Expr::val(None::<DateTime<Utc>>))
        .filter(tx.owns(Column::OrganizationId))
        .filter(any_of(Column::Id, taken.iter().map(|found| found.row.id.0)))
        .exec(tx)
        .await?;
    Ok(taken)
}
