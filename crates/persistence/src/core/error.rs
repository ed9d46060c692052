//! What can go wrong in the store, as far as callers can do something about it.

use sea_orm::{DbErr, RuntimeErr};
use thiserror::Error;

use crate::core::outage;

/// An error of the store.
#[derive(Debug, Error)]
pub enum StoreError {
    /// There is no such row in this tenant.
    #[error("there is no such record")]
    NotFound,
    /// A value that must be unique exists already.
    #[error("{table}.{column} exists already")]
    Duplicate {
        /// The table.
        table: String,
        /// The column, without the suffix of match keys (`name`, not `name_key`).
        column: String,
    },
    /// A row that is referred to does not exist in this tenant; `column` where the database says.
    #[error("a record that is referred to does not exist")]
    Reference {
        /// The column, where the database says which.
        column: Option<String>,
    },
    /// The row has changed since it was read.
    #[error("the record has changed since it was read")]
    Stale,
    /// Another transaction stood in the way; trying again may help.
    #[error("another transaction stood in the way")]
    Contention,
    /// The database does not answer.
    #[error("the database does not answer: {0}")]
    Unavailable(String),
    /// Anything else: a fault of the program or the database.
    #[error(transparent)]
    Database(DbErr),
    /// Stored data that cannot be read back.
    #[error("stored data cannot be read: {0}")]
    Corrupt(String),
}

/// A result of the store.
pub type StoreResult<T> = Result<T, StoreError>;

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        match &error {
            DbErr::Exec(RuntimeErr::SqlxError(cause))
            | DbErr::Query(RuntimeErr::SqlxError(cause))
            | DbErr::Conn(RuntimeErr::SqlxError(cause)) => {
                classify(cause).unwrap_or(Self::Database(error))
            }
            DbErr::RecordNotFound(_) => Self::NotFound,
            DbErr::ConnectionAcquire(cause) => Self::Unavailable(cause.to_string()),
            _ => Self::Database(error),
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        DbErr::Query(RuntimeErr::SqlxError(error.into())).into()
    }
}

fn classify(error: &sqlx::Error) -> Option<StoreError> {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) => {
            outage::noticed();
            Some(StoreError::Unavailable(error.to_string()))
        }
        sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => {
            Some(StoreError::Unavailable(error.to_string()))
        }
        sqlx::Error::Database(database) => {
            let code = database.code().unwrap_or_default();
            if database.is_unique_violation() {
                return Some(duplicate(database.as_ref()));
            }
            if database.is_foreign_key_violation() {
                return Some(StoreError::Reference {
                    column: database.constraint().map(|name| {
                        let table = database.table().unwrap_or_default();
                        name.trim_start_matches(table)
                            .trim_start_matches('_')
                            .to_owned()
                    }),
                });
            }
            match code.as_ref() {
                // serialization_failure, deadlock_detected (PostgreSQL); SQLITE_BUSY and its kin
                "40001" | "40P01" | "5" | "6" | "261" | "517" => Some(StoreError::Contention),
                // admin_shutdown, crash_shutdown, cannot_connect_now
                "57P01" | "57P02" | "57P03" => {
                    outage::noticed();
                    Some(StoreError::Unavailable(database.to_string()))
                }
                // too_many_connections
                "53300" => Some(StoreError::Unavailable(database.to_string())),
                _ => None,
            }
        }
        _ => None,
    }
}

/// PostgreSQL names the constraint (`products_name`), SQLite the columns
/// (`products.organization_id, products.name_key`).
fn duplicate(error: &dyn sqlx::error::DatabaseError) -> StoreError {
    let (table, column) = match (error.table(), error.constraint()) {
        (Some(table), Some(constraint)) => (
            table.to_owned(),
            constraint
                .trim_start_matches(table)
                .trim_start_matches('_')
                .to_owned(),
        ),
        _ => {
            let message = error.message();
            let last = message.rsplit([',', ':']).next().unwrap_or_default().trim();
            let (table, column) = last.split_once('.').unwrap_or(("", last));
            (table.to_owned(), column.to_owned())
        }
    };
    let column = column.strip_suffix("_key").unwrap_or(&column).to_owned();
    StoreError::Duplicate { table, column }
}
