//! How administrators open coaching that is not theirs.

use crate::dialect::{self, migration};

migration! {
    include_str!("sql/coaching_access.sql"),
    dialect::tenant_policies(&["coaching_access"]),
    "",
}
