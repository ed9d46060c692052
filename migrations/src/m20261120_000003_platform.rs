//! Events, outbox, jobs, idempotency keys, imports, saved views.

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
            include_str!("sql/platform.sql"),
            &postgres(),
            &sqlite(),
        )
        .await
    }
}

fn postgres() -> String {
    [
        dialect::tenant_policies(&[
            "outbox",
            "jobs",
            "idempotency_keys",
            "saved_views",
            "imports",
            "import_pieces",
        ]),
        include_str!("sql/platform_postgres.sql").to_owned(),
    ]
    .concat()
}

fn sqlite() -> String {
    // An event that has its place in the stream has left the outbox.
    "CREATE TRIGGER event_placed AFTER INSERT ON event_stream BEGIN
       DELETE FROM outbox WHERE event_id = new.event_id;
     END;"
        .to_owned()
}
