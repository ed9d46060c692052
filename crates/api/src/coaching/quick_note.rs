//! Quick notes.

use actix_web::{delete, get, patch, post};
use chrono::NaiveDate;
use domain::coaching::{
    access::Side,
    quick_note::{check_agent, check_author, check_observed},
};
use persistence::{
    Db, PageRequest, Tx,
    coaching::quick_note::{self, Found, Model},
    crm::about::AboutIds,
    platform::event::NewEvent,
};
use shared_types::{
    Permission, QuickNoteId,
    coaching::{
        CreateQuickNote, ListQuickNotes, QuickNote, QuickNoteCategory, QuickNoteVisibility,
        UpdateQuickNote,
    },
    platform::{EventKind, SubjectKind},
};

use super::{
    access::{self, Reader},
    agent::{agent, sees_deal, today},
};
use crate::{
    core::{
        app::Services,
        context::{Ctx, Once, Principal},
        error::ApiResult,
        extract::{Id, Params, Valid},
        permit::{Permit, QuickNotesRead, QuickNotesWrite},
        record::{self, changeable, record, save},
        reply::Reply,
    },
    crm::{about, reference},
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config
        .service(list_quick_notes)
        .service(create_quick_note)
        .service(get_quick_note)
        .service(update_quick_note)
        .service(delete_quick_note)
        .service(restore_quick_note);
}

record! {
    Found, QuickNoteId => QuickNote, QuickNote, QuickNotesRead;
    find(db, id, owners) = quick_note::by_authors(db, id, owners);
    store(tx, before, after) = quick_note::save(tx, before, after);
    view(found, _db, _now) = Ok(found.into());
    readable(db, id, me) = quick_note::get(db, id, &stored(Reader::lasting(me, Permission::QuickNotesRead)?));
    name(found) = found.agent_name.as_str(); owner(row) = Some(row.author_id);
}

pub(super) fn stored(reader: Reader) -> quick_note::Reader {
    let Reader { me, line, opened } = reader;
    quick_note::Reader { me, line, opened }
}

async fn reader<P: Permit>(ctx: &Ctx<P>, db: &impl Db) -> ApiResult<Reader> {
    Reader::with(ctx.me(), db, ctx.now(), Permission::QuickNotesRead).await
}

/// From which side somebody reads a quick note that they may read: its author as a coach.
fn side(reader: &Reader, row: &Model) -> Option<Side> {
    if row.visibility == QuickNoteVisibility::Private && row.author_id != reader.me {
        return Some(Side::Opened);
    }
    reader.side(&[row.agent_id], &[row.author_id])
}

/// A quick note as somebody may read it.
fn shown(me: &Principal, mut found: Found) -> QuickNote {
    if !sees_deal(me, found.deal_owner_id) {
        found.row.deal_id = None;
        found.deal_title = None;
    }
    found.into()
}

/// List quick notes
///
/// One's own, and those shared by others about oneself and those whose line reaches one. With `companyId`, `contactId` or `dealId` the
/// caller has to be able to read that record (404 else).
#[utoipa::path(tag = "quick notes", operation_id = "listQuickNotes", params(ListQuickNotes),
    responses((status = 200, description = "A page of quick notes.", body = [QuickNote]), (status = 404, description = "The record they are to be about is not there.")), security(("bearer" = ["quick-notes:read"])))]
#[get("/api/v1/quick-notes")]
async fn list_quick_notes(
    ctx: Ctx<QuickNotesRead>,
    query: Params<ListQuickNotes>,
) -> ApiResult<Reply<Vec<QuickNote>>> {
    let request = PageRequest::new(&query.0, ctx.position("quick-notes", &query.0)?);
    let ids = AboutIds {
        company: query.0.company_id,
        contact: query.0.contact_id,
        deal: query.0.deal_id,
        lead: None,
    };
    about::require_readable(&ctx, ids).await?;
    let read = ctx.read();
    let reader = reader(&ctx, &read).await?;
    let page = quick_note::list(&read, &query.0, &stored(reader.clone()), &request).await?;
    for found in &page.rows {
        sighted(&ctx, &reader, found);
    }
    let page = page.map(|found| shown(ctx.me(), found));
    Ok(ctx.page("quick-notes", &query.0, page))
}

/// Notes that somebody read what they opened.
fn sighted<P: Permit>(ctx: &Ctx<P>, reader: &Reader, found: &Found) {
    if let Some(side) = side(reader, &found.row) {
        let what = (SubjectKind::QuickNote, found.row.id.0, &*found.agent_name);
        access::noted(ctx, side, what);
    }
}

/// Get a quick note
#[utoipa::path(tag = "quick notes", operation_id = "getQuickNote", params(("id" = QuickNoteId, Path, description = "Id of the quick note.")),
    responses((status = 200, description = "The quick note.", body = QuickNote)), security(("bearer" = ["quick-notes:read"])))]
#[get("/api/v1/quick-notes/{id}")]
async fn get_quick_note(
    ctx: Ctx<QuickNotesRead>,
    id: Id<QuickNoteId>,
) -> ApiResult<Reply<QuickNote>> {
    let read = ctx.read();
    let reader = reader(&ctx, &read).await?;
    let found = quick_note::get(&read, id.0, &stored(reader.clone())).await?;
    sighted(&ctx, &reader, &found);
    let version = found.row.version;
    Ok(Reply::record(shown(ctx.me(), found), version))
}

/// Write a quick note
///
/// About an agent within reach, never about oneself. What is private is read by its author alone.
#[utoipa::path(tag = "quick notes", operation_id = "createQuickNote", request_body = CreateQuickNote,
    responses((status = 201, description = "The quick note.", body = QuickNote)), security(("bearer" = ["quick-notes:write"])))]
#[post("/api/v1/quick-notes")]
async fn create_quick_note(
    ctx: Ctx<QuickNotesWrite>,
    body: Valid<CreateQuickNote>,
) -> ApiResult<Once<QuickNote>> {
    ctx.post(async |tx| add(&ctx, tx, body.0.clone()).await)
        .await
}

async fn add(
    ctx: &Ctx<QuickNotesWrite>,
    tx: &Tx,
    body: CreateQuickNote,
) -> ApiResult<Reply<QuickNote>> {
    let me = ctx.me();
    check_agent(me.member_id, body.agent_id)?;
    let agent_name = agent(ctx, tx, "agentId", body.agent_id).await?;
    let day = today(tx, tx.now()).await?;
    check_observed(body.observed_on.unwrap_or(day), day)?;
    let ids = AboutIds {
        company: body.company_id,
        contact: body.contact_id,
        deal: body.deal_id,
        lead: None,
    };
    let names = reference::about(ctx, tx, ids).await?;
    let found = Found {
        row: new_row(tx, body, me, day),
        agent_name,
        author_name: me.name.clone(),
        company_name: names.company_name,
        contact_name: names.contact_name,
        deal_title: names.deal_title,
        deal_owner_id: names.deal_owner_id,
    };
    tx.insert::<quick_note::Entity>(found.row.clone());
    tx.record(NewEvent::new(
        EventKind::Created,
        SubjectKind::QuickNote,
        found.row.id,
        &found.agent_name,
    ));
    let location = format!("/api/v1/quick-notes/{}", found.row.id);
    Ok(Reply::created(found.into(), 1, location))
}

fn new_row(tx: &Tx, body: CreateQuickNote, me: &Principal, day: NaiveDate) -> Model {
    let CreateQuickNote {
        agent_id,
        text,
        category,
        visibility,
        observed_on,
        company_id,
        contact_id,
        deal_id,
    } = body;
    Model {
        id: tx.new_id(),
        organization_id: tx.organization(),
        agent_id,
        author_id: me.member_id,
        text,
        category: category.unwrap_or(QuickNoteCategory::Observation),
        visibility: visibility.unwrap_or(QuickNoteVisibility::Private),
        observed_on: observed_on.unwrap_or(day),
        company_id,
        contact_id,
        deal_id,
        search_text: String::new(),
        created_at: tx.now(),
        updated_at: tx.now(),
        deleted_at: None,
        version: 1,
    }
    .derived()
}

/// Checks that somebody may change a quick note: nobody but its author.
///
/// # Errors
/// 404 unless it may be read, 403 for all others.
async fn check_writer(ctx: &Ctx<QuickNotesWrite>, tx: &Tx, id: QuickNoteId) -> ApiResult<()> {
    let reader = reader(ctx, tx).await?;
    let found = quick_note::get(tx, id, &stored(reader)).await?;
    Ok(check_author(ctx.me().member_id, found.row.author_id)?)
}

/// Change a quick note
///
/// By its author alone.
#[utoipa::path(tag = "quick notes", operation_id = "updateQuickNote", params(("id" = QuickNoteId, Path, description = "Id of the quick note.")), request_body = UpdateQuickNote,
    responses((status = 200, description = "The quick note as it is now.", body = QuickNote)), security(("bearer" = ["quick-notes:write"])))]
#[patch("/api/v1/quick-notes/{id}")]
async fn update_quick_note(
    ctx: Ctx<QuickNotesWrite>,
    id: Id<QuickNoteId>,
    body: Valid<UpdateQuickNote>,
) -> ApiResult<Reply<QuickNote>> {
    let body = body.0.normalized();
    ctx.write(async |tx| {
        check_writer(&ctx, tx, id.0).await?;
        let before = changeable::<Found, _>(&ctx, tx, id.0, false).await?;
        if let Some(day) = body.observed_on {
            check_observed(day, today(tx, tx.now()).await?)?;
        }
        let ids = AboutIds {
            company: body.company_id.value().copied(),
            contact: body.contact_id.value().copied(),
            deal: body.deal_id.value().copied(),
            lead: None,
        };
        reference::about(&ctx, tx, ids).await?;
        let hidden = body.deal_id.is_keep() && !sees_deal(ctx.me(), before.found.deal_owner_id);
        let after = Found {
            row: patched(before.found.row.clone(), body.clone()),
            ..before.found.clone()
        };
        let mut reply = save(tx, before, after, EventKind::Updated, true).await?;
        if hidden {
            reply.data.deal_id = None;
            reply.data.deal_title = None;
        }
        Ok(reply)
    })
    .await
}

fn patched(mut row: Model, patch: UpdateQuickNote) -> Model {
    let UpdateQuickNote {
        text,
        category,
        visibility,
        observed_on,
        company_id,
        contact_id,
        deal_id,
        clear: _,
    } = patch;
    row.text = text.unwrap_or(row.text);
    row.category = category.unwrap_or(row.category);
    row.visibility = visibility.unwrap_or(row.visibility);
    row.observed_on = observed_on.unwrap_or(row.observed_on);
    company_id.apply(&mut row.company_id);
    contact_id.apply(&mut row.contact_id);
    deal_id.apply(&mut row.deal_id);
    row.derived()
}

/// Move a quick note to the trash
///
/// By its author alone. It can be restored for 30 days.
#[utoipa::path(tag = "quick notes", operation_id = "deleteQuickNote", params(("id" = QuickNoteId, Path, description = "Id of the quick note.")),
    responses((status = 200, description = "The quick note, in the trash.", body = QuickNote)), security(("bearer" = ["quick-notes:write"])))]
#[delete("/api/v1/quick-notes/{id}")]
async fn delete_quick_note(
    ctx: Ctx<QuickNotesWrite>,
    id: Id<QuickNoteId>,
) -> ApiResult<Reply<QuickNote>> {
    ctx.write(async |tx| {
        check_writer(&ctx, tx, id.0).await?;
        record::bin::<Found, _>(&ctx, tx, id.0, true).await
    })
    .await
}

/// Restore a quick note
///
/// Takes it out of the trash.
#[utoipa::path(tag = "quick notes", operation_id = "restoreQuickNote", params(("id" = QuickNoteId, Path, description = "Id of the quick note.")),
    responses((status = 200, description = "The quick note as it is now.", body = QuickNote)), security(("bearer" = ["quick-notes:write"])))]
#[post("/api/v1/quick-notes/{id}/restore")]
async fn restore_quick_note(
    ctx: Ctx<QuickNotesWrite>,
    id: Id<QuickNoteId>,
) -> ApiResult<Once<QuickNote>> {
    ctx.post(async |tx| {
        check_writer(&ctx, tx, id.0).await?;
        record::bin::<Found, _>(&ctx, tx, id.0, false).await
    })
    .await
}
