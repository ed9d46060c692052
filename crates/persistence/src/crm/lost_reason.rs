//! Reasons for which deals are lost.

use chrono::{DateTime, Utc};
use sea_orm::{FromQueryResult, QueryFilter, entity::prelude::*};
use shared_types::{
    LostReasonId, OrganizationId, Sort,
    crm::{ListLostReasons, LostReason, LostReasonSort},
};

use crate::{Db, Page, PageRequest, SortKey, Sorting, StoreError, StoreResult, page, update};

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "lost_reasons")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: LostReasonId,
    pub organization_id: OrganizationId,
    pub name: String,
    /// The name, folded: sorts, matches and is unique.
    pub name_key: String,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Model> for LostReason {
    fn from(row: Model) -> Self {
        let Model {
            id,
            organization_id: _,
            name,
            name_key: _,
            created_at,
            updated_at,
            version,
        } = row;
        Self {
            id,
            name,
            created_at,
            updated_at,
            version,
        }
    }
}

#[derive(FromQueryResult)]
struct Found {
    #[sea_orm(nested)]
    row: Model,
}

/// All of the tenant, by name.
///
/// # Errors
/// When the database does not answer.
pub async fn all(db: &impl Db) -> StoreResult<Vec<Model>> {
    let mut rows = Entity::find()
        .filter(db.owns(Column::OrganizationId))
        .all(db)
        .await?;
    rows.sort_by(|a, b| a.name_key.cmp(&b.name_key));
    Ok(rows)
}

/// One of the tenant.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none.
pub async fn get(db: &impl Db, id: LostReasonId) -> StoreResult<Model> {
    Entity::find()
        .filter(db.owns(Column::OrganizationId))
        .filter(Column::Id.eq(id.0))
        .one(db)
        .await?
        .ok_or(StoreError::NotFound)
}

/// A page of them.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    db: &impl Db,
    query: &ListLostReasons,
    request: &PageRequest,
) -> StoreResult<Page<Model>> {
    let mut select = Entity::find().filter(db.owns(Column::OrganizationId));
    if let Some(words) = &query.q {
        let key = domain::core::text::fold(words);
        select = select.filter(Column::NameKey.contains(key));
    }
    if query.trashed == Some(true) {
        select = select.filter(Expr::val(false));
    }
    let sort = query.sort.unwrap_or(Sort {
        key: LostReasonSort::Name,
        descending: false,
    });
    let sorting = Sorting {
        column: match sort.key {
            LostReasonSort::Name => Column::NameKey,
            LostReasonSort::CreatedAt => Column::CreatedAt,
        },
        nullable: false,
        descending: sort.descending,
        id: Column::Id,
        key: |found: &Found, column| {
            let key: SortKey = match column {
                Column::CreatedAt => found.row.created_at.into(),
                _ => found.row.name_key.as_str().into(),
            };
            (key, found.row.id.0)
        },
    };
    Ok(page(db, select, &sorting, request)
        .await?
        .map(|found| found.row))
}

/// Writes a changed row.
///
/// # Errors
/// [`StoreError::Stale`] when somebody was faster; [`StoreError::Duplicate`] for a name there is.
pub async fn save(db: &impl Db, before: &Model, row: Model) -> StoreResult<()> {
    update::<Entity>(db, before.id.0, before.version, row).await
}

/// Deletes a row that nothing refers to.
///
/// # Errors
/// [`StoreError::Reference`] while something does.
pub async fn delete(db: &impl Db, id: LostReasonId) -> StoreResult<()> {
    Entity::delete_many()
        .filter(db.owns(Column::OrganizationId))
        .filter(Column::Id.eq(id.0))
        .exec(db)
        .await?;
    Ok(())
}
