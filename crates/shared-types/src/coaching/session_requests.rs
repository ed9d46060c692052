//! What is asked of coaching sessions.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_with::apply;
use validator::Validate;

use super::{AcknowledgementState, CoachingKind, CoachingStatus, DisputeStatus, RubricAnswer};
use crate::{
    AnyOf, CoachingSeriesId, CoachingTemplateId, MemberId, Patch, RubricId, RubricQuestionId,
    list_query, patch, request, text_enum,
};

/// Plans a coaching session, or a series of them.
#[apply(
    Option => #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::given")],
    Vec => #[serde(default, skip_serializing_if = "Vec::is_empty")],
)]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = json!({
    "agentId": "01936e2a-7b1c-7cc3-98c4-dc0c0c07398f", "localStart": "2031-04-01T09:00", "timeZone": "Europe/Belgrade",
    "recurrenceRule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;COUNT=6", "agenda": ["What moved", "What is stuck"]
})))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateCoachingSession {
    /// The member who is coached, within the caller's line.
    pub agent_id: MemberId,
    /// The member who coaches; the caller unless said.
    pub coach_id: Option<MemberId>,
    /// Others who are coached: a group session.
    #[validate(length(max = 20))]
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    pub further_agent_ids: Vec<MemberId>,
    /// Others who coach.
    #[validate(length(max = 5))]
    #[cfg_attr(feature = "openapi", schema(max_items = 5))]
    pub further_coach_ids: Vec<MemberId>,
    /// What it is about; the name of the template, or the kind, unless said.
    #[validate(length(min = 1, max = 200), custom(function = crate::one_line))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub title: Option<String>,
    /// What kind it is; one-to-one unless said, a group session where there are several agents.
    pub kind: Option<CoachingKind>,
    /// When it begins, as an instant. Either this or `localStart`.
    pub scheduled_start: Option<DateTime<Utc>>,
    /// When it begins by the clocks of `timeZone`. A time that occurs twice, when clocks go back, is the first of the two; one that
    /// never occurs, when they go forward, lies as much after the gap as it was into it.
    #[validate(length(max = 19), custom(function = crate::local_time))]
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 19, example = "2031-04-01T09:00")
    )]
    pub local_start: Option<String>,
    /// IANA time zone; that of the organization unless said.
    #[validate(length(max = 64), custom(function = crate::time_zone))]
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 64, example = "Europe/Belgrade")
    )]
    pub time_zone: Option<String>,
    /// How long it takes, in minutes; 60 unless said.
    #[validate(range(min = 5, max = 480))]
    #[cfg_attr(feature = "openapi", schema(minimum = 5, maximum = 480))]
    pub duration_minutes: Option<i32>,
    /// Makes it the first of a series: an RRULE of RFC 5545, by the clocks of the time zone. At most 26 sessions within 184 days are
    /// planned.
    #[validate(length(min = 1, max = 200))]
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 200,
            example = "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"
        )
    )]
    pub recurrence_rule: Option<String>,
    /// What is to be talked about, in order; that of the template unless said.
    #[validate(length(max = 30), custom(function = crate::points))]
    #[cfg_attr(feature = "openapi", schema(max_items = 30))]
    pub agenda: Vec<String>,
    /// What the coach prepares; agents do not see it.
    #[validate(length(max = 20_000), custom(function = crate::many_lines))]
    #[cfg_attr(feature = "openapi", schema(max_length = 20_000))]
    pub preparation_notes: Option<String>,
    /// The rubric it is scored by, published.
    pub rubric_id: Option<RubricId>,
    /// Fills in what is not said.
    pub template_id: Option<CoachingTemplateId>,
}

text_enum! {
    /// How much of a series is meant.
    pub enum SeriesScope {
        /// This session alone.
        One = "one",
        /// This session and those of the series after it that are still scheduled.
        Following = "following",
    }
}

patch! {
    /// Changes a coaching session. Who is coached stays; when and with whom it is held can be changed while it is scheduled, what was
    /// said and how it is scored until the agent has acknowledged it, the score not once it is completed.
    #[cfg_attr(feature = "openapi", schema(example = json!({"sessionNotes": "Asked fewer, better questions."})))]
    pub struct UpdateCoachingSession {
        /// What it is about.
        #[validate(length(min = 1, max = 200), custom(function = crate::one_line))]
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
        pub title: Option<String>,
        /// What kind it is.
        pub kind: Option<CoachingKind>,
        /// The member who coaches.
        pub coach_id: Option<MemberId>,
        /// When it begins, as an instant.
        pub scheduled_start: Option<DateTime<Utc>>,
        /// When it begins by the clocks of its time zone.
        #[validate(length(max = 19), custom(function = crate::local_time))]
        #[cfg_attr(feature = "openapi", schema(max_length = 19, example = "2031-04-01T09:00"))]
        pub local_start: Option<String>,
        /// IANA time zone.
        #[validate(length(max = 64), custom(function = crate::time_zone))]
        #[cfg_attr(feature = "openapi", schema(max_length = 64, example = "Europe/Belgrade"))]
        pub time_zone: Option<String>,
        /// How long it takes, in minutes.
        #[validate(range(min = 5, max = 480))]
        #[cfg_attr(feature = "openapi", schema(minimum = 5, maximum = 480))]
        pub duration_minutes: Option<i32>,
        /// What the coach prepares; agents do not see it.
        #[validate(length(max = 20_000), custom(function = crate::patched::many_lines))]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 20_000))]
        pub preparation_notes: Patch<String>,
        /// What was said; agents see it once the session is completed.
        #[validate(length(max = 20_000), custom(function = crate::patched::many_lines))]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 20_000))]
        pub session_notes: Patch<String>,
        /// The rubric it is scored by, published.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<RubricId>))]
        pub rubric_id: Patch<RubricId>,
        /// The score by hand, in hundredths of a point, where there is no rubric.
        #[validate(range(min = 0, max = 10_000))]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<i32>, minimum = 0, maximum = 10_000))]
        pub score: Patch<i32>,
        /// What is answered to the questions of the rubric, instead of what was; the score follows from it.
        #[validate(length(max = 50), nested)]
        #[cfg_attr(feature = "openapi", schema(max_items = 50))]
        pub answers: Option<Vec<RubricAnswer>>,
        /// How much of a series is changed: title, kind, coach, time and duration, and what the coach prepares; this session alone unless
        /// said. Those that follow move by as much as this one, by the clocks.
        pub scope: Option<SeriesScope>,
    }

    /// A field of a session that can be emptied.
    pub enum CoachingSessionField {
        PreparationNotes = "preparationNotes" => preparation_notes,
        SessionNotes = "sessionNotes" => session_notes,
        RubricId = "rubricId" => rubric_id,
        Score = "score" => score,
    }
}

request! {
    /// Cancels a session.
    #[cfg_attr(feature = "openapi", schema(example = json!({"reason": "Sick", "scope": "one"})))]
    pub struct CancelCoachingSession {
        /// Why.
        #[validate(length(min = 1, max = 500), custom(function = crate::one_line))]
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 500))]
        pub reason: Option<String>,
        /// How much of a series; this session alone unless said.
        pub scope: Option<SeriesScope>,
    }
}

request! {
    /// Moves a session to another time, as another session.
    #[cfg_attr(feature = "openapi", schema(example = json!({"localStart": "2031-04-02T09:00", "reason": "The customer calls at nine"})))]
    pub struct RescheduleCoachingSession {
        /// When it begins, as an instant. Either this or `localStart`.
        pub scheduled_start: Option<DateTime<Utc>>,
        /// When it begins by the clocks of `timeZone`.
        #[validate(length(max = 19), custom(function = crate::local_time))]
        #[cfg_attr(feature = "openapi", schema(max_length = 19, example = "2031-04-02T09:00"))]
        pub local_start: Option<String>,
        /// IANA time zone; that of the session unless said.
        #[validate(length(max = 64), custom(function = crate::time_zone))]
        #[cfg_attr(feature = "openapi", schema(max_length = 64, example = "Europe/Belgrade"))]
        pub time_zone: Option<String>,
        /// How long it takes, in minutes; as long as before unless said.
        #[validate(range(min = 5, max = 480))]
        #[cfg_attr(feature = "openapi", schema(minimum = 5, maximum = 480))]
        pub duration_minutes: Option<i32>,
        /// Why.
        #[validate(length(min = 1, max = 500), custom(function = crate::one_line))]
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 500))]
        pub reason: Option<String>,
    }
}

request! {
    /// Adds a point to the agenda, at its end.
    pub struct AddAgendaPoint {
        /// What is to be talked about.
        #[validate(length(min = 1, max = 500), custom(function = crate::one_line))]
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 500, example = "The offer for Acme"))]
        pub text: String,
    }
}

request! {
    /// Changes a point of the agenda.
    #[cfg_attr(feature = "openapi", schema(example = json!({"done": true})))]
    pub struct UpdateAgendaPoint {
        /// What is to be talked about; whoever added it may change it, and the coach.
        #[validate(length(min = 1, max = 500), custom(function = crate::one_line))]
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 500))]
        pub text: Option<String>,
        /// Whether it was.
        pub done: Option<bool>,
        /// Its place in the agenda; the least comes first.
        #[validate(range(min = 0, max = 1000))]
        #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 1000))]
        pub position: Option<i32>,
    }
}

request! {
    /// Comments on a session.
    pub struct AddCoachingComment {
        /// What it says.
        #[validate(length(min = 1, max = 5000), custom(function = crate::said))]
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 5000, pattern = "[^\\s]", example = "I will try that with Acme."))]
        pub body: String,
    }
}

request! {
    /// Disputes a score, or what was answered to one question.
    #[cfg_attr(feature = "openapi", schema(example = json!({"reason": "The next step was agreed by mail, see the deal."})))]
    pub struct DisputeScore {
        /// The question; the score as a whole unless said.
        pub question_id: Option<RubricQuestionId>,
        /// Why.
        #[validate(length(min = 1, max = 2000), custom(function = crate::said))]
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 2000, pattern = "[^\\s]"))]
        pub reason: String,
    }
}

text_enum! {
    /// What an arbiter decides.
    pub enum DisputeRuling {
        /// The score stays.
        Upheld = "upheld",
        /// The score is changed.
        Changed = "changed",
    }
}

/// Decides a dispute.
#[apply(Option => #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::given")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = json!({"ruling": "upheld", "decision": "The call shows no next step."})))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DecideDispute {
    /// Whether the score stays.
    pub ruling: DisputeRuling,
    /// Why.
    #[validate(length(min = 1, max = 2000), custom(function = crate::said))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 2000, pattern = "[^\\s]")
    )]
    pub decision: String,
    /// Where the score is changed and a question was disputed: what its answer is instead.
    #[validate(range(min = 0, max = 10))]
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 10))]
    pub value: Option<i32>,
    /// Where the score is changed and was disputed as a whole: what it is instead, in hundredths of a point.
    #[validate(range(min = 0, max = 10_000))]
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 10_000))]
    pub score: Option<i32>,
}

text_enum! {
    /// What sessions are listed by.
    pub enum CoachingSessionSort {
        ScheduledStart = "scheduledStart",
        CompletedAt = "completedAt",
        Score = "score",
        CreatedAt = "createdAt",
        UpdatedAt = "updatedAt",
    }
}

list_query! {
    /// Which coaching sessions to list: of those that the caller may read. `q` finds words of titles and agendas.
    pub struct ListCoachingSessions sort CoachingSessionSort {
        /// Any of these members is coached.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
        agent_id: AnyOf<MemberId>,
        /// Any of these members coaches.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
        coach_id: AnyOf<MemberId>,
        /// In any of these states.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "scheduled,inProgress"))]
        status: AnyOf<CoachingStatus>,
        /// Of any of these kinds.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "oneToOne,callReview"))]
        kind: AnyOf<CoachingKind>,
        /// Begins at or after this time.
        scheduled_after: DateTime<Utc>,
        /// Begins before this time.
        scheduled_before: DateTime<Utc>,
        /// Completed at or after this time.
        completed_after: DateTime<Utc>,
        /// Completed before this time.
        completed_before: DateTime<Utc>,
        /// Acknowledged in any of these ways.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "pending,overdue"))]
        acknowledgement: AnyOf<AcknowledgementState>,
        /// With a dispute in any of these states.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "open"))]
        dispute_status: AnyOf<DisputeStatus>,
        /// At least this score, in hundredths of a point.
        score_min: i32,
        /// At most this score, in hundredths of a point.
        score_max: i32,
        /// Of this series.
        series_id: CoachingSeriesId,
        /// Of agents in any of these departments.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "Enterprise,SMB"))]
        agent_department: AnyOf<String>,
    }
}

/// Asks who has something else to do at a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FindClashes {
    /// The members, all of them within the caller's line or the caller.
    #[cfg_attr(feature = "openapi", param(value_type = String))]
    pub member_id: AnyOf<MemberId>,
    /// When it is to begin.
    pub start: DateTime<Utc>,
    /// How long it is to take, in minutes; 60 unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(range(min = 5, max = 480))]
    #[cfg_attr(feature = "openapi", param(minimum = 5, maximum = 480))]
    pub duration_minutes: Option<i32>,
}
