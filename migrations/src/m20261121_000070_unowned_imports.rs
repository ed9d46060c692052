//! Imports say who looks after records whose row names nobody.

use crate::dialect::migration;

migration! {
    include_str!("sql/unowned_imports.sql"),
    "",
    "",
}
