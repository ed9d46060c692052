//! Deals.

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    core::text::{fold, search_text},
    crm::deal::{DealState, probability, rotting_since},
};
use sea_orm::{ExprTrait, FromQueryResult, QueryFilter, entity::prelude::*};
use shared_types::{
    CompanyId, ContactId, Currency, DealId, LostReasonId, MemberId, Money, OrganizationId,
    PipelineId, StageId,
    crm::{Deal, DealLine, DealStatus},
};

use crate::{
    Db, Filter, Owners, StoreResult, any_of,
    core::{joined, row},
    crm::{company, contact, deal_line, stage, tag_link::Tags},
    identity::member,
    update,
};

/// A row of a deal.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "deals")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DealId,
    pub organization_id: OrganizationId,
    pub title: String,
    /// The title, folded: sorts.
    pub title_key: String,
    pub company_id: Option<CompanyId>,
    pub contact_id: Option<ContactId>,
    pub pipeline_id: PipelineId,
    pub stage_id: StageId,
    pub status: DealStatus,
    /// Minor units.
    pub amount: Option<i64>,
    pub currency: Currency,
    /// Percent; set by hand.
    pub probability: Option<i32>,
    pub expected_close: Option<NaiveDate>,
    pub opened_on: Option<NaiveDate>,
    pub closed_on: Option<NaiveDate>,
    pub lost_reason_id: Option<LostReasonId>,
    pub close_note: Option<String>,
    pub owner_id: Option<MemberId>,
    pub stage_entered_at: DateTime<Utc>,
    pub external_id: Option<String>,
    /// The words by which the deal is found.
    pub search_text: String,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub deleted_at: Option<DateTime<Utc>>,
    pub version: i64,
}

joined! {
    tagged(Deal, "deals"),
    Owner = OwnerId -> member { Name as owner_name },
    Company = CompanyId -> company { Name as company_name },
    Contact = ContactId -> contact { Name as contact_name },
    Stage = StageId -> stage { Probability as stage_probability, RottingDays as stage_rotting_days }
}

impl Model {
    /// The same row with the columns that follow from others.
    #[must_use]
    pub fn derived(mut self) -> Self {
        self.title_key = fold(&self.title);
        self.search_text = search_text([
            self.title.as_str(),
            self.external_id.as_deref().unwrap_or_default(),
        ]);
        self
    }

    /// What the rules read and write.
    #[must_use]
    pub fn state(&self, has_lines: bool) -> DealState {
        DealState {
            status: self.status,
            stage_id: self.stage_id,
            stage_entered_at: self.stage_entered_at,
            opened_on: self.opened_on,
            closed_on: self.closed_on,
            amount: self.amount,
            has_lines,
            lost_reason_id: self.lost_reason_id,
            close_note: self.close_note.clone(),
        }
    }

    /// The same row after a step.
    #[must_use]
    pub fn with_state(self, state: DealState) -> Self {
        let DealState {
            status,
            stage_id,
            stage_entered_at,
            opened_on,
            closed_on,
            amount,
            has_lines: _,
            lost_reason_id,
            close_note,
        } = state;
        Self {
            status,
            stage_id,
            stage_entered_at,
            opened_on,
            closed_on,
            amount,
            lost_reason_id,
            close_note,
            ..self
        }
    }
}

/// A deal with what is shown beside it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Found {
    /// The row.
    #[sea_orm(nested)]
    pub row: Model,
    /// Name of the owner.
    pub owner_name: Option<String>,
    /// Its tags.
    pub tags: Tags,
    /// Name of the company.
    pub company_name: Option<String>,
    /// Name of the contact.
    pub contact_name: Option<String>,
    /// Probability of the stage, in percent.
    pub stage_probability: i32,
    /// Days after which a deal of the stage rots.
    pub stage_rotting_days: Option<i32>,
}
row!(Found);

impl Found {
    /// The deal as the API shows it.
    #[must_use]
    pub fn into_view(self, lines: Vec<DealLine>, now: DateTime<Utc>) -> Deal {
        let Model {
            id,
            organization_id: _,
            title,
            title_key: _,
            company_id,
            contact_id,
            pipeline_id,
            stage_id,
            status,
            amount,
            currency,
            probability: own,
            expected_close,
            opened_on,
            closed_on,
            lost_reason_id,
            close_note,
            owner_id,
            stage_entered_at,
            external_id,
            search_text: _,
            created_at,
            updated_at,
            deleted_at,
            version,
        } = self.row;
        let percent = |value: i32| u8::try_from(value).unwrap_or(0);
        let rotting_days = self
            .stage_rotting_days
            .and_then(|days| u16::try_from(days).ok());
        Deal {
            id,
            title,
            company_id,
            company_name: self.company_name,
            contact_id,
            contact_name: self.contact_name,
            pipeline_id,
            stage_id,
            status,
            amount: amount.map(|amount| Money::new(amount, currency)),
            probability: probability(status, own.map(percent), percent(self.stage_probability)),
            expected_close,
            opened_on,
            closed_on,
            lost_reason_id,
            close_note,
            owner_id,
            owner_name: self.owner_name,
            tags: self.tags.0,
            lines,
            stage_entered_at,
            rotting_since: if status == DealStatus::Open {
                rotting_since(stage_entered_at, rotting_days, now)
            } else {
                None
            },
            external_id,
            created_at,
            updated_at,
            deleted_at,
            version,
        }
    }
}

/// The deals of the tenant, as those to which other rows refer.
pub(crate) fn referred(db: &impl Db) -> Filter<Entity> {
    Filter::ids(db, Column::Id, Column::OrganizationId)
}

/// A deal within reach, in the trash or not.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none.
pub async fn get(db: &impl Db, id: DealId, owners: &Owners) -> StoreResult<Found> {
    Filter::new(select(db))
        .is(Column::Id, Some(id))
        .owners(Column::OwnerId, owners)
        .one(db)
        .await
}

/// The deals of the tenant that came from elsewhere under these ids, in the trash or not.
///
/// # Errors
/// When the database does not answer.
pub async fn by_external_ids(db: &impl Db, ids: Vec<String>) -> StoreResult<Vec<Found>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let here: Vec<Uuid> = ids.iter().filter_map(|id| id.parse().ok()).collect();
    Ok(select(db)
        .filter(any_of(Column::ExternalId, ids).or(any_of(Column::Id, here)))
        .into_model::<Found>()
        .all(db)
        .await?)
}

/// Deals as the API shows them, their lines by one query for all.
///
/// # Errors
/// When the database does not answer.
pub async fn into_views(
    db: &impl Db,
    found: Vec<Found>,
    now: DateTime<Utc>,
) -> StoreResult<Vec<Deal>> {
    let ids: Vec<(DealId, Currency)> = found
        .iter()
        .map(|found| (found.row.id, found.row.currency))
        .collect();
    let mut lines = deal_line::of_deals(db, &ids).await?;
    Ok(found
        .into_iter()
        .map(|found| {
            let lines = lines.remove(&found.row.id).unwrap_or_default();
            found.into_view(lines, now)
        })
        .collect())
}

/// Writes a changed deal.
///
/// # Errors
/// [`StoreError::Stale`] when somebody was faster.
pub async fn save(db: &impl Db, before: &Model, row: Model) -> StoreResult<()> {
    update::<Entity>(db, before.id.0, before.version, row).await
}
