//! People one sells to, and what one does about them.

use sea_orm_migration::prelude::*;

use crate::dialect;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(
            manager,
            include_str!("sql/customers.sql"),
            &postgres(),
            &sqlite(),
        )
        .await
    }
}

const SEARCHED: &[&str] = &["contacts", "leads"];

fn postgres() -> String {
    [
        dialect::tenant_policies(&["contacts", "contact_points", "leads", "lead_settings"]),
        dialect::postgres_search(SEARCHED),
        include_str!("sql/customers_postgres.sql").to_owned(),
    ]
    .concat()
}

fn sqlite() -> String {
    [
        dialect::sqlite_search(SEARCHED),
        include_str!("sql/customers_sqlite.sql").to_owned(),
    ]
    .concat()
}
