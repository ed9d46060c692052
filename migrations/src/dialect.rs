//! Where the two databases differ.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

/// The role that the application acts as on PostgreSQL. It owns nothing and bypasses nothing.
pub const APP_ROLE: &str = "touchline_app";

/// Runs the statements of `tables` with its tokens replaced, then those that only the database
/// in use has.
///
/// # Errors
/// When the database refuses a statement.
pub async fn run(
    manager: &SchemaManager<'_>,
    tables: &str,
    postgres: &str,
    sqlite: &str,
) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let (own, types): (&str, &[(&str, &str)]) = match manager.get_database_backend() {
        DbBackend::Postgres => (
            postgres,
            &[
                ("{rowid}", ""),
                ("{counter}", ""),
                ("{key}", "uuid PRIMARY KEY"),
                ("{uuid}", "uuid"),
                ("{time}", "timestamptz"),
                ("{json}", "jsonb"),
                ("{bytes}", "bytea"),
                ("{key_text}", "text COLLATE \"C\""),
                (
                    "{search}",
                    "search_text text NOT NULL, search tsvector GENERATED ALWAYS AS (to_tsvector('simple', search_text)) STORED",
                ),
            ],
        ),
        DbBackend::Sqlite => (
            sqlite,
            &[
                ("{rowid}", "row_number INTEGER PRIMARY KEY,"),
                ("{counter}", "row_number INTEGER PRIMARY KEY AUTOINCREMENT,"),
                ("{key}", "BLOB NOT NULL UNIQUE"),
                ("{uuid}", "BLOB"),
                ("{time}", "TEXT"),
                ("{json}", "TEXT"),
                ("{bytes}", "BLOB"),
                ("{key_text}", "TEXT"),
                ("{search}", "search_text TEXT NOT NULL"),
            ],
        ),
        other => {
            return Err(DbErr::Custom(format!(
                "Touchline runs on SQLite and PostgreSQL, not on {other:?}"
            )));
        }
    };
    let mut tables = tables.to_owned();
    for (token, sql) in types {
        tables = tables.replace(token, sql);
    }
    connection.execute_unprepared(&tables).await?;
    if !own.trim().is_empty() {
        connection.execute_unprepared(own).await?;
    }
    Ok(())
}

/// A migration that runs its `tables` and what only one database has, in one transaction.
macro_rules! migration {
    ($tables:expr, $postgres:expr, $sqlite:expr $(,)?) => {
        #[derive(::sea_orm_migration::prelude::DeriveMigrationName)]
        pub struct Migration;

        #[::async_trait::async_trait]
        impl ::sea_orm_migration::prelude::MigrationTrait for Migration {
            fn use_transaction(&self) -> Option<bool> {
                Some(true)
            }

            async fn up(
                &self,
                manager: &::sea_orm_migration::prelude::SchemaManager,
            ) -> Result<(), ::sea_orm_migration::prelude::DbErr> {
                let (postgres, sqlite) = (String::from($postgres), String::from($sqlite));
                $crate::dialect::run(manager, $tables, &postgres, &sqlite).await
            }
        }
    };
}
pub(crate) use migration;

/// The function that names, on PostgreSQL, the records of these tables that have been in the trash for
/// too long and that nothing refers to. A later migration that adds a table replaces it.
#[must_use]
pub fn expired_trash(tables: &[&str]) -> String {
    let parts: Vec<String> = tables.iter().map(|table| expired(table)).collect();
    format!(
        "CREATE OR REPLACE FUNCTION expired_trash(before timestamptz, most integer)
           RETURNS TABLE (organization_id uuid, kind text, id uuid, name text, deleted_at timestamptz)
           LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
             SELECT * FROM ({}) expired ORDER BY expired.deleted_at LIMIT most
           $$;
         REVOKE ALL ON FUNCTION expired_trash(timestamptz, integer) FROM PUBLIC;
         GRANT EXECUTE ON FUNCTION expired_trash(timestamptz, integer) TO {APP_ROLE};",
        parts.join(" UNION ALL ")
    )
}

fn expired(table: &str) -> String {
    let (kind, name, references): (&str, &str, &[(&str, &str)]) = match table {
        "companies" => (
            "company",
            "name",
            &[
                ("deals", "company_id"),
                ("companies", "parent_id"),
                ("contacts", "company_id"),
            ],
        ),
        "contacts" => ("contact", "name", &[("deals", "contact_id")]),
        "leads" => ("lead", "name", &[]),
        "deals" => ("deal", "title", &[]),
        "products" => ("product", "name", &[("deal_lines", "product_id")]),
        "activities" => ("activity", "subject", &[]),
        // What is said in coaching is no name for a log that others read.
        "quick_notes" => ("quickNote", "category", &[]),
        "action_plans" => ("actionPlan", "status", &[("action_items", "plan_id")]),
        "action_items" => ("actionItem", "status", &[]),
        "metrics" => (
            "metric",
            "name",
            &[
                ("metric_values", "metric_id"),
                ("coaching_rules", "metric_id"),
                ("coaching_proposals", "metric_id"),
            ],
        ),
        "metric_values" => ("metricValue", "cast(t.period_start AS text)", &[]),
        "coaching_rules" => ("coachingRule", "name", &[("coaching_proposals", "rule_id")]),
        _ => ("note", "left(t.body, 200)", &[]),
    };
    let name = if name.contains('(') {
        name.to_owned()
    } else {
        format!("t.{name}")
    };
    let unreferred: String = references
        .iter()
        .map(|(other, column)| {
            format!(
                " AND NOT EXISTS (SELECT 1 FROM {other} o WHERE o.organization_id = t.organization_id AND o.{column} = t.id)"
            )
        })
        .collect();
    format!(
        "SELECT t.organization_id, '{kind}' AS kind, t.id, {name} AS name, t.deleted_at FROM {table} t WHERE t.deleted_at < before{unreferred}"
    )
}

/// Row-level security for tables with an `organization_id`: the rows of the tenant of the
/// transaction, and none without one.
#[must_use]
pub fn tenant_policies(tables: &[&str]) -> String {
    tables
        .iter()
        .map(|table| {
            format!(
                "ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
                 CREATE POLICY tenant ON {table} TO {APP_ROLE}
                   USING (organization_id = nullif(current_setting('app.organization', true), '')::uuid)
                   WITH CHECK (organization_id = nullif(current_setting('app.organization', true), '')::uuid);
                 GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {APP_ROLE};"
            )
        })
        .collect()
}

/// Full-text search over a table: on PostgreSQL an index and a function that filters by tenant
/// before it looks at words (text operators are not leakproof, so that row-level security would
/// keep the planner from using the index).
#[must_use]
pub fn postgres_search(tables: &[&str]) -> String {
    tables
        .iter()
        .map(|table| {
            format!(
                "CREATE INDEX {table}_search ON {table} USING gin (search);
                 CREATE FUNCTION search_{table}(terms text) RETURNS SETOF uuid
                   LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp ROWS 100 AS $$
                     SELECT id FROM {table}
                     WHERE organization_id = nullif(current_setting('app.organization', true), '')::uuid
                       AND search @@ to_tsquery('simple', terms)
                   $$;
                 REVOKE ALL ON FUNCTION search_{table}(text) FROM PUBLIC;
                 GRANT EXECUTE ON FUNCTION search_{table}(text) TO {APP_ROLE};"
            )
        })
        .collect()
}

/// Full-text search over a table: on SQLite an FTS5 index kept by triggers, in the transaction of
/// the write. Each entry holds a token of its tenant, so that a match never leaves it.
#[must_use]
pub fn sqlite_search(tables: &[&str]) -> String {
    tables
        .iter()
        .map(|table| {
            format!(
                "CREATE VIRTUAL TABLE {table}_search USING fts5(tenant, words, content='', contentless_delete=1, prefix='2 3', tokenize='unicode61 remove_diacritics 2');
                 CREATE TRIGGER {table}_search_insert AFTER INSERT ON {table} BEGIN
                   INSERT INTO {table}_search(rowid, tenant, words) VALUES (new.row_number, lower(hex(new.organization_id)), new.search_text);
                 END;
                 CREATE TRIGGER {table}_search_update AFTER UPDATE OF search_text ON {table} BEGIN
                   DELETE FROM {table}_search WHERE rowid = old.row_number;
                   INSERT INTO {table}_search(rowid, tenant, words) VALUES (new.row_number, lower(hex(new.organization_id)), new.search_text);
                 END;
                 CREATE TRIGGER {table}_search_delete AFTER DELETE ON {table} BEGIN
                   DELETE FROM {table}_search WHERE rowid = old.row_number;
                 END;"
            )
        })
        .collect()
}
