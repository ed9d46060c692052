//! API keys.

use chrono::{DateTime, TimeDelta, Utc};
use domain::core::text::fold;
use sea_orm::{
    ExprTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect, RelationTrait,
    entity::prelude::*, sea_query::Expr,
};
use shared_types::{
    ApiKeyId, MemberId, OrganizationId, Permission, Role, Sort, UserId,
    identity::{ApiKey, ApiKeySort, ListApiKeys},
};

use crate::{
    Db, Page, PageRequest, SortKey, Sorting, StoreError, StoreResult, System, any_of,
    identity::member, page,
};

/// A row of a key.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api_keys")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ApiKeyId,
    pub organization_id: OrganizationId,
    pub member_id: MemberId,
    pub name: String,
    /// The name, folded: sorts and matches.
    pub name_key: String,
    pub prefix: String,
    /// SHA-256 of the key, in hexadecimal digits.
    pub key_hash: String,
    /// Words with a space between them.
    pub scopes: String,
    pub expires_at: Option<DateTime<Utc>>,
    pub last_used_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "member::Entity",
        from = "(Column::OrganizationId, Column::MemberId)",
        to = "(member::Column::OrganizationId, member::Column::Id)"
    )]
    Member,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// The same row with the columns that follow from others.
    #[must_use]
    pub fn derived(mut self) -> Self {
        self.name_key = fold(&self.name);
        self
    }
}

/// Scopes as they are stored.
#[must_use]
pub fn scopes_text(scopes: &[Permission]) -> String {
    let words: Vec<&str> = scopes.iter().map(|scope| scope.as_str()).collect();
    words.join(" ")
}

/// Scopes as they were stored; a word that is no permission any more allows nothing.
fn scopes_of(text: &str) -> Vec<Permission> {
    text.split_whitespace()
        .filter_map(|word| word.parse().ok())
        .collect()
}

/// A key with the name of its member.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Found {
    /// The row.
    #[sea_orm(nested)]
    pub row: Model,
    /// Name of the member.
    pub member_name: String,
}

impl From<Found> for ApiKey {
    fn from(found: Found) -> Self {
        let Model {
            id,
            organization_id: _,
            member_id,
            name,
            name_key: _,
            prefix,
            key_hash: _,
            scopes,
            expires_at,
            last_used_at,
            revoked_at,
            created_at,
            version,
        } = found.row;
        Self {
            id,
            name,
            prefix,
            member_id,
            member_name: found.member_name,
            scopes: scopes_of(&scopes),
            expires_at,
            last_used_at,
            revoked_at,
            created_at,
            version,
        }
    }
}

/// The keys of a member; of the whole organization without one.
fn select(db: &impl Db, of: Option<MemberId>) -> Select<Entity> {
    let select = Entity::find()
        .column_as(member::Column::Name, "member_name")
        .join(JoinType::InnerJoin, Relation::Member.def())
        .filter(db.owns(Column::OrganizationId));
    match of {
        Some(member) => select.filter(Column::MemberId.eq(member.0)),
        None => select,
    }
}

/// A key of the tenant, and of the member where one is named.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none.
pub async fn get(db: &impl Db, id: ApiKeyId, of: Option<MemberId>) -> StoreResult<Found> {
    select(db, of)
        .filter(Column::Id.eq(id.0))
        .into_model::<Found>()
        .one(db)
        .await?
        .ok_or(StoreError::NotFound)
}

/// A page of keys, of the member where one is named.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    db: &impl Db,
    query: &ListApiKeys,
    of: Option<MemberId>,
    request: &PageRequest,
) -> StoreResult<Page<Found>> {
    let mut select = select(db, of);
    if let Some(members) = &query.member_id {
        select = select.filter(any_of(Column::MemberId, members.0.iter().map(|id| id.0)));
    }
    match query.revoked {
        Some(true) => select = select.filter(Column::RevokedAt.is_not_null()),
        Some(false) => select = select.filter(Column::RevokedAt.is_null()),
        None => {}
    }
    if let Some(words) = &query.q {
        select = select.filter(Column::NameKey.contains(fold(words)));
    }
    // Keys are revoked, never in the trash.
    if query.trashed == Some(true) {
        select = select.filter(Expr::val(false));
    }
    let sort = query.sort.unwrap_or(Sort {
        key: ApiKeySort::CreatedAt,
        descending: true,
    });
    let sorting = Sorting {
        column: match sort.key {
            ApiKeySort::Name => Column::NameKey,
            ApiKeySort::CreatedAt => Column::CreatedAt,
        },
        nullable: false,
        descending: sort.descending,
        id: Column::Id,
        key: |found: &Found, column| {
            let key: SortKey = match column {
                Column::NameKey => found.row.name_key.as_str().into(),
                _ => found.row.created_at.into(),
            };
            (key, found.row.id.0)
        },
    };
    page(db, select, &sorting, request).await
}

/// Revokes a key that has not changed since it was read.
///
/// # Errors
/// [`StoreError::Stale`] when somebody was faster.
pub async fn revoke(db: &impl Db, before: &Model, now: DateTime<Utc>) -> StoreResult<()> {
    let result = Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::val(now))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(db.owns(Column::OrganizationId))
        .filter(Column::Id.eq(before.id.0))
        .filter(Column::Version.eq(before.version))
        .exec(db)
        .await?;
    if result.rows_affected == 0 {
        return Err(StoreError::Stale);
    }
    Ok(())
}

/// What a key stands for at this moment.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Authenticated {
    pub key_id: ApiKeyId,
    pub user_id: UserId,
    pub organization_id: OrganizationId,
    pub member_id: MemberId,
    pub role: Role,
    /// Name of the member.
    pub name: String,
    pub email: String,
    pub email_verified: bool,
    scopes: String,
    pub created_at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
    pub last_used_at: Option<DateTime<Utc>>,
}

impl Authenticated {
    /// What it may be used for.
    #[must_use]
    pub fn scopes(&self) -> Vec<Permission> {
        scopes_of(&self.scopes)
    }

    /// Whether it is time to write down that the key is in use.
    #[must_use]
    pub fn is_untouched(&self, now: DateTime<Utc>) -> bool {
        self.last_used_at.is_none_or(|used| used <= before(now))
    }
}

/// The use of a key is written down once a minute at most.
fn before(now: DateTime<Utc>) -> DateTime<Utc> {
    now - TimeDelta::minutes(1)
}

impl System {
    /// What the key of a hash stands for; nothing when it, its user or its member is no longer
    /// good. That it has not ended is for the caller to see.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn authenticate_api_key(&self, hash: &str) -> StoreResult<Option<Authenticated>> {
        self.one(
            "SELECT * FROM authenticate_api_key($1)",
            "SELECT k.id AS key_id, u.id AS user_id, k.organization_id, m.id AS member_id, m.role, m.name, u.email, u.email_verified, k.scopes, k.created_at, k.expires_at, k.last_used_at FROM api_keys k JOIN members m ON m.organization_id = k.organization_id AND m.id = k.member_id AND m.active JOIN users u ON u.id = m.user_id AND u.active WHERE k.key_hash = ?1 AND k.revoked_at IS NULL",
            vec![hash.into()],
            false,
        )
        .await
    }

    /// Writes down that a key is in use now.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn touch_api_key(&self, id: ApiKeyId, now: DateTime<Utc>) -> StoreResult<()> {
        self.rows(
            "SELECT touch_api_key($1, $2, $3)",
            "UPDATE api_keys SET last_used_at = ?2 WHERE id = ?1 AND (last_used_at IS NULL OR last_used_at <= ?3)",
            vec![id.0.into(), now.into(), before(now).into()],
            true,
        )
        .await?;
        Ok(())
    }
}
