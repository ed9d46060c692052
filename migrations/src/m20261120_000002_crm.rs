//! Companies, products, pipelines, deals.

use crate::dialect::{self, migration};

migration! {
    include_str!("sql/crm.sql"),
    postgres(),
    sqlite(),
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
