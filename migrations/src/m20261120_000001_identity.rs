//! Organizations, users, members, teams, sessions.

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
            include_str!("sql/identity.sql"),
            &postgres(),
            &sqlite(),
        )
        .await
    }
}

fn postgres() -> String {
    [
        include_str!("sql/identity_postgres.sql").to_owned(),
        dialect::tenant_policies(&["members", "teams"]),
        dialect::postgres_search(&["members"]),
    ]
    .concat()
}

fn sqlite() -> String {
    dialect::sqlite_search(&["members"])
}
