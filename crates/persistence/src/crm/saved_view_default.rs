//! The view of a list that a member begins with.

use sea_orm::{QueryFilter, entity::prelude::*};
use shared_types::{MemberId, OrganizationId, SavedViewId, crm::ListKind};

use crate::{Db, StoreResult, Tx};

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "saved_view_defaults")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: MemberId,
    /// Part of the key as well, which sea-orm makes of numbers and ids alone.
    pub resource: ListKind,
    pub saved_view_id: SavedViewId,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Lets a member begin a list with a view, or with none.
///
/// # Errors
/// When the database does not answer.
pub async fn set(
    tx: &Tx,
    member: MemberId,
    list: ListKind,
    view: Option<SavedViewId>,
) -> StoreResult<()> {
    Entity::delete_many()
        .filter(tx.owns(Column::OrganizationId))
        .filter(Column::MemberId.eq(member.0))
        .filter(Column::Resource.eq(list))
        .exec(tx)
        .await?;
    if let Some(saved_view_id) = view {
        tx.insert::<Entity>(Model {
            organization_id: tx.organization(),
            member_id: member,
            resource: list,
            saved_view_id,
        });
    }
    Ok(())
}

/// Nobody but its owner begins with a view any more: it is not shared now.
///
/// # Errors
/// When the database does not answer.
pub async fn keep_for(db: &impl Db, view: SavedViewId, owner: MemberId) -> StoreResult<()> {
    Entity::delete_many()
        .filter(db.owns(Column::OrganizationId))
        .filter(Column::SavedViewId.eq(view.0))
        .filter(Column::MemberId.ne(owner.0))
        .exec(db)
        .await?;
    Ok(())
}
