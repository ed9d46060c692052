//! What a row says: the record to make or to change, with the names of other records still to be
//! found. Empty cells say nothing, so a change leaves those fields as they are.

use chrono::NaiveDate;
use shared_types::crm::{
    CreateCompany, CreateDeal, CreateProduct, DealStatus, Stage, UpdateCompany, UpdateDeal,
    UpdateProduct,
};
use shared_types::identity::{CreateMember, UpdateMember};
use shared_types::platform::ImportField;
use shared_types::{Patch, Role, StageId};

/// A row, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Draft {
    /// A row of a file of members.
    Member(Box<MemberDraft>),
    /// A row of a file of companies.
    Company(Box<CompanyDraft>),
    /// A row of a file of products.
    Product(Box<ProductDraft>),
    /// A row of a file of deals.
    Deal(Box<DealDraft>),
}

/// A member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberDraft {
    /// The member without the ids of others; the role is the one said, or `agent`.
    pub member: CreateMember,
    /// The role the row says.
    pub role: Option<Role>,
    /// Name of the manager.
    pub manager: Option<String>,
    /// Name of the team leader.
    pub team_leader: Option<String>,
    /// Name of the team.
    pub team: Option<String>,
}

/// A company.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompanyDraft {
    /// The company without the ids of others.
    pub company: CreateCompany,
    /// Name of the company it belongs to.
    pub parent: Option<String>,
    /// Name of the member who looks after it.
    pub owner: Option<String>,
}

/// A product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductDraft {
    /// The product without the id of its category.
    pub product: CreateProduct,
    /// Name of the category.
    pub category: Option<String>,
    /// Whether it is sold now.
    pub active: Option<bool>,
}

/// A deal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DealDraft {
    /// The deal without the ids of others and without lines. Its title is the one said, or made of
    /// the names as written: make it anew with [`deal_title`] once they are found.
    pub deal: CreateDeal,
    /// Whether the row says a title.
    pub titled: bool,
    /// Name of the company.
    pub company: Option<String>,
    /// Name of the product.
    pub product: Option<String>,
    /// Name of the stage; `None` when it says none, or only a status.
    pub stage: Option<String>,
    /// Where it stands as a whole.
    pub status: DealStatus,
    /// When it was won or lost; always there then, never while open.
    pub closed_on: Option<NaiveDate>,
    /// Words of the lost reason; only with a lost deal.
    pub lost_reason: Option<String>,
    /// What else there is to say about its end; only with a won or lost deal.
    pub close_note: Option<String>,
    /// Name of the member who works it.
    pub owner: Option<String>,
}

impl Draft {
    /// The names of other records in it, by field.
    #[must_use]
    pub fn names(&self) -> Vec<(ImportField, &str)> {
        use ImportField as F;
        let all: Vec<(F, &Option<String>)> = match self {
            Self::Member(draft) => vec![
                (F::Manager, &draft.manager),
                (F::TeamLeader, &draft.team_leader),
                (F::Team, &draft.team),
            ],
            Self::Company(draft) => vec![(F::Parent, &draft.parent), (F::Owner, &draft.owner)],
            Self::Product(draft) => vec![(F::Category, &draft.category)],
            Self::Deal(draft) => vec![
                (F::Company, &draft.company),
                (F::Product, &draft.product),
                (F::Stage, &draft.stage),
                (F::LostReason, &draft.lost_reason),
                (F::Owner, &draft.owner),
            ],
        };
        all.into_iter()
            .filter_map(|(field, name)| Some((field, name.as_deref()?)))
            .collect()
    }
}

fn patch<T: Clone>(said: Option<&T>) -> Patch<T> {
    said.map_or(Patch::Keep, |value| Patch::Set(value.clone()))
}

impl MemberDraft {
    /// What the row changes on a member; names are to be added as ids.
    #[must_use]
    pub fn update(&self) -> UpdateMember {
        let said = &self.member;
        UpdateMember {
            name: Some(said.name.clone()),
            role: self.role,
            email: patch(said.email.as_ref()),
            employee_id: patch(said.employee_id.as_ref()),
            department: patch(said.department.as_ref()),
            ..UpdateMember::default()
        }
    }
}

impl CompanyDraft {
    /// What the row changes on a company; names are to be added as ids.
    #[must_use]
    pub fn update(&self) -> UpdateCompany {
        let said = &self.company;
        UpdateCompany {
            name: Some(said.name.clone()),
            domain: patch(said.domain.as_ref()),
            website: patch(said.website.as_ref()),
            industry: patch(said.industry.as_ref()),
            phone: patch(said.phone.as_ref()),
            employees: patch(said.employees.as_ref()),
            annual_revenue: patch(said.annual_revenue.as_ref()),
            founded_year: patch(said.founded_year.as_ref()),
            location: patch(said.location.as_ref()),
            country: patch(said.country.as_ref()),
            description: patch(said.description.as_ref()),
            external_id: patch(said.external_id.as_ref()),
            ..UpdateCompany::default()
        }
    }
}

impl ProductDraft {
    /// What the row changes on a product; the category is to be added as id.
    #[must_use]
    pub fn update(&self) -> UpdateProduct {
        let said = &self.product;
        UpdateProduct {
            name: Some(said.name.clone()),
            sku: patch(said.sku.as_ref()),
            price: patch(said.price.as_ref()),
            description: patch(said.description.as_ref()),
            active: self.active,
            ..UpdateProduct::default()
        }
    }
}

impl DealDraft {
    /// What the row changes on a deal but for stage, status, lines and amount; names are to be
    /// added as ids.
    #[must_use]
    pub fn update(&self) -> UpdateDeal {
        let said = &self.deal;
        UpdateDeal {
            title: self.titled.then(|| said.title.clone()),
            probability: patch(said.probability.as_ref()),
            expected_close: patch(said.expected_close.as_ref()),
            opened_on: patch(said.opened_on.as_ref()),
            external_id: patch(said.external_id.as_ref()),
            ..UpdateDeal::default()
        }
    }
}

/// The title of a deal that has none: company and product, or what there is of them, else its id
/// elsewhere. At most 200 characters.
#[must_use]
pub fn deal_title(
    company: Option<&str>,
    product: Option<&str>,
    external_id: Option<&str>,
) -> String {
    let title = match (company, product, external_id) {
        (Some(company), Some(product), _) => format!("{company} – {product}"),
        (Some(one), None, _) | (None, Some(one), _) | (None, None, Some(one)) => one.to_owned(),
        (None, None, None) => "Deal".to_owned(),
    };
    title.chars().take(200).collect()
}

/// The price of one for the line that a product on an imported deal becomes: the value of the deal
/// where the row says one (so that the lines sum to it), else the list price, else nothing.
#[must_use]
pub fn line_price(amount: Option<i64>, list_price: Option<i64>) -> i64 {
    amount.or(list_price).unwrap_or(0)
}

/// The stage of a deal whose row says none: the first; the last for one that was won, which went
/// through all. `None` for a pipeline without stages.
#[must_use]
pub fn stage_unsaid(status: DealStatus, stages: &[Stage]) -> Option<StageId> {
    match status {
        DealStatus::Won => stages.last(),
        DealStatus::Open | DealStatus::Lost => stages.first(),
    }
    .map(|stage| stage.id)
}

/// The role of a member whose row says none: what being named as somebody's manager or team leader
/// shows, else the role asked for.
#[must_use]
pub const fn role_unsaid(is_manager: bool, is_team_leader: bool, otherwise: Option<Role>) -> Role {
    match (is_manager, is_team_leader, otherwise) {
        (true, _, _) => Role::Manager,
        (_, true, _) => Role::TeamLeader,
        (_, _, Some(role)) => role,
        _ => Role::Agent,
    }
}
