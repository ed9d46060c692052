//! Metrics with their values, rules by which coaching is proposed, and proposals.

use crate::dialect::{self, migration};

migration! {
    include_str!("sql/metrics.sql"),
    postgres(),
    include_str!("sql/metrics_sqlite.sql"),
}

fn postgres() -> String {
    [
        dialect::tenant_policies(&[
            "metrics",
            "metric_values",
            "coaching_rules",
            "coaching_proposals",
        ]),
        include_str!("sql/metrics_postgres.sql").to_owned(),
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
        ]),
    ]
    .concat()
}
