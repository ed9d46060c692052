//! Many leads written in one request.

use actix_web::post;
use persistence::crm::{lead::Found, lead_settings};
use shared_types::{
    crm::{BulkLeads, LeadOutcome},
    platform::Operation,
};

use super::lead::{add, change};
use crate::core::{
    app::Services,
    bulk,
    context::{Ctx, Once},
    error::ApiResult,
    extract::Valid,
    permit::{LeadsDelete, LeadsWrite},
    record::{bin, next_owner},
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
    let deletes = ctx.permitted::<LeadsDelete>();
    let settings = lead_settings::get(&ctx.read()).await?;
    bulk::run(&ctx, body.0, async |tx, operation| match operation {
        Operation::Create(body) => {
            if body.owner_id.is_some() {
                ctx.require_assignable(body.owner_id)?;
            }
            let said = ctx.member_name_in(tx, body.owner_id).await?;
            add(&ctx, tx, &settings, body, said).await
        }
        Operation::Update(id, version, body) => {
            let body = body.normalized();
            let owner = next_owner(&ctx, &body.owner_id)?;
            ctx.member_name_in(tx, owner).await?;
            change(&ctx.at(version), tx, &settings.rules, id, body).await
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
