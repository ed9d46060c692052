//! Quick notes, action plans and their items.

use crate::dialect::{self, migration};

migration! {
    include_str!("sql/action_plans.sql"),
    postgres(),
    dialect::sqlite_search(TABLES),
}

const TABLES: &[&str] = &["quick_notes", "action_plans", "action_items"];

fn postgres() -> String {
    [
        dialect::tenant_policies(TABLES),
        dialect::postgres_search(TABLES),
        dialect::expired_trash(&[
            "deals",
            "products",
            "companies",
            "contacts",
            "leads",
            "activities",
            "notes",
            "coaching_rules",
            "metric_values",
            "metrics",
            "quick_notes",
            "action_plans",
            "action_items",
        ]),
    ]
    .concat()
}
