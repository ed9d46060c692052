//! What works before a tenant is known, or across tenants: sign-in, the dispatcher, jobs.
//!
//! On PostgreSQL each query is one definer function (see the migrations), so that the application's
//! role needs no right that goes beyond a tenant.

use sea_orm::{FromQueryResult, QueryResult, Statement, Value, Values};

use crate::{
    StoreResult,
    core::{
        run::sqlite,
        store::{Pools, Store},
    },
};

/// The narrow handle for what works before or across tenants. Its queries stand beside their
/// tables (`identity::session`, `platform::job` …).
#[derive(Clone)]
pub struct System {
    store: Store,
}

impl System {
    pub(crate) fn new(store: Store) -> Self {
        Self { store }
    }

    /// Whether records are kept by PostgreSQL; else by the embedded SQLite.
    #[must_use]
    pub fn is_postgres(&self) -> bool {
        self.store.backend() == sea_orm::DbBackend::Postgres
    }

    /// Runs a query: the text for PostgreSQL with `$1`, the text for SQLite with `?1`.
    pub(crate) async fn rows(
        &self,
        postgres_sql: &str,
        sqlite_sql: &str,
        values: Vec<Value>,
        writes: bool,
    ) -> StoreResult<Vec<QueryResult>> {
        let statement = |sql: &str| Statement {
            sql: sql.to_owned(),
            values: Some(Values(values)),
            db_backend: self.store.backend(),
        };
        Ok(match &*self.store.pools {
            Pools::Postgres { single, .. } => single.all(statement(postgres_sql), !writes).await?,
            Pools::Sqlite { writer, readers } => {
                let pool = if writes { writer } else { readers };
                sqlite::all(pool, statement(sqlite_sql), true).await?
            }
        })
    }

    /// Runs statements of SQLite, all with the same value, in one transaction.
    pub(crate) async fn together(&self, sqlite_sql: &[&str], value: Value) -> StoreResult<()> {
        let Pools::Sqlite { writer, .. } = &*self.store.pools else {
            return Ok(());
        };
        let mut tx = writer.begin_with("BEGIN IMMEDIATE").await?;
        for sql in sqlite_sql {
            let statement = Statement {
                sql: (*sql).to_owned(),
                values: Some(Values(vec![value.clone()])),
                db_backend: self.store.backend(),
            };
            sqlite::execute(&mut *tx, statement, true).await?;
        }
        Ok(tx.commit().await?)
    }

    /// The first row of a query, read into a struct.
    pub(crate) async fn one<R: FromQueryResult>(
        &self,
        postgres_sql: &str,
        sqlite_sql: &str,
        values: Vec<Value>,
        writes: bool,
    ) -> StoreResult<Option<R>> {
        let rows = self.rows(postgres_sql, sqlite_sql, values, writes).await?;
        Ok(rows
            .first()
            .map(|row| R::from_query_result(row, ""))
            .transpose()?)
    }

    /// All rows of a query, read into structs.
    pub(crate) async fn all<R: FromQueryResult>(
        &self,
        postgres_sql: &str,
        sqlite_sql: &str,
        values: Vec<Value>,
        writes: bool,
    ) -> StoreResult<Vec<R>> {
        let rows = self.rows(postgres_sql, sqlite_sql, values, writes).await?;
        Ok(rows
            .iter()
            .map(|row| R::from_query_result(row, ""))
            .collect::<Result<_, _>>()?)
    }
}
