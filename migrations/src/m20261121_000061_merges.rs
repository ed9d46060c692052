//! Records that became one, and how to take that back.

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
        let postgres = [
            dialect::tenant_policies(&["merges", "merge_moves"]),
            include_str!("sql/merges_postgres.sql").to_owned(),
        ];
        dialect::run(
            manager,
            include_str!("sql/merges.sql"),
            &postgres.concat(),
            include_str!("sql/merges_sqlite.sql"),
        )
        .await
    }
}
