//! Many deals written in one request.

use actix_web::post;
use shared_types::{
    crm::{BulkDeals, DealOutcome},
    platform::Operation,
};

use persistence::crm::deal::Found;

use super::deal::{add_found, change};
use crate::core::{
    app::Services,
    bulk,
    context::{Ctx, Once},
    error::ApiResult,
    extract::Valid,
    permit::{DealsDelete, DealsWrite},
    record::{bin, first_owner, next_owner},
};

/// The routes of this file.
pub fn routes(config: &mut impl Services) {
    config.service(bulk_deals);
}

/// Write many deals
///
/// Up to 500 operations in their order, each with its own result; all or none with `atomic`.
#[utoipa::path(tag = "deals", operation_id = "bulkDeals", request_body = BulkDeals,
    responses((status = 200, description = "What became of each operation.", body = [DealOutcome])), security(("bearer" = ["deals:write"])))]
#[post("/api/v1/deals/bulk")]
async fn bulk_deals(
    ctx: Ctx<DealsWrite>,
    body: Valid<BulkDeals>,
) -> ApiResult<Once<Vec<DealOutcome>>> {
    let deletes = ctx.permitted::<DealsDelete>();
    bulk::run(&ctx, body.0, async |tx, operation| match operation {
        Operation::Create(body) => {
            let owner = first_owner(&ctx, body.owner_id)?;
            let owner_name = ctx.member_name_in(tx, owner).await?;
            add_found(&ctx, tx, &body, owner, owner_name).await
        }
        Operation::Update(id, version, body) => {
            let body = body.normalized();
            let owner = next_owner(&ctx, &body.owner_id)?;
            ctx.member_name_in(tx, owner).await?;
            change(&ctx.at(version), tx, id, body).await
        }
        Operation::Delete(id, version) => {
            bin::<Found, _>(&deletes.clone()?.at(version), tx, id, true).await
        }
        Operation::Restore(id, version) => {
            bin::<Found, _>(&deletes.clone()?.at(version), tx, id, false).await
        }
    })
    .await
}
