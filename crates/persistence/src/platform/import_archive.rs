//! Archives that come in.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use shared_types::{
    ImportArchiveId, ImportId, MemberId, OrganizationId,
    platform::{ArchiveState, ArchiveTable, ImportArchive, ImportKind},
};

use super::import;
use crate::{Db, StoreResult, find_owned, update};

/// A row of an archive.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_archives")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ImportArchiveId,
    pub organization_id: OrganizationId,
    pub state: ArchiveState,
    pub filename: String,
    /// Bytes.
    pub size: i64,
    /// Name of the organization it was taken from.
    pub source: String,
    pub written_at: DateTime<Utc>,
    /// [`Table`]s, in their order.
    pub tables: Json,
    pub failure: Option<String>,
    pub created_by_id: MemberId,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A table, before it is its turn to be imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Table {
    /// The import that it becomes, under which its file is kept.
    pub import_id: ImportId,
    /// What it holds.
    pub kind: ImportKind,
    /// Its name in the archive.
    pub name: String,
    /// Rows without the header.
    pub rows: u64,
    /// Bytes, unpacked.
    pub bytes: u64,
}

impl Model {
    /// Its tables, in their order.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`](crate::StoreError::Corrupt) when they cannot be read back.
    pub fn tables(&self) -> StoreResult<Vec<Table>> {
        import::read(&self.tables)
    }

    /// The same row at its end.
    #[must_use]
    pub fn ended(self, state: ArchiveState, now: DateTime<Utc>) -> Self {
        Self {
            state,
            updated_at: now,
            finished_at: Some(now),
            version: self.version + 1,
            ..self
        }
    }

    /// The archive as the API shows it, with the imports that its tables have become so far.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`](crate::StoreError::Corrupt) when stored lists cannot be read back.
    pub fn into_view(self, imports: &[import::Model]) -> StoreResult<ImportArchive> {
        let tables = self.tables()?.into_iter().map(|table| {
            let begun = imports.iter().find(|row| row.id == table.import_id);
            ArchiveTable {
                import_id: table.import_id,
                kind: table.kind,
                name: table.name,
                state: begun.map(|row| row.state),
                rows: table.rows,
                processed: begun.map_or(0, |row| u64::try_from(row.processed).unwrap_or(0)),
                counts: begun.map(import::Model::counts).unwrap_or_default(),
            }
        });
        Ok(ImportArchive {
            tables: tables.collect(),
            id: self.id,
            state: self.state,
            filename: self.filename,
            size: u64::try_from(self.size).unwrap_or(0),
            source: self.source,
            written_at: self.written_at,
            failure: self.failure,
            created_by_id: self.created_by_id,
            created_at: self.created_at,
            finished_at: self.finished_at,
            version: self.version,
        })
    }
}

/// An archive of the tenant.
///
/// # Errors
/// [`StoreError::NotFound`](crate::StoreError::NotFound) when there is none.
pub async fn get(db: &impl Db, id: ImportArchiveId) -> StoreResult<Model> {
    find_owned::<Entity>(db, Column::OrganizationId, Column::Id.eq(id.0)).await
}

/// Whether an archive of the tenant is being imported.
///
/// # Errors
/// When the database does not answer.
pub async fn is_under_way(db: &impl Db) -> StoreResult<bool> {
    let found = Entity::find()
        .filter(db.owns(Column::OrganizationId))
        .filter(Column::State.eq(ArchiveState::Running.as_str()))
        .one(db)
        .await?;
    Ok(found.is_some())
}

/// Writes a changed archive.
///
/// # Errors
/// [`StoreError::Stale`](crate::StoreError::Stale) when somebody was faster.
pub async fn save(db: &impl Db, before: &Model, row: Model) -> StoreResult<()> {
    update::<Entity>(db, before.id.0, before.version, row).await
}
