//! Rules by which coaching is proposed.

use chrono::{DateTime, Utc};
use domain::core::text::fold;
use sea_orm::{
    ExprTrait, QueryFilter, QueryOrder, QuerySelect, entity::prelude::*, sea_query::LockType,
};
use shared_types::{
    CoachingRuleId, CoachingTemplateId, EventId, LostReasonId, MetricId, OrganizationId,
    coaching::{CoachingRule, CoachingRuleKind, CoachingRuleSort, ListCoachingRules},
    platform::{EventKind, SubjectKind},
};

use crate::{
    Db, Filter, Page, PageRequest, Sorting, StoreResult, Tx, any_of, by, find_owned, page,
    platform::event, update,
};

/// A row of a rule.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "coaching_rules")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CoachingRuleId,
    pub organization_id: OrganizationId,
    pub name: String,
    /// The name, folded: sorts, matches and is unique.
    pub name_key: String,
    pub kind: CoachingRuleKind,
    pub active: bool,
    pub losses: Option<i32>,
    pub days: Option<i32>,
    pub lost_reason_id: Option<LostReasonId>,
    pub template_id: Option<CoachingTemplateId>,
    pub metric_id: Option<MetricId>,
    pub periods: Option<i32>,
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
}

impl From<Model> for CoachingRule {
    fn from(row: Model) -> Self {
        let Model {
            id,
            organization_id: _,
            name,
            name_key: _,
            kind,
            active,
            losses,
            days,
            lost_reason_id,
            template_id,
            metric_id,
            periods,
            created_at,
            updated_at,
            deleted_at,
            version,
        } = row;
        Self {
            id,
            name,
            kind,
            active,
            losses,
            days,
            lost_reason_id,
            template_id,
            metric_id,
            periods,
            created_at,
            updated_at,
            deleted_at,
            version,
        }
    }
}

/// A rule of the tenant, as a record.
#[derive(Clone, Debug)]
pub struct Found {
    /// The row.
    pub row: Model,
}

impl From<Found> for CoachingRule {
    fn from(found: Found) -> Self {
        found.row.into()
    }
}

/// A rule of the tenant, in the trash or not.
///
/// # Errors
/// [`StoreError::NotFound`](crate::StoreError::NotFound) when there is none.
pub async fn get(db: &impl Db, id: CoachingRuleId) -> StoreResult<Found> {
    let row = find_owned::<Entity>(db, Column::OrganizationId, Column::Id.eq(id.0)).await?;
    Ok(Found { row })
}

/// A page of rules.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    db: &impl Db,
    query: &ListCoachingRules,
    request: &PageRequest,
) -> StoreResult<Page<Model>> {
    let select = Filter::new(Entity::find().filter(db.owns(Column::OrganizationId)))
        .trash(Column::DeletedAt, query.trashed)
        .is(Column::Active, query.active)
        .named(Column::NameKey, query.q.as_ref())
        .select();
    let standard = CoachingRuleSort::Name;
    let sorting = Sorting::least(Column::Id, query.sort, standard, |key| match key {
        CoachingRuleSort::Name => by(Column::NameKey),
        CoachingRuleSort::CreatedAt => by(Column::CreatedAt),
    });
    page(db, select, &sorting, request).await
}

/// The rules that are switched on.
///
/// # Errors
/// When the database does not answer.
pub async fn active(db: &impl Db) -> StoreResult<Vec<Model>> {
    Ok(switched_on(db).all(db).await?)
}

/// The same, held until the end of the transaction: whoever goes by them at the same time waits, so that nothing is proposed twice.
///
/// # Errors
/// When the database does not answer.
pub async fn hold_active(tx: &Tx) -> StoreResult<Vec<Model>> {
    let mut rules = switched_on(tx);
    QuerySelect::query(&mut rules).lock(LockType::Update);
    Ok(rules.all(tx).await?)
}

fn switched_on(db: &impl Db) -> Select<Entity> {
    Entity::find()
        .filter(db.owns(Column::OrganizationId))
        .filter(Column::Active.eq(true))
        .filter(Column::DeletedAt.is_null())
        .order_by_asc(Column::Id)
}

/// Writes a changed rule.
///
/// # Errors
/// [`StoreError::Stale`](crate::StoreError::Stale) when somebody was faster.
pub async fn save(db: &impl Db, before: &Model, row: Model) -> StoreResult<()> {
    update::<Entity>(db, before.id.0, before.version, row).await
}

/// Whether one of some events may be a reason to propose something: a loss, a value of a metric, the end of an import, another rule.
///
/// # Errors
/// When the database does not answer.
pub async fn is_reason(db: &impl Db, events: &[EventId]) -> StoreResult<bool> {
    let kinds = [EventKind::DealLost, EventKind::ImportFinished];
    let subjects = [SubjectKind::MetricValue, SubjectKind::CoachingRule];
    let first = event::Entity::find()
        .filter(db.owns(event::Column::OrganizationId))
        .filter(any_of(event::Column::Id, events.iter().map(|id| id.0)))
        .filter(
            event::Column::Kind
                .is_in(kinds.map(EventKind::as_str))
                .or(event::Column::SubjectType.is_in(subjects.map(SubjectKind::as_str))),
        )
        .limit(1)
        .all(db)
        .await?;
    Ok(!first.is_empty())
}
