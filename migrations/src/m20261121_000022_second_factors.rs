//! Second factors and their recovery codes.

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
            include_str!("sql/second_factors.sql"),
            include_str!("sql/second_factors_postgres.sql"),
            "",
        )
        .await
    }
}
