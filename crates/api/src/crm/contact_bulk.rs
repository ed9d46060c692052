//! Many contacts written in one request.

use actix_web::post;
use persistence::crm::contact::Found;
use shared_types::crm::{BulkContacts, ContactOutcome};

use super::contact::{add, change};
use crate::core::{
    app::Services,
    bulk,
    context::{Ctx, Once},
    error::ApiResult,
    extract::Valid,
    permit::{ContactsDelete, ContactsWrite},
    record::{first_owner_in, next_owner_in},
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
    bulk::records::<Found, ContactsDelete, _, _>(
        &ctx,
        body.0,
        async |tx, body| {
            let (owner, name) = first_owner_in(&ctx, tx, body.owner_id).await?;
            add(&ctx, tx, body, owner, name).await
        },
        async |ctx, tx, id, body| {
            let body = body.normalized();
            next_owner_in(ctx, tx, &body.owner_id).await?;
            change(ctx, tx, id, body).await
        },
    )
    .await
}
