//! Pipelines.

use chrono::{DateTime, Utc};
use domain::{core::text::fold, crm::pipeline::PlannedStage};
use sea_orm::{
    ExprTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, entity::prelude::*,
    sea_query::Expr,
};
use shared_types::{
    OrganizationId, PipelineId, StageId,
    crm::{Pipeline, Stage},
};

use crate::{
    Db, StoreError, StoreResult, Tx,
    crm::{deal, stage},
    delete_owned, update,
};

/// A row of a pipeline.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "pipelines")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PipelineId,
    pub organization_id: OrganizationId,
    pub name: String,
    /// The name, folded: sorts, matches and is unique.
    pub name_key: String,
    pub is_default: bool,
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
}

/// A pipeline with its stages in order.
#[derive(Clone, Debug)]
pub struct Found {
    /// The row.
    pub row: Model,
    /// Its stages.
    pub stages: Vec<stage::Model>,
}

impl Found {
    /// The stages as the rules see them.
    #[must_use]
    pub fn plain_stages(&self) -> Vec<Stage> {
        self.stages.iter().cloned().map(Stage::from).collect()
    }
}

impl From<Found> for Pipeline {
    fn from(found: Found) -> Self {
        let Model {
            id,
            organization_id: _,
            name,
            name_key: _,
            is_default,
            created_at,
            updated_at,
            version,
        } = found.row;
        Self {
            id,
            name,
            is_default,
            stages: found.stages.into_iter().map(Stage::from).collect(),
            created_at,
            updated_at,
            version,
        }
    }
}

/// Every pipeline of the tenant, the default one first. There are few.
///
/// # Errors
/// When the database does not answer.
pub async fn all(db: &impl Db) -> StoreResult<Vec<Found>> {
    let rows = Entity::find()
        .filter(db.owns(Column::OrganizationId))
        .order_by_desc(Column::IsDefault)
        .order_by_asc(Column::NameKey)
        .all(db)
        .await?;
    let stages = stage::all(db).await?;
    Ok(rows
        .into_iter()
        .map(|row| Found {
            stages: stages
                .iter()
                .filter(|stage| stage.pipeline_id == row.id)
                .cloned()
                .collect(),
            row,
        })
        .collect())
}

/// A pipeline of the tenant.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none.
pub async fn get(db: &impl Db, id: PipelineId) -> StoreResult<Found> {
    all(db)
        .await?
        .into_iter()
        .find(|found| found.row.id == id)
        .ok_or(StoreError::NotFound)
}

/// Writes a changed pipeline.
///
/// # Errors
/// [`StoreError::Stale`] when somebody was faster.
pub async fn save(db: &impl Db, before: &Model, row: Model) -> StoreResult<()> {
    update::<Entity>(db, before.id.0, before.version, row).await
}

/// Takes the mark of the default from whichever pipeline has it.
///
/// # Errors
/// When the database does not answer.
pub async fn clear_default(db: &impl Db) -> StoreResult<()> {
    Entity::update_many()
        .col_expr(Column::IsDefault, Expr::val(false))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(db.owns(Column::OrganizationId))
        .filter(Column::IsDefault.eq(true))
        .exec(db)
        .await?;
    Ok(())
}

/// Writes the stages of a plan in their order and takes those away that are left out.
///
/// # Errors
/// When the database does not answer.
pub async fn save_stages(
    tx: &Tx,
    pipeline: PipelineId,
    stages: Vec<PlannedStage>,
    removed: &[StageId],
) -> StoreResult<()> {
    if !removed.is_empty() {
        stage::Entity::delete_many()
            .filter(tx.owns(stage::Column::OrganizationId))
            .filter(stage::Column::Id.is_in(removed.iter().map(|id| id.0)))
            .exec(tx)
            .await?;
    }
    for (position, planned) in (0..).zip(stages) {
        let row = stage::Model {
            id: planned.id.unwrap_or_else(|| tx.new_id()),
            organization_id: tx.organization(),
            pipeline_id: pipeline,
            name: planned.name,
            name_key: String::new(),
            position,
            probability: i32::from(planned.probability),
            rotting_days: planned.rotting_days.map(i32::from),
        }
        .derived();
        if planned.id.is_none() {
            tx.insert::<stage::Entity>(row);
        } else if planned.changed {
            stage::Entity::update_many()
                .col_expr(stage::Column::Name, Expr::val(row.name))
                .col_expr(stage::Column::NameKey, Expr::val(row.name_key))
                .col_expr(stage::Column::Position, Expr::val(row.position))
                .col_expr(stage::Column::Probability, Expr::val(row.probability))
                .col_expr(stage::Column::RottingDays, Expr::val(row.rotting_days))
                .filter(tx.owns(stage::Column::OrganizationId))
                .filter(stage::Column::Id.eq(row.id.0))
                .exec(tx)
                .await?;
        }
    }
    Ok(())
}

/// Deletes an empty pipeline with its stages.
///
/// # Errors
/// [`StoreError::Reference`] while deals are, or were, in it.
pub async fn delete(db: &impl Db, id: PipelineId) -> StoreResult<()> {
    delete_owned::<Entity>(db, Column::OrganizationId, Column::Id.eq(id.0)).await
}

#[derive(FromQueryResult)]
struct InStage {
    stage_id: StageId,
    count: i64,
}

/// How many deals stand in each stage of a pipeline, won, lost and trashed ones too.
///
/// # Errors
/// When the database does not answer.
pub async fn deals_by_stage(
    db: &impl Db,
    pipeline: PipelineId,
) -> StoreResult<Vec<(StageId, u64)>> {
    let rows = deal::Entity::find()
        .select_only()
        .column(deal::Column::StageId)
        .expr_as(Expr::cust("count(*)"), "count")
        .filter(db.owns(deal::Column::OrganizationId))
        .filter(deal::Column::PipelineId.eq(pipeline.0))
        .group_by(deal::Column::StageId)
        .into_model::<InStage>()
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.stage_id, u64::try_from(row.count).unwrap_or(0)))
        .collect())
}
