//! Who calls: credentials, sessions, and the permission of the handler.

use std::{future::Future, pin::Pin, sync::Arc};

use actix_web::{HttpMessage, HttpRequest, http::header, web::Data};
use chrono::{DateTime, Utc};
use domain::identity::{member::reaches, role};
use futures_util::future::{LocalBoxFuture, Shared};
use persistence::{
    Owners, StoreError,
    identity::{member, session::Authenticated},
};
use shared_types::{
    ErrorCode, MemberId, OrganizationId, Permission, Reach, Role, SessionId, TeamId, UserId,
};

use crate::core::{
    error::{ApiError, ApiResult},
    request::identify,
    state::AppState,
};

/// Name of the cookie with the access token, but for its prefix.
pub const ACCESS_COOKIE: &str = "touchline_access";

/// Who calls, as of the last second.
#[derive(Clone, Debug)]
pub struct Principal {
    pub session_id: SessionId,
    pub user_id: UserId,
    pub organization_id: OrganizationId,
    pub member_id: MemberId,
    pub role: Role,
    /// Name of the member.
    pub name: String,
    pub email: String,
    pub email_verified: bool,
    /// When the session began.
    pub signed_in_at: DateTime<Utc>,
    /// Me and everybody in my reach `team`; only me where the role has no such reach.
    pub team: Vec<MemberId>,
}

impl Principal {
    /// How far a permission of the caller reaches, if it has it.
    #[must_use]
    pub fn reach(&self, permission: Permission) -> Option<Reach> {
        role::reach(self.role, permission)
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

pub(super) type Authorized = Shared<LocalBoxFuture<'static, Result<Arc<Principal>, ApiError>>>;

/// The permission of the handler under way, which bodies and paths wait for.
#[derive(Clone)]
pub(crate) struct Gate(pub(super) Authorized);

impl Gate {
    /// Passes once the caller is known to be allowed.
    pub(crate) fn of(request: &HttpRequest) -> Pin<Box<dyn Future<Output = ApiResult<()>>>> {
        let gate = request.extensions().get::<Self>().cloned();
        Box::pin(async move {
            if let Some(Self(authorized)) = gate {
                authorized.await?;
            }
            Ok(())
        })
    }
}

/// A connection of credentials: where they came from decides what else is asked.
enum Credential {
    Bearer(String),
    Cookie(String),
}

fn credential(request: &HttpRequest, state: &AppState) -> ApiResult<Credential> {
    if let Some(value) = request.headers().get(header::AUTHORIZATION) {
        let token = value
            .to_str()
            .ok()
            .and_then(|value| value.strip_prefix("Bearer "));
        return token
            .map(|token| Credential::Bearer(token.trim().to_owned()))
            .ok_or_else(ApiError::unauthenticated);
    }
    request
        .cookie(&cookie_name(ACCESS_COOKIE, state))
        .map(|cookie| Credential::Cookie(cookie.value().to_owned()))
        .ok_or_else(ApiError::unauthenticated)
}

/// The name of a cookie: with the prefix that binds it to host and TLS, where there is TLS.
#[must_use]
pub fn cookie_name(name: &str, state: &AppState) -> String {
    if state.config.secure_cookies() {
        format!("__Host-{name}")
    } else {
        name.to_owned()
    }
}

/// Refuses writes that another site makes with the cookies of this one.
///
/// # Errors
/// 403 unless the origin is ours or on the list.
pub fn same_origin(request: &HttpRequest, state: &AppState) -> ApiResult<()> {
    if request.method().is_safe() {
        return Ok(());
    }
    let header = |name: &str| {
        request
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    let refuse = || {
        ApiError::new(
            ErrorCode::CrossOrigin,
            "This request did not come from this site: send its Origin.",
        )
    };
    match (header("origin"), header("sec-fetch-site")) {
        (Some(origin), _) => {
            let info = request.connection_info();
            let own = format!("{}://{}", info.scheme(), info.host());
            if origin == own
                || origin == state.config.public_url
                || state
                    .config
                    .allowed_origins
                    .iter()
                    .any(|allowed| allowed == origin)
            {
                Ok(())
            } else {
                Err(refuse())
            }
        }
        (None, Some("same-origin" | "none")) => Ok(()),
        (None, _) => Err(refuse()),
    }
}

/// Who a session stands for, from the cache of a second or the database.
async fn principal(state: &AppState, session: SessionId) -> ApiResult<Arc<Principal>> {
    let load = async {
        let found = state
            .store
            .system()
            .authenticate(session)
            .await?
            .ok_or(StoreError::NotFound)?;
        let team = team(state, &found).await?;
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
        Ok::<_, StoreError>(Arc::new(Principal {
            session_id,
            user_id,
            organization_id,
            member_id,
            role,
            name,
            email,
            email_verified,
            signed_in_at: created_at,
            team,
        }))
    };
    state
        .principals
        .try_get_with(session, load)
        .await
        .map_err(|error| match &*error {
            StoreError::NotFound => ApiError::unauthenticated(),
            StoreError::Unavailable(detail) => StoreError::Unavailable(detail.clone()).into(),
            other => ApiError::internal(other.to_string()),
        })
}

async fn team(state: &AppState, found: &Authenticated) -> Result<Vec<MemberId>, StoreError> {
    let has_team = role::grants(found.role)
        .iter()
        .any(|grant| grant.reach == Reach::Team);
    if !has_team {
        return Ok(vec![found.member_id]);
    }
    let (links, owned) = member::chart(&state.store.read(found.organization_id)).await?;
    let mine: Vec<TeamId> = owned
        .into_iter()
        .filter(|(_, owner)| *owner == found.member_id)
        .map(|(team, _)| team)
        .collect();
    let mut team = reaches(&links, &mine, found.member_id);
    team.push(found.member_id);
    Ok(team)
}

pub(super) async fn authorize(
    request: HttpRequest,
    state: Data<AppState>,
    permission: Option<Permission>,
    now: DateTime<Utc>,
) -> ApiResult<Arc<Principal>> {
    let credential = credential(&request, &state)?;
    let token = match &credential {
        Credential::Bearer(token) | Credential::Cookie(token) => token,
    };
    let claims = state.tokens.verify(token, now)?;
    if matches!(credential, Credential::Cookie(_)) {
        same_origin(&request, &state)?;
    }
    let principal = principal(&state, claims.sid).await?;
    if principal.user_id != claims.sub {
        return Err(ApiError::unauthenticated());
    }
    identify(principal.user_id, principal.organization_id);
    let key = format!("user:{}", principal.user_id);
    let verdict = state
        .limiter
        .hit(&key, state.config.rate_limit_user, 60, now)
        .await;
    request.extensions_mut().insert(verdict);
    if !verdict.allowed {
        return Err(ApiError {
            retry_after: Some(verdict.reset),
            ..ApiError::new(ErrorCode::RateLimited, "Too many requests; wait a moment.")
        });
    }
    if state.config.require_verified_email && !principal.email_verified {
        return Err(ApiError::new(
            ErrorCode::EmailNotVerified,
            "Verify your e-mail address first.",
        ));
    }
    if permission.is_some_and(|permission| principal.reach(permission).is_none()) {
        return Err(ApiError::forbidden());
    }
    Ok(principal)
}
