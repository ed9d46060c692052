//! A transaction in a tenant.

use std::sync::{Mutex as SyncMutex, PoisonError};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sea_orm::{
    ConnectionTrait, DbBackend, DbErr, EntityTrait, ExecResult, IntoActiveModel, QueryResult,
    Statement,
    sea_query::{Expr, SimpleExpr},
};
use shared_types::{EventId, MemberId, OrganizationId, UserId};
use sqlx::{Postgres, Sqlite, Transaction};
use tokio::sync::Mutex;
use uuid::Uuid;

use crate::{
    Db, StoreError, StoreResult,
    core::{
        insert::{Insert, combined},
        run::{postgres, query_error, sqlite},
        store::{Pools, Store},
    },
    platform::{
        event::{self, NewEvent},
        notification::{assigned, tell},
    },
};

/// Who acts, when, and by which request: what every event says.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The member; absent where the product itself acts.
    pub member: Option<MemberId>,
    /// The request.
    pub request_id: Option<String>,
    /// The address the request came from.
    pub ip_address: Option<String>,
    /// The time of everything that is written.
    pub now: DateTime<Utc>,
    /// Makes ids: UUIDv7 of the time of the context.
    pub new_id: fn() -> Uuid,
}

/// Rows of one statement of [`Tx::write_all`]: far below what either database takes as parameters.
const BATCH: usize = 200;
/// Rows that a write of inserts alone sends as one statement, and so as a transaction of its own.
const ROWS_AT_ONCE: usize = 32;

enum Connection {
    Closed,
    Postgres(Transaction<'static, Postgres>),
    Sqlite(Transaction<'static, Sqlite>),
}

/// A transaction in a tenant. It is opened with its first statement; inserts and events wait, and
/// leave with [`Tx::commit`]. Dropped, it leaves nothing.
///
/// A write that only inserts is one statement on PostgreSQL, and so one round trip.
pub struct Tx {
    store: Store,
    organization: OrganizationId,
    user: Option<UserId>,
    actor: Actor,
    connection: Mutex<Connection>,
    rows: SyncMutex<Vec<Insert>>,
    events: SyncMutex<Vec<NewEvent>>,
    read_only: bool,
}

impl Tx {
    pub(crate) fn new(
        store: Store,
        organization: OrganizationId,
        user: Option<UserId>,
        actor: Actor,
    ) -> Self {
        Self {
            store,
            organization,
            user,
            actor,
            connection: Mutex::new(Connection::Closed),
            rows: SyncMutex::default(),
            events: SyncMutex::default(),
            read_only: false,
        }
    }

    /// The same transaction, for reads alone: on SQLite it leaves the one writer to others.
    #[must_use]
    pub fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    /// Who acts, and when.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The time of everything that is written.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.actor.now
    }

    /// A new id.
    #[must_use]
    pub fn new_id<T: From<Uuid>>(&self) -> T {
        T::from((self.actor.new_id)())
    }

    /// Queues a row: it is written before the next statement, or with the commit.
    pub fn insert<E>(&self, row: E::Model)
    where
        E: EntityTrait,
        E::Model: IntoActiveModel<E::ActiveModel>,
    {
        self.insert_all::<E>(vec![row]);
    }

    /// Queues rows of one table.
    pub fn insert_all<E>(&self, rows: Vec<E::Model>)
    where
        E: EntityTrait,
        E::Model: IntoActiveModel<E::ActiveModel>,
    {
        if let Some(insert) = Insert::of::<E>(rows) {
            lock(&self.rows).push(insert);
        }
    }

    /// Queues an event: audit trail, timeline, and, through the outbox, everything that follows
    /// from it. Written with the commit.
    pub fn record(&self, event: NewEvent) {
        if let Some(new) = assigned(&event, &self.actor) {
            tell(self, new);
        }
        lock(&self.events).push(event);
    }

    async fn open(&self, connection: &mut Connection) -> Result<(), DbErr> {
        if matches!(connection, Connection::Closed) {
            *connection = match &*self.store.pools {
                Pools::Postgres { primary, .. } => {
                    // Parsed ids only; SET LOCAL takes no parameters.
                    let mut begin = format!(
                        "{}; SET LOCAL app.organization = '{}'",
                        self.store.begin_statement(),
                        self.organization.0
                    );
                    if let Some(user) = self.user {
                        begin.push_str(&format!("; SET LOCAL app.user_id = '{}'", user.0));
                    }
                    let begun = primary.begin_with(sqlx::AssertSqlSafe(begin)).await;
                    Connection::Postgres(begun.map_err(query_error)?)
                }
                Pools::Sqlite { readers, .. } if self.read_only => {
                    Connection::Sqlite(readers.begin().await.map_err(query_error)?)
                }
                Pools::Sqlite { writer, .. } => Connection::Sqlite(
                    writer
                        .begin_with("BEGIN IMMEDIATE")
                        .await
                        .map_err(query_error)?,
                ),
            };
        }
        Ok(())
    }

    async fn flush(&self, connection: &mut Connection, inserts: Vec<Insert>) -> Result<(), DbErr> {
        if inserts.is_empty() {
            return Ok(());
        }
        let persistent = self.store.keeps_statements();
        match connection {
            Connection::Postgres(tx) => {
                postgres::execute(&mut **tx, combined(inserts, None), persistent).await?;
            }
            Connection::Sqlite(tx) => {
                for insert in inserts {
                    sqlite::execute(&mut **tx, insert.into_statement(), true).await?;
                }
            }
            Connection::Closed => {
                return Err(DbErr::Custom("the transaction is not open".to_owned()));
            }
        }
        Ok(())
    }

    async fn ready(&self, connection: &mut Connection) -> Result<(), DbErr> {
        self.open(connection).await?;
        let inserts = std::mem::take(&mut *lock(&self.rows));
        self.flush(connection, inserts).await
    }

    /// Writes any number of rows of one table now, some at a time: for more than one statement
    /// can carry.
    ///
    /// # Errors
    /// When the database refuses a row or does not answer.
    pub async fn write_all<E>(&self, rows: Vec<E::Model>) -> StoreResult<()>
    where
        E: EntityTrait,
        E::Model: IntoActiveModel<E::ActiveModel>,
    {
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            self.insert_all::<E>(rows.by_ref().take(BATCH).collect());
            let mut connection = self.connection.lock().await;
            self.ready(&mut connection).await?;
        }
        Ok(())
    }

    /// Does something that may be refused alone: what it wrote and recorded is taken back then,
    /// and the transaction goes on.
    ///
    /// # Errors
    /// Those of the work; and of the store.
    pub async fn attempt<T, E: From<StoreError>>(
        &self,
        work: impl AsyncFnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        let run = async |statement: &str| {
            let done = self.execute_unprepared(statement).await;
            done.map(drop).map_err(|error| E::from(error.into()))
        };
        run("SAVEPOINT attempt").await?;
        let events = lock(&self.events).len();
        let result = match work().await {
            // Rows that wait are written first, so that they are refused here or not at all.
            Ok(value) => run("RELEASE SAVEPOINT attempt").await.map(|()| value),
            Err(error) => Err(error),
        };
        if result.is_err() {
            lock(&self.rows).clear();
            lock(&self.events).truncate(events);
            run("ROLLBACK TO SAVEPOINT attempt").await?;
            run("RELEASE SAVEPOINT attempt").await?;
        }
        result
    }

    /// Writes what is queued and commits.
    ///
    /// # Errors
    /// When the database refuses a row or does not answer; then nothing of it is written.
    pub async fn commit(self) -> StoreResult<()> {
        let mut connection = self.connection.lock().await;
        let mut inserts = std::mem::take(&mut *lock(&self.rows));
        let events = std::mem::take(&mut *lock(&self.events));
        let rows: Vec<event::Model> = events
            .into_iter()
            .map(|event| event.into_row(self.new_id::<EventId>(), self.organization, &self.actor))
            .collect();
        let outbox = rows.iter().map(event::outbox::Model::of).collect();
        inserts.extend(Insert::of::<event::Entity>(rows));
        inserts.extend(Insert::of::<event::outbox::Entity>(outbox));
        if let (Connection::Closed, Pools::Postgres { single, .. }, None) =
            (&*connection, &*self.store.pools, self.user)
            && inserts
                .iter()
                .map(|insert| insert.rows.len())
                .sum::<usize>()
                <= ROWS_AT_ONCE
        {
            if !inserts.is_empty() {
                single.insert(self.organization, inserts).await?;
            }
            return Ok(());
        }
        if inserts.is_empty() && matches!(*connection, Connection::Closed) {
            return Ok(());
        }
        self.open(&mut connection).await?;
        self.flush(&mut connection, inserts).await?;
        match std::mem::replace(&mut *connection, Connection::Closed) {
            Connection::Postgres(tx) => tx.commit().await?,
            Connection::Sqlite(tx) => tx.commit().await?,
            Connection::Closed => {}
        }
        Ok(())
    }
}

fn lock<T>(mutex: &SyncMutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Db for Tx {
    fn organization(&self) -> OrganizationId {
        self.organization
    }

    fn tenant(&self) -> SimpleExpr {
        Expr::val(self.organization.0)
    }
}

#[async_trait]
impl ConnectionTrait for Tx {
    fn get_database_backend(&self) -> DbBackend {
        self.store.backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        let mut connection = self.connection.lock().await;
        self.ready(&mut connection).await?;
        match &mut *connection {
            Connection::Postgres(tx) => {
                postgres::execute(&mut **tx, statement, self.store.keeps_statements()).await
            }
            Connection::Sqlite(tx) => sqlite::execute(&mut **tx, statement, true).await,
            Connection::Closed => Err(DbErr::Custom("the transaction is not open".to_owned())),
        }
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.execute_raw(Statement::from_string(self.get_database_backend(), sql))
            .await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let mut connection = self.connection.lock().await;
        self.ready(&mut connection).await?;
        match &mut *connection {
            Connection::Postgres(tx) => {
                postgres::one(&mut **tx, statement, self.store.keeps_statements()).await
            }
            Connection::Sqlite(tx) => sqlite::one(&mut **tx, statement, true).await,
            Connection::Closed => Err(DbErr::Custom("the transaction is not open".to_owned())),
        }
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let mut connection = self.connection.lock().await;
        self.ready(&mut connection).await?;
        match &mut *connection {
            Connection::Postgres(tx) => {
                postgres::all(&mut **tx, statement, self.store.keeps_statements()).await
            }
            Connection::Sqlite(tx) => sqlite::all(&mut **tx, statement, true).await,
            Connection::Closed => Err(DbErr::Custom("the transaction is not open".to_owned())),
        }
    }
}
