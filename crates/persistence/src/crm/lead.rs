//! Leads.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::{
    core::text::{fold, search_text},
    crm::{
        contact::{email_key, full_name, phone_key},
        lead::{LeadFacts, score},
    },
};
use sea_orm::{
    FromQueryResult, QueryFilter, QueryOrder, QuerySelect, entity::prelude::*, sea_query::Expr,
};
use shared_types::{
    CompanyId, ContactId, Currency, DealId, LeadId, MemberId, Money, OrganizationId, Sort,
    crm::{Lead, LeadSort, LeadSource, LeadStatus, ListLeads, ScoreRule},
    platform::SubjectKind,
};

use crate::{
    Db, Filter, Owners, Page, PageRequest, Sorting, StoreResult, any_of, by,
    core::{joined, row, view},
    crm::{
        company, deal,
        tag_link::{self, Tags},
    },
    identity::member,
    listed, money, page, stored,
};

/// A row of a lead.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "leads")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: LeadId,
    pub organization_id: OrganizationId,
    /// The whole name.
    pub name: String,
    /// The name, folded: sorts and matches.
    pub name_key: String,
    pub first_name: Option<String>,
    pub last_name: String,
    pub company_name: Option<String>,
    /// The name of the company, folded.
    pub company_key: Option<String>,
    pub job_title: Option<String>,
    pub email: Option<String>,
    /// The address, as it is compared.
    pub email_key: Option<String>,
    pub phone: Option<String>,
    /// The number, as it is compared.
    pub phone_key: Option<String>,
    pub website: Option<String>,
    pub industry: Option<String>,
    pub location: Option<String>,
    pub country: Option<String>,
    /// Minor units.
    pub amount: Option<i64>,
    pub currency: Option<Currency>,
    pub description: Option<String>,
    pub source: LeadSource,
    pub status: LeadStatus,
    /// 0–100: set by hand, else what the rules give.
    pub score: i32,
    pub score_by_hand: bool,
    /// A list of [`shared_types::crm::ScoreReason`].
    pub score_reasons: Json,
    pub owner_id: Option<MemberId>,
    pub external_id: Option<String>,
    pub converted_at: Option<DateTime<Utc>>,
    pub contact_id: Option<ContactId>,
    pub company_id: Option<CompanyId>,
    pub deal_id: Option<DealId>,
    /// The words by which the lead is found.
    pub search_text: String,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub deleted_at: Option<DateTime<Utc>>,
    pub merged_into: Option<LeadId>,
    pub version: i64,
}

joined! {
    tagged(Lead, "leads"),
    Owner = OwnerId -> member { Name as owner_name }
}

impl Model {
    /// The same row with the columns that follow from others, scored by the rules unless that was
    /// done by hand.
    #[must_use]
    pub fn derived(mut self, rules: &[ScoreRule]) -> Self {
        self.name = full_name(self.first_name.as_deref(), &self.last_name);
        self.name_key = fold(&self.name);
        self.company_key = self.company_name.as_deref().map(fold);
        self.email_key = self.email.as_deref().map(email_key);
        self.phone_key = self.phone.as_deref().map(phone_key);
        self.search_text = search_text([
            self.name.as_str(),
            self.company_name.as_deref().unwrap_or_default(),
            self.email.as_deref().unwrap_or_default(),
            self.job_title.as_deref().unwrap_or_default(),
            self.external_id.as_deref().unwrap_or_default(),
        ]);
        let (score, reasons) = score(rules, &self.facts());
        self.score_reasons = stored(&reasons);
        if !self.score_by_hand {
            self.score = score;
        }
        self
    }

    fn facts(&self) -> LeadFacts<'_> {
        LeadFacts {
            email: self.email.as_deref(),
            phone: self.phone.as_deref(),
            company_name: self.company_name.as_deref(),
            website: self.website.as_deref(),
            job_title: self.job_title.as_deref(),
            industry: self.industry.as_deref(),
            country: self.country.as_deref(),
            source: Some(self.source),
            amount: self.amount,
        }
    }

    /// What a sale may be worth.
    #[must_use]
    pub fn worth(&self) -> Option<Money> {
        money(self.amount, self.currency)
    }
}

/// A lead with the name of its owner.
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
    Found => Lead;
    shown(
        id, name, first_name, last_name, company_name, job_title, email, phone, website, industry,
        location, country, description, source, status, score, score_by_hand, owner_id, external_id,
        converted_at, contact_id, company_id, deal_id, created_at, updated_at, deleted_at,
        merged_into, version,
    );
    hidden(organization_id, name_key, company_key, email_key, phone_key, search_text);
    used(amount, currency, score_reasons);
    beside(owner_name);
    with(tags);
    made(amount = money(amount, currency), score_reasons = listed(&score_reasons), tags = tags.0);
}

/// A lead within reach, in the trash or not.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none.
pub async fn get(db: &impl Db, id: LeadId, owners: &Owners) -> StoreResult<Found> {
    Filter::new(select(db))
        .is(Column::Id, Some(id))
        .owners(Column::OwnerId, owners)
        .one(db)
        .await
}

/// A page of leads within reach.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    db: &impl Db,
    query: &ListLeads,
    owners: &Owners,
    request: &PageRequest,
) -> StoreResult<Page<Found>> {
    let select = filtered(db, select(db), query, owners);
    page(db, select, &sorting(query.sort), request).await
}

/// The leads of the tenant, as those to which other rows refer.
pub(crate) fn referred(db: &impl Db) -> Filter<Entity> {
    Filter::ids(db, Column::Id, Column::OrganizationId)
}

/// Those of some leads of the tenant that a query asks for.
pub(crate) fn filtered(
    db: &impl Db,
    leads: Select<Entity>,
    query: &ListLeads,
    owners: &Owners,
) -> Select<Entity> {
    Filter::new(leads)
        .trash(Column::DeletedAt, query.trashed)
        .owners(Column::OwnerId, owners)
        .any(Column::Status, query.status.as_ref())
        .any(Column::Source, query.source.as_ref())
        .any(Column::OwnerId, query.owner_id.as_ref())
        .and(tag_link::with_any(
            db,
            SubjectKind::Lead,
            Column::Id,
            query.tag.as_ref(),
        ))
        .has(Column::OwnerId, query.has_owner)
        .any(Column::Industry, query.industry.as_ref())
        .any(Column::Country, query.country.as_ref())
        .is(Column::EmailKey, query.email.as_deref().map(email_key))
        .least(Column::Score, query.score_min)
        .most(Column::Score, query.score_max)
        .through(
            Column::OwnerId,
            member::referred(db)
                .any(member::Column::Department, query.owner_department.as_ref())
                .any(member::Column::ManagerId, query.owner_manager_id.as_ref()),
        )
        // Of a deal out of reach nobody learns how it stands.
        .through(
            Column::DealId,
            deal::referred(db)
                .owners(deal::Column::OwnerId, owners)
                .any(deal::Column::Status, query.deal_status.as_ref())
                .through(
                    deal::Column::CompanyId,
                    company::referred(db).any(
                        company::Column::Industry,
                        query.deal_company_industry.as_ref(),
                    ),
                ),
        )
        .between(Column::CreatedAt, query.created_after, query.created_before)
        .between(Column::UpdatedAt, query.updated_after, query.updated_before)
        .words(db, Column::Id, "leads", query.q.as_ref())
        .select()
}

/// The order of a list.
pub(crate) fn sorting(sort: Option<Sort<LeadSort>>) -> Sorting<Entity> {
    Sorting::greatest(Column::Id, sort, LeadSort::CreatedAt, |key| match key {
        LeadSort::Name => by(Column::NameKey),
        LeadSort::Score => by(Column::Score),
        LeadSort::CreatedAt => by(Column::CreatedAt),
        LeadSort::UpdatedAt => by(Column::UpdatedAt),
    })
}

/// Writes a changed lead.
///
/// # Errors
/// [`StoreError::Stale`] when somebody was faster.
pub async fn save(db: &impl Db, before: &Model, row: Model) -> StoreResult<()> {
    crate::update::<Entity>(db, before.id.0, before.version, row).await
}

/// Scores some leads anew, from the one behind `after` on; answers the last of them, or nothing
/// when there is none left. A score is no change of the lead: its version stays.
///
/// # Errors
/// When the database does not answer.
pub async fn score_again(
    db: &impl Db,
    rules: &[ScoreRule],
    after: Option<LeadId>,
    limit: u64,
) -> StoreResult<Option<LeadId>> {
    let mut select = Entity::find()
        .filter(db.owns(Column::OrganizationId))
        .filter(Column::Status.ne(LeadStatus::Converted.as_str()))
        .order_by_asc(Column::Id)
        .limit(limit)
        .lock_exclusive();
    if let Some(after) = after {
        select = select.filter(Column::Id.gt(after.0));
    }
    let rows = select.all(db).await?;
    let last = rows.last().map(|row| row.id);
    // Leads that score alike are written together: there are few ways to score.
    let mut alike: HashMap<(i32, Json), Vec<Uuid>> = HashMap::new();
    for row in rows {
        let after = row.clone().derived(rules);
        if after.score != row.score || after.score_reasons != row.score_reasons {
            let key = (after.score, after.score_reasons);
            alike.entry(key).or_default().push(row.id.0);
        }
    }
    for ((score, reasons), ids) in alike {
        Entity::update_many()
            .col_expr(Column::Score, Expr::val(score))
            .col_expr(Column::ScoreReasons, Expr::val(reasons))
            .filter(db.owns(Column::OrganizationId))
            .filter(any_of(Column::Id, ids))
            .exec(db)
            .await?;
    }
    Ok(last)
}
