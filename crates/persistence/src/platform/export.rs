//! Exports of several kinds of records as one archive.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ExprTrait, QueryFilter, entity::prelude::*};
use shared_types::{
    ApiKeyId, ExportId, MemberId, OrganizationId, Reach,
    platform::{Export, ExportSort, ExportState, ExportedFile, ImportKind, ListExports},
};

use super::import::read;
use crate::{Db, Filter, Page, PageRequest, Sorting, StoreResult, System, by, page, update};

/// A row of an export.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "exports")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ExportId,
    pub organization_id: OrganizationId,
    /// [`ImportKind`]s, words with a space between them.
    pub kinds: String,
    pub state: ExportState,
    /// How far the permission to export reached when its archive was begun.
    pub reach: Reach,
    /// [`ExportedFile`]s.
    pub files: Json,
    /// Bytes.
    pub size: i64,
    pub failure: Option<String>,
    /// The API key that asked for it, if one did.
    pub key_id: Option<ApiKeyId>,
    pub created_by_id: MemberId,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
    pub expires_at: Option<DateTime<Utc>>,
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Kinds as they are stored.
#[must_use]
pub fn kinds_text(kinds: &[ImportKind]) -> String {
    let words: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
    words.join(" ")
}

impl Model {
    /// What it holds; a word that is no kind any more is left out.
    #[must_use]
    pub fn kinds(&self) -> Vec<ImportKind> {
        let words = self.kinds.split_whitespace();
        words.filter_map(|word| word.parse().ok()).collect()
    }

    /// The files of its archive.
    ///
    /// # Errors
    /// [`crate::StoreError::Corrupt`] when they cannot be read back.
    pub fn files(&self) -> StoreResult<Vec<ExportedFile>> {
        read(&self.files)
    }

    /// The same row at its end; it goes some time later.
    #[must_use]
    pub fn ended(self, state: ExportState, now: DateTime<Utc>, kept: TimeDelta) -> Self {
        Self {
            state,
            updated_at: now,
            finished_at: Some(now),
            expires_at: Some(now + kept),
            version: self.version + 1,
            ..self
        }
    }

    /// The export as the API shows it.
    ///
    /// # Errors
    /// [`crate::StoreError::Corrupt`] when its files cannot be read back.
    pub fn into_view(self) -> StoreResult<Export> {
        let (kinds, files) = (self.kinds(), self.files()?);
        Ok(Export {
            id: self.id,
            state: self.state,
            kinds,
            files,
            size: u64::try_from(self.size).unwrap_or(0),
            failure: self.failure,
            created_by_id: self.created_by_id,
            created_at: self.created_at,
            finished_at: self.finished_at,
            expires_at: self.expires_at,
            version: self.version,
        })
    }
}

/// Whose exports somebody sees, at a time.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// Those of this member; of everybody without.
    pub member: Option<MemberId>,
    /// Those that this API key asked for; whatever asked for them without.
    pub key: Option<ApiKeyId>,
    /// Those that have not gone by then.
    pub now: DateTime<Utc>,
}

fn seen(db: &impl Db, seen: &Seen) -> Filter<Entity> {
    let expires_at = Column::ExpiresAt;
    Filter::new(Entity::find().filter(db.owns(Column::OrganizationId)))
        .is(Column::CreatedById, seen.member)
        .is(Column::KeyId, seen.key)
        .always(Some(expires_at.is_null().or(expires_at.gt(seen.now))))
}

/// An export of the tenant.
///
/// # Errors
/// [`crate::StoreError::NotFound`] when somebody sees none.
pub async fn get(db: &impl Db, id: ExportId, whose: &Seen) -> StoreResult<Model> {
    seen(db, whose).is(Column::Id, Some(id)).one(db).await
}

/// A page of exports, the latest first.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    db: &impl Db,
    query: &ListExports,
    whose: &Seen,
    request: &PageRequest,
) -> StoreResult<Page<Model>> {
    let select = seen(db, whose)
        .any(Column::State, query.state.as_ref())
        .and(query.q.as_ref().map(|words| Column::Kinds.contains(words)))
        .never_trashed(query.trashed)
        .select();
    let sorting = Sorting::greatest(
        Column::Id,
        query.sort,
        ExportSort::CreatedAt,
        |key| match key {
            ExportSort::CreatedAt => by(Column::CreatedAt),
        },
    );
    page(db, select, &sorting, request).await
}

/// Whether an export of a member is not at its end.
///
/// # Errors
/// When the database does not answer.
pub async fn is_under_way(db: &impl Db, member: MemberId) -> StoreResult<bool> {
    let states = [ExportState::Waiting, ExportState::Running];
    let row = Entity::find()
        .filter(db.owns(Column::OrganizationId))
        .filter(Column::CreatedById.eq(member.0))
        .filter(Column::State.is_in(states.map(ExportState::as_str)))
        .one(db)
        .await?;
    Ok(row.is_some())
}

/// Writes a changed export.
///
/// # Errors
/// [`crate::StoreError::Stale`] when somebody was faster.
pub async fn save(db: &impl Db, before: &Model, row: Model) -> StoreResult<()> {
    update::<Entity>(db, before.id.0, before.version, row).await
}

/// Takes an export away.
///
/// # Errors
/// When the database does not answer.
pub async fn delete(db: &impl Db, id: ExportId) -> StoreResult<()> {
    Entity::delete_many()
        .filter(db.owns(Column::OrganizationId))
        .filter(Column::Id.eq(id.0))
        .exec(db)
        .await?;
    Ok(())
}

impl System {
    /// Takes away what has expired, with its archives.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn clean_exports(&self, now: DateTime<Utc>) -> StoreResult<()> {
        if self.is_postgres() {
            let sql = "SELECT clean_exports($1)";
            self.rows(sql, "", vec![now.into()], true).await?;
            return Ok(());
        }
        for sql in [
            "DELETE FROM pieces WHERE subject_id IN (SELECT id FROM exports WHERE expires_at <= ?1)",
            "DELETE FROM exports WHERE expires_at <= ?1",
        ] {
            self.rows("", sql, vec![now.into()], true).await?;
        }
        Ok(())
    }
}
