//! Reasons for which deals are lost.

use actix_web::{delete, get, patch, post};
use domain::core::text::fold;
use persistence::{
    PageRequest, StoreError,
    crm::lost_reason::{self, Model},
    platform::event::NewEvent,
};
use shared_types::{
    ErrorCode, LostReasonId,
    crm::{CreateLostReason, ListLostReasons, LostReason, UpdateLostReason},
    identity::Done,
    platform::{EventKind, SubjectKind},
};

use crate::core::{
    app::Services,
    context::{Ctx, Once},
    error::{ApiError, ApiResult},
    extract::{Id, Params, Valid},
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

fn reply(row: Model) -> Reply<LostReason> {
    let version = row.version;
    Reply::record(row.into(), version)
}

/// List lost reasons
#[utoipa::path(tag = "pipelines", operation_id = "listLostReasons", params(ListLostReasons),
    responses((status = 200, description = "A page of them.", body = [LostReason])), security(("bearer" = ["pipelines:read"])))]
#[get("/api/v1/lost-reasons")]
async fn list(
    ctx: Ctx<PipelinesRead>,
    query: Params<ListLostReasons>,
) -> ApiResult<Reply<Vec<LostReason>>> {
    let request = PageRequest::new(&query.0, ctx.position("lost-reasons", &query.0)?);
    let page = lost_reason::list(&ctx.read(), &query.0, &request).await?;
    Ok(ctx.page("lost-reasons", &query.0, page.map(LostReason::from)))
}

/// Get a lost reason
#[utoipa::path(tag = "pipelines", operation_id = "getLostReason", params(("id" = LostReasonId, Path, description = "Id of the lost reason.")),
    responses((status = 200, description = "The lost reason.", body = LostReason)), security(("bearer" = ["pipelines:read"])))]
#[get("/api/v1/lost-reasons/{id}")]
async fn get_one(ctx: Ctx<PipelinesRead>, id: Id<LostReasonId>) -> ApiResult<Reply<LostReason>> {
    Ok(reply(lost_reason::get(&ctx.read(), id.0).await?))
}

/// Add a lost reason
#[utoipa::path(tag = "pipelines", operation_id = "createLostReason", request_body = CreateLostReason,
    responses((status = 201, description = "The lost reason.", body = LostReason)), security(("bearer" = ["pipelines:manage"])))]
#[post("/api/v1/lost-reasons")]
async fn create(
    ctx: Ctx<PipelinesManage>,
    body: Valid<CreateLostReason>,
) -> ApiResult<Once<LostReason>> {
    let name = body.0.name.trim();
    ctx.post(async |tx| {
        let row = Model {
            id: tx.new_id(),
            organization_id: ctx.me().organization_id,
            name: name.to_owned(),
            name_key: fold(name),
            created_at: tx.now(),
            updated_at: tx.now(),
            version: 1,
        };
        tx.insert::<lost_reason::Entity>(row.clone());
        tx.record(NewEvent::new(
            EventKind::Created,
            SubjectKind::LostReason,
            row.id,
            &row.name,
        ));
        let location = format!("/api/v1/lost-reasons/{}", row.id);
        Ok(Reply::created(row.into(), 1, location))
    })
    .await
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
    ctx.write(async |tx| {
        let before = lost_reason::get(tx, id.0).await?;
        ctx.if_match(before.version, || LostReason::from(before.clone()))?;
        let name = body
            .0
            .name
            .as_deref()
            .map_or_else(|| before.name.clone(), |name| name.trim().to_owned());
        let row = Model {
            name_key: fold(&name),
            name,
            updated_at: tx.now(),
            version: before.version + 1,
            ..before.clone()
        };
        lost_reason::save(tx, &before, row.clone()).await?;
        let event = NewEvent::new(
            EventKind::Updated,
            SubjectKind::LostReason,
            row.id,
            &row.name,
        );
        tx.record(event.between(&LostReason::from(before), &LostReason::from(row.clone())));
        Ok(reply(row))
    })
    .await
}

/// Delete a lost reason
///
/// Refused while records refer to it.
#[utoipa::path(tag = "pipelines", operation_id = "deleteLostReason", params(("id" = LostReasonId, Path, description = "Id of the lost reason.")),
    responses((status = 200, description = "It is gone.", body = Done)), security(("bearer" = ["pipelines:manage"])))]
#[delete("/api/v1/lost-reasons/{id}")]
async fn remove(ctx: Ctx<PipelinesManage>, id: Id<LostReasonId>) -> ApiResult<Reply<Done>> {
    ctx.write(async |tx| {
        let before = lost_reason::get(tx, id.0).await?;
        ctx.if_match(before.version, || LostReason::from(before.clone()))?;
        lost_reason::delete(tx, id.0)
            .await
            .map_err(|error| match error {
                StoreError::Reference { .. } => ApiError::new(
                    ErrorCode::Conflict,
                    "Records still refer to this lost reason.",
                ),
                other => other.into(),
            })?;
        tx.record(NewEvent::new(
            EventKind::Deleted,
            SubjectKind::LostReason,
            before.id,
            &before.name,
        ));
        Ok(Reply::ok(Done { done: true }))
    })
    .await
}
