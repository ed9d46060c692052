//! Members: the people of an organization.

use chrono::{DateTime, Utc};
use domain::{
    core::text::{fold, search_text},
    identity::member::{MemberLinks, Standing},
};
use sea_orm::{FromQueryResult, QueryFilter, QueryOrder, QuerySelect, entity::prelude::*};
use shared_types::{
    MemberId, OrganizationId, Role, TeamId, UserId,
    identity::{ListMembers, Member, MemberSort},
};

use crate::{
    Db, Filter, Owners, Page, PageRequest, Sorting, StoreResult, by, by_nullable, find_owned,
    identity::team, page, update,
};

/// A row of a member.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "members")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MemberId,
    pub organization_id: OrganizationId,
    pub user_id: Option<UserId>,
    pub name: String,
    /// The name, folded: sorts and matches.
    pub name_key: String,
    pub email: Option<String>,
    /// The address, folded: unique.
    pub email_key: Option<String>,
    pub role: Role,
    pub employee_id: Option<String>,
    pub department: Option<String>,
    pub manager_id: Option<MemberId>,
    pub team_leader_id: Option<MemberId>,
    pub team_id: Option<TeamId>,
    pub active: bool,
    /// The words by which the member is found.
    pub search_text: String,
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
        self.email_key = self.email.as_deref().map(fold);
        self.search_text = search_text([
            self.name.as_str(),
            self.email.as_deref().unwrap_or_default(),
            self.department.as_deref().unwrap_or_default(),
        ]);
        self
    }
}

impl From<Model> for Member {
    fn from(row: Model) -> Self {
        let Model {
            id,
            organization_id: _,
            user_id,
            name,
            name_key: _,
            email,
            email_key: _,
            role,
            employee_id,
            department,
            manager_id,
            team_leader_id,
            team_id,
            active,
            search_text: _,
            created_at,
            updated_at,
            version,
        } = row;
        Self {
            id,
            user_id,
            name,
            email,
            role,
            employee_id,
            department,
            manager_id,
            team_leader_id,
            team_id,
            active,
            created_at,
            updated_at,
            version,
        }
    }
}

/// The members of the tenant, as those to whom other rows refer.
pub(crate) fn referred(db: &impl Db) -> Filter<Entity> {
    Filter::ids(db, Column::Id, Column::OrganizationId)
}

/// A member of the tenant.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none.
pub async fn get(db: &impl Db, id: MemberId) -> StoreResult<Model> {
    find_owned::<Entity>(db, Column::OrganizationId, Column::Id.eq(id.0)).await
}

/// The member of an address, given folded.
///
/// # Errors
/// When the database does not answer.
pub async fn by_email(db: &impl Db, email_key: &str) -> StoreResult<Option<Model>> {
    Ok(Entity::find()
        .filter(db.owns(Column::OrganizationId))
        .filter(Column::EmailKey.eq(email_key))
        .one(db)
        .await?)
}

/// Some members, as far as they are there.
///
/// # Errors
/// When the database does not answer.
pub async fn some(db: &impl Db, ids: &[MemberId]) -> StoreResult<Vec<Model>> {
    Ok(Entity::find()
        .filter(db.owns(Column::OrganizationId))
        .filter(crate::any_of(Column::Id, ids.iter().map(|id| id.0)))
        .all(db)
        .await?)
}

/// Those of some members who can take work.
///
/// # Errors
/// When the database does not answer.
pub async fn available(db: &impl Db, ids: &[MemberId]) -> StoreResult<Vec<Model>> {
    Ok(Entity::find()
        .filter(db.owns(Column::OrganizationId))
        .filter(Column::Active.eq(true))
        .filter(crate::any_of(Column::Id, ids.iter().map(|id| id.0)))
        .all(db)
        .await?)
}

/// The active members among some, of a team where one is named, by name; at most `limit`.
///
/// # Errors
/// When the database does not answer.
pub async fn active(
    db: &impl Db,
    members: &Owners,
    team: Option<TeamId>,
    limit: u64,
) -> StoreResult<Vec<Model>> {
    let some = match members {
        Owners::Anybody => None,
        Owners::Of(ids) => Some(crate::any_of(Column::Id, ids.iter().map(|id| id.0))),
    };
    let select = Filter::new(Entity::find().filter(db.owns(Column::OrganizationId)))
        .is(Column::Active, Some(true))
        .is(Column::TeamId, team)
        .and(some)
        .select();
    let by_name = select.order_by_asc(Column::NameKey);
    Ok(by_name.limit(limit).all(db).await?)
}

#[derive(FromQueryResult)]
struct Links {
    id: MemberId,
    manager_id: Option<MemberId>,
    team_leader_id: Option<MemberId>,
    team_id: Option<TeamId>,
}

/// The whole chart of the organization: who reports to whom, and who owns which team.
///
/// # Errors
/// When the database does not answer.
pub async fn chart(db: &impl Db) -> StoreResult<(Vec<MemberLinks>, Vec<(TeamId, MemberId)>)> {
    let links = Entity::find()
        .select_only()
        .columns([
            Column::Id,
            Column::ManagerId,
            Column::TeamLeaderId,
            Column::TeamId,
        ])
        .filter(db.owns(Column::OrganizationId))
        .into_model::<Links>()
        .all(db)
        .await?;
    let teams = team::Entity::find()
        .filter(db.owns(team::Column::OrganizationId))
        .filter(team::Column::OwnerId.is_not_null())
        .all(db)
        .await?;
    let links = links
        .into_iter()
        .map(
            |Links {
                 id,
                 manager_id,
                 team_leader_id,
                 team_id,
             }| MemberLinks {
                id,
                manager_id,
                team_leader_id,
                team_id,
            },
        )
        .collect();
    let owned = teams
        .into_iter()
        .filter_map(|row| row.owner_id.map(|owner| (row.id, owner)))
        .collect();
    Ok((links, owned))
}

impl Model {
    /// What the rules of coming and going read.
    #[must_use]
    pub const fn standing(&self) -> Standing {
        Standing {
            id: self.id,
            role: self.role,
            active: self.active,
        }
    }
}

/// A page of members.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    db: &impl Db,
    query: &ListMembers,
    request: &PageRequest,
) -> StoreResult<Page<Model>> {
    let select = Filter::new(Entity::find().filter(db.owns(Column::OrganizationId)))
        .any(Column::Role, query.role.as_ref())
        .any(Column::ManagerId, query.manager_id.as_ref())
        .any(Column::TeamLeaderId, query.team_leader_id.as_ref())
        .any(Column::TeamId, query.team_id.as_ref())
        .is(Column::Department, query.department.as_ref())
        .is(Column::Active, query.active)
        .words(db, Column::Id, "members", query.q.as_ref())
        .never_trashed(query.trashed)
        .select();
    let sorting = Sorting::least(Column::Id, query.sort, MemberSort::Name, |key| match key {
        MemberSort::Name => by(Column::NameKey),
        MemberSort::Role => by(Column::Role),
        MemberSort::Department => by_nullable(Column::Department),
        MemberSort::CreatedAt => by(Column::CreatedAt),
        MemberSort::UpdatedAt => by(Column::UpdatedAt),
    });
    page(db, select, &sorting, request).await
}

/// How many active administrators there are beside a member.
///
/// # Errors
/// When the database does not answer.
pub async fn other_admins(db: &impl Db, than: MemberId) -> StoreResult<u64> {
    let rows = Entity::find()
        .filter(db.owns(Column::OrganizationId))
        .filter(Column::Role.eq(Role::Admin.as_str()))
        .filter(Column::Active.eq(true))
        .filter(Column::Id.ne(than.0))
        .limit(10)
        .all(db)
        .await?;
    Ok(rows.len() as u64)
}

/// Writes a changed member.
///
/// # Errors
/// [`StoreError::Stale`] when somebody was faster.
pub async fn save(db: &impl Db, before: &Model, row: Model) -> StoreResult<()> {
    update::<Entity>(db, before.id.0, before.version, row).await
}
