//! What members are told of, and how they want to be told.

use crate::dialect::{self, migration};

migration! {
    include_str!("sql/notifications.sql"),
    [
        dialect::tenant_policies(&["notifications", "notification_preferences"]),
        include_str!("sql/notifications_postgres.sql").to_owned(),
    ]
    .concat(),
    "",
}
