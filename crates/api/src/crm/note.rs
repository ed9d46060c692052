//! Notes.

use actix_web::{delete, get, patch, post};
use domain::crm::note::check_about;
use persistence::{
    Db, Owners, PageRequest, Tx, about,
    crm::note::{self, Found, Model, Reader},
    platform::event::NewEvent,
};
use shared_types::{
    MemberId, NoteId, Permission,
    crm::{CreateNote, ListNotes, Note, UpdateNote},
    platform::{EventKind, SubjectKind},
};

use crate::{
    core::{
        app::Services,
        context::{Ctx, Once, Principal},
        error::ApiResult,
        extract::{Id, Params, Valid},
        permit::{NotesRead, NotesWrite},
        record::{self, changeable, record, save},
        reply::Reply,
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
    about::tell(tx, kind, told, "note", &found.title());
}

record! {
    Found, NoteId => Note, Note, NotesRead;
    find(db, id, owners) = note::by_authors(db, id, owners);
    store(tx, before, after) = note::save(tx, before, after);
    view(found, _db, _now) = Ok(found.into());
    readable(db, id, me) = note::get(db, id, &reader(me));
    tell(found, tx, kind) = tell(found, tx, kind);
    name(found) = found.title(); owner(row) = Some(row.author_id);
}

/// List notes
///
/// Whoever may read a record may read its notes; those about a lead or a deal need that of the lead or the deal.
#[utoipa::path(tag = "notes", operation_id = "listNotes", params(ListNotes),
    responses((status = 200, description = "A page of notes.", body = [Note]), (status = 404, description = "The record they are to be about is not there.")), security(("bearer" = ["notes:read"])))]
#[get("/api/v1/notes")]
async fn list_notes(ctx: Ctx<NotesRead>, query: Params<ListNotes>) -> ApiResult<Reply<Vec<Note>>> {
    let request = PageRequest::new(&query.0, ctx.position("notes", &query.0)?);
    about::require_readable(&ctx, about!(query.0)).await?;
    let page = note::list(&ctx.read(), &query.0, &reader(ctx.me()), &request).await?;
    Ok(ctx.page("notes", &query.0, page.map(Note::from)))
}

/// Get a note
#[utoipa::path(tag = "notes", operation_id = "getNote", params(("id" = NoteId, Path, description = "Id of the note.")),
    responses((status = 200, description = "The note.", body = Note)), security(("bearer" = ["notes:read"])))]
#[get("/api/v1/notes/{id}")]
async fn get_note(ctx: Ctx<NotesRead>, id: Id<NoteId>) -> ApiResult<Reply<Note>> {
    record::get::<Found, _>(&ctx, id.0).await
}

/// Write a note
///
/// It is about one record at least. Members whom it mentions get a mail, if they may read it.
#[utoipa::path(tag = "notes", operation_id = "createNote", request_body = CreateNote,
    responses((status = 201, description = "The note.", body = Note)), security(("bearer" = ["notes:write"])))]
#[post("/api/v1/notes")]
async fn create_note(ctx: Ctx<NotesWrite>, body: Valid<CreateNote>) -> ApiResult<Once<Note>> {
    let body = body.0;
    check_about(&body)?;
    ctx.post(async |tx| {
        reference::about(&ctx, tx, about!(body)).await?;
        let row = new_row(tx, body.clone(), ctx.me().member_id);
        let id = row.id;
        tx.insert::<note::Entity>(row);
        let found = note::by_authors(tx, id, &Owners::Anybody).await?;
        let found = mention(&ctx, tx, found).await?;
        tx.record(NewEvent::new(
            EventKind::Created,
            SubjectKind::Note,
            id,
            &found.title(),
        ));
        tell(&found, tx, EventKind::Created);
        let location = format!("/api/v1/notes/{id}");
        Ok(Reply::created(found.into(), 1, location))
    })
    .await
}

fn new_row(tx: &Tx, body: CreateNote, author_id: MemberId) -> Model {
    let CreateNote {
        body,
        pinned,
        company_id,
        contact_id,
        lead_id,
        deal_id,
    } = body;
    Model {
        id: tx.new_id(),
        organization_id: tx.organization(),
        body,
        pinned: pinned.unwrap_or(false),
        author_id,
        company_id,
        contact_id,
        lead_id,
        deal_id,
        search_text: String::new(),
        created_at: tx.now(),
        updated_at: tx.now(),
        deleted_at: None,
        version: 1,
    }
    .derived()
}

/// Change a note
///
/// By whoever wrote it, or whose `notes:write` reaches the organization. Members whom it mentions anew get a mail.
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
        let after = Found {
            row: patched(before.found.row.clone(), body.clone()),
            ..before.found.clone()
        };
        let after = mention(&ctx, tx, after).await?;
        save(tx, before, after, EventKind::Updated, false).await
    })
    .await
}

/// The row with a patch carried out.
fn patched(mut row: Model, patch: UpdateNote) -> Model {
    let UpdateNote { body, pinned } = patch;
    row.body = body.unwrap_or(row.body);
    row.pinned = pinned.unwrap_or(row.pinned);
    row.derived()
}

/// Move a note to the trash
///
/// It can be restored for 30 days.
#[utoipa::path(tag = "notes", operation_id = "deleteNote", params(("id" = NoteId, Path, description = "Id of the note.")),
    responses((status = 200, description = "The note, in the trash.", body = Note)), security(("bearer" = ["notes:write"])))]
#[delete("/api/v1/notes/{id}")]
async fn delete_note(ctx: Ctx<NotesWrite>, id: Id<NoteId>) -> ApiResult<Reply<Note>> {
    record::trash::<Found, _>(&ctx, id.0).await
}

/// Restore a note
///
/// Takes it out of the trash.
#[utoipa::path(tag = "notes", operation_id = "restoreNote", params(("id" = NoteId, Path, description = "Id of the note.")),
    responses((status = 200, description = "The note as it is now.", body = Note)), security(("bearer" = ["notes:write"])))]
#[post("/api/v1/notes/{id}/restore")]
async fn restore_note(ctx: Ctx<NotesWrite>, id: Id<NoteId>) -> ApiResult<Once<Note>> {
    record::restore::<Found, _>(&ctx, id.0).await
}
