//! Signed-in devices, each a family of refresh tokens.

use chrono::{DateTime, Utc};
use sea_orm::{FromQueryResult, QueryOrder, entity::prelude::*, sea_query::Expr};
use shared_types::{MemberId, OrganizationId, Role, SessionId, UserId, identity::Session};

use crate::{StoreResult, System, Tx};

/// A row of a session.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SessionId,
    pub user_id: UserId,
    pub organization_id: OrganizationId,
    /// SHA-256 of the refresh token that is good now.
    pub refresh_hash: String,
    /// SHA-256 of the one before, which is honoured for a moment after the rotation.
    pub previous_refresh_hash: Option<String>,
    pub rotated_at: Option<DateTime<Utc>>,
    pub user_agent: Option<String>,
    pub ip_address: Option<String>,
    pub created_at: DateTime<Utc>,
    pub last_seen_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub revoked_at: Option<DateTime<Utc>>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// The session as the API shows it to its user.
    #[must_use]
    pub fn into_view(self, current: SessionId) -> Session {
        let Self {
            id,
            user_id: _,
            organization_id: _,
            refresh_hash: _,
            previous_refresh_hash: _,
            rotated_at: _,
            user_agent,
            ip_address,
            created_at,
            last_seen_at,
            expires_at,
            revoked_at: _,
        } = self;
        Session {
            id,
            current: id == current,
            user_agent,
            ip_address,
            created_at,
            last_seen_at,
            expires_at,
        }
    }
}

/// What a session stands for at this moment.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Authenticated {
    pub session_id: SessionId,
    pub user_id: UserId,
    pub organization_id: OrganizationId,
    pub member_id: MemberId,
    pub role: Role,
    /// Name of the member.
    pub name: String,
    pub email: String,
    pub email_verified: bool,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

/// The live sessions of the user of the transaction, the last used first.
///
/// # Errors
/// When the database does not answer.
pub async fn list(tx: &Tx, user: UserId) -> StoreResult<Vec<Model>> {
    Ok(Entity::find()
        .filter(Column::UserId.eq(user.0))
        .filter(Column::RevokedAt.is_null())
        .filter(Column::ExpiresAt.gt(tx.now()))
        .order_by_desc(Column::LastSeenAt)
        .all(tx)
        .await?)
}

/// Puts the next refresh token in the place of `expected`; `false` when somebody was faster.
///
/// # Errors
/// When the database does not answer.
pub async fn rotate(
    tx: &Tx,
    id: SessionId,
    expected: &str,
    next: &str,
    ip: Option<String>,
) -> StoreResult<bool> {
    let result = Entity::update_many()
        .col_expr(Column::RefreshHash, Expr::val(next))
        .col_expr(Column::PreviousRefreshHash, Expr::val(expected))
        .col_expr(Column::RotatedAt, Expr::val(tx.now()))
        .col_expr(Column::LastSeenAt, Expr::val(tx.now()))
        .col_expr(Column::IpAddress, Expr::val(ip))
        .filter(Column::Id.eq(id.0))
        .filter(Column::RefreshHash.eq(expected))
        .filter(Column::RevokedAt.is_null())
        .exec(tx)
        .await?;
    Ok(result.rows_affected > 0)
}

/// Moves a session into another organization.
///
/// # Errors
/// When the database does not answer.
pub async fn switch(tx: &Tx, id: SessionId, organization: OrganizationId) -> StoreResult<()> {
    Entity::update_many()
        .col_expr(Column::OrganizationId, Expr::val(organization.0))
        .filter(Column::Id.eq(id.0))
        .exec(tx)
        .await?;
    Ok(())
}

/// Which sessions to end.
pub enum Which {
    /// This one.
    One(SessionId),
    /// All but this one.
    Others(SessionId),
    /// All.
    All,
}

/// Ends sessions of the user of the transaction; answers which.
///
/// # Errors
/// When the database does not answer.
pub async fn revoke(tx: &Tx, user: UserId, which: Which) -> StoreResult<Vec<SessionId>> {
    let mut ended: Vec<SessionId> = list(tx, user)
        .await?
        .into_iter()
        .map(|row| row.id)
        .collect();
    match which {
        Which::One(id) => ended.retain(|session| *session == id),
        Which::Others(id) => ended.retain(|session| *session != id),
        Which::All => {}
    }
    if !ended.is_empty() {
        Entity::update_many()
            .col_expr(Column::RevokedAt, Expr::val(tx.now()))
            .filter(Column::UserId.eq(user.0))
            .filter(Column::Id.is_in(ended.iter().map(|id| id.0)))
            .exec(tx)
            .await?;
    }
    Ok(ended)
}

impl System {
    /// What a session stands for at this moment; nothing when it, its user or its member is no
    /// longer good.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn authenticate(&self, session: SessionId) -> StoreResult<Option<Authenticated>> {
        self.one(
            "SELECT * FROM authenticate($1)",
            "SELECT s.id AS session_id, s.user_id, s.organization_id, m.id AS member_id, m.role, m.name, u.email, u.email_verified, s.created_at, s.expires_at FROM sessions s JOIN users u ON u.id = s.user_id AND u.active JOIN members m ON m.organization_id = s.organization_id AND m.user_id = s.user_id AND m.active WHERE s.id = ?1 AND s.revoked_at IS NULL",
            vec![session.0.into()],
            false,
        )
        .await
    }

    /// The same for many sessions; those that are no longer good are left out.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn authenticate_all(
        &self,
        sessions: &[SessionId],
    ) -> StoreResult<Vec<Authenticated>> {
        let ids: Vec<String> = sessions
            .iter()
            .map(|id| id.0.simple().to_string())
            .collect();
        let ids = serde_json::Value::from(ids).to_string();
        self.all(
            "SELECT * FROM authenticate_all($1)",
            "SELECT s.id AS session_id, s.user_id, s.organization_id, m.id AS member_id, m.role, m.name, u.email, u.email_verified, s.created_at, s.expires_at FROM json_each(?1) wanted CROSS JOIN sessions s ON s.id = unhex(wanted.value) JOIN users u ON u.id = s.user_id AND u.active JOIN members m ON m.organization_id = s.organization_id AND m.user_id = s.user_id AND m.active WHERE s.revoked_at IS NULL",
            vec![ids.into()],
            false,
        )
        .await
    }

    /// The session of an id, ended or not.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn session(&self, session: SessionId) -> StoreResult<Option<Model>> {
        self.one(
            "SELECT * FROM find_session($1)",
            "SELECT * FROM sessions WHERE id = ?1",
            vec![session.0.into()],
            false,
        )
        .await
    }

    /// Deletes sessions and tokens past their end.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn delete_ended_sessions(&self, before: DateTime<Utc>) -> StoreResult<()> {
        self.rows(
            "SELECT delete_ended_sessions($1)",
            "DELETE FROM sessions WHERE expires_at < ?1",
            vec![before.into()],
            true,
        )
        .await?;
        if !self.is_postgres() {
            self.rows(
                "",
                "DELETE FROM one_time_tokens WHERE expires_at < ?1",
                vec![before.into()],
                true,
            )
            .await?;
        }
        Ok(())
    }
}
