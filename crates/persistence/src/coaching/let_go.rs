//! What coaching refers to, when that is deleted for good.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use shared_types::platform::SubjectKind;
use uuid::Uuid;

use super::{action_item, quick_note};
use crate::{Db, StoreResult, Tx};

/// Takes a record that is deleted for good out of what referred to it.
///
/// # Errors
/// When the database does not answer.
pub async fn let_go(tx: &Tx, kind: SubjectKind, id: Uuid) -> StoreResult<()> {
    use quick_note::Column;
    let column = match kind {
        SubjectKind::Company => Column::CompanyId,
        SubjectKind::Contact => Column::ContactId,
        SubjectKind::Deal => {
            let column = action_item::Column::DealId;
            release::<action_item::Entity>(tx, action_item::Column::OrganizationId, column, id)
                .await?;
            Column::DealId
        }
        _ => return Ok(()),
    };
    release::<quick_note::Entity>(tx, Column::OrganizationId, column, id).await
}

async fn release<E: EntityTrait>(
    tx: &Tx,
    tenant: E::Column,
    column: E::Column,
    id: Uuid,
) -> StoreResult<()> {
    E::update_many()
        .col_expr(column, Expr::val(None::<Uuid>))
        .filter(tx.owns(tenant))
        .filter(column.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}
