//! Writes of one tenant that arrive while another is under way leave together.
//!
//! A write that only inserts is one statement, and most of what it costs is the statement and its
//! commit, not its rows. So whoever finds statements of the same tenant under way on the same thread waits
//! until one is done, and those that wait by then are one statement: a group commit, as databases do
//! with the log on disk. Where little is under way nobody waits.

use std::{
    cell::RefCell,
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use sea_orm::{DbErr, RuntimeErr};
use shared_types::OrganizationId;
use tokio::sync::oneshot::{self, Receiver, Sender};

use crate::core::{
    insert::{Insert, combined},
    run::query_error,
    thread_pool::{ThreadPools, is_broken},
};

/// Statements of a tenant that a thread has under way before others wait. With one alone the thread would do
/// nothing while the database works.
const AT_ONCE: usize = 2;
/// The most writes of one statement. They are a power of two, so that few texts are prepared.
const MOST_WRITES: usize = 16;
/// The most rows of one statement.
const MOST_ROWS: usize = 64;

/// Inserts of one request, which are written all or not at all.
struct Waiting {
    inserts: Vec<Insert>,
    answer: Sender<Result<(), DbErr>>,
}

impl Waiting {
    fn rows(&self) -> usize {
        self.inserts.iter().map(|insert| insert.rows.len()).sum()
    }

    /// Whether the statement of both is that of one with more rows.
    fn is_like(&self, other: &Self) -> bool {
        let shape = |waiting: &Self| -> Vec<(&'static str, usize)> {
            let inserts = waiting.inserts.iter();
            inserts
                .map(|insert| (insert.table, insert.rows.len()))
                .collect()
        };
        shape(self) == shape(other)
    }
}

/// Which database, and which tenant of it.
type Lane = (u64, OrganizationId);
/// What is under way in a lane, and what waits.
#[derive(Default)]
struct Traffic {
    under_way: usize,
    waiting: VecDeque<Waiting>,
}

/// The lanes in which something is under way.
type Lanes = Arc<Mutex<HashMap<Lane, Traffic>>>;

thread_local! {
    static LANES: RefCell<Lanes> = RefCell::default();
}

fn lock(lanes: &Lanes) -> MutexGuard<'_, HashMap<Lane, Traffic>> {
    lanes.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A lane with a statement of ours under way. When that has ended, what waits goes next.
struct Turn {
    lanes: Lanes,
    lane: Lane,
    pools: ThreadPools,
}

impl Drop for Turn {
    fn drop(&mut self) {
        // Also where nobody waits for our own statement any more.
        let Some(first) = next(&self.lanes, self.lane) else {
            return;
        };
        // Without a runtime the thread ends, and so do those who wait on it.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        let (lanes, lane, pools) = (self.lanes.clone(), self.lane, self.pools.clone());
        runtime.spawn(async move {
            let mut batch = Some(first);
            while let Some(writes) = batch {
                write(&pools, lane.1, writes).await;
                batch = next(&lanes, lane);
            }
        });
    }
}

/// Takes the writes that go next; where none wait, one statement less is under way.
fn next(lanes: &Lanes, lane: Lane) -> Option<Vec<Waiting>> {
    let mut lanes = lock(lanes);
    let traffic = lanes.get_mut(&lane)?;
    // Who has gone away meanwhile wrote nothing.
    traffic.waiting.retain(|write| !write.answer.is_closed());
    let Some(first) = traffic.waiting.front() else {
        traffic.under_way -= 1;
        if traffic.under_way == 0 {
            lanes.remove(&lane);
        }
        return None;
    };
    let waiting = traffic.waiting.iter();
    let like = waiting.take_while(|write| write.is_like(first)).count();
    let most = (MOST_ROWS / first.rows().max(1)).clamp(1, MOST_WRITES);
    let count = 1 << like.min(most).ilog2();
    Some(traffic.waiting.drain(..count).collect())
}

/// Writes a batch as one statement, or one by one where something in it is refused.
async fn write(pools: &ThreadPools, tenant: OrganizationId, mut writes: Vec<Waiting>) {
    if writes.len() > 1 {
        match insert(pools, tenant, merged(&writes)).await {
            Err(error) if is_refusal(&error) => {}
            result => {
                for write in writes {
                    let answer = result
                        .as_ref()
                        .map_or_else(|error| Err(same(error)), |()| Ok(()));
                    // Who does not listen any more needs no answer.
                    let _ = write.answer.send(answer);
                }
                return;
            }
        }
    }
    for write in writes.drain(..) {
        let result = insert(pools, tenant, write.inserts).await;
        let _ = write.answer.send(result);
    }
}

async fn insert(
    pools: &ThreadPools,
    tenant: OrganizationId,
    inserts: Vec<Insert>,
) -> Result<(), DbErr> {
    let statement = combined(inserts, Some(tenant.0.to_string()));
    pools.all(statement, false).await.map(drop)
}

/// The inserts of all writes, table by table.
fn merged(writes: &[Waiting]) -> Vec<Insert> {
    let Some((first, others)) = writes.split_first() else {
        return Vec::new();
    };
    let mut inserts = first.inserts.clone();
    for write in others {
        for (into, insert) in inserts.iter_mut().zip(&write.inserts) {
            into.rows.extend(insert.rows.iter().cloned());
        }
    }
    inserts
}

/// Whether the database answered that it will not have a row, and so wrote none.
fn is_refusal(error: &DbErr) -> bool {
    let cause = match error {
        DbErr::Query(RuntimeErr::SqlxError(cause)) | DbErr::Exec(RuntimeErr::SqlxError(cause)) => {
            cause
        }
        _ => return false,
    };
    !is_broken(error) && cause.as_database_error().is_some()
}

/// The same error for one more who was in the statement.
fn same(error: &DbErr) -> DbErr {
    match error {
        DbErr::Query(RuntimeErr::SqlxError(cause)) | DbErr::Exec(RuntimeErr::SqlxError(cause)) => {
            DbErr::Query(RuntimeErr::SqlxError(cause.clone()))
        }
        other => DbErr::Custom(other.to_string()),
    }
}

/// Lets a write wait in a lane; where there is room for it, it is under way and given back.
fn join(
    lanes: &Lanes,
    lane: Lane,
    inserts: Vec<Insert>,
) -> Result<Receiver<Result<(), DbErr>>, Vec<Insert>> {
    let mut lanes = lock(lanes);
    let traffic = lanes.entry(lane).or_default();
    if traffic.under_way < AT_ONCE {
        traffic.under_way += 1;
        return Err(inserts);
    }
    let (answer, answered) = oneshot::channel();
    traffic.waiting.push_back(Waiting { inserts, answer });
    Ok(answered)
}

impl ThreadPools {
    /// Writes rows as a transaction of their own, perhaps together with those of others.
    pub(crate) async fn insert(
        &self,
        tenant: OrganizationId,
        inserts: Vec<Insert>,
    ) -> Result<(), DbErr> {
        let lanes = LANES.with_borrow(Clone::clone);
        let lane = (self.id(), tenant);
        match join(&lanes, lane, inserts) {
            Ok(answered) => answered
                .await
                .unwrap_or_else(|_| Err(query_error(sqlx::Error::WorkerCrashed))),
            Err(inserts) => {
                let _turn = Turn {
                    lanes,
                    lane,
                    pools: self.clone(),
                };
                insert(self, tenant, inserts).await
            }
        }
    }
}
