//! The files of imports and exports, in pieces.

use chrono::{DateTime, Utc};
use sea_orm::{QueryFilter, QueryOrder, QuerySelect, entity::prelude::*};
use shared_types::OrganizationId;
use uuid::Uuid;

use crate::{Db, StoreResult, Tx};

/// The file that was brought, or that is to be fetched.
pub const FILE: &str = "file";
/// The rows of an import that were refused.
pub const REJECTS: &str = "rejects";

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "pieces")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: OrganizationId,
    /// The import or export.
    pub subject_id: Uuid,
    /// [`FILE`] or [`REJECTS`].
    pub part: String,
    /// Its place: pieces of a file are counted, refused rows lie at the row before them.
    pub position: i64,
    /// What it holds, encrypted.
    pub sealed: String,
    pub created_at: DateTime<Utc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A piece, before it has its place in a file.
#[derive(Clone, Debug)]
pub struct NewPiece {
    /// Its own id, under which it is encrypted.
    pub id: Uuid,
    /// The import or export.
    pub subject_id: Uuid,
    /// [`FILE`] or [`REJECTS`].
    pub part: &'static str,
    /// Its place.
    pub position: i64,
    /// What it holds, encrypted.
    pub sealed: String,
}

/// Queues a piece.
pub fn append(tx: &Tx, piece: NewPiece) {
    let NewPiece {
        id,
        subject_id,
        part,
        position,
        sealed,
    } = piece;
    tx.insert::<Entity>(Model {
        id,
        organization_id: tx.organization(),
        subject_id,
        part: part.to_owned(),
        position,
        sealed,
        created_at: tx.now(),
    });
}

/// The first piece after a place.
///
/// # Errors
/// When the database does not answer.
pub async fn after(
    db: &impl Db,
    subject: Uuid,
    part: &str,
    position: i64,
) -> StoreResult<Option<Model>> {
    let found = Entity::find()
        .filter(db.owns(Column::OrganizationId))
        .filter(Column::SubjectId.eq(subject))
        .filter(Column::Part.eq(part))
        .filter(Column::Position.gt(position))
        .order_by_asc(Column::Position)
        .limit(1)
        .one(db)
        .await?;
    Ok(found)
}

/// Takes a part away.
///
/// # Errors
/// When the database does not answer.
pub async fn delete(db: &impl Db, subject: impl Into<Uuid>, part: &str) -> StoreResult<()> {
    Entity::delete_many()
        .filter(db.owns(Column::OrganizationId))
        .filter(Column::SubjectId.eq(subject.into()))
        .filter(Column::Part.eq(part))
        .exec(db)
        .await?;
    Ok(())
}
