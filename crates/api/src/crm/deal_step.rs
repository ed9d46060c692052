//! The steps of a deal: into another stage, won, lost, open again.

use actix_web::post;
use domain::{
    core::error::DomainResult,
    crm::deal::{DealState, Transition},
};
use persistence::{
    Tx,
    crm::{
        deal::{Found, Model},
        deal_stage_stay, lost_reason,
    },
};
use shared_types::{
    DealId, PipelineId,
    crm::{Deal, LoseDeal, MoveDeal, WinDeal},
};

use crate::{
    core::{
        app::Services,
        context::{Ctx, Once},
        error::ApiResult,
        extract::{Id, Valid},
        named::referred,
        permit::DealsWrite,
        record::{Before, changeable, save},
        reply::Reply,
    },
    crm::deal_input::{home, stage_of},
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config
        .service(move_deal)
        .service(win_deal)
        .service(lose_deal)
        .service(reopen_deal);
}

/// Takes a step that the rules allow and keeps the stays of the deal.
async fn step(
    tx: &Tx,
    before: Before<Found>,
    pipeline: PipelineId,
    rule: impl FnOnce(DealState) -> DomainResult<Transition>,
) -> ApiResult<Reply<Deal>> {
    let Transition {
        state,
        kind,
        left,
        entered,
    } = rule(before.found.row.state(!before.view.lines.is_empty()))?;
    let Some(kind) = kind else {
        let version = before.found.row.version;
        return Ok(Reply::record(before.view, version));
    };
    if left.is_some() {
        deal_stage_stay::leave(tx, before.found.row.id).await?;
    }
    if let Some(stage) = entered {
        deal_stage_stay::enter(
            tx,
            before.found.row.id,
            pipeline,
            stage,
            state.stage_entered_at,
        );
    }
    let row = Model {
        pipeline_id: pipeline,
        ..before.found.row.clone().with_state(state)
    };
    let after = Found {
        row,
        ..before.found.clone()
    };
    save(tx, before, after, kind, true).await
}

/// Move a deal
///
/// Into another stage, of its own pipeline or of another.
#[utoipa::path(tag = "deals", operation_id = "moveDeal", params(("id" = DealId, Path, description = "Id of the deal.")), request_body = MoveDeal,
    responses((status = 200, description = "The deal as it is now.", body = Deal)), security(("bearer" = ["deals:write"])))]
#[post("/api/v1/deals/{id}/stage")]
async fn move_deal(
    ctx: Ctx<DealsWrite>,
    id: Id<DealId>,
    body: Valid<MoveDeal>,
) -> ApiResult<Once<Deal>> {
    ctx.post(async |tx| {
        let deal = changeable::<Found, _>(&ctx, tx, id.0, false).await?;
        let stage = stage_of(tx, body.0.stage_id).await?;
        step(tx, deal, stage.pipeline_id, |state| {
            state.move_to(stage.id, tx.now())
        })
        .await
    })
    .await
}

/// Win a deal
#[utoipa::path(tag = "deals", operation_id = "winDeal", params(("id" = DealId, Path, description = "Id of the deal.")), request_body = WinDeal,
    responses((status = 200, description = "The deal as it is now.", body = Deal)), security(("bearer" = ["deals:write"])))]
#[post("/api/v1/deals/{id}/win")]
async fn win_deal(
    ctx: Ctx<DealsWrite>,
    id: Id<DealId>,
    body: Valid<WinDeal>,
) -> ApiResult<Once<Deal>> {
    ctx.post(async |tx| {
        let deal = changeable::<Found, _>(&ctx, tx, id.0, false).await?;
        let (_, today) = home(tx).await?;
        let pipeline = deal.found.row.pipeline_id;
        step(tx, deal, pipeline, |state| state.win(body.0.clone(), today)).await
    })
    .await
}

/// Lose a deal
#[utoipa::path(tag = "deals", operation_id = "loseDeal", params(("id" = DealId, Path, description = "Id of the deal.")), request_body = LoseDeal,
    responses((status = 200, description = "The deal as it is now.", body = Deal)), security(("bearer" = ["deals:write"])))]
#[post("/api/v1/deals/{id}/lose")]
async fn lose_deal(
    ctx: Ctx<DealsWrite>,
    id: Id<DealId>,
    body: Valid<LoseDeal>,
) -> ApiResult<Once<Deal>> {
    ctx.post(async |tx| {
        let deal = changeable::<Found, _>(&ctx, tx, id.0, false).await?;
        if let Some(reason) = body.0.lost_reason_id {
            referred::<lost_reason::Model>(tx, "lostReasonId", reason).await?;
        }
        let (_, today) = home(tx).await?;
        let pipeline = deal.found.row.pipeline_id;
        step(tx, deal, pipeline, |state| {
            state.lose(body.0.clone(), today)
        })
        .await
    })
    .await
}

/// Reopen a deal
///
/// One that was won or lost is open again, in the stage it was in.
#[utoipa::path(tag = "deals", operation_id = "reopenDeal", params(("id" = DealId, Path, description = "Id of the deal.")),
    responses((status = 200, description = "The deal as it is now.", body = Deal)), security(("bearer" = ["deals:write"])))]
#[post("/api/v1/deals/{id}/reopen")]
async fn reopen_deal(ctx: Ctx<DealsWrite>, id: Id<DealId>) -> ApiResult<Once<Deal>> {
    ctx.post(async |tx| {
        let deal = changeable::<Found, _>(&ctx, tx, id.0, false).await?;
        let pipeline = deal.found.row.pipeline_id;
        step(tx, deal, pipeline, |state| state.reopen(tx.now())).await
    })
    .await
}
