//! The audit chain: whether the log is as it was written.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use validator::Validate;

use crate::{EventId, text_enum};

text_enum! {
    /// What is wrong with the log, where it is not as it was written.
    pub enum AuditFaultKind {
        /// The event does not say any more what it said.
        Changed = "changed",
        /// An event, or what it is checked by, is gone.
        Removed = "removed",
        /// An event has another place than it had, or what is before it has been written anew.
        Reordered = "reordered",
        /// The log ends earlier than it did.
        Truncated = "truncated",
        /// An event is there that nobody recorded.
        Added = "added",
        /// The end of the log is not signed by this installation.
        Unsigned = "unsigned",
        /// The head that was given belongs to another log than the one that is there.
        Rewritten = "rewritten",
    }
}

/// The first place at which the log is not as it was written.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AuditFault {
    /// What is wrong.
    pub kind: AuditFaultKind,
    /// The place in the stream of events, where it is known.
    pub seq: Option<i64>,
    /// The event, where it is known.
    pub event_id: Option<EventId>,
}

/// What came of checking the log.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AuditVerification {
    /// How many events are as they were written, from the first on.
    pub verified: u64,
    /// The place in the stream of events up to which they are; absent where there is none.
    pub verified_up_to: Option<i64>,
    /// How many of them were erased by right: that they were there is known, what they said is not.
    pub erased: u64,
    /// How many events have been recorded so recently that they are not linked yet.
    pub waiting: u64,
    /// Where the log ends, signed: keep it elsewhere, and give it back later to see that everything before it is still there.
    pub head: Option<String>,
    /// The first fault; absent where there is none.
    pub fault: Option<AuditFault>,
}

/// How to check the log.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VerifyAuditLog {
    /// A head that was kept: the log must contain it.
    #[validate(length(min = 1, max = 400))]
    #[cfg_attr(feature = "openapi", param(min_length = 1, max_length = 400))]
    pub head: Option<String>,
}
