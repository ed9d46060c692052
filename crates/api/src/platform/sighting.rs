//! Who opened whose personal data. Requests note it beside them; it is written into the log some at a
//! time, so that reading stays reading.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use actix_web::web::Data;
use moka::sync::Cache;
use persistence::{Actor, StoreResult, platform::event};
use shared_types::{
    MemberId, OrganizationId,
    platform::{EventKind, SubjectKind},
};
use tokio::sync::{Notify, watch};
use uuid::Uuid;

use crate::core::{clock::new_id, state::AppState};

/// Sightings that wait at most; more than that come only while the database is gone.
const MOST: usize = 10_000;
/// So many wait no longer for their turn.
const MANY: usize = 1_000;
/// How often they are written.
const EVERY: Duration = Duration::from_secs(5);
/// Who opens a record again within this time has opened it once.
const ONCE: Duration = Duration::from_secs(600);
/// Pairs of member and record that are remembered.
const REMEMBERED: u64 = 50_000;

/// Sightings that wait to be written.
pub struct Sightings {
    recent: Cache<(MemberId, Uuid), ()>,
    waiting: Mutex<Vec<event::Model>>,
    many: Notify,
}

impl Default for Sightings {
    fn default() -> Self {
        Self {
            recent: Cache::builder()
                .max_capacity(REMEMBERED)
                .time_to_live(ONCE)
                .build(),
            waiting: Mutex::default(),
            many: Notify::new(),
        }
    }
}

impl Sightings {
    /// Notes that somebody opened a record.
    pub fn note(
        &self,
        organization: OrganizationId,
        actor: Actor,
        (kind, id, name): (SubjectKind, Uuid, &str),
    ) {
        let Some(member) = actor.member else { return };
        if !self.recent.entry((member, id)).or_insert(()).is_fresh() {
            return;
        }
        let row = event::Model {
            id: (actor.new_id)().into(),
            organization_id: organization,
            kind: EventKind::Viewed,
            subject_type: kind,
            subject_id: id,
            subject_name: Some(name.to_owned()),
            actor_id: actor.member,
            changes: serde_json::Value::Array(Vec::new()),
            request_id: actor.request_id,
            ip_address: actor.ip_address,
            at: actor.now,
        };
        self.keep(vec![row]);
    }

    fn keep(&self, mut rows: Vec<event::Model>) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let room = MOST.saturating_sub(waiting.len());
        let lost = rows.len().saturating_sub(room);
        rows.truncate(room);
        waiting.append(&mut rows);
        if waiting.len() >= MANY {
            self.many.notify_one();
        }
        drop(waiting);
        if lost > 0 {
            metrics::counter!("touchline_sightings_lost_total").increment(lost as u64);
            tracing::error!(
                lost,
                "who opened personal data is not recorded: the database has been gone for too long"
            );
        }
    }

    fn take(&self) -> Vec<event::Model> {
        std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Writes what has been noted so far.
///
/// # Errors
/// When the database does not answer; what was not written is kept.
pub async fn write(state: &AppState) -> StoreResult<()> {
    let mut tenants: BTreeMap<Uuid, Vec<event::Model>> = BTreeMap::new();
    for row in state.sightings.take() {
        tenants.entry(row.organization_id.0).or_default().push(row);
    }
    let mut result = Ok(());
    for (organization, rows) in tenants {
        if result.is_ok() {
            result = write_some(state, OrganizationId(organization), rows.clone()).await;
        }
        if result.is_err() {
            state.sightings.keep(rows);
        }
    }
    result
}

async fn write_some(
    state: &AppState,
    organization: OrganizationId,
    rows: Vec<event::Model>,
) -> StoreResult<()> {
    let actor = Actor {
        member: None,
        request_id: None,
        ip_address: None,
        now: state.clock.now(),
        new_id,
    };
    let tx = state.store.begin(organization, None, actor);
    event::write_all(&tx, rows).await?;
    tx.commit().await
}

/// Writes what is noted every few seconds, and the rest when `stop` says so.
pub async fn keep_writing(state: Data<AppState>, mut stop: watch::Receiver<bool>) {
    loop {
        let ends = *stop.borrow();
        if let Err(error) = write(&state).await {
            tracing::warn!(%error, "who opened personal data cannot be written; it is kept");
        }
        if ends {
            return;
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = state.sightings.many.notified() => {}
            _ = stop.changed() => {}
        }
    }
}
