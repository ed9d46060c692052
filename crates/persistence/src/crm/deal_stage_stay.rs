//! Stays of deals in stages: which, from when to when.

use chrono::{DateTime, Utc};
use sea_orm::{
    FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationTrait,
    entity::prelude::*, sea_query::Expr,
};
use shared_types::{DealId, OrganizationId, PipelineId, StageId, crm::StageStay};
use uuid::Uuid;

use crate::{Db, StoreResult, Tx, crm::stage, relations};

/// A row of a stay.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "deal_stage_stays")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: OrganizationId,
    pub deal_id: DealId,
    pub pipeline_id: PipelineId,
    pub stage_id: StageId,
    pub entered_at: DateTime<Utc>,
    pub left_at: Option<DateTime<Utc>>,
}

relations! { Stage = StageId -> stage }

/// Queues the begin of a stay.
pub fn enter(tx: &Tx, deal: DealId, pipeline: PipelineId, stage: StageId, at: DateTime<Utc>) {
    tx.insert::<Entity>(Model {
        id: tx.new_id(),
        organization_id: tx.organization(),
        deal_id: deal,
        pipeline_id: pipeline,
        stage_id: stage,
        entered_at: at,
        left_at: None,
    });
}

/// Ends the stay of a deal.
///
/// # Errors
/// When the database does not answer.
pub async fn leave(tx: &Tx, deal: DealId) -> StoreResult<()> {
    Entity::update_many()
        .col_expr(Column::LeftAt, Expr::val(tx.now()))
        .filter(tx.owns(Column::OrganizationId))
        .filter(Column::DealId.eq(deal.0))
        .filter(Column::LeftAt.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct Found {
    #[sea_orm(nested)]
    row: Model,
    stage_name: String,
}

/// The stays of a deal, in order; an open one lasts until `now`.
///
/// # Errors
/// When the database does not answer.
pub async fn of_deal(
    db: &impl Db,
    deal: DealId,
    now: DateTime<Utc>,
) -> StoreResult<Vec<StageStay>> {
    let rows = Entity::find()
        .column_as(stage::Column::Name, "stage_name")
        .join(JoinType::InnerJoin, Relation::Stage.def())
        .filter(db.owns(Column::OrganizationId))
        .filter(Column::DealId.eq(deal.0))
        .order_by_asc(Column::EnteredAt)
        .order_by_asc(Column::Id)
        .into_model::<Found>()
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|Found { row, stage_name }| StageStay {
            stage_id: row.stage_id,
            stage_name,
            entered_at: row.entered_at,
            left_at: row.left_at,
            seconds: (row.left_at.unwrap_or(now) - row.entered_at)
                .num_seconds()
                .max(0),
        })
        .collect())
}
