//! Events, outbox, jobs, idempotency keys, imports, saved views.

use crate::dialect::{self, migration};

migration! {
    include_str!("sql/platform.sql"),
    postgres(),
    sqlite(),
}

fn postgres() -> String {
    [
        dialect::tenant_policies(&[
            "outbox",
            "jobs",
            "idempotency_keys",
            "saved_views",
            "imports",
            "import_pieces",
        ]),
        include_str!("sql/platform_postgres.sql").to_owned(),
    ]
    .concat()
}

fn sqlite() -> String {
    // An event that has its place in the stream has left the outbox.
    "CREATE TRIGGER event_placed AFTER INSERT ON event_stream BEGIN
       DELETE FROM outbox WHERE event_id = new.event_id;
     END;"
        .to_owned()
}
