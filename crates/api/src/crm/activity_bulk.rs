//! Many activities written in one request.

use actix_web::post;
use persistence::crm::activity::Found;
use shared_types::{
    crm::{ActivityOutcome, BulkActivities},
    platform::Operation,
};

use super::activity::{add, change};
use crate::core::{
    app::Services,
    bulk,
    context::{Ctx, Once},
    error::ApiResult,
    extract::Valid,
    permit::ActivitiesWrite,
    record::{bin, first_owner, next_owner},
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
    bulk::run(&ctx, body.0, async |tx, operation| match operation {
        Operation::Create(body) => {
            let owner = first_owner(&ctx, body.owner_id)?;
            let owner_name = ctx.member_name_in(tx, owner).await?;
            add(&ctx, tx, body, owner, owner_name).await
        }
        Operation::Update(id, version, body) => {
            let body = body.normalized();
            let owner = next_owner(&ctx, &body.owner_id)?;
            let owner_name = ctx.member_name_in(tx, owner).await?;
            change(&ctx.at(version), tx, id, body, owner_name).await
        }
        Operation::Delete(id, version) => bin::<Found, _>(&ctx.at(version), tx, id, true).await,
        Operation::Restore(id, version) => bin::<Found, _>(&ctx.at(version), tx, id, false).await,
    })
    .await
}
