//! Templates of coaching sessions.

use chrono::{DateTime, Utc};
use domain::core::text::fold;
use sea_orm::{QueryFilter, entity::prelude::*};
use shared_types::{
    CoachingTemplateId, OrganizationId, RubricId,
    coaching::{CoachingKind, CoachingTemplate, CoachingTemplateSort, ListCoachingTemplates},
};

use crate::{
    Db, Filter, Page, PageRequest, Sorting, StoreResult, by, delete_owned, find_owned, listed,
    page, update,
};

/// A row of a template.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "coaching_templates")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CoachingTemplateId,
    pub organization_id: OrganizationId,
    pub name: String,
    /// The name, folded: sorts, matches and is unique.
    pub name_key: String,
    pub kind: CoachingKind,
    pub duration_minutes: i32,
    /// A list of texts.
    pub agenda: Json,
    pub preparation_notes: Option<String>,
    pub rubric_id: Option<RubricId>,
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

    /// What is to be talked about.
    #[must_use]
    pub fn agenda(&self) -> Vec<String> {
        listed(&self.agenda)
    }
}

impl From<Model> for CoachingTemplate {
    fn from(row: Model) -> Self {
        let agenda = row.agenda();
        let Model {
            id,
            organization_id: _,
            name,
            name_key: _,
            kind,
            duration_minutes,
            agenda: _,
            preparation_notes,
            rubric_id,
            created_at,
            updated_at,
            version,
        } = row;
        Self {
            id,
            name,
            kind,
            duration_minutes,
            agenda,
            preparation_notes,
            rubric_id,
            created_at,
            updated_at,
            version,
        }
    }
}

/// A template of the tenant.
///
/// # Errors
/// [`crate::StoreError::NotFound`] when there is none.
pub async fn get(db: &impl Db, id: CoachingTemplateId) -> StoreResult<Model> {
    find_owned::<Entity>(db, Column::OrganizationId, Column::Id.eq(id.0)).await
}

/// A page of templates.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    db: &impl Db,
    query: &ListCoachingTemplates,
    request: &PageRequest,
) -> StoreResult<Page<Model>> {
    let select = Filter::new(Entity::find().filter(db.owns(Column::OrganizationId)))
        .any(Column::Kind, query.kind.as_ref())
        .named(Column::NameKey, query.q.as_ref())
        .never_trashed(query.trashed)
        .select();
    let standard = CoachingTemplateSort::Name;
    let sorting = Sorting::least(Column::Id, query.sort, standard, |key| match key {
        CoachingTemplateSort::Name => by(Column::NameKey),
        CoachingTemplateSort::CreatedAt => by(Column::CreatedAt),
        CoachingTemplateSort::UpdatedAt => by(Column::UpdatedAt),
    });
    page(db, select, &sorting, request).await
}

/// Writes a changed template.
///
/// # Errors
/// [`crate::StoreError::Stale`] when somebody was faster.
pub async fn save(db: &impl Db, before: &Model, row: Model) -> StoreResult<()> {
    update::<Entity>(db, before.id.0, before.version, row).await
}

/// Deletes a template; sessions that were made of it stay as they are.
///
/// # Errors
/// When the database does not answer.
pub async fn delete(db: &impl Db, id: CoachingTemplateId) -> StoreResult<()> {
    delete_owned::<Entity>(db, Column::OrganizationId, Column::Id.eq(id.0)).await
}
