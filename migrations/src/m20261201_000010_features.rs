//! Parts of the product that an organization has switched off.

use crate::dialect::migration;

migration! {
    include_str!("sql/features.sql"),
    "",
    "",
}
