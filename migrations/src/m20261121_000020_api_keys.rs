//! API keys.

use crate::dialect::{self, migration};

migration! {
    include_str!("sql/api_keys.sql"),
    [
            dialect::tenant_policies(&["api_keys"]),
            include_str!("sql/api_keys_postgres.sql").to_owned(),
        ]
        .concat(),
    "",
}
