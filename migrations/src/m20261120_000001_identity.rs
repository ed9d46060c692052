//! Organizations, users, members, teams, sessions.

use crate::dialect::{self, migration};

migration! {
    include_str!("sql/identity.sql"),
    postgres(),
    sqlite(),
}

fn postgres() -> String {
    [
        include_str!("sql/identity_postgres.sql").to_owned(),
        dialect::tenant_policies(&["members", "teams"]),
        dialect::postgres_search(&["members"]),
    ]
    .concat()
}

fn sqlite() -> String {
    dialect::sqlite_search(&["members"])
}
