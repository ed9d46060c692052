//! Values of metrics.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{FromQueryResult, QueryFilter, QuerySelect, entity::prelude::*};
use shared_types::{
    MemberId, MetricId, MetricValueId, OrganizationId,
    coaching::{ListMetricValues, MetricSource, MetricValue, MetricValueSort},
};

use super::metric;
use crate::{
    Db, Filter, Owners, Page, PageRequest, Sorting, StoreResult, any_of, by,
    core::{joined, row, view},
    identity::member,
    page, update,
};

/// A row of a value.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "metric_values")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MetricValueId,
    pub organization_id: OrganizationId,
    pub metric_id: MetricId,
    pub member_id: MemberId,
    pub period_start: NaiveDate,
    /// Thousandths, or minor units.
    pub value: i64,
    /// What was to be reached.
    pub target: Option<i64>,
    pub source: MetricSource,
    pub note: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub deleted_at: Option<DateTime<Utc>>,
    pub version: i64,
}

joined! {
    Metric = MetricId -> metric { Name as metric_name },
    Member = MemberId -> member { Name as member_name },
}

/// A value with the names of what it is of.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Found {
    /// The row.
    #[sea_orm(nested)]
    pub row: Model,
    /// Name of the metric.
    pub metric_name: Option<String>,
    /// Name of the member.
    pub member_name: Option<String>,
}
row!(Found);

impl Found {
    /// What it is called: the metric, whose, and of when.
    #[must_use]
    pub fn name(&self) -> String {
        format!(
            "{} · {} · {}",
            self.metric_name.as_deref().unwrap_or_default(),
            self.member_name.as_deref().unwrap_or_default(),
            self.row.period_start
        )
    }
}

view! {
    Found => MetricValue;
    shown(
        id, metric_id, member_id, period_start, value, target, source, note, created_at, updated_at, deleted_at, version,
    );
    hidden(organization_id);
    beside(metric_name, member_name);
}

/// A value within reach, in the trash or not.
///
/// # Errors
/// [`StoreError::NotFound`](crate::StoreError::NotFound) when there is none.
pub async fn get(db: &impl Db, id: MetricValueId, owners: &Owners) -> StoreResult<Found> {
    Filter::new(select(db))
        .is(Column::Id, Some(id))
        .owners(Column::MemberId, owners)
        .one(db)
        .await
}

/// The values of a metric, some members and some periods, in the trash or not: those of the pairs that were asked for are among them.
///
/// # Errors
/// When the database does not answer.
pub async fn of(
    db: &impl Db,
    metric: MetricId,
    members: &[MemberId],
    starts: &[NaiveDate],
) -> StoreResult<Vec<Found>> {
    Ok(select(db)
        .filter(Column::MetricId.eq(metric.0))
        .filter(any_of(Column::MemberId, members.iter().map(|id| id.0)))
        .filter(any_of(Column::PeriodStart, starts.iter().copied()))
        .into_model::<Found>()
        .all(db)
        .await?)
}

/// Whether a metric has values, in the trash or not.
///
/// # Errors
/// When the database does not answer.
pub async fn any_of_metric(db: &impl Db, metric: MetricId) -> StoreResult<bool> {
    let first = Entity::find()
        .filter(db.owns(Column::OrganizationId))
        .filter(Column::MetricId.eq(metric.0))
        .limit(1)
        .all(db)
        .await?;
    Ok(!first.is_empty())
}

/// What a value comes to, without its names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Entered {
    /// The metric.
    pub metric_id: MetricId,
    /// The member.
    pub member_id: MemberId,
    /// The first day of the period.
    pub period_start: NaiveDate,
    /// The value.
    pub value: i64,
    /// What was to be reached.
    pub target: Option<i64>,
}

/// The values of some metrics and members in periods that begin from a day on and before another.
///
/// # Errors
/// When the database does not answer.
pub async fn between(
    db: &impl Db,
    metrics: &[MetricId],
    members: &[MemberId],
    from: NaiveDate,
    before: NaiveDate,
) -> StoreResult<Vec<Entered>> {
    if metrics.is_empty() || members.is_empty() {
        return Ok(Vec::new());
    }
    Ok(Entity::find()
        .select_only()
        .columns([
            Column::MetricId,
            Column::MemberId,
            Column::PeriodStart,
            Column::Value,
            Column::Target,
        ])
        .filter(db.owns(Column::OrganizationId))
        .filter(any_of(Column::MetricId, metrics.iter().map(|id| id.0)))
        .filter(any_of(Column::MemberId, members.iter().map(|id| id.0)))
        .filter(Column::PeriodStart.gte(from))
        .filter(Column::PeriodStart.lt(before))
        .filter(Column::DeletedAt.is_null())
        .into_model::<Entered>()
        .all(db)
        .await?)
}

/// A page of values.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    db: &impl Db,
    query: &ListMetricValues,
    owners: &Owners,
    request: &PageRequest,
) -> StoreResult<Page<Found>> {
    let select = Filter::new(select(db))
        .trash(Column::DeletedAt, query.trashed)
        .owners(Column::MemberId, owners)
        .any(Column::MetricId, query.metric_id.as_ref())
        .any(Column::MemberId, query.member_id.as_ref())
        .through(
            Column::MemberId,
            member::referred(db).any(member::Column::TeamId, query.member_team_id.as_ref()),
        )
        .any(Column::Source, query.source.as_ref())
        .between(
            Column::PeriodStart,
            query.period_start_after,
            query.period_start_before,
        )
        .through(
            Column::MemberId,
            member::referred(db).named(member::Column::NameKey, query.q.as_ref()),
        )
        .select();
    let standard = MetricValueSort::PeriodStart;
    let sorting = Sorting::greatest(Column::Id, query.sort, standard, |key| match key {
        MetricValueSort::PeriodStart => by(Column::PeriodStart),
        MetricValueSort::UpdatedAt => by(Column::UpdatedAt),
    });
    page(db, select, &sorting, request).await
}

/// Writes a changed value.
///
/// # Errors
/// [`StoreError::Stale`](crate::StoreError::Stale) when somebody was faster.
pub async fn save(db: &impl Db, before: &Model, row: Model) -> StoreResult<()> {
    update::<Entity>(db, before.id.0, before.version, row).await
}
