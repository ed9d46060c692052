//! The files of imports, in pieces.

use chrono::{DateTime, Utc};
use sea_orm::{FromQueryResult, QueryFilter, QueryOrder, QuerySelect, entity::prelude::*};
use shared_types::{ImportId, OrganizationId};

use crate::{Db, StoreResult, Tx};

/// The file that was brought.
pub const FILE: &str = "file";
/// The rows that were refused.
pub const REJECTS: &str = "rejects";

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_pieces")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub import_id: ImportId,
    /// [`FILE`] or [`REJECTS`].
    #[sea_orm(primary_key, auto_increment = false)]
    pub part: String,
    /// Its place: pieces of the file are counted, refused rows lie at the row before them.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i64,
    pub bytes: Vec<u8>,
    pub created_at: DateTime<Utc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Queues a piece.
pub fn append(tx: &Tx, import: ImportId, part: &str, position: i64, bytes: Vec<u8>) {
    tx.insert::<Entity>(Model {
        organization_id: tx.organization(),
        import_id: import,
        part: part.to_owned(),
        position,
        bytes,
        created_at: tx.now(),
    });
}

#[derive(FromQueryResult)]
struct Piece {
    position: i64,
    bytes: Vec<u8>,
}

/// The first piece after a place, with its own place.
///
/// # Errors
/// When the database does not answer.
pub async fn after(
    db: &impl Db,
    import: ImportId,
    part: &str,
    position: i64,
) -> StoreResult<Option<(i64, Vec<u8>)>> {
    let found = Entity::find()
        .select_only()
        .columns([Column::Position, Column::Bytes])
        .filter(db.owns(Column::OrganizationId))
        .filter(Column::ImportId.eq(import.0))
        .filter(Column::Part.eq(part))
        .filter(Column::Position.gt(position))
        .order_by_asc(Column::Position)
        .limit(1)
        .into_model::<Piece>()
        .one(db)
        .await?;
    Ok(found.map(|piece| (piece.position, piece.bytes)))
}

/// Takes a part away.
///
/// # Errors
/// When the database does not answer.
pub async fn delete(db: &impl Db, import: ImportId, part: &str) -> StoreResult<()> {
    Entity::delete_many()
        .filter(db.owns(Column::OrganizationId))
        .filter(Column::ImportId.eq(import.0))
        .filter(Column::Part.eq(part))
        .exec(db)
        .await?;
    Ok(())
}
