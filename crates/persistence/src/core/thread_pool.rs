//! Connections to PostgreSQL that stay with the thread that opened them.
//!
//! A server answers requests on threads with a runtime each. A connection that wanders between them
//! is woken up by the runtime that opened it, on another core, with each answer; one that stays costs a third
//! of that. And nothing is asked of a connection that is given back: sqlx's own pool sends a message
//! then, which is another round trip.

use std::{
    cell::RefCell,
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use deadpool::managed::{self, Metrics, Object, Pool, RecycleError, RecycleResult, Timeouts};
use sea_orm::{DbErr, QueryResult, RuntimeErr, Statement};
use sqlx::{ConnectOptions, Connection, PgConnection, postgres::PgConnectOptions};

use crate::core::{
    outage,
    run::{postgres, query_error},
    store::{BEGIN_POOLED, prepare},
};

/// How long a statement waits for a connection of its thread, or for a new one.
const PATIENCE: Duration = Duration::from_secs(1);

static NEXT: AtomicU64 = AtomicU64::new(0);

thread_local! {
    static POOLS: RefCell<HashMap<u64, Pool<Connector>>> = RefCell::new(HashMap::new());
}

/// Opens connections.
struct Connector {
    options: Arc<PgConnectOptions>,
    pooled: bool,
}

impl managed::Manager for Connector {
    type Type = PgConnection;
    type Error = sqlx::Error;

    async fn create(&self) -> Result<PgConnection, sqlx::Error> {
        let mut connection = self.options.connect().await?;
        if !self.pooled {
            prepare(&mut connection).await?;
        }
        Ok(connection)
    }

    async fn recycle(&self, _: &mut PgConnection, of: &Metrics) -> RecycleResult<sqlx::Error> {
        if outage::has_outlived(of.age()) {
            return Err(RecycleError::message("the database was gone meanwhile"));
        }
        Ok(())
    }
}

/// One pool of a thread for each thread that asks.
#[derive(Clone)]
pub(crate) struct ThreadPools {
    id: u64,
    options: Arc<PgConnectOptions>,
    most: usize,
    /// Whether a pooler stands between.
    pooled: bool,
    closed: Arc<AtomicBool>,
}

impl ThreadPools {
    /// Pools that hold at most so many connections together, as long as there are no more threads
    /// than cores; a thread has two at least.
    pub(crate) fn new(options: PgConnectOptions, most: u32, pooled: bool) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        Self {
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            options: Arc::new(options),
            most: (most / cores).max(2),
            pooled,
            closed: Arc::default(),
        }
    }

    /// Tells these pools from those of other databases.
    pub(crate) const fn id(&self) -> u64 {
        self.id
    }

    /// Lets no statement through any more. Connections end with their threads.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::Relaxed);
    }

    fn of_this_thread(&self) -> Result<Pool<Connector>, DbErr> {
        if self.closed.load(Ordering::Relaxed) {
            return Err(query_error(sqlx::Error::PoolClosed));
        }
        POOLS.with_borrow_mut(|pools| {
            if let Some(pool) = pools.get(&self.id) {
                return Ok(pool.clone());
            }
            let connector = Connector {
                options: self.options.clone(),
                pooled: self.pooled,
            };
            let pool = Pool::builder(connector)
                .max_size(self.most)
                .timeouts(Timeouts {
                    wait: Some(PATIENCE),
                    create: Some(PATIENCE),
                    recycle: None,
                })
                .runtime(deadpool::Runtime::Tokio1)
                .build()
                .map_err(|error| DbErr::Custom(error.to_string()))?;
            pools.insert(self.id, pool.clone());
            Ok(pool)
        })
    }

    /// Runs a statement that is a transaction of its own and answers its rows. Where `again` holds,
    /// it is repeated once on a new connection when the one at hand was broken before.
    pub(crate) async fn all(
        &self,
        statement: Statement,
        again: bool,
    ) -> Result<Vec<QueryResult>, DbErr> {
        let pool = self.of_this_thread()?;
        let first = pool.get().await.map_err(waited)?;
        let second = again.then(|| statement.clone());
        match (self.run(first, statement).await, second) {
            (Err(error), Some(statement)) if is_broken(&error) => {
                outage::noticed();
                // What stands in the pool was broken with it.
                let _ = pool.retain(|_, _| false);
                self.run(pool.get().await.map_err(waited)?, statement).await
            }
            (result, _) => result,
        }
    }

    async fn run(
        &self,
        mut connection: Object<Connector>,
        statement: Statement,
    ) -> Result<Vec<QueryResult>, DbErr> {
        let result = if self.pooled {
            alone(&mut connection, statement).await
        } else {
            postgres::all(&mut *connection, statement, true).await
        };
        if result.as_ref().is_err_and(is_broken) {
            drop(Object::take(connection));
        }
        result
    }
}

/// A statement as a transaction of its own that says who it is for.
async fn alone(
    connection: &mut PgConnection,
    statement: Statement,
) -> Result<Vec<QueryResult>, DbErr> {
    let mut tx = connection
        .begin_with(BEGIN_POOLED)
        .await
        .map_err(query_error)?;
    let rows = postgres::all(&mut *tx, statement, false).await?;
    tx.commit().await.map_err(query_error)?;
    Ok(rows)
}

pub(crate) fn is_broken(error: &DbErr) -> bool {
    let cause = match error {
        DbErr::Query(RuntimeErr::SqlxError(cause)) | DbErr::Exec(RuntimeErr::SqlxError(cause)) => {
            cause
        }
        _ => return false,
    };
    matches!(
        **cause,
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_)
    ) || cause.as_database_error().is_some_and(|error| {
        // The server ends, or has ended, the connection (class 57P).
        error.code().is_some_and(|code| code.starts_with("57P0"))
    })
}

fn waited(error: managed::PoolError<sqlx::Error>) -> DbErr {
    query_error(match error {
        managed::PoolError::Backend(error) => error,
        _ => sqlx::Error::PoolTimedOut,
    })
}
