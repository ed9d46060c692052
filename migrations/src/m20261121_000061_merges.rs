//! Records that became one, and how to take that back.

use crate::dialect::{self, migration};

migration! {
    include_str!("sql/merges.sql"),
    [
            dialect::tenant_policies(&["merges", "merge_moves"]),
            include_str!("sql/merges_postgres.sql").to_owned(),
        ].concat(),
    include_str!("sql/merges_sqlite.sql"),
}
