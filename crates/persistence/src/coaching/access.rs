//! How administrators open coaching that is not theirs.

use chrono::{DateTime, Utc};
use sea_orm::{ExprTrait, FromQueryResult, QueryFilter, QuerySelect, entity::prelude::*};
use shared_types::{
    CoachingAccessId, MemberId, OrganizationId,
    coaching::{CoachingAccess, CoachingAccessSort, ListCoachingAccess},
};

use super::member_name;
use crate::{
    Db, Filter, Owners, Page, PageRequest, Sorting, StoreResult, by,
    core::{row, view},
    page, update,
};

/// A row of an access.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "coaching_access")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CoachingAccessId,
    pub organization_id: OrganizationId,
    /// The administrator who reads.
    pub member_id: MemberId,
    /// Whose coaching; that of everybody without.
    pub agent_id: Option<MemberId>,
    pub reason: String,
    pub expires_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// An access with the names of the members.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Found {
    /// The row.
    #[sea_orm(nested)]
    pub row: Model,
    /// Name of the administrator.
    pub member_name: String,
    /// Name of the member whose coaching is read.
    pub agent_name: Option<String>,
}

row!(Found);

view! {
    Found => CoachingAccess;
    shown(id, member_id, agent_id, reason, expires_at, ended_at, created_at, version);
    hidden(organization_id, updated_at);
    beside(member_name, agent_name);
}

fn select(db: &impl Db) -> Select<Entity> {
    Entity::find()
        .expr_as(member_name(db, Column::MemberId), "member_name")
        .expr_as(member_name(db, Column::AgentId), "agent_name")
        .filter(db.owns(Column::OrganizationId))
}

fn live(now: DateTime<Utc>) -> sea_orm::sea_query::SimpleExpr {
    Column::EndedAt.is_null().and(Column::ExpiresAt.gt(now))
}

/// An access of the tenant.
///
/// # Errors
/// [`crate::StoreError::NotFound`] when there is none.
pub async fn get(db: &impl Db, id: CoachingAccessId) -> StoreResult<Found> {
    Filter::new(select(db))
        .is(Column::Id, Some(id))
        .one(db)
        .await
}

/// Whose coaching a member has opened: of nobody, unless an access is live.
///
/// # Errors
/// When the database does not answer.
pub async fn opened(db: &impl Db, member: MemberId, now: DateTime<Utc>) -> StoreResult<Owners> {
    let rows = Entity::find()
        .filter(db.owns(Column::OrganizationId))
        .filter(Column::MemberId.eq(member.0))
        .filter(live(now))
        .all(db)
        .await?;
    let agents: Option<Vec<MemberId>> = rows.iter().map(|row| row.agent_id).collect();
    Ok(agents.map_or(Owners::Anybody, Owners::Of))
}

/// A page of accesses.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    db: &impl Db,
    query: &ListCoachingAccess,
    now: DateTime<Utc>,
    request: &PageRequest,
) -> StoreResult<Page<Found>> {
    let wanted = query
        .live
        .map(|wanted| if wanted { live(now) } else { live(now).not() });
    let select = Filter::new(select(db))
        .any(Column::MemberId, query.member_id.as_ref())
        .any(Column::AgentId, query.agent_id.as_ref())
        .and(wanted)
        .and(query.q.as_ref().map(|words| Column::Reason.contains(words)))
        .never_trashed(query.trashed)
        .select();
    let sorting = Sorting::greatest(
        Column::Id,
        query.sort,
        CoachingAccessSort::CreatedAt,
        |key| match key {
            CoachingAccessSort::CreatedAt => by(Column::CreatedAt),
        },
    );
    page(db, select, &sorting, request).await
}

/// Writes a changed access.
///
/// # Errors
/// [`crate::StoreError::Stale`] when somebody was faster.
pub async fn save(db: &impl Db, before: &Model, row: Model) -> StoreResult<()> {
    update::<Entity>(db, before.id.0, before.version, row).await
}
