//! Who is connected to this process, by organization.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
};

use bytestring::ByteString;
use persistence::{StoreResult, platform::live};
use shared_types::{
    ErrorCode, OrganizationId, UserId,
    platform::{RealtimeData, RealtimeReason, RealtimeSubject, SignalKind},
};
use tokio::sync::{Notify, mpsc, watch};

use super::{bus::Bus, presence::Present};
use crate::core::{
    context::{Credentials, Principal},
    error::{ApiError, ApiResult},
    state::AppState,
};

/// Messages that wait for a connection: whoever reads more slowly is told to read anew.
pub const BUFFER: usize = 256;

/// A message on its way to a connection.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// Its place in the stream; 0 where it has none.
    pub seq: i64,
    /// The same as clients are told it.
    pub id: Option<ByteString>,
    /// The message as JSON.
    pub text: ByteString,
}

/// A connection as the hub knows it.
pub struct Connection {
    /// Who it is, as of the last second.
    pub principal: Arc<Principal>,
    /// By what it is looked up again.
    pub credentials: Credentials,
    /// Where its messages wait.
    pub sender: mpsc::Sender<Outgoing>,
    /// Says why it ends, once it does.
    pub end: watch::Sender<Option<RealtimeReason>>,
    /// The record that it has open.
    pub open: Option<RealtimeSubject>,
}

impl Connection {
    /// Hands it a message; whether it goes on.
    pub fn send(&self, message: &Outgoing) -> bool {
        match self.sender.try_send(message.clone()) {
            Ok(()) => true,
            Err(mpsc::error::TrySendError::Full(_)) => {
                metrics::counter!("touchline_live_slow_readers_total").increment(1);
                self.end.send_replace(Some(RealtimeReason::TooSlow));
                false
            }
            Err(mpsc::error::TrySendError::Closed(_)) => false,
        }
    }
}

/// The connections of an organization.
pub struct Tenant {
    /// The organization.
    pub organization: OrganizationId,
    /// Wakes up who reads its stream.
    pub wake: Notify,
    inner: Mutex<Inner>,
}

/// What changes of it.
#[derive(Default)]
pub struct Inner {
    /// The place up to which events were handed out.
    pub last: i64,
    /// The connections.
    pub connections: HashMap<u64, Connection>,
    /// Who has what open, at other servers.
    pub elsewhere: Present,
    /// What no log keeps, the latest of each record, until it is handed out.
    pub told: HashMap<RealtimeSubject, (SignalKind, RealtimeSubject, RealtimeData)>,
    /// Nobody reads its stream any more; who comes now makes another.
    pub over: bool,
}

impl Tenant {
    /// What changes of it, while nobody else changes it.
    pub fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Everybody who is connected to this process.
pub struct Hub {
    /// What servers tell each other.
    pub bus: Bus,
    tenants: Mutex<HashMap<OrganizationId, Arc<Tenant>>>,
    users: Mutex<HashMap<UserId, usize>>,
    total: AtomicUsize,
    numbers: AtomicU64,
    born: mpsc::UnboundedSender<Arc<Tenant>>,
    unborn: Mutex<Option<mpsc::UnboundedReceiver<Arc<Tenant>>>>,
    closing: watch::Sender<bool>,
    most: usize,
    most_of_a_user: usize,
}

impl Hub {
    /// Nobody yet; at most so many connections, and so many of a user.
    #[must_use]
    pub fn new(redis: Option<deadpool_redis::Pool>, most: usize, most_of_a_user: usize) -> Self {
        let (born, unborn) = mpsc::unbounded_channel();
        Self {
            bus: Bus::new(redis),
            tenants: Mutex::default(),
            users: Mutex::default(),
            total: AtomicUsize::new(0),
            numbers: AtomicU64::new(0),
            born,
            unborn: Mutex::new(Some(unborn)),
            closing: watch::Sender::new(false),
            most,
            most_of_a_user,
        }
    }

    /// The organizations whose streams are to be read from now on; given once.
    pub(super) fn newcomers(&self) -> Option<mpsc::UnboundedReceiver<Arc<Tenant>>> {
        self.unborn
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    fn tenants(&self) -> MutexGuard<'_, HashMap<OrganizationId, Arc<Tenant>>> {
        self.tenants.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The connections of an organization, where there are some.
    pub fn find(&self, organization: OrganizationId) -> Option<Arc<Tenant>> {
        self.tenants().get(&organization).cloned()
    }

    /// Tells every connection that the server ends.
    pub fn close(&self) {
        self.closing.send_replace(true);
    }

    /// Says when the server ends.
    pub fn closing(&self) -> watch::Receiver<bool> {
        self.closing.subscribe()
    }

    /// How many are connected.
    pub fn connected(&self) -> usize {
        self.total.load(Ordering::Relaxed)
    }

    /// A place for a connection of a user, held until it is dropped.
    ///
    /// # Errors
    /// 429 when the user has too many, 503 when the process has.
    pub fn admit(self: &Arc<Self>, user: UserId) -> ApiResult<Place> {
        if *self.closing.borrow() || self.total.load(Ordering::Relaxed) >= self.most {
            return Err(ApiError {
                retry_after: Some(2),
                ..ApiError::new(
                    ErrorCode::Unavailable,
                    "This server takes no more live connections; try again in a moment.",
                )
            });
        }
        let mut users = self.users.lock().unwrap_or_else(PoisonError::into_inner);
        let count = users.entry(user).or_default();
        if *count >= self.most_of_a_user {
            return Err(ApiError {
                retry_after: Some(30),
                ..ApiError::new(
                    ErrorCode::RateLimited,
                    format!(
                        "You have {} live connections open; close one first.",
                        self.most_of_a_user
                    ),
                )
            });
        }
        *count += 1;
        let total = self.total.fetch_add(1, Ordering::Relaxed) + 1;
        metrics::gauge!("touchline_live_connections").set(total as f64);
        Ok(Place {
            hub: self.clone(),
            user,
        })
    }

    /// The connections of an organization, whose stream is read from now on.
    async fn tenant(
        &self,
        state: &AppState,
        organization: OrganizationId,
    ) -> StoreResult<Arc<Tenant>> {
        if let Some(tenant) = self.find(organization) {
            return Ok(tenant);
        }
        let last = live::newest(&state.store.read(organization)).await?;
        let mut tenants = self.tenants();
        let tenant = tenants.entry(organization).or_insert_with(|| {
            let tenant = Arc::new(Tenant {
                organization,
                wake: Notify::new(),
                inner: Mutex::new(Inner {
                    last,
                    ..Inner::default()
                }),
            });
            let _ = self.born.send(tenant.clone());
            tenant
        });
        Ok(tenant.clone())
    }

    /// Lets a connection in: everything that gets its place after the one answered here is handed to it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn join(
        self: &Arc<Self>,
        state: &AppState,
        principal: Arc<Principal>,
        credentials: Credentials,
    ) -> StoreResult<Joined> {
        let number = self.numbers.fetch_add(1, Ordering::Relaxed);
        let (sender, messages) = mpsc::channel(BUFFER);
        let end = watch::Sender::new(None);
        let ended = end.subscribe();
        let mut connection = Some(Connection {
            principal: principal.clone(),
            credentials,
            sender,
            end,
            open: None,
        });
        loop {
            let tenant = self.tenant(state, principal.organization_id).await?;
            let mut inner = tenant.lock();
            if inner.over {
                drop(inner);
                self.forget(&tenant);
                continue;
            }
            if let Some(connection) = connection.take() {
                inner.connections.insert(number, connection);
            }
            let last = inner.last;
            drop(inner);
            return Ok(Joined {
                hub: self.clone(),
                number,
                tenant,
                messages,
                ended,
                last,
            });
        }
    }

    /// Forgets an organization whose stream nobody reads any more.
    pub(super) fn forget(&self, tenant: &Arc<Tenant>) {
        let mut tenants = self.tenants();
        if tenants
            .get(&tenant.organization)
            .is_some_and(|known| Arc::ptr_eq(known, tenant))
        {
            tenants.remove(&tenant.organization);
        }
    }
}

/// A place for a connection.
pub struct Place {
    hub: Arc<Hub>,
    user: UserId,
}

impl Drop for Place {
    fn drop(&mut self) {
        let total = self.hub.total.fetch_sub(1, Ordering::Relaxed) - 1;
        metrics::gauge!("touchline_live_connections").set(total as f64);
        let mut users = self
            .hub
            .users
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = users.get_mut(&self.user) {
            *count -= 1;
            if *count == 0 {
                users.remove(&self.user);
            }
        }
    }
}

/// A connection that was let in, as it sees itself.
pub struct Joined {
    /// Everybody.
    hub: Arc<Hub>,
    /// Its number in the process.
    pub number: u64,
    /// Its organization.
    pub tenant: Arc<Tenant>,
    /// What it is handed.
    pub messages: mpsc::Receiver<Outgoing>,
    /// Why it ends, once it does.
    pub ended: watch::Receiver<Option<RealtimeReason>>,
    /// The place after which it is handed everything.
    pub last: i64,
}

impl Drop for Joined {
    fn drop(&mut self) {
        let left = self.tenant.lock().connections.remove(&self.number);
        if let Some(subject) = left.and_then(|connection| connection.open) {
            self.hub.announce(&self.tenant, subject);
        }
    }
}
