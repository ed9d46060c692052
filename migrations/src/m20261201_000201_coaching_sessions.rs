//! Coaching sessions with what belongs to them, their templates, and the rubrics they are scored by.

use crate::dialect::{self, migration};

migration! {
    include_str!("sql/coaching_sessions.sql"),
    postgres(),
    dialect::sqlite_search(SEARCHED),
}

const SEARCHED: &[&str] = &["coaching_sessions"];

fn postgres() -> String {
    [
        dialect::tenant_policies(&[
            "rubrics",
            "coaching_templates",
            "coaching_sessions",
            "coaching_participants",
            "coaching_agenda_points",
            "coaching_comments",
            "coaching_disputes",
        ]),
        dialect::postgres_search(SEARCHED),
    ]
    .concat()
}
