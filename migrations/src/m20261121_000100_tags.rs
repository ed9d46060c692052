//! Tags, and which records have them.

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
        let policies = dialect::tenant_policies(&["tags", "tag_links"]);
        dialect::run(manager, include_str!("sql/tags.sql"), &policies, "").await
    }
}
