//! The database in use, and its pools.

use std::{path::Path, str::FromStr, sync::Arc, time::Duration};

use migrations::{APP_ROLE, Migrator};
use sea_orm::{DatabaseConnection, DbBackend, SqlxPostgresConnector, SqlxSqliteConnector};
use sea_orm_migration::MigratorTrait;
use shared_types::{OrganizationId, UserId};
use sqlx::{
    ConnectOptions, Executor, PgConnection, PgPool, SqlitePool,
    postgres::{PgConnectOptions, PgPoolOptions, PgSslMode},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::{
    Actor, Read, StoreError, StoreResult, System, Tx,
    core::{outage, thread_pool::ThreadPools},
};

/// How to reach the database.
#[derive(Clone, Debug)]
pub struct StoreOptions {
    /// `sqlite://path` or `postgres://…`, as the application's role.
    pub url: String,
    /// `postgres://…` as the role that owns the tables; the application's URL where absent.
    pub migrate_url: Option<String>,
    /// `postgres://…` of a read replica.
    pub replica_url: Option<String>,
    /// The most connections of a pool.
    pub max_connections: u32,
    /// Whether a pooler gives each transaction another connection: then nothing is left on one.
    pub pooled: bool,
}

pub(crate) enum Pools {
    Postgres {
        /// For transactions of several statements.
        primary: PgPool,
        /// For statements that are a transaction of their own.
        single: ThreadPools,
        /// The same where reads may lag behind.
        replica: ThreadPools,
    },
    Sqlite {
        writer: SqlitePool,
        readers: SqlitePool,
    },
}

/// The database in use. Hands out handles; runs no query itself.
#[derive(Clone)]
pub struct Store {
    pub(crate) pools: Arc<Pools>,
    options: Arc<StoreOptions>,
}

const STATEMENT_TIMEOUT: &str = "5s";
const STATEMENT_CACHE: usize = 500;

/// What a transaction begins with where no connection could be told it before.
pub(crate) const BEGIN_POOLED: &str = "BEGIN; SET LOCAL ROLE touchline_app; SET LOCAL statement_timeout = '5s'; SET LOCAL jit = off; SET LOCAL timezone = 'UTC'";

fn postgres_options(url: &str) -> StoreResult<PgConnectOptions> {
    let mut options = PgConnectOptions::from_str(url)?
        .statement_cache_capacity(STATEMENT_CACHE)
        // Requests are logged and measured as a whole.
        .disable_statement_logging();
    // A local server offers TLS too, which costs without protecting anything.
    let local = matches!(options.get_host(), "localhost" | "127.0.0.1" | "::1");
    if local && !url.contains("sslmode=") {
        options = options.ssl_mode(PgSslMode::Disable);
    }
    Ok(options)
}

/// Poolers know no other parameters than their own at the start of a connection.
fn pooler_options(url: &str, pooled: bool) -> StoreResult<PgConnectOptions> {
    let options = postgres_options(url)?;
    Ok(if pooled {
        options.extra_float_digits(None)
    } else {
        options
    })
}

/// What every connection is told first. The role owns nothing and bypasses nothing. A LIMIT that is
/// bound would make the planner plan each list anew: one plan per statement serves all. Such a plan expects
/// a tenth of the table, for which PostgreSQL would compile machine code for longer than any page takes.
pub(crate) async fn prepare(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    let sql = format!(
        "SET ROLE {APP_ROLE}; SET statement_timeout = '{STATEMENT_TIMEOUT}'; SET plan_cache_mode = force_generic_plan; SET jit = off; SET timezone = 'UTC'"
    );
    connection.execute(sqlx::AssertSqlSafe(sql)).await?;
    Ok(())
}

async fn postgres_pool(url: &str, max: u32, pooled: bool) -> StoreResult<PgPool> {
    let pool = PgPoolOptions::new()
        .max_connections(max)
        .min_connections(1)
        .acquire_timeout(Duration::from_secs(1))
        // Costs a round trip each time; a broken connection is met at its first statement anyway.
        .test_before_acquire(false)
        .before_acquire(|_, meta| Box::pin(async move { Ok(!outage::has_outlived(meta.age)) }))
        .after_connect(move |connection, _| {
            Box::pin(async move {
                if pooled {
                    Ok(())
                } else {
                    prepare(connection).await
                }
            })
        })
        .connect_lazy_with(pooler_options(url, pooled)?);
    Ok(pool)
}

fn sqlite_options(path: &str) -> StoreResult<SqliteConnectOptions> {
    Ok(SqliteConnectOptions::from_str(path)?
        .create_if_missing(true)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        // An acknowledged write survives the loss of power.
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(5))
        .pragma("cache_size", "-8000")
        .pragma("temp_store", "memory")
        .disable_statement_logging()
        .statement_cache_capacity(STATEMENT_CACHE))
}

impl Store {
    /// Opens the database. PostgreSQL is connected to at the first statement.
    ///
    /// # Errors
    /// When the URL is none of a database that Touchline runs on, or the file cannot be opened.
    pub async fn open(options: StoreOptions) -> StoreResult<Self> {
        let pools = if options.url.starts_with("sqlite:") {
            let connect = sqlite_options(&options.url)?;
            if let Some(folder) = connect
                .get_filename()
                .parent()
                .filter(|f| *f != Path::new(""))
            {
                std::fs::create_dir_all(folder)
                    .map_err(|e| StoreError::Unavailable(format!("{}: {e}", folder.display())))?;
            }
            let writer = SqlitePoolOptions::new()
                .max_connections(1)
                .acquire_timeout(Duration::from_secs(10))
                .test_before_acquire(false)
                .connect_with(connect.clone())
                .await?;
            let readers = SqlitePoolOptions::new()
                .max_connections(options.max_connections.clamp(2, 8))
                .min_connections(1)
                .acquire_timeout(Duration::from_secs(10))
                .test_before_acquire(false)
                .connect_with(connect.pragma("query_only", "on"))
                .await?;
            Pools::Sqlite { writer, readers }
        } else {
            let (most, pooled) = (options.max_connections, options.pooled);
            let primary = postgres_pool(&options.url, most, pooled).await?;
            let single = ThreadPools::new(pooler_options(&options.url, pooled)?, most, pooled);
            let replica = match &options.replica_url {
                Some(url) => ThreadPools::new(pooler_options(url, pooled)?, most, pooled),
                None => single.clone(),
            };
            Pools::Postgres {
                primary,
                single,
                replica,
            }
        };
        Ok(Self {
            pools: Arc::new(pools),
            options: Arc::new(options),
        })
    }

    /// The kind of database.
    #[must_use]
    pub fn backend(&self) -> DbBackend {
        match *self.pools {
            Pools::Postgres { .. } => DbBackend::Postgres,
            Pools::Sqlite { .. } => DbBackend::Sqlite,
        }
    }

    /// Whether statements stay prepared on their connections.
    pub(crate) fn keeps_statements(&self) -> bool {
        !self.options.pooled
    }

    /// What a transaction on PostgreSQL begins with.
    pub(crate) fn begin_statement(&self) -> &'static str {
        if self.options.pooled {
            BEGIN_POOLED
        } else {
            "BEGIN"
        }
    }

    /// How the role that owns the tables connects.
    pub(crate) fn owner_options(&self) -> StoreResult<PgConnectOptions> {
        let url = self.options.migrate_url.as_ref();
        postgres_options(url.unwrap_or(&self.options.url))
    }

    /// How the file is opened.
    pub(crate) fn sqlite_file(&self) -> StoreResult<SqliteConnectOptions> {
        sqlite_options(&self.options.url)
    }

    async fn owner(&self) -> StoreResult<DatabaseConnection> {
        Ok(match &*self.pools {
            Pools::Sqlite { writer, .. } => {
                SqlxSqliteConnector::from_sqlx_sqlite_pool(writer.clone())
            }
            Pools::Postgres { .. } => {
                let pool = PgPoolOptions::new()
                    .max_connections(2)
                    .acquire_timeout(Duration::from_secs(10))
                    .connect_with(self.owner_options()?)
                    .await?;
                SqlxPostgresConnector::from_sqlx_postgres_pool(pool)
            }
        })
    }

    /// Brings the schema up to date. Two at once wait for each other; done twice it does nothing.
    ///
    /// # Errors
    /// When the database does not answer or refuses a statement.
    pub async fn migrate(&self) -> StoreResult<()> {
        self.migrate_by(None).await
    }

    /// The next so many migrations, or all of them.
    pub(crate) async fn migrate_by(&self, steps: Option<u32>) -> StoreResult<()> {
        let owner = self.owner().await?;
        if let Pools::Postgres { .. } = *self.pools {
            let pool = owner.get_postgres_connection_pool();
            let mut guard = pool.acquire().await?;
            sqlx::query("SELECT pg_advisory_lock(7236497)")
                .execute(&mut *guard)
                .await?;
            let result = Migrator::up(&owner, steps).await;
            sqlx::query("SELECT pg_advisory_unlock(7236497)")
                .execute(&mut *guard)
                .await?;
            result?;
            drop(guard);
            pool.close().await;
        } else {
            Migrator::up(&owner, steps).await?;
        }
        Ok(())
    }

    /// Whether every migration has run.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn is_migrated(&self) -> StoreResult<bool> {
        let wanted = Migrator::migrations().len();
        let sql = "SELECT count(*) FROM seaql_migrations";
        let count: i64 = match &*self.pools {
            Pools::Sqlite { readers, .. } => sqlx::query_scalar(sql).fetch_one(readers).await?,
            Pools::Postgres { primary, .. } => {
                sqlx::query_scalar(sql)
                    .persistent(false)
                    .fetch_one(primary)
                    .await?
            }
        };
        Ok(usize::try_from(count).is_ok_and(|count| count >= wanted))
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> StoreResult<()> {
        match &*self.pools {
            Pools::Sqlite { readers, .. } => {
                sqlx::query("SELECT 1").execute(readers).await?;
            }
            Pools::Postgres { primary, .. } => {
                primary.execute("SELECT 1").await?;
            }
        }
        Ok(())
    }

    /// Connections of the main pool: (all, idle).
    #[must_use]
    pub fn pool_size(&self) -> (u32, usize) {
        match &*self.pools {
            Pools::Sqlite { readers, .. } => (readers.size(), readers.num_idle()),
            Pools::Postgres { primary, .. } => (primary.size(), primary.num_idle()),
        }
    }

    /// A handle to read in a tenant.
    #[must_use]
    pub fn read(&self, organization: OrganizationId) -> Read {
        Read::new(self.clone(), organization)
    }

    /// A transaction in a tenant, opened with its first statement.
    #[must_use]
    pub fn begin(&self, organization: OrganizationId, user: Option<UserId>, actor: Actor) -> Tx {
        Tx::new(self.clone(), organization, user, actor)
    }

    /// The handle for what works before or across tenants.
    #[must_use]
    pub fn system(&self) -> System {
        System::new(self.clone())
    }

    /// Closes every connection once its statement is done.
    pub async fn close(&self) {
        match &*self.pools {
            Pools::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres {
                primary,
                single,
                replica,
            } => {
                single.close();
                replica.close();
                primary.close().await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_and_transactions_are_told_the_same() {
        for wanted in [
            format!("ROLE {APP_ROLE}"),
            format!("statement_timeout = '{STATEMENT_TIMEOUT}'"),
            "jit = off".to_owned(),
        ] {
            assert!(
                BEGIN_POOLED.contains(&format!("SET LOCAL {wanted}")),
                "{wanted}"
            );
        }
    }
}
