//! Whom a credential stands for, and what they may do.

use chrono::{DateTime, Utc};
use domain::identity::{api_key, role};
use persistence::{
    Db, Owners, StoreResult,
    identity::{member, session::Authenticated},
};
use shared_types::{
    ApiKeyId, ErrorCode, MemberId, OrganizationId, Permission, Reach, Role, SessionId, UserId,
};
use uuid::Uuid;

use super::caller::teams;
use crate::core::error::{ApiError, ApiResult};

/// What somebody calls with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Via {
    /// A session: a person who signed in.
    Session(SessionId),
    /// An API key, which reaches no further than its scopes.
    Key {
        id: ApiKeyId,
        scopes: Vec<Permission>,
        expires_at: Option<DateTime<Utc>>,
    },
    /// A job that goes on without them.
    Job,
}

/// What somebody who calls is remembered by for a second.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Credentials {
    /// A session.
    Session(SessionId),
    /// The hash of an API key.
    Key(String),
}

impl From<SessionId> for Credentials {
    fn from(id: SessionId) -> Self {
        Self::Session(id)
    }
}

/// Who calls, as of the last second.
#[derive(Clone, Debug)]
pub struct Principal {
    pub via: Via,
    pub user_id: UserId,
    pub organization_id: OrganizationId,
    pub member_id: MemberId,
    pub role: Role,
    /// Name of the member.
    pub name: String,
    pub email: String,
    pub email_verified: bool,
    /// When the session began, or the key was made.
    pub signed_in_at: DateTime<Utc>,
    /// Me and everybody in my reach `team`; only me where the role has no such reach.
    pub team: Vec<MemberId>,
}

impl Principal {
    /// Whom a session stands for, with everybody in their reach `team`.
    #[must_use]
    pub fn of_session(found: Authenticated, team: Vec<MemberId>) -> Self {
        let Authenticated {
            session_id,
            user_id,
            organization_id,
            member_id,
            role,
            name,
            email,
            email_verified,
            created_at,
            expires_at: _,
        } = found;
        Self {
            via: Via::Session(session_id),
            user_id,
            organization_id,
            member_id,
            role,
            name,
            email,
            email_verified,
            signed_in_at: created_at,
            team,
        }
    }

    /// Whether somebody else reaches what this one does, and no more.
    #[must_use]
    pub fn reaches_like(&self, other: &Self) -> bool {
        let sorted = |team: &[MemberId]| {
            let mut team = team.to_vec();
            team.sort_unstable();
            team
        };
        self.role == other.role
            && self.member_id == other.member_id
            && self.via == other.via
            && sorted(&self.team) == sorted(&other.team)
    }

    /// A member in whose name a job works; none where the member is nobody who could sign in.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn of_job(
        db: &impl Db,
        member: member::Model,
        via: Via,
    ) -> StoreResult<Option<Self>> {
        let (true, Some(user_id)) = (member.active, member.user_id) else {
            return Ok(None);
        };
        let mut teams = teams(db, [(member.id, member.role)]).await?;
        Ok(Some(Self {
            via,
            user_id,
            organization_id: db.organization(),
            member_id: member.id,
            role: member.role,
            name: member.name,
            email: member.email.unwrap_or_default(),
            email_verified: false,
            signed_in_at: member.created_at,
            team: teams.remove(&member.id).unwrap_or_default(),
        }))
    }

    /// How far a permission of the caller reaches, if it has it.
    #[must_use]
    pub fn reach(&self, permission: Permission) -> Option<Reach> {
        match &self.via {
            Via::Session(_) | Via::Job => role::reach(self.role, permission),
            Via::Key { scopes, .. } => api_key::reach(self.role, scopes, permission),
        }
    }

    /// The session of the caller.
    ///
    /// # Errors
    /// 403 for an API key, which has none.
    pub fn session_id(&self) -> ApiResult<SessionId> {
        match self.via {
            Via::Session(id) => Ok(id),
            Via::Key { .. } | Via::Job => Err(no_keys()),
        }
    }

    /// By what idempotency keys of this caller are told from those of others.
    #[must_use]
    pub fn caller_id(&self) -> Uuid {
        match self.via {
            Via::Session(_) | Via::Job => self.member_id.0,
            Via::Key { id, .. } => id.0,
        }
    }

    /// Whether a permission of the caller reaches a record of this owner.
    #[must_use]
    pub fn reaches(&self, permission: Permission, owner: Option<MemberId>) -> bool {
        self.owners(permission)
            .is_ok_and(|owners| owners.reach(owner))
    }

    /// The owners whose records a permission reaches.
    ///
    /// # Errors
    /// 403 when the caller does not have it.
    pub fn owners(&self, permission: Permission) -> ApiResult<Owners> {
        Ok(
            match self.reach(permission).ok_or_else(ApiError::forbidden)? {
                Reach::Organization => Owners::Anybody,
                Reach::Team => Owners::Of(self.team.clone()),
                Reach::Own => Owners::Of(vec![self.member_id]),
            },
        )
    }
}

/// What an API key is told where a person has to sign in.
pub(super) fn no_keys() -> ApiError {
    ApiError::new(
        ErrorCode::Forbidden,
        "An API key may not do this; sign in for it.",
    )
}
