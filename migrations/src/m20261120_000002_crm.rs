//! Companies, products, pipelines, deals.

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
        dialect::run(manager, include_str!("sql/crm.sql"), &postgres(), &sqlite()).await
    }
}

const SEARCHED: &[&str] = &["companies", "products", "deals"];

fn postgres() -> String {
    [
        dialect::tenant_policies(&[
            "companies",
            "product_categories",
            "products",
            "pipelines",
            "stages",
            "lost_reasons",
            "deals",
            "deal_lines",
            "deal_stage_stays",
        ]),
        dialect::postgres_search(SEARCHED),
    ]
    .concat()
}

fn sqlite() -> String {
    dialect::sqlite_search(SEARCHED)
}
