//! When coaching is proposed, and what becomes of a proposal.
//!
//! What stood behind a proposal once, whatever became of that, stands behind none of the same rule again.

use std::collections::{BTreeMap, HashSet};

use chrono::{Days, NaiveDate};
use shared_types::coaching::{
    CoachingProposalState, CoachingRuleKind, ProposalDeal, ProposalPeriod,
};
use shared_types::{DealId, LostReasonId, MemberId};

use crate::core::error::{DomainError, DomainResult};
use crate::core::money::BASIS_POINTS;

/// A deal that an agent lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// Who lost it.
    pub member: MemberId,
    /// For what reason.
    pub reason: LostReasonId,
    /// The deal.
    pub deal: ProposalDeal,
}

/// Losses of one agent for one reason that are worth a talk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LossPattern {
    /// Who lost them.
    pub member: MemberId,
    /// For what reason.
    pub reason: LostReasonId,
    /// The deals, the latest last.
    pub deals: Vec<ProposalDeal>,
}

/// The agents who lost at least `least` deals for one reason within `days` days, without deals that stood behind a proposal before:
/// of each agent and reason the latest such days.
#[must_use]
pub fn loss_patterns(
    losses: Vec<Loss>,
    used: &HashSet<DealId>,
    least: usize,
    days: u64,
) -> Vec<LossPattern> {
    let mut by: BTreeMap<(MemberId, LostReasonId), Vec<ProposalDeal>> = BTreeMap::new();
    for loss in losses {
        if !used.contains(&loss.deal.deal_id) {
            by.entry((loss.member, loss.reason))
                .or_default()
                .push(loss.deal);
        }
    }
    by.into_iter()
        .filter_map(|((member, reason), mut deals)| {
            deals.sort_by_key(|deal| (deal.closed_on, deal.deal_id));
            let mut end = deals.len();
            while end >= least.max(1) {
                let last = deals.get(end - 1)?.closed_on;
                let first = last
                    .checked_sub_days(Days::new(days.saturating_sub(1)))
                    .unwrap_or(NaiveDate::MIN);
                let start = deals.partition_point(|deal| deal.closed_on < first);
                if end - start >= least.max(1) {
                    return Some(LossPattern {
                        member,
                        reason,
                        deals: deals.get(start..end)?.to_vec(),
                    });
                }
                end -= 1;
            }
            None
        })
        .collect()
}

/// The last periods of a metric, where the agent stayed under the target in as many as it takes. `ended` are those that are over, the
/// latest last; what is not later than `used` stood behind a proposal before.
#[must_use]
pub fn under_target(
    ended: &[(NaiveDate, Option<ProposalPeriod>)],
    used: Option<NaiveDate>,
    least: usize,
) -> Option<Vec<ProposalPeriod>> {
    let start = ended.len().checked_sub(least.max(1))?;
    let last = ended.get(start..)?;
    last.iter()
        .map(|(start, period)| {
            let fresh = used.is_none_or(|used| *start > used);
            period
                .clone()
                .filter(|period| fresh && period.attainment < i64::from(BASIS_POINTS))
        })
        .collect()
}

/// What somebody does with a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProposalStep {
    /// Takes it up.
    Accept,
    /// Puts it aside.
    Dismiss,
}

/// Decides a proposal, once.
///
/// # Errors
/// `Conflict` where that was done.
pub fn decide(
    state: CoachingProposalState,
    step: ProposalStep,
) -> DomainResult<CoachingProposalState> {
    match (state, step) {
        (CoachingProposalState::Open, ProposalStep::Accept) => Ok(CoachingProposalState::Accepted),
        (CoachingProposalState::Open, ProposalStep::Dismiss) => {
            Ok(CoachingProposalState::Dismissed)
        }
        (state, _) => Err(DomainError::conflict(format!(
            "The proposal is {state}; only an open one can be decided."
        ))),
    }
}

/// The parts of a rule that have to go with what it watches for.
#[derive(Clone, Copy, Debug)]
pub struct RuleShape {
    /// What it watches for.
    pub kind: CoachingRuleKind,
    /// Whether something of losses is said: how many, in how many days, for what, with which template.
    pub losses: [(&'static str, bool); 4],
    /// Whether a metric is said.
    pub metric: bool,
    /// Whether a number of periods is said.
    pub periods: bool,
}

/// Checks that the parts of a rule go with what it watches for.
///
/// # Errors
/// `Invalid` on the field that does not.
pub fn check_rule(shape: &RuleShape) -> DomainResult<()> {
    let wrong = |field: &str| {
        let message = format!("does not go with {}", shape.kind);
        Err(DomainError::invalid(field, message))
    };
    match shape.kind {
        CoachingRuleKind::Losses if shape.metric => wrong("metricId"),
        CoachingRuleKind::Losses if shape.periods => wrong("periods"),
        CoachingRuleKind::Losses => Ok(()),
        CoachingRuleKind::UnderTarget => {
            if let Some((field, _)) = shape.losses.iter().find(|(_, said)| *said) {
                return wrong(field);
            }
            if shape.metric {
                Ok(())
            } else {
                Err(DomainError::invalid("metricId", "is required"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn day(number: u64) -> NaiveDate {
        crate::core::time::add_days("2026-01-01".parse().unwrap(), number)
    }

    fn loss(member: u128, reason: u128, deal: u128, on: u64) -> Loss {
        Loss {
            member: MemberId(Uuid::from_u128(member)),
            reason: LostReasonId(Uuid::from_u128(reason)),
            deal: ProposalDeal {
                deal_id: DealId(Uuid::from_u128(deal)),
                title: format!("Deal {deal}"),
                closed_on: day(on),
            },
        }
    }

    fn period(number: u64, attainment: i64) -> (NaiveDate, Option<ProposalPeriod>) {
        let start = day(number);
        let period = ProposalPeriod {
            start,
            value: 1,
            target: 2,
            attainment,
        };
        (start, Some(period))
    }

    #[test]
    fn enough_losses_for_one_reason_within_the_days_are_a_pattern() {
        let none = HashSet::new();
        let losses = vec![
            loss(1, 1, 1, 0),
            loss(1, 1, 2, 5),
            loss(1, 1, 3, 9),
            loss(1, 2, 4, 9),
            loss(2, 1, 5, 9),
        ];
        let found = loss_patterns(losses.clone(), &none, 3, 10);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].deals.len(), 3);
        assert!(loss_patterns(losses.clone(), &none, 3, 9).is_empty());
        let used = HashSet::from([DealId(Uuid::from_u128(2))]);
        assert!(loss_patterns(losses, &used, 3, 10).is_empty());
        // Older days count where the latest are too few.
        let losses = vec![loss(1, 1, 1, 0), loss(1, 1, 2, 1), loss(1, 1, 3, 50)];
        assert_eq!(loss_patterns(losses, &none, 2, 5)[0].deals.len(), 2);
    }

    #[test]
    fn staying_under_the_target_is_told_once() {
        let ended = [period(0, 12_000), period(7, 9_000), period(14, 9_999)];
        assert_eq!(under_target(&ended, None, 2).unwrap().len(), 2);
        assert!(under_target(&ended, None, 3).is_none());
        assert!(under_target(&ended, Some(day(7)), 2).is_none());
        assert!(under_target(&ended, Some(day(0)), 2).is_some());
        let gap = [period(0, 1), (day(7), None), period(14, 1)];
        assert!(under_target(&gap, None, 2).is_none());
        assert!(under_target(&[], None, 1).is_none());
    }

    #[test]
    fn a_proposal_is_decided_once() {
        use CoachingProposalState::{Accepted, Dismissed, Open};
        assert_eq!(decide(Open, ProposalStep::Accept), Ok(Accepted));
        assert_eq!(decide(Open, ProposalStep::Dismiss), Ok(Dismissed));
        for state in [Accepted, Dismissed] {
            for step in [ProposalStep::Accept, ProposalStep::Dismiss] {
                assert!(decide(state, step).is_err());
            }
        }
    }

    #[test]
    fn rules_say_what_goes_with_them() {
        let shape = |kind, losses, metric, periods| RuleShape {
            kind,
            losses: [
                ("losses", losses),
                ("days", false),
                ("lostReasonId", false),
                ("templateId", false),
            ],
            metric,
            periods,
        };
        use CoachingRuleKind::{Losses, UnderTarget};
        assert!(check_rule(&shape(Losses, true, false, false)).is_ok());
        assert!(check_rule(&shape(UnderTarget, false, true, true)).is_ok());
        for wrong in [
            shape(Losses, true, true, false),
            shape(Losses, true, false, true),
            shape(UnderTarget, true, true, true),
            shape(UnderTarget, false, false, true),
        ] {
            assert!(check_rule(&wrong).is_err());
        }
    }

    proptest! {
        #[test]
        fn patterns_hold_what_they_promise(
            all in proptest::collection::vec((1_u128..4, 1_u128..3, 0_u64..60), 0..40), least in 2_usize..5, days in 1_u64..30
        ) {
            let losses: Vec<Loss> = (1_u128..).zip(&all).map(|(deal, (member, reason, on))| loss(*member, *reason, deal, *on)).collect();
            let mut used = HashSet::new();
            let mut rounds = 0;
            // Each round uses up deals, so there is an end, and no deal is told twice.
            loop {
                let found = loss_patterns(losses.clone(), &used, least, days);
                if found.is_empty() { break; }
                rounds += 1;
                prop_assert!(rounds <= losses.len());
                for pattern in found {
                    prop_assert!(pattern.deals.len() >= least);
                    let (first, last) = (pattern.deals.first().unwrap().closed_on, pattern.deals.last().unwrap().closed_on);
                    prop_assert!(u64::try_from((last - first).num_days()).unwrap() < days);
                    for deal in pattern.deals {
                        prop_assert!(used.insert(deal.deal_id));
                    }
                }
            }
        }
    }
}
