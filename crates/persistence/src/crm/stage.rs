//! Stages of pipelines.

use domain::core::text::fold;
use sea_orm::{QueryFilter, QueryOrder, entity::prelude::*};
use shared_types::{OrganizationId, PipelineId, StageId, crm::Stage};

use crate::{Db, StoreResult, find_owned};

/// A row of a stage.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "stages")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: StageId,
    pub organization_id: OrganizationId,
    pub pipeline_id: PipelineId,
    pub name: String,
    /// The name, folded: matches.
    pub name_key: String,
    /// Place in the pipeline, from 0.
    pub position: i32,
    /// Percent.
    pub probability: i32,
    pub rotting_days: Option<i32>,
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
}

impl From<Model> for Stage {
    fn from(row: Model) -> Self {
        let Model {
            id,
            organization_id: _,
            pipeline_id: _,
            name,
            name_key: _,
            position: _,
            probability,
            rotting_days,
        } = row;
        Self {
            id,
            name,
            probability: u8::try_from(probability).unwrap_or(0),
            rotting_days: rotting_days.and_then(|days| u16::try_from(days).ok()),
        }
    }
}

/// All stages of the tenant, each pipeline's in its order.
///
/// # Errors
/// When the database does not answer.
pub async fn all(db: &impl Db) -> StoreResult<Vec<Model>> {
    Ok(Entity::find()
        .filter(db.owns(Column::OrganizationId))
        .order_by_asc(Column::PipelineId)
        .order_by_asc(Column::Position)
        .all(db)
        .await?)
}

/// A stage of the tenant.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none.
pub async fn get(db: &impl Db, id: StageId) -> StoreResult<Model> {
    find_owned::<Entity>(db, Column::OrganizationId, Column::Id.eq(id.0)).await
}
