//! Reasons for which deals are lost.

use actix_web::{delete, get, patch, post};
use persistence::crm::lost_reason::Model;
use shared_types::{
    ListNamed, LostReasonId,
    crm::{CreateLostReason, LostReason, UpdateLostReason},
    identity::Done,
    platform::SubjectKind,
};

use crate::core::{
    app::Services,
    context::{Ctx, Once},
    error::ApiResult,
    extract::{Id, Params, Valid},
    named::{self, NamedThing},
    permit::{PipelinesManage, PipelinesRead},
    reply::Reply,
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config
        .service(list)
        .service(create)
        .service(get_one)
        .service(update)
        .service(remove);
}

impl NamedThing for Model {
    type View = LostReason;
    const KIND: SubjectKind = SubjectKind::LostReason;
    const LIST: &'static str = "lost-reasons";
    const WORDS: &'static str = "lost reason";
}

/// List lost reasons
#[utoipa::path(tag = "pipelines", operation_id = "listLostReasons", params(ListNamed),
    responses((status = 200, description = "A page of them.", body = [LostReason])), security(("bearer" = ["pipelines:read"])))]
#[get("/api/v1/lost-reasons")]
async fn list(
    ctx: Ctx<PipelinesRead>,
    query: Params<ListNamed>,
) -> ApiResult<Reply<Vec<LostReason>>> {
    named::list::<Model, _>(&ctx, &query.0).await
}

/// Get a lost reason
#[utoipa::path(tag = "pipelines", operation_id = "getLostReason", params(("id" = LostReasonId, Path, description = "Id of the lost reason.")),
    responses((status = 200, description = "The lost reason.", body = LostReason)), security(("bearer" = ["pipelines:read"])))]
#[get("/api/v1/lost-reasons/{id}")]
async fn get_one(ctx: Ctx<PipelinesRead>, id: Id<LostReasonId>) -> ApiResult<Reply<LostReason>> {
    named::get::<Model, _>(&ctx, id.0).await
}

/// Add a lost reason
#[utoipa::path(tag = "pipelines", operation_id = "createLostReason", request_body = CreateLostReason,
    responses((status = 201, description = "The lost reason.", body = LostReason)), security(("bearer" = ["pipelines:manage"])))]
#[post("/api/v1/lost-reasons")]
async fn create(
    ctx: Ctx<PipelinesManage>,
    body: Valid<CreateLostReason>,
) -> ApiResult<Once<LostReason>> {
    named::create(&ctx, &body.0.name, |_: &mut Model| ()).await
}

/// Rename a lost reason
#[utoipa::path(tag = "pipelines", operation_id = "updateLostReason", params(("id" = LostReasonId, Path, description = "Id of the lost reason.")), request_body = UpdateLostReason,
    responses((status = 200, description = "The lost reason as it is now.", body = LostReason)), security(("bearer" = ["pipelines:manage"])))]
#[patch("/api/v1/lost-reasons/{id}")]
async fn update(
    ctx: Ctx<PipelinesManage>,
    id: Id<LostReasonId>,
    body: Valid<UpdateLostReason>,
) -> ApiResult<Reply<LostReason>> {
    named::update(&ctx, id.0, body.0.name.as_deref(), |_: &mut Model| ()).await
}

/// Delete a lost reason
///
/// Refused while records refer to it.
#[utoipa::path(tag = "pipelines", operation_id = "deleteLostReason", params(("id" = LostReasonId, Path, description = "Id of the lost reason.")),
    responses((status = 200, description = "It is gone.", body = Done)), security(("bearer" = ["pipelines:manage"])))]
#[delete("/api/v1/lost-reasons/{id}")]
async fn remove(ctx: Ctx<PipelinesManage>, id: Id<LostReasonId>) -> ApiResult<Reply<Done>> {
    named::remove::<Model, _>(&ctx, id.0).await
}
