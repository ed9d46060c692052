//! The board of deals.

use actix_web::get;
use persistence::crm::{deal_board, pipeline};
use serde::{Deserialize, Serialize};
use shared_types::{
    AnyOf, MemberId, PipelineId, Sort, StageId,
    crm::{DealBoard, DealBoardColumn, DealSort, DealStatus, ListDeals},
};
use utoipa::IntoParams;
use validator::Validate;

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

/// Which board to show.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ShowDealBoard {
    /// The pipeline; the default one unless said.
    pipeline_id: Option<PipelineId>,
    /// Only deals of any of these owners.
    #[param(value_type = Option<String>)]
    owner_id: Option<AnyOf<MemberId>>,
    /// Full-text search: every word must occur, the last one may be a beginning.
    #[validate(length(max = 200))]
    #[param(max_length = 200)]
    q: Option<String>,
}

/// Board of deals
///
/// Every stage of a pipeline with its open deals: totals over all of them, and the first 25. The
/// next ones are those of `GET /api/v1/deals` with the same `ownerId` and `q`, and with
/// `pipelineId`, `stageId`, `status=open`, `sort=-stageEnteredAt` and the column's `nextCursor`.
#[utoipa::path(tag = "deals", operation_id = "getDealBoard", params(ShowDealBoard),
    responses((status = 200, description = "The board.", body = DealBoard)), security(("bearer" = ["deals:read"])))]
#[get("/api/v1/deals/board")]
async fn get_deal_board(
    ctx: Ctx<DealsRead>,
    query: Params<ShowDealBoard>,
) -> ApiResult<Reply<DealBoard>> {
    let ShowDealBoard {
        pipeline_id,
        owner_id,
        q,
    } = query.0;
    let read = ctx.read();
    let mut all = pipeline::all(&read).await?.into_iter();
    let shown = match pipeline_id {
        Some(id) => all.find(|found| found.row.id == id),
        None => all.next(),
    };
    let shown = shown
        .ok_or_else(|| ApiError::field("pipelineId", "refers to a record that does not exist"))?;
    let list = ListDeals {
        owner_id,
        q,
        ..ListDeals::default()
    };
    let stages: Vec<StageId> = shown.stages.iter().map(|stage| stage.id).collect();
    let owners = ctx.owners()?;
    let columns = deal_board::columns(&read, &stages, &list, &owners, ctx.now(), PER_COLUMN);
    let mut columns = columns.await?;
    let columns = shown
        .stages
        .iter()
        .map(|stage| {
            let column = columns.remove(&stage.id).unwrap_or_default();
            let rest = ListDeals {
                pipeline_id: Some(AnyOf(vec![shown.row.id])),
                stage_id: Some(AnyOf(vec![stage.id])),
                status: Some(AnyOf(vec![DealStatus::Open])),
                sort: Some(Sort {
                    key: DealSort::StageEnteredAt,
                    descending: true,
                }),
                ..list.clone()
            };
            DealBoardColumn {
                stage_id: stage.id,
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
