//! Notes.

use actix_web::{delete, get, patch, post};
use domain::crm::{note::check_about, note_text::html};
use persistence::{
    Db, Owners, PageRequest, Tx, about,
    crm::note::{self, Found, Model, Reader},
    platform::event::NewEvent,
};
use shared_types::{
    ErrorCode, MemberId, NoteId, Patch, Permission,
    crm::{CreateNote, ListNotes, Note, UpdateNote},
    platform::{EventKind, SubjectKind},
};

use crate::{
    core::{
        app::Services,
        context::{Ctx, Once, Principal},
        error::{ApiError, ApiResult},
        extract::{Id, Params, Valid},
        permit::{NotesRead, NotesWrite},
        record::{self, changeable, record, save},
        record_routes::record_routes,
        reply::{Cache, Reply},
        seal::{Place, Sealer},
    },
    crm::{about, note_mention::mention, reference},
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config
        .service(list_notes)
        .service(create_note)
        .service(get_note)
        .service(update_note)
        .service(delete_note)
        .service(restore_note);
}

/// What somebody may read, and so which notes.
#[must_use]
pub fn reader(me: &Principal) -> Reader {
    let owners = |permission| me.owners(permission).ok();
    Reader {
        member: me.member_id,
        companies: owners(Permission::CompaniesRead),
        contacts: owners(Permission::ContactsRead),
        leads: owners(Permission::LeadsRead),
        deals: owners(Permission::DealsRead),
    }
}

/// What a note is about, where its timelines are concerned: of what is guarded more closely, nobody
/// learns on the page of the company or the contact.
fn tell(found: &Found, tx: &Tx, kind: EventKind) {
    let kind = match kind {
        EventKind::Deleted => EventKind::NoteDeleted,
        EventKind::Updated => EventKind::NoteChanged,
        _ => EventKind::NoteAdded,
    };
    let subjects = about!(found.row).subjects(&found.names);
    let (guarded, open) = subjects.split_at(2);
    let told = if found.about().is_guarded() {
        guarded
    } else {
        open
    };
    let title = found.row.sealed_body.is_none().then(|| found.title());
    about::tell(tx, kind, told, "note", title.as_deref());
}

record! {
    Found, NoteId => Note, Note, NotesRead;
    find(db, id, owners) = note::by_authors(db, id, owners);
    store(tx, before, after) = note::save(tx, before, after);
    view(found, _db, _now) = Ok(found.into());
    readable(db, id, me) = note::get(db, id, &reader(me));
    tell(found, tx, kind) = tell(found, tx, kind);
    name(found) = found.title(); owner(row) = Some(row.author_id);
    sealed = sealed;
}

/// List notes
///
/// Whoever may read a record may read its notes; those about a lead or a deal need that of the lead or the deal. What confidential
/// ones say is for their authors and those who have `notes:read-confidential` for these.
#[utoipa::path(tag = "notes", operation_id = "listNotes", params(ListNotes),
    responses((status = 200, description = "A page of notes.", body = [Note]), (status = 404, description = "The record they are to be about is not there.")), security(("bearer" = ["notes:read"])))]
#[get("/api/v1/notes")]
async fn list_notes(ctx: Ctx<NotesRead>, query: Params<ListNotes>) -> ApiResult<Reply<Vec<Note>>> {
    let request = PageRequest::new(&query.0, ctx.position("notes", &query.0)?);
    about::require_readable(&ctx, about!(query.0)).await?;
    let page = note::list(&ctx.read(), &query.0, &reader(ctx.me()), &request).await?;
    let page = page.try_map(|found| shown(ctx.me(), &ctx.state().seal, found))?;
    let cache = cache(page.rows.iter());
    Ok(ctx.page("notes", &query.0, page).cached(cache))
}

/// Get a note
#[utoipa::path(tag = "notes", operation_id = "getNote", params(("id" = NoteId, Path, description = "Id of the note.")),
    responses((status = 200, description = "The note.", body = Note)), security(("bearer" = ["notes:read"])))]
#[get("/api/v1/notes/{id}")]
async fn get_note(ctx: Ctx<NotesRead>, id: Id<NoteId>) -> ApiResult<Reply<Note>> {
    let found: Found = record::seen(&ctx, id.0).await?;
    let version = found.row.version;
    let note = shown(ctx.me(), &ctx.state().seal, found)?;
    let cache = cache(std::iter::once(&note));
    Ok(Reply::record(note, version).cached(cache))
}

/// What is confidential no browser keeps.
fn cache<'a>(mut notes: impl Iterator<Item = &'a Note>) -> Cache {
    if notes.any(|note| note.confidential) {
        Cache::Never
    } else {
        Cache::Tenant
    }
}

fn place(row: &Model) -> Place {
    Place {
        owner: row.organization_id.0,
        table: "notes",
        column: "sealed_body",
        row: row.id.0,
    }
}

/// What a note says, where it is confidential and the caller may read it.
fn opened(me: &Principal, seal: &Sealer, row: &Model) -> ApiResult<Option<String>> {
    if !me.reaches(Permission::NotesReadConfidential, Some(row.author_id)) {
        return Ok(None);
    }
    seal.open_value(place(row), row.sealed_body.as_ref())
}

/// A note as somebody may read it.
pub(crate) fn shown(me: &Principal, seal: &Sealer, mut found: Found) -> ApiResult<Note> {
    if let Some(body) = opened(me, seal, &found.row)? {
        found.row.body = body;
    }
    Ok(found.into())
}

/// Write a note
///
/// It is about one record at least. Members whom it mentions get a mail, if they may read it. What a confidential one says stands in no
/// search, event or mail, and not in the answer.
#[utoipa::path(tag = "notes", operation_id = "createNote", request_body = CreateNote,
    responses((status = 201, description = "The note.", body = Note)), security(("bearer" = ["notes:write"])))]
#[post("/api/v1/notes")]
async fn create_note(ctx: Ctx<NotesWrite>, body: Valid<CreateNote>) -> ApiResult<Once<Note>> {
    let body = body.0;
    check_about(&body)?;
    ctx.post(async |tx| {
        reference::about(&ctx, tx, about!(body)).await?;
        let row = new_row(&ctx.state().seal, tx, body.clone(), ctx.me().member_id)?;
        let id = row.id;
        tx.insert::<note::Entity>(row);
        let found = note::by_authors(tx, id, &Owners::Anybody).await?;
        let found = mention(&ctx, tx, found, &body.body, "").await?;
        record_new(tx, &found);
        let location = format!("/api/v1/notes/{id}");
        Ok(Reply::created(found.into(), 1, location))
    })
    .await
}

/// Queues a new note with its events.
pub(crate) fn write_new(tx: &Tx, found: &Found) {
    tx.insert::<note::Entity>(found.row.clone());
    record_new(tx, found);
}

/// Says that a note was written.
fn record_new(tx: &Tx, found: &Found) {
    let (kind, id) = (EventKind::Created, found.row.id);
    tx.record(NewEvent::new(kind, SubjectKind::Note, id, &found.title()));
    tell(found, tx, kind);
}

/// The row of a new note.
///
/// # Errors
/// 500 when what is confidential cannot be encrypted.
pub(crate) fn new_row(
    seal: &Sealer,
    tx: &Tx,
    body: CreateNote,
    author_id: MemberId,
) -> ApiResult<Model> {
    let CreateNote {
        body,
        confidential,
        pinned,
        company_id,
        contact_id,
        lead_id,
        deal_id,
        external_id,
    } = body;
    let mut row = Model {
        id: tx.new_id(),
        organization_id: tx.organization(),
        body,
        sealed_body: None,
        pinned: pinned.unwrap_or(false),
        author_id,
        company_id,
        contact_id,
        lead_id,
        deal_id,
        external_id,
        search_text: String::new(),
        created_at: tx.now(),
        updated_at: tx.now(),
        deleted_at: None,
        version: 1,
    };
    if confidential == Some(true) {
        let text = std::mem::take(&mut row.body);
        row.sealed_body = Some(seal.seal_value(place(&row), &text)?);
    }
    Ok(row.derived())
}

/// Change a note
///
/// By whoever wrote it, or whose `notes:write` reaches the organization; what a confidential one says, by those who may read it. Members whom it mentions anew get a mail.
#[utoipa::path(tag = "notes", operation_id = "updateNote", params(("id" = NoteId, Path, description = "Id of the note.")), request_body = UpdateNote,
    responses((status = 200, description = "The note as it is now.", body = Note)), security(("bearer" = ["notes:write"])))]
#[patch("/api/v1/notes/{id}")]
async fn update_note(
    ctx: Ctx<NotesWrite>,
    id: Id<NoteId>,
    body: Valid<UpdateNote>,
) -> ApiResult<Reply<Note>> {
    let body = body.0;
    ctx.write(async |tx| {
        let before = changeable::<Found, _>(&ctx, tx, id.0, false).await?;
        let row = &before.found.row;
        let (me, seal) = (ctx.me(), &ctx.state().seal);
        let former = opened(me, seal, row)?;
        if row.sealed_body.is_some() && body.body.is_some() && former.is_none() {
            return Err(ApiError::new(
                ErrorCode::Forbidden,
                "You may not read or write body: the note is confidential.",
            ));
        }
        let after = Found {
            row: patched(seal, row.clone(), body.clone())?,
            ..before.found.clone()
        };
        let former = former.unwrap_or_else(|| row.body.clone());
        let text = opened(me, seal, &after.row)?.unwrap_or_else(|| after.row.body.clone());
        let after = mention(&ctx, tx, after, &text, &former).await?;
        let mentioned = after.mentioned.clone();
        let mut reply = save(tx, before, after, EventKind::Updated, false).await?;
        reply.data.html = html(&text, &mentioned);
        reply.data.body = text;
        Ok(reply)
    })
    .await
}

/// The row with a patch carried out.
///
/// # Errors
/// 500 when what is confidential does not open.
pub(crate) fn patched(seal: &Sealer, mut row: Model, patch: UpdateNote) -> ApiResult<Model> {
    let UpdateNote { body, pinned } = patch;
    row.pinned = pinned.unwrap_or(row.pinned);
    if row.sealed_body.is_none() {
        row.body = body.unwrap_or(row.body);
    } else if let Some(body) = body {
        let place = place(&row);
        seal.patch(place, &mut row.sealed_body, Patch::Set(body))?;
    }
    Ok(row.derived())
}

record_routes! {
    Found, NoteId => Note, "notes", "Id of the note.", NotesWrite "notes:write";
    /// Move a note to the trash
    ///
    /// It can be restored for 30 days.
    delete_note: "deleteNote", "/api/v1/notes/{id}", "The note, in the trash.";
    /// Restore a note
    ///
    /// Takes it out of the trash.
    restore_note: "restoreNote", "/api/v1/notes/{id}/restore", "The note as it is now.";
}
