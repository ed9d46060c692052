//! The view of a list that a member begins with.

use crate::dialect::{self, migration};

migration! {
    include_str!("sql/saved_views.sql"),
    dialect::tenant_policies(&["saved_view_defaults"]),
    "",
}
