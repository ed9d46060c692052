//! A lead becomes a contact, and a company and a deal where wanted: in one transaction, once.

use actix_web::post;
use domain::{
    core::text::fold,
    crm::{
        company::{domain_from_website, website_from_text},
        lead::check_open,
    },
};
use persistence::{
    Tx,
    crm::{
        about::{self, Became},
        company, contact,
        lead::{self, Found, Model},
        tag_link::{self, Tags},
    },
    platform::event::NewEvent,
};
use shared_types::{
    ErrorCode, LeadId, MemberId, Permission,
    crm::{
        Company, Contact, ConvertLead, CreateCompany, CreateContact, CreateDeal, Deal,
        EmailAddress, LeadConverted, LeadStatus, PhoneNumber, PointLabel,
    },
    platform::{EventKind, SubjectKind},
};

use crate::{
    core::{
        app::Services,
        context::{Ctx, Once},
        error::{ApiError, ApiResult},
        extract::{Id, Valid},
        permit::LeadsWrite,
        record::{changeable, save},
        reply::Reply,
    },
    crm::{company as company_api, contact as contact_api, deal as deal_api, reference},
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config.service(convert_lead);
}

/// Who looks after what is made.
struct Owner {
    id: Option<MemberId>,
    name: Option<String>,
}

/// Convert a lead
///
/// It becomes a contact, new or existing, with the company and the deal that are wanted; a new contact and the deal get its tags;
/// the lead keeps links to them and can no longer be changed. Once only: a second time is 409. Companies and contacts need the permission to write them, a deal that
/// for deals.
#[utoipa::path(tag = "leads", operation_id = "convertLead", params(("id" = LeadId, Path, description = "Id of the lead.")), request_body = ConvertLead,
    responses((status = 200, description = "What became of it.", body = LeadConverted)), security(("bearer" = ["leads:write"])))]
#[post("/api/v1/leads/{id}/convert")]
async fn convert_lead(
    ctx: Ctx<LeadsWrite>,
    id: Id<LeadId>,
    body: Valid<ConvertLead>,
) -> ApiResult<Once<LeadConverted>> {
    let body = body.0;
    let wants_deal = body.create_deal.unwrap_or(true);
    let mut needed = vec![Permission::ContactsWrite, Permission::CompaniesWrite];
    needed.extend(wants_deal.then_some(Permission::DealsWrite));
    if needed.iter().any(|it| ctx.me().reach(*it).is_none()) {
        return Err(ApiError::forbidden());
    }
    if body.owner_id.is_some() {
        ctx.require_assignable(body.owner_id)?;
    }
    let said = ctx.member_name(&ctx.read(), body.owner_id).await?;
    ctx.post(async |tx| {
        let before = changeable::<Found, _>(&ctx, tx, id.0, false).await?;
        let lead = before.found.clone();
        check_open(lead.row.status)?;
        let owner = match body.owner_id {
            Some(id) => Owner {
                id: Some(id),
                name: said.clone(),
            },
            None => Owner {
                id: lead.row.owner_id,
                name: lead.owner_name.clone(),
            },
        };
        let known = reference::contact(&ctx, tx, body.contact_id).await?;
        let of_contact = known.as_ref().and_then(|found| found.row.company_id);
        let company = reference::company(&ctx, tx, body.company_id.or(of_contact)).await?;
        let company: Option<Company> = match company {
            Some(found) => Some(found.into()),
            None if body.create_company.unwrap_or(true) => new_company(tx, &lead.row, &owner),
            None => None,
        };
        let contact: Contact = match known {
            Some(found) => found.into(),
            None => new_contact(&ctx, tx, &lead, company.as_ref(), &owner)?,
        };
        let deal = if wants_deal {
            let made = new_deal(tx, &body, &lead, company.as_ref(), &contact, &owner);
            Some(made.await?)
        } else {
            None
        };
        let (company_id, deal_id) = (
            company.as_ref().map(|company| company.id),
            deal.as_ref().map(|deal| deal.id),
        );
        let became = Became {
            contact: contact.id,
            company: company_id,
            deal: deal_id,
        };
        about::follow_lead(tx, id.0, became).await?;
        let after = Found {
            row: Model {
                status: LeadStatus::Converted,
                converted_at: Some(tx.now()),
                contact_id: Some(contact.id),
                company_id,
                deal_id,
                ..lead.row
            },
            owner_name: lead.owner_name,
            tags: lead.tags,
        };
        let saved = save(tx, before, after, EventKind::LeadConverted, false).await;
        let saved = match saved {
            Err(error) if error.code == ErrorCode::VersionMismatch => {
                // Somebody was faster: perhaps by converting it as well.
                let owners = ctx.me().owners(Permission::LeadsRead)?;
                check_open(lead::get(tx, id.0, &owners).await?.row.status)?;
                return Err(error);
            }
            other => other?,
        };
        let converted = LeadConverted {
            lead: saved.data,
            contact,
            company,
            deal,
        };
        Ok(Reply {
            version: saved.version,
            ..Reply::ok(converted)
        })
    })
    .await
}

fn made(tx: &Tx, kind: SubjectKind, id: impl Into<uuid::Uuid>, name: &str) {
    tx.record(NewEvent::new(EventKind::Created, kind, id, name));
}

fn new_company(tx: &Tx, lead: &Model, owner: &Owner) -> Option<Company> {
    let name = lead.company_name.clone()?;
    let website = lead.website.as_deref().and_then(website_from_text);
    let body = CreateCompany {
        name,
        domain: website.as_deref().and_then(domain_from_website),
        website,
        industry: lead.industry.clone(),
        location: lead.location.clone(),
        country: lead.country.clone(),
        owner_id: owner.id,
        ..CreateCompany::default()
    };
    let row = company::Model {
        id: tx.new_id(),
        organization_id: lead.organization_id,
        created_at: tx.now(),
        updated_at: tx.now(),
        ..company_api::new_row(body)
    }
    .derived();
    tx.insert::<company::Entity>(row.clone());
    made(tx, SubjectKind::Company, row.id, &row.name);
    let found = company::Found {
        row,
        owner_name: owner.name.clone(),
        tags: Tags::default(),
    };
    Some(found.into())
}

fn new_contact(
    ctx: &Ctx<LeadsWrite>,
    tx: &Tx,
    Found {
        row: lead, tags, ..
    }: &Found,
    company: Option<&Company>,
    owner: &Owner,
) -> ApiResult<Contact> {
    let email = lead.email.clone().map(|address| EmailAddress {
        address,
        label: PointLabel::Work,
    });
    let phone = lead.phone.clone().map(|number| PhoneNumber {
        number,
        label: PointLabel::Work,
    });
    let body = CreateContact {
        first_name: lead.first_name.clone(),
        last_name: lead.last_name.clone(),
        job_title: lead.job_title.clone(),
        company_id: company.map(|company| company.id),
        emails: email.into_iter().collect(),
        phones: phone.into_iter().collect(),
        location: lead.location.clone(),
        country: lead.country.clone(),
        description: lead.description.clone(),
        ..CreateContact::default()
    };
    let row = contact_api::new_row(&ctx.state().seal, tx, body, owner.id)?;
    contact::insert(tx, row.clone());
    tag_link::insert(tx, SubjectKind::Contact, row.id, tags);
    made(tx, SubjectKind::Contact, row.id, &row.name);
    let found = contact::Found {
        row,
        owner_name: owner.name.clone(),
        tags: tags.clone(),
        company_name: company.map(|company| company.name.clone()),
    };
    Ok(found.into())
}

async fn new_deal(
    tx: &Tx,
    body: &ConvertLead,
    Found {
        row: lead, tags, ..
    }: &Found,
    company: Option<&Company>,
    contact: &Contact,
    owner: &Owner,
) -> ApiResult<Deal> {
    let company_name = company.map(|company| company.name.clone());
    let title = body.deal_title.clone().unwrap_or_else(|| {
        let name = company_name.as_ref().unwrap_or(&contact.name);
        // Two names of one thing need not be told apart.
        if fold(name) == fold(&contact.name) {
            contact.name.clone()
        } else {
            format!("{name} – {}", contact.name)
                .chars()
                .take(200)
                .collect()
        }
    });
    let worth = body.amount.or_else(|| lead.worth());
    let deal = CreateDeal {
        title,
        company_id: company.map(|company| company.id),
        contact_id: Some(contact.id),
        pipeline_id: body.pipeline_id,
        stage_id: body.stage_id,
        amount: worth.map(|money| money.amount),
        currency: worth.map(|money| money.currency),
        tag_ids: tags.ids(),
        ..CreateDeal::default()
    };
    let names = (owner.name.clone(), company_name, Some(contact.name.clone()));
    deal_api::add(tx, &deal, owner.id, names).await
}
