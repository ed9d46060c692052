//! Activities.

use actix_web::{delete, get, patch, post};
use chrono::{DateTime, Utc};
use domain::crm::activity::{check_reminder, remind_at};
use persistence::{
    Db, PageRequest, Tx, about,
    crm::{
        about::AboutIds,
        activity::{self, Found, Model, Seen},
    },
    platform::event::NewEvent,
};
use shared_types::{
    ActivityId, MemberId, Patch,
    crm::{Activity, CreateActivity, ListActivities, UpdateActivity},
    platform::{EventKind, SubjectKind},
};

use crate::{
    core::{
        app::Services,
        context::{Ctx, Once},
        error::ApiResult,
        extract::{Id, Params, Valid},
        permit::{ActivitiesRead, ActivitiesWrite, Permit},
        record::{self, changeable, first_owner, next_owner, record, save},
        record_routes::record_routes,
        reply::Reply,
    },
    crm::{about, reference},
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config
        .service(list_activities)
        .service(create_activity)
        .service(get_activity)
        .service(update_activity)
        .service(delete_activity)
        .service(restore_activity);
}

record! {
    Found, ActivityId => Activity, Activity, ActivitiesRead;
    find(db, id, owners) = activity::get(db, id, owners);
    store(tx, before, after) = activity::save(tx, before, after);
    view(found, _db, _now) = Ok(found.into());
    name(found) = found.row.subject.as_str(); owner(row) = row.owner_id;
}

/// What the caller sees of a list: whoever may read a record may read what is about it.
async fn seen(ctx: &Ctx<ActivitiesRead>, query: &ListActivities) -> ApiResult<Seen> {
    about::require_readable(ctx, about!(query)).await?;
    Ok(Seen {
        all: query.deal_id.is_some() || query.lead_id.is_some(),
        about_anybody: query.contact_id.is_some() || query.company_id.is_some(),
        ..Seen::of(ctx.owners()?)
    })
}

/// List activities
///
/// With `companyId`, `contactId`, `leadId` or `dealId` those about that record, which the caller has to be able to read (404
/// else); without, those of the members within reach.
#[utoipa::path(tag = "activities", operation_id = "listActivities", params(ListActivities),
    responses((status = 200, description = "A page of activities.", body = [Activity]), (status = 404, description = "The record they are to be about is not there.")), security(("bearer" = ["activities:read"])))]
#[get("/api/v1/activities")]
async fn list_activities(
    ctx: Ctx<ActivitiesRead>,
    query: Params<ListActivities>,
) -> ApiResult<Reply<Vec<Activity>>> {
    let request = PageRequest::new(&query.0, ctx.position("activities", &query.0)?);
    let seen = seen(&ctx, &query.0).await?;
    let page = activity::list(&ctx.read(), &query.0, &seen, &request).await?;
    Ok(ctx.page("activities", &query.0, page.map(Activity::from)))
}

/// Get an activity
#[utoipa::path(tag = "activities", operation_id = "getActivity", params(("id" = ActivityId, Path, description = "Id of the activity.")),
    responses((status = 200, description = "The activity.", body = Activity)), security(("bearer" = ["activities:read"])))]
#[get("/api/v1/activities/{id}")]
async fn get_activity(ctx: Ctx<ActivitiesRead>, id: Id<ActivityId>) -> ApiResult<Reply<Activity>> {
    record::get::<Found, _>(&ctx, id.0).await
}

/// Says on the timelines of what an activity is about that it is planned, or done.
fn tell(tx: &Tx, found: &Found) {
    let kind = if found.row.done_at.is_some() {
        EventKind::ActivityDone
    } else {
        EventKind::ActivityPlanned
    };
    let row = &found.row;
    about::tell(
        tx,
        kind,
        &about!(row).subjects(&found.names),
        row.kind.as_str(),
        Some(&row.subject),
    );
}

/// Add an activity
#[utoipa::path(tag = "activities", operation_id = "createActivity", request_body = CreateActivity,
    responses((status = 201, description = "The activity.", body = Activity)), security(("bearer" = ["activities:write"])))]
#[post("/api/v1/activities")]
async fn create_activity(
    ctx: Ctx<ActivitiesWrite>,
    body: Valid<CreateActivity>,
) -> ApiResult<Once<Activity>> {
    ctx.post(async |tx| add(&ctx, tx, body.0.clone()).await)
        .await
}

/// Adds an activity.
pub(super) async fn add<P: Permit>(
    ctx: &Ctx<P>,
    tx: &Tx,
    body: CreateActivity,
) -> ApiResult<Reply<Activity>> {
    let (owner, owner_name) = first_owner(ctx, tx, body.owner_id).await?;
    check_reminder(body.due_at, body.remind_minutes)?;
    let found = Found {
        names: reference::about(ctx, tx, about!(body)).await?,
        row: new_row(tx, body, owner),
        owner_name,
    };
    write_new(tx, &found);
    let location = format!("/api/v1/activities/{}", found.row.id);
    Ok(Reply::created(found.into(), 1, location))
}

/// Queues a new activity with its events.
pub(crate) fn write_new(tx: &Tx, found: &Found) {
    tx.insert::<activity::Entity>(found.row.clone());
    tx.record(NewEvent::new(
        EventKind::Created,
        SubjectKind::Activity,
        found.row.id,
        &found.row.subject,
    ));
    tell(tx, found);
}

/// The row of a new activity.
pub(crate) fn new_row(tx: &Tx, body: CreateActivity, owner_id: Option<MemberId>) -> Model {
    let CreateActivity {
        subject,
        description,
        due_at,
        duration_minutes,
        remind_minutes,
        owner_id: _,
        company_id,
        contact_id,
        lead_id,
        deal_id,
        kind,
        done,
        external_id,
    } = body;
    let done = done.unwrap_or(false);
    Model {
        id: tx.new_id(),
        organization_id: tx.organization(),
        kind,
        subject: subject.trim().to_owned(),
        description,
        due_at,
        duration_minutes,
        done_at: done.then(|| tx.now()),
        remind_minutes,
        remind_at: remind_at(due_at, remind_minutes, done, tx.now()),
        owner_id,
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
    }
    .derived()
}

/// Change an activity
///
/// `"done": true` does it, `false` opens it again.
#[utoipa::path(tag = "activities", operation_id = "updateActivity", params(("id" = ActivityId, Path, description = "Id of the activity.")), request_body = UpdateActivity,
    responses((status = 200, description = "The activity as it is now.", body = Activity)), security(("bearer" = ["activities:write"])))]
#[patch("/api/v1/activities/{id}")]
async fn update_activity(
    ctx: Ctx<ActivitiesWrite>,
    id: Id<ActivityId>,
    body: Valid<UpdateActivity>,
) -> ApiResult<Reply<Activity>> {
    let body = body.0.normalized();
    ctx.write(async |tx| change(&ctx, tx, id.0, body.clone()).await)
        .await
}

/// Changes an activity.
pub(super) async fn change<P: Permit>(
    ctx: &Ctx<P>,
    tx: &Tx,
    id: ActivityId,
    body: UpdateActivity,
) -> ApiResult<Reply<Activity>> {
    let owner_name = next_owner(ctx, tx, &body.owner_id).await?;
    let before = changeable::<Found, _>(ctx, tx, id, false).await?;
    let mut after = before.found.clone();
    after.row = patched(after.row, body.clone(), tx.now());
    check_reminder(after.row.due_at, body.remind_minutes.value().copied())?;
    // What it is about anew is looked up; what it was about before may be out of reach by now.
    let ids = AboutIds {
        company: body.company_id.value().copied(),
        contact: body.contact_id.value().copied(),
        lead: body.lead_id.value().copied(),
        deal: body.deal_id.value().copied(),
    };
    let (names, named) = (&mut after.names, reference::about(ctx, tx, ids).await?);
    renew(&body.owner_id, &mut after.owner_name, owner_name);
    renew(
        &body.company_id,
        &mut names.company_name,
        named.company_name,
    );
    renew(
        &body.contact_id,
        &mut names.contact_name,
        named.contact_name,
    );
    renew(&body.lead_id, &mut names.lead_name, named.lead_name);
    renew(&body.deal_id, &mut names.deal_title, named.deal_title);
    if after.row.done_at.is_some() && before.found.row.done_at.is_none() {
        tell(tx, &after);
    }
    save(tx, before, after, EventKind::Updated, false).await
}

/// The name of what a change refers to, where it refers to something else than before.
fn renew<T>(patch: &Patch<T>, name: &mut Option<String>, named: Option<String>) {
    if !patch.is_keep() {
        *name = named;
    }
}

/// The row with a patch carried out.
pub(crate) fn patched(mut row: Model, patch: UpdateActivity, now: DateTime<Utc>) -> Model {
    let UpdateActivity {
        subject,
        description,
        due_at,
        duration_minutes,
        remind_minutes,
        owner_id,
        company_id,
        contact_id,
        lead_id,
        deal_id,
        kind,
        done,
        external_id,
        clear: _,
    } = patch;
    let before = (row.due_at, row.remind_minutes, row.done_at);
    if let Some(subject) = subject {
        row.subject = subject.trim().to_owned();
    }
    description.apply(&mut row.description);
    due_at.apply(&mut row.due_at);
    duration_minutes.apply(&mut row.duration_minutes);
    remind_minutes.apply(&mut row.remind_minutes);
    owner_id.apply(&mut row.owner_id);
    company_id.apply(&mut row.company_id);
    contact_id.apply(&mut row.contact_id);
    lead_id.apply(&mut row.lead_id);
    deal_id.apply(&mut row.deal_id);
    external_id.apply(&mut row.external_id);
    row.kind = kind.unwrap_or(row.kind);
    match done {
        Some(true) => row.done_at = row.done_at.or(Some(now)),
        Some(false) => row.done_at = None,
        None => {}
    }
    // Who was reminded once is not again for a change of something else.
    if before != (row.due_at, row.remind_minutes, row.done_at) {
        row.remind_at = remind_at(row.due_at, row.remind_minutes, row.done_at.is_some(), now);
    }
    row.derived()
}

record_routes! {
    Found, ActivityId => Activity, "activities", "Id of the activity.", ActivitiesWrite "activities:write";
    /// Move an activity to the trash
    ///
    /// It can be restored for 30 days.
    delete_activity: "deleteActivity", "/api/v1/activities/{id}", "The activity, in the trash.";
    /// Restore an activity
    ///
    /// Takes it out of the trash.
    restore_activity: "restoreActivity", "/api/v1/activities/{id}/restore", "The activity as it is now.";
}
