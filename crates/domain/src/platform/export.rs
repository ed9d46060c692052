//! Records as rows of a table, under headers that an import understands.

use std::collections::HashMap;

use chrono::{DateTime, SecondsFormat, Utc};
use shared_types::coaching::{MetricUnit, MetricValue};
use shared_types::crm::{
    Activity, Company, Contact, Deal, EmailAddress, Lead, Note, PhoneNumber, PointLabel, Product,
    TagLabel,
};
use shared_types::identity::Member;
use shared_types::platform::{ImportField, ImportKind};
use shared_types::{Currency, Permission};
use uuid::Uuid;

use super::import::{fields::fields, kinds::metric_value::in_thousandths, lines};
use crate::core::decimal::plain;

/// What there is to know of the records that exported ones refer to, by id.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// What they are called.
    pub names: HashMap<Uuid, String>,
    /// What they are known by in another organization: the address of a member, the id elsewhere
    /// of others, or the id here.
    pub keys: HashMap<Uuid, String>,
}

impl Names {
    fn name<I: Into<Uuid>>(&self, id: Option<I>) -> Option<String> {
        self.names.get(&id?.into()).cloned()
    }

    fn key<I: Into<Uuid>>(&self, id: Option<I>) -> Option<String> {
        self.keys.get(&id?.into()).cloned()
    }
}

/// The kinds in the order in which another organization takes them: each after those that it refers to.
pub const ORDER: [ImportKind; 9] = [
    ImportKind::Members,
    ImportKind::Companies,
    ImportKind::Contacts,
    ImportKind::Products,
    ImportKind::Deals,
    ImportKind::Leads,
    ImportKind::Activities,
    ImportKind::Notes,
    ImportKind::MetricValues,
];

/// What an export of this kind needs besides `exports:create`.
#[must_use]
pub const fn permission(kind: ImportKind) -> Permission {
    match kind {
        ImportKind::Members => Permission::MembersRead,
        ImportKind::Companies => Permission::CompaniesRead,
        ImportKind::Contacts => Permission::ContactsRead,
        ImportKind::Leads => Permission::LeadsRead,
        ImportKind::Products => Permission::ProductsRead,
        ImportKind::Deals => Permission::DealsRead,
        ImportKind::Activities => Permission::ActivitiesRead,
        ImportKind::Notes => Permission::NotesRead,
        ImportKind::MetricValues => Permission::MetricsRead,
    }
}

/// Columns beside those an import takes.
const fn more(kind: ImportKind) -> &'static [&'static str] {
    match kind {
        ImportKind::Members => &["signsIn", "active", "createdAt", "updatedAt", "id"],
        ImportKind::Contacts => &["consentAt", "createdAt", "updatedAt", "id"],
        ImportKind::Companies
        | ImportKind::Leads
        | ImportKind::Products
        | ImportKind::Activities => &["createdAt", "updatedAt", "id"],
        ImportKind::Notes => &["updatedAt", "id"],
        ImportKind::MetricValues => &["source", "createdAt", "updatedAt", "id"],
        ImportKind::Deals => &["products", "createdAt", "updatedAt", "id"],
    }
}

/// Fields that other columns hold on the way out: names of people are told apart where they are
/// kept apart, and all that a person is reached by stands in one cell.
const fn is_elsewhere(kind: ImportKind, field: ImportField) -> bool {
    use ImportField as F;
    match kind {
        ImportKind::Members => matches!(field, F::FirstName | F::LastName),
        ImportKind::Contacts => matches!(
            field,
            F::Name | F::Email2 | F::Email3 | F::Phone2 | F::MobilePhone
        ),
        ImportKind::Leads => matches!(field, F::Name),
        _ => false,
    }
}

/// The header of an export.
#[must_use]
pub fn header(kind: ImportKind) -> Vec<&'static str> {
    let all = fields(kind).iter();
    let taken = all.filter(|field| !is_elsewhere(kind, **field));
    taken
        .map(|field| field.as_str())
        .chain(more(kind).iter().copied())
        .collect()
}

fn row(kind: ImportKind, cell: impl Fn(&str) -> Option<String>) -> Vec<String> {
    header(kind)
        .into_iter()
        .map(|column| cell(column).unwrap_or_default())
        .collect()
}

fn time(time: DateTime<Utc>) -> Option<String> {
    Some(time.to_rfc3339_opts(SecondsFormat::Secs, true))
}

fn text<T: ToString>(value: Option<T>) -> Option<String> {
    value.map(|value| value.to_string())
}

fn tags(all: &[TagLabel]) -> Option<String> {
    let all = all.iter().map(|tag| tag.name.as_str());
    Some(all.collect::<Vec<_>>().join("; "))
}

/// The id elsewhere, or the one here: what another organization knows the record by.
fn known_as<I: ToString>(external_id: Option<&String>, id: I) -> Option<String> {
    Some(external_id.cloned().unwrap_or_else(|| id.to_string()))
}

/// A company. `names` holds owners and the companies that others belong to.
#[must_use]
pub fn company(company: &Company, names: &Names) -> Vec<String> {
    row(ImportKind::Companies, |column| match column {
        "name" => Some(company.name.clone()),
        "domain" => company.domain.clone(),
        "website" => company.website.clone(),
        "industry" => company.industry.clone(),
        "phone" => company.phone.clone(),
        "employees" => text(company.employees),
        "annualRevenue" => company.annual_revenue.map(plain),
        "currency" => text(company.annual_revenue.map(|money| money.currency)),
        "foundedYear" => text(company.founded_year),
        "location" => company.location.clone(),
        "country" => company.country.clone(),
        "description" => company.description.clone(),
        "parent" => names.name(company.parent_id),
        "parentId" => names.key(company.parent_id),
        "tags" => tags(&company.tags),
        "owner" => company.owner_name.clone(),
        "ownerEmail" => names.key(company.owner_id),
        "externalId" => known_as(company.external_id.as_ref(), company.id),
        "createdAt" => time(company.created_at),
        "updatedAt" => time(company.updated_at),
        "id" => Some(company.id.to_string()),
        _ => None,
    })
}

fn labelled(value: &str, label: PointLabel) -> String {
    match label {
        PointLabel::Work => value.to_owned(),
        other => format!("{value} ({other})"),
    }
}

fn emails(all: &[EmailAddress]) -> Option<String> {
    let all = all.iter().map(|one| labelled(&one.address, one.label));
    Some(all.collect::<Vec<_>>().join("; "))
}

fn phones(all: &[PhoneNumber]) -> Option<String> {
    let all = all.iter().map(|one| labelled(&one.number, one.label));
    Some(all.collect::<Vec<_>>().join("; "))
}

/// A contact. `names` holds owners and companies.
#[must_use]
pub fn contact(contact: &Contact, names: &Names) -> Vec<String> {
    row(ImportKind::Contacts, |column| match column {
        "firstName" => contact.first_name.clone(),
        "lastName" => Some(contact.last_name.clone()),
        "jobTitle" => contact.job_title.clone(),
        "company" => contact.company_name.clone(),
        "companyId" => names.key(contact.company_id),
        "email" => emails(&contact.emails),
        "phone" => phones(&contact.phones),
        "location" => contact.location.clone(),
        "country" => contact.country.clone(),
        "consent" => Some(contact.consent.to_string()),
        "consentAt" => contact.consent_at.and_then(time),
        "description" => contact.description.clone(),
        "tags" => tags(&contact.tags),
        "owner" => contact.owner_name.clone(),
        "ownerEmail" => names.key(contact.owner_id),
        "externalId" => known_as(contact.external_id.as_ref(), contact.id),
        "privatePhone" => contact.private_phone.clone(),
        "birthday" => contact.birthday.clone(),
        "privateStreet" => contact.private_address.as_ref()?.street.clone(),
        "privatePostalCode" => contact.private_address.as_ref()?.postal_code.clone(),
        "privateCity" => contact.private_address.as_ref()?.city.clone(),
        "privateRegion" => contact.private_address.as_ref()?.region.clone(),
        "privateCountry" => contact.private_address.as_ref()?.country.clone(),
        "createdAt" => time(contact.created_at),
        "updatedAt" => time(contact.updated_at),
        "id" => Some(contact.id.to_string()),
        _ => None,
    })
}

/// A lead. `names` holds owners and what leads became.
#[must_use]
pub fn lead(lead: &Lead, names: &Names) -> Vec<String> {
    row(ImportKind::Leads, |column| match column {
        "firstName" => lead.first_name.clone(),
        "lastName" => Some(lead.last_name.clone()),
        "company" => lead.company_name.clone(),
        "jobTitle" => lead.job_title.clone(),
        "email" => lead.email.clone(),
        "phone" => lead.phone.clone(),
        "website" => lead.website.clone(),
        "industry" => lead.industry.clone(),
        "location" => lead.location.clone(),
        "country" => lead.country.clone(),
        "amount" => lead.amount.map(plain),
        "currency" => text(lead.amount.map(|money| money.currency)),
        "source" => Some(lead.source.to_string()),
        "status" => Some(lead.status.to_string()),
        // The rules of the other organization give its own.
        "score" => lead.score_by_hand.then(|| lead.score.to_string()),
        "description" => lead.description.clone(),
        "tags" => tags(&lead.tags),
        "owner" => lead.owner_name.clone(),
        "ownerEmail" => names.key(lead.owner_id),
        "externalId" => known_as(lead.external_id.as_ref(), lead.id),
        "contactId" => names.key(lead.contact_id),
        "companyId" => names.key(lead.company_id),
        "dealId" => names.key(lead.deal_id),
        "createdAt" => time(lead.created_at),
        "updatedAt" => time(lead.updated_at),
        "id" => Some(lead.id.to_string()),
        _ => None,
    })
}

/// An activity. `names` holds owners and what activities are about.
#[must_use]
pub fn activity(activity: &Activity, names: &Names) -> Vec<String> {
    row(ImportKind::Activities, |column| match column {
        "kind" => Some(activity.kind.to_string()),
        "subject" => Some(activity.subject.clone()),
        "description" => activity.description.clone(),
        "dueAt" => activity.due_at.and_then(time),
        "durationMinutes" => text(activity.duration_minutes),
        "done" => Some(activity.done_at.is_some().to_string()),
        "doneAt" => activity.done_at.and_then(time),
        "company" => activity.company_name.clone(),
        "companyId" => names.key(activity.company_id),
        "contact" => activity.contact_name.clone(),
        "contactId" => names.key(activity.contact_id),
        "lead" => activity.lead_name.clone(),
        "leadId" => names.key(activity.lead_id),
        "deal" => activity.deal_title.clone(),
        "dealId" => names.key(activity.deal_id),
        "owner" => activity.owner_name.clone(),
        "ownerEmail" => names.key(activity.owner_id),
        "externalId" => known_as(activity.external_id.as_ref(), activity.id),
        "createdAt" => time(activity.created_at),
        "updatedAt" => time(activity.updated_at),
        "id" => Some(activity.id.to_string()),
        _ => None,
    })
}

/// A note. `names` holds authors and what notes are about.
#[must_use]
pub fn note(note: &Note, names: &Names) -> Vec<String> {
    row(ImportKind::Notes, |column| match column {
        "body" => Some(note.body.clone()),
        "company" => note.company_name.clone(),
        "companyId" => names.key(note.company_id),
        "contact" => note.contact_name.clone(),
        "contactId" => names.key(note.contact_id),
        "lead" => note.lead_name.clone(),
        "leadId" => names.key(note.lead_id),
        "deal" => note.deal_title.clone(),
        "dealId" => names.key(note.deal_id),
        "author" => note.author_name.clone(),
        "authorEmail" => names.key(Some(note.author_id)),
        "createdAt" => time(note.created_at),
        "pinned" => Some(note.pinned.to_string()),
        "confidential" => Some(note.confidential.to_string()),
        "externalId" => known_as(note.external_id.as_ref(), note.id),
        "updatedAt" => time(note.updated_at),
        "id" => Some(note.id.to_string()),
        _ => None,
    })
}

/// A value of a metric, which counts in a unit. `names` holds members.
#[must_use]
pub fn metric_value(
    value: &MetricValue,
    (unit, currency): (MetricUnit, Option<Currency>),
    names: &Names,
) -> Vec<String> {
    let number = |value| decimal(in_thousandths(value, unit, currency));
    row(ImportKind::MetricValues, |column| match column {
        "metric" => value.metric_name.clone(),
        "member" => value.member_name.clone(),
        "memberEmail" => names.key(Some(value.member_id)),
        "periodStart" => Some(value.period_start.to_string()),
        "value" => Some(number(value.value)),
        "target" => value.target.map(number),
        "note" => value.note.clone(),
        "source" => Some(value.source.to_string()),
        "createdAt" => time(value.created_at),
        "updatedAt" => time(value.updated_at),
        "id" => Some(value.id.to_string()),
        _ => None,
    })
}

/// Thousandths as a number is written: `12.5`.
fn decimal(thousandths: i64) -> String {
    let (whole, part) = (thousandths / 1000, thousandths % 1000);
    if part == 0 {
        return whole.to_string();
    }
    format!("{whole}.{part:03}")
        .trim_end_matches('0')
        .to_owned()
}

/// A product.
#[must_use]
pub fn product(product: &Product) -> Vec<String> {
    row(ImportKind::Products, |column| match column {
        "name" => Some(product.name.clone()),
        "sku" => product.sku.clone(),
        "category" => product.category_name.clone(),
        "price" => product.price.map(plain),
        "currency" => text(product.price.map(|money| money.currency)),
        "description" => product.description.clone(),
        "active" => Some(product.active.to_string()),
        "createdAt" => time(product.created_at),
        "updatedAt" => time(product.updated_at),
        "id" => Some(product.id.to_string()),
        _ => None,
    })
}

/// A deal. `names` holds owners, companies, contacts, stages and lost reasons.
#[must_use]
pub fn deal(deal: &Deal, names: &Names) -> Vec<String> {
    row(ImportKind::Deals, |column| match column {
        "title" => Some(deal.title.clone()),
        "company" => deal.company_name.clone(),
        "companyId" => names.key(deal.company_id),
        "contact" => deal.contact_name.clone(),
        "contactId" => names.key(deal.contact_id),
        // One that has several says them as lines.
        "product" => match deal.lines.as_slice() {
            [line] => Some(line.product_name.clone()),
            _ => None,
        },
        "lines" => Some(lines::write(&deal.lines)),
        "products" => {
            let products: Vec<&str> = deal
                .lines
                .iter()
                .map(|line| line.product_name.as_str())
                .collect();
            Some(products.join("; "))
        }
        "pipeline" => names.name(Some(deal.pipeline_id)),
        "stage" => names.name(Some(deal.stage_id)),
        "status" => Some(deal.status.to_string()),
        "amount" => deal.amount.map(plain),
        "currency" => text(deal.amount.map(|money| money.currency)),
        "probability" => Some(deal.probability.to_string()),
        "expectedClose" => text(deal.expected_close),
        "openedOn" => text(deal.opened_on),
        "closedOn" => text(deal.closed_on),
        "lostReason" => names.name(deal.lost_reason_id),
        "closeNote" => deal.close_note.clone(),
        "tags" => tags(&deal.tags),
        "owner" => deal.owner_name.clone(),
        "ownerEmail" => names.key(deal.owner_id),
        "externalId" => known_as(deal.external_id.as_ref(), deal.id),
        "createdAt" => time(deal.created_at),
        "updatedAt" => time(deal.updated_at),
        "id" => Some(deal.id.to_string()),
        _ => None,
    })
}

/// A member. `names` holds members and teams.
#[must_use]
pub fn member(member: &Member, names: &Names) -> Vec<String> {
    row(ImportKind::Members, |column| match column {
        "name" => Some(member.name.clone()),
        "email" => member.email.clone(),
        "role" => Some(member.role.to_string()),
        "employeeId" => member.employee_id.clone(),
        "department" => member.department.clone(),
        "manager" => names.name(member.manager_id),
        "teamLeader" => names.name(member.team_leader_id),
        "team" => names.name(member.team_id),
        "signsIn" => Some(member.user_id.is_some().to_string()),
        "active" => Some(member.active.to_string()),
        "createdAt" => time(member.created_at),
        "updatedAt" => time(member.updated_at),
        "id" => Some(member.id.to_string()),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::import::columns::suggest;

    #[test]
    fn an_import_takes_every_column_it_has_a_field_for() {
        for &kind in ImportKind::ALL {
            let header: Vec<String> = header(kind).into_iter().map(str::to_owned).collect();
            let meant = suggest(kind, &header, |_| Vec::new());
            for (column, meant) in header.iter().zip(meant) {
                let own = column.parse::<ImportField>().ok();
                if let Some(own) = own.filter(|own| fields(kind).contains(own)) {
                    assert_eq!(meant, [own], "{kind}");
                }
            }
        }
    }
}
