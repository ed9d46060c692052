//! People one sells to, and what one does about them.

use crate::dialect::{self, migration};

migration! {
    include_str!("sql/customers.sql"),
    postgres(),
    sqlite(),
}

const SEARCHED: &[&str] = &["contacts", "leads"];

fn postgres() -> String {
    [
        dialect::tenant_policies(&["contacts", "contact_points", "leads", "lead_settings"]),
        dialect::postgres_search(SEARCHED),
        include_str!("sql/customers_postgres.sql").to_owned(),
        dialect::expired_trash(&["deals", "products", "companies", "contacts", "leads"]),
    ]
    .concat()
}

fn sqlite() -> String {
    [
        dialect::sqlite_search(SEARCHED),
        include_str!("sql/customers_sqlite.sql").to_owned(),
    ]
    .concat()
}
