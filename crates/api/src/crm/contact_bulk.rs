//! Many contacts written in one request.

use actix_web::post;
use persistence::crm::contact::Found;
use shared_types::{
    crm::{BulkContacts, ContactOutcome},
    platform::Operation,
};

use super::contact::{add, change};
use crate::core::{
    app::Services,
    bulk,
    context::{Ctx, Once},
    error::ApiResult,
    extract::Valid,
    permit::{ContactsDelete, ContactsWrite},
    record::{bin, first_owner, next_owner},
};

/// The routes of this file.
pub fn routes(config: &mut impl Services) {
    config.service(bulk_contacts);
}

/// Write many contacts
///
/// Up to 500 operations in their order, each with its own result; all or none with `atomic`.
#[utoipa::path(tag = "contacts", operation_id = "bulkContacts", request_body = BulkContacts,
    responses((status = 200, description = "What became of each operation.", body = [ContactOutcome])), security(("bearer" = ["contacts:write"])))]
#[post("/api/v1/contacts/bulk")]
async fn bulk_contacts(
    ctx: Ctx<ContactsWrite>,
    body: Valid<BulkContacts>,
) -> ApiResult<Once<Vec<ContactOutcome>>> {
    let deletes = ctx.permitted::<ContactsDelete>();
    bulk::run(&ctx, body.0, async |tx, operation| match operation {
        Operation::Create(body) => {
            let owner = first_owner(&ctx, body.owner_id)?;
            let owner_name = ctx.member_name_in(tx, owner).await?;
            add(&ctx, tx, body, owner, owner_name).await
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
