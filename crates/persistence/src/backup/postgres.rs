//! Dumping and loading PostgreSQL.

use futures_util::TryStreamExt;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use super::{BackupResult, Kind, Piece, Sink, Table, chosen, column_list, quoted};

const COLUMNS: &str = "SELECT c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod) FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND c.relname <> 'seaql_migrations'
    ORDER BY c.relname, a.attnum";

/// References and what they say, of which tables are freed while they are filled.
const REFERENCES: &str = "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
    WHERE contype = 'f' AND connamespace = current_schema()::regnamespace";

fn kind(name: String) -> Kind {
    match name.as_str() {
        "uuid" => Kind::Uuid,
        "bytea" => Kind::Bytes,
        "boolean" => Kind::Truth,
        "json" | "jsonb" => Kind::Document,
        "timestamp with time zone" => Kind::Time,
        _ => Kind::Other(name),
    }
}

async fn tables(connection: &mut PgConnection) -> BackupResult<Vec<Table>> {
    let rows: Vec<(String, String, String)> = sqlx::query_as(COLUMNS).fetch_all(connection).await?;
    Ok(super::tables(
        rows.into_iter()
            .map(|(table, column, name)| (table, column, kind(name)))
            .collect(),
    ))
}

/// The migrations that have run; none where nothing has been made yet.
pub(super) async fn schema(connection: &mut PgConnection) -> BackupResult<Vec<String>> {
    let there: bool = sqlx::query_scalar("SELECT to_regclass('seaql_migrations') IS NOT NULL")
        .fetch_one(&mut *connection)
        .await?;
    if !there {
        return Ok(Vec::new());
    }
    let sql = "SELECT version::text FROM seaql_migrations ORDER BY version";
    Ok(sqlx::query_scalar(sql).fetch_all(connection).await?)
}

pub(super) async fn dump(connection: &mut PgConnection, sink: &mut Sink<'_>) -> BackupResult<()> {
    connection
        .execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        .await?;
    sink(Piece::Schema(&schema(connection).await?))?;
    for table in tables(connection).await? {
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
                    Kind::Uuid => format!(r"'\x' || encode(uuid_send({column}), 'hex')"),
                    Kind::Bytes => format!(r"'\x' || encode({column}, 'hex')"),
                    Kind::Truth => format!("{column}::integer"),
                    Kind::Document => format!("{column}::text"),
                    Kind::Time => {
                        format!(r#"to_char({column}, 'YYYY-MM-DD"T"HH24:MI:SS.US') || '+00:00'"#)
                    }
                    Kind::Other(_) => column,
                }
            })
            .collect();
        let sql = format!(
            "SELECT json_build_array({})::text FROM {}",
            values.join(", "),
            quoted(&table.name)
        );
        let mut rows = sqlx::query_scalar::<_, String>(AssertSqlSafe(sql)).fetch(&mut *connection);
        while let Some(row) = rows.try_next().await? {
            sink(Piece::Row(&row))?;
        }
    }
    connection.execute("COMMIT").await?;
    Ok(())
}

pub(super) struct Load {
    connection: PgConnection,
    tables: Vec<Table>,
    references: Vec<(String, String, String)>,
    insert: String,
}

impl Load {
    pub(super) async fn begin(mut connection: PgConnection, force: bool) -> BackupResult<Self> {
        connection.execute("BEGIN").await?;
        let tables = tables(&mut connection).await?;
        let references: Vec<(String, String, String)> = sqlx::query_as(REFERENCES)
            .fetch_all(&mut connection)
            .await?;
        if force {
            let names: Vec<_> = tables.iter().map(|table| quoted(&table.name)).collect();
            run(&mut connection, format!("TRUNCATE {}", names.join(", "))).await?;
        }
        for (table, name, _) in &references {
            run(
                &mut connection,
                format!("ALTER TABLE {table} DROP CONSTRAINT {name}"),
            )
            .await?;
        }
        Ok(Self {
            connection,
            tables,
            references,
            insert: String::new(),
        })
    }

    pub(super) fn table(&mut self, name: &str, columns: &[String]) -> BackupResult<()> {
        let values: Vec<_> = chosen(&self.tables, name, columns)?
            .into_iter()
            .enumerate()
            .map(|(place, kind)| match kind {
                Kind::Uuid => format!("substr(r.item ->> {place}, 3)::uuid"),
                Kind::Bytes => format!("(r.item ->> {place})::bytea"),
                Kind::Truth => format!("(r.item ->> {place})::boolean"),
                Kind::Document => format!("(r.item ->> {place})::jsonb"),
                Kind::Time => format!("(r.item ->> {place})::timestamptz"),
                Kind::Other(name) => format!("(r.item ->> {place})::{name}"),
            })
            .collect();
        self.insert = format!(
            "INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE SELECT {} FROM json_array_elements($1::json) WITH ORDINALITY AS r (item, place) ORDER BY r.place",
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
        let connection = &mut self.connection;
        for (table, name, definition) in &self.references {
            let sql = format!("ALTER TABLE {table} ADD CONSTRAINT {name} {definition}");
            run(connection, sql).await?;
        }
        connection
            .execute("SELECT setval('event_seq', (SELECT coalesce(max(seq), 0) + 1 FROM event_stream), false); COMMIT; ANALYZE")
            .await?;
        self.connection.close().await?;
        Ok(())
    }
}

async fn run(connection: &mut PgConnection, sql: String) -> BackupResult<()> {
    connection.execute(AssertSqlSafe(sql)).await?;
    Ok(())
}
