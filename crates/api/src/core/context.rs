//! The context of a request: who calls, what for, and the handles that are bound to the tenant.

use std::{future::Future, marker::PhantomData, pin::Pin, sync::Arc};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::Payload,
    http::{StatusCode, header},
    web::Data,
};
use chrono::{DateTime, Utc};
use domain::identity::{member::reaches, role};
use futures_util::{
    FutureExt,
    future::{LocalBoxFuture, Shared},
};
use persistence::{
    Actor, Owners, Page, PageRequest, Position, Read, StoreError, Tx,
    identity::{member, session::Authenticated},
    platform::{event, idempotency},
};
use serde::{Serialize, de::DeserializeOwned};
use shared_types::{
    AnyOf, ErrorCode, ListQuery, MemberId, OrganizationId, Permission, Reach, Role, SessionId,
    TeamId, UserId,
    platform::{Event, ListEvents, SubjectKind},
};
use uuid::Uuid;

use crate::core::{
    clock::new_id,
    error::{ApiError, ApiResult},
    permit::Permit,
    reply::{Cache, Reply, etag},
    request::{facts, identify},
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

type Authorized = Shared<LocalBoxFuture<'static, Result<Arc<Principal>, ApiError>>>;

/// The permission of the handler under way, which bodies and paths wait for.
#[derive(Clone)]
pub(crate) struct Gate(Authorized);

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

/// The context of a request that needs the permission `P`.
pub struct Ctx<P> {
    principal: Arc<Principal>,
    state: Data<AppState>,
    now: DateTime<Utc>,
    request: HttpRequest,
    permission: PhantomData<P>,
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

async fn authorize(
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

impl<P: Permit> FromRequest for Ctx<P> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, ApiResult<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let Some(state) = request.app_data::<Data<AppState>>().cloned() else {
            return Box::pin(async { Err(ApiError::internal("the state is missing")) });
        };
        let now = state.clock.now();
        let authorized: Authorized = authorize(request.clone(), state.clone(), P::PERMISSION, now)
            .boxed_local()
            .shared();
        // Bodies and paths wait for this: a stranger sees 401, whatever the rest is like.
        request.extensions_mut().insert(Gate(authorized.clone()));
        let request = request.clone();
        Box::pin(async move {
            let principal = authorized.await?;
            Ok(Self {
                principal,
                state,
                now,
                request,
                permission: PhantomData,
            })
        })
    }
}

impl<P: Permit> Ctx<P> {
    /// Who calls.
    #[must_use]
    pub fn me(&self) -> &Principal {
        &self.principal
    }

    /// The time of the request.
    #[must_use]
    pub const fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// What the process shares.
    #[must_use]
    pub fn state(&self) -> &Data<AppState> {
        &self.state
    }

    /// A handle to read in the tenant.
    #[must_use]
    pub fn read(&self) -> Read {
        self.state.store.read(self.principal.organization_id)
    }

    /// Who acts, for events.
    #[must_use]
    pub fn actor(&self) -> Actor {
        let request = facts();
        Actor {
            member: Some(self.principal.member_id),
            request_id: Some(request.id),
            ip_address: Some(request.ip).filter(|ip| !ip.is_empty()),
            now: self.now,
            new_id,
        }
    }

    fn begin(&self, as_user: bool) -> Tx {
        let user = as_user.then_some(self.principal.user_id);
        self.state
            .store
            .begin(self.principal.organization_id, user, self.actor())
    }

    /// The owners whose records the permission of this handler reaches.
    ///
    /// # Errors
    /// 403 when the caller does not have it.
    pub fn owners(&self) -> ApiResult<Owners> {
        P::PERMISSION.map_or(
            Ok(Owners::Of(vec![self.principal.member_id])),
            |permission| self.principal.owners(permission),
        )
    }

    /// Whether the permission of this handler reaches a record of this owner.
    ///
    /// # Errors
    /// 403 when it does not.
    pub fn require_reach(&self, owner: Option<MemberId>) -> ApiResult<()> {
        let reach = P::PERMISSION
            .and_then(|permission| self.principal.reach(permission))
            .ok_or_else(ApiError::forbidden)?;
        if role::within(reach, owner, self.principal.member_id, &self.principal.team) {
            return Ok(());
        }
        Err(ApiError::new(
            ErrorCode::Forbidden,
            "You may see this record, but not change it.",
        ))
    }

    /// Whether the caller may give a record to this owner.
    ///
    /// # Errors
    /// 422 naming the field when it may not.
    pub fn require_assignable(&self, owner: Option<MemberId>) -> ApiResult<()> {
        let reach = P::PERMISSION
            .and_then(|permission| self.principal.reach(permission))
            .ok_or_else(ApiError::forbidden)?;
        if role::may_assign(reach, owner, self.principal.member_id, &self.principal.team) {
            return Ok(());
        }
        Err(ApiError::field(
            "ownerId",
            "must be a member within your reach",
        ))
    }

    /// Runs a write in one transaction, and again when another stood in its way.
    ///
    /// # Errors
    /// Those of the work; and of the store.
    pub async fn write<T>(&self, work: impl AsyncFn(&Tx) -> ApiResult<T>) -> ApiResult<T> {
        self.retrying(false, work, |_, _| Ok(())).await
    }

    /// The same for what belongs to the user, not to the tenant (sessions, the password).
    ///
    /// # Errors
    /// Those of the work; and of the store.
    pub async fn write_as_user<T>(&self, work: impl AsyncFn(&Tx) -> ApiResult<T>) -> ApiResult<T> {
        self.retrying(true, work, |_, _| Ok(())).await
    }

    /// Reads what belongs to the user.
    ///
    /// # Errors
    /// Those of the work; and of the store.
    pub async fn read_as_user<T>(&self, work: impl AsyncFn(&Tx) -> ApiResult<T>) -> ApiResult<T> {
        work(&self.begin(true).read_only()).await
    }

    async fn retrying<T>(
        &self,
        as_user: bool,
        work: impl AsyncFn(&Tx) -> ApiResult<T>,
        before_commit: impl Fn(&Tx, &T) -> ApiResult<()>,
    ) -> ApiResult<T> {
        let mut attempt = 0;
        loop {
            attempt += 1;
            let tx = self.begin(as_user);
            let result = match work(&tx).await {
                Ok(value) => {
                    before_commit(&tx, &value)?;
                    tx.commit().await.map(|()| value).map_err(ApiError::from)
                }
                Err(error) => Err(error),
            };
            match result {
                Err(error)
                    if error.detail.as_deref() == Some("contention outlasted the retries")
                        && attempt < 4 =>
                {
                    tokio::time::sleep(std::time::Duration::from_millis(10 << attempt)).await;
                }
                other => return other,
            }
        }
    }

    /// Runs a `POST` once: under an idempotency key the first answer is kept with what it answers
    /// for, and given again.
    ///
    /// # Errors
    /// Those of the work; 409 when the key was used for another request.
    pub async fn post<T>(
        &self,
        work: impl AsyncFn(&Tx) -> ApiResult<Reply<T>>,
    ) -> ApiResult<Once<T>>
    where
        T: Serialize + DeserializeOwned,
    {
        let Some(key) = self.idempotency_key()? else {
            return self.write(work).await.map(|reply| Once {
                reply,
                replayed: false,
            });
        };
        if let Some(answer) = self.replay(&key).await? {
            return Ok(answer);
        }
        let keep = |tx: &Tx, reply: &Reply<T>| {
            let body = serde_json::to_string(&reply.data)
                .map_err(|error| ApiError::internal(error.to_string()))?;
            tx.insert::<idempotency::Entity>(idempotency::Model {
                organization_id: self.principal.organization_id,
                caller_id: self.principal.member_id.0,
                key: key.name.clone(),
                request_hash: key.request.clone(),
                status: i32::from(reply.status.as_u16()),
                body,
                location: reply.location.clone(),
                etag: reply.etag.clone(),
                created_at: self.now,
            });
            Ok(())
        };
        match self.retrying(false, work, keep).await {
            Ok(reply) => Ok(Once {
                reply,
                replayed: false,
            }),
            // Somebody else may have been faster with the same key; then theirs is the answer.
            Err(error) if status_conflicts(&error) => match self.replay(&key).await? {
                Some(answer) => Ok(answer),
                None => Err(error),
            },
            Err(error) => Err(error),
        }
    }

    fn idempotency_key(&self) -> ApiResult<Option<Key>> {
        let Some(value) = self.request.headers().get("idempotency-key") else {
            return Ok(None);
        };
        let name = value
            .to_str()
            .ok()
            .filter(|name| (1..=255).contains(&name.len()));
        let name = name.ok_or_else(|| {
            ApiError::new(
                ErrorCode::BadRequest,
                "Idempotency-Key must have 1 to 255 visible ASCII characters.",
            )
        })?;
        let body = self
            .request
            .extensions()
            .get::<BodyHash>()
            .map_or_else(String::new, |hash| hash.0.clone());
        Ok(Some(Key {
            name: name.to_owned(),
            request: format!("{} {} {body}", self.request.method(), self.request.uri()),
        }))
    }

    async fn replay<T: DeserializeOwned>(&self, key: &Key) -> ApiResult<Option<Once<T>>> {
        let Some(kept) =
            idempotency::find(&self.read(), self.principal.member_id.0, &key.name).await?
        else {
            return Ok(None);
        };
        if kept.created_at + chrono::TimeDelta::hours(24) < self.now {
            return Ok(None);
        }
        if kept.request_hash != key.request {
            return Err(ApiError::new(
                ErrorCode::IdempotencyKeyReused,
                "This Idempotency-Key was used for another request; take a new one.",
            ));
        }
        let status = u16::try_from(kept.status)
            .ok()
            .and_then(|status| StatusCode::from_u16(status).ok());
        let reply = Reply {
            status: status.unwrap_or(StatusCode::OK),
            data: serde_json::from_str(&kept.body)
                .map_err(|error| ApiError::internal(error.to_string()))?,
            pagination: None,
            etag: kept.etag,
            location: kept.location,
            cache: Cache::Tenant,
        };
        Ok(Some(Once {
            reply,
            replayed: true,
        }))
    }

    /// Checks `If-Match` against the version of a record, and refuses a stale one with the record
    /// as it is now.
    ///
    /// # Errors
    /// 412 when the record has changed since.
    pub fn if_match<T: Serialize>(
        &self,
        version: i64,
        current: impl FnOnce() -> T,
    ) -> ApiResult<()> {
        let Some(value) = self.request.headers().get(header::IF_MATCH) else {
            return Ok(());
        };
        let tags = value.to_str().unwrap_or_default();
        let expected = etag(version);
        if tags
            .split(',')
            .map(str::trim)
            .any(|tag| tag == "*" || tag.trim_start_matches("W/") == expected)
        {
            return Ok(());
        }
        Err(ApiError::from(StoreError::Stale).with_current(&current()))
    }

    /// The place in a list that a query asks for.
    ///
    /// # Errors
    /// 422 when its cursor belongs to another list or other filters.
    pub fn position<Q: ListQuery>(&self, list: &str, query: &Q) -> ApiResult<Option<Position>> {
        self.state
            .cursors
            .decode(list, self.principal.organization_id, query)
    }

    /// The cursor of a place in a list.
    pub fn cursor<Q: ListQuery>(&self, list: &str, query: &Q, position: &Position) -> String {
        self.state
            .cursors
            .encode(position, list, self.principal.organization_id, query)
    }

    /// The answer with a page of a list.
    pub fn page<T, Q: ListQuery>(&self, list: &str, query: &Q, page: Page<T>) -> Reply<Vec<T>> {
        let pagination =
            self.state
                .cursors
                .pagination(&page, list, self.principal.organization_id, query);
        Reply::page(page.rows, pagination)
    }

    /// What happened to a record, the latest first. The caller has checked that it may be read.
    ///
    /// # Errors
    /// 422 when the cursor belongs to another list; and those of the store.
    pub async fn timeline(
        &self,
        kind: SubjectKind,
        id: impl Into<Uuid>,
        query: ListEvents,
    ) -> ApiResult<Reply<Vec<Event>>> {
        let query = ListEvents {
            subject_type: Some(AnyOf(vec![kind])),
            subject_id: Some(id.into()),
            ..query
        };
        let request = PageRequest::new(&query, self.position("timeline", &query)?);
        let page = event::list(&self.read(), &query, &request).await?;
        let pagination = self.state.cursors.pagination(
            &page,
            "timeline",
            self.principal.organization_id,
            &query,
        );
        let events = page
            .rows
            .into_iter()
            .map(|found| found.into_view(false))
            .collect::<Result<_, _>>()?;
        Ok(Reply::page(events, pagination))
    }

    /// The name of the member who is to own a record.
    ///
    /// # Errors
    /// 422 on `ownerId` when there is no such active member.
    pub async fn member_name(&self, owner: Option<MemberId>) -> ApiResult<Option<String>> {
        let Some(owner) = owner else { return Ok(None) };
        if owner == self.principal.member_id {
            return Ok(Some(self.principal.name.clone()));
        }
        match member::get(&self.read(), owner).await {
            Ok(row) if row.active => Ok(Some(row.name)),
            Ok(_) | Err(StoreError::NotFound) => Err(ApiError::field(
                "ownerId",
                "must be an active member of the organization",
            )),
            Err(error) => Err(error.into()),
        }
    }
}

fn status_conflicts(error: &ApiError) -> bool {
    matches!(
        error.code,
        ErrorCode::AlreadyExists | ErrorCode::Unavailable | ErrorCode::Conflict
    )
}

struct Key {
    name: String,
    request: String,
}

/// The digest of the body, left by the extractor that read it.
#[derive(Clone)]
pub(crate) struct BodyHash(pub(crate) String);

/// The answer to a `POST`, and whether it was given before.
pub struct Once<T> {
    reply: Reply<T>,
    replayed: bool,
}

impl<T> Once<T> {
    /// What is answered.
    pub fn data(&self) -> &T {
        &self.reply.data
    }
}

impl<T: Serialize> actix_web::Responder for Once<T> {
    type Body = actix_web::body::BoxBody;

    fn respond_to(self, request: &HttpRequest) -> actix_web::HttpResponse {
        let mut response = self.reply.respond_to(request);
        if self.replayed {
            response.headers_mut().insert(
                header::HeaderName::from_static("idempotency-replayed"),
                header::HeaderValue::from_static("true"),
            );
        }
        response
    }
}
