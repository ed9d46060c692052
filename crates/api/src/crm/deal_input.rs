//! What a deal refers to, looked up within tenant and reach before it is written.

use domain::{
    core::time,
    crm::deal_worth::{PricedLine, price_lines},
};
use persistence::{
    StoreError, Tx,
    crm::{pipeline, product, stage},
    identity::organization,
};
use shared_types::{Currency, PipelineId, StageId, crm::DealLineInput};

use crate::core::error::{ApiError, ApiResult};

/// The stage where a new deal begins: the one said, or the first of its pipeline, or of the default
/// one.
///
/// # Errors
/// 422 on `stageId` or `pipelineId` when there is none, or the two do not go together.
pub async fn first_stage(
    tx: &Tx,
    pipeline: Option<PipelineId>,
    stage: Option<StageId>,
) -> ApiResult<stage::Model> {
    if let Some(id) = stage {
        let row = stage_of(tx, id).await?;
        if pipeline.is_some_and(|pipeline| pipeline != row.pipeline_id) {
            return Err(ApiError::field(
                "stageId",
                "is not a stage of this pipeline",
            ));
        }
        return Ok(row);
    }
    let all = pipeline::all(tx).await?;
    let wanted = match pipeline {
        Some(id) => all
            .into_iter()
            .find(|found| found.row.id == id)
            .ok_or_else(|| {
                ApiError::field("pipelineId", "refers to a record that does not exist")
            })?,
        None => all.into_iter().next().ok_or_else(|| {
            ApiError::field("pipelineId", "is required: there is no pipeline yet")
        })?,
    };
    wanted
        .stages
        .into_iter()
        .next()
        .ok_or_else(|| ApiError::field("pipelineId", "has no stages"))
}

/// The stage of an id.
///
/// # Errors
/// 422 on `stageId` when there is none.
pub async fn stage_of(tx: &Tx, id: StageId) -> ApiResult<stage::Model> {
    stage::get(tx, id).await.map_err(|error| match error {
        StoreError::NotFound => {
            ApiError::field("stageId", "refers to a record that does not exist")
        }
        other => other.into(),
    })
}

/// The lines of a deal with everything settled.
///
/// # Errors
/// 422 naming the line whose product does not exist or whose price is not known.
pub async fn priced(
    tx: &Tx,
    lines: &[DealLineInput],
    currency: Currency,
) -> ApiResult<Vec<PricedLine>> {
    let ids: Vec<_> = lines.iter().map(|line| line.product_id).collect();
    let prices = product::prices(tx, &ids).await?;
    if let Some(index) = ids.iter().position(|id| !prices.contains_key(id)) {
        return Err(ApiError::field(
            &format!("lines.{index}.productId"),
            "refers to a record that does not exist",
        ));
    }
    Ok(price_lines(lines, currency, |id| {
        prices.get(&id).copied().flatten()
    })?)
}

/// The currency of the organization, and its day of today.
///
/// # Errors
/// When the database does not answer.
pub async fn home(tx: &Tx) -> ApiResult<(Currency, chrono::NaiveDate)> {
    let organization = organization::get(tx).await?;
    let zone = organization.time_zone.parse().unwrap_or(chrono_tz::UTC);
    Ok((organization.currency, time::today(tx.now(), zone)))
}
