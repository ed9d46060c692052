//! What the demo organization sells, and to whom.

use chrono::{DateTime, TimeDelta, Utc};
use domain::core::text::fold;
use persistence::{
    Named,
    crm::{company, product, product_category},
};
use shared_types::{
    OrganizationId, ProductCategoryId,
    platform::{EventKind, SubjectKind},
};

use super::{CURRENCY, History, chance::Chance, people::Team};

const FIRST: [&str; 15] = [
    "Amber", "Birch", "Cobalt", "Dune", "Ember", "Fjord", "Granite", "Heron", "Indigo", "Juniper",
    "Kestrel", "Lumen", "Maple", "Nimbus", "Orchard",
];
const SECOND: [&str; 4] = ["Dynamics", "Partners", "Foods", "Logistics"];
const INDUSTRIES: [&str; 10] = [
    "Retail",
    "Medical",
    "Software",
    "Finance",
    "Marketing",
    "Telecommunications",
    "Employment",
    "Entertainment",
    "Services",
    "Manufacturing",
];
const COUNTRIES: [(&str, &str); 8] = [
    ("US", "Denver"),
    ("US", "Boston"),
    ("DE", "Bremen"),
    ("GB", "Leeds"),
    ("FR", "Nantes"),
    ("BR", "Recife"),
    ("JP", "Sendai"),
    ("KE", "Nakuru"),
];

/// Sixty companies.
pub(super) fn companies(
    chance: &mut Chance,
    organization: OrganizationId,
    team: &Team,
    began: DateTime<Utc>,
    history: &mut History,
) -> Vec<company::Model> {
    let sellers = team.sellers();
    let names = FIRST
        .iter()
        .flat_map(|first| SECOND.iter().map(move |second| format!("{first} {second}")));
    names
        .map(|name| {
            let (country, city) = *chance.pick(&COUNTRIES);
            let at = began + TimeDelta::minutes(chance.between(60, 7 * 24 * 60));
            let domain = format!("{}.example", fold(&name).replace(' ', "-"));
            let owner = *chance.pick(&sellers);
            let row = company::Model {
                id: chance.id(at),
                organization_id: organization,
                website: Some(format!("https://www.{domain}")),
                domain: Some(domain),
                industry: Some((*chance.pick(&INDUSTRIES)).to_owned()),
                phone: None,
                employees: Some(chance.between(12, 9_000)),
                annual_revenue: Some(chance.between(8, 12_000) * 10_000_000),
                annual_revenue_currency: Some(CURRENCY),
                founded_year: i32::try_from(chance.between(1975, 2019)).ok(),
                location: Some(city.to_owned()),
                country: Some(country.to_owned()),
                description: None,
                parent_id: None,
                owner_id: Some(owner),
                external_id: None,
                search_text: String::new(),
                name_key: String::new(),
                match_name: None,
                match_domain: None,
                match_site: None,
                match_phone: None,
                name,
                created_at: at,
                updated_at: at,
                deleted_at: None,
                merged_into: None,
                version: 1,
            }
            .derived();
            let subject = (SubjectKind::Company, row.id.0, row.name.as_str());
            history.add(chance, at, owner, EventKind::Created, subject, &[]);
            row
        })
        .collect()
}

/// A category and its products: name, stock number, price in whole units of the currency.
type Shelf = (&'static str, &'static [(&'static str, &'static str, i64)]);

const SHELVES: [Shelf; 3] = [
    (
        "Desktop",
        &[
            ("Brook One", "BR-1", 55),
            ("Brook Plus", "BR-2", 550),
            ("Brook Pro", "BR-3", 1_096),
        ],
    ),
    (
        "Server",
        &[("Weir Basic", "WE-1", 3_393), ("Weir Plus", "WE-2", 4_821)],
    ),
    (
        "Cloud",
        &[
            ("Estuary Team", "ES-1", 5_482),
            ("Estuary Group", "ES-2", 26_768),
        ],
    ),
];

/// The categories and the products.
pub(super) fn products(
    chance: &mut Chance,
    organization: OrganizationId,
    began: DateTime<Utc>,
) -> (Vec<product_category::Model>, Vec<product::Model>) {
    let (mut categories, mut products) = (Vec::new(), Vec::new());
    for (name, shelf) in SHELVES {
        let category: ProductCategoryId = chance.id(began);
        let row = product_category::Model::first(category.0, organization, name, began);
        categories.push(row);
        for (name, sku, price) in shelf {
            let row = product::Model {
                id: chance.id(began),
                organization_id: organization,
                name: (*name).to_owned(),
                name_key: String::new(),
                sku: Some((*sku).to_owned()),
                category_id: Some(category),
                price: Some(price * 100),
                price_currency: Some(CURRENCY),
                description: None,
                active: true,
                search_text: String::new(),
                created_at: began,
                updated_at: began,
                deleted_at: None,
                version: 1,
            };
            products.push(row.derived());
        }
    }
    (categories, products)
}
