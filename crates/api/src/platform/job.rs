//! Background jobs, for administrators: what waits, what failed, and trying it again.

use actix_web::{get, post};
use domain::platform::job::{JobStep, take};
use persistence::{
    PageRequest, StoreError,
    platform::{
        event::NewEvent,
        job::{self, Model},
    },
};
use shared_types::{
    ErrorCode, JobId,
    platform::{EventKind, Job, ListJobs, SubjectKind},
};

use crate::core::{
    app::Services,
    context::{Ctx, Once},
    error::{ApiError, ApiResult},
    extract::{Id, Params},
    permit::JobsManage,
    reply::Reply,
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config
        .service(list_jobs)
        .service(get_job)
        .service(retry_job)
        .service(cancel_job);
}

/// List jobs
///
/// What the server does beside requests, the latest first. What is done is kept for 14 days.
#[utoipa::path(tag = "jobs", operation_id = "listJobs", params(ListJobs),
    responses((status = 200, description = "A page of jobs.", body = [Job])), security(("bearer" = ["jobs:manage"])))]
#[get("/api/v1/jobs")]
async fn list_jobs(ctx: Ctx<JobsManage>, query: Params<ListJobs>) -> ApiResult<Reply<Vec<Job>>> {
    let request = PageRequest::new(&query.0, ctx.position("jobs", &query.0)?);
    let page = job::list(&ctx.read(), &query.0, &request).await?;
    Ok(ctx.page("jobs", &query.0, page.map(Job::from)))
}

/// Get a job
#[utoipa::path(tag = "jobs", operation_id = "getJob", params(("id" = JobId, Path, description = "Id of the job.")),
    responses((status = 200, description = "The job.", body = Job)), security(("bearer" = ["jobs:manage"])))]
#[get("/api/v1/jobs/{id}")]
async fn get_job(ctx: Ctx<JobsManage>, id: Id<JobId>) -> ApiResult<Reply<Job>> {
    Ok(Reply::ok(job::get(&ctx.read(), id.0).await?.into()))
}

async fn step(ctx: &Ctx<JobsManage>, id: JobId, step: JobStep) -> ApiResult<Once<Job>> {
    ctx.post(async |tx| {
        let before = job::get(tx, id).await?;
        let state = take(before.state, &before.kind, step)?;
        let row = match step {
            JobStep::Retry => Model {
                state,
                attempts: 0,
                run_at: tx.now(),
                finished_at: None,
                ..before.clone()
            },
            JobStep::Cancel => Model {
                state,
                finished_at: Some(tx.now()),
                ..before.clone()
            },
        };
        job::save(tx, &before, &row)
            .await
            .map_err(|error| match error {
                StoreError::Stale => ApiError::new(
                    ErrorCode::Conflict,
                    "The job has moved on meanwhile; look at it again.",
                ),
                other => other.into(),
            })?;
        let event = NewEvent::new(
            EventKind::Updated,
            SubjectKind::Job,
            before.id,
            &before.kind,
        );
        let after = Job::from(row);
        tx.record(event.between(&Job::from(before), &after));
        Ok(Reply::ok(after))
    })
    .await
}

/// Retry a job
///
/// It is due at once, with all its attempts before it. Not while it runs, and not once it is done.
#[utoipa::path(tag = "jobs", operation_id = "retryJob", params(("id" = JobId, Path, description = "Id of the job.")),
    responses((status = 200, description = "The job, queued.", body = Job)), security(("bearer" = ["jobs:manage"])))]
#[post("/api/v1/jobs/{id}/retry")]
async fn retry_job(ctx: Ctx<JobsManage>, id: Id<JobId>) -> ApiResult<Once<Job>> {
    step(&ctx, id.0, JobStep::Retry).await
}

/// Cancel a job
///
/// Only while it waits. The job of an import goes with its import, which is cancelled instead.
#[utoipa::path(tag = "jobs", operation_id = "cancelJob", params(("id" = JobId, Path, description = "Id of the job.")),
    responses((status = 200, description = "The job, cancelled.", body = Job)), security(("bearer" = ["jobs:manage"])))]
#[post("/api/v1/jobs/{id}/cancel")]
async fn cancel_job(ctx: Ctx<JobsManage>, id: Id<JobId>) -> ApiResult<Once<Job>> {
    step(&ctx, id.0, JobStep::Cancel).await
}
