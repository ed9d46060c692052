//! What connections are told, as JSON that is written once for all of them.

use bytestring::ByteString;
use chrono::{DateTime, Utc};
use persistence::platform::{event, live::Streamed};
use shared_types::platform::{
    EventKind, FieldChange, RealtimeData, RealtimeKind, RealtimeMessage, RealtimeSubject,
    SignalKind, SubjectKind,
};

use super::hub::Outgoing;

impl Outgoing {
    /// A message without a place in the stream.
    #[must_use]
    pub fn signal(message: &RealtimeMessage) -> Self {
        Self {
            seq: 0,
            id: message.id.clone().map(ByteString::from),
            text: text(message),
        }
    }
}

fn text(message: &RealtimeMessage) -> ByteString {
    serde_json::to_string(message).unwrap_or_default().into()
}

/// Whether connections are told of an event at all: who looked at what is for those who read the audit log, and so is
/// whose coaching was opened, which is told of the access itself.
#[must_use]
pub fn is_told(event: &event::Model) -> bool {
    match event.kind {
        EventKind::Viewed | EventKind::Exported => false,
        EventKind::CoachingOpened | EventKind::CoachingClosed => {
            event.subject_type != SubjectKind::Member
        }
        _ => true,
    }
}

/// An event as connections are told it, with the record it is about. What the record says is read from the record: of
/// its fields only the names are told, and the values of those by which a list or a board knows what goes where.
#[must_use]
pub fn event_message(streamed: &Streamed, id: String) -> (RealtimeSubject, Outgoing) {
    let event = &streamed.event;
    let subject = RealtimeSubject {
        kind: event.subject_type,
        id: event.subject_id,
    };
    let changes: Vec<FieldChange> =
        serde_json::from_value(event.changes.clone()).unwrap_or_default();
    let value = |field: &str| {
        let change = changes.iter().find(|change| change.field == field)?;
        change.after.clone()
    };
    let names: Vec<String> = changes.iter().map(|change| change.field.clone()).collect();
    let message = RealtimeMessage {
        id: Some(id),
        kind: RealtimeKind::Event(event.kind),
        subject: Some(subject),
        actor: event.actor_id,
        at: event.at,
        data: RealtimeData {
            owner_id: value("ownerId"),
            stage_id: value("stageId"),
            changed: Some(names).filter(|names| !names.is_empty()),
            ..RealtimeData::default()
        },
    };
    let outgoing = Outgoing {
        seq: streamed.seq,
        ..Outgoing::signal(&message)
    };
    (subject, outgoing)
}

/// What the connection says of itself.
#[must_use]
pub fn signal_message(
    kind: SignalKind,
    at: DateTime<Utc>,
    data: impl Into<RealtimeData>,
) -> RealtimeMessage {
    RealtimeMessage {
        id: None,
        kind: RealtimeKind::Signal(kind),
        subject: None,
        actor: None,
        at,
        data: data.into(),
    }
}
