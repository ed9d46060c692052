//! Archives that members asked for.

use actix_web::{HttpResponse, delete, get, post};
use domain::platform::archive::{KEPT, chosen, is_under_way};
use persistence::{
    Db, PageRequest, StoreError,
    platform::{
        event::NewEvent,
        export::{self, Model, Seen, kinds_text},
        import::stored,
    },
};
use shared_types::{
    ErrorCode, ExportId, Permission, Reach,
    platform::{
        CreateExport, EventKind, Export, ExportState, ExportedFile, ListExports, SubjectKind,
    },
};

use super::{RUN_JOB, table::download, taker::Taker, work::finished};
use crate::{
    core::{
        context::{Ctx, Once, Via},
        error::{ApiError, ApiResult},
        extract::{Id, Params, Valid},
        permit::ExportsCreate,
        reply::Reply,
    },
    platform::{piece::Part, runner},
};

/// Whose exports the caller sees: an API key those that it asked for, a person the own ones, and
/// those of everybody who manages the organization.
fn whose(ctx: &Ctx<ExportsCreate>) -> Seen {
    let me = ctx.me();
    let manages = me.reach(Permission::OrganizationManage) == Some(Reach::Organization);
    let key = match me.via {
        Via::Key { id, .. } => Some(id),
        Via::Session(_) | Via::Job => None,
    };
    Seen {
        member: (!manages).then_some(me.member_id),
        key,
        now: ctx.now(),
    }
}

/// List exports
///
/// One's own; administrators see everybody's.
#[utoipa::path(tag = "exports", operation_id = "listExports", params(ListExports),
    responses((status = 200, description = "A page of exports.", body = [Export])), security(("bearer" = ["exports:create"])))]
#[get("/api/v1/exports")]
pub(super) async fn list_exports(
    ctx: Ctx<ExportsCreate>,
    query: Params<ListExports>,
) -> ApiResult<Reply<Vec<Export>>> {
    let request = PageRequest::new(&query.0, ctx.position("exports", &query.0)?);
    let page = export::list(&ctx.read(), &query.0, &whose(&ctx), &request).await?;
    let page = page.try_map(Model::into_view)?;
    Ok(ctx.page("exports", &query.0, page))
}

/// Ask for an export
///
/// An archive (ZIP) of tables as `…/export` of each list gives them, with a `manifest.json`: what the caller reaches when it is
/// written. It is kept for seven days, and a member has one at a time under way.
#[utoipa::path(tag = "exports", operation_id = "createExport", request_body = CreateExport,
    responses((status = 201, description = "The export, waiting for its turn.", body = Export),
        (status = 409, description = "Another export of the caller is under way.")), security(("bearer" = ["exports:create"])))]
#[post("/api/v1/exports")]
pub(super) async fn create_export(
    ctx: Ctx<ExportsCreate>,
    body: Valid<CreateExport>,
) -> ApiResult<Once<Export>> {
    let taker = Taker::of(&ctx);
    let kinds = chosen(body.0.kinds.as_deref(), |kind| taker.owners(kind).is_ok())?;
    let me = ctx.me();
    let made = ctx
        .post(async |tx| {
            if export::is_under_way(tx, me.member_id).await? {
                return Err(under_way());
            }
            let row = Model {
                id: tx.new_id(),
                organization_id: tx.organization(),
                kinds: kinds_text(&kinds),
                state: ExportState::Waiting,
                reach: me
                    .reach(Permission::ExportsCreate)
                    .ok_or_else(ApiError::forbidden)?,
                files: stored::<ExportedFile>(&[])?,
                size: 0,
                failure: None,
                key_id: whose(&ctx).key,
                created_by_id: me.member_id,
                created_at: tx.now(),
                updated_at: tx.now(),
                finished_at: None,
                expires_at: None,
                version: 1,
            };
            tx.insert::<export::Entity>(row.clone());
            tx.record(event(EventKind::Created, &row));
            runner::enqueue(tx, RUN_JOB, row.id)?;
            let location = format!("/api/v1/exports/{}", row.id);
            Ok(Reply::created(row.into_view()?, 1, location))
        })
        .await;
    // Somebody with the same sign-in was faster.
    made.map_err(|error| match error.code {
        ErrorCode::AlreadyExists => under_way(),
        _ => error,
    })
}

fn under_way() -> ApiError {
    ApiError::new(
        ErrorCode::Conflict,
        "Your last export is under way; wait for it, or cancel it.",
    )
}

fn event(kind: EventKind, row: &Model) -> NewEvent {
    NewEvent::new(kind, SubjectKind::Export, row.id, &row.kinds)
}

/// Get an export
#[utoipa::path(tag = "exports", operation_id = "getExport", params(("id" = ExportId, Path, description = "Id of the export.")),
    responses((status = 200, description = "The export.", body = Export)), security(("bearer" = ["exports:create"])))]
#[get("/api/v1/exports/{id}")]
pub(super) async fn get_export(
    ctx: Ctx<ExportsCreate>,
    id: Id<ExportId>,
) -> ApiResult<Reply<Export>> {
    let row = export::get(&ctx.read(), id.0, &whose(&ctx)).await?;
    let version = row.version;
    Ok(Reply::record(row.into_view()?, version))
}

/// Download an export
///
/// Its archive, once it is done. The audit log says who fetched it. Somebody whose `exports:create` reaches less than when it was written
/// asks for another.
#[utoipa::path(tag = "exports", operation_id = "downloadExport", params(("id" = ExportId, Path, description = "Id of the export.")),
    responses((status = 200, description = "A ZIP archive.", content_type = "application/zip", body = [u8]),
        (status = 409, description = "It is not done.")), security(("bearer" = ["exports:create"])))]
#[get("/api/v1/exports/{id}/file")]
pub(super) async fn download_export(
    ctx: Ctx<ExportsCreate>,
    id: Id<ExportId>,
) -> ApiResult<HttpResponse> {
    let read = ctx.read();
    let row = export::get(&read, id.0, &whose(&ctx)).await?;
    if row.state != ExportState::Done {
        return Err(ApiError::new(
            ErrorCode::Conflict,
            format!(
                "The export is {}; it has a file once it is done.",
                row.state
            ),
        ));
    }
    let taker = Taker::of(&ctx);
    let narrowed = ctx.me().reach(Permission::ExportsCreate) < Some(row.reach);
    if narrowed
        || row
            .kinds()
            .into_iter()
            .any(|kind| taker.owners(kind).is_err())
    {
        return Err(ApiError::forbidden());
    }
    ctx.write(async |tx| {
        tx.record(event(EventKind::Exported, &row));
        Ok(())
    })
    .await?;
    let name = format!("touchline-{}.zip", row.created_at.format("%Y-%m-%d"));
    let pieces = Part::file(row.id).stream(ctx.state().clone(), read);
    Ok(download("application/zip", &name).streaming(pieces))
}

/// Cancel or delete an export
///
/// One that is under way is cancelled; any other goes at once, with its archive.
#[utoipa::path(tag = "exports", operation_id = "deleteExport", params(("id" = ExportId, Path, description = "Id of the export.")),
    responses((status = 200, description = "The export: cancelled, or as it was.", body = Export)), security(("bearer" = ["exports:create"])))]
#[delete("/api/v1/exports/{id}")]
pub(super) async fn delete_export(
    ctx: Ctx<ExportsCreate>,
    id: Id<ExportId>,
) -> ApiResult<Reply<Export>> {
    ctx.write(async |tx| {
        let before = export::get(tx, id.0, &whose(&ctx)).await?;
        let view = before.clone().into_view()?;
        ctx.if_match(before.version, || view.clone())?;
        Part::file(before.id).delete(tx).await?;
        if !is_under_way(before.state) {
            export::delete(tx, before.id).await?;
            tx.record(event(EventKind::Deleted, &before));
            return Ok(Reply::ok(view));
        }
        let row = before.clone().ended(ExportState::Cancelled, tx.now(), KEPT);
        tx.record(finished(&row));
        let saved = export::save(tx, &before, row.clone()).await;
        // Its runner writes the row all the time.
        saved.map_err(|error| match error {
            StoreError::Stale => StoreError::Contention,
            other => other,
        })?;
        let version = row.version;
        Ok(Reply::record(row.into_view()?, version))
    })
    .await
}
