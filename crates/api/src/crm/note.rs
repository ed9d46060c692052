//! Notes.

use std::borrow::Cow;

use actix_web::{delete, get, patch, post};
use chrono::{DateTime, Utc};
use domain::crm::note::check_about;
use persistence::{
    Db, Owners, PageRequest, StoreResult, Tx,
    crm::{
        company, contact, deal, lead,
        note::{self, Found, Model, Reader},
    },
    platform::event::NewEvent,
};
use shared_types::{
    MemberId, NoteId, Permission,
    crm::{CreateNote, ListNotes, Note, UpdateNote},
    platform::{EventKind, SubjectKind},
};
use uuid::Uuid;

use crate::{
    core::{
        app::Services,
        context::{Ctx, Once, Principal},
        error::ApiResult,
        extract::{Id, Params, Valid},
        permit::{NotesRead, NotesWrite, Permit},
        record::{self, Record, changeable, save},
        reply::Reply,
    },
    crm::{
        about::{Subject, tell},
        note_mention::mention,
        reference,
    },
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
fn told(found: &Found) -> Vec<Subject<'_>> {
    let row = &found.row;
    let guarded = [
        (
            SubjectKind::Lead,
            row.lead_id.map(|id| id.0),
            &found.lead_name,
        ),
        (
            SubjectKind::Deal,
            row.deal_id.map(|id| id.0),
            &found.deal_title,
        ),
    ];
    let open = [
        (
            SubjectKind::Company,
            row.company_id.map(|id| id.0),
            &found.company_name,
        ),
        (
            SubjectKind::Contact,
            row.contact_id.map(|id| id.0),
            &found.contact_name,
        ),
    ];
    if found.about().is_guarded() {
        guarded.into()
    } else {
        open.into()
    }
}

impl Record for Found {
    type View = Note;
    type Id = NoteId;
    const KIND: SubjectKind = SubjectKind::Note;
    const READ: Permission = Permission::NotesRead;

    async fn find(db: &impl Db, id: NoteId, owners: &Owners) -> StoreResult<Self> {
        note::by_authors(db, id, owners).await
    }

    async fn readable(db: &impl Db, id: NoteId, me: &Principal) -> ApiResult<Self> {
        Ok(note::get(db, id, &reader(me)).await?)
    }

    async fn store(tx: &Tx, before: &Self, after: &Self) -> StoreResult<()> {
        note::save(tx, &before.row, after.row.clone()).await
    }

    async fn view(self, _: &impl Db, _: DateTime<Utc>) -> ApiResult<Note> {
        Ok(self.into())
    }

    fn tell(&self, tx: &Tx, kind: EventKind) {
        let kind = match kind {
            EventKind::Deleted => EventKind::NoteDeleted,
            EventKind::Updated => EventKind::NoteChanged,
            _ => EventKind::NoteAdded,
        };
        tell(tx, kind, &told(self), "note", &self.title());
    }

    fn id(&self) -> NoteId {
        self.row.id
    }

    fn uuid(&self) -> Uuid {
        self.row.id.0
    }

    fn name(&self) -> Cow<'_, str> {
        self.title().into()
    }

    fn owner(&self) -> Option<MemberId> {
        Some(self.row.author_id)
    }

    fn version(&self) -> i64 {
        self.row.version
    }

    fn deleted_at(&self) -> Option<DateTime<Utc>> {
        self.row.deleted_at
    }

    fn set_deleted_at(&mut self, at: Option<DateTime<Utc>>) {
        self.row.deleted_at = at;
    }

    fn touch(&mut self, version: i64, now: DateTime<Utc>) {
        self.row.version = version;
        self.row.updated_at = now;
    }
}

/// Checks that a record whose notes are asked for may be read.
async fn require_subject(ctx: &Ctx<NotesRead>, query: &ListNotes) -> ApiResult<()> {
    let (me, read) = (ctx.me(), ctx.read());
    if let Some(id) = query.deal_id {
        deal::get(&read, id, &me.owners(Permission::DealsRead)?).await?;
    }
    if let Some(id) = query.lead_id {
        lead::get(&read, id, &me.owners(Permission::LeadsRead)?).await?;
    }
    if let Some(id) = query.contact_id {
        contact::get(&read, id, &me.owners(Permission::ContactsRead)?).await?;
    }
    if let Some(id) = query.company_id {
        company::get(&read, id, &me.owners(Permission::CompaniesRead)?).await?;
    }
    Ok(())
}

/// List notes
///
/// Whoever may read a record may read its notes; those about a lead or a deal need that of the lead or the deal.
#[utoipa::path(tag = "notes", operation_id = "listNotes", params(ListNotes),
    responses((status = 200, description = "A page of notes.", body = [Note]), (status = 404, description = "The record they are to be about is not there.")), security(("bearer" = ["notes:read"])))]
#[get("/api/v1/notes")]
async fn list_notes(ctx: Ctx<NotesRead>, query: Params<ListNotes>) -> ApiResult<Reply<Vec<Note>>> {
    let request = PageRequest::new(&query.0, ctx.position("notes", &query.0)?);
    require_subject(&ctx, &query.0).await?;
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

/// Checks that everything that a note is to be about may be read.
async fn require_about<P: Permit>(ctx: &Ctx<P>, tx: &Tx, body: &CreateNote) -> ApiResult<()> {
    reference::company_name(ctx, tx, body.company_id).await?;
    reference::contact_name(ctx, tx, body.contact_id).await?;
    reference::lead_name(ctx, tx, body.lead_id).await?;
    reference::deal_title(ctx, tx, body.deal_id).await?;
    Ok(())
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
        require_about(&ctx, tx, &body).await?;
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
        found.tell(tx, EventKind::Created);
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
