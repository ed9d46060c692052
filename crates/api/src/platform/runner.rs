//! Long work on a record, which a job carries out: it is renewed while it goes on, stopped with the
//! server and taken up again.

use std::sync::atomic::Ordering;

use actix_web::web::Data;
use chrono::{DateTime, TimeDelta, Utc};
use persistence::{
    Actor, Read, StoreError, StoreResult, Tx,
    platform::job::{self, NewJob},
};
use serde::{Deserialize, Serialize};
use shared_types::{MemberId, OrganizationId};
use uuid::Uuid;

use crate::core::{
    clock::new_id,
    error::{ApiError, ApiResult},
    seal::as_stored,
    state::AppState,
};

/// How long a runner keeps a record before it says again that it is at work.
const RENEWED_AFTER: std::time::Duration = std::time::Duration::from_secs(20);
/// How often such work is taken up again, after a fault of the store or an end of the server.
const ATTEMPTS: i32 = 50;

/// What the queue keeps of such work.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payload {
    /// The record. Jobs of earlier versions name imports so.
    #[serde(alias = "importId")]
    subject_id: Uuid,
}

/// Queues such work with the transaction.
///
/// # Errors
/// 500 when it cannot be written down.
pub fn enqueue(tx: &Tx, kind: &'static str, subject: impl Into<Uuid>) -> ApiResult<()> {
    let subject_id = subject.into();
    let payload = serde_json::to_value(Payload { subject_id })
        .map_err(|error| ApiError::internal(error.to_string()))?;
    job::enqueue(
        tx,
        NewJob {
            kind,
            payload,
            max_attempts: ATTEMPTS,
        },
    );
    Ok(())
}

/// Why work ends before its end.
pub enum Stop {
    /// It was cancelled, or another runner has it.
    Over,
    /// What it works on is at fault: it fails for good.
    Failed(String),
    /// The store is: it is tried again.
    Store(StoreError),
    /// The server is asked to end: another run carries on.
    Draining,
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Stale | StoreError::NotFound => Self::Over,
            other => Self::Store(other),
        }
    }
}

impl From<ApiError> for Stop {
    fn from(error: ApiError) -> Self {
        if error.detail.is_some() {
            return Self::Store(as_stored(error));
        }
        Self::Failed(error.message)
    }
}

/// Long work on a record.
#[expect(async_fn_in_trait, reason = "nobody needs to send the futures")]
pub trait Work<'a> {
    /// The work as a runner does it.
    fn by(runner: Runner<'a>) -> Self;
    /// Does it, from where an earlier run came to.
    async fn run(&mut self, id: Uuid) -> Result<(), Stop>;
    /// Writes down why it failed for good.
    async fn fail(&self, id: Uuid, reason: &str) -> StoreResult<()>;
}

/// Who does such work.
pub struct Runner<'a> {
    /// What the process shares.
    pub state: &'a Data<AppState>,
    /// The tenant.
    pub organization: OrganizationId,
    job: &'a job::Model,
    token: Uuid,
    lease: TimeDelta,
    renewed: std::time::Instant,
}

impl Runner<'_> {
    /// The time.
    pub fn now(&self) -> DateTime<Utc> {
        self.state.clock.now()
    }

    /// A handle to read in the tenant.
    pub fn read(&self) -> Read {
        self.state.store.read(self.organization)
    }

    /// A transaction in the name of a member.
    pub fn begin(&self, member: Option<MemberId>) -> Tx {
        let actor = Actor {
            member,
            request_id: None,
            ip_address: None,
            now: self.now(),
            new_id,
        };
        self.state.store.begin(self.organization, None, actor)
    }

    /// Says, between two steps, that this runner is still at work.
    ///
    /// # Errors
    /// [`Stop::Draining`] when the server is to end; [`Stop::Over`] when the job is another's.
    pub async fn go_on(&mut self) -> Result<(), Stop> {
        if self.state.draining.load(Ordering::Relaxed) {
            return Err(Stop::Draining);
        }
        if self.renewed.elapsed() < RENEWED_AFTER {
            return Ok(());
        }
        self.renewed = std::time::Instant::now();
        let until = self.now() + self.lease;
        let system = self.state.store.system();
        if system.renew_job(self.job.id, self.token, until).await? {
            Ok(())
        } else {
            Err(Stop::Over)
        }
    }
}

/// Does the work that a job is for.
///
/// # Errors
/// Why it is to be tried again.
pub async fn work<'a, W: Work<'a>>(
    state: &'a Data<AppState>,
    job: &'a job::Model,
    token: Uuid,
    lease: TimeDelta,
) -> Result<(), String> {
    let payload: Payload =
        serde_json::from_value(job.payload.clone()).map_err(|error| error.to_string())?;
    let id = payload.subject_id;
    let mut work = W::by(Runner {
        state,
        organization: job.organization_id.ok_or("the job names no organization")?,
        job,
        token,
        lease,
        renewed: std::time::Instant::now(),
    });
    let stop = match Box::pin(work.run(id)).await {
        Ok(()) => return Ok(()),
        Err(stop) => stop,
    };
    let reason = match stop {
        Stop::Over => return Ok(()),
        Stop::Draining => return Err("the server was asked to stop".to_owned()),
        Stop::Failed(reason) => reason,
        Stop::Store(error) if job.attempts >= job.max_attempts => {
            tracing::error!(kind = job.kind, subject_id = %id, %error, "long work failed for good");
            "the server could not write to its database".to_owned()
        }
        Stop::Store(error) => return Err(error.to_string()),
    };
    let failed = work.fail(id, &reason).await;
    failed.map_err(|error| error.to_string())
}
