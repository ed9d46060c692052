//! Records as rows of a table, under headers that an import understands.

use std::collections::HashMap;

use chrono::{DateTime, SecondsFormat, Utc};
use shared_types::crm::{Company, Deal, Product};
use shared_types::identity::Member;
use shared_types::platform::{ImportField, ImportKind};
use uuid::Uuid;

use super::import::fields::fields;
use crate::core::decimal::plain;

/// Names of the records that exported ones refer to, by id.
pub type Names = HashMap<Uuid, String>;

/// Columns beside those an import takes.
const fn more(kind: ImportKind) -> &'static [&'static str] {
    match kind {
        ImportKind::Members => &["signsIn", "active", "createdAt", "updatedAt", "id"],
        ImportKind::Companies | ImportKind::Products => &["createdAt", "updatedAt", "id"],
        ImportKind::Deals => &["products", "createdAt", "updatedAt", "id"],
    }
}

/// Fields that are parts of others on the way in.
fn is_part(field: ImportField) -> bool {
    matches!(field, ImportField::FirstName | ImportField::LastName)
}

/// The header of an export.
#[must_use]
pub fn header(kind: ImportKind) -> Vec<&'static str> {
    let taken = fields(kind).iter().filter(|field| !is_part(**field));
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

fn name<I: Into<Uuid>>(names: &Names, id: Option<I>) -> Option<String> {
    names.get(&id?.into()).cloned()
}

/// A company. `names` holds the companies that others belong to.
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
        "parent" => name(names, company.parent_id),
        "owner" => company.owner_name.clone(),
        "externalId" => company.external_id.clone(),
        "createdAt" => time(company.created_at),
        "updatedAt" => time(company.updated_at),
        "id" => Some(company.id.to_string()),
        _ => None,
    })
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

/// A deal. `names` holds stages and lost reasons.
#[must_use]
pub fn deal(deal: &Deal, names: &Names) -> Vec<String> {
    row(ImportKind::Deals, |column| match column {
        "title" => Some(deal.title.clone()),
        "company" => deal.company_name.clone(),
        // One that has several cannot be said in a cell that an import takes for one.
        "product" => match deal.lines.as_slice() {
            [line] => Some(line.product_name.clone()),
            _ => None,
        },
        "products" => {
            let products: Vec<&str> = deal
                .lines
                .iter()
                .map(|line| line.product_name.as_str())
                .collect();
            Some(products.join("; "))
        }
        "stage" => name(names, Some(deal.stage_id)),
        "status" => Some(deal.status.to_string()),
        "amount" => deal.amount.map(plain),
        "currency" => text(deal.amount.map(|money| money.currency)),
        "probability" => Some(deal.probability.to_string()),
        "expectedClose" => text(deal.expected_close),
        "openedOn" => text(deal.opened_on),
        "closedOn" => text(deal.closed_on),
        "lostReason" => name(names, deal.lost_reason_id),
        "closeNote" => deal.close_note.clone(),
        "owner" => deal.owner_name.clone(),
        "externalId" => deal.external_id.clone(),
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
        "manager" => name(names, member.manager_id),
        "teamLeader" => name(names, member.team_leader_id),
        "team" => name(names, member.team_id),
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
