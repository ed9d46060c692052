//! The event log: audit trail and timeline of every record.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use uuid::Uuid;

use crate::{AnyOf, EventId, MemberId, list_query, text_enum};

text_enum! {
    /// The kind of record an event is about.
    pub enum SubjectKind {
        Organization = "organization",
        User = "user",
        Member = "member",
        Team = "team",
        Company = "company",
        Contact = "contact",
        Activity = "activity",
        Note = "note",
        Lead = "lead",
        LeadSettings = "leadSettings",
        Pipeline = "pipeline",
        LostReason = "lostReason",
        Deal = "deal",
        Product = "product",
        ProductCategory = "productCategory",
        SavedView = "savedView",
        Tag = "tag",
        Import = "import",
        ImportArchive = "importArchive",
        Export = "export",
        Notification = "notification",
        Job = "job",
        ApiKey = "apiKey",
        Absence = "absence",
        Invitation = "invitation",
        CoachingAccess = "coachingAccess",
        CoachingSession = "coachingSession",
        CoachingTemplate = "coachingTemplate",
        Rubric = "rubric",
    }
}

text_enum! {
    /// What happened to a record.
    pub enum EventKind {
        Created = "created",
        Updated = "updated",
        Deleted = "deleted",
        Restored = "restored",
        Purged = "purged",
        Merged = "merged",
        Unmerged = "unmerged",
        DuplicatesDismissed = "duplicates.dismissed",
        Revoked = "revoked",
        InvitationSent = "invitation.sent",
        InvitationAccepted = "invitation.accepted",
        DealMoved = "deal.moved",
        DealWon = "deal.won",
        DealLost = "deal.lost",
        DealReopened = "deal.reopened",
        ActivityPlanned = "activity.planned",
        ActivityDone = "activity.done",
        NoteAdded = "note.added",
        NoteChanged = "note.changed",
        NoteDeleted = "note.deleted",
        LeadConverted = "lead.converted",
        MemberDeactivated = "member.deactivated",
        MemberReactivated = "member.reactivated",
        SignedIn = "user.signedIn",
        SignInRefused = "user.signInRefused",
        SignedOut = "user.signedOut",
        PasswordChanged = "user.passwordChanged",
        EmailVerified = "user.emailVerified",
        SecondFactorEnabled = "user.secondFactorEnabled",
        SecondFactorDisabled = "user.secondFactorDisabled",
        RecoveryCodesMade = "user.recoveryCodesMade",
        RecoveryCodeUsed = "user.recoveryCodeUsed",
        SessionRevoked = "user.sessionRevoked",
        ImportStarted = "import.started",
        ImportFinished = "import.finished",
        ExportFinished = "export.finished",
        Exported = "exported",
        Published = "published",
        CoachingStarted = "coaching.started",
        CoachingCompleted = "coaching.completed",
        CoachingCancelled = "coaching.cancelled",
        CoachingMissed = "coaching.missed",
        CoachingRescheduled = "coaching.rescheduled",
        CoachingAcknowledged = "coaching.acknowledged",
        CoachingCommented = "coaching.commented",
        CoachingDisputed = "coaching.disputed",
        CoachingDecided = "coaching.decided",
        /// An administrator opened coaching that is not theirs.
        CoachingOpened = "coaching.opened",
        /// That ended before its time.
        CoachingClosed = "coaching.closed",
        /// Somebody opened a record that is about a person.
        Viewed = "viewed",
    }
}

/// One thing that happened: who did what to which record, when.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// Id of the event.
    pub id: EventId,
    /// What happened.
    pub kind: EventKind,
    /// The kind of record it happened to.
    pub subject_type: SubjectKind,
    /// Id of that record.
    pub subject_id: Uuid,
    /// What the record was called.
    pub subject_name: Option<String>,
    /// The member who did it; absent where the product itself did.
    pub actor_id: Option<MemberId>,
    /// Name of that member.
    pub actor_name: Option<String>,
    /// The fields that changed.
    pub changes: Vec<FieldChange>,
    /// The request that did it.
    pub request_id: Option<String>,
    /// The address it came from; shown in the audit log only.
    pub ip_address: Option<String>,
    /// When it happened.
    pub at: DateTime<Utc>,
}

/// A field before and after.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct FieldChange {
    /// Name of the field.
    pub field: String,
    /// Its value before, as text; absent where there was none.
    pub before: Option<String>,
    /// Its value after, as text; absent where there is none.
    pub after: Option<String>,
}

text_enum! {
    /// What events are listed by.
    pub enum EventSort {
        At = "at",
    }
}

list_query! {
    /// Which events to list.
    pub struct ListEvents sort EventSort {
        /// Any of these kinds; without it all but `viewed`, of which there are many.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "created,updated"))]
        kind: AnyOf<EventKind>,
        /// Any of these kinds of record.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "company,deal"))]
        subject_type: AnyOf<SubjectKind>,
        /// This record.
        subject_id: Uuid,
        /// Any of these members did it.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
        actor_id: AnyOf<MemberId>,
        /// Happened at or after this time.
        at_after: DateTime<Utc>,
        /// Happened before this time.
        at_before: DateTime<Utc>,
    }
}
