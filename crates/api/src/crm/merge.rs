//! Merging duplicates, what it would do, and taking it back.

use actix_web::{get, post};
use persistence::{
    PageRequest,
    crm::{company, contact, lead, merge},
};
use shared_types::{
    CompanyId, ContactId, LeadId, MergeId,
    crm::{ListMerges, Merge, MergeKind, MergePreview, MergeRecords, MergeUndone, PreviewMerge},
};

use super::{
    merge_preview::preview,
    merge_work::{run, seen, undo},
};
use crate::core::{
    app::Services,
    context::{Ctx, Once},
    error::ApiResult,
    extract::{Id, Params, Valid},
    permit::{CompaniesDelete, ContactsDelete, LeadsDelete, SignedIn},
    reply::Reply,
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config
        .service(merge_companies)
        .service(preview_company_merge)
        .service(merge_contacts)
        .service(preview_contact_merge)
        .service(merge_leads)
        .service(preview_lead_merge)
        .service(list_merges)
        .service(get_merge)
        .service(undo_merge);
}

/// Merge companies
///
/// What refers to the others refers to this company then: contacts, deals, activities, leads and subsidiaries. The others go to the
/// trash and say into which one they were merged. It can be undone for 30 days. Needs `companies:write` and `companies:delete` for
/// all of them; a second time is 409.
#[utoipa::path(tag = "companies", operation_id = "mergeCompanies", params(("id" = CompanyId, Path, description = "Id of the company that stays.")), request_body = MergeRecords,
    responses((status = 200, description = "The merge.", body = Merge), (status = 412, description = "One of the records has changed since it was read.")), security(("bearer" = ["companies:delete"])))]
#[post("/api/v1/companies/{id}/merge")]
async fn merge_companies(
    ctx: Ctx<CompaniesDelete>,
    id: Id<CompanyId>,
    body: Valid<MergeRecords>,
) -> ApiResult<Once<Merge>> {
    run::<company::Found>(&ctx, id.0.0, body.0).await
}

/// Preview a merge of companies
///
/// The values of each field, which one it would get, and how much would move.
#[utoipa::path(tag = "companies", operation_id = "previewCompanyMerge", params(("id" = CompanyId, Path, description = "Id of the company that would stay."), PreviewMerge),
    responses((status = 200, description = "What merging would do.", body = MergePreview), (status = 409, description = "One of them is in the trash, or was merged already.")), security(("bearer" = ["companies:delete"])))]
#[get("/api/v1/companies/{id}/merge-preview")]
async fn preview_company_merge(
    ctx: Ctx<CompaniesDelete>,
    id: Id<CompanyId>,
    query: Params<PreviewMerge>,
) -> ApiResult<Reply<MergePreview>> {
    preview::<company::Found>(&ctx, id.0.0, &query.0.with.0).await
}

/// Merge contacts
///
/// What refers to the others refers to this contact then: deals, activities and leads; e-mail addresses and phone numbers are united.
/// The others go to the trash and say into which one they were merged. It can be undone for 30 days. Needs `contacts:write` and
/// `contacts:delete` for all of them; a second time is 409.
#[utoipa::path(tag = "contacts", operation_id = "mergeContacts", params(("id" = ContactId, Path, description = "Id of the contact that stays.")), request_body = MergeRecords,
    responses((status = 200, description = "The merge.", body = Merge), (status = 412, description = "One of the records has changed since it was read.")), security(("bearer" = ["contacts:delete"])))]
#[post("/api/v1/contacts/{id}/merge")]
async fn merge_contacts(
    ctx: Ctx<ContactsDelete>,
    id: Id<ContactId>,
    body: Valid<MergeRecords>,
) -> ApiResult<Once<Merge>> {
    run::<contact::Found>(&ctx, id.0.0, body.0).await
}

/// Preview a merge of contacts
///
/// The values of each field, which one it would get, and how much would move.
#[utoipa::path(tag = "contacts", operation_id = "previewContactMerge", params(("id" = ContactId, Path, description = "Id of the contact that would stay."), PreviewMerge),
    responses((status = 200, description = "What merging would do.", body = MergePreview), (status = 409, description = "One of them is in the trash, or was merged already.")), security(("bearer" = ["contacts:delete"])))]
#[get("/api/v1/contacts/{id}/merge-preview")]
async fn preview_contact_merge(
    ctx: Ctx<ContactsDelete>,
    id: Id<ContactId>,
    query: Params<PreviewMerge>,
) -> ApiResult<Reply<MergePreview>> {
    preview::<contact::Found>(&ctx, id.0.0, &query.0.with.0).await
}

/// Merge leads
///
/// Activities of the others belong to this lead then. The others go to the trash and say into which one they were merged. A lead that is
/// converted can only stay. It can be undone for 30 days. Needs `leads:write` and `leads:delete` for all of them; a second time is 409.
#[utoipa::path(tag = "leads", operation_id = "mergeLeads", params(("id" = LeadId, Path, description = "Id of the lead that stays.")), request_body = MergeRecords,
    responses((status = 200, description = "The merge.", body = Merge), (status = 412, description = "One of the records has changed since it was read.")), security(("bearer" = ["leads:delete"])))]
#[post("/api/v1/leads/{id}/merge")]
async fn merge_leads(
    ctx: Ctx<LeadsDelete>,
    id: Id<LeadId>,
    body: Valid<MergeRecords>,
) -> ApiResult<Once<Merge>> {
    run::<lead::Found>(&ctx, id.0.0, body.0).await
}

/// Preview a merge of leads
///
/// The values of each field, which one it would get, and how much would move.
#[utoipa::path(tag = "leads", operation_id = "previewLeadMerge", params(("id" = LeadId, Path, description = "Id of the lead that would stay."), PreviewMerge),
    responses((status = 200, description = "What merging would do.", body = MergePreview), (status = 409, description = "One of them is in the trash, or was merged already.")), security(("bearer" = ["leads:delete"])))]
#[get("/api/v1/leads/{id}/merge-preview")]
async fn preview_lead_merge(
    ctx: Ctx<LeadsDelete>,
    id: Id<LeadId>,
    query: Params<PreviewMerge>,
) -> ApiResult<Reply<MergePreview>> {
    preview::<lead::Found>(&ctx, id.0.0, &query.0.with.0).await
}

/// List merges
///
/// The latest first: all of a kind of record that the caller may delete wherever it is, else the caller's own.
#[utoipa::path(tag = "merges", operation_id = "listMerges", params(ListMerges),
    responses((status = 200, description = "A page of merges.", body = [Merge])), security(("bearer" = [])))]
#[get("/api/v1/merges")]
async fn list_merges(
    ctx: Ctx<SignedIn>,
    query: Params<ListMerges>,
) -> ApiResult<Reply<Vec<Merge>>> {
    let request = PageRequest::new(&query.0, ctx.position("merges", &query.0)?);
    let page = merge::list(&ctx.read(), &query.0, &seen(&ctx), &request).await?;
    Ok(ctx.page("merges", &query.0, page.map(Merge::from)))
}

/// Get a merge
#[utoipa::path(tag = "merges", operation_id = "getMerge", params(("id" = MergeId, Path, description = "Id of the merge.")),
    responses((status = 200, description = "The merge.", body = Merge)), security(("bearer" = [])))]
#[get("/api/v1/merges/{id}")]
async fn get_merge(ctx: Ctx<SignedIn>, id: Id<MergeId>) -> ApiResult<Reply<Merge>> {
    let found = merge::get(&ctx.read(), id.0, &seen(&ctx)).await?;
    Ok(Reply::ok(found.into()))
}

/// Undo a merge
///
/// Within 30 days: what had moved goes back where nobody has moved it on, the records that went come back, and the one that stayed
/// gets back what it had, but for fields that somebody has changed since. Needs what merging needs.
#[utoipa::path(tag = "merges", operation_id = "undoMerge", params(("id" = MergeId, Path, description = "Id of the merge.")),
    responses((status = 200, description = "What became of it.", body = MergeUndone)), security(("bearer" = [])))]
#[post("/api/v1/merges/{id}/undo")]
async fn undo_merge(ctx: Ctx<SignedIn>, id: Id<MergeId>) -> ApiResult<Once<MergeUndone>> {
    let seen = seen(&ctx);
    let kind = merge::get(&ctx.read(), id.0, &seen).await?.row.kind;
    match kind {
        MergeKind::Company => undo::<company::Found>(&ctx, id.0, &seen).await,
        MergeKind::Contact => undo::<contact::Found>(&ctx, id.0, &seen).await,
        MergeKind::Lead => undo::<lead::Found>(&ctx, id.0, &seen).await,
    }
}
