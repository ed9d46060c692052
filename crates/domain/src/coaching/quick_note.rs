//! Quick notes: about whom, and who reads them.

use chrono::NaiveDate;
use shared_types::{MemberId, coaching::QuickNoteVisibility};

use crate::core::{
    error::{DomainError, DomainResult},
    time::check_day,
};

/// Whether somebody reads a quick note. `line` are the members whose line reaches `me`, `opened` says
/// whether the coaching of the agent was opened to `me`.
#[must_use]
pub fn readable(
    me: MemberId,
    line: &[MemberId],
    (agent, author): (MemberId, MemberId),
    visibility: QuickNoteVisibility,
    opened: bool,
) -> bool {
    if author == me {
        return true;
    }
    let shared = visibility == QuickNoteVisibility::Shared;
    // Nobody opens what others keep to themselves about them.
    if agent == me {
        return shared;
    }
    (shared && line.contains(&agent)) || opened
}

/// Checks about whom somebody writes.
///
/// # Errors
/// 422 on `agentId` for oneself.
pub fn check_agent(me: MemberId, agent: MemberId) -> DomainResult<()> {
    if agent == me {
        return Err(DomainError::invalid(
            "agentId",
            "must be somebody else: a quick note is about an agent of yours",
        ));
    }
    Ok(())
}

/// Checks the day on which something was seen.
///
/// # Errors
/// 422 on `observedOn` for a day that is still to come, or beyond the calendar.
pub fn check_observed(day: NaiveDate, today: NaiveDate) -> DomainResult<()> {
    check_day("observedOn", Some(day))?;
    if day > today {
        return Err(DomainError::invalid(
            "observedOn",
            format!("must not be after today, {today}"),
        ));
    }
    Ok(())
}

/// Checks who changes a quick note.
///
/// # Errors
/// 403 for anybody but its author.
pub fn check_author(me: MemberId, author: MemberId) -> DomainResult<()> {
    if me == author {
        return Ok(());
    }
    Err(DomainError::Forbidden)
}

#[cfg(test)]
mod tests {
    use super::*;
    use QuickNoteVisibility::{Private, Shared};

    fn member(number: u128) -> MemberId {
        MemberId(uuid::Uuid::from_u128(number))
    }

    #[test]
    fn private_is_for_the_author_and_shared_for_the_agent_and_the_line() {
        let (agent, author, above, other) = (member(1), member(2), member(3), member(4));
        let reads = |me, line: &[MemberId], visibility, opened| {
            readable(me, line, (agent, author), visibility, opened)
        };
        for visibility in [Private, Shared] {
            assert!(reads(author, &[], visibility, false));
            assert!(!reads(other, &[other], visibility, false));
            assert!(reads(other, &[other], visibility, true));
        }
        assert!(reads(agent, &[agent], Shared, false));
        assert!(!reads(agent, &[agent], Private, false));
        assert!(!reads(agent, &[agent], Private, true));
        assert!(reads(above, &[above, author, agent], Shared, false));
        assert!(!reads(above, &[above, author, agent], Private, false));
    }

    #[test]
    fn quick_notes_are_about_others_and_the_past() {
        let today: NaiveDate = "2026-03-02".parse().unwrap();
        assert!(check_agent(member(1), member(1)).is_err());
        assert!(check_agent(member(1), member(2)).is_ok());
        assert!(check_observed(today, today).is_ok());
        assert!(check_observed(today.succ_opt().unwrap(), today).is_err());
        assert!(check_observed("0001-01-01".parse().unwrap(), today).is_err());
        assert!(check_author(member(1), member(1)).is_ok());
        assert_eq!(
            check_author(member(1), member(2)),
            Err(DomainError::Forbidden)
        );
    }
}
