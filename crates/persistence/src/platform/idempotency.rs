//! Answers kept under the caller's idempotency key, written with what they answer for.

use chrono::{DateTime, Utc};
use sea_orm::{EntityTrait, QueryFilter, entity::prelude::*};
use shared_types::OrganizationId;
use uuid::Uuid;

use crate::{Db, StoreResult};

/// An answer and what it answered.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_keys")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// The member, or the API key, that made the request.
    #[sea_orm(primary_key, auto_increment = false)]
    pub caller_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// Of method, path and body.
    pub request_hash: String,
    pub status: i32,
    pub body: String,
    pub location: Option<String>,
    pub etag: Option<String>,
    pub created_at: DateTime<Utc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The answer kept under a key.
///
/// # Errors
/// When the database does not answer.
pub async fn find(db: &impl Db, caller: Uuid, key: &str) -> StoreResult<Option<Model>> {
    Ok(Entity::find()
        .filter(db.owns(Column::OrganizationId))
        .filter(Column::CallerId.eq(caller))
        .filter(Column::Key.eq(key))
        .one(db)
        .await?)
}
