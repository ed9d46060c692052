//! Calls, meetings, e-mails and tasks.

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
            include_str!("sql/activities.sql"),
            &postgres(),
            &sqlite(),
        )
        .await
    }
}

const SEARCHED: &[&str] = &["activities"];

fn postgres() -> String {
    [
        dialect::tenant_policies(&["activities"]),
        dialect::postgres_search(SEARCHED),
        include_str!("sql/activities_postgres.sql").to_owned(),
    ]
    .concat()
}

fn sqlite() -> String {
    dialect::sqlite_search(SEARCHED)
}
