//! Many activities written in one request.

use actix_web::post;
use persistence::crm::activity::Found;
use shared_types::crm::{ActivityOutcome, BulkActivities};

use super::activity::{add, change};
use crate::core::{
    app::Services,
    bulk,
    context::{Ctx, Once},
    error::ApiResult,
    extract::Valid,
    permit::ActivitiesWrite,
    record::{first_owner_in, next_owner_in},
};

/// The routes of this file.
pub fn routes(config: &mut impl Services) {
    config.service(bulk_activities);
}

/// Write many activities
///
/// Up to 500 operations in their order, each with its own result; all or none with `atomic`.
#[utoipa::path(tag = "activities", operation_id = "bulkActivities", request_body = BulkActivities,
    responses((status = 200, description = "What became of each operation.", body = [ActivityOutcome])), security(("bearer" = ["activities:write"])))]
#[post("/api/v1/activities/bulk")]
async fn bulk_activities(
    ctx: Ctx<ActivitiesWrite>,
    body: Valid<BulkActivities>,
) -> ApiResult<Once<Vec<ActivityOutcome>>> {
    bulk::records::<Found, ActivitiesWrite, _, _>(
        &ctx,
        body.0,
        async |tx, body| {
            let (owner, name) = first_owner_in(&ctx, tx, body.owner_id).await?;
            add(&ctx, tx, body, owner, name).await
        },
        async |ctx, tx, id, body| {
            let body = body.normalized();
            let name = next_owner_in(ctx, tx, &body.owner_id).await?;
            change(ctx, tx, id, body, name).await
        },
    )
    .await
}
