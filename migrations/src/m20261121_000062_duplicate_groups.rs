//! Duplicates of a whole organization, and what is not one.

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
        let policies = dialect::tenant_policies(&[
            "duplicate_groups",
            "duplicate_group_members",
            "duplicate_dismissals",
            "duplicate_searches",
        ]);
        dialect::run(
            manager,
            include_str!("sql/duplicate_groups.sql"),
            &policies,
            "",
        )
        .await
    }
}
