//! Coaching sessions: which steps they take, when they may be held, and what may still be changed.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use shared_types::{
    MemberId,
    coaching::{AcknowledgementState, CoachingStatus},
};

use crate::core::{
    error::{DomainError, DomainResult},
    time::instant,
};

/// How far ahead a session may be planned.
const AHEAD: TimeDelta = TimeDelta::days(3653);

/// A step of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// It begins.
    Start,
    /// It is over.
    Complete,
    /// It is not held.
    Cancel,
    /// The agent did not come.
    NoShow,
    /// It is held at another time.
    Reschedule,
}

impl Step {
    /// What the step is called in the path that takes it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Complete => "complete",
            Self::Cancel => "cancel",
            Self::NoShow => "no-show",
            Self::Reschedule => "reschedule",
        }
    }

    /// Where it leads.
    #[must_use]
    pub const fn leads_to(self) -> CoachingStatus {
        match self {
            Self::Start => CoachingStatus::InProgress,
            Self::Complete => CoachingStatus::Completed,
            Self::Cancel => CoachingStatus::Cancelled,
            Self::NoShow => CoachingStatus::NoShow,
            Self::Reschedule => CoachingStatus::Rescheduled,
        }
    }
}

/// The steps that a session in a state can take.
#[must_use]
pub const fn steps(status: CoachingStatus) -> &'static [Step] {
    match status {
        CoachingStatus::Scheduled => &[Step::Start, Step::Cancel, Step::NoShow, Step::Reschedule],
        CoachingStatus::InProgress => &[Step::Complete, Step::Cancel],
        CoachingStatus::NoShow => &[Step::Reschedule],
        CoachingStatus::Completed | CoachingStatus::Cancelled | CoachingStatus::Rescheduled => &[],
    }
}

/// The state after a step.
///
/// # Errors
/// `Conflict` naming the steps that are possible.
pub fn take(status: CoachingStatus, step: Step) -> DomainResult<CoachingStatus> {
    let possible = steps(status);
    if possible.contains(&step) {
        return Ok(step.leads_to());
    }
    let words: Vec<&str> = possible.iter().map(|step| step.word()).collect();
    let instead = if words.is_empty() {
        "nothing".to_owned()
    } else {
        words.join(", ")
    };
    Err(DomainError::conflict(format!(
        "The session is {status}; {} is not possible, but {instead}.",
        step.word()
    )))
}

/// When a session begins that was planned as an instant or by the clocks of its zone.
///
/// # Errors
/// `Invalid` on `scheduledStart` where neither or both are given.
pub fn start(
    given: Option<DateTime<Utc>>,
    local: Option<NaiveDateTime>,
    zone: Tz,
) -> DomainResult<DateTime<Utc>> {
    match (given, local) {
        (Some(at), None) => Ok(at),
        (None, Some(local)) => Ok(instant(local, zone)),
        (None, None) => Err(DomainError::invalid(
            "scheduledStart",
            "is required, or localStart instead",
        )),
        (Some(_), Some(_)) => Err(DomainError::invalid(
            "scheduledStart",
            "must be left out where localStart is given",
        )),
    }
}

/// When a session begins by the clocks of a zone, like `2026-03-31T09:00`; by those of UTC where there is no such zone.
#[must_use]
pub fn local_start(at: DateTime<Utc>, zone: &str) -> String {
    let zone: Tz = zone.parse().unwrap_or(Tz::UTC);
    at.with_timezone(&zone).format("%Y-%m-%dT%H:%M").to_string()
}

/// Checks when a session is to begin: not in the past, and within ten years.
///
/// # Errors
/// `Invalid` on `scheduledStart`.
pub fn check_start(start: DateTime<Utc>, now: DateTime<Utc>) -> DomainResult<()> {
    if start < now {
        return Err(DomainError::invalid(
            "scheduledStart",
            "must not be in the past",
        ));
    }
    if start - now > AHEAD {
        return Err(DomainError::invalid(
            "scheduledStart",
            "must be within ten years",
        ));
    }
    Ok(())
}

/// Checks that nobody is on both sides, or there twice.
///
/// # Errors
/// `Invalid` on the field that names somebody again.
pub fn check_people(
    agent: MemberId,
    coach: MemberId,
    further_agents: &[MemberId],
    further_coaches: &[MemberId],
) -> DomainResult<()> {
    if agent == coach {
        return Err(DomainError::invalid(
            "agentId",
            "must be another member than the coach: nobody coaches himself",
        ));
    }
    let mut seen = vec![agent, coach];
    for (field, members) in [
        ("furtherAgentIds", further_agents),
        ("furtherCoachIds", further_coaches),
    ] {
        for member in members {
            if seen.contains(member) {
                return Err(DomainError::invalid(
                    field,
                    "must name members who do not take part already",
                ));
            }
            seen.push(*member);
        }
    }
    Ok(())
}

/// Whether a completed session is acknowledged in time.
#[must_use]
pub fn acknowledgement(
    due_at: Option<DateTime<Utc>>,
    acknowledged_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Option<AcknowledgementState> {
    Some(match (due_at, acknowledged_at) {
        (None, _) => return None,
        (Some(_), Some(_)) => AcknowledgementState::Acknowledged,
        (Some(due), None) if due < now => AcknowledgementState::Overdue,
        (Some(_), None) => AcknowledgementState::Pending,
    })
}

/// Checks that the plan of a session can still be changed.
///
/// # Errors
/// `Conflict` once it has begun or ended.
pub fn check_plan(status: CoachingStatus) -> DomainResult<()> {
    match status {
        CoachingStatus::Scheduled => Ok(()),
        other => Err(DomainError::conflict(format!(
            "The session is {other}; when and with whom it is held can be changed only while it is scheduled."
        ))),
    }
}

/// Checks that the score can still be changed by a coach: not once it is told, when a dispute is the way.
///
/// # Errors
/// `Conflict` afterwards.
pub fn check_scoring(status: CoachingStatus) -> DomainResult<()> {
    match status {
        CoachingStatus::Scheduled | CoachingStatus::InProgress => Ok(()),
        other => Err(DomainError::conflict(format!(
            "The session is {other}; its score stays, but for disputes."
        ))),
    }
}

/// Checks that what was said can still be written.
///
/// # Errors
/// `Conflict` once it is acknowledged, or where the session was not held.
pub fn check_notes(status: CoachingStatus, acknowledged: bool) -> DomainResult<()> {
    match status {
        CoachingStatus::Scheduled | CoachingStatus::InProgress => Ok(()),
        CoachingStatus::Completed if !acknowledged => Ok(()),
        CoachingStatus::Completed => Err(DomainError::conflict(
            "The session is acknowledged: what was said stays; write a comment instead.",
        )),
        other => Err(DomainError::conflict(format!(
            "The session is {other}: there is nothing to write down."
        ))),
    }
}

/// Whether somebody may decide a dispute: who stands above the coach; where nobody does, an administrator above the agent.
#[must_use]
pub fn may_decide(
    takes_part: bool,
    above_coach: bool,
    above_agent: bool,
    administrator: bool,
) -> bool {
    !takes_part && (above_coach || (administrator && above_agent))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    const STEPS: [Step; 5] = [
        Step::Start,
        Step::Complete,
        Step::Cancel,
        Step::NoShow,
        Step::Reschedule,
    ];

    proptest! {
        #[test]
        fn however_it_goes_a_session_ends(taken in prop::collection::vec(0_usize..5, 0..20)) {
            let mut status = CoachingStatus::Scheduled;
            let mut count = 0;
            for step in taken {
                let step = STEPS[step];
                match take(status, step) {
                    Ok(next) => {
                        prop_assert!(steps(status).contains(&step));
                        status = next;
                        count += 1;
                    }
                    Err(DomainError::Conflict { message }) => {
                        for possible in steps(status) {
                            prop_assert!(message.contains(possible.word()));
                        }
                    }
                    Err(other) => prop_assert!(false, "{other}"),
                }
            }
            prop_assert!(count <= 2);
        }
    }

    #[test]
    fn what_is_over_stays_over() {
        for status in [
            CoachingStatus::Completed,
            CoachingStatus::Cancelled,
            CoachingStatus::Rescheduled,
        ] {
            for step in STEPS {
                assert!(take(status, step).is_err());
            }
        }
        let error = take(CoachingStatus::InProgress, Step::Start).unwrap_err();
        assert_eq!(
            error.to_string(),
            "The session is inProgress; start is not possible, but complete, cancel."
        );
    }

    #[test]
    fn a_session_begins_once_and_not_in_the_past() {
        let zone = Tz::Europe__Belgrade;
        let local = |text: &str| Some(text.parse().unwrap());
        // Clocks go forward on 29 March at 2:00, and back on 25 October at 3:00.
        for (given, utc) in [
            ("2026-03-31T09:00:00", "2026-03-31T07:00:00Z"),
            ("2026-03-29T02:30:00", "2026-03-29T01:30:00Z"),
            ("2026-10-25T02:30:00", "2026-10-25T00:30:00Z"),
        ] {
            assert_eq!(start(None, local(given), zone), Ok(at(utc)));
        }
        assert!(start(None, None, zone).is_err());
        let now = at("2026-03-02T09:00:00Z");
        assert!(start(Some(now), local("2026-03-31T09:00:00"), zone).is_err());
        assert!(check_start(now, now).is_ok());
        assert!(check_start(now - TimeDelta::seconds(1), now).is_err());
        assert!(check_start(now + TimeDelta::days(3700), now).is_err());
    }

    #[test]
    fn nobody_takes_part_twice() {
        let member = |number: u128| MemberId(uuid::Uuid::from_u128(number));
        let (a, b, c) = (member(1), member(2), member(3));
        assert!(check_people(a, b, &[c], &[]).is_ok());
        for (agent, coach, agents, coaches, field) in [
            (a, a, vec![], vec![], "agentId"),
            (a, b, vec![b], vec![], "furtherAgentIds"),
            (a, b, vec![], vec![a], "furtherCoachIds"),
            (a, b, vec![c], vec![c], "furtherCoachIds"),
        ] {
            let error = check_people(agent, coach, &agents, &coaches).unwrap_err();
            assert_eq!(error.fields().into_keys().next().unwrap(), field);
        }
    }

    #[test]
    fn a_dispute_is_decided_from_above() {
        assert!(may_decide(false, true, true, false));
        assert!(may_decide(false, false, true, true));
        assert!(!may_decide(false, false, true, false));
        assert!(!may_decide(true, true, true, true));
        let now = at("2026-03-02T09:00:00Z");
        assert_eq!(acknowledgement(None, None, now), None);
        let overdue = acknowledgement(Some(at("2026-03-01T09:00:00Z")), None, now);
        assert_eq!(overdue, Some(AcknowledgementState::Overdue));
        assert!(check_notes(CoachingStatus::Completed, false).is_ok());
        assert!(check_notes(CoachingStatus::Completed, true).is_err());
        assert!(check_scoring(CoachingStatus::Completed).is_err());
        assert!(check_plan(CoachingStatus::InProgress).is_err());
    }
}
