//! What one connection is told, one message after the other: what it missed, then what happens, and a sign of life
//! where nothing does.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use actix_web::web::Data;
use persistence::{StoreResult, platform::live};
use shared_types::{
    OrganizationId,
    platform::{RealtimeData, RealtimeReason, SignalKind},
};
use tokio::{
    sync::watch,
    time::{Interval, MissedTickBehavior},
};

use super::{
    access::ways,
    hub::{Joined, Outgoing, Place},
    message::{event_message, is_told, signal_message},
};
use crate::core::{
    context::{Credentials, Principal},
    state::AppState,
};

/// How often there is a sign of life.
const HEARTBEAT: Duration = Duration::from_secs(20);
/// How many pages of the log are told again; after more, whoever comes back reads anew.
const PAGES: usize = 20;

/// What comes next.
pub enum Next {
    /// A message.
    Message(Outgoing),
    /// A sign of life.
    Heartbeat(Outgoing),
    /// Nothing more, and why.
    End(RealtimeReason),
}

/// What one connection is told.
pub struct Feed {
    state: Data<AppState>,
    joined: Joined,
    closing: watch::Receiver<bool>,
    ready: VecDeque<Outgoing>,
    missed: Option<Missed>,
    /// What has its place up to here was told before.
    start: i64,
    beat: Interval,
    _place: Place,
}

/// What is still to be told of the log.
#[derive(Clone, Copy)]
struct Missed {
    at: i64,
    until: i64,
    pages: usize,
}

impl Feed {
    /// Lets somebody in, who goes on from a place if one is named.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn open(
        state: Data<AppState>,
        place: Place,
        principal: Arc<Principal>,
        credentials: Credentials,
        resume: Option<&str>,
    ) -> StoreResult<Self> {
        let organization = principal.organization_id;
        let joined = state.live.join(&state, principal, credentials).await?;
        let (start, reason) = start(&state, organization, resume, joined.last).await?;
        let mut beat = tokio::time::interval(HEARTBEAT);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        beat.reset();
        let mut feed = Self {
            closing: state.live.closing(),
            ready: VecDeque::new(),
            missed: (start < joined.last).then_some(Missed {
                at: start,
                until: joined.last,
                pages: 0,
            }),
            start,
            beat,
            _place: place,
            joined,
            state,
        };
        let hello = feed.signal(SignalKind::Hello, Some(start), RealtimeData::default());
        feed.ready.push_back(hello);
        if let Some(reason) = reason {
            let resync = feed.signal(SignalKind::Resync, None, reason.into());
            feed.ready.push_back(resync);
        }
        Ok(feed)
    }

    /// The connection as the hub knows it.
    pub const fn joined(&self) -> &Joined {
        &self.joined
    }

    /// A message of the connection itself.
    #[must_use]
    pub fn signal(&self, kind: SignalKind, seq: Option<i64>, data: RealtimeData) -> Outgoing {
        let mut message = signal_message(kind, self.state.clock.now(), data);
        message.id = seq.map(|seq| {
            let organization = self.joined.tenant.organization;
            self.state.cursors.place(organization, seq)
        });
        Outgoing::signal(&message)
    }

    /// What comes next. May be dropped while it waits; nothing is lost by that.
    pub async fn next(&mut self) -> Next {
        loop {
            let ended = *self.joined.ended.borrow();
            if let Some(reason) = ended {
                return Next::End(reason);
            }
            if *self.closing.borrow() {
                return Next::End(RealtimeReason::GoingAway);
            }
            if let Some(message) = self.ready.pop_front() {
                self.beat.reset();
                return Next::Message(message);
            }
            if let Some(missed) = self.missed {
                match self.page(missed).await {
                    Ok((messages, missed)) => {
                        self.ready.extend(messages);
                        self.missed = missed;
                    }
                    Err(error) => {
                        tracing::warn!(%error, "what a connection missed cannot be read");
                        return Next::End(RealtimeReason::GoingAway);
                    }
                }
                continue;
            }
            tokio::select! {
                biased;
                changed = self.joined.ended.changed() => if changed.is_err() {
                    return Next::End(self.joined.ended.borrow().unwrap_or(RealtimeReason::TooSlow));
                },
                _ = self.closing.changed() => {}
                message = self.joined.messages.recv() => match message {
                    Some(message) if message.seq != 0 && message.seq <= self.start => {}
                    Some(message) => {
                        self.beat.reset();
                        return Next::Message(message);
                    }
                    None => return Next::End(self.joined.ended.borrow().unwrap_or(RealtimeReason::TooSlow)),
                },
                _ = self.beat.tick() => {
                    // What got its place until then has been handed over by then, so nothing before it is still to come.
                    let last = self.joined.tenant.lock().last;
                    let place = self.joined.messages.is_empty().then_some(last.max(self.start));
                    return Next::Heartbeat(self.signal(SignalKind::Heartbeat, place, RealtimeData::default()));
                }
            }
        }
    }

    /// The next page of what was missed, and what is left after it.
    async fn page(&self, missed: Missed) -> StoreResult<(Vec<Outgoing>, Option<Missed>)> {
        let Some(me) = self.me() else {
            return Ok((Vec::new(), None));
        };
        if missed.pages >= PAGES {
            let reason = RealtimeReason::TooFarBehind.into();
            let resync = self.signal(SignalKind::Resync, Some(missed.until), reason);
            return Ok((vec![resync], None));
        }
        let read = self.state.store.read(me.organization_id);
        let events = live::after(&read, missed.at).await?;
        let at = events.last().map_or(missed.until, |event| event.seq);
        let told: Vec<_> = events
            .iter()
            .filter(|event| event.seq <= missed.until && is_told(&event.event))
            .map(|event| {
                let id = self.state.cursors.place(me.organization_id, event.seq);
                event_message(event, id)
            })
            .collect();
        let ways = ways(&read, told.iter().map(|(subject, _)| *subject)).await?;
        let readable = told
            .into_iter()
            .filter(|(subject, _)| ways.open(*subject, &me))
            .map(|(_, message)| message);
        let left = (at < missed.until).then_some(Missed {
            at,
            pages: missed.pages + 1,
            ..missed
        });
        Ok((readable.collect(), left))
    }

    /// Who it is at this moment; nobody once it has ended.
    pub fn me(&self) -> Option<Arc<Principal>> {
        let inner = self.joined.tenant.lock();
        let connection = inner.connections.get(&self.joined.number)?;
        Some(connection.principal.clone())
    }
}

/// From where a connection goes on, and why it has to read anew if so.
async fn start(
    state: &AppState,
    organization: OrganizationId,
    resume: Option<&str>,
    last: i64,
) -> StoreResult<(i64, Option<RealtimeReason>)> {
    let Some(place) = resume else {
        return Ok((last, None));
    };
    let unknown = Ok((last, Some(RealtimeReason::UnknownId)));
    let Some(seq) = state.cursors.read_place(organization, place) else {
        return unknown;
    };
    // Another server may have been a moment ahead of this one.
    if seq > last && live::newest(&state.store.read(organization)).await? < seq {
        return unknown;
    }
    Ok((seq, None))
}
