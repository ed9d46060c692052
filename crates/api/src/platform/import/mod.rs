//! Imports: a file is brought, its columns are given their meaning, a dry run says what would
//! become of its rows, and a job writes them.

mod about;
mod activities;
pub mod archive;
pub mod archive_work;
mod batch;
mod change;
mod companies;
mod contacts;
mod deal_lines;
mod deals;
mod file;
mod leads;
mod members;
mod metric_values;
mod names;
mod notes;
mod products;
mod recognize;
mod run;
mod step;
mod table;
mod tagging;
mod unpack;
mod upload;
pub mod work;

use actix_web::{
    HttpRequest, HttpResponse, get, post,
    web::{Bytes, Payload},
};
use domain::platform::{
    csv::write_row,
    import::{
        fields::{check_mapping, is_private, permission},
        state::{ImportStep, take},
    },
};
use futures_util::{StreamExt, stream};
use persistence::{
    Db, PageRequest, Tx,
    identity::organization,
    platform::{
        event::NewEvent,
        import::{self, Model, stored},
    },
};
use shared_types::{
    ImportId,
    platform::{
        ColumnMapping, EventKind, Import, ImportKind, ImportState, ListImports, MatchRule,
        SubjectKind, UploadImport,
    },
};

use self::recognize::{Recognized, Said, recognize};
use crate::{
    core::{
        app::Services,
        context::{Ctx, Once},
        error::{ApiError, ApiResult},
        extract::{Id, Params},
        permit::ImportsManage,
        reply::Reply,
    },
    crm::contact_private,
    platform::{
        export::{CSV, download},
        piece::Part,
        runner,
    },
};

/// The job of a dry run.
pub const CHECK_JOB: &str = "import.check";
/// The job that writes.
pub const RUN_JOB: &str = "import.run";

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config
        .service(list_imports)
        .service(create_import)
        .service(archive::bring_archive)
        .service(archive::get_import_archive)
        .service(archive::cancel_import_archive)
        .service(get_import)
        .service(change::update_import)
        .service(check_import)
        .service(start_import)
        .service(cancel_import)
        .service(import_rejects);
}

fn reply(row: Model) -> ApiResult<Reply<Import>> {
    let version = row.version;
    Ok(Reply::record(row.into_view()?, version))
}

/// Whether the caller may write what a file of this kind holds.
fn require_kind(ctx: &Ctx<ImportsManage>, kind: ImportKind) -> ApiResult<()> {
    ctx.me()
        .reach(permission(kind))
        .map(|_| ())
        .ok_or_else(ApiError::forbidden)
}

/// Whether the caller may write what the columns of a file mean.
fn require_private(ctx: &Ctx<ImportsManage>, mapping: &[ColumnMapping]) -> ApiResult<()> {
    let fields = mapping.iter().map(|entry| entry.field);
    let fields = fields.filter(|field| is_private(*field));
    contact_private::refuse(ctx, None, fields.map(|field| field.as_str()))
}

/// List imports
#[utoipa::path(tag = "imports", operation_id = "listImports", params(ListImports),
    responses((status = 200, description = "A page of imports.", body = [Import])), security(("bearer" = ["imports:manage"])))]
#[get("/api/v1/imports")]
async fn list_imports(
    ctx: Ctx<ImportsManage>,
    query: Params<ListImports>,
) -> ApiResult<Reply<Vec<Import>>> {
    let request = PageRequest::new(&query.0, ctx.position("imports", &query.0)?);
    let page = import::list(&ctx.read(), &query.0, &request).await?;
    let page = page.try_map(Model::into_view)?;
    Ok(ctx.page("imports", &query.0, page))
}

/// Bring a file to import
///
/// Answers how the file was understood: encoding, delimiter, formats, columns with samples and
/// what they seem to mean. Nothing is written before `start`.
#[utoipa::path(tag = "imports", operation_id = "createImport",
    request_body(content = UploadImport, content_type = "multipart/form-data"),
    responses((status = 201, description = "The import.", body = Import)), security(("bearer" = ["imports:manage"])))]
#[post("/api/v1/imports")]
async fn create_import(
    ctx: Ctx<ImportsManage>,
    request: HttpRequest,
    payload: Payload,
) -> ApiResult<Once<Import>> {
    let uploaded = upload::take_in(&ctx, &request, payload).await?;
    let made = ctx
        .post(async |tx| {
            require_kind(&ctx, uploaded.kind)?;
            let organization = organization::get(tx).await?;
            let remembered = import::remembered(tx, uploaded.kind).await?;
            let recognized = recognize(
                &uploaded.first,
                uploaded.kind,
                Said::default(),
                organization.currency,
                &remembered,
            )
            .map_err(|reason| ApiError::field("file", reason))?;
            let row = new_row(tx, &uploaded, recognized, organization.currency)?;
            tx.insert::<import::Entity>(row.clone());
            tx.record(NewEvent::new(
                EventKind::Created,
                SubjectKind::Import,
                row.id,
                &row.filename,
            ));
            let location = format!("/api/v1/imports/{}", row.id);
            Ok(Reply::created(row.into_view()?, 1, location))
        })
        .await;
    // What was refused, or was there already under its idempotency key, leaves no file behind.
    if !matches!(&made, Ok(once) if once.data().id == uploaded.id) {
        upload::discard(&ctx, uploaded.id).await?;
    }
    made
}

fn new_row(
    tx: &Tx,
    uploaded: &upload::Uploaded,
    recognized: Recognized,
    currency: shared_types::Currency,
) -> ApiResult<Model> {
    let Recognized {
        encoding,
        delimiter,
        date_format,
        date_format_is_sure,
        number_format,
        columns,
        mapping,
    } = recognized;
    Ok(Model {
        id: uploaded.id,
        organization_id: tx.organization(),
        kind: uploaded.kind,
        state: ImportState::Mapping,
        filename: uploaded.filename.clone(),
        size: i64::try_from(uploaded.size).unwrap_or(i64::MAX),
        encoding,
        delimiter,
        date_format,
        date_format_is_sure,
        number_format,
        currency,
        columns: stored(&columns)?,
        mapping: stored(&mapping)?,
        match_rule: MatchRule::Update,
        pipeline_id: None,
        default_role: None,
        unowned: None,
        value_matches: serde_json::Value::Array(Vec::new()),
        rows: None,
        processed: 0,
        created: 0,
        updated: 0,
        skipped: 0,
        refused: 0,
        first_reasons: serde_json::Value::Array(Vec::new()),
        failure: None,
        archive_id: None,
        created_by_id: tx.actor().member,
        created_at: tx.now(),
        updated_at: tx.now(),
        started_at: None,
        finished_at: None,
        version: 1,
    })
}

/// Get an import
#[utoipa::path(tag = "imports", operation_id = "getImport", params(("id" = ImportId, Path, description = "Id of the import.")),
    responses((status = 200, description = "The import.", body = Import)), security(("bearer" = ["imports:manage"])))]
#[get("/api/v1/imports/{id}")]
async fn get_import(ctx: Ctx<ImportsManage>, id: Id<ImportId>) -> ApiResult<Reply<Import>> {
    reply(import::get(&ctx.read(), id.0).await?)
}

/// The import to change: 404 unless there is one, 403 unless the caller may write what it holds,
/// 412 unless it is the version that was read.
async fn changeable(ctx: &Ctx<ImportsManage>, tx: &Tx, id: ImportId) -> ApiResult<Model> {
    let row = import::get(tx, id).await?;
    require_kind(ctx, row.kind)?;
    let view = row.clone().into_view()?;
    ctx.if_match(row.version, || view)?;
    Ok(row)
}

async fn save(tx: &Tx, before: &Model, row: Model) -> ApiResult<Reply<Import>> {
    let row = Model {
        updated_at: tx.now(),
        version: before.version + 1,
        ..row
    };
    import::save(tx, before, row.clone()).await?;
    reply(row)
}

async fn enqueue(
    ctx: &Ctx<ImportsManage>,
    id: ImportId,
    step: ImportStep,
    kind: &'static str,
) -> ApiResult<Once<Import>> {
    ctx.post(async |tx| {
        let before = changeable(ctx, tx, id).await?;
        let state = take(before.state, step)?;
        let mapping = before.mapping()?;
        check_mapping(before.kind, before.columns()?.len(), &mapping)?;
        require_private(ctx, &mapping)?;
        Part::rejects(id).delete(tx).await?;
        let mut row = Model {
            state,
            ..before.clone().at_the_beginning()
        };
        if step == ImportStep::Start {
            row.started_at = Some(tx.now());
            tx.record(NewEvent::new(
                EventKind::ImportStarted,
                SubjectKind::Import,
                row.id,
                &row.filename,
            ));
        }
        runner::enqueue(tx, kind, id)?;
        save(tx, &before, row).await
    })
    .await
}

/// Check an import
///
/// A dry run: goes through the whole file and counts what would become of its rows. Names of other
/// records that are only near to one that exists are listed to be confirmed.
#[utoipa::path(tag = "imports", operation_id = "checkImport", params(("id" = ImportId, Path, description = "Id of the import.")),
    responses((status = 200, description = "The import, being checked.", body = Import)), security(("bearer" = ["imports:manage"])))]
#[post("/api/v1/imports/{id}/check")]
async fn check_import(ctx: Ctx<ImportsManage>, id: Id<ImportId>) -> ApiResult<Once<Import>> {
    enqueue(&ctx, id.0, ImportStep::Check, CHECK_JOB).await
}

/// Start an import
///
/// Writes the records. It carries on after a restart of the server; what was written stays.
#[utoipa::path(tag = "imports", operation_id = "startImport", params(("id" = ImportId, Path, description = "Id of the import.")),
    responses((status = 200, description = "The import, running.", body = Import)), security(("bearer" = ["imports:manage"])))]
#[post("/api/v1/imports/{id}/start")]
async fn start_import(ctx: Ctx<ImportsManage>, id: Id<ImportId>) -> ApiResult<Once<Import>> {
    enqueue(&ctx, id.0, ImportStep::Start, RUN_JOB).await
}

/// Cancel an import
///
/// What was written until now stays.
#[utoipa::path(tag = "imports", operation_id = "cancelImport", params(("id" = ImportId, Path, description = "Id of the import.")),
    responses((status = 200, description = "The import, cancelled.", body = Import)), security(("bearer" = ["imports:manage"])))]
#[post("/api/v1/imports/{id}/cancel")]
async fn cancel_import(ctx: Ctx<ImportsManage>, id: Id<ImportId>) -> ApiResult<Once<Import>> {
    ctx.post(async |tx| {
        let before = changeable(&ctx, tx, id.0).await?;
        let row = Model {
            state: take(before.state, ImportStep::Cancel)?,
            finished_at: Some(tx.now()),
            ..before.clone()
        };
        Part::file(id.0).delete(tx).await?;
        tx.record(work::finished(&row));
        save(tx, &before, row).await
    })
    .await
}

/// Download the refused rows
///
/// The rows that the last check or run refused, as they were in the file, with a last column that
/// says why: to be put right and imported again.
#[utoipa::path(tag = "imports", operation_id = "downloadImportRejects", params(("id" = ImportId, Path, description = "Id of the import.")),
    responses((status = 200, description = "A CSV file in UTF-8.", content_type = "text/csv", body = String)), security(("bearer" = ["imports:manage"])))]
#[get("/api/v1/imports/{id}/rejects")]
async fn import_rejects(ctx: Ctx<ImportsManage>, id: Id<ImportId>) -> ApiResult<HttpResponse> {
    let read = ctx.read();
    let row = import::get(&read, id.0).await?;
    let columns = row.columns()?;
    let mut head = String::from('\u{FEFF}');
    write_row(
        &mut head,
        row.delimiter.character(),
        columns
            .iter()
            .map(|column| column.name.as_str())
            .chain(["Reason"]),
    );
    let head = stream::once(async move { Ok::<_, ApiError>(Bytes::from(head)) });
    let pieces = Part::rejects(row.id).stream(ctx.state().clone(), read);
    Ok(download(CSV, "refused-rows.csv").streaming(head.chain(pieces)))
}
