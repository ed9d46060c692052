//! Saved views that name records that are merged: they come to name the record that stays.

use std::collections::HashMap;

use domain::crm::saved_view::repointed;
use sea_orm::{
    QueryFilter,
    entity::prelude::*,
    sea_query::{Expr, ExprTrait, Func},
};
use shared_types::{MergeId, OrganizationId, crm::ViewFilter};

use super::saved_view::{self, Model as View};
use crate::{Db, StoreError, StoreResult, Tx};

/// A row of what moved in a merge.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "merge_moves")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub merge_id: MergeId,
    /// Here the name of a filter behind [`REFERENCE`].
    #[sea_orm(primary_key, auto_increment = false)]
    pub reference: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub row_id: Uuid,
    pub from_id: Uuid,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What the journal calls a filter of a view.
const REFERENCE: &str = "saved_views.";

/// The views of the organization that name a record.
async fn naming(tx: &Tx, id: Uuid) -> StoreResult<Vec<View>> {
    let words = Func::lower(Expr::col(saved_view::Column::Query).cast_as("text"));
    Ok(saved_view::Entity::find()
        .filter(tx.owns(saved_view::Column::OrganizationId))
        .filter(Expr::expr(words).like(format!("%{id}%")))
        .all(tx)
        .await?)
}

/// Gives filters of a view other values; answers the names of those, and what they named before.
async fn change(
    tx: &Tx,
    before: View,
    next: impl Fn(&ViewFilter) -> Option<(String, Uuid)>,
) -> StoreResult<Vec<(String, Uuid)>> {
    let mut shown = before.shown()?;
    let mut changed = Vec::new();
    for filter in &mut shown.filters {
        if let Some((value, was)) = next(filter) {
            filter.value = value;
            changed.push((filter.name.clone(), was));
        }
    }
    if changed.is_empty() {
        return Ok(changed);
    }
    let row = View {
        query: shown.stored()?,
        updated_at: tx.now(),
        version: before.version + 1,
        ..before.clone()
    };
    match saved_view::save(tx, &before, row).await {
        // Whoever changes it this moment decides what it names.
        Err(StoreError::Stale) => Ok(Vec::new()),
        saved => saved.map(|()| changed),
    }
}

/// Lets views name the record that stays instead of one that goes, and writes down which did.
///
/// # Errors
/// When the database does not answer.
pub async fn follow(tx: &Tx, merge: MergeId, winner: Uuid, losers: &[Uuid]) -> StoreResult<()> {
    let mut moved = Vec::new();
    for loser in losers {
        for view in naming(tx, *loser).await? {
            let row_id = view.id.0;
            let next = |filter: &ViewFilter| repointed(&filter.value, &[*loser], winner);
            let changed = change(tx, view, next).await?;
            moved.extend(changed.into_iter().map(|(name, from_id)| Model {
                organization_id: tx.organization(),
                merge_id: merge,
                reference: format!("{REFERENCE}{name}"),
                row_id,
                from_id,
            }));
        }
    }
    tx.write_all::<Entity>(moved).await
}

/// Lets views that followed a merge, and still name the record that stayed, name what they did before.
///
/// # Errors
/// When the database does not answer.
pub async fn go_back(tx: &Tx, merge: MergeId, winner: Uuid) -> StoreResult<()> {
    let moved = Entity::find()
        .filter(tx.owns(Column::OrganizationId))
        .filter(Column::MergeId.eq(merge.0))
        .filter(Column::Reference.starts_with(REFERENCE))
        .all(tx)
        .await?;
    if moved.is_empty() {
        return Ok(());
    }
    let from: HashMap<(Uuid, String), Uuid> = moved
        .into_iter()
        .map(|moved| ((moved.row_id, moved.reference), moved.from_id))
        .collect();
    for view in naming(tx, winner).await? {
        let id = view.id.0;
        let next = |filter: &ViewFilter| {
            let was = from.get(&(id, format!("{REFERENCE}{}", filter.name)))?;
            repointed(&filter.value, &[winner], *was)
        };
        change(tx, view, next).await?;
    }
    Ok(())
}
