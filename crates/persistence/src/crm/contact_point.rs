//! Addresses and numbers by which a contact is known, as they are compared.

use sea_orm::{
    QueryFilter, QuerySelect, QueryTrait, entity::prelude::*, sea_query::SelectStatement,
};
use shared_types::{ContactId, OrganizationId};

use crate::{Db, StoreResult, Tx, any_of};

/// The kind of an e-mail address.
pub const EMAIL: &str = "email";
/// The kind of a phone number.
pub const PHONE: &str = "phone";

/// A row of an address or a number.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contact_points")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub contact_id: ContactId,
    /// [`EMAIL`] or [`PHONE`].
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub value_key: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The ids of contacts that are known by one of these keys.
pub fn known(db: &impl Db, kind: &str, keys: Vec<String>) -> SelectStatement {
    Entity::find()
        .select_only()
        .column(Column::ContactId)
        .filter(db.owns(Column::OrganizationId))
        .filter(Column::Kind.eq(kind))
        .filter(any_of(Column::ValueKey, keys))
        .into_query()
}

/// Puts these in the place of those of a contact.
///
/// # Errors
/// When the database does not answer.
pub async fn replace(tx: &Tx, contact: ContactId, points: Vec<Model>) -> StoreResult<()> {
    Entity::delete_many()
        .filter(tx.owns(Column::OrganizationId))
        .filter(Column::ContactId.eq(contact.0))
        .exec(tx)
        .await?;
    tx.insert_all::<Entity>(points);
    Ok(())
}
