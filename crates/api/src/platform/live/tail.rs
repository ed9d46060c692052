//! Reads the stream of each organization that has connections, once for all of them, and hands on what each may read.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Instant,
};

use actix_web::web::Data;
use futures_util::StreamExt;
use persistence::{
    StoreResult,
    identity::session::Authenticated,
    platform::live::{self, Streamed},
};
use shared_types::{
    ErrorCode, MemberId, Role, SessionId,
    platform::{RealtimeReason, RealtimeSubject, SignalKind},
};
use tokio::{
    sync::{broadcast, watch},
    time::{Duration, MissedTickBehavior},
};

use super::{
    access::ways,
    bus::Signal,
    hub::{Connection, Outgoing, Tenant},
    message::{event_message, is_told, signal_message},
    presence::{self, Heard, REPEATED},
};
use crate::core::{
    context::{Credentials, Principal, principal_of_key, teams},
    error::ApiError,
    state::AppState,
};

/// How often the stream is read without a signal, and how long it is believed who somebody is.
const EVERY: Duration = Duration::from_millis(800);
/// After how long without connections the stream is no longer read.
const IDLE: Duration = Duration::from_secs(10);

/// Hears signals and reads streams until `stop` says so.
pub async fn run(state: Data<AppState>, stop: watch::Receiver<bool>) {
    let hub = state.live.clone();
    let Some(mut newcomers) = hub.newcomers() else {
        return;
    };
    let url = state.config.redis_url.clone();
    let relay = hub.bus.relay(url.as_deref(), stop.clone());
    let listen = async {
        let (mut signals, mut stop) = (hub.bus.listen(), stop.clone());
        loop {
            tokio::select! {
                signal = signals.recv() => match signal {
                    Ok(signal) => hear(&state, signal),
                    // The streams are read soon anyway.
                    Err(broadcast::error::RecvError::Lagged(_)) => {}
                    Err(broadcast::error::RecvError::Closed) => return,
                },
                _ = stop.changed() => return,
            }
        }
    };
    let read = async {
        let (mut tails, mut stop) = (futures_util::stream::FuturesUnordered::new(), stop.clone());
        loop {
            tokio::select! {
                Some(tenant) = newcomers.recv() => tails.push(follow(&state, tenant)),
                Some(()) = tails.next(), if !tails.is_empty() => {}
                _ = stop.changed() => return,
            }
        }
    };
    futures_util::join!(relay, listen, read);
}

fn hear(state: &AppState, signal: Signal) {
    let hub = &state.live;
    match signal {
        Signal::Events { organization, seq } => {
            if let Some(tenant) = hub.find(organization)
                && tenant.lock().last < seq
            {
                tenant.wake.notify_one();
            }
        }
        Signal::Told {
            organization,
            kind,
            subject,
            data,
        } => {
            if let Some(tenant) = hub.find(organization) {
                let told = (kind, subject, data);
                tenant.lock().told.insert(subject, told);
                tenant.wake.notify_one();
            }
        }
        Signal::Present {
            organization,
            server,
            subject,
            members,
        } => {
            let Some(tenant) = hub.find(organization) else {
                return;
            };
            let mut inner = tenant.lock();
            let own = server == hub.bus.server;
            let heard = if own {
                Heard::Changed
            } else {
                inner
                    .elsewhere
                    .hear(server, subject, members, Instant::now())
            };
            let open_here = inner
                .connections
                .values()
                .any(|one| one.open == Some(subject));
            if heard != Heard::Same && open_here {
                presence::show(&mut inner, subject, state.clock.now());
            }
            drop(inner);
            if heard == Heard::New && open_here {
                hub.announce(&tenant, subject);
            }
        }
    }
}

/// Follows the stream of an organization until nobody is connected any more.
async fn follow(state: &Data<AppState>, tenant: Arc<Tenant>) {
    let mut tick = tokio::time::interval(EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut checked, mut busy, mut repeated) = (None, Instant::now(), Instant::now());
    loop {
        tokio::select! {
            _ = tick.tick() => {}
            () = tenant.wake.notified() => {}
        }
        {
            let mut inner = tenant.lock();
            if !inner.connections.is_empty() {
                busy = Instant::now();
            } else if busy.elapsed() > IDLE {
                inner.over = true;
                drop(inner);
                state.live.forget(&tenant);
                return;
            }
        }
        if let Err(error) = look(state, &tenant, &mut checked).await {
            tracing::warn!(%error, organization_id = %tenant.organization, "what happened cannot be read just now");
        }
        let mut inner = tenant.lock();
        for subject in inner.elsewhere.forget_old(Instant::now()) {
            presence::show(&mut inner, subject, state.clock.now());
        }
        drop(inner);
        if repeated.elapsed() > REPEATED {
            repeated = Instant::now();
            state.live.repeat(&tenant);
        }
    }
}

/// Hands on what is new, after a look at who everybody is where the last one was too long ago.
async fn look(
    state: &Data<AppState>,
    tenant: &Arc<Tenant>,
    checked: &mut Option<Instant>,
) -> StoreResult<()> {
    loop {
        if checked.is_none_or(|at| at.elapsed() >= EVERY) {
            check(state, tenant).await?;
            *checked = Some(Instant::now());
        }
        let last = tenant.lock().last;
        let read = state.store.read(tenant.organization);
        let events = live::after(&read, last).await?;
        hand_out(state, tenant, &events).await?;
        tell(state, tenant).await?;
        if events.len() < live::BATCH {
            return Ok(());
        }
    }
}

/// Hands events to those who may read them.
async fn hand_out(state: &AppState, tenant: &Arc<Tenant>, events: &[Streamed]) -> StoreResult<()> {
    let Some(newest) = events.last().map(|event| event.seq) else {
        return Ok(());
    };
    let organization = tenant.organization;
    let told = events.iter().filter(|event| is_told(&event.event));
    let told: Vec<(RealtimeSubject, Outgoing)> = told
        .map(|event| {
            let id = state.cursors.place(organization, event.seq);
            event_message(event, id)
        })
        .collect();
    let read = state.store.read(organization);
    let ways = ways(&read, told.iter().map(|(subject, _)| *subject)).await?;
    let mut inner = tenant.lock();
    inner.connections.retain(|_, connection| {
        told.iter().all(|(subject, message)| {
            let may = ways.open(*subject, &connection.principal);
            if !may && connection.open == Some(*subject) {
                connection.open = None;
            }
            !may || connection.send(message)
        })
    });
    inner.last = newest;
    Ok(())
}

/// Hands on what no log keeps.
async fn tell(state: &AppState, tenant: &Arc<Tenant>) -> StoreResult<()> {
    let told = std::mem::take(&mut tenant.lock().told);
    if told.is_empty() {
        return Ok(());
    }
    let read = state.store.read(tenant.organization);
    let ways = ways(&read, told.keys().copied()).await?;
    let now = state.clock.now();
    let messages: Vec<(RealtimeSubject, Outgoing)> = told
        .into_values()
        .map(|(kind, subject, data)| {
            let mut message = signal_message(kind, now, data);
            message.subject = Some(subject);
            (subject, Outgoing::signal(&message))
        })
        .collect();
    tenant.lock().connections.retain(|_, connection| {
        messages.iter().all(|(subject, message)| {
            !ways.open(*subject, &connection.principal) || connection.send(message)
        })
    });
    Ok(())
}

/// Looks who everybody is at this moment: ends those whose sessions have ended, and tells those who may read more or
/// less than before.
async fn check(state: &Data<AppState>, tenant: &Arc<Tenant>) -> StoreResult<()> {
    let before: HashSet<Credentials> = {
        let inner = tenant.lock();
        let connections = inner.connections.values();
        connections
            .map(|connection| connection.credentials.clone())
            .collect()
    };
    let sessions = before.iter().filter_map(|one| match one {
        Credentials::Session(id) => Some(*id),
        Credentials::Key(_) => None,
    });
    let sessions: Vec<SessionId> = sessions.collect();
    let now = state.clock.now();
    let mut found: HashMap<SessionId, Authenticated> = HashMap::new();
    if !sessions.is_empty() {
        let alive = state.store.system().authenticate_all(&sessions).await?;
        let alive = alive
            .into_iter()
            .filter(|one| one.expires_at > now && one.organization_id == tenant.organization);
        found.extend(alive.map(|one| (one.session_id, one)));
    }
    let roles: HashMap<MemberId, Role> = found
        .values()
        .map(|one| (one.member_id, one.role))
        .collect();
    let read = state.store.read(tenant.organization);
    let teams = teams(&read, roles).await?;
    let mut known: HashMap<Credentials, Option<Arc<Principal>>> = HashMap::new();
    for one in before {
        let current = match &one {
            Credentials::Session(id) => found.remove(id).map(|found| {
                let team = teams.get(&found.member_id).cloned().unwrap_or_default();
                Arc::new(Principal::of_session(found, team))
            }),
            Credentials::Key(hash) => match principal_of_key(state, hash.clone(), now).await {
                Ok(principal) => Some(principal),
                Err(ApiError {
                    code: ErrorCode::Unauthenticated,
                    ..
                }) => None,
                Err(_) => continue,
            },
        };
        known.insert(one, current);
    }
    let changed = signal_message(SignalKind::Resync, now, RealtimeReason::AccessChanged);
    let changed = Outgoing::signal(&changed);
    tenant.lock().connections.retain(|_, connection| {
        let Some(current) = known.get(&connection.credentials) else {
            // It came meanwhile, known as of the last second.
            return true;
        };
        renew(connection, current.as_ref(), &changed)
    });
    Ok(())
}

/// Takes over who a connection is now; whether it goes on.
fn renew(connection: &mut Connection, now: Option<&Arc<Principal>>, changed: &Outgoing) -> bool {
    let Some(now) = now else {
        connection
            .end
            .send_replace(Some(RealtimeReason::SessionEnded));
        return false;
    };
    let same = connection.principal.reaches_like(now);
    connection.principal = now.clone();
    if same {
        return true;
    }
    connection.open = None;
    connection.send(changed)
}
