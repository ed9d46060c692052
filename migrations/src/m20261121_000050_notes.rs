//! Notes about records, and whom they mention.

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
            include_str!("sql/notes.sql"),
            &postgres(),
            &dialect::sqlite_search(SEARCHED),
        )
        .await
    }
}

const SEARCHED: &[&str] = &["notes"];

fn postgres() -> String {
    [
        dialect::tenant_policies(&["notes", "note_mentions"]),
        dialect::postgres_search(SEARCHED),
        include_str!("sql/notes_postgres.sql").to_owned(),
    ]
    .concat()
}
