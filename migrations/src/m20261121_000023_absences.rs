//! Absences of members.

use crate::dialect::{self, migration};

migration! {
    include_str!("sql/absences.sql"),
    dialect::tenant_policies(&["absences"]),
    "",
}
