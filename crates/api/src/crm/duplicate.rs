//! What may be the same as a record that is being written.

use std::collections::HashSet;

use actix_web::get;
use domain::crm::duplicate::{Keys, company_key, confidence, email_domain_key};
use persistence::{
    Owners,
    crm::{company, contact, duplicate, duplicate_dismissal, lead},
};
use shared_types::{
    MemberId, Permission,
    crm::{Duplicate, DuplicateConfidence, FindDuplicates},
    platform::SubjectKind,
};
use uuid::Uuid;

use crate::core::{
    app::Services,
    context::Ctx,
    error::ApiResult,
    extract::Params,
    permit::{CompaniesRead, ContactsRead, LeadsRead, Permit},
    reply::Reply,
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config
        .service(company_duplicates)
        .service(contact_duplicates)
        .service(lead_duplicates);
}

/// The most that are shown.
const SHOWN: usize = 20;

/// A record that was found, before it is known whether it may be shown.
struct Candidate {
    kind: SubjectKind,
    id: Uuid,
    name: String,
    detail: Option<String>,
    owner_id: Option<MemberId>,
    owner_name: Option<String>,
    keys: Keys,
}

impl From<company::Found> for Candidate {
    fn from(found: company::Found) -> Self {
        Self {
            keys: found.row.keys(),
            kind: SubjectKind::Company,
            id: found.row.id.0,
            name: found.row.name,
            detail: found.row.domain.or(found.row.location),
            owner_id: found.row.owner_id,
            owner_name: found.owner_name,
        }
    }
}

impl Candidate {
    fn of_contact(found: contact::Found, by_name: bool) -> Self {
        Self {
            keys: found.keys(by_name),
            kind: SubjectKind::Contact,
            id: found.row.id.0,
            name: found.row.name,
            detail: found.company_name.or(found.row.job_title),
            owner_id: found.row.owner_id,
            owner_name: found.owner_name,
        }
    }
}

impl From<lead::Found> for Candidate {
    fn from(found: lead::Found) -> Self {
        Self {
            keys: found.row.keys(),
            kind: SubjectKind::Lead,
            id: found.row.id.0,
            name: found.row.name,
            detail: found.row.company_name,
            owner_id: found.row.owner_id,
            owner_name: found.owner_name,
        }
    }
}

/// Those that have a reason to be the same, the surest first; of those beyond reach, who looks after them.
async fn shown<P: Permit>(
    ctx: &Ctx<P>,
    keys: &Keys,
    found: impl IntoIterator<Item = Candidate>,
    exclude: Option<Uuid>,
) -> ApiResult<Vec<Duplicate>> {
    let different = match exclude {
        Some(id) => duplicate_dismissal::dismissed_with(&ctx.read(), id).await?,
        None => HashSet::new(),
    };
    let reach = |kind| {
        ctx.me()
            .owners(match kind {
                SubjectKind::Company => Permission::CompaniesRead,
                SubjectKind::Contact => Permission::ContactsRead,
                _ => Permission::LeadsRead,
            })
            .unwrap_or(Owners::Of(Vec::new()))
    };
    let mut all: Vec<Duplicate> = found
        .into_iter()
        .filter(|one| Some(one.id) != exclude && !different.contains(&one.id))
        .filter_map(|one| {
            let reasons = keys.reasons(&one.keys);
            let readable = one
                .owner_id
                .is_none_or(|owner| reach(one.kind).holds(owner));
            (!reasons.is_empty()).then(|| Duplicate {
                kind: one.kind,
                id: readable.then_some(one.id),
                name: readable.then_some(one.name),
                detail: one.detail.filter(|_| readable),
                owner_id: one.owner_id,
                owner_name: one.owner_name,
                confidence: confidence(&reasons),
                reasons,
            })
        })
        .collect();
    all.sort_by(|one, other| {
        let order = |it: &Duplicate| {
            let likely = it.confidence == DuplicateConfidence::Likely;
            (likely, usize::MAX - it.reasons.len())
        };
        order(one)
            .cmp(&order(other))
            .then_with(|| (&one.name, one.id).cmp(&(&other.name, other.id)))
    });
    all.truncate(SHOWN);
    Ok(all)
}

/// Find duplicates of a company
///
/// Companies of the same domain, name or phone number: for a form, before it is sent. The domain of an e-mail address counts as well,
/// unless anybody may have an address there. Of companies that the caller may not read only who looks after them is told.
#[utoipa::path(tag = "companies", operation_id = "findCompanyDuplicates", params(FindDuplicates),
    responses((status = 200, description = "What may be the same, the surest first.", body = [Duplicate])), security(("bearer" = ["companies:read"])))]
#[get("/api/v1/companies/duplicates")]
async fn company_duplicates(
    ctx: Ctx<CompaniesRead>,
    query: Params<FindDuplicates>,
) -> ApiResult<Reply<Vec<Duplicate>>> {
    let query = query.0;
    let mut keys = Keys::of_company(
        query.name.as_deref(),
        &[query.domain.as_deref()],
        query.phone.as_deref(),
    );
    keys.domains
        .extend(query.email.as_deref().and_then(email_domain_key));
    let found = duplicate::companies(&ctx.read(), &keys).await?;
    let found = found.into_iter().map(Candidate::from);
    Ok(Reply::ok(
        shown(&ctx, &keys, found, query.exclude_id).await?,
    ))
}

/// Find duplicates of a contact
///
/// Contacts of the same e-mail address or phone number, or of the same name at the same company: for a form, before it is sent. Of
/// contacts that the caller may not read only who looks after them is told.
#[utoipa::path(tag = "contacts", operation_id = "findContactDuplicates", params(FindDuplicates),
    responses((status = 200, description = "What may be the same, the surest first.", body = [Duplicate])), security(("bearer" = ["contacts:read"])))]
#[get("/api/v1/contacts/duplicates")]
async fn contact_duplicates(
    ctx: Ctx<ContactsRead>,
    query: Params<FindDuplicates>,
) -> ApiResult<Reply<Vec<Duplicate>>> {
    let query = query.0;
    let company = query.company_id.map(|id| id.to_string());
    let keys = of_person(&query, company.as_deref());
    let found = duplicate::contacts(&ctx.read(), &keys).await?;
    let found = found
        .into_iter()
        .map(|found| Candidate::of_contact(found, false));
    Ok(Reply::ok(
        shown(&ctx, &keys, found, query.exclude_id).await?,
    ))
}

/// Find duplicates of a lead
///
/// Leads and contacts of the same e-mail address or phone number, or of the same name at a company of the same name: for a form, before
/// it is sent. Of those that the caller may not read only who looks after them is told.
#[utoipa::path(tag = "leads", operation_id = "findLeadDuplicates", params(FindDuplicates),
    responses((status = 200, description = "What may be the same, the surest first.", body = [Duplicate])), security(("bearer" = ["leads:read"])))]
#[get("/api/v1/leads/duplicates")]
async fn lead_duplicates(
    ctx: Ctx<LeadsRead>,
    query: Params<FindDuplicates>,
) -> ApiResult<Reply<Vec<Duplicate>>> {
    let query = query.0;
    let company = query.company_name.as_deref().and_then(company_key);
    let keys = of_person(&query, company.as_deref());
    let read = ctx.read();
    let leads = duplicate::leads(&read, &keys).await?;
    // A key that does not reach contacts at all is told nothing of them.
    let contacts = match ctx.me().reach(Permission::ContactsRead) {
        Some(_) => duplicate::contacts(&read, &keys).await?,
        None => Vec::new(),
    };
    let contacts = contacts
        .into_iter()
        .map(|found| Candidate::of_contact(found, true));
    let found = leads.into_iter().map(Candidate::from).chain(contacts);
    Ok(Reply::ok(
        shown(&ctx, &keys, found, query.exclude_id).await?,
    ))
}

fn of_person(query: &FindDuplicates, company: Option<&str>) -> Keys {
    Keys::of_person(
        query.name.as_deref(),
        company,
        query.email.as_deref(),
        query.phone.as_deref(),
    )
}
