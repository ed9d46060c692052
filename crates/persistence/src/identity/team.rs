//! Teams.

use chrono::{DateTime, Utc};
use domain::core::text::fold;
use sea_orm::{
    ExprTrait, FromQueryResult, QueryFilter, QuerySelect, QueryTrait, entity::prelude::*,
    sea_query::Expr,
};
use shared_types::{
    MemberId, OrganizationId, TeamId,
    identity::{ListTeams, Team, TeamSort},
};

use crate::{
    Db, Filter, Page, PageRequest, Sorting, StoreResult, by,
    core::{row, view},
    delete_owned,
    identity::member,
    page, update,
};

/// A row of a team.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "teams")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TeamId,
    pub organization_id: OrganizationId,
    pub name: String,
    /// The name, folded: sorts, matches and is unique.
    pub name_key: String,
    pub owner_id: Option<MemberId>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
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

/// A team with the number of its active members.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Found {
    /// The row.
    #[sea_orm(nested)]
    pub row: Model,
    /// Active members.
    pub member_count: i64,
}

row!(Found);

view! {
    Found => Team;
    shown(id, name, owner_id, created_at, updated_at, version);
    hidden(organization_id, name_key);
    with(member_count);
    made(member_count = u64::try_from(member_count).unwrap_or(0));
}

fn select(db: &impl Db) -> Select<Entity> {
    let members = member::Entity::find()
        .select_only()
        .expr(Expr::cust("count(*)"))
        .filter(db.owns(member::Column::OrganizationId))
        .filter(member::Column::Active.eq(true))
        .filter(Expr::col((member::Entity, member::Column::TeamId)).equals((Entity, Column::Id)))
        .into_query();
    Entity::find()
        .expr_as(
            Expr::SubQuery(None, Box::new(members.into())),
            "member_count",
        )
        .filter(db.owns(Column::OrganizationId))
}

/// A team of the tenant.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none.
pub async fn get(db: &impl Db, id: TeamId) -> StoreResult<Found> {
    Filter::new(select(db))
        .is(Column::Id, Some(id))
        .one(db)
        .await
}

/// A page of teams.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    db: &impl Db,
    query: &ListTeams,
    request: &PageRequest,
) -> StoreResult<Page<Found>> {
    let select = Filter::new(select(db))
        .named(Column::NameKey, query.q.as_ref())
        .never_trashed(query.trashed)
        .select();
    let sorting = Sorting::least(Column::Id, query.sort, TeamSort::Name, |key| match key {
        TeamSort::Name => by(Column::NameKey),
        TeamSort::CreatedAt => by(Column::CreatedAt),
    });
    page(db, select, &sorting, request).await
}

/// Writes a changed team.
///
/// # Errors
/// [`StoreError::Stale`] when somebody was faster.
pub async fn save(db: &impl Db, before: &Model, row: Model) -> StoreResult<()> {
    update::<Entity>(db, before.id.0, before.version, row).await
}

/// Deletes a team without members.
///
/// # Errors
/// [`StoreError::Reference`] while members are in it.
pub async fn delete(db: &impl Db, id: TeamId) -> StoreResult<()> {
    delete_owned::<Entity>(db, Column::OrganizationId, Column::Id.eq(id.0)).await
}
