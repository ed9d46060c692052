//! What runs beside requests: the dispatcher of events and the runner of jobs.

use std::time::Duration;

use actix_web::web::Data;
use chrono::TimeDelta;
use domain::{crm::merge::UNDO_DAYS, platform::notification::KEPT_DAYS};
use integrations::mail::Mail;
use persistence::{
    StoreResult,
    platform::{
        job::{self, Outcome},
        trash,
    },
};
use serde::Deserialize;
use tokio::sync::watch;
use uuid::Uuid;

use crate::{
    core::{clock::new_id, state::AppState},
    crm::{duplicate_group, lead_settings, reminder::remind},
    platform::{audit_chain, export, import, notify::deliver, runner},
};

/// How long a runner keeps a job before another may take it; long jobs renew it.
const LEASE: TimeDelta = TimeDelta::minutes(2);
/// Jobs that run beside each other in a process.
const RUNNERS: usize = 3;
/// How long to wait when there is nothing to do.
const PAUSE: Duration = Duration::from_millis(250);
/// Events taken off the outbox at a time.
const BATCH: u16 = 500;
/// How long events gather where fewer waited: a commit for each of them alone would slow down those who write.
const GATHERING: Duration = Duration::from_millis(100);
/// How often what has served its time is cleaned up.
const CLEANING: TimeDelta = TimeDelta::hours(1);
/// How often it is looked for what members are to be told of.
const TELLING: Duration = Duration::from_secs(1);
/// How often reminders are looked for.
const REMINDING: Duration = Duration::from_secs(10);
/// Days a record can be restored.
const TRASH_DAYS: i64 = 30;

/// Runs dispatcher and jobs until `stop` says so; jobs in hand are finished first, long ones as far
/// as they can be carried on from.
pub async fn run(state: Data<AppState>, stop: watch::Receiver<bool>) {
    if let Err(error) = state.store.system().release_jobs(state.clock.now()).await {
        tracing::warn!(%error, "jobs of an earlier run wait until their lease ends");
    }
    let runners = (0..RUNNERS).map(|_| repeat(&state, stop.clone(), PAUSE, step_job));
    futures_util::join!(
        repeat(&state, stop.clone(), GATHERING, async |state| {
            Ok(dispatch(state).await? == usize::from(BATCH))
        }),
        repeat(&state, stop.clone(), REMINDING, remind),
        repeat(&state, stop.clone(), TELLING, deliver),
        keep_clean(&state, stop.clone()),
        futures_util::future::join_all(runners),
    );
}

/// Repeats a step, with a pause where it finds nothing to do.
async fn repeat(
    state: &Data<AppState>,
    mut stop: watch::Receiver<bool>,
    pause: Duration,
    step: impl AsyncFn(&Data<AppState>) -> StoreResult<bool>,
) {
    while !*stop.borrow() {
        let busy = match step(state).await {
            Ok(busy) => busy,
            Err(error) => {
                tracing::warn!(%error, "the worker cannot reach the database");
                false
            }
        };
        if !busy {
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                _ = stop.changed() => {}
            }
        }
    }
}

async fn keep_clean(state: &Data<AppState>, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        if let Err(error) = clean(state).await {
            tracing::warn!(%error, "cleaning up failed; it is tried again within the hour");
        }
        tokio::select! {
            () = tokio::time::sleep(CLEANING.to_std().unwrap_or(PAUSE)) => {}
            _ = stop.changed() => {}
        }
    }
}

/// One round of dispatcher, reminders, jobs and notifications; whether there was something to do.
///
/// # Errors
/// When the database does not answer.
pub async fn step(state: &Data<AppState>) -> StoreResult<bool> {
    let dispatched = dispatch(state).await?;
    remind(state).await?;
    let worked = step_job(state).await?;
    // After the job, which may have something to tell.
    let told = deliver(state).await?;
    Ok(worked || told || dispatched > 0)
}

/// Gives events their place in the stream, and links them; how many.
async fn dispatch(state: &Data<AppState>) -> StoreResult<usize> {
    let system = state.store.system();
    if !system.outbox_waits().await? {
        return Ok(0);
    }
    let events = system.sequence_events(BATCH.into()).await?;
    metrics::counter!("touchline_events_dispatched_total").increment(events.len() as u64);
    if !events.is_empty() {
        audit_chain::link_events(state).await?;
    }
    Ok(events.len())
}

/// Does the job that has waited longest; whether there was one.
async fn step_job(state: &Data<AppState>) -> StoreResult<bool> {
    let system = state.store.system();
    let now = state.clock.now();
    if !system.job_waits(now).await? {
        return Ok(false);
    }
    let token = new_id();
    let Some(job) = system.claim_job(now, now + LEASE, token).await? else {
        return Ok(false);
    };
    let result = work(state, &job, token).await;
    let now = state.clock.now();
    let outcome = match result {
        Ok(()) => Outcome::Done,
        Err(error) if job.attempts >= job.max_attempts => {
            tracing::error!(job_id = %job.id, kind = job.kind, error, "a job failed for good");
            Outcome::Dead { error }
        }
        Err(error) => {
            tracing::warn!(job_id = %job.id, kind = job.kind, attempt = job.attempts, error, "a job failed and is tried again");
            Outcome::Retry {
                at: now + backoff(job.attempts),
                error,
            }
        }
    };
    metrics::counter!("touchline_jobs_total", "kind" => job.kind.clone(), "outcome" => match outcome {
        Outcome::Done => "done",
        Outcome::Retry { .. } => "retry",
        Outcome::Dead { .. } => "dead",
    })
    .increment(1);
    if !system.finish_job(job.id, token, outcome, now).await? {
        tracing::warn!(job_id = %job.id, "a job outlasted its lease; another runner has it");
    }
    Ok(true)
}

/// Doubles from 5 seconds up to an hour.
fn backoff(attempts: i32) -> TimeDelta {
    let exponent = u32::try_from(attempts.clamp(1, 12) - 1).unwrap_or(0);
    TimeDelta::seconds((5_i64 << exponent).min(3600))
}

#[derive(Deserialize)]
struct MailPayload {
    to: String,
    subject: String,
    text: String,
    html: String,
    /// Jobs of earlier versions name none.
    unsubscribe: Option<String>,
}

async fn work(state: &Data<AppState>, job: &job::Model, token: Uuid) -> Result<(), String> {
    match job.kind.as_str() {
        "mail.send" => {
            let MailPayload {
                to,
                subject,
                text,
                html,
                unsubscribe,
            } = serde_json::from_value(job.payload.clone()).map_err(|error| error.to_string())?;
            state
                .mailer
                .send(Mail {
                    to,
                    subject,
                    text,
                    html,
                    unsubscribe,
                })
                .await
                .map_err(|error| error.to_string())
        }
        lead_settings::SCORE_JOB => {
            let organization = job.organization_id.ok_or("the job names no organization")?;
            lead_settings::score_all(state, organization).await
        }
        duplicate_group::FIND_JOB => {
            let organization = job.organization_id.ok_or("the job names no organization")?;
            duplicate_group::find_all(state, organization).await
        }
        // Futures as large as these are kept off the stack.
        import::CHECK_JOB | import::RUN_JOB => {
            Box::pin(runner::work::<import::work::Worker<'_>>(
                state, job, token, LEASE,
            ))
            .await
        }
        import::archive::ARCHIVE_JOB => {
            Box::pin(runner::work::<import::archive_work::ArchiveWorker<'_>>(
                state, job, token, LEASE,
            ))
            .await
        }
        export::RUN_JOB => {
            Box::pin(runner::work::<export::Worker<'_>>(state, job, token, LEASE)).await
        }
        other => Err(format!("no worker of this version knows the job `{other}`")),
    }
}

async fn clean(state: &Data<AppState>) -> StoreResult<()> {
    let now = state.clock.now();
    let system = state.store.system();
    // Those of a process that ended between the two steps of the dispatcher.
    audit_chain::link_events(state).await?;
    audit_chain::tell_heads(state, now - CLEANING).await?;
    system
        .delete_ended_sessions(now - TimeDelta::days(1))
        .await?;
    system
        .clean_platform(now - TimeDelta::hours(24), now - TimeDelta::days(14))
        .await?;
    system
        .clean_merges(now - TimeDelta::days(UNDO_DAYS))
        .await?;
    system
        .clean_notifications(now - TimeDelta::days(KEPT_DAYS))
        .await?;
    empty_trash(state).await
}

/// Deletes for good what has been in the trash for 30 days and nothing refers to, and exports that have expired.
///
/// # Errors
/// When the database does not answer.
pub async fn empty_trash(state: &Data<AppState>) -> StoreResult<()> {
    let system = state.store.system();
    system.clean_exports(state.clock.now()).await?;
    loop {
        let now = state.clock.now();
        let before = now - TimeDelta::days(TRASH_DAYS);
        let expired = state.store.system().expired_trash(before, 200).await?;
        let mut purged = 0;
        for record in &expired {
            let tx = state
                .store
                .begin(record.organization_id, None, state.actor());
            purged += usize::from(trash::purge(&tx, record).await?);
            tx.commit().await?;
        }
        if purged == 0 || expired.len() < 200 {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retries_come_later_and_later() {
        assert_eq!(backoff(1).num_seconds(), 5);
        assert_eq!(backoff(3).num_seconds(), 20);
        assert_eq!(backoff(50).num_seconds(), 3600);
    }
}
