//! Companies.

use chrono::{DateTime, Utc};
use domain::{
    core::text::{fold, search_text},
    crm::duplicate::{company_key, domain_key, number_key},
};
use sea_orm::{
    ExprTrait, FromQueryResult, QueryFilter, QuerySelect, entity::prelude::*, sea_query::Expr,
};
use shared_types::{
    CompanyId, Currency, MemberId, OrganizationId, Sort,
    crm::{Company, CompanySort, ListCompanies},
    platform::SubjectKind,
};

use super::tag_link::{self, Tags};
use crate::{
    Db, Filter, Owners, Page, PageRequest, Sorting, StoreResult, Tx, by, by_nullable,
    core::{joined, row, view},
    identity::member,
    money, page,
};

/// A row of a company.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "companies")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CompanyId,
    pub organization_id: OrganizationId,
    pub name: String,
    /// The name, folded: sorts and matches.
    pub name_key: String,
    /// The name, as duplicates are found by it.
    pub match_name: Option<String>,
    /// The domain, as duplicates are found by it.
    pub match_domain: Option<String>,
    /// The host of the website, as duplicates are found by it.
    pub match_site: Option<String>,
    /// The phone number, as duplicates are found by it.
    pub match_phone: Option<String>,
    pub domain: Option<String>,
    pub website: Option<String>,
    pub industry: Option<String>,
    pub phone: Option<String>,
    pub employees: Option<i64>,
    /// Minor units.
    pub annual_revenue: Option<i64>,
    pub annual_revenue_currency: Option<Currency>,
    pub founded_year: Option<i32>,
    pub location: Option<String>,
    pub country: Option<String>,
    pub description: Option<String>,
    pub parent_id: Option<CompanyId>,
    pub owner_id: Option<MemberId>,
    pub external_id: Option<String>,
    /// The words by which the company is found.
    pub search_text: String,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub deleted_at: Option<DateTime<Utc>>,
    pub merged_into: Option<CompanyId>,
    pub version: i64,
}

joined! {
    tagged(Company, "companies"),
    Owner = OwnerId -> member { Name as owner_name }
}

impl Model {
    /// The same row with the columns that follow from others.
    #[must_use]
    pub fn derived(mut self) -> Self {
        self.name_key = fold(&self.name);
        self.match_name = company_key(&self.name);
        self.match_domain = self.domain.as_deref().and_then(domain_key);
        self.match_site = self.website.as_deref().and_then(domain_key);
        self.match_phone = self.phone.as_deref().and_then(number_key);
        self.search_text = search_text([
            self.name.as_str(),
            self.domain.as_deref().unwrap_or_default(),
            self.industry.as_deref().unwrap_or_default(),
            self.location.as_deref().unwrap_or_default(),
            self.external_id.as_deref().unwrap_or_default(),
        ]);
        self
    }
}

/// A company with the name of its owner.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Found {
    /// The row.
    #[sea_orm(nested)]
    pub row: Model,
    /// Name of the owner.
    pub owner_name: Option<String>,
    /// Its tags.
    pub tags: Tags,
}

row!(Found);

view! {
    Found => Company;
    shown(
        id, name, domain, website, industry, phone, employees, founded_year, location, country,
        description, parent_id, owner_id, external_id, created_at, updated_at, deleted_at,
        merged_into, version,
    );
    hidden(organization_id, name_key, match_name, match_domain, match_site, match_phone, search_text);
    used(annual_revenue, annual_revenue_currency);
    beside(owner_name);
    with(tags);
    made(annual_revenue = money(annual_revenue, annual_revenue_currency), tags = tags.0);
}

/// A company within reach, in the trash or not.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none.
pub async fn get(db: &impl Db, id: CompanyId, owners: &Owners) -> StoreResult<Found> {
    Filter::new(select(db))
        .is(Column::Id, Some(id))
        .owners(Column::OwnerId, owners)
        .one(db)
        .await
}

/// A page of companies within reach.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    db: &impl Db,
    query: &ListCompanies,
    owners: &Owners,
    request: &PageRequest,
) -> StoreResult<Page<Found>> {
    page(
        db,
        filtered(db, query, owners),
        &sorting(query.sort),
        request,
    )
    .await
}

/// The companies of the tenant, as those to which other rows refer.
pub(crate) fn referred(db: &impl Db) -> Filter<Entity> {
    Filter::ids(db, Column::Id, Column::OrganizationId)
}

fn filtered(db: &impl Db, query: &ListCompanies, owners: &Owners) -> Select<Entity> {
    let of_owner = |departments| member::referred(db).any(member::Column::Department, departments);
    Filter::new(select(db))
        .trash(Column::DeletedAt, query.trashed)
        .owners(Column::OwnerId, owners)
        .any(Column::OwnerId, query.owner_id.as_ref())
        .and(tag_link::with_any(
            db,
            SubjectKind::Company,
            Column::Id,
            query.tag.as_ref(),
        ))
        .any(Column::Industry, query.industry.as_ref())
        .any(Column::Country, query.country.as_ref())
        .any(Column::ParentId, query.parent_id.as_ref())
        .least(Column::Employees, query.employees_min)
        .most(Column::Employees, query.employees_max)
        .through(Column::OwnerId, of_owner(query.owner_department.as_ref()))
        .through(
            Column::ParentId,
            referred(db)
                .any(Column::Industry, query.parent_industry.as_ref())
                .through(
                    Column::OwnerId,
                    of_owner(query.parent_owner_department.as_ref()),
                ),
        )
        .between(Column::CreatedAt, query.created_after, query.created_before)
        .between(Column::UpdatedAt, query.updated_after, query.updated_before)
        .words(db, Column::Id, "companies", query.q.as_ref())
        .select()
}

fn sorting(sort: Option<Sort<CompanySort>>) -> Sorting<Entity> {
    Sorting::greatest(Column::Id, sort, CompanySort::CreatedAt, |key| match key {
        CompanySort::Name => by(Column::NameKey),
        CompanySort::Industry => by_nullable(Column::Industry),
        CompanySort::Employees => by_nullable(Column::Employees),
        CompanySort::CreatedAt => by(Column::CreatedAt),
        CompanySort::UpdatedAt => by(Column::UpdatedAt),
    })
}

/// Writes a changed company.
///
/// # Errors
/// [`StoreError::Stale`] when somebody was faster.
pub async fn save(db: &impl Db, before: &Model, row: Model) -> StoreResult<()> {
    crate::update::<Entity>(db, before.id.0, before.version, row).await
}

/// The chain of parents above a company, nearest first, itself not included.
///
/// # Errors
/// When the database does not answer.
pub async fn ancestors(db: &impl Db, id: CompanyId) -> StoreResult<Vec<CompanyId>> {
    let mut chain = Vec::new();
    let mut next = Some(id);
    while let Some(current) = next {
        let parent = Entity::find()
            .select_only()
            .column(Column::ParentId)
            .filter(db.owns(Column::OrganizationId))
            .filter(Column::Id.eq(current.0))
            .into_tuple::<Option<CompanyId>>()
            .one(db)
            .await?
            .flatten();
        next = parent.filter(|parent| !chain.contains(parent));
        chain.extend(next);
    }
    Ok(chain)
}

/// Takes a company that stands above itself out from under its parent.
///
/// # Errors
/// When the database does not answer.
pub async fn break_circle(tx: &Tx, id: CompanyId) -> StoreResult<()> {
    if ancestors(tx, id).await?.contains(&id) {
        Entity::update_many()
            .col_expr(Column::ParentId, Expr::val(None::<Uuid>))
            .col_expr(Column::Version, Expr::col(Column::Version).add(1))
            .filter(tx.owns(Column::OrganizationId))
            .filter(Column::Id.eq(id.0))
            .exec(tx)
            .await?;
    }
    Ok(())
}
