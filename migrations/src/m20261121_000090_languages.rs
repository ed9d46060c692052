//! The language of a user.

use crate::dialect::migration;

migration! {
    include_str!("sql/languages.sql"),
    "",
    "",
}
