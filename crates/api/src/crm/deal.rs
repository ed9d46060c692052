//! Deals.

use actix_web::{delete, get, patch, post};
use domain::{
    core::error::DomainError,
    crm::{deal::check_opened_on, deal_worth::Worth},
};
use persistence::{
    Db, PageRequest, Tx,
    crm::{
        deal::{self, Found, Model},
        deal_line, deal_list, deal_stage_stay, tag_link,
    },
    platform::{
        event::NewEvent,
        notification::{given, tell},
    },
};
use shared_types::{
    DealId, MemberId,
    crm::{CreateDeal, Deal, DealStatus, ListDeals, StageStay, UpdateDeal},
    platform::{Event, EventKind, ListEvents, SubjectKind},
};

use crate::{
    core::{
        app::Services,
        context::{Ctx, Once},
        error::{ApiError, ApiResult},
        extract::{Id, Params, Valid},
        permit::{DealsDelete, DealsRead, DealsWrite},
        record::{self, Record, changeable, first_owner, next_owner, record, save},
        record_routes::record_routes,
        reply::Reply,
    },
    crm::{
        deal_input::{first_stage, home, priced},
        reference, tag,
    },
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config
        .service(list_deals)
        .service(create_deal)
        .service(get_deal)
        .service(update_deal)
        .service(delete_deal)
        .service(restore_deal)
        .service(deal_timeline)
        .service(stage_history);
}

record! {
    Found, DealId => Deal, Deal, DealsRead;
    find(db, id, owners) = deal::get(db, id, owners);
    store(tx, before, after) = deal::save(tx, before, after);
    view(found, db, now) = {
        let views = deal::into_views(db, vec![found], now).await?;
        views.into_iter().next().ok_or_else(ApiError::not_found)
    };
    name(found) = found.row.title.as_str(); owner(row) = row.owner_id;
    tags = tags;
}

/// List deals
#[utoipa::path(tag = "deals", operation_id = "listDeals", params(ListDeals),
    responses((status = 200, description = "A page of deals.", body = [Deal])), security(("bearer" = ["deals:read"])))]
#[get("/api/v1/deals")]
async fn list_deals(ctx: Ctx<DealsRead>, query: Params<ListDeals>) -> ApiResult<Reply<Vec<Deal>>> {
    let request = PageRequest::new(&query.0, ctx.position("deals", &query.0)?);
    let page = deal_list::list(&ctx.read(), &query.0, &ctx.owners()?, ctx.now(), &request).await?;
    Ok(ctx.page("deals", &query.0, page))
}

/// Get a deal
#[utoipa::path(tag = "deals", operation_id = "getDeal", params(("id" = DealId, Path, description = "Id of the deal.")),
    responses((status = 200, description = "The deal.", body = Deal)), security(("bearer" = ["deals:read"])))]
#[get("/api/v1/deals/{id}")]
async fn get_deal(ctx: Ctx<DealsRead>, id: Id<DealId>) -> ApiResult<Reply<Deal>> {
    record::get::<Found, _>(&ctx, id.0).await
}

/// Add a deal
#[utoipa::path(tag = "deals", operation_id = "createDeal", request_body = CreateDeal,
    responses((status = 201, description = "The deal.", body = Deal)), security(("bearer" = ["deals:write"])))]
#[post("/api/v1/deals")]
async fn create_deal(ctx: Ctx<DealsWrite>, body: Valid<CreateDeal>) -> ApiResult<Once<Deal>> {
    ctx.post(async |tx| add_found(&ctx, tx, &body.0).await)
        .await
}

/// Queues a new deal with what it refers to within the reach of the caller.
pub(super) async fn add_found(
    ctx: &Ctx<DealsWrite>,
    tx: &Tx,
    body: &CreateDeal,
) -> ApiResult<Reply<Deal>> {
    let (owner, owner_name) = first_owner(ctx, tx, body.owner_id).await?;
    let company = reference::company(ctx, tx, body.company_id).await?;
    let contact = reference::contact(ctx, tx, body.contact_id).await?;
    let names = (
        owner_name,
        company.map(|found| found.row.name),
        contact.map(|found| found.row.name),
    );
    let deal = add(tx, body, owner, names).await?;
    let location = format!("/api/v1/deals/{}", deal.id);
    Ok(Reply::created(deal, 1, location))
}

/// Queues a new deal. `names` are those of its owner, company and contact, which the caller has
/// found within reach.
///
/// # Errors
/// 422 on what the deal refers to, where there is no such thing.
pub(super) async fn add(
    tx: &Tx,
    body: &CreateDeal,
    owner_id: Option<MemberId>,
    (owner_name, company_name, contact_name): (Option<String>, Option<String>, Option<String>),
) -> ApiResult<Deal> {
    let (currency, today) = home(tx).await?;
    let currency = body.currency.unwrap_or(currency);
    let stage = first_stage(tx, body.pipeline_id, body.stage_id).await?;
    let lines = priced(tx, &body.lines, currency).await?;
    let worth = Worth::new(body.amount, currency, &lines)?;
    let tags = tag::chosen(tx, &body.tag_ids).await?;
    let row = Model {
        id: tx.new_id(),
        organization_id: tx.organization(),
        title: body.title.trim().to_owned(),
        title_key: String::new(),
        company_id: body.company_id,
        contact_id: body.contact_id,
        pipeline_id: stage.pipeline_id,
        stage_id: stage.id,
        status: DealStatus::Open,
        amount: worth.amount,
        currency: worth.currency,
        probability: body.probability.map(i32::from),
        expected_close: body.expected_close,
        opened_on: body.opened_on.or(Some(today)),
        closed_on: None,
        lost_reason_id: None,
        close_note: None,
        owner_id,
        stage_entered_at: tx.now(),
        external_id: body.external_id.clone(),
        search_text: String::new(),
        created_at: tx.now(),
        updated_at: tx.now(),
        deleted_at: None,
        version: 1,
    }
    .derived();
    tx.insert::<deal::Entity>(row.clone());
    deal_line::insert(tx, row.id, &lines);
    tag_link::insert(tx, SubjectKind::Deal, row.id, &tags);
    deal_stage_stay::enter(tx, row.id, row.pipeline_id, row.stage_id, tx.now());
    tx.record(NewEvent::new(
        EventKind::Created,
        SubjectKind::Deal,
        row.id,
        &row.title,
    ));
    if let Some(owner) = row.owner_id {
        let told = given(tx.actor(), SubjectKind::Deal, row.id.0, &row.title, owner);
        told.into_iter().for_each(|new| tell(tx, new));
    }
    let found = Found {
        row,
        owner_name,
        tags,
        company_name,
        contact_name,
        stage_probability: stage.probability,
        stage_rotting_days: stage.rotting_days,
    };
    found.view(tx, tx.now()).await
}

/// Change a deal
#[utoipa::path(tag = "deals", operation_id = "updateDeal", params(("id" = DealId, Path, description = "Id of the deal.")), request_body = UpdateDeal,
    responses((status = 200, description = "The deal as it is now.", body = Deal)), security(("bearer" = ["deals:write"])))]
#[patch("/api/v1/deals/{id}")]
async fn update_deal(
    ctx: Ctx<DealsWrite>,
    id: Id<DealId>,
    body: Valid<UpdateDeal>,
) -> ApiResult<Reply<Deal>> {
    let body = body.0.normalized();
    ctx.write(async |tx| change(&ctx, tx, id.0, body.clone()).await)
        .await
}

/// Changes a deal.
pub(super) async fn change(
    ctx: &Ctx<DealsWrite>,
    tx: &Tx,
    id: DealId,
    mut body: UpdateDeal,
) -> ApiResult<Reply<Deal>> {
    next_owner(ctx, tx, &body.owner_id).await?;
    let before = changeable::<Found, _>(ctx, tx, id, false).await?;
    let tags = tag::next(tx, &before.found.tags, body.take_tags()).await?;
    let UpdateDeal {
        title,
        company_id,
        contact_id,
        amount,
        currency,
        probability,
        expected_close,
        opened_on,
        owner_id,
        lines,
        external_id,
        tag_ids: _,
        add_tag_ids: _,
        remove_tag_ids: _,
        clear: _,
    } = body;
    let mut row = before.found.row.clone();
    reference::company(ctx, tx, company_id.value().copied()).await?;
    reference::contact(ctx, tx, contact_id.value().copied()).await?;
    let lines = match &lines {
        Some(lines) => Some(priced(tx, lines, currency.unwrap_or(row.currency)).await?),
        None => None,
    };
    let worth = Worth {
        amount: row.amount,
        currency: row.currency,
        has_lines: !before.view.lines.is_empty(),
    };
    let worth = worth.patched(&amount, currency, lines.as_deref())?;
    row.amount = worth.amount;
    row.currency = worth.currency;
    if let Some(title) = title {
        row.title = title.trim().to_owned();
    }
    company_id.apply(&mut row.company_id);
    contact_id.apply(&mut row.contact_id);
    let mut chance = row.probability.and_then(|chance| u8::try_from(chance).ok());
    if !probability.is_keep() && row.status != DealStatus::Open {
        return Err(DomainError::conflict(
            "the deal is closed, so its probability does not change",
        )
        .into());
    }
    probability.apply(&mut chance);
    row.probability = chance.map(i32::from);
    expected_close.apply(&mut row.expected_close);
    opened_on.apply(&mut row.opened_on);
    check_opened_on(row.opened_on, row.closed_on)?;
    owner_id.apply(&mut row.owner_id);
    external_id.apply(&mut row.external_id);
    if let Some(lines) = lines {
        deal_line::delete(tx, row.id).await?;
        deal_line::insert(tx, row.id, &lines);
    }
    let after = Found {
        row: row.derived(),
        tags,
        ..before.found.clone()
    };
    save(tx, before, after, EventKind::Updated, true).await
}

record_routes! {
    Found, DealId => Deal, "deals", "Id of the deal.", DealsDelete "deals:delete";
    /// Move a deal to the trash
    ///
    /// It can be restored for 30 days.
    delete_deal: "deleteDeal", "/api/v1/deals/{id}", "The deal, in the trash.";
    /// Restore a deal
    restore_deal: "restoreDeal", "/api/v1/deals/{id}/restore", "The deal as it is now.";
    /// Timeline of a deal
    ///
    /// What happened to it, the latest first.
    deal_timeline: "listDealEvents", "/api/v1/deals/{id}/timeline", DealsRead "deals:read";
}

/// Stage history of a deal
///
/// The stages it was in, in order, with how long it stayed.
#[utoipa::path(tag = "deals", operation_id = "listDealStageHistory", params(("id" = DealId, Path, description = "Id of the deal.")),
    responses((status = 200, description = "The stays.", body = [StageStay])), security(("bearer" = ["deals:read"])))]
#[get("/api/v1/deals/{id}/stage-history")]
async fn stage_history(ctx: Ctx<DealsRead>, id: Id<DealId>) -> ApiResult<Reply<Vec<StageStay>>> {
    let read = ctx.read();
    deal::get(&read, id.0, &ctx.owners()?).await?;
    Ok(Reply::ok(
        deal_stage_stay::of_deal(&read, id.0, ctx.now()).await?,
    ))
}
