//! The context of a request: who calls, what for, and the handles that are bound to the tenant.

mod caller;
mod once;
mod principal;

use std::{marker::PhantomData, sync::Arc};

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, http::header, web::Data};
use chrono::{DateTime, Utc};
use domain::identity::{role, second_factor::is_recent};
use futures_util::{FutureExt, future::LocalBoxFuture};
use persistence::{
    Actor, Db, Owners, Page, PageRequest, Position, Read, StoreError, Tx, identity::member,
    platform::event,
};
use serde::Serialize;
use shared_types::{
    AnyOf, ErrorCode, ListQuery, MemberId,
    platform::{Event, EventKind, ListEvents, SubjectKind},
};
use uuid::Uuid;

use self::caller::{Authorized, authorize};
pub use self::{
    caller::{ACCESS_COOKIE, cookie_name, credentials_of, from_here, same_origin},
    once::Once,
    principal::{Credentials, Principal, Via},
};
pub(crate) use self::{
    caller::{Gate, principal_of_key, teams},
    once::BodyHash,
};
use crate::core::{
    clock::new_id,
    error::{ApiError, ApiResult},
    permit::Permit,
    reply::{Reply, version_of},
    request::facts,
    state::AppState,
};

/// The context of a request that needs the permission `P`.
pub struct Ctx<P> {
    principal: Arc<Principal>,
    state: Data<AppState>,
    now: DateTime<Utc>,
    request: HttpRequest,
    expected: Expected,
    permission: PhantomData<P>,
}

/// Which version of a record a write is for.
#[derive(Clone, Copy)]
enum Expected {
    /// The one that `If-Match` names, if it is there.
    Header,
    /// This one, if one is named.
    Version(Option<i64>),
}

impl<P> Clone for Ctx<P> {
    fn clone(&self) -> Self {
        Self {
            principal: self.principal.clone(),
            state: self.state.clone(),
            now: self.now,
            request: self.request.clone(),
            expected: self.expected,
            permission: PhantomData,
        }
    }
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
                expected: Expected::Header,
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

    /// Who calls, to be kept for longer than the request.
    #[must_use]
    pub fn principal(&self) -> Arc<Principal> {
        self.principal.clone()
    }

    /// The same caller with another permission.
    ///
    /// # Errors
    /// 403 when the caller does not have it.
    pub fn permitted<Q: Permit>(&self) -> ApiResult<Ctx<Q>> {
        if Q::PERMISSION.is_some_and(|permission| self.principal.reach(permission).is_none()) {
            return Err(ApiError::forbidden());
        }
        Ok(Ctx {
            principal: self.principal.clone(),
            state: self.state.clone(),
            now: self.now,
            request: self.request.clone(),
            expected: self.expected,
            permission: PhantomData,
        })
    }

    /// The same for one record of many, of this version where one is named.
    #[must_use]
    pub fn at(&self, version: Option<i64>) -> Self {
        Self {
            expected: Expected::Version(version),
            ..self.clone()
        }
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

    /// Checks that the password was given within the last minutes: what changes how one signs in
    /// asks for it.
    ///
    /// # Errors
    /// 403 otherwise; `POST /api/v1/auth/reauthenticate` helps.
    pub fn require_recent(&self) -> ApiResult<()> {
        if is_recent(self.principal.signed_in_at, self.now) {
            return Ok(());
        }
        Err(ApiError::new(
            ErrorCode::ReauthenticationRequired,
            "Give your password again for this.",
        ))
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
        let stale = || Err(ApiError::from(StoreError::Stale).with_current(&current()));
        if let Expected::Version(wanted) = self.expected {
            return match wanted {
                Some(wanted) if wanted != version => stale(),
                _ => Ok(()),
            };
        }
        let Some(value) = self.request.headers().get(header::IF_MATCH) else {
            return Ok(());
        };
        let tags = value.to_str().unwrap_or_default();
        if tags
            .split(',')
            .map(str::trim)
            .any(|tag| tag == "*" || version_of(tag) == Some(version))
        {
            return Ok(());
        }
        stale()
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
        // Who looked at a record is for those who read the audit log.
        let kinds = query.kind.map(|AnyOf(mut kinds)| {
            kinds.retain(|kind| *kind != EventKind::Viewed);
            AnyOf(kinds)
        });
        let query = ListEvents {
            kind: kinds,
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
    pub async fn member_name(
        &self,
        db: &impl Db,
        owner: Option<MemberId>,
    ) -> ApiResult<Option<String>> {
        let Some(owner) = owner else { return Ok(None) };
        if owner == self.principal.member_id {
            return Ok(Some(self.principal.name.clone()));
        }
        match member::get(db, owner).await {
            Ok(row) if row.active => Ok(Some(row.name)),
            Ok(_) | Err(StoreError::NotFound) => Err(ApiError::field(
                "ownerId",
                "must be an active member of the organization",
            )),
            Err(error) => Err(error.into()),
        }
    }
}
