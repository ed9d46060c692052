//! The board of deals.

use actix_web::get;
use persistence::crm::{deal_board, pipeline};
use shared_types::{
    AnyOf, Sort, StageId,
    crm::{DealBoard, DealBoardColumn, DealSort, DealStatus, ListDeals, ShowDealBoard},
};

use crate::core::{
    app::Services,
    context::Ctx,
    error::{ApiError, ApiResult},
    extract::Params,
    permit::DealsRead,
    reply::Reply,
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config.service(get_deal_board);
}

/// Cards that a column of a board shows at first.
pub const PER_COLUMN: u16 = 25;

/// Board of deals
///
/// Every stage of a pipeline, or those of `stageId`, with its open deals: totals over all of them, and the first 25.
/// The pipeline is the first of `pipelineId`, the default one unless said. The next deals are those of
/// `GET /api/v1/deals` with the same filters, and with `pipelineId`, `stageId`, `status=open`,
/// `sort=-stageEnteredAt` and the column's `nextCursor`.
#[utoipa::path(tag = "deals", operation_id = "getDealBoard", params(ShowDealBoard),
    responses((status = 200, description = "The board.", body = DealBoard)), security(("bearer" = ["deals:read"])))]
#[get("/api/v1/deals/board")]
async fn get_deal_board(
    ctx: Ctx<DealsRead>,
    query: Params<ShowDealBoard>,
) -> ApiResult<Reply<DealBoard>> {
    let list = ListDeals::from(query.0);
    let read = ctx.read();
    let mut all = pipeline::all(&read).await?.into_iter();
    let shown = match list.pipeline_id.as_ref().and_then(|asked| asked.0.first()) {
        Some(id) => all.find(|found| found.row.id == *id),
        None => all.next(),
    }
    .ok_or_else(|| ApiError::field("pipelineId", "refers to a record that does not exist"))?;
    let list = ListDeals {
        pipeline_id: None,
        ..list
    };
    let asked = list.stage_id.as_ref().map(|asked| asked.0.as_slice());
    let mut stages: Vec<StageId> = shown.stages.iter().map(|stage| stage.id).collect();
    stages.retain(|stage| asked.is_none_or(|asked| asked.contains(stage)));
    let owners = ctx.owners()?;
    let columns = deal_board::columns(&read, &stages, &list, &owners, ctx.now(), PER_COLUMN);
    let mut columns = columns.await?;
    let columns = stages
        .into_iter()
        .map(|stage| {
            let column = columns.remove(&stage).unwrap_or_default();
            let rest = ListDeals {
                pipeline_id: Some(AnyOf(vec![shown.row.id])),
                stage_id: Some(AnyOf(vec![stage])),
                status: Some(AnyOf(vec![DealStatus::Open])),
                sort: Some(Sort {
                    key: DealSort::StageEnteredAt,
                    descending: true,
                }),
                ..list.clone()
            };
            DealBoardColumn {
                stage_id: stage,
                count: column.count,
                totals: column.totals,
                deals: column.deals,
                next_cursor: column.next.map(|next| ctx.cursor("deals", &rest, &next)),
            }
        })
        .collect();
    Ok(Reply::ok(DealBoard {
        pipeline: shown.into(),
        columns,
    }))
}
