//! What companies are compared by when duplicates are looked for.

use domain::crm::duplicate::{company_key, domain_key, number_key};
use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend, Statement, Value},
};

use crate::dialect;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(manager, include_str!("sql/duplicates.sql"), "", "").await?;
        fill(manager).await
    }
}

/// Companies of a statement: five values each, far below what either database takes.
const AT_ONCE: usize = 1_000;

/// Gives the companies that are there what new ones get when they are written.
async fn fill(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let backend = manager.get_database_backend();
    // By its key on PostgreSQL, by the number of its row on SQLite: both as text.
    let (id, read, mut after) = match backend {
        DbBackend::Postgres => (
            "id",
            "uuid",
            "00000000-0000-0000-0000-000000000000".to_owned(),
        ),
        _ => ("row_number", "integer", "0".to_owned()),
    };
    loop {
        let sql = format!(
            "SELECT CAST({id} AS text) AS id, name, domain, website, phone FROM companies WHERE {id} > CAST($1 AS {read}) ORDER BY {id} LIMIT {AT_ONCE}"
        );
        let page = Statement::from_sql_and_values(backend, sql, [after.clone().into()]);
        let rows = connection.query_all_raw(page).await?;
        let mut values: Vec<Value> = Vec::with_capacity(rows.len() * 5);
        for row in &rows {
            let text = |column: &str| row.try_get::<Option<String>>("", column);
            after = row.try_get("", "id")?;
            let name: String = row.try_get("", "name")?;
            values.extend([
                after.clone().into(),
                company_key(&name).into(),
                text("domain")?.as_deref().and_then(domain_key).into(),
                text("website")?.as_deref().and_then(domain_key).into(),
                text("phone")?.as_deref().and_then(number_key).into(),
            ]);
        }
        if rows.is_empty() {
            return Ok(());
        }
        let places: Vec<String> = (0..rows.len())
            .map(|row| {
                let place = |column: usize| format!("${}", row * 5 + column);
                let all: Vec<String> = (1..=5).map(place).collect();
                format!("({})", all.join(", "))
            })
            .collect();
        let sql = format!(
            "UPDATE companies SET match_name = known.column2, match_domain = known.column3, match_site = known.column4, match_phone = known.column5 \
             FROM (VALUES {}) AS known WHERE companies.{id} = CAST(known.column1 AS {read})",
            places.join(", ")
        );
        let update = Statement::from_sql_and_values(backend, sql, values);
        connection.execute_raw(update).await?;
        if rows.len() < AT_ONCE {
            return Ok(());
        }
    }
}
