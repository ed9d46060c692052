//! All rows of all tenants as text that both databases understand: what a backup holds.
//!
//! A row is a JSON array in the order of its table's columns: binary values as `\x` and hexadecimal, truth as 0 and 1,
//! documents as text. What one database has for itself (row numbers, search indexes) is left out, and made anew.

mod postgres;
mod sqlite;

use std::io;

use migrations::Migrator;
use sea_orm_migration::MigratorTrait;
use sqlx::{Connection, Executor, PgConnection, SqliteConnection};
use thiserror::Error;

use crate::{Store, StoreError, core::Pools};

/// Why a backup is not made, or not taken.
#[derive(Debug, Error)]
pub enum BackupError {
    /// The database refuses or does not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file cannot be written or read.
    #[error("{0}")]
    File(#[from] io::Error),
    /// It does not fit.
    #[error("{0}")]
    Refused(String),
}

impl From<sqlx::Error> for BackupError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// A result of backing up or restoring.
pub type BackupResult<T> = Result<T, BackupError>;

/// What a dump consists of, in this order.
pub enum Piece<'a> {
    /// The names of the migrations that have run.
    Schema(&'a [String]),
    /// A table whose rows follow.
    Table {
        /// Its name.
        name: &'a str,
        /// The columns of a row.
        columns: &'a [String],
    },
    /// A row, as a JSON array.
    Row(&'a str),
}

/// Where the pieces go.
pub type Sink<'a> = dyn FnMut(Piece<'_>) -> io::Result<()> + 'a;

/// What a column holds, as far as its text differs.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Uuid,
    Bytes,
    Truth,
    Document,
    Time,
    Other(String),
}

struct Table {
    name: String,
    columns: Vec<(String, Kind)>,
}

impl Table {
    fn names(&self) -> Vec<String> {
        self.columns.iter().map(|(name, _)| name.clone()).collect()
    }
}

/// Rows next to each other: each belongs to the table of the row before, or opens the next.
fn tables(rows: Vec<(String, String, Kind)>) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    for (name, column, kind) in rows {
        match tables.last_mut().filter(|table| table.name == name) {
            Some(table) => table.columns.push((column, kind)),
            None => tables.push(Table {
                name,
                columns: vec![(column, kind)],
            }),
        }
    }
    tables
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

impl Store {
    /// Hands out everything as of one moment, while others go on writing.
    ///
    /// # Errors
    /// When the database does not answer, or the sink fails.
    pub async fn dump(&self, sink: &mut Sink<'_>) -> BackupResult<()> {
        match &*self.pools {
            Pools::Postgres { .. } => {
                postgres::dump(&mut self.owner_connection().await?, sink).await
            }
            Pools::Sqlite { readers, .. } => {
                let mut connection = readers.acquire().await.map_err(StoreError::from)?;
                sqlite::dump(&mut connection, sink).await
            }
        }
    }

    /// Makes ready to take over a dump of this schema: nothing can be seen of it before it is whole.
    ///
    /// # Errors
    /// When the schema is newer than this program or older than the database, or the database is in use and `force`
    /// does not say to empty it.
    pub async fn load(&self, schema: &[String], force: bool) -> BackupResult<Loader> {
        let known: Vec<String> = Migrator::migrations()
            .iter()
            .map(|migration| migration.name().to_owned())
            .collect();
        if let Some(name) = schema.iter().find(|name| !known.contains(name)) {
            return Err(BackupError::Refused(format!(
                "the backup is of a newer version: this one does not know `{name}`"
            )));
        }
        let first = known.iter().take(schema.len());
        if schema.is_empty() || !first.clone().all(|name| schema.contains(name)) {
            return Err(BackupError::Refused(
                "the backup is of a schema that no version had".to_owned(),
            ));
        }
        let applied = self.applied().await?;
        if applied.iter().any(|name| !schema.contains(name)) {
            return Err(BackupError::Refused(
                "the schema of the database is newer than the backup: restore into a database with nothing in it, which is then brought up to date"
                    .to_owned(),
            ));
        }
        if !applied.is_empty() && !force && self.is_used().await? {
            return Err(BackupError::Refused(
                "the database is in use: restore into another one, or say --force to lose what is in it"
                    .to_owned(),
            ));
        }
        let steps = u32::try_from(schema.len().saturating_sub(applied.len())).unwrap_or(0);
        if steps > 0 {
            self.migrate_by(Some(steps)).await?;
        }
        match &*self.pools {
            Pools::Postgres { .. } => {
                let connection = self.owner_connection().await?;
                Ok(Loader(Into::Postgres(
                    postgres::Load::begin(connection, force).await?,
                )))
            }
            Pools::Sqlite { .. } => {
                let connection = self.sqlite_connection().await?;
                Ok(Loader(Into::Sqlite(
                    sqlite::Load::begin(connection, force).await?,
                )))
            }
        }
    }

    /// The migrations that have run.
    async fn applied(&self) -> BackupResult<Vec<String>> {
        Ok(match &*self.pools {
            Pools::Postgres { .. } => postgres::schema(&mut self.owner_connection().await?).await?,
            Pools::Sqlite { readers, .. } => {
                let mut connection = readers.acquire().await.map_err(StoreError::from)?;
                sqlite::schema(&mut connection).await?
            }
        })
    }

    async fn is_used(&self) -> BackupResult<bool> {
        let sql = "SELECT (SELECT count(*) FROM organizations) + (SELECT count(*) FROM users)";
        let count: i64 = match &*self.pools {
            Pools::Postgres { .. } => {
                let mut connection = self.owner_connection().await?;
                sqlx::query_scalar(sql).fetch_one(&mut connection).await?
            }
            Pools::Sqlite { readers, .. } => sqlx::query_scalar(sql).fetch_one(readers).await?,
        };
        Ok(count > 0)
    }

    /// As the role that owns the tables, whom no policy keeps from rows, and for as long as it takes.
    async fn owner_connection(&self) -> BackupResult<PgConnection> {
        let mut connection = PgConnection::connect_with(&self.owner_options()?).await?;
        connection
            .execute("SET statement_timeout = 0; SET timezone = 'UTC'")
            .await?;
        Ok(connection)
    }

    /// One that minds no references while tables are filled one after the other.
    async fn sqlite_connection(&self) -> BackupResult<SqliteConnection> {
        let options = self.sqlite_file()?.foreign_keys(false);
        Ok(SqliteConnection::connect_with(&options).await?)
    }
}

enum Into {
    Postgres(postgres::Load),
    Sqlite(sqlite::Load),
}

/// Takes over a dump in one transaction.
pub struct Loader(Into);

impl Loader {
    /// The rows that follow belong to this table.
    ///
    /// # Errors
    /// When there is no such table or column.
    pub async fn table(&mut self, name: &str, columns: &[String]) -> BackupResult<()> {
        match &mut self.0 {
            Into::Postgres(load) => load.table(name, columns),
            Into::Sqlite(load) => load.table(name, columns).await,
        }
    }

    /// Takes over rows, as a JSON array of rows.
    ///
    /// # Errors
    /// When the database refuses one.
    pub async fn rows(&mut self, rows: &str) -> BackupResult<()> {
        match &mut self.0 {
            Into::Postgres(load) => load.rows(rows).await,
            Into::Sqlite(load) => load.rows(rows).await,
        }
    }

    /// Makes it seen, once every reference is found to lead somewhere.
    ///
    /// # Errors
    /// When one does not, or the database refuses.
    pub async fn finish(self) -> BackupResult<()> {
        match self.0 {
            Into::Postgres(load) => load.finish().await,
            Into::Sqlite(load) => load.finish().await,
        }
    }
}

/// The kinds of the columns that a dump names.
fn chosen<'a>(tables: &'a [Table], name: &str, columns: &[String]) -> BackupResult<Vec<&'a Kind>> {
    let unknown = |what: &str| {
        BackupError::Refused(format!(
            "the backup names {what}, which the database does not have"
        ))
    };
    let table = tables
        .iter()
        .find(|table| table.name == name)
        .ok_or_else(|| unknown(&format!("the table {name}")))?;
    columns
        .iter()
        .map(|wanted| {
            let found = table.columns.iter().find(|(column, _)| column == wanted);
            found
                .map(|(_, kind)| kind)
                .ok_or_else(|| unknown(&format!("the column {name}.{wanted}")))
        })
        .collect()
}

fn column_list(columns: &[String]) -> String {
    let quoted: Vec<_> = columns.iter().map(|name| quoted(name)).collect();
    quoted.join(", ")
}
