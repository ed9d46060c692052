//! Archives that come in: all the files of an export at once.

use actix_web::{
    HttpRequest, get, post,
    web::{Bytes, Payload},
};
use domain::platform::{
    export::ORDER,
    import::{
        fields::permission,
        state::{ImportStep, take},
    },
};
use futures_util::StreamExt;
use persistence::{
    Db, StoreError, Tx,
    platform::{
        event::NewEvent,
        import::{self, stored},
        import_archive::{self, Model, Table},
    },
};
use shared_types::{
    ErrorCode, FieldErrors, ImportArchiveId, ImportId, Permission, Reach,
    platform::{
        ArchiveState, EventKind, FieldChange, ImportArchive, ImportKind, ImportState, Manifest,
        SubjectKind, UploadArchive,
    },
};

use super::{
    unpack::{Unpacked, unpack},
    upload::{Upload, broken, filename, form},
};
use crate::{
    core::{
        clock::new_id,
        context::{Ctx, Once},
        error::{ApiError, ApiResult},
        extract::Id,
        permit::ImportsManage,
        reply::Reply,
    },
    crm::pipeline::adopt,
    platform::{piece::Part, runner},
};

/// The job that imports an archive.
pub const ARCHIVE_JOB: &str = "import.archive";
/// Pieces on their way from the archive into the store.
const WAITING: usize = 2;

/// An archive that was brought, with the pieces of its tables in the store.
struct Brought {
    filename: String,
    size: u64,
    manifest: Manifest,
}

/// Import an archive
///
/// All the files of an export (`POST /exports`) at once, in the order that they need: records, links, tags, members and pipelines.
/// The whole archive is checked against its manifest before anything is written; then a job imports one table after the other, each
/// as an import of its own. Records that exist already take its values.
#[utoipa::path(tag = "imports", operation_id = "importArchive",
    request_body(content = UploadArchive, content_type = "multipart/form-data"),
    responses((status = 201, description = "The archive, being imported.", body = ImportArchive),
        (status = 409, description = "Another archive is being imported.")), security(("bearer" = ["imports:manage"])))]
#[post("/api/v1/imports/archive")]
pub(super) async fn bring_archive(
    ctx: Ctx<ImportsManage>,
    request: HttpRequest,
    payload: Payload,
) -> ApiResult<Once<ImportArchive>> {
    let ids: Vec<ImportId> = ORDER.iter().map(|_| ImportId(new_id())).collect();
    let id = ImportArchiveId(new_id());
    let made = match take_in(&ctx, &request, payload, &ids).await {
        Ok(brought) => {
            ctx.post(async |tx| begin(&ctx, tx, id, &ids, &brought).await)
                .await
        }
        Err(error) => Err(error),
    };
    // What was refused, or was there already under its idempotency key, leaves no file behind.
    if !matches!(&made, Ok(once) if once.data().id == id) {
        ctx.write(async |tx| discard(tx, &ids).await).await?;
    }
    // Somebody else was faster.
    made.map_err(|error| match error.code {
        ErrorCode::AlreadyExists => under_way(),
        _ => error,
    })
}

async fn discard(tx: &Tx, ids: &[ImportId]) -> ApiResult<()> {
    for id in ids {
        Part::file(*id).delete(tx).await?;
    }
    Ok(())
}

fn under_way() -> ApiError {
    ApiError::new(
        ErrorCode::Conflict,
        "Another archive is being imported; wait for it, or cancel it.",
    )
}

async fn take_in(
    ctx: &Ctx<ImportsManage>,
    request: &HttpRequest,
    payload: Payload,
    ids: &[ImportId],
) -> ApiResult<Brought> {
    let mut form = form(request, payload, "`file`")?;
    let mut upload = Upload::default();
    let mut brought = None;
    while let Some(field) = form.next().await {
        let mut field = field.map_err(|error| broken(&error))?;
        match field.name() {
            Some("file") if brought.is_none() => {
                let name = filename(&field, "archive.zip");
                let file = unnamed(ctx)?;
                let (size, file) = upload.spool(&mut field, file).await?;
                brought = Some((name, size, file));
            }
            other => {
                let name: String = other.unwrap_or_default().chars().take(100).collect();
                let words = "is unknown or there twice; the field is `file`";
                return Err(ApiError::field(&name, words));
            }
        }
    }
    let Some((filename, size, file)) = brought else {
        return Err(ApiError::field("file", "is required"));
    };
    upload.note_body(request);
    let manifest = keep(ctx, file, ids).await?;
    Ok(Brought {
        filename,
        size,
        manifest,
    })
}

/// A file without a name: nobody else opens it, and it goes with the process.
fn unnamed(ctx: &Ctx<ImportsManage>) -> ApiResult<std::fs::File> {
    let folder = &ctx.state().config.data_dir;
    let made = std::fs::create_dir_all(folder).and_then(|()| tempfile::tempfile_in(folder));
    made.map_err(|error| ApiError::internal(format!("no file can be made: {error}")))
}

/// Unpacks an archive beside the requests, and keeps its tables in pieces.
async fn keep(
    ctx: &Ctx<ImportsManage>,
    file: std::fs::File,
    ids: &[ImportId],
) -> ApiResult<Manifest> {
    let rewound = {
        use std::io::Seek;
        let mut file = file;
        file.rewind().map(|()| file)
    };
    let file = rewound.map_err(|error| ApiError::internal(error.to_string()))?;
    let (send, mut pieces) = tokio::sync::mpsc::channel::<Unpacked>(WAITING);
    let work = tokio::task::spawn_blocking(move || unpack(file, &send));
    while let Some(piece) = pieces.recv().await {
        let Some(id) = ids.get(piece.table) else {
            continue;
        };
        let seal = &ctx.state().seal;
        ctx.write(async |tx| Part::file(*id).append(seal, tx, piece.position, &piece.bytes))
            .await?;
    }
    let unpacked = work.await;
    let unpacked = unpacked.map_err(|error| ApiError::internal(error.to_string()))?;
    unpacked.map_err(|faults| ApiError::invalid(FieldErrors::from([("file".to_owned(), faults)])))
}

/// Writes down what is to be imported, and lets a job begin.
async fn begin(
    ctx: &Ctx<ImportsManage>,
    tx: &Tx,
    id: ImportArchiveId,
    ids: &[ImportId],
    brought: &Brought,
) -> ApiResult<Reply<ImportArchive>> {
    let Brought {
        filename,
        size,
        manifest,
    } = brought;
    require(ctx, manifest.files.iter().map(|file| file.kind))?;
    if import_archive::is_under_way(tx).await? {
        return Err(under_way());
    }
    let manages = ctx.me().reach(Permission::PipelinesManage).is_some();
    adopt(tx, &manifest.pipelines, manages).await?;
    let tables = ids
        .iter()
        .zip(&manifest.files)
        .map(|(import_id, file)| Table {
            import_id: *import_id,
            kind: file.kind,
            name: file.name.clone(),
            rows: file.rows,
            bytes: file.bytes,
        });
    let tables: Vec<Table> = tables.collect();
    let row = Model {
        id,
        organization_id: tx.organization(),
        state: ArchiveState::Running,
        filename: filename.clone(),
        size: i64::try_from(*size).unwrap_or(i64::MAX),
        source: manifest.organization.chars().take(200).collect(),
        written_at: manifest.created_at,
        tables: stored(&tables)?,
        failure: None,
        created_by_id: ctx.me().member_id,
        created_at: tx.now(),
        updated_at: tx.now(),
        finished_at: None,
        version: 1,
    };
    tx.insert::<import_archive::Entity>(row.clone());
    tx.record(NewEvent::new(
        EventKind::ImportStarted,
        SubjectKind::ImportArchive,
        id,
        filename,
    ));
    runner::enqueue(tx, ARCHIVE_JOB, id)?;
    Ok(Reply::created(
        row.into_view(&[])?,
        1,
        format!("/api/v1/import-archives/{id}"),
    ))
}

/// Whether the caller may write all that an archive holds.
fn require(ctx: &Ctx<ImportsManage>, kinds: impl Iterator<Item = ImportKind>) -> ApiResult<()> {
    let me = ctx.me();
    for kind in kinds {
        let private = kind != ImportKind::Contacts
            || me.reach(Permission::ContactsReadPrivate) == Some(Reach::Organization);
        if me.reach(permission(kind)).is_none() || !private {
            let message = format!("The archive holds {kind}, which you may not write.");
            return Err(ApiError::new(ErrorCode::Forbidden, message));
        }
    }
    Ok(())
}

/// The event of an archive that came to its end.
pub(super) fn finished(row: &Model) -> NewEvent {
    let kind = EventKind::ImportFinished;
    let mut event = NewEvent::new(kind, SubjectKind::ImportArchive, row.id, &row.filename);
    event.changes = vec![FieldChange {
        field: "state".to_owned(),
        before: None,
        after: Some(row.state.to_string()),
    }];
    event
}

async fn shown(db: &impl Db, row: Model) -> ApiResult<ImportArchive> {
    let imports = import::of_archive(db, row.id).await?;
    Ok(row.into_view(&imports)?)
}

/// Get an archive that comes in
///
/// How far each of its tables is. The import of a table says what was refused, and why.
#[utoipa::path(tag = "imports", operation_id = "getImportArchive", params(("id" = ImportArchiveId, Path, description = "Id of the archive.")),
    responses((status = 200, description = "The archive.", body = ImportArchive)), security(("bearer" = ["imports:manage"])))]
#[get("/api/v1/import-archives/{id}")]
pub(super) async fn get_import_archive(
    ctx: Ctx<ImportsManage>,
    id: Id<ImportArchiveId>,
) -> ApiResult<Reply<ImportArchive>> {
    let read = ctx.read();
    let row = import_archive::get(&read, id.0).await?;
    // Its tables go on while its version stays.
    Ok(Reply::ok(shown(&read, row).await?))
}

/// Cancel an archive that comes in
///
/// What was written until now stays.
#[utoipa::path(tag = "imports", operation_id = "cancelImportArchive", params(("id" = ImportArchiveId, Path, description = "Id of the archive.")),
    responses((status = 200, description = "The archive, cancelled.", body = ImportArchive),
        (status = 409, description = "It is at its end already.")), security(("bearer" = ["imports:manage"])))]
#[post("/api/v1/import-archives/{id}/cancel")]
pub(super) async fn cancel_import_archive(
    ctx: Ctx<ImportsManage>,
    id: Id<ImportArchiveId>,
    _: Bytes,
) -> ApiResult<Once<ImportArchive>> {
    ctx.post(async |tx| {
        let before = import_archive::get(tx, id.0).await?;
        if before.state != ArchiveState::Running {
            let message = format!("The archive is {} already.", before.state);
            return Err(ApiError::new(ErrorCode::Conflict, message));
        }
        let row = before.clone().ended(ArchiveState::Cancelled, tx.now());
        import_archive::save(tx, &before, row.clone()).await?;
        stop(tx, &row, ImportState::Cancelled).await?;
        tx.record(finished(&row));
        Ok(Reply::ok(shown(tx, row).await?))
    })
    .await
}

/// Stops the table in hand and gives up those that wait.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn stop(tx: &Tx, row: &Model, state: ImportState) -> ApiResult<()> {
    let begun = import::of_archive(tx, row.id).await?;
    for table in row.tables()? {
        Part::file(table.import_id).delete(tx).await?;
    }
    for before in begun {
        if take(before.state, ImportStep::Cancel).is_err() {
            continue;
        }
        let row = import::Model {
            state,
            finished_at: Some(tx.now()),
            updated_at: tx.now(),
            version: before.version + 1,
            ..before.clone()
        };
        tx.record(super::work::finished(&row));
        // Its runner writes the row all the time.
        let saved = import::save(tx, &before, row).await;
        saved.map_err(|error| match error {
            StoreError::Stale => StoreError::Contention,
            other => other,
        })?;
    }
    Ok(())
}
