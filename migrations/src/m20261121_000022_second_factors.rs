//! Second factors and their recovery codes.

use crate::dialect::migration;

migration! {
    include_str!("sql/second_factors.sql"),
    include_str!("sql/second_factors_postgres.sql"),
    "",
}
