//! Dumping and loading SQLite.

use futures_util::TryStreamExt;
use sqlx::{AssertSqlSafe, Connection, Executor, SqliteConnection};

use super::{BackupError, BackupResult, Kind, Piece, Sink, Table, chosen, column_list, quoted};

/// Neither indexes of full text with the tables below them, nor the row numbers by which they find rows.
const COLUMNS: &str = "SELECT t.name, c.name, c.type FROM pragma_table_list t JOIN pragma_table_xinfo(t.name) c
    WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND t.name <> 'seaql_migrations'
      AND c.hidden = 0 AND c.name <> 'row_number'
    ORDER BY t.name, c.cid";

async fn tables(connection: &mut SqliteConnection) -> BackupResult<Vec<Table>> {
    let rows: Vec<(String, String, String)> = sqlx::query_as(COLUMNS).fetch_all(connection).await?;
    Ok(super::tables(
        rows.into_iter()
            .map(|(table, column, name)| {
                let kind = match name.as_str() {
                    "BLOB" => Kind::Bytes,
                    _ => Kind::Other(name),
                };
                (table, column, kind)
            })
            .collect(),
    ))
}

/// The migrations that have run; none where nothing has been made yet.
pub(super) async fn schema(connection: &mut SqliteConnection) -> BackupResult<Vec<String>> {
    let there: i64 =
        sqlx::query_scalar("SELECT count(*) FROM sqlite_master WHERE name = 'seaql_migrations'")
            .fetch_one(&mut *connection)
            .await?;
    if there == 0 {
        return Ok(Vec::new());
    }
    let sql = "SELECT version FROM seaql_migrations ORDER BY version";
    Ok(sqlx::query_scalar(sql).fetch_all(connection).await?)
}

pub(super) async fn dump(
    connection: &mut SqliteConnection,
    sink: &mut Sink<'_>,
) -> BackupResult<()> {
    // With its first statement it sees one moment, and keeps seeing it.
    let mut tx = connection.begin().await?;
    sink(Piece::Schema(&schema(&mut tx).await?))?;
    for table in tables(&mut tx).await? {
        sink(Piece::Table {
            name: &table.name,
            columns: &table.names(),
        })?;
        let values: Vec<_> = table
            .columns
            .iter()
            .map(|(name, kind)| {
                let column = quoted(name);
                match kind {
                    // The hexadecimal of NULL is empty text.
                    Kind::Bytes => {
                        format!(r"iif({column} IS NULL, NULL, '\x' || lower(hex({column})))")
                    }
                    _ => column,
                }
            })
            .collect();
        let sql = format!(
            "SELECT json_array({}) FROM {}",
            values.join(", "),
            quoted(&table.name)
        );
        let mut rows = sqlx::query_scalar::<_, String>(AssertSqlSafe(sql)).fetch(&mut *tx);
        while let Some(row) = rows.try_next().await? {
            sink(Piece::Row(&row))?;
        }
    }
    tx.rollback().await?;
    Ok(())
}

pub(super) struct Load {
    connection: SqliteConnection,
    tables: Vec<Table>,
    insert: String,
}

impl Load {
    pub(super) async fn begin(mut connection: SqliteConnection, force: bool) -> BackupResult<Self> {
        connection.execute("BEGIN IMMEDIATE").await?;
        let tables = tables(&mut connection).await?;
        if force {
            for table in &tables {
                let sql = format!("DELETE FROM {}", quoted(&table.name));
                connection.execute(AssertSqlSafe(sql)).await?;
            }
        }
        Ok(Self {
            connection,
            tables,
            insert: String::new(),
        })
    }

    pub(super) async fn table(&mut self, name: &str, columns: &[String]) -> BackupResult<()> {
        // The row number of an event becomes its place in the stream, which comes before in the alphabet.
        if name == "outbox" {
            self.connection
                .execute("DELETE FROM sqlite_sequence WHERE name = 'outbox'; INSERT INTO sqlite_sequence (name, seq) SELECT 'outbox', coalesce(max(seq), 0) FROM event_stream")
                .await?;
        }
        let values: Vec<_> = chosen(&self.tables, name, columns)?
            .into_iter()
            .enumerate()
            .map(|(place, kind)| match kind {
                Kind::Bytes => format!("unhex(substr(r.value ->> '$[{place}]', 3))"),
                _ => format!("r.value ->> '$[{place}]'"),
            })
            .collect();
        self.insert = format!(
            "INSERT INTO {} ({}) SELECT {} FROM json_each(?1) r",
            quoted(name),
            column_list(columns),
            values.join(", ")
        );
        Ok(())
    }

    pub(super) async fn rows(&mut self, rows: &str) -> BackupResult<()> {
        sqlx::query(AssertSqlSafe(self.insert.clone()))
            .bind(rows)
            .execute(&mut self.connection)
            .await?;
        Ok(())
    }

    pub(super) async fn finish(mut self) -> BackupResult<()> {
        let broken: i64 = sqlx::query_scalar("SELECT count(*) FROM pragma_foreign_key_check")
            .fetch_one(&mut self.connection)
            .await?;
        if broken > 0 {
            return Err(BackupError::Refused(format!(
                "{broken} references of the backup lead nowhere"
            )));
        }
        self.connection.execute("COMMIT").await?;
        self.connection.close().await?;
        Ok(())
    }
}
