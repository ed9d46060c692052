//! Leads.

use actix_web::{delete, get, patch, post};
use domain::crm::lead::{check_open, check_status};
use persistence::{
    Db, PageRequest, Tx,
    crm::{
        lead::{self, Found, Model},
        lead_settings, tag_link,
    },
    platform::{
        event::NewEvent,
        notification::{given, tell},
    },
    stored,
};
use shared_types::{
    LeadId, MemberId, Patch,
    crm::{
        CreateLead, Lead, LeadSettings, LeadSource, LeadStatus, ListLeads, ScoreRule, UpdateLead,
    },
    platform::{Event, EventKind, ListEvents, SubjectKind},
};

use crate::{
    core::{
        app::Services,
        context::{Ctx, Once},
        error::ApiResult,
        extract::{Id, Params, Valid},
        permit::{LeadsDelete, LeadsRead, LeadsWrite, Permit},
        record::{self, changeable, first_owner, next_owner, record, save},
        record_routes::record_routes,
        reply::Reply,
    },
    crm::{lead_assignment::assignee, tag},
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config
        .service(list_leads)
        .service(create_lead)
        .service(get_lead)
        .service(update_lead)
        .service(delete_lead)
        .service(restore_lead)
        .service(lead_timeline);
}

record! {
    Found, LeadId => Lead, Lead, LeadsRead;
    find(db, id, owners) = lead::get(db, id, owners);
    store(tx, before, after) = lead::save(tx, before, after);
    view(found, _db, _now) = Ok(found.into());
    name(found) = found.row.name.as_str(); owner(row) = row.owner_id;
    merged_into = merged_into;
    tags = tags;
}

/// List leads
#[utoipa::path(tag = "leads", operation_id = "listLeads", params(ListLeads),
    responses((status = 200, description = "A page of leads.", body = [Lead])), security(("bearer" = ["leads:read"])))]
#[get("/api/v1/leads")]
async fn list_leads(ctx: Ctx<LeadsRead>, query: Params<ListLeads>) -> ApiResult<Reply<Vec<Lead>>> {
    let request = PageRequest::new(&query.0, ctx.position("leads", &query.0)?);
    let page = lead::list(&ctx.read(), &query.0, &ctx.owners()?, &request).await?;
    Ok(ctx.page("leads", &query.0, page.map(Lead::from)))
}

/// Get a lead
#[utoipa::path(tag = "leads", operation_id = "getLead", params(("id" = LeadId, Path, description = "Id of the lead.")),
    responses((status = 200, description = "The lead.", body = Lead)), security(("bearer" = ["leads:read"])))]
#[get("/api/v1/leads/{id}")]
async fn get_lead(ctx: Ctx<LeadsRead>, id: Id<LeadId>) -> ApiResult<Reply<Lead>> {
    record::get::<Found, _>(&ctx, id.0).await
}

/// Add a lead
///
/// It is scored by the rules of the organization; without `ownerId` its settings decide who gets it.
#[utoipa::path(tag = "leads", operation_id = "createLead", request_body = CreateLead,
    responses((status = 201, description = "The lead.", body = Lead)), security(("bearer" = ["leads:write"])))]
#[post("/api/v1/leads")]
async fn create_lead(ctx: Ctx<LeadsWrite>, body: Valid<CreateLead>) -> ApiResult<Once<Lead>> {
    let settings = lead_settings::get(&ctx.read()).await?;
    ctx.post(async |tx| add(&ctx, tx, &settings, body.0.clone()).await)
        .await
}

/// Adds a lead; without an owner the settings say who gets it.
pub(super) async fn add<P: Permit>(
    ctx: &Ctx<P>,
    tx: &Tx,
    settings: &LeadSettings,
    body: CreateLead,
) -> ApiResult<Reply<Lead>> {
    let (owner, owner_name) = match body.owner_id {
        Some(_) => first_owner(ctx, tx, body.owner_id).await?,
        None => assignee(tx, settings, ctx.me()).await?,
    };
    let tags = tag::chosen(tx, &body.tag_ids).await?;
    let found = Found {
        row: new_row(tx, body, owner, &settings.rules),
        owner_name,
        tags,
    };
    tx.insert::<lead::Entity>(found.row.clone());
    tag_link::insert(tx, SubjectKind::Lead, found.row.id, &found.tags);
    tx.record(NewEvent::new(
        EventKind::Created,
        SubjectKind::Lead,
        found.row.id,
        &found.row.name,
    ));
    if let Some(owner) = owner {
        let (actor, row) = (tx.actor(), &found.row);
        let told = given(actor, SubjectKind::Lead, row.id.0, &row.name, owner);
        told.into_iter().for_each(|new| tell(tx, new));
    }
    let location = format!("/api/v1/leads/{}", found.row.id);
    Ok(Reply::created(found.into(), 1, location))
}

/// The row of a new lead.
pub(crate) fn new_row(
    tx: &Tx,
    body: CreateLead,
    owner: Option<MemberId>,
    rules: &[ScoreRule],
) -> Model {
    let CreateLead {
        first_name,
        last_name,
        company_name,
        job_title,
        email,
        phone,
        website,
        industry,
        location,
        country,
        amount,
        description,
        owner_id: _,
        external_id,
        source,
        tag_ids: _,
    } = body;
    Model {
        id: tx.new_id(),
        organization_id: tx.organization(),
        name: String::new(),
        name_key: String::new(),
        first_name: first_name.map(|name| name.trim().to_owned()),
        last_name: last_name.trim().to_owned(),
        company_name,
        company_key: None,
        job_title,
        email,
        email_key: None,
        phone,
        phone_key: None,
        website,
        industry,
        location,
        country,
        amount: amount.map(|money| money.amount),
        currency: amount.map(|money| money.currency),
        description,
        source: source.unwrap_or(LeadSource::Other),
        status: LeadStatus::New,
        score: 0,
        score_by_hand: false,
        score_reasons: stored::<u8>(&[]),
        owner_id: owner,
        external_id,
        converted_at: None,
        contact_id: None,
        company_id: None,
        deal_id: None,
        search_text: String::new(),
        created_at: tx.now(),
        updated_at: tx.now(),
        deleted_at: None,
        merged_into: None,
        version: 1,
    }
    .derived(rules)
}

/// Change a lead
///
/// Not once it is converted: then what it became is changed.
#[utoipa::path(tag = "leads", operation_id = "updateLead", params(("id" = LeadId, Path, description = "Id of the lead.")), request_body = UpdateLead,
    responses((status = 200, description = "The lead as it is now.", body = Lead)), security(("bearer" = ["leads:write"])))]
#[patch("/api/v1/leads/{id}")]
async fn update_lead(
    ctx: Ctx<LeadsWrite>,
    id: Id<LeadId>,
    body: Valid<UpdateLead>,
) -> ApiResult<Reply<Lead>> {
    let body = body.0.normalized();
    let rules = lead_settings::get(&ctx.read()).await?.rules;
    ctx.write(async |tx| change(&ctx, tx, &rules, id.0, body.clone()).await)
        .await
}

/// Changes a lead.
pub(super) async fn change<P: Permit>(
    ctx: &Ctx<P>,
    tx: &Tx,
    rules: &[ScoreRule],
    id: LeadId,
    mut body: UpdateLead,
) -> ApiResult<Reply<Lead>> {
    next_owner(ctx, tx, &body.owner_id).await?;
    let before = changeable::<Found, _>(ctx, tx, id, false).await?;
    let row = &before.found.row;
    check_open(row.status)?;
    check_status(row.status, body.status.unwrap_or(row.status))?;
    let again = !body.owner_id.is_keep();
    let after = Found {
        tags: tag::next(tx, &before.found.tags, body.take_tags()).await?,
        row: patched(row.clone(), body, rules),
        ..before.found.clone()
    };
    save(tx, before, after, EventKind::Updated, again).await
}

/// The row with a patch carried out.
pub(crate) fn patched(mut row: Model, patch: UpdateLead, rules: &[ScoreRule]) -> Model {
    let UpdateLead {
        first_name,
        last_name,
        company_name,
        job_title,
        email,
        phone,
        website,
        industry,
        location,
        country,
        amount,
        description,
        owner_id,
        external_id,
        source,
        status,
        score,
        tag_ids: _,
        add_tag_ids: _,
        remove_tag_ids: _,
        clear: _,
    } = patch;
    first_name.apply(&mut row.first_name);
    if let Some(name) = last_name {
        row.last_name = name.trim().to_owned();
    }
    company_name.apply(&mut row.company_name);
    job_title.apply(&mut row.job_title);
    email.apply(&mut row.email);
    phone.apply(&mut row.phone);
    website.apply(&mut row.website);
    industry.apply(&mut row.industry);
    location.apply(&mut row.location);
    country.apply(&mut row.country);
    let mut worth = row.worth();
    amount.apply(&mut worth);
    row.amount = worth.map(|money| money.amount);
    row.currency = worth.map(|money| money.currency);
    description.apply(&mut row.description);
    owner_id.apply(&mut row.owner_id);
    external_id.apply(&mut row.external_id);
    row.source = source.unwrap_or(row.source);
    row.status = status.unwrap_or(row.status);
    match score {
        Patch::Keep => {}
        Patch::Clear => row.score_by_hand = false,
        Patch::Set(score) => {
            row.score_by_hand = true;
            row.score = score;
        }
    }
    row.derived(rules)
}

record_routes! {
    Found, LeadId => Lead, "leads", "Id of the lead.", LeadsDelete "leads:delete";
    /// Move a lead to the trash
    ///
    /// It can be restored for 30 days.
    delete_lead: "deleteLead", "/api/v1/leads/{id}", "The lead, in the trash.";
    /// Restore a lead
    ///
    /// Takes it out of the trash.
    restore_lead: "restoreLead", "/api/v1/leads/{id}/restore", "The lead as it is now.";
    /// Timeline of a lead
    ///
    /// What happened to it, the latest first.
    lead_timeline: "listLeadEvents", "/api/v1/leads/{id}/timeline", LeadsRead "leads:read";
}
