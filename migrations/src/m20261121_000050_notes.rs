//! Notes about records, and whom they mention.

use crate::dialect::{self, migration};

migration! {
    include_str!("sql/notes.sql"),
    postgres(),
    dialect::sqlite_search(SEARCHED),
}

const SEARCHED: &[&str] = &["notes"];

fn postgres() -> String {
    [
        dialect::tenant_policies(&["notes", "note_mentions"]),
        dialect::postgres_search(SEARCHED),
        dialect::expired_trash(&[
            "deals",
            "products",
            "companies",
            "contacts",
            "leads",
            "activities",
            "notes",
        ]),
    ]
    .concat()
}
