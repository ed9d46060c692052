//! Imports of files.

use chrono::{DateTime, Utc};
use sea_orm::{QueryFilter, QueryOrder, QuerySelect, entity::prelude::*};
use serde::{Serialize, de::DeserializeOwned};
use shared_types::{
    Currency, ImportArchiveId, ImportId, MemberId, NumberFormat, OrganizationId, PipelineId, Role,
    platform::{
        ColumnMapping, DateFormat, Delimiter, Import, ImportColumn, ImportCounts, ImportEncoding,
        ImportKind, ImportReason, ImportSort, ImportState, ListImports, MatchRule, Unowned,
        ValueMatch,
    },
};

use crate::{
    Db, Filter, Page, PageRequest, Sorting, StoreError, StoreResult, any_of, by, find_owned, page,
    update,
};

/// A row of an import.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "imports")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ImportId,
    pub organization_id: OrganizationId,
    pub kind: ImportKind,
    pub state: ImportState,
    pub filename: String,
    /// Bytes.
    pub size: i64,
    pub encoding: ImportEncoding,
    pub delimiter: Delimiter,
    pub date_format: DateFormat,
    pub date_format_is_sure: bool,
    pub number_format: NumberFormat,
    pub currency: Currency,
    /// [`ImportColumn`]s.
    pub columns: Json,
    /// [`ColumnMapping`]s.
    pub mapping: Json,
    pub match_rule: MatchRule,
    pub pipeline_id: Option<PipelineId>,
    pub default_role: Option<Role>,
    pub unowned: Option<Unowned>,
    /// [`ValueMatch`]es.
    pub value_matches: Json,
    pub rows: Option<i64>,
    pub processed: i64,
    pub created: i64,
    pub updated: i64,
    pub skipped: i64,
    pub refused: i64,
    /// [`ImportReason`]s.
    pub first_reasons: Json,
    pub failure: Option<String>,
    pub archive_id: Option<ImportArchiveId>,
    pub created_by_id: Option<MemberId>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub started_at: Option<DateTime<Utc>>,
    pub finished_at: Option<DateTime<Utc>>,
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A list as it was stored.
pub(crate) fn read<T: DeserializeOwned>(stored: &Json) -> StoreResult<T> {
    T::deserialize(stored).map_err(|error| StoreError::Corrupt(error.to_string()))
}

/// A list as it is stored.
///
/// # Errors
/// When it is none that JSON can hold.
pub fn stored<T: Serialize>(list: &[T]) -> StoreResult<Json> {
    serde_json::to_value(list).map_err(|error| StoreError::Corrupt(error.to_string()))
}

impl Model {
    /// The columns of the file.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when they cannot be read back.
    pub fn columns(&self) -> StoreResult<Vec<ImportColumn>> {
        read(&self.columns)
    }

    /// What the columns mean.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when it cannot be read back.
    pub fn mapping(&self) -> StoreResult<Vec<ColumnMapping>> {
        read(&self.mapping)
    }

    /// Names that were not found as they are written.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when they cannot be read back.
    pub fn value_matches(&self) -> StoreResult<Vec<ValueMatch>> {
        read(&self.value_matches)
    }

    /// The first rows that were refused.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when they cannot be read back.
    pub fn first_reasons(&self) -> StoreResult<Vec<ImportReason>> {
        read(&self.first_reasons)
    }

    /// What became of the rows so far.
    #[must_use]
    pub fn counts(&self) -> ImportCounts {
        let count = |number: i64| u64::try_from(number).unwrap_or(0);
        ImportCounts {
            created: count(self.created),
            updated: count(self.updated),
            skipped: count(self.skipped),
            refused: count(self.refused),
        }
    }

    /// The same row before its first row of the file.
    #[must_use]
    pub fn at_the_beginning(self) -> Self {
        Self {
            processed: 0,
            created: 0,
            updated: 0,
            skipped: 0,
            refused: 0,
            first_reasons: Json::Array(Vec::new()),
            failure: None,
            ..self
        }
    }

    /// The import as the API shows it.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when stored lists cannot be read back.
    pub fn into_view(self) -> StoreResult<Import> {
        let (columns, mapping) = (self.columns()?, self.mapping()?);
        let (value_matches, first_reasons) = (self.value_matches()?, self.first_reasons()?);
        let counts = self.counts();
        Ok(Import {
            id: self.id,
            kind: self.kind,
            state: self.state,
            filename: self.filename,
            size: u64::try_from(self.size).unwrap_or(0),
            encoding: self.encoding,
            delimiter: self.delimiter,
            date_format: self.date_format,
            date_format_is_sure: self.date_format_is_sure,
            number_format: self.number_format,
            currency: self.currency,
            columns,
            mapping,
            match_rule: self.match_rule,
            pipeline_id: self.pipeline_id,
            default_role: self.default_role,
            unowned: self.unowned,
            value_matches,
            rows: self.rows.and_then(|rows| u64::try_from(rows).ok()),
            processed: u64::try_from(self.processed).unwrap_or(0),
            counts,
            first_reasons,
            failure: self.failure,
            archive_id: self.archive_id,
            created_by_id: self.created_by_id,
            created_at: self.created_at,
            started_at: self.started_at,
            finished_at: self.finished_at,
            version: self.version,
        })
    }
}

/// An import of the tenant.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none.
pub async fn get(db: &impl Db, id: ImportId) -> StoreResult<Model> {
    find_owned::<Entity>(db, Column::OrganizationId, Column::Id.eq(id.0)).await
}

/// A page of imports, the latest first.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    db: &impl Db,
    query: &ListImports,
    request: &PageRequest,
) -> StoreResult<Page<Model>> {
    let select = Filter::new(Entity::find().filter(db.owns(Column::OrganizationId)))
        .any(Column::Kind, query.kind.as_ref())
        .any(Column::State, query.state.as_ref())
        .and(query.archive_id.map(|id| Column::ArchiveId.eq(id.0)))
        .and(
            query
                .q
                .as_ref()
                .map(|words| Column::Filename.contains(words)),
        )
        .never_trashed(query.trashed)
        .select();
    let sorting = Sorting::greatest(
        Column::Id,
        query.sort,
        ImportSort::CreatedAt,
        |key| match key {
            ImportSort::CreatedAt => by(Column::CreatedAt),
        },
    );
    page(db, select, &sorting, request).await
}

/// The imports that the tables of an archive have become so far.
///
/// # Errors
/// When the database does not answer.
pub async fn of_archive(db: &impl Db, archive: ImportArchiveId) -> StoreResult<Vec<Model>> {
    Ok(Entity::find()
        .filter(db.owns(Column::OrganizationId))
        .filter(Column::ArchiveId.eq(archive.0))
        .all(db)
        .await?)
}

/// The columns of earlier files of this kind, with what they meant; the latest first, at most ten.
///
/// # Errors
/// When the database does not answer, or a stored list cannot be read back.
pub async fn remembered(
    db: &impl Db,
    kind: ImportKind,
) -> StoreResult<Vec<(Vec<ImportColumn>, Vec<ColumnMapping>)>> {
    let states = [ImportState::Ready, ImportState::Running, ImportState::Done];
    Entity::find()
        .filter(db.owns(Column::OrganizationId))
        .filter(Column::Kind.eq(kind.as_str()))
        .filter(any_of(
            Column::State,
            states.into_iter().map(ImportState::as_str),
        ))
        .order_by_desc(Column::CreatedAt)
        .limit(10)
        .all(db)
        .await?
        .into_iter()
        .map(|row| Ok((row.columns()?, row.mapping()?)))
        .collect()
}

/// Writes a changed import.
///
/// # Errors
/// [`StoreError::Stale`] when somebody was faster.
pub async fn save(db: &impl Db, before: &Model, row: Model) -> StoreResult<()> {
    update::<Entity>(db, before.id.0, before.version, row).await
}
