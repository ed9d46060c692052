//! Reminders of activities.

use crate::dialect::migration;

migration! {
    include_str!("sql/reminders.sql"),
    include_str!("sql/reminders_postgres.sql"),
    "",
}
