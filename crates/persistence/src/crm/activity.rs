//! Activities.

use chrono::{DateTime, Utc};
use domain::core::text::search_text;
use sea_orm::{ExprTrait, FromQueryResult, entity::prelude::*, sea_query::SimpleExpr};
use shared_types::{
    ActivityId, CompanyId, ContactId, DealId, LeadId, MemberId, OrganizationId, Sort,
    crm::{Activity, ActivityKind, ActivitySort, ListActivities},
};

use crate::{
    Db, Filter, Owners, Page, PageRequest, Sorting, StoreResult, by, by_nullable,
    core::{joined, row, view},
    crm::{about::AboutNames, company, contact, deal, lead},
    identity::member,
    page,
};

/// A row of an activity.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "activities")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ActivityId,
    pub organization_id: OrganizationId,
    pub kind: ActivityKind,
    pub subject: String,
    pub description: Option<String>,
    pub due_at: Option<DateTime<Utc>>,
    pub duration_minutes: Option<i32>,
    pub done_at: Option<DateTime<Utc>>,
    pub remind_minutes: Option<i32>,
    /// When the owner is to be reminded; none once that is done.
    pub remind_at: Option<DateTime<Utc>>,
    pub owner_id: Option<MemberId>,
    pub company_id: Option<CompanyId>,
    pub contact_id: Option<ContactId>,
    pub lead_id: Option<LeadId>,
    pub deal_id: Option<DealId>,
    pub external_id: Option<String>,
    /// The words by which the activity is found.
    pub search_text: String,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub deleted_at: Option<DateTime<Utc>>,
    pub version: i64,
}

joined! { about, Owner = OwnerId -> member { Name as owner_name } }

impl Model {
    /// The same row with the columns that follow from others.
    #[must_use]
    pub fn derived(mut self) -> Self {
        self.search_text = search_text([
            self.subject.as_str(),
            self.description.as_deref().unwrap_or_default(),
        ]);
        self
    }
}

/// An activity with the names of what it is about.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Found {
    /// The row.
    #[sea_orm(nested)]
    pub row: Model,
    /// Name of the owner.
    pub owner_name: Option<String>,
    /// What it is about.
    #[sea_orm(nested)]
    pub names: AboutNames,
}
row!(Found);

view! {
    Found => Activity;
    shown(
        id, kind, subject, description, due_at, duration_minutes, done_at, remind_minutes, owner_id,
        company_id, contact_id, lead_id, deal_id, external_id, created_at, updated_at, deleted_at, version,
    );
    hidden(organization_id, search_text);
    used(remind_at);
    beside(owner_name);
    with(names);
    made(
        remind_at = remind_at.filter(|_| done_at.is_none()),
        company_name = names.company_name,
        contact_name = names.contact_name,
        lead_name = names.lead_name,
        deal_title = names.deal_title,
    );
}

/// Whose activities, and which besides.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Those of these members.
    pub owners: Owners,
    /// Also those of others, unless they are about a lead or a deal.
    pub about_anybody: bool,
    /// All, whatever they are about: the caller may read the lead or the deal that was asked for.
    pub all: bool,
}

impl Seen {
    /// Those of some members alone.
    #[must_use]
    pub const fn of(owners: Owners) -> Self {
        Self {
            owners,
            about_anybody: false,
            all: false,
        }
    }

    fn condition(&self) -> Option<SimpleExpr> {
        if self.all {
            return None;
        }
        let own = self.owners.condition(Column::OwnerId)?;
        Some(if self.about_anybody {
            own.or(Column::LeadId.is_null().and(Column::DealId.is_null()))
        } else {
            own
        })
    }
}

/// An activity within reach, in the trash or not.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none.
pub async fn get(db: &impl Db, id: ActivityId, owners: &Owners) -> StoreResult<Found> {
    Filter::new(select(db))
        .is(Column::Id, Some(id))
        .owners(Column::OwnerId, owners)
        .one(db)
        .await
}

/// A page of activities.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    db: &impl Db,
    query: &ListActivities,
    seen: &Seen,
    request: &PageRequest,
) -> StoreResult<Page<Found>> {
    let select = filtered(db, query, seen);
    page(db, select, &sorting(query.sort), request).await
}

fn filtered(db: &impl Db, query: &ListActivities, seen: &Seen) -> Select<Entity> {
    let of_industry = |industries| company::referred(db).any(company::Column::Industry, industries);
    Filter::new(select(db))
        .trash(Column::DeletedAt, query.trashed)
        .always(seen.condition())
        .any(Column::Kind, query.kind.as_ref())
        .has(Column::DoneAt, query.done)
        .any(Column::OwnerId, query.owner_id.as_ref())
        .is(Column::CompanyId, query.company_id)
        .is(Column::ContactId, query.contact_id)
        .is(Column::LeadId, query.lead_id)
        .is(Column::DealId, query.deal_id)
        .between(Column::DueAt, query.due_after, query.due_before)
        .between(Column::DoneAt, query.done_after, query.done_before)
        .through(
            Column::OwnerId,
            member::referred(db).any(member::Column::Department, query.owner_department.as_ref()),
        )
        .through(
            Column::CompanyId,
            of_industry(query.company_industry.as_ref()),
        )
        .through(
            Column::ContactId,
            contact::referred(db).through(
                contact::Column::CompanyId,
                of_industry(query.contact_company_industry.as_ref()),
            ),
        )
        // Of a lead or a deal out of reach nobody learns how it stands.
        .through(
            Column::LeadId,
            lead::referred(db)
                .owners(lead::Column::OwnerId, &seen.owners)
                .any(lead::Column::Status, query.lead_status.as_ref()),
        )
        .through(
            Column::DealId,
            deal::referred(db)
                .owners(deal::Column::OwnerId, &seen.owners)
                .any(deal::Column::Status, query.deal_status.as_ref())
                .any(deal::Column::PipelineId, query.deal_pipeline_id.as_ref())
                .any(deal::Column::StageId, query.deal_stage_id.as_ref())
                .through(
                    deal::Column::CompanyId,
                    of_industry(query.deal_company_industry.as_ref()),
                ),
        )
        .between(Column::CreatedAt, query.created_after, query.created_before)
        .words(db, Column::Id, "activities", query.q.as_ref())
        .select()
}

fn sorting(sort: Option<Sort<ActivitySort>>) -> Sorting<Entity> {
    Sorting::greatest(Column::Id, sort, ActivitySort::CreatedAt, |key| match key {
        ActivitySort::DueAt => by_nullable(Column::DueAt),
        ActivitySort::DoneAt => by_nullable(Column::DoneAt),
        ActivitySort::CreatedAt => by(Column::CreatedAt),
        ActivitySort::UpdatedAt => by(Column::UpdatedAt),
    })
}

/// Writes a changed activity.
///
/// # Errors
/// [`StoreError::Stale`] when somebody was faster.
pub async fn save(db: &impl Db, before: &Model, row: Model) -> StoreResult<()> {
    crate::update::<Entity>(db, before.id.0, before.version, row).await
}
