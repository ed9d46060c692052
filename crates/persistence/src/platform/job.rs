//! Background jobs: queued in the transaction that wants them, taken by one runner each.

use chrono::{DateTime, Utc};
use sea_orm::{FromQueryResult, QueryFilter, entity::prelude::*, sea_query::Expr};
use shared_types::{
    JobId, OrganizationId,
    platform::{Job, JobSort, JobState, ListJobs},
};
use uuid::Uuid;

use crate::{
    Db, Filter, Page, PageRequest, Sorting, StoreError, StoreResult, System, Tx, by, find_owned,
    page,
};

/// A row of the queue.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "jobs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: JobId,
    pub organization_id: Option<OrganizationId>,
    pub kind: String,
    pub payload: Json,
    pub state: JobState,
    pub attempts: i32,
    pub max_attempts: i32,
    pub run_at: DateTime<Utc>,
    pub lease_until: Option<DateTime<Utc>>,
    pub lease_token: Option<Uuid>,
    pub last_error: Option<String>,
    pub created_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Model> for Job {
    fn from(row: Model) -> Self {
        let Model {
            id,
            organization_id: _,
            kind,
            payload: _,
            state,
            attempts,
            max_attempts,
            run_at,
            lease_until: _,
            lease_token: _,
            last_error,
            created_at,
            finished_at,
        } = row;
        Self {
            id,
            kind,
            state,
            attempts: u32::try_from(attempts).unwrap_or(0),
            max_attempts: u32::try_from(max_attempts).unwrap_or(0),
            run_at,
            last_error,
            created_at,
            finished_at,
        }
    }
}

/// A job of the tenant.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none.
pub async fn get(db: &impl Db, id: JobId) -> StoreResult<Model> {
    find_owned::<Entity>(db, Column::OrganizationId, Column::Id.eq(id.0)).await
}

/// A page of jobs, the latest first.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    db: &impl Db,
    query: &ListJobs,
    request: &PageRequest,
) -> StoreResult<Page<Model>> {
    let select = Filter::new(Entity::find().filter(db.owns(Column::OrganizationId)))
        .any(Column::State, query.state.as_ref())
        .and(query.q.as_ref().map(|words| Column::Kind.contains(words)))
        .never_trashed(query.trashed)
        .select();
    let sorting = Sorting::greatest(
        Column::Id,
        query.sort,
        JobSort::CreatedAt,
        |key| match key {
            JobSort::CreatedAt => by(Column::CreatedAt),
        },
    );
    page(db, select, &sorting, request).await
}

/// Writes what somebody did with a job.
///
/// # Errors
/// [`StoreError::Stale`] when a runner, or somebody else, was faster.
pub async fn save(db: &impl Db, before: &Model, row: &Model) -> StoreResult<()> {
    let result = Entity::update_many()
        .col_expr(Column::State, Expr::val(row.state))
        .col_expr(Column::Attempts, Expr::val(row.attempts))
        .col_expr(Column::RunAt, Expr::val(row.run_at))
        .col_expr(Column::FinishedAt, Expr::val(row.finished_at))
        .filter(db.owns(Column::OrganizationId))
        .filter(Column::Id.eq(before.id.0))
        .filter(Column::State.eq(before.state.as_str()))
        .filter(Column::Attempts.eq(before.attempts))
        .exec(db)
        .await?;
    if result.rows_affected == 0 {
        return Err(StoreError::Stale);
    }
    Ok(())
}

/// A job to do.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// What is to be done.
    pub kind: &'static str,
    /// With what.
    pub payload: Json,
    /// How often it is tried.
    pub max_attempts: i32,
}

/// Queues a job with the transaction.
pub fn enqueue(tx: &Tx, job: NewJob) -> JobId {
    enqueue_at(tx, job, tx.now())
}

/// Whether a job of a kind waits for its time.
///
/// # Errors
/// When the database does not answer.
pub async fn is_queued(db: &impl Db, kind: &str) -> StoreResult<bool> {
    let row = Entity::find()
        .filter(db.owns(Column::OrganizationId))
        .filter(Column::Kind.eq(kind))
        .filter(Column::State.eq(JobState::Queued.as_str()))
        .one(db)
        .await?;
    Ok(row.is_some())
}

/// Queues a job for a time.
pub fn enqueue_at(tx: &Tx, job: NewJob, run_at: DateTime<Utc>) -> JobId {
    let id: JobId = tx.new_id();
    tx.insert::<Entity>(Model {
        id,
        organization_id: Some(crate::Db::organization(tx)),
        kind: job.kind.to_owned(),
        payload: job.payload,
        state: JobState::Queued,
        attempts: 0,
        max_attempts: job.max_attempts,
        run_at,
        lease_until: None,
        lease_token: None,
        last_error: None,
        created_at: tx.now(),
        finished_at: None,
    });
    id
}

/// How a run ended.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It is done.
    Done,
    /// It failed and is tried again at this time.
    Retry {
        /// When.
        at: DateTime<Utc>,
        /// Why it failed.
        error: String,
    },
    /// It failed for good.
    Dead {
        /// Why.
        error: String,
    },
}

#[derive(FromQueryResult)]
struct Count {
    count: i64,
}

#[derive(FromQueryResult)]
struct StateCount {
    state: String,
    count: i64,
}

impl System {
    /// Whether events wait for the dispatcher (asked without the one writer of SQLite).
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn outbox_waits(&self) -> StoreResult<bool> {
        if self.is_postgres() {
            return Ok(true);
        }
        let waiting: Option<Count> = self
            .one(
                "",
                "SELECT count(*) AS count FROM (SELECT 1 FROM outbox LIMIT 1)",
                vec![],
                false,
            )
            .await?;
        Ok(waiting.is_some_and(|waiting| waiting.count > 0))
    }

    /// Takes the job that has waited longest, if one is due: it is this runner's until the lease
    /// ends.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn claim_job(
        &self,
        now: DateTime<Utc>,
        lease_until: DateTime<Utc>,
        token: Uuid,
    ) -> StoreResult<Option<Model>> {
        self.one(
            "SELECT * FROM claim_job($1, $2, $3)",
            "UPDATE jobs SET state = 'running', attempts = attempts + 1, lease_until = ?2, lease_token = ?3 WHERE id = (SELECT id FROM jobs WHERE (state = 'queued' AND run_at <= ?1) OR (state = 'running' AND lease_until < ?1) ORDER BY run_at LIMIT 1) RETURNING *",
            vec![now.into(), lease_until.into(), token.into()],
            true,
        )
        .await
    }

    /// Whether a job is due, without taking it (and without the one writer of SQLite).
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn job_waits(&self, now: DateTime<Utc>) -> StoreResult<bool> {
        if self.is_postgres() {
            return Ok(true);
        }
        let waiting: Option<Count> = self
            .one(
                "",
                "SELECT count(*) AS count FROM (SELECT 1 FROM jobs WHERE (state = 'queued' AND run_at <= ?1) OR (state = 'running' AND lease_until < ?1) LIMIT 1)",
                vec![now.into()],
                false,
            )
            .await?;
        Ok(waiting.is_some_and(|waiting| waiting.count > 0))
    }

    /// Says how a run ended. `false` when the lease was lost meanwhile and the job is another's.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn finish_job(
        &self,
        job: JobId,
        token: Uuid,
        outcome: Outcome,
        now: DateTime<Utc>,
    ) -> StoreResult<bool> {
        let (state, next, error, finished) = match outcome {
            Outcome::Done => ("done", None, None, Some(now)),
            Outcome::Retry { at, error } => ("queued", Some(at), Some(error), None),
            Outcome::Dead { error } => ("dead", None, Some(error), Some(now)),
        };
        let done: Option<Count> = self
            .one(
                "SELECT finish_job($1, $2, $3, $4, $5, $6) AS count",
                "UPDATE jobs SET state = ?3, payload = CASE ?3 WHEN 'done' THEN '{}' ELSE payload END, run_at = coalesce(?4, run_at), last_error = ?5, finished_at = ?6, lease_until = NULL, lease_token = NULL WHERE id = ?1 AND lease_token = ?2 RETURNING 1 AS count",
                vec![
                    job.0.into(),
                    token.into(),
                    state.into(),
                    next.into(),
                    error.into(),
                    finished.into(),
                ],
                true,
            )
            .await?;
        Ok(done.is_some_and(|done| done.count > 0))
    }

    /// Keeps a long job for longer. `false` when the lease was lost meanwhile.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn renew_job(
        &self,
        job: JobId,
        token: Uuid,
        lease_until: DateTime<Utc>,
    ) -> StoreResult<bool> {
        let done: Option<Count> = self
            .one(
                "SELECT renew_job($1, $2, $3) AS count",
                "UPDATE jobs SET lease_until = ?3 WHERE id = ?1 AND lease_token = ?2 RETURNING 1 AS count",
                vec![job.0.into(), token.into(), lease_until.into()],
                true,
            )
            .await?;
        Ok(done.is_some_and(|done| done.count > 0))
    }

    /// How many jobs there are in each state but `done`, and how many events wait (`outbox`).
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn job_counts(&self) -> StoreResult<Vec<(String, i64)>> {
        let counts: Vec<StateCount> = self
            .all(
                "SELECT * FROM job_counts()",
                "SELECT state, count(*) AS count FROM jobs WHERE state <> 'done' GROUP BY state UNION ALL SELECT 'outbox', count(*) FROM outbox",
                vec![],
                false,
            )
            .await?;
        Ok(counts
            .into_iter()
            .map(|row| (row.state, row.count))
            .collect())
    }

    /// Gives back the jobs of a process that ended without finishing them: on SQLite there is one
    /// process, so at its start nobody else has them.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn release_jobs(&self, now: DateTime<Utc>) -> StoreResult<()> {
        if self.is_postgres() {
            return Ok(());
        }
        let sql = "UPDATE jobs SET lease_until = ?1 WHERE state = 'running' AND lease_until > ?1";
        self.rows("", sql, vec![now.into()], true).await?;
        Ok(())
    }

    /// Deletes idempotency keys, and finished jobs and files of imports, from before these times.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn clean_platform(
        &self,
        keys_before: DateTime<Utc>,
        jobs_before: DateTime<Utc>,
    ) -> StoreResult<()> {
        if self.is_postgres() {
            self.rows(
                "SELECT clean_platform($1, $2)",
                "",
                vec![keys_before.into(), jobs_before.into()],
                true,
            )
            .await?;
            return Ok(());
        }
        let sql = "DELETE FROM idempotency_keys WHERE created_at < ?1";
        self.rows("", sql, vec![keys_before.into()], true).await?;
        let sql = "DELETE FROM pieces WHERE created_at < ?1";
        self.rows("", sql, vec![jobs_before.into()], true).await?;
        let sql = "DELETE FROM jobs WHERE state IN ('done', 'cancelled') AND finished_at < ?1";
        self.rows("", sql, vec![jobs_before.into()], true).await?;
        Ok(())
    }
}
