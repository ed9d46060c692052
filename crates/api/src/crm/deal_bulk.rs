//! Many deals written in one request.

use actix_web::post;
use shared_types::crm::{BulkDeals, DealOutcome};

use persistence::crm::deal::Found;

use super::deal::{add_found, change};
use crate::core::{
    app::Services,
    bulk,
    context::{Ctx, Once},
    error::ApiResult,
    extract::Valid,
    permit::{DealsDelete, DealsWrite},
    record::{first_owner_in, next_owner_in},
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
    bulk::records::<Found, DealsDelete, _, _>(
        &ctx,
        body.0,
        async |tx, body| {
            let (owner, name) = first_owner_in(&ctx, tx, body.owner_id).await?;
            add_found(&ctx, tx, &body, owner, name).await
        },
        async |ctx, tx, id, body| {
            let body = body.normalized();
            next_owner_in(ctx, tx, &body.owner_id).await?;
            change(ctx, tx, id, body).await
        },
    )
    .await
}
