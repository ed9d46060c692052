//! Runs a statement of sea-orm on a connection of sqlx.

use sea_orm::{DbErr, ExecResult, QueryResult, RuntimeErr, Statement, Values};
use sea_query_sqlx::SqlxValues;

pub(crate) fn query_error(error: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(error.into()))
}

fn values(statement: &mut Statement) -> SqlxValues {
    SqlxValues(
        statement
            .values
            .take()
            .unwrap_or_else(|| Values(Vec::new())),
    )
}

/// The three ways to run a statement, for one of the two databases; `persistent` statements stay
/// prepared on their connection.
macro_rules! runner {
    ($name:ident, $database:ty) => {
        pub(crate) mod $name {
            use super::*;

            pub(crate) async fn execute<'e, E>(
                on: E,
                mut statement: Statement,
                persistent: bool,
            ) -> Result<ExecResult, DbErr>
            where
                E: sqlx::Executor<'e, Database = $database>,
            {
                let values = values(&mut statement);
                sqlx::query_with(sqlx::AssertSqlSafe(statement.sql), values)
                    .persistent(persistent)
                    .execute(on)
                    .await
                    .map(Into::into)
                    .map_err(query_error)
            }

            pub(crate) async fn one<'e, E>(
                on: E,
                mut statement: Statement,
                persistent: bool,
            ) -> Result<Option<QueryResult>, DbErr>
            where
                E: sqlx::Executor<'e, Database = $database>,
            {
                let values = values(&mut statement);
                sqlx::query_with(sqlx::AssertSqlSafe(statement.sql), values)
                    .persistent(persistent)
                    .fetch_optional(on)
                    .await
                    .map(|row| row.map(Into::into))
                    .map_err(query_error)
            }

            pub(crate) async fn all<'e, E>(
                on: E,
                mut statement: Statement,
                persistent: bool,
            ) -> Result<Vec<QueryResult>, DbErr>
            where
                E: sqlx::Executor<'e, Database = $database>,
            {
                let values = values(&mut statement);
                sqlx::query_with(sqlx::AssertSqlSafe(statement.sql), values)
                    .persistent(persistent)
                    .fetch_all(on)
                    .await
                    .map(|rows| rows.into_iter().map(Into::into).collect())
                    .map_err(query_error)
            }
        }
    };
}

runner!(postgres, sqlx::Postgres);
runner!(sqlite, sqlx::Sqlite);
