//! Rubrics, in versions.

use chrono::{DateTime, Utc};
use domain::core::text::fold;
use sea_orm::{QueryFilter, QueryOrder, QuerySelect, entity::prelude::*};
use shared_types::{
    OrganizationId, RubricId,
    coaching::{ListRubrics, Rubric, RubricQuestion, RubricSort, RubricStatus},
};

use crate::{
    Db, Filter, Page, PageRequest, Sorting, StoreResult, by, delete_owned, find_owned, listed,
    page, update,
};

/// A row of a version of a rubric.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rubrics")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RubricId,
    pub organization_id: OrganizationId,
    /// The id of the first version.
    pub family_id: RubricId,
    pub number: i32,
    pub name: String,
    /// The name, folded: sorts and matches.
    pub name_key: String,
    pub description: Option<String>,
    pub status: RubricStatus,
    /// A list of [`RubricQuestion`].
    pub questions: Json,
    pub published_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// The same row with the columns that follow from others.
    #[must_use]
    pub fn derived(mut self) -> Self {
        self.name_key = fold(&self.name);
        self
    }

    /// What is asked.
    #[must_use]
    pub fn questions(&self) -> Vec<RubricQuestion> {
        listed(&self.questions)
    }
}

impl From<Model> for Rubric {
    fn from(row: Model) -> Self {
        let questions = row.questions();
        let Model {
            id,
            organization_id: _,
            family_id,
            number,
            name,
            name_key: _,
            description,
            status,
            questions: _,
            published_at,
            created_at,
            updated_at,
            version,
        } = row;
        Self {
            id,
            family_id,
            number,
            name,
            description,
            status,
            questions,
            published_at,
            created_at,
            updated_at,
            version,
        }
    }
}

/// A version of the tenant.
///
/// # Errors
/// [`crate::StoreError::NotFound`] when there is none.
pub async fn get(db: &impl Db, id: RubricId) -> StoreResult<Model> {
    find_owned::<Entity>(db, Column::OrganizationId, Column::Id.eq(id.0)).await
}

/// The latest version of a family, and the one that is published.
///
/// # Errors
/// When the database does not answer.
pub async fn latest(db: &impl Db, family: RubricId) -> StoreResult<(Option<Model>, Option<Model>)> {
    let of = |filter| {
        Entity::find()
            .filter(db.owns(Column::OrganizationId))
            .filter(Column::FamilyId.eq(family.0))
            .filter(filter)
            .order_by_desc(Column::Number)
            .limit(1)
    };
    let latest = of(Column::Number.gte(1)).one(db).await?;
    let published = Column::Status.eq(RubricStatus::Published.as_str());
    Ok((latest, of(published).one(db).await?))
}

/// A page of versions.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    db: &impl Db,
    query: &ListRubrics,
    request: &PageRequest,
) -> StoreResult<Page<Model>> {
    let select = Filter::new(Entity::find().filter(db.owns(Column::OrganizationId)))
        .any(Column::Status, query.status.as_ref())
        .is(Column::FamilyId, query.family_id)
        .named(Column::NameKey, query.q.as_ref())
        .never_trashed(query.trashed)
        .select();
    let sorting = Sorting::least(Column::Id, query.sort, RubricSort::Name, |key| match key {
        RubricSort::Name => by(Column::NameKey),
        RubricSort::CreatedAt => by(Column::CreatedAt),
        RubricSort::UpdatedAt => by(Column::UpdatedAt),
    });
    page(db, select, &sorting, request).await
}

/// Writes a changed version.
///
/// # Errors
/// [`crate::StoreError::Stale`] when somebody was faster.
pub async fn save(db: &impl Db, before: &Model, row: Model) -> StoreResult<()> {
    update::<Entity>(db, before.id.0, before.version, row).await
}

/// Deletes a draft.
///
/// # Errors
/// [`crate::StoreError::Reference`] while something refers to it.
pub async fn delete(db: &impl Db, id: RubricId) -> StoreResult<()> {
    delete_owned::<Entity>(db, Column::OrganizationId, Column::Id.eq(id.0)).await
}
