//! Coaching sessions: prepared, held and followed up.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::RubricAnswer;
use crate::{
    CoachingAgendaPointId, CoachingCommentId, CoachingDisputeId, CoachingSeriesId,
    CoachingSessionId, MemberId, RubricId, RubricQuestionId, text_enum,
};

/// Minutes a session takes unless said otherwise.
pub const DEFAULT_SESSION_MINUTES: i32 = 60;

text_enum! {
    /// What kind of coaching session.
    pub enum CoachingKind {
        OneToOne = "oneToOne",
        Group = "group",
        CallReview = "callReview",
        PipelineReview = "pipelineReview",
        DealReview = "dealReview",
        Onboarding = "onboarding",
        PerformanceReview = "performanceReview",
        Other = "other",
    }
}

text_enum! {
    /// How a coaching session stands.
    pub enum CoachingStatus {
        Scheduled = "scheduled",
        InProgress = "inProgress",
        Completed = "completed",
        Cancelled = "cancelled",
        NoShow = "noShow",
        /// It is held at another time, as another session.
        Rescheduled = "rescheduled",
    }
}

text_enum! {
    /// On which side of a session somebody is.
    pub enum CoachingSide {
        /// Is coached.
        Agent = "agent",
        /// Coaches.
        Coach = "coach",
    }
}

text_enum! {
    /// How far a completed session is acknowledged by those who were coached.
    pub enum AcknowledgementState {
        Pending = "pending",
        Overdue = "overdue",
        Acknowledged = "acknowledged",
    }
}

text_enum! {
    /// How the dispute of a score stands.
    pub enum DisputeStatus {
        Open = "open",
        /// The score stays.
        Upheld = "upheld",
        /// The score was changed.
        Changed = "changed",
    }
}

/// Somebody who takes part in a session.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CoachingParticipant {
    /// The member.
    pub member_id: MemberId,
    /// Name of that member.
    pub member_name: String,
    /// On which side.
    pub side: CoachingSide,
    /// When an agent acknowledged the session.
    pub acknowledged_at: Option<DateTime<Utc>>,
}

/// A point of the agenda.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CoachingAgendaPoint {
    /// Id of the point.
    pub id: CoachingAgendaPointId,
    /// What is to be talked about.
    pub text: String,
    /// Whether it was.
    pub done: bool,
    /// Its place in the agenda; the least comes first.
    pub position: i32,
    /// The member who added it.
    pub author_id: MemberId,
    /// Name of that member.
    pub author_name: String,
}

/// A comment on a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CoachingComment {
    /// Id of the comment.
    pub id: CoachingCommentId,
    /// What it says.
    pub body: String,
    /// The member who wrote it.
    pub author_id: MemberId,
    /// Name of that member.
    pub author_name: String,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

/// That an agent does not agree with a score.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CoachingDispute {
    /// Id of the dispute.
    pub id: CoachingDisputeId,
    /// The question whose answer is disputed; absent where it is the score as a whole.
    pub question_id: Option<RubricQuestionId>,
    /// Why.
    pub reason: String,
    /// How it stands.
    pub status: DisputeStatus,
    /// The score when it was disputed, in hundredths of a point.
    pub score_before: i32,
    /// The score since it was decided.
    pub score_after: Option<i32>,
    /// The member who decided.
    pub decided_by_id: Option<MemberId>,
    /// Name of that member.
    pub decided_by_name: Option<String>,
    /// Why it was decided so.
    pub decision: Option<String>,
    /// When it was decided.
    pub decided_at: Option<DateTime<Utc>>,
    /// When it was disputed.
    pub created_at: DateTime<Utc>,
}

text_enum! {
    /// What else somebody does at that time.
    pub enum ClashKind {
        /// Another coaching session.
        Session = "session",
        /// A meeting among the activities.
        Meeting = "meeting",
    }
}

/// That somebody who takes part has something else to do at that time. What it is stays theirs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CoachingClash {
    /// The member.
    pub member_id: MemberId,
    /// Name of that member.
    pub member_name: String,
    /// What kind of thing.
    pub kind: ClashKind,
    /// When that begins.
    pub starts_at: DateTime<Utc>,
    /// When that ends.
    pub ends_at: DateTime<Utc>,
}

/// A coaching session, as far as the caller may read it.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CoachingSession {
    /// Id of the session.
    pub id: CoachingSessionId,
    /// What it is about.
    pub title: String,
    /// What kind it is.
    pub kind: CoachingKind,
    /// How it stands.
    pub status: CoachingStatus,
    /// The member who is coached.
    pub agent_id: MemberId,
    /// Name of that member.
    pub agent_name: String,
    /// The member who coaches.
    pub coach_id: MemberId,
    /// Name of that member.
    pub coach_name: String,
    /// Everybody who takes part, the two among them.
    pub participants: Vec<CoachingParticipant>,
    /// The side on which the caller takes part; absent for the line above, and for who opened it.
    pub my_side: Option<CoachingSide>,
    /// Whether the caller may change it.
    pub may_change: bool,
    /// When it begins.
    pub scheduled_start: DateTime<Utc>,
    /// When it ends.
    pub scheduled_end: DateTime<Utc>,
    /// When it begins in its time zone, like `2026-03-31T09:00`.
    pub local_start: String,
    /// IANA time zone in which it was planned.
    #[cfg_attr(feature = "openapi", schema(example = "Europe/Belgrade"))]
    pub time_zone: String,
    /// How long it takes, in minutes.
    pub duration_minutes: i32,
    /// What is to be talked about.
    pub agenda: Vec<CoachingAgendaPoint>,
    /// What the coach prepared; agents do not see it.
    pub preparation_notes: Option<String>,
    /// What was said; agents see it once the session is completed.
    pub session_notes: Option<String>,
    /// The score of the last session of the agent that was completed with one, in hundredths of a point, 0–10000.
    pub previous_score: Option<i32>,
    /// The score, in hundredths of a point, 0–10000; agents see it once the session is completed.
    pub score: Option<i32>,
    /// The version of the rubric it is scored by.
    pub rubric_id: Option<RubricId>,
    /// What was answered to its questions; agents see it once the session is completed.
    pub answers: Vec<RubricAnswer>,
    /// What was said about it afterwards.
    pub comments: Vec<CoachingComment>,
    /// Disputes of its score.
    pub disputes: Vec<CoachingDispute>,
    /// The series it belongs to.
    pub series_id: Option<CoachingSeriesId>,
    /// The session in whose place it is held.
    pub rescheduled_from_id: Option<CoachingSessionId>,
    /// The session that is held in its place.
    pub rescheduled_to_id: Option<CoachingSessionId>,
    /// When it was begun.
    pub started_at: Option<DateTime<Utc>>,
    /// When it was completed.
    pub completed_at: Option<DateTime<Utc>>,
    /// Why it was cancelled or moved.
    pub ended_reason: Option<String>,
    /// Whether the agents have acknowledged it; absent before it is completed.
    pub acknowledgement: Option<AcknowledgementState>,
    /// Until when they are to acknowledge it.
    pub acknowledgement_due_at: Option<DateTime<Utc>>,
    /// When the last of them did.
    pub acknowledged_at: Option<DateTime<Utc>>,
    /// What else those who take part have at that time, while it is scheduled; agents see their own. Only where one session is read
    /// or written.
    pub clashes: Vec<CoachingClash>,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
    /// Grows by one with every change of what the coach writes.
    pub version: i64,
}
