//! Metrics.

use chrono::{DateTime, Utc};
use domain::core::text::fold;
use sea_orm::{QueryFilter, QueryOrder, entity::prelude::*};
use shared_types::{
    AnyOf, Currency, MetricId, OrganizationId,
    coaching::{
        ListMetrics, Metric, MetricComputation, MetricDirection, MetricPeriod, MetricSort,
        MetricSource, MetricTarget, MetricUnit,
    },
};

use crate::{
    Db, Filter, Page, PageRequest, Sorting, StoreResult, any_of, by, find_owned, listed, page,
    update,
};

/// A row of a metric.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "metrics")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MetricId,
    pub organization_id: OrganizationId,
    pub name: String,
    /// The name, folded: sorts, matches and is unique.
    pub name_key: String,
    pub description: Option<String>,
    pub unit: MetricUnit,
    pub currency: Option<Currency>,
    pub direction: MetricDirection,
    pub weight: i32,
    pub period: MetricPeriod,
    pub source: MetricSource,
    pub computation: Option<MetricComputation>,
    /// Thousandths, or minor units.
    pub target: Option<i64>,
    /// What some are to reach instead, as a list.
    pub targets: Json,
    pub active: bool,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub deleted_at: Option<DateTime<Utc>>,
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// The same row with the columns that follow from others.
    #[must_use]
    pub fn derived(mut self) -> Self {
        self.name_key = fold(&self.name);
        self
    }

    /// What some are to reach instead.
    #[must_use]
    pub fn targets(&self) -> Vec<MetricTarget> {
        listed(&self.targets)
    }
}

impl From<Model> for Metric {
    fn from(row: Model) -> Self {
        let targets = row.targets();
        let Model {
            id,
            organization_id: _,
            name,
            name_key: _,
            description,
            unit,
            currency,
            direction,
            weight,
            period,
            source,
            computation,
            target,
            targets: _,
            active,
            created_at,
            updated_at,
            deleted_at,
            version,
        } = row;
        Self {
            id,
            name,
            description,
            unit,
            currency,
            direction,
            weight,
            period,
            source,
            computation,
            target,
            targets,
            active,
            created_at,
            updated_at,
            deleted_at,
            version,
        }
    }
}

/// A metric of the tenant, as a record.
#[derive(Clone, Debug)]
pub struct Found {
    /// The row.
    pub row: Model,
}

impl From<Found> for Metric {
    fn from(found: Found) -> Self {
        found.row.into()
    }
}

/// A metric of the tenant, in the trash or not.
///
/// # Errors
/// [`StoreError::NotFound`](crate::StoreError::NotFound) when there is none.
pub async fn get(db: &impl Db, id: MetricId) -> StoreResult<Found> {
    let row = find_owned::<Entity>(db, Column::OrganizationId, Column::Id.eq(id.0)).await?;
    Ok(Found { row })
}

/// A page of metrics.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    db: &impl Db,
    query: &ListMetrics,
    request: &PageRequest,
) -> StoreResult<Page<Model>> {
    let select = Filter::new(Entity::find().filter(db.owns(Column::OrganizationId)))
        .trash(Column::DeletedAt, query.trashed)
        .is(Column::Active, query.active)
        .any(Column::Source, query.source.as_ref())
        .any(Column::Period, query.period.as_ref())
        .named(Column::NameKey, query.q.as_ref())
        .select();
    let sorting = Sorting::least(Column::Id, query.sort, MetricSort::Name, |key| match key {
        MetricSort::Name => by(Column::NameKey),
        MetricSort::CreatedAt => by(Column::CreatedAt),
        MetricSort::UpdatedAt => by(Column::UpdatedAt),
    });
    page(db, select, &sorting, request).await
}

/// The metrics that stand on scorecards, by name.
///
/// # Errors
/// When the database does not answer.
pub async fn active(db: &impl Db, period: Option<&AnyOf<MetricPeriod>>) -> StoreResult<Vec<Model>> {
    let select = Entity::find().filter(db.owns(Column::OrganizationId));
    let select = Filter::new(select)
        .trash(Column::DeletedAt, None)
        .is(Column::Active, Some(true))
        .any(Column::Period, period)
        .select();
    Ok(select.order_by_asc(Column::NameKey).all(db).await?)
}

/// Some metrics, in the trash or not.
///
/// # Errors
/// When the database does not answer.
pub async fn some(db: &impl Db, ids: &[MetricId]) -> StoreResult<Vec<Model>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(Entity::find()
        .filter(db.owns(Column::OrganizationId))
        .filter(any_of(Column::Id, ids.iter().map(|id| id.0)))
        .all(db)
        .await?)
}

/// Writes a changed metric.
///
/// # Errors
/// [`StoreError::Stale`](crate::StoreError::Stale) when somebody was faster.
pub async fn save(db: &impl Db, before: &Model, row: Model) -> StoreResult<()> {
    update::<Entity>(db, before.id.0, before.version, row).await
}
