//! What boards walk along: the first cards of each column, and what a whole column comes to.

use crate::dialect::migration;

migration! {
    include_str!("sql/boards.sql"),
    include_str!("sql/boards_postgres.sql"),
    include_str!("sql/boards_sqlite.sql"),
}
