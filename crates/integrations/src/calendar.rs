//! Calendar files: what calendars take in as an event, its change, and its cancellation (RFC 5545 and 5546).

use std::fmt;

use chrono::{DateTime, Utc};
use icalendar::{Calendar, Component, Event, EventLike, EventStatus, Property};

/// What a calendar is asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Take in an event, or a later version of it, and answer whether one comes.
    Request,
    /// Take an event out.
    Cancel,
    /// Show an event.
    Publish,
}

impl Method {
    /// The word of RFC 5546.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Request => "REQUEST",
            Self::Cancel => "CANCEL",
            Self::Publish => "PUBLISH",
        }
    }
}

/// Somebody who is invited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
}

/// An invitation. Its text is the file.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// What the calendar is asked to do.
    pub method: Method,
    /// What the event is known by, for ever.
    pub uid: String,
    /// Grows with each version of the event.
    pub sequence: i32,
    /// When this version was made.
    pub stamp: DateTime<Utc>,
    /// When the event begins.
    pub start: DateTime<Utc>,
    /// When it ends.
    pub end: DateTime<Utc>,
    /// What it is about.
    pub summary: String,
    /// Where it is seen.
    pub link: String,
    /// Who invites.
    pub organizer: Option<Person>,
    /// Who is invited.
    pub attendees: Vec<Person>,
}

/// A parameter's value: quoted, so that no character ends it.
fn quoted(name: &str) -> String {
    let kept = name
        .chars()
        .filter(|letter| *letter != '"' && !letter.is_control());
    format!("\"{}\"", kept.collect::<String>())
}

impl fmt::Display for Invitation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut event = Event::new();
        event
            .uid(&self.uid)
            .sequence(u32::try_from(self.sequence).unwrap_or(0))
            .timestamp(self.stamp)
            .starts(self.start)
            .ends(self.end)
            .summary(&self.summary)
            .url(&self.link)
            .status(match self.method {
                Method::Cancel => EventStatus::Cancelled,
                Method::Request | Method::Publish => EventStatus::Confirmed,
            });
        if let Some(person) = &self.organizer {
            let mut organizer = Property::new("ORGANIZER", format!("mailto:{}", person.email));
            organizer.add_parameter("CN", &quoted(&person.name));
            event.append_property(organizer);
        }
        for person in &self.attendees {
            let mut attendee = Property::new("ATTENDEE", format!("mailto:{}", person.email));
            attendee.add_parameter("CN", &quoted(&person.name));
            attendee.add_parameter("ROLE", "REQ-PARTICIPANT");
            attendee.add_parameter("PARTSTAT", "NEEDS-ACTION");
            attendee.add_parameter("RSVP", "TRUE");
            event.append_multi_property(attendee);
        }
        let mut calendar = Calendar::new();
        calendar.append_property(Property::new("METHOD", self.method.word()));
        calendar.push(event);
        calendar.fmt(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_says_what_calendars_ask_for() {
        let at = |text: &str| text.parse().unwrap();
        let person = |name: &str| Person {
            name: name.to_owned(),
            email: "ada@example.com".to_owned(),
        };
        let invitation = Invitation {
            method: Method::Request,
            uid: "1@example.com".to_owned(),
            sequence: 2,
            stamp: at("2026-03-02T09:00:00Z"),
            start: at("2026-03-31T07:00:00Z"),
            end: at("2026-03-31T08:00:00Z"),
            summary: "Calls, and \"needs\"; next\nBEGIN:VALARM".to_owned(),
            link: "https://crm.example/coaching/1".to_owned(),
            organizer: Some(person("Ada \"the\" Byron;X=1")),
            attendees: vec![person("Čika"), person("Two")],
        };
        let file = invitation.to_string().replace("\r\n ", "");
        for line in [
            "METHOD:REQUEST",
            "UID:1@example.com",
            "SEQUENCE:2",
            "DTSTAMP:20260302T090000Z",
            "DTSTART:20260331T070000Z",
            "DTEND:20260331T080000Z",
            "STATUS:CONFIRMED",
        ] {
            assert!(file.lines().any(|it| it == line), "{line} in {file}");
        }
        // Nothing that somebody wrote begins a line of its own.
        assert!(
            !file.lines().any(|line| line.starts_with("BEGIN:VALARM")),
            "{file}"
        );
        assert_eq!(file.matches("ATTENDEE").count(), 2);
        assert!(file.contains("CN=\"Ada the Byron;X=1\""), "{file}");
        let cancelled = Invitation {
            method: Method::Cancel,
            ..invitation
        };
        let file = cancelled.to_string();
        assert!(file.contains("METHOD:CANCEL") && file.contains("STATUS:CANCELLED"));
    }
}
