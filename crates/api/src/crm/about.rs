//! What activities and notes are about, and its timelines.

use persistence::{Tx, platform::event::NewEvent};
use shared_types::platform::{EventKind, FieldChange, SubjectKind};
use uuid::Uuid;

/// A record that something is about: what it is, and what it is called.
pub type Subject<'a> = (SubjectKind, Option<Uuid>, &'a Option<String>);

/// Says on the timelines of some records what happened to what is about them.
pub fn tell(tx: &Tx, kind: EventKind, about: &[Subject<'_>], field: &str, says: &str) {
    for (subject, id, name) in about {
        let Some(id) = id else { continue };
        let mut event = NewEvent::new(kind, *subject, *id, name.as_deref().unwrap_or_default());
        event.changes.push(FieldChange {
            field: field.to_owned(),
            before: None,
            after: Some(says.to_owned()),
        });
        tx.record(event);
    }
}
