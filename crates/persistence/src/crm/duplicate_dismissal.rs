//! What somebody said is not the same.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use domain::crm::duplicate_group::{pair, pairs};
use sea_orm::{
    QueryFilter,
    entity::prelude::*,
    sea_query::{ExprTrait, OnConflict},
};
use shared_types::{MemberId, OrganizationId};

use crate::{Db, StoreResult, Tx};

/// A row of a pair, in the order of the ids.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "duplicate_dismissals")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub first_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub second_id: Uuid,
    pub dismissed_by_id: Option<MemberId>,
    pub dismissed_at: DateTime<Utc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The pairs that are not the same.
///
/// # Errors
/// When the database does not answer.
pub async fn dismissed(db: &impl Db) -> StoreResult<HashSet<(Uuid, Uuid)>> {
    let rows = Entity::find()
        .filter(db.owns(Column::OrganizationId))
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.first_id, row.second_id))
        .collect())
}

/// The records that are not the same as this one.
///
/// # Errors
/// When the database does not answer.
pub async fn dismissed_with(db: &impl Db, id: Uuid) -> StoreResult<HashSet<Uuid>> {
    let rows = Entity::find()
        .filter(db.owns(Column::OrganizationId))
        .filter(Column::FirstId.eq(id).or(Column::SecondId.eq(id)))
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .flat_map(|row| [row.first_id, row.second_id])
        .collect())
}

/// Remembers of every pair of these records that they are not the same.
///
/// # Errors
/// When the database does not answer.
pub async fn remember(tx: &Tx, ids: &[Uuid], by: MemberId) -> StoreResult<()> {
    let rows: Vec<ActiveModel> = pairs(ids)
        .map(|(one, other)| {
            let (first_id, second_id) = pair(one, other);
            Model {
                organization_id: tx.organization(),
                first_id,
                second_id,
                dismissed_by_id: Some(by),
                dismissed_at: tx.now(),
            }
            .into()
        })
        .collect();
    if !rows.is_empty() {
        let key = [Column::OrganizationId, Column::FirstId, Column::SecondId];
        Entity::insert_many(rows)
            .on_conflict(OnConflict::columns(key).do_nothing().to_owned())
            .exec_without_returning(tx)
            .await?;
    }
    Ok(())
}
