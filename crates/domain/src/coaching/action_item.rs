//! Action items: how they go, who changes what, and what is late.

use chrono::NaiveDate;
use shared_types::{
    MemberId, Patch,
    coaching::{ActionItemStatus, UpdateActionItem},
};

use crate::core::error::{DomainError, DomainResult};

/// What an item may become.
#[must_use]
pub const fn next(now: ActionItemStatus) -> &'static [ActionItemStatus] {
    use ActionItemStatus::{Cancelled, Done, InProgress, Open};
    match now {
        Open => &[InProgress, Done, Cancelled],
        InProgress => &[Open, Done, Cancelled],
        Done | Cancelled => &[Open],
    }
}

/// Words as they stand in a sentence.
pub(super) fn legal<S: std::fmt::Display>(states: &[S]) -> String {
    let words: Vec<String> = states.iter().map(ToString::to_string).collect();
    match words.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// Checks that an item may become what is wanted, or stays as it is.
///
/// # Errors
/// 409 naming what it may become.
pub fn check_status(now: ActionItemStatus, wanted: ActionItemStatus) -> DomainResult<()> {
    if now == wanted || next(now).contains(&wanted) {
        return Ok(());
    }
    let next = legal(next(now));
    Err(DomainError::conflict(format!(
        "The item is {now}; it may become {next}."
    )))
}

/// Whether there is still something to do.
#[must_use]
pub const fn is_open(status: ActionItemStatus) -> bool {
    matches!(
        status,
        ActionItemStatus::Open | ActionItemStatus::InProgress
    )
}

/// Whether an item should have been done by now. On its day it is not late yet.
#[must_use]
pub fn is_overdue(status: ActionItemStatus, due: Option<NaiveDate>, today: NaiveDate) -> bool {
    is_open(status) && due.is_some_and(|due| due < today)
}

/// Whether somebody decides about all of an item, where its owner is within reach: whoever set it, and
/// whoever leads its owner; not who is to do it.
#[must_use]
pub fn decides(me: MemberId, owner: MemberId, created_by: MemberId) -> bool {
    created_by == me || owner != me
}

/// Checks that somebody changes no more of an item than they may.
///
/// # Errors
/// 403 where an owner changes more than the status of what somebody else set.
pub fn check_change(
    me: MemberId,
    owner: MemberId,
    created_by: MemberId,
    patch: &UpdateActionItem,
) -> DomainResult<()> {
    let UpdateActionItem {
        title,
        description,
        plan_id,
        due_on,
        priority,
        status: _,
        deal_id,
        lost_reason_id,
        clear,
    } = patch;
    let only_status = title.is_none()
        && priority.is_none()
        && clear.is_empty()
        && [description.is_keep(), due_on.is_keep(), plan_id.is_keep()] == [true; 3]
        && Patch::is_keep(deal_id)
        && Patch::is_keep(lost_reason_id);
    if only_status || decides(me, owner, created_by) {
        return Ok(());
    }
    Err(DomainError::Forbidden)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ActionItemStatus as S;
    use proptest::prelude::*;

    fn member(number: u128) -> MemberId {
        MemberId(uuid::Uuid::from_u128(number))
    }

    #[test]
    fn what_is_over_is_opened_first() {
        let error = check_status(S::Done, S::Cancelled).unwrap_err();
        assert_eq!(error.to_string(), "The item is done; it may become open.");
        assert_eq!(legal(next(S::Open)), "inProgress, done or cancelled");
        for &state in S::ALL {
            assert!(check_status(state, state).is_ok());
            assert!(check_status(state, S::Open).is_ok());
            assert_eq!(check_status(state, S::Done).is_ok(), state != S::Cancelled);
        }
    }

    #[test]
    fn an_owner_changes_the_status_of_what_others_set() {
        let (agent, coach) = (member(1), member(2));
        let status = UpdateActionItem {
            status: Some(S::Done),
            ..UpdateActionItem::default()
        };
        let title = UpdateActionItem {
            title: Some("Easier".to_owned()),
            status: Some(S::Done),
            ..UpdateActionItem::default()
        };
        let day = UpdateActionItem {
            due_on: Patch::Clear,
            ..UpdateActionItem::default()
        };
        assert!(check_change(agent, agent, coach, &status).is_ok());
        for patch in [&title, &day] {
            assert!(check_change(agent, agent, coach, patch).is_err());
            assert!(check_change(agent, agent, agent, patch).is_ok());
            assert!(check_change(coach, agent, coach, patch).is_ok());
            assert!(check_change(coach, agent, member(3), patch).is_ok());
        }
    }

    proptest! {
        #[test]
        fn only_what_is_open_and_past_its_day_is_late(days in 0_u64..1000, due in 0_u64..1000, state in 0_usize..4) {
            let day = |number| crate::core::time::add_days("2026-01-01".parse().unwrap(), number);
            let status = S::ALL[state];
            let late = is_overdue(status, Some(day(due)), day(days));
            prop_assert_eq!(late, is_open(status) && due < days);
            prop_assert!(!is_overdue(status, None, day(days)));
        }
    }
}
