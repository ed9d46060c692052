//! The view of a list that a member begins with.

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
            include_str!("sql/saved_views.sql"),
            &dialect::tenant_policies(&["saved_view_defaults"]),
            "",
        )
        .await
    }
}
