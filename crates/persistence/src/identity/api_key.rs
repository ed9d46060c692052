//! API keys.

use chrono::{DateTime, TimeDelta, Utc};
use domain::core::text::fold;
use sea_orm::{ExprTrait, FromQueryResult, QueryFilter, entity::prelude::*, sea_query::Expr};
use shared_types::{
    ApiKeyId, MemberId, OrganizationId, Permission, Role, UserId,
    identity::{ApiKey, ApiKeySort, ListApiKeys},
};

use crate::{
    Db, Filter, Page, PageRequest, Sorting, StoreError, StoreResult, System, by,
    core::{joined, row, view},
    identity::member,
    page,
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

joined! { Member = MemberId -> member { Name as member_name } }

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

row!(Found);

view! {
    Found => ApiKey;
    shown(id, name, prefix, member_id, expires_at, last_used_at, revoked_at, created_at, version);
    hidden(organization_id, name_key, key_hash);
    used(scopes);
    beside(member_name);
    made(scopes = scopes_of(&scopes));
}

/// A key of the tenant, and of the member where one is named.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none.
pub async fn get(db: &impl Db, id: ApiKeyId, of: Option<MemberId>) -> StoreResult<Found> {
    Filter::new(select(db))
        .is(Column::Id, Some(id))
        .is(Column::MemberId, of)
        .one(db)
        .await
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
    let select = Filter::new(select(db))
        .is(Column::MemberId, of)
        .any(Column::MemberId, query.member_id.as_ref())
        .has(Column::RevokedAt, query.revoked)
        .named(Column::NameKey, query.q.as_ref())
        .never_trashed(query.trashed)
        .select();
    let sorting = Sorting::greatest(
        Column::Id,
        query.sort,
        ApiKeySort::CreatedAt,
        |key| match key {
            ApiKeySort::Name => by(Column::NameKey),
            ApiKeySort::CreatedAt => by(Column::CreatedAt),
        },
    );
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
