//! Invitations.

use chrono::{DateTime, Utc};
use domain::identity::invitation as rules;
use sea_orm::{
    ExprTrait, FromQueryResult, QueryFilter,
    entity::prelude::*,
    sea_query::{Expr, SimpleExpr},
};
use shared_types::{
    InvitationId, MemberId, OrganizationId, Role, TeamId,
    identity::{Invitation, InvitationSort, InvitationState, ListInvitations},
};

use crate::{
    Db, Filter, Page, PageRequest, Sorting, StoreResult, System, by,
    core::{joined, row},
    identity::member,
    page, update,
};

/// A row of an invitation.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "invitations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: InvitationId,
    pub organization_id: OrganizationId,
    /// Absent for a link.
    pub email: Option<String>,
    /// The address, folded.
    pub email_key: Option<String>,
    pub role: Role,
    pub team_id: Option<TeamId>,
    /// SHA-256 of the token, in hexadecimal digits.
    pub token_hash: String,
    pub invited_by_id: Option<MemberId>,
    /// Who came in by it.
    pub member_id: Option<MemberId>,
    pub created_at: DateTime<Utc>,
    pub sent_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub accepted_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
    pub version: i64,
}

joined! { InvitedBy = InvitedById -> member { Name as invited_by_name } }

impl Model {
    /// Where it stands.
    #[must_use]
    pub fn state(&self, now: DateTime<Utc>) -> InvitationState {
        rules::state(self.accepted_at, self.revoked_at, self.expires_at, now)
    }

    /// What it is called in the log.
    #[must_use]
    pub fn name(&self) -> &str {
        self.email.as_deref().unwrap_or("link")
    }
}

/// An invitation with the name of who invited.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Found {
    /// The row.
    #[sea_orm(nested)]
    pub row: Model,
    /// Name of the member who invited.
    pub invited_by_name: Option<String>,
}
row!(Found);

impl Found {
    /// The invitation as the API shows it at a time.
    #[must_use]
    pub fn into_view(self, now: DateTime<Utc>) -> Invitation {
        let state = self.row.state(now);
        let Model {
            id,
            organization_id: _,
            email,
            email_key: _,
            role,
            team_id,
            token_hash: _,
            invited_by_id,
            member_id,
            created_at,
            sent_at,
            expires_at,
            accepted_at,
            revoked_at,
            version,
        } = self.row;
        Invitation {
            id,
            email,
            role,
            team_id,
            state,
            invited_by_id,
            invited_by_name: self.invited_by_name,
            member_id,
            created_at,
            sent_at,
            expires_at,
            accepted_at,
            revoked_at,
            version,
        }
    }
}

/// An invitation of the tenant.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none.
pub async fn get(db: &impl Db, id: InvitationId) -> StoreResult<Found> {
    Filter::new(select(db))
        .is(Column::Id, Some(id))
        .one(db)
        .await
}

/// The invitation to an address that waits to be accepted.
///
/// # Errors
/// When the database does not answer.
pub async fn pending(
    db: &impl Db,
    email_key: &str,
    now: DateTime<Utc>,
) -> StoreResult<Option<Model>> {
    Ok(Entity::find()
        .filter(db.owns(Column::OrganizationId))
        .filter(Column::EmailKey.eq(email_key))
        .filter(Column::AcceptedAt.is_null())
        .filter(Column::RevokedAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
        .one(db)
        .await?)
}

/// A page of invitations, the latest first unless said.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    db: &impl Db,
    query: &ListInvitations,
    now: DateTime<Utc>,
    request: &PageRequest,
) -> StoreResult<Page<Found>> {
    let select = Filter::new(select(db))
        .always(query.state.map(|state| stands(state, now)))
        .named(Column::EmailKey, query.q.as_ref())
        .never_trashed(query.trashed)
        .select();
    let sorting =
        Sorting::greatest(
            Column::Id,
            query.sort,
            InvitationSort::CreatedAt,
            |key| match key {
                InvitationSort::CreatedAt => by(Column::CreatedAt),
            },
        );
    page(db, select, &sorting, request).await
}

/// Where an invitation stands, as [`rules::state`] says it.
fn stands(state: InvitationState, now: DateTime<Utc>) -> SimpleExpr {
    let open = Column::AcceptedAt
        .is_null()
        .and(Column::RevokedAt.is_null());
    match state {
        InvitationState::Accepted => Column::AcceptedAt.is_not_null(),
        InvitationState::Revoked => Column::RevokedAt.is_not_null(),
        InvitationState::Pending => open.and(Column::ExpiresAt.gt(now)),
        InvitationState::Expired => open.and(Column::ExpiresAt.lte(now)),
    }
}

/// Writes a changed invitation.
///
/// # Errors
/// [`StoreError::Stale`] when somebody was faster.
pub async fn save(db: &impl Db, before: &Model, row: Model) -> StoreResult<()> {
    update::<Entity>(db, before.id.0, before.version, row).await
}

/// Uses an invitation up; `false` when somebody was faster.
///
/// # Errors
/// When the database does not answer.
pub async fn accept(
    db: &impl Db,
    before: &Model,
    member: MemberId,
    now: DateTime<Utc>,
) -> StoreResult<bool> {
    let result = Entity::update_many()
        .col_expr(Column::AcceptedAt, Expr::val(now))
        .col_expr(Column::MemberId, Expr::val(member.0))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(db.owns(Column::OrganizationId))
        .filter(Column::Id.eq(before.id.0))
        .filter(Column::TokenHash.eq(before.token_hash.as_str()))
        .filter(Column::AcceptedAt.is_null())
        .filter(Column::RevokedAt.is_null())
        .exec(db)
        .await?;
    Ok(result.rows_affected > 0)
}

impl System {
    /// The invitation of the hash of its token.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn invitation(&self, hash: &str) -> StoreResult<Option<Model>> {
        self.one(
            "SELECT * FROM find_invitation($1)",
            "SELECT * FROM invitations WHERE token_hash = ?1",
            vec![hash.into()],
            false,
        )
        .await
    }
}
