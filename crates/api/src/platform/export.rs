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
    crm::{
        activity::{self, Seen},
        company, contact, deal_list, lead, note, product,
    },
    identity::member,
    platform::{event::NewEvent, name},
};
use shared_types::{
    ListQuery, Permission,
    crm::{
        Activity, Company, Contact, Lead, ListActivities, ListCompanies, ListContacts, ListDeals,
        ListLeads, ListNotes, ListProducts, Note, Product,
    },
    identity::{ListMembers, Member},
    platform::{EventKind, ImportKind, SubjectKind},
};
use uuid::Uuid;

use crate::{
    core::{
        app::Services,
        context::Ctx,
        error::{ApiError, ApiResult},
        extract::Params,
        permit::ExportsCreate,
        seal::as_stored,
    },
    crm::{
        contact_private,
        note::{reader, shown},
    },
};

/// Records of a page.
const PAGE: u16 = 200;

/// The routes of this aggregate. They come before those of single records, whose ids they are not.
pub fn routes(config: &mut impl Services) {
    config
        .service(export_companies)
        .service(export_products)
        .service(export_deals)
        .service(export_members)
        .service(export_contacts)
        .service(export_leads)
        .service(export_activities)
        .service(export_notes);
}

/// The owners whose records both the export and the list reach.
fn owners(ctx: &Ctx<ExportsCreate>, kind: ImportKind) -> ApiResult<Owners> {
    Ok(ctx
        .owners()?
        .and(ctx.me().owners(export::permission(kind))?))
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

/// The ids of a page of records.
fn ids<T, I: Into<Uuid>>(rows: &[T], id: impl Fn(&T) -> Option<I>) -> Vec<Uuid> {
    rows.iter()
        .filter_map(|row| id(row).map(Into::into))
        .collect()
}

/// What records of one kind are called.
async fn call(
    names: &mut Names,
    read: &Read,
    kind: SubjectKind,
    ids: Vec<Uuid>,
) -> StoreResult<()> {
    names.names.extend(name::of_ids(read, kind, ids).await?);
    Ok(())
}

/// What records of some kinds are known by in another organization.
async fn know<const N: usize>(
    names: &mut Names,
    read: &Read,
    all: [(SubjectKind, Vec<Uuid>); N],
) -> StoreResult<()> {
    for (kind, ids) in all {
        names.keys.extend(name::keys_of_ids(read, kind, ids).await?);
    }
    Ok(())
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
    let owners = owners(&ctx, ImportKind::Companies)?;
    let (organization, store) = (ctx.me().organization_id, ctx.state().store.clone());
    let list = query.0.clone();
    let page = move |position| -> Reading {
        let (read, list, owners) = (store.read(organization), list.clone(), owners.clone());
        Box::pin(async move {
            let page = company::list(&read, &list, &owners, &page_at(position)).await?;
            let rows: Vec<Company> = page.rows.into_iter().map(Company::from).collect();
            let mut names = Names::default();
            let parents = ids(&rows, |row| row.parent_id);
            call(&mut names, &read, SubjectKind::Company, parents.clone()).await?;
            let known = [
                (SubjectKind::Company, parents),
                (SubjectKind::Member, ids(&rows, |row| row.owner_id)),
            ];
            know(&mut names, &read, known).await?;
            let rows = rows.iter().map(|row| export::company(row, &names));
            let rows = rows.collect();
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
    owners(&ctx, ImportKind::Products)?;
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
    let owners = owners(&ctx, ImportKind::Deals)?;
    let (organization, store) = (ctx.me().organization_id, ctx.state().store.clone());
    let (list, now) = (query.0.clone(), ctx.now());
    let page = move |position| -> Reading {
        let (read, list, owners) = (store.read(organization), list.clone(), owners.clone());
        Box::pin(async move {
            let page = deal_list::list(&read, &list, &owners, now, &page_at(position)).await?;
            let (rows, mut names) = (page.rows, Names::default());
            let stages = ids(&rows, |deal| Some(deal.stage_id));
            call(&mut names, &read, SubjectKind::Pipeline, stages).await?;
            let reasons = ids(&rows, |deal| deal.lost_reason_id);
            call(&mut names, &read, SubjectKind::LostReason, reasons).await?;
            let known = [
                (SubjectKind::Company, ids(&rows, |deal| deal.company_id)),
                (SubjectKind::Contact, ids(&rows, |deal| deal.contact_id)),
                (SubjectKind::Member, ids(&rows, |deal| deal.owner_id)),
            ];
            know(&mut names, &read, known).await?;
            let rows = rows.iter().map(|row| export::deal(row, &names));
            Ok((rows.collect(), page.next))
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
    let members = owners(&ctx, ImportKind::Members)?;
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
            let mut names = Names::default();
            let mut superiors = ids(&rows, |row| row.manager_id);
            superiors.extend(ids(&rows, |row| row.team_leader_id));
            call(&mut names, &read, SubjectKind::Member, superiors).await?;
            call(
                &mut names,
                &read,
                SubjectKind::Team,
                ids(&rows, |row| row.team_id),
            )
            .await?;
            let rows = rows.iter().map(|row| export::member(row, &names));
            Ok((rows.collect(), page.next))
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

/// Export contacts
///
/// A CSV file of the list that the same query answers, with a header that an import understands. What is private stands in it for those
/// who have `contacts:read-private`.
#[utoipa::path(tag = "contacts", operation_id = "exportContacts", params(ListContacts),
    responses((status = 200, description = "A CSV file in UTF-8.", content_type = "text/csv", body = String)), security(("bearer" = ["exports:create"])))]
#[get("/api/v1/contacts/export")]
async fn export_contacts(
    ctx: Ctx<ExportsCreate>,
    query: Params<ListContacts>,
) -> ApiResult<HttpResponse> {
    let owners = owners(&ctx, ImportKind::Contacts)?;
    let (organization, state) = (ctx.me().organization_id, ctx.state().clone());
    let private = ctx.me().owners(Permission::ContactsReadPrivate).ok();
    let list = query.0.clone();
    let page = move |position| -> Reading {
        let (state, read) = (state.clone(), state.store.read(organization));
        let (list, owners, private) = (list.clone(), owners.clone(), private.clone());
        Box::pin(async move {
            let page = contact::list(&read, &list, &owners, &page_at(position)).await?;
            let mut rows: Vec<Contact> = Vec::with_capacity(page.rows.len());
            for found in page.rows {
                let mut contact = Contact::from(found.clone());
                if private
                    .as_ref()
                    .is_some_and(|of| of.reach(contact.owner_id))
                {
                    contact_private::open(&state.seal, &found.row, &mut contact)
                        .map_err(as_stored)?;
                }
                rows.push(contact);
            }
            let mut names = Names::default();
            let known = [
                (SubjectKind::Company, ids(&rows, |row| row.company_id)),
                (SubjectKind::Member, ids(&rows, |row| row.owner_id)),
            ];
            know(&mut names, &read, known).await?;
            let rows = rows.iter().map(|row| export::contact(row, &names));
            Ok((rows.collect(), page.next))
        })
    };
    answer(
        &ctx,
        ImportKind::Contacts,
        SubjectKind::Contact,
        &query.0,
        page,
    )
    .await
}

/// Export leads
///
/// A CSV file of the list that the same query answers, with a header that an import understands.
#[utoipa::path(tag = "leads", operation_id = "exportLeads", params(ListLeads),
    responses((status = 200, description = "A CSV file in UTF-8.", content_type = "text/csv", body = String)), security(("bearer" = ["exports:create"])))]
#[get("/api/v1/leads/export")]
async fn export_leads(
    ctx: Ctx<ExportsCreate>,
    query: Params<ListLeads>,
) -> ApiResult<HttpResponse> {
    let owners = owners(&ctx, ImportKind::Leads)?;
    let (organization, store) = (ctx.me().organization_id, ctx.state().store.clone());
    let list = query.0.clone();
    let page = move |position| -> Reading {
        let (read, list, owners) = (store.read(organization), list.clone(), owners.clone());
        Box::pin(async move {
            let page = lead::list(&read, &list, &owners, &page_at(position)).await?;
            let rows: Vec<Lead> = page.rows.into_iter().map(Lead::from).collect();
            let mut names = Names::default();
            let known = [
                (SubjectKind::Contact, ids(&rows, |row| row.contact_id)),
                (SubjectKind::Company, ids(&rows, |row| row.company_id)),
                (SubjectKind::Deal, ids(&rows, |row| row.deal_id)),
                (SubjectKind::Member, ids(&rows, |row| row.owner_id)),
            ];
            know(&mut names, &read, known).await?;
            let rows = rows.iter().map(|row| export::lead(row, &names));
            Ok((rows.collect(), page.next))
        })
    };
    answer(&ctx, ImportKind::Leads, SubjectKind::Lead, &query.0, page).await
}

/// Export activities
///
/// A CSV file of the list that the same query answers, with a header that an import understands.
#[utoipa::path(tag = "activities", operation_id = "exportActivities", params(ListActivities),
    responses((status = 200, description = "A CSV file in UTF-8.", content_type = "text/csv", body = String)), security(("bearer" = ["exports:create"])))]
#[get("/api/v1/activities/export")]
async fn export_activities(
    ctx: Ctx<ExportsCreate>,
    query: Params<ListActivities>,
) -> ApiResult<HttpResponse> {
    let owners = owners(&ctx, ImportKind::Activities)?;
    let (organization, store) = (ctx.me().organization_id, ctx.state().store.clone());
    let list = query.0.clone();
    let page = move |position| -> Reading {
        let (read, list, owners) = (store.read(organization), list.clone(), owners.clone());
        Box::pin(async move {
            let page = activity::list(&read, &list, &Seen::of(owners), &page_at(position)).await?;
            let rows: Vec<Activity> = page.rows.into_iter().map(Activity::from).collect();
            let mut names = Names::default();
            let known = [
                (SubjectKind::Company, ids(&rows, |row| row.company_id)),
                (SubjectKind::Contact, ids(&rows, |row| row.contact_id)),
                (SubjectKind::Lead, ids(&rows, |row| row.lead_id)),
                (SubjectKind::Deal, ids(&rows, |row| row.deal_id)),
                (SubjectKind::Member, ids(&rows, |row| row.owner_id)),
            ];
            know(&mut names, &read, known).await?;
            let rows = rows.iter().map(|row| export::activity(row, &names));
            Ok((rows.collect(), page.next))
        })
    };
    answer(
        &ctx,
        ImportKind::Activities,
        SubjectKind::Activity,
        &query.0,
        page,
    )
    .await
}

/// Export notes
///
/// A CSV file of the list that the same query answers, with a header that an import understands: notes that the caller may read, by authors
/// within reach. What confidential ones say stands in it for those who may read it.
#[utoipa::path(tag = "notes", operation_id = "exportNotes", params(ListNotes),
    responses((status = 200, description = "A CSV file in UTF-8.", content_type = "text/csv", body = String)), security(("bearer" = ["exports:create"])))]
#[get("/api/v1/notes/export")]
async fn export_notes(
    ctx: Ctx<ExportsCreate>,
    query: Params<ListNotes>,
) -> ApiResult<HttpResponse> {
    let authors = ctx.owners()?;
    ctx.me().owners(export::permission(ImportKind::Notes))?;
    let (caller, list) = (ctx.clone(), query.0.clone());
    let page = move |position| -> Reading {
        let (ctx, list, authors) = (caller.clone(), list.clone(), authors.clone());
        Box::pin(async move {
            let read = ctx.read();
            let page = note::list(&read, &list, &reader(ctx.me()), &page_at(position)).await?;
            let mut rows: Vec<Note> = Vec::with_capacity(page.rows.len());
            for found in page.rows {
                if authors.holds(found.row.author_id) {
                    rows.push(shown(&ctx, found).map_err(as_stored)?);
                }
            }
            let mut names = Names::default();
            let known = [
                (SubjectKind::Company, ids(&rows, |row| row.company_id)),
                (SubjectKind::Contact, ids(&rows, |row| row.contact_id)),
                (SubjectKind::Lead, ids(&rows, |row| row.lead_id)),
                (SubjectKind::Deal, ids(&rows, |row| row.deal_id)),
                (SubjectKind::Member, ids(&rows, |row| Some(row.author_id))),
            ];
            know(&mut names, &read, known).await?;
            let rows = rows.iter().map(|row| export::note(row, &names));
            Ok((rows.collect(), page.next))
        })
    };
    answer(&ctx, ImportKind::Notes, SubjectKind::Note, &query.0, page).await
}
