//! Exports: any list as a table, streamed page by page.

use std::{future::Future, pin::Pin};

use actix_web::{HttpResponse, get, http::header, web::Bytes};
use domain::platform::{
    csv::write_row,
    export::{self, Names},
};
use futures_util::{StreamExt, stream};
use persistence::{
    Owners, PageRequest, Position, Read, StoreResult,
    crm::{company, deal_list, product},
    identity::member,
    platform::{event::NewEvent, name},
};
use shared_types::{
    ListQuery, Permission,
    crm::{Company, ListCompanies, ListDeals, ListProducts, Product},
    identity::{ListMembers, Member},
    platform::{EventKind, ImportKind, SubjectKind},
};
use uuid::Uuid;

use crate::core::{
    app::Services,
    context::Ctx,
    error::{ApiError, ApiResult},
    extract::Params,
    permit::ExportsCreate,
};

/// Records of a page.
const PAGE: u16 = 200;

/// The routes of this aggregate. They come before those of single records, whose ids they are not.
pub fn routes(config: &mut impl Services) {
    config
        .service(export_companies)
        .service(export_products)
        .service(export_deals)
        .service(export_members);
}

/// The owners whose records both the export and the list reach.
fn owners(ctx: &Ctx<ExportsCreate>, list: Permission) -> ApiResult<Owners> {
    Ok(ctx.owners()?.and(ctx.me().owners(list)?))
}

/// Rows of a page, and where the next one begins.
type Rows = (Vec<Vec<String>>, Option<Position>);

type Reading = Pin<Box<dyn Future<Output = StoreResult<Rows>>>>;

fn page_at(position: Option<Position>) -> PageRequest {
    PageRequest {
        limit: PAGE,
        position,
        count: false,
    }
}

fn table<'a>(rows: impl IntoIterator<Item = Vec<&'a str>>) -> Bytes {
    let mut text = String::new();
    for row in rows {
        write_row(&mut text, ',', row);
    }
    Bytes::from(text)
}

/// Notes the export, and streams it: a header, then page after page.
async fn answer<Q: ListQuery + serde::Serialize>(
    ctx: &Ctx<ExportsCreate>,
    kind: ImportKind,
    subject: SubjectKind,
    query: &Q,
    mut page: impl FnMut(Option<Position>) -> Reading + 'static,
) -> ApiResult<HttpResponse> {
    // The first page shows whether the query can be answered at all.
    let first = page(None).await?;
    let filters = serde_urlencoded::to_string(query.without_page()).unwrap_or_default();
    ctx.write(async |tx| {
        tx.record(NewEvent::new(
            EventKind::Exported,
            subject,
            ctx.me().organization_id,
            &format!("{kind} {filters}"),
        ));
        Ok(())
    })
    .await?;
    let head = table([export::header(kind)]);
    let head = [Bytes::from_static("\u{FEFF}".as_bytes()), head];
    let head = stream::iter(head.map(Ok::<_, ApiError>));
    let pages = stream::try_unfold((Some(Ok(first)), page), |(ready, mut page)| async move {
        let (rows, next) = match ready {
            None => return Ok(None),
            Some(Ok(rows)) => rows,
            Some(Err(position)) => page(Some(position)).await.map_err(ApiError::from)?,
        };
        let bytes = table(
            rows.iter()
                .map(|row| row.iter().map(String::as_str).collect()),
        );
        Ok::<_, ApiError>(Some((bytes, (next.map(Err), page))))
    });
    let day = ctx.now().format("%Y-%m-%d");
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{kind}-{day}.csv\""),
        ))
        .streaming(head.chain(pages)))
}

async fn names(
    read: &Read,
    kind: SubjectKind,
    ids: impl IntoIterator<Item = Uuid>,
) -> StoreResult<Names> {
    name::of_ids(read, kind, ids).await
}

/// Export companies
///
/// A CSV file of the list that the same query answers, with a header that an import understands.
#[utoipa::path(tag = "companies", operation_id = "exportCompanies", params(ListCompanies),
    responses((status = 200, description = "A CSV file in UTF-8.", content_type = "text/csv", body = String)), security(("bearer" = ["exports:create"])))]
#[get("/api/v1/companies/export")]
async fn export_companies(
    ctx: Ctx<ExportsCreate>,
    query: Params<ListCompanies>,
) -> ApiResult<HttpResponse> {
    let owners = owners(&ctx, Permission::CompaniesRead)?;
    let (organization, store) = (ctx.me().organization_id, ctx.state().store.clone());
    let list = query.0.clone();
    let page = move |position| -> Reading {
        let (read, list, owners) = (store.read(organization), list.clone(), owners.clone());
        Box::pin(async move {
            let page = company::list(&read, &list, &owners, &page_at(position)).await?;
            let parents = page.rows.iter().filter_map(|found| found.row.parent_id);
            let parents = parents.map(|id| id.0).collect::<Vec<_>>();
            let names = names(&read, SubjectKind::Company, parents).await?;
            let rows = page.rows.into_iter().map(Company::from);
            let rows = rows.map(|row| export::company(&row, &names)).collect();
            Ok((rows, page.next))
        })
    };
    answer(
        &ctx,
        ImportKind::Companies,
        SubjectKind::Company,
        &query.0,
        page,
    )
    .await
}

/// Export products
///
/// A CSV file of the list that the same query answers, with a header that an import understands.
#[utoipa::path(tag = "products", operation_id = "exportProducts", params(ListProducts),
    responses((status = 200, description = "A CSV file in UTF-8.", content_type = "text/csv", body = String)), security(("bearer" = ["exports:create"])))]
#[get("/api/v1/products/export")]
async fn export_products(
    ctx: Ctx<ExportsCreate>,
    query: Params<ListProducts>,
) -> ApiResult<HttpResponse> {
    owners(&ctx, Permission::ProductsRead)?;
    let (organization, store) = (ctx.me().organization_id, ctx.state().store.clone());
    let list = query.0.clone();
    let page = move |position| -> Reading {
        let (read, list) = (store.read(organization), list.clone());
        Box::pin(async move {
            let page = product::list(&read, &list, &page_at(position)).await?;
            let rows = page.rows.into_iter().map(Product::from);
            Ok((rows.map(|row| export::product(&row)).collect(), page.next))
        })
    };
    answer(
        &ctx,
        ImportKind::Products,
        SubjectKind::Product,
        &query.0,
        page,
    )
    .await
}

/// Export deals
///
/// A CSV file of the list that the same query answers, with a header that an import understands.
#[utoipa::path(tag = "deals", operation_id = "exportDeals", params(ListDeals),
    responses((status = 200, description = "A CSV file in UTF-8.", content_type = "text/csv", body = String)), security(("bearer" = ["exports:create"])))]
#[get("/api/v1/deals/export")]
async fn export_deals(
    ctx: Ctx<ExportsCreate>,
    query: Params<ListDeals>,
) -> ApiResult<HttpResponse> {
    let owners = owners(&ctx, Permission::DealsRead)?;
    let (organization, store) = (ctx.me().organization_id, ctx.state().store.clone());
    let (list, now) = (query.0.clone(), ctx.now());
    let page = move |position| -> Reading {
        let (read, list, owners) = (store.read(organization), list.clone(), owners.clone());
        Box::pin(async move {
            let page = deal_list::list(&read, &list, &owners, now, &page_at(position)).await?;
            let stages = page.rows.iter().map(|deal| deal.stage_id.0);
            let mut names_of = names(&read, SubjectKind::Pipeline, stages).await?;
            let reasons = page.rows.iter().filter_map(|deal| deal.lost_reason_id);
            let reasons = reasons.map(|id| id.0).collect::<Vec<_>>();
            names_of.extend(names(&read, SubjectKind::LostReason, reasons).await?);
            let rows = page.rows.iter();
            Ok((
                rows.map(|row| export::deal(row, &names_of)).collect(),
                page.next,
            ))
        })
    };
    answer(&ctx, ImportKind::Deals, SubjectKind::Deal, &query.0, page).await
}

/// Export members
///
/// A CSV file of the list that the same query answers, with a header that an import understands.
#[utoipa::path(tag = "members", operation_id = "exportMembers", params(ListMembers),
    responses((status = 200, description = "A CSV file in UTF-8.", content_type = "text/csv", body = String)), security(("bearer" = ["exports:create"])))]
#[get("/api/v1/members/export")]
async fn export_members(
    ctx: Ctx<ExportsCreate>,
    query: Params<ListMembers>,
) -> ApiResult<HttpResponse> {
    let members = owners(&ctx, Permission::MembersRead)?;
    let (organization, store) = (ctx.me().organization_id, ctx.state().store.clone());
    let list = query.0.clone();
    let page = move |position| -> Reading {
        let (read, list, members) = (store.read(organization), list.clone(), members.clone());
        Box::pin(async move {
            let page = member::list(&read, &list, &page_at(position)).await?;
            // A member is within reach as a record it owns would be.
            let rows: Vec<Member> = page
                .rows
                .into_iter()
                .filter(|row| members.holds(row.id))
                .map(Member::from)
                .collect();
            let superiors = rows
                .iter()
                .flat_map(|row| [row.manager_id, row.team_leader_id])
                .flatten()
                .map(|id| id.0)
                .collect::<Vec<_>>();
            let mut names_of = names(&read, SubjectKind::Member, superiors).await?;
            let teams = rows.iter().filter_map(|row| row.team_id).map(|id| id.0);
            let teams = teams.collect::<Vec<_>>();
            names_of.extend(names(&read, SubjectKind::Team, teams).await?);
            let rows = rows.iter();
            Ok((
                rows.map(|row| export::member(row, &names_of)).collect(),
                page.next,
            ))
        })
    };
    answer(
        &ctx,
        ImportKind::Members,
        SubjectKind::Member,
        &query.0,
        page,
    )
    .await
}
