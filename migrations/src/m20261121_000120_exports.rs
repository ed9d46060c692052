//! Exports as archives, and the pieces of their files and of those of imports.

use crate::dialect::{self, migration};

migration! {
    include_str!("sql/exports.sql"),
    [
        dialect::tenant_policies(&["pieces", "exports"]),
        include_str!("sql/exports_postgres.sql").to_owned(),
    ]
    .concat(),
    "",
}
