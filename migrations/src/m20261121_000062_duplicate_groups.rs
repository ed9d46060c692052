//! Duplicates of a whole organization, and what is not one.

use crate::dialect::{self, migration};

migration! {
    include_str!("sql/duplicate_groups.sql"),
    dialect::tenant_policies(&[
            "duplicate_groups",
            "duplicate_group_members",
            "duplicate_dismissals",
            "duplicate_searches",
        ]),
    "",
}
