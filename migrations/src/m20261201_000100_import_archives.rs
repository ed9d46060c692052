//! Archives that come in as a whole.

use crate::dialect::{self, migration};

migration! {
    include_str!("sql/import_archives.sql"),
    dialect::tenant_policies(&["import_archives"]),
    "",
}
