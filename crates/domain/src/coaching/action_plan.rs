//! Action plans: how they go, and the order of their items.

use shared_types::{ActionItemId, coaching::ActionPlanStatus};

use super::action_item::legal;
use crate::core::error::{DomainError, DomainResult};

/// What a plan may become.
#[must_use]
pub const fn next(now: ActionPlanStatus) -> &'static [ActionPlanStatus] {
    use ActionPlanStatus::{Active, Cancelled, Completed};
    match now {
        Active => &[Completed, Cancelled],
        Completed | Cancelled => &[Active],
    }
}

/// Checks that a plan may become what is wanted, or stays as it is.
///
/// # Errors
/// 409 naming what it may become.
pub fn check_status(now: ActionPlanStatus, wanted: ActionPlanStatus) -> DomainResult<()> {
    if now == wanted || next(now).contains(&wanted) {
        return Ok(());
    }
    let next = legal(next(now));
    Err(DomainError::conflict(format!(
        "The plan is {now}; it may become {next}."
    )))
}

/// Checks that an order names each item of a plan once, and no other.
///
/// # Errors
/// 422 on `itemIds`.
pub fn check_order(items: &[ActionItemId], wanted: &[ActionItemId]) -> DomainResult<()> {
    let sorted = |ids: &[ActionItemId]| {
        let mut ids = ids.to_vec();
        ids.sort_unstable();
        ids
    };
    if sorted(items) == sorted(wanted) {
        return Ok(());
    }
    let count = items.len();
    Err(DomainError::invalid(
        "itemIds",
        format!("must name each item of the plan once; it has {count}"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ActionPlanStatus as S;

    #[test]
    fn a_closed_plan_is_opened_first() {
        assert!(check_status(S::Active, S::Completed).is_ok());
        assert!(check_status(S::Cancelled, S::Active).is_ok());
        let error = check_status(S::Completed, S::Cancelled).unwrap_err();
        assert_eq!(
            error.to_string(),
            "The plan is completed; it may become active."
        );
        for &state in S::ALL {
            assert!(check_status(state, state).is_ok());
        }
    }

    #[test]
    fn an_order_names_each_item_once() {
        let id = |number| ActionItemId(uuid::Uuid::from_u128(number));
        assert!(check_order(&[id(1), id(2)], &[id(2), id(1)]).is_ok());
        assert!(check_order(&[], &[]).is_ok());
        assert!(check_order(&[id(1), id(2)], &[id(1)]).is_err());
        assert!(check_order(&[id(1), id(2)], &[id(1), id(1)]).is_err());
        assert!(check_order(&[id(1)], &[id(1), id(3)]).is_err());
    }
}
