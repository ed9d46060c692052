//! Companies.

use actix_web::{delete, get, patch, post};
use domain::crm::company::check_parent;
use persistence::{
    PageRequest, Tx,
    crm::{
        company::{self, Found, Model},
        tag_link,
    },
    platform::event::NewEvent,
};
use shared_types::{
    CompanyId, Money, Patch,
    crm::{Company, CreateCompany, ListCompanies, UpdateCompany},
    platform::{Event, EventKind, ListEvents, SubjectKind},
};

use crate::{
    core::{
        app::Services,
        context::{Ctx, Once},
        error::ApiResult,
        extract::{Id, Params, Valid},
        permit::{CompaniesDelete, CompaniesRead, CompaniesWrite},
        record::{self, changeable, first_owner, next_owner, record, save},
        record_routes::record_routes,
        reply::Reply,
    },
    crm::{reference::referred, tag},
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config
        .service(list_companies)
        .service(create_company)
        .service(get_company)
        .service(update_company)
        .service(delete_company)
        .service(restore_company)
        .service(company_timeline);
}

record! {
    Found, CompanyId => Company, Company, CompaniesRead;
    find(db, id, owners) = company::get(db, id, owners);
    store(tx, before, after) = company::save(tx, before, after);
    view(found, _db, _now) = Ok(found.into());
    name(found) = found.row.name.as_str(); owner(row) = row.owner_id;
    merged_into = merged_into;
    tags = tags;
}

/// List companies
#[utoipa::path(tag = "companies", operation_id = "listCompanies", params(ListCompanies),
    responses((status = 200, description = "A page of companies.", body = [Company])), security(("bearer" = ["companies:read"])))]
#[get("/api/v1/companies")]
async fn list_companies(
    ctx: Ctx<CompaniesRead>,
    query: Params<ListCompanies>,
) -> ApiResult<Reply<Vec<Company>>> {
    let request = PageRequest::new(&query.0, ctx.position("companies", &query.0)?);
    let page = company::list(&ctx.read(), &query.0, &ctx.owners()?, &request).await?;
    Ok(ctx.page("companies", &query.0, page.map(Company::from)))
}

/// Get a company
#[utoipa::path(tag = "companies", operation_id = "getCompany", params(("id" = CompanyId, Path, description = "Id of the company.")),
    responses((status = 200, description = "The company.", body = Company)), security(("bearer" = ["companies:read"])))]
#[get("/api/v1/companies/{id}")]
async fn get_company(ctx: Ctx<CompaniesRead>, id: Id<CompanyId>) -> ApiResult<Reply<Company>> {
    record::get::<Found, _>(&ctx, id.0).await
}

/// Add a company
#[utoipa::path(tag = "companies", operation_id = "createCompany", request_body = CreateCompany,
    responses((status = 201, description = "The company.", body = Company)), security(("bearer" = ["companies:write"])))]
#[post("/api/v1/companies")]
async fn create_company(
    ctx: Ctx<CompaniesWrite>,
    body: Valid<CreateCompany>,
) -> ApiResult<Once<Company>> {
    ctx.post(async |tx| add(&ctx, tx, body.0.clone()).await)
        .await
}

/// Queues a new company.
pub(super) async fn add(
    ctx: &Ctx<CompaniesWrite>,
    tx: &Tx,
    body: CreateCompany,
) -> ApiResult<Reply<Company>> {
    let (owner_id, owner_name) = first_owner(ctx, tx, body.owner_id).await?;
    referred::<Found, _>(ctx, tx, "parentId", body.parent_id).await?;
    let tags = tag::chosen(tx, &body.tag_ids).await?;
    let row = Model {
        id: tx.new_id(),
        organization_id: ctx.me().organization_id,
        owner_id,
        created_at: tx.now(),
        updated_at: tx.now(),
        deleted_at: None,
        version: 1,
        ..new_row(body)
    }
    .derived();
    tx.insert::<company::Entity>(row.clone());
    tag_link::insert(tx, SubjectKind::Company, row.id, &tags);
    tx.record(NewEvent::new(
        EventKind::Created,
        SubjectKind::Company,
        row.id,
        &row.name,
    ));
    let location = format!("/api/v1/companies/{}", row.id);
    let found = Found {
        row,
        owner_name,
        tags,
    };
    Ok(Reply::created(found.into(), 1, location))
}

/// A row of what somebody said of a company: without id, tenant and times.
pub(crate) fn new_row(body: CreateCompany) -> Model {
    let CreateCompany {
        name,
        domain,
        website,
        industry,
        phone,
        employees,
        annual_revenue,
        founded_year,
        location,
        country,
        description,
        parent_id,
        owner_id,
        external_id,
        tag_ids: _,
    } = body;
    Model {
        id: CompanyId(uuid::Uuid::nil()),
        organization_id: shared_types::OrganizationId(uuid::Uuid::nil()),
        name: name.trim().to_owned(),
        name_key: String::new(),
        match_name: None,
        match_domain: None,
        match_site: None,
        match_phone: None,
        domain,
        website,
        industry,
        phone,
        employees,
        annual_revenue: annual_revenue.map(|money| money.amount),
        annual_revenue_currency: annual_revenue.map(|money| money.currency),
        founded_year,
        location,
        country,
        description,
        parent_id,
        owner_id,
        external_id,
        search_text: String::new(),
        created_at: chrono::DateTime::UNIX_EPOCH,
        updated_at: chrono::DateTime::UNIX_EPOCH,
        deleted_at: None,
        merged_into: None,
        version: 1,
    }
}

/// Change a company
#[utoipa::path(tag = "companies", operation_id = "updateCompany", params(("id" = CompanyId, Path, description = "Id of the company.")), request_body = UpdateCompany,
    responses((status = 200, description = "The company as it is now.", body = Company)), security(("bearer" = ["companies:write"])))]
#[patch("/api/v1/companies/{id}")]
async fn update_company(
    ctx: Ctx<CompaniesWrite>,
    id: Id<CompanyId>,
    body: Valid<UpdateCompany>,
) -> ApiResult<Reply<Company>> {
    let body = body.0.normalized();
    ctx.write(async |tx| change(&ctx, tx, id.0, body.clone()).await)
        .await
}

/// Changes a company.
pub(super) async fn change(
    ctx: &Ctx<CompaniesWrite>,
    tx: &Tx,
    id: CompanyId,
    mut body: UpdateCompany,
) -> ApiResult<Reply<Company>> {
    next_owner(ctx, tx, &body.owner_id).await?;
    let before = changeable::<Found, _>(ctx, tx, id, false).await?;
    if let Patch::Set(parent) = body.parent_id {
        let above = company::ancestors(tx, parent).await?;
        check_parent(Some(id), parent, &above)?;
        referred::<Found, _>(ctx, tx, "parentId", Some(parent)).await?;
    }
    let again = !body.owner_id.is_keep();
    let after = Found {
        tags: tag::next(tx, &before.found.tags, body.take_tags()).await?,
        row: patched(before.found.row.clone(), body).derived(),
        ..before.found.clone()
    };
    save(tx, before, after, EventKind::Updated, again).await
}

/// The row with a patch carried out.
pub(crate) fn patched(mut row: Model, patch: UpdateCompany) -> Model {
    let UpdateCompany {
        name,
        domain,
        website,
        industry,
        phone,
        employees,
        annual_revenue,
        founded_year,
        location,
        country,
        description,
        parent_id,
        owner_id,
        external_id,
        tag_ids: _,
        add_tag_ids: _,
        remove_tag_ids: _,
        clear: _,
    } = patch;
    if let Some(name) = name {
        row.name = name.trim().to_owned();
    }
    domain.apply(&mut row.domain);
    website.apply(&mut row.website);
    industry.apply(&mut row.industry);
    phone.apply(&mut row.phone);
    employees.apply(&mut row.employees);
    let mut revenue = row
        .annual_revenue
        .zip(row.annual_revenue_currency)
        .map(|(amount, currency)| Money::new(amount, currency));
    annual_revenue.apply(&mut revenue);
    row.annual_revenue = revenue.map(|money| money.amount);
    row.annual_revenue_currency = revenue.map(|money| money.currency);
    founded_year.apply(&mut row.founded_year);
    location.apply(&mut row.location);
    country.apply(&mut row.country);
    description.apply(&mut row.description);
    parent_id.apply(&mut row.parent_id);
    owner_id.apply(&mut row.owner_id);
    external_id.apply(&mut row.external_id);
    row
}

record_routes! {
    Found, CompanyId => Company, "companies", "Id of the company.", CompaniesDelete "companies:delete";
    /// Move a company to the trash
    ///
    /// It can be restored for 30 days.
    delete_company: "deleteCompany", "/api/v1/companies/{id}", "The company, in the trash.";
    /// Restore a company
    ///
    /// Takes it out of the trash.
    restore_company: "restoreCompany", "/api/v1/companies/{id}/restore", "The company as it is now.";
    /// Timeline of a company
    ///
    /// What happened to it, the latest first.
    company_timeline: "listCompanyEvents", "/api/v1/companies/{id}/timeline", CompaniesRead "companies:read";
}
