//! Calls, meetings, e-mails and tasks.

use crate::dialect::{self, migration};

migration! {
    include_str!("sql/activities.sql"),
    postgres(),
    sqlite(),
}

const SEARCHED: &[&str] = &["activities"];

fn postgres() -> String {
    [
        dialect::tenant_policies(&["activities"]),
        dialect::postgres_search(SEARCHED),
        dialect::expired_trash(&[
            "deals",
            "products",
            "companies",
            "contacts",
            "leads",
            "activities",
        ]),
    ]
    .concat()
}

fn sqlite() -> String {
    dialect::sqlite_search(SEARCHED)
}
