//! What the live connection carries: the same messages over WebSocket and server-sent events.

use std::{fmt, str::FromStr};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_with::{DeserializeFromStr, SerializeDisplay, skip_serializing_none};
use uuid::Uuid;
use validator::Validate;

use crate::{
    MemberId,
    platform::{EventKind, SubjectKind},
    text_enum,
};

text_enum! {
    /// What the connection says of itself, or of what no log keeps.
    pub enum SignalKind {
        /// The connection stands; messages follow from the place `id` on.
        Hello = "hello",
        /// Nothing has happened for a while; `id` is the place by now.
        Heartbeat = "heartbeat",
        /// Messages were missed, or the caller may read more or less than before: read anew what is shown.
        Resync = "resync",
        /// Who else has the record open.
        Presence = "presence",
        /// How far an import is.
        ImportProgress = "import.progress",
        /// What the client sent was not understood, or not allowed.
        Refused = "refused",
    }
}

/// What a message says: a word of the connection, or the kind of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, SerializeDisplay, DeserializeFromStr)]
pub enum RealtimeKind {
    /// A word of the connection.
    Signal(SignalKind),
    /// Something that happened to a record.
    Event(EventKind),
}

impl fmt::Display for RealtimeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Signal(kind) => kind.as_str(),
            Self::Event(kind) => kind.as_str(),
        })
    }
}

impl FromStr for RealtimeKind {
    type Err = <EventKind as FromStr>::Err;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Ok(kind) = text.parse() {
            return Ok(Self::Signal(kind));
        }
        text.parse().map(Self::Event)
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for RealtimeKind {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        let signals = SignalKind::ALL.iter().map(|kind| kind.as_str());
        let events = EventKind::ALL.iter().map(|kind| kind.as_str());
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .description(Some(
                "What a message says: a word of the connection (`hello`, `heartbeat`, `resync`, `presence`, `import.progress`, `refused`), or the kind of an event.",
            ))
            .enum_values(Some(signals.chain(events)))
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for RealtimeKind {}

text_enum! {
    /// Why something is to be read anew, was refused, or ends.
    pub enum RealtimeReason {
        /// The place to go on from is none of this organization.
        UnknownId = "unknownId",
        /// More has happened since than is told one by one.
        TooFarBehind = "tooFarBehind",
        /// The client read too slowly.
        TooSlow = "tooSlow",
        /// The caller may read more or less than before.
        AccessChanged = "accessChanged",
        /// The message was none that the connection knows.
        NotUnderstood = "notUnderstood",
        /// There is no such record, or it is not the caller's to read.
        NotFound = "notFound",
        /// The session or the API key has ended.
        SessionEnded = "sessionEnded",
        /// The server ends; another one answers.
        GoingAway = "goingAway",
        /// The client sent too many messages.
        TooManyMessages = "tooManyMessages",
    }
}

/// The record a message is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RealtimeSubject {
    /// The kind of record.
    #[serde(rename = "type")]
    pub kind: SubjectKind,
    /// Its id.
    pub id: Uuid,
}

/// Somebody who has a record open.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PresentMember {
    /// Id of the member.
    pub id: MemberId,
    /// Name of the member.
    pub name: String,
}

/// What a message tells besides; each field is there where its kind has it.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RealtimeData {
    /// Names of the fields that changed.
    pub changed: Option<Vec<String>>,
    /// The owner, where that changed.
    pub owner_id: Option<String>,
    /// The stage of a deal, where that changed.
    pub stage_id: Option<String>,
    /// Who else has the record open.
    pub members: Option<Vec<PresentMember>>,
    /// Rows that are done.
    pub done: Option<i64>,
    /// Why.
    pub reason: Option<RealtimeReason>,
}

impl From<RealtimeReason> for RealtimeData {
    fn from(reason: RealtimeReason) -> Self {
        Self {
            reason: Some(reason),
            ..Self::default()
        }
    }
}

/// A message of the live connection.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RealtimeMessage {
    /// The place in the stream, from which `lastEventId` goes on after a break. Opaque; absent where nothing is kept.
    #[cfg_attr(feature = "openapi", schema(example = "AAAAAAAAACrcbNfPzcIxqQ"))]
    pub id: Option<String>,
    /// What it says.
    pub kind: RealtimeKind,
    /// The record it is about.
    pub subject: Option<RealtimeSubject>,
    /// The member who did it; absent where the product itself did.
    pub actor: Option<MemberId>,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// What it tells besides.
    pub data: RealtimeData,
}

text_enum! {
    /// What a client says over the WebSocket.
    pub enum RealtimeRequestKind {
        /// The record that it has open.
        Presence = "presence",
    }
}

/// What a client sends over the WebSocket: which record it has open. The last one counts.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RealtimeRequest {
    /// What it says.
    #[serde(rename = "type")]
    pub kind: RealtimeRequestKind,
    /// The record; absent where it has none open any more.
    pub subject: Option<RealtimeSubject>,
}

/// Where to go on.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Resume {
    /// The `id` of the last message seen: what happened since comes first. Without it, only what happens from now on.
    #[validate(length(min = 1, max = 100))]
    #[cfg_attr(feature = "openapi", param(min_length = 1, max_length = 100))]
    pub last_event_id: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_words_that_mean_one_thing() {
        for kind in SignalKind::ALL {
            assert!(kind.as_str().parse::<EventKind>().is_err(), "{kind}");
            let kind = RealtimeKind::Signal(*kind);
            assert_eq!(kind.to_string().parse(), Ok(kind));
        }
        for kind in EventKind::ALL {
            let kind = RealtimeKind::Event(*kind);
            let text = serde_json::to_string(&kind).unwrap();
            assert_eq!(serde_json::from_str::<RealtimeKind>(&text).unwrap(), kind);
        }
        assert!("nonsense".parse::<RealtimeKind>().is_err());
    }
}
