//! Invitations.

use chrono::{DateTime, Utc};
use domain::{core::text::fold, identity::invitation as rules};
use sea_orm::{
    ExprTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect, RelationTrait,
    entity::prelude::*, sea_query::Expr,
};
use shared_types::{
    InvitationId, MemberId, OrganizationId, Role, TeamId,
    identity::{Invitation, InvitationState, ListInvitations},
};

use crate::{
    Db, Page, PageRequest, Sorting, StoreError, StoreResult, System, identity::member, page, update,
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

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "member::Entity",
        from = "(Column::OrganizationId, Column::InvitedById)",
        to = "(member::Column::OrganizationId, member::Column::Id)"
    )]
    InvitedBy,
}

impl ActiveModelBehavior for ActiveModel {}

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

fn select(db: &impl Db) -> Select<Entity> {
    Entity::find()
        .column_as(member::Column::Name, "invited_by_name")
        .join(JoinType::LeftJoin, Relation::InvitedBy.def())
        .filter(db.owns(Column::OrganizationId))
}

/// An invitation of the tenant.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none.
pub async fn get(db: &impl Db, id: InvitationId) -> StoreResult<Found> {
    select(db)
        .filter(Column::Id.eq(id.0))
        .into_model::<Found>()
        .one(db)
        .await?
        .ok_or(StoreError::NotFound)
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
    let mut select = select(db);
    if let Some(state) = query.state {
        select = match state {
            InvitationState::Accepted => select.filter(Column::AcceptedAt.is_not_null()),
            InvitationState::Revoked => select.filter(Column::RevokedAt.is_not_null()),
            InvitationState::Pending | InvitationState::Expired => {
                let ended = Column::ExpiresAt.lte(now);
                select
                    .filter(Column::AcceptedAt.is_null())
                    .filter(Column::RevokedAt.is_null())
                    .filter(if state == InvitationState::Expired {
                        ended
                    } else {
                        Column::ExpiresAt.gt(now)
                    })
            }
        };
    }
    if let Some(words) = &query.q {
        select = select.filter(Column::EmailKey.contains(fold(words)));
    }
    // Invitations are revoked, never in the trash.
    if query.trashed == Some(true) {
        select = select.filter(Expr::val(false));
    }
    let sorting = Sorting {
        column: Column::CreatedAt,
        nullable: false,
        descending: query.sort.is_none_or(|sort| sort.descending),
        id: Column::Id,
        key: |found: &Found, _| (found.row.created_at.into(), found.row.id.0),
    };
    page(db, select, &sorting, request).await
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
