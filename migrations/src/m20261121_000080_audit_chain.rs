//! The audit chain: links over what the events say, so that changing them shows.

use crate::dialect::migration;

migration! {
    include_str!("sql/audit_chain.sql"),
    include_str!("sql/audit_chain_postgres.sql"),
    "",
}
