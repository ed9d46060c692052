//! Who is connected, all at once.

use crate::dialect::migration;

migration! {
    "",
    include_str!("sql/live_postgres.sql"),
    "",
}
