//! Many leads written in one request.

use actix_web::post;
use persistence::crm::{lead::Found, lead_settings};
use shared_types::crm::{BulkLeads, LeadOutcome};

use super::lead::{add, change};
use crate::core::{
    app::Services,
    bulk,
    context::{Ctx, Once},
    error::ApiResult,
    extract::Valid,
    permit::{LeadsDelete, LeadsWrite},
    record::next_owner_in,
};

/// The routes of this file.
pub fn routes(config: &mut impl Services) {
    config.service(bulk_leads);
}

/// Write many leads
///
/// Up to 500 operations in their order, each with its own result; all or none with `atomic`.
#[utoipa::path(tag = "leads", operation_id = "bulkLeads", request_body = BulkLeads,
    responses((status = 200, description = "What became of each operation.", body = [LeadOutcome])), security(("bearer" = ["leads:write"])))]
#[post("/api/v1/leads/bulk")]
async fn bulk_leads(
    ctx: Ctx<LeadsWrite>,
    body: Valid<BulkLeads>,
) -> ApiResult<Once<Vec<LeadOutcome>>> {
    let settings = lead_settings::get(&ctx.read()).await?;
    bulk::records::<Found, LeadsDelete, _, _>(
        &ctx,
        body.0,
        async |tx, body| {
            if body.owner_id.is_some() {
                ctx.require_assignable(body.owner_id)?;
            }
            let said = ctx.member_name_in(tx, body.owner_id).await?;
            add(&ctx, tx, &settings, body, said).await
        },
        async |ctx, tx, id, body| {
            let body = body.normalized();
            next_owner_in(ctx, tx, &body.owner_id).await?;
            change(ctx, tx, &settings.rules, id, body).await
        },
    )
    .await
}
