//! Invitations.

use crate::dialect::{self, migration};

migration! {
    include_str!("sql/invitations.sql"),
    [
            dialect::tenant_policies(&["invitations"]),
            include_str!("sql/invitations_postgres.sql").to_owned(),
        ]
        .concat(),
    "",
}
