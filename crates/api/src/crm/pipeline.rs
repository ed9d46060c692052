//! Pipelines and their stages.

use actix_web::{delete, get, patch, post};
use domain::core::text::fold;
use domain::crm::pipeline::{
    DEFAULT_LOST_REASONS, check_default, check_deletion, check_removal, default_pipeline,
    plan_stages,
};
use persistence::{
    Named, Tx,
    crm::{
        lost_reason,
        pipeline::{self, Found, Model},
    },
    platform::event::NewEvent,
};
use shared_types::{
    ErrorCode, Pagination, PipelineId,
    crm::{CreatePipeline, Pipeline, StageInput, UpdatePipeline},
    identity::Done,
    platform::{EventKind, SubjectKind},
};

use crate::core::{
    app::Services,
    context::{Ctx, Once},
    error::{ApiError, ApiResult},
    extract::{Id, Valid},
    permit::{PipelinesManage, PipelinesRead},
    reply::Reply,
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config
        .service(list_pipelines)
        .service(create_pipeline)
        .service(get_pipeline)
        .service(update_pipeline)
        .service(delete_pipeline);
}

fn reply(found: Found) -> Reply<Pipeline> {
    let version = found.row.version;
    Reply::record(found.into(), version)
}

/// List pipelines
///
/// All of them with their stages, the default one first.
#[utoipa::path(tag = "pipelines", operation_id = "listPipelines",
    responses((status = 200, description = "The pipelines.", body = [Pipeline])), security(("bearer" = ["pipelines:read"])))]
#[get("/api/v1/pipelines")]
async fn list_pipelines(ctx: Ctx<PipelinesRead>) -> ApiResult<Reply<Vec<Pipeline>>> {
    let all = pipeline::all(&ctx.read()).await?;
    let pagination = Pagination {
        limit: 200,
        ..Pagination::default()
    };
    Ok(Reply::page(
        all.into_iter().map(Pipeline::from).collect(),
        pagination,
    ))
}

/// Get a pipeline
#[utoipa::path(tag = "pipelines", operation_id = "getPipeline", params(("id" = PipelineId, Path, description = "Id of the pipeline.")),
    responses((status = 200, description = "The pipeline.", body = Pipeline)), security(("bearer" = ["pipelines:read"])))]
#[get("/api/v1/pipelines/{id}")]
async fn get_pipeline(ctx: Ctx<PipelinesRead>, id: Id<PipelineId>) -> ApiResult<Reply<Pipeline>> {
    Ok(reply(pipeline::get(&ctx.read(), id.0).await?))
}

/// Queues a pipeline with its stages; answers its id.
async fn insert(tx: &Tx, body: &CreatePipeline, is_default: bool) -> ApiResult<PipelineId> {
    let plan = plan_stages(&[], &body.stages)?;
    let row = Model {
        id: tx.new_id(),
        organization_id: persistence::Db::organization(tx),
        name: body.name.trim().to_owned(),
        name_key: String::new(),
        is_default,
        created_at: tx.now(),
        updated_at: tx.now(),
        version: 1,
    }
    .derived();
    tx.record(NewEvent::new(
        EventKind::Created,
        SubjectKind::Pipeline,
        row.id,
        &row.name,
    ));
    let id = row.id;
    tx.insert::<pipeline::Entity>(row);
    pipeline::save_stages(tx, id, plan.stages, &[]).await?;
    Ok(id)
}

/// Queues what a new organization sells with: a pipeline, and reasons for lost deals.
///
/// # Errors
/// Never for the defaults; those of the store.
pub async fn insert_defaults(tx: &Tx) -> ApiResult<PipelineId> {
    for name in DEFAULT_LOST_REASONS {
        lost_reason::Model::named(tx, name).insert(tx);
    }
    insert(tx, &default_pipeline(), true).await
}

/// Takes over the pipelines of another organization: those of an unknown name are made, and others get the stages that they lack.
///
/// # Errors
/// 403 when that would change something and `manages` says that it must not; 409 beyond 50 pipelines.
pub async fn adopt(tx: &Tx, others: &[CreatePipeline], manages: bool) -> ApiResult<()> {
    let own = pipeline::all(tx).await?;
    let (known, new): (Vec<_>, Vec<_>) = others
        .iter()
        .map(|other| {
            let key = fold(&other.name);
            (other, own.iter().find(|found| found.row.name_key == key))
        })
        .partition(|(_, own)| own.is_some());
    if own.len() + new.len() > MOST {
        return Err(too_many());
    }
    let mut changed = !new.is_empty();
    for (other, found) in known
        .into_iter()
        .filter_map(|(other, own)| Some((other, own?)))
    {
        let stages = found.plain_stages();
        let lacks = |stage: &&StageInput| {
            let key = fold(&stage.name);
            !stages.iter().any(|own| fold(&own.name) == key)
        };
        let more: Vec<StageInput> = other.stages.iter().filter(lacks).cloned().collect();
        if more.is_empty() {
            continue;
        }
        changed = true;
        let kept = stages.iter().cloned().map(|stage| StageInput {
            id: Some(stage.id),
            name: stage.name,
            probability: stage.probability,
            rotting_days: stage.rotting_days,
        });
        let asked: Vec<StageInput> = kept.chain(more).collect();
        let plan = plan_stages(&stages, &asked)?;
        let row = Model {
            updated_at: tx.now(),
            version: found.row.version + 1,
            ..found.row.clone()
        };
        let (kind, subject) = (EventKind::Updated, SubjectKind::Pipeline);
        tx.record(NewEvent::new(kind, subject, row.id, &row.name));
        pipeline::save(tx, &found.row, row.clone()).await?;
        pipeline::save_stages(tx, row.id, plan.stages, &[]).await?;
    }
    if changed && !manages {
        return Err(ApiError::forbidden());
    }
    for (other, _) in new {
        insert(tx, other, false).await?;
    }
    Ok(())
}

/// The most pipelines of an organization.
const MOST: usize = 50;

fn too_many() -> ApiError {
    ApiError::new(
        ErrorCode::Conflict,
        "There are 50 pipelines, which is the most.",
    )
}

/// Add a pipeline
#[utoipa::path(tag = "pipelines", operation_id = "createPipeline", request_body = CreatePipeline,
    responses((status = 201, description = "The pipeline.", body = Pipeline)), security(("bearer" = ["pipelines:manage"])))]
#[post("/api/v1/pipelines")]
async fn create_pipeline(
    ctx: Ctx<PipelinesManage>,
    body: Valid<CreatePipeline>,
) -> ApiResult<Once<Pipeline>> {
    ctx.post(async |tx| {
        let others = pipeline::all(tx).await?;
        if others.len() >= MOST {
            return Err(too_many());
        }
        let is_default = body.0.is_default || others.is_empty();
        if is_default {
            pipeline::clear_default(tx).await?;
        }
        let id = insert(tx, &body.0, is_default).await?;
        let found = pipeline::get(tx, id).await?;
        Ok(Reply::created(
            found.into(),
            1,
            format!("/api/v1/pipelines/{id}"),
        ))
    })
    .await
}

/// Change a pipeline
///
/// `stages` replaces all stages: those with an `id` are kept, those left out go if no deal is in them.
#[utoipa::path(tag = "pipelines", operation_id = "updatePipeline", params(("id" = PipelineId, Path, description = "Id of the pipeline.")), request_body = UpdatePipeline,
    responses((status = 200, description = "The pipeline as it is now.", body = Pipeline)), security(("bearer" = ["pipelines:manage"])))]
#[patch("/api/v1/pipelines/{id}")]
async fn update_pipeline(
    ctx: Ctx<PipelinesManage>,
    id: Id<PipelineId>,
    body: Valid<UpdatePipeline>,
) -> ApiResult<Reply<Pipeline>> {
    let body = body.0;
    ctx.write(async |tx| {
        let before = pipeline::get(tx, id.0).await?;
        ctx.if_match(before.row.version, || Pipeline::from(before.clone()))?;
        check_default(before.row.is_default, body.is_default)?;
        if body.is_default == Some(true) && !before.row.is_default {
            pipeline::clear_default(tx).await?;
        }
        let row = Model {
            name: body
                .name
                .as_deref()
                .map_or_else(|| before.row.name.clone(), |name| name.trim().to_owned()),
            is_default: before.row.is_default || body.is_default == Some(true),
            updated_at: tx.now(),
            version: before.row.version + 1,
            ..before.row.clone()
        }
        .derived();
        pipeline::save(tx, &before.row, row).await?;
        if let Some(stages) = &body.stages {
            let existing = before.plain_stages();
            let plan = plan_stages(&existing, stages)?;
            let deals = pipeline::deals_by_stage(tx, id.0).await?;
            check_removal(&existing, &plan.removed, |stage| {
                deals
                    .iter()
                    .find(|(id, _)| *id == stage)
                    .map_or(0, |(_, count)| *count)
            })?;
            pipeline::save_stages(tx, id.0, plan.stages, &plan.removed)
                .await
                .map_err(|error| match error {
                    persistence::StoreError::Reference { .. } => ApiError::new(
                        ErrorCode::Conflict,
                        "Deals went through a stage that is to go; their history keeps it.",
                    ),
                    other => other.into(),
                })?;
        }
        let after = pipeline::get(tx, id.0).await?;
        let event = NewEvent::new(
            EventKind::Updated,
            SubjectKind::Pipeline,
            after.row.id,
            &after.row.name,
        );
        tx.record(event.between(&Pipeline::from(before), &Pipeline::from(after.clone())));
        Ok(reply(after))
    })
    .await
}

/// Delete a pipeline
///
/// Refused for the default one, and while deals are in it.
#[utoipa::path(tag = "pipelines", operation_id = "deletePipeline", params(("id" = PipelineId, Path, description = "Id of the pipeline.")),
    responses((status = 200, description = "It is gone.", body = Done)), security(("bearer" = ["pipelines:manage"])))]
#[delete("/api/v1/pipelines/{id}")]
async fn delete_pipeline(ctx: Ctx<PipelinesManage>, id: Id<PipelineId>) -> ApiResult<Reply<Done>> {
    ctx.write(async |tx| {
        let before = pipeline::get(tx, id.0).await?;
        ctx.if_match(before.row.version, || Pipeline::from(before.clone()))?;
        let deals = pipeline::deals_by_stage(tx, id.0).await?;
        check_deletion(
            before.row.is_default,
            deals.iter().map(|(_, count)| count).sum(),
        )?;
        pipeline::delete(tx, id.0)
            .await
            .map_err(|error| match error {
                persistence::StoreError::Reference { .. } => ApiError::new(
                    ErrorCode::Conflict,
                    "Deals went through this pipeline; their history keeps it.",
                ),
                other => other.into(),
            })?;
        tx.record(NewEvent::new(
            EventKind::Deleted,
            SubjectKind::Pipeline,
            before.row.id,
            &before.row.name,
        ));
        Ok(Reply::ok(Done { done: true }))
    })
    .await
}
