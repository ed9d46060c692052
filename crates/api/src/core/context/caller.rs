//! Who calls: credentials, sessions, and the permission of the handler.

use std::{collections::HashMap, future::Future, pin::Pin, sync::Arc};

use actix_web::{HttpMessage, HttpRequest, http::header, web::Data};
use chrono::{DateTime, Utc};
use domain::identity::{member::reaches, role};
use futures_util::future::{LocalBoxFuture, Shared};
use persistence::{
    Db, StoreError,
    identity::{api_key, member},
};
use shared_types::{
    ErrorCode, MemberId, OrganizationId, Permission, Reach, Role, SessionId, TeamId,
    identity::API_KEY_PREFIX,
};

use super::principal::{Credentials, Principal, Via, no_keys};
use crate::core::{
    error::{ApiError, ApiResult},
    request::identify,
    state::AppState,
    token::hash_token,
};

/// Name of the cookie with the access token, but for its prefix.
pub const ACCESS_COOKIE: &str = "touchline_access";

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
    from_here(request, state)
}

/// The same of any request: what opens a connection that is no answer reads for whoever opened it.
///
/// # Errors
/// 403 unless the origin is ours or on the list.
pub fn from_here(request: &HttpRequest, state: &AppState) -> ApiResult<()> {
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
        let team = team(state, found.organization_id, found.member_id, found.role).await?;
        Ok::<_, StoreError>(Arc::new(Principal::of_session(found, team)))
    };
    let cached = state.principals.try_get_with(session.into(), load).await;
    cached.map_err(|error| refused(&error))
}

fn refused(error: &StoreError) -> ApiError {
    match error {
        StoreError::NotFound => ApiError::unauthenticated(),
        StoreError::Unavailable(detail) => StoreError::Unavailable(detail.clone()).into(),
        other => ApiError::internal(other.to_string()),
    }
}

/// Who an API key stands for, from the cache of a second or the database.
///
/// # Errors
/// 401 when the key of this hash is no longer good.
pub(crate) async fn principal_of_key(
    state: &Data<AppState>,
    hash: String,
    now: DateTime<Utc>,
) -> ApiResult<Arc<Principal>> {
    let load = async {
        let system = state.store.system();
        let found = system
            .authenticate_api_key(&hash)
            .await?
            .ok_or(StoreError::NotFound)?;
        if found.is_untouched(now) {
            let (state, id) = (state.clone(), found.key_id);
            // Beside the request: who only reads does not wait for a write.
            actix_web::rt::spawn(async move {
                if let Err(error) = state.store.system().touch_api_key(id, now).await {
                    tracing::warn!(%error, key_id = %id, "the use of an API key could not be written down");
                }
            });
        }
        let team = team(state, found.organization_id, found.member_id, found.role).await?;
        let scopes = found.scopes();
        let api_key::Authenticated {
            key_id,
            user_id,
            organization_id,
            member_id,
            role,
            name,
            email,
            email_verified,
            created_at,
            expires_at,
            ..
        } = found;
        Ok::<_, StoreError>(Arc::new(Principal {
            via: Via::Key {
                id: key_id,
                scopes,
                expires_at,
            },
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
    let cached = state
        .principals
        .try_get_with(Credentials::Key(hash.clone()), load)
        .await;
    let principal = cached.map_err(|error| refused(&error))?;
    match principal.via {
        Via::Key {
            expires_at: Some(end),
            ..
        } if end <= now => Err(ApiError::unauthenticated()),
        _ => Ok(principal),
    }
}

/// By what somebody who was identified is looked up again.
#[must_use]
pub fn credentials_of(request: &HttpRequest, principal: &Principal) -> Option<Credentials> {
    match principal.via {
        Via::Session(id) => Some(id.into()),
        Via::Key { .. } => {
            let value = request.headers().get(header::AUTHORIZATION)?;
            let key = value.to_str().ok()?.strip_prefix("Bearer ")?.trim();
            Some(Credentials::Key(hash_token(key.as_bytes())))
        }
        Via::Job => None,
    }
}

/// Whether something that a role may do reaches a team.
fn has_team(role: Role) -> bool {
    role::grants(role)
        .iter()
        .any(|grant| grant.reach == Reach::Team)
}

/// Everybody in the reach `team` of each of some members with their roles, and they themselves.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn teams(
    db: &impl Db,
    members: impl IntoIterator<Item = (MemberId, Role)>,
) -> Result<HashMap<MemberId, Vec<MemberId>>, StoreError> {
    let members: Vec<(MemberId, Role)> = members.into_iter().collect();
    let (links, owned) = if members.iter().any(|(_, role)| has_team(*role)) {
        member::chart(db).await?
    } else {
        Default::default()
    };
    let team = |member: MemberId, role: Role| {
        let mut team = Vec::new();
        if has_team(role) {
            let mine: Vec<TeamId> = owned
                .iter()
                .filter(|(_, owner)| *owner == member)
                .map(|(team, _)| *team)
                .collect();
            team = reaches(&links, &mine, member);
        }
        team.push(member);
        (member, team)
    };
    Ok(members
        .into_iter()
        .map(|(member, role)| team(member, role))
        .collect())
}

async fn team(
    state: &AppState,
    organization: OrganizationId,
    member: MemberId,
    role: Role,
) -> Result<Vec<MemberId>, StoreError> {
    let read = state.store.read(organization);
    let mut teams = teams(&read, [(member, role)]).await?;
    Ok(teams.remove(&member).unwrap_or_default())
}

/// Who calls, by whatever credential the request carries.
async fn identified(
    request: &HttpRequest,
    state: &Data<AppState>,
    now: DateTime<Utc>,
) -> ApiResult<Arc<Principal>> {
    let credential = credential(request, state)?;
    let token = match &credential {
        Credential::Bearer(key) if key.starts_with(API_KEY_PREFIX) => {
            return principal_of_key(state, hash_token(key.as_bytes()), now).await;
        }
        Credential::Bearer(token) | Credential::Cookie(token) => token,
    };
    let claims = state.tokens.verify(token, now)?;
    if matches!(credential, Credential::Cookie(_)) {
        same_origin(request, state)?;
    }
    let principal = principal(state, claims.sid).await?;
    if principal.user_id != claims.sub {
        return Err(ApiError::unauthenticated());
    }
    Ok(principal)
}

pub(super) async fn authorize(
    request: HttpRequest,
    state: Data<AppState>,
    permission: Option<Permission>,
    now: DateTime<Utc>,
) -> ApiResult<Arc<Principal>> {
    let principal = identified(&request, &state, now).await?;
    identify(principal.user_id, principal.organization_id);
    let (counted, limit) = match principal.via {
        Via::Session(_) | Via::Job => (
            format!("user:{}", principal.user_id),
            state.config.rate_limit_user,
        ),
        Via::Key { id, .. } => (format!("key:{id}"), state.config.rate_limit_key),
    };
    let verdict = state.limiter.hit(&counted, limit, 60, now).await;
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
    match (permission, &principal.via) {
        // What needs no permission belongs to the person: the account, its devices, its keys.
        (None, Via::Key { .. }) => Err(no_keys()),
        (Some(permission), _) if principal.reach(permission).is_none() => {
            Err(ApiError::forbidden())
        }
        _ => Ok(principal),
    }
}
