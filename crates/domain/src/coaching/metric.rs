//! What metrics come to: periods, values put together, attainment, totals and ranks. Integers only; what is divided is rounded
//! once, half away from zero.
//!
//! # Attainment
//! In basis points; 10000 is the target, more is better, at most [`MAX_ATTAINMENT`], at least 0.
//! - The more the better: value ÷ target. A target of nothing is always reached, exactly.
//! - The less the better: 2 − value ÷ target, so that half of what is allowed is as far above the target as one and a half times
//!   that is below, and nothing at all is twice the target. Where nothing is allowed, nothing reaches the target, and anything else
//!   none of it.
//!
//! # Several members, several periods
//! Pieces and money add up, and so do their targets. Rates (percent, durations, scores) are averaged: computed ones over all records
//! behind them, entered ones over the values, targets over those who have one.

use chrono::{Datelike, Days, NaiveDate};
use shared_types::coaching::{
    CreateMetric, MetricComputation, MetricDirection, MetricPeriod, MetricSource, MetricTarget,
    MetricUnit,
};
use shared_types::{Currency, MemberId, TeamId};

use crate::core::error::{DomainError, DomainResult};
use crate::core::money::{BASIS_POINTS, div_round};
use crate::core::time::{DayRange, add_days, add_months, check_day, month, quarter};

/// The highest attainment: ten times the target.
pub const MAX_ATTAINMENT: i64 = 100_000;

/// The least members of a team whose whole is shown to one of them: of fewer it would tell the other's.
pub const SMALLEST_TEAM: usize = 3;

/// What a computed metric counts in.
#[must_use]
pub const fn unit_of(computation: MetricComputation) -> MetricUnit {
    use MetricComputation as C;
    match computation {
        C::Calls | C::Meetings | C::NewLeads | C::DealsWon | C::DealsLost => MetricUnit::Count,
        C::LeadConversion | C::WinRate => MetricUnit::Percent,
        C::ValueWon => MetricUnit::Money,
        C::AverageDealAge => MetricUnit::Duration,
    }
}

/// Whether values of several members or periods add up; else they are averaged.
#[must_use]
pub const fn adds_up(unit: MetricUnit) -> bool {
    matches!(unit, MetricUnit::Count | MetricUnit::Money)
}

/// The parts of a metric that have to go together.
#[derive(Clone, Debug)]
pub struct Shape<'a> {
    /// What it counts in.
    pub unit: MetricUnit,
    /// The currency that was said.
    pub currency: Option<Currency>,
    /// Where its values come from.
    pub source: MetricSource,
    /// What it is made of.
    pub computation: Option<MetricComputation>,
    /// The targets of members and teams.
    pub targets: &'a [MetricTarget],
}

impl<'a> From<&'a CreateMetric> for Shape<'a> {
    fn from(body: &'a CreateMetric) -> Self {
        Self {
            unit: body.unit,
            currency: body.currency,
            source: body.source,
            computation: body.computation,
            targets: &body.targets,
        }
    }
}

/// Checks that the parts of a metric go together.
///
/// # Errors
/// `Invalid` on the field that does not.
pub fn check(shape: &Shape<'_>) -> DomainResult<()> {
    match (shape.source, shape.computation) {
        (MetricSource::Computed, None) => {
            return Err(DomainError::invalid(
                "computation",
                "is required for a metric that is computed",
            ));
        }
        (MetricSource::Computed, Some(computation)) if unit_of(computation) != shape.unit => {
            let unit = unit_of(computation);
            return Err(DomainError::invalid(
                "unit",
                format!("must be {unit} for {computation}"),
            ));
        }
        (MetricSource::Computed, _) | (_, None) => {}
        (_, Some(_)) => {
            return Err(DomainError::invalid(
                "computation",
                "is only for a metric that is computed",
            ));
        }
    }
    if shape.currency.is_some() && shape.unit != MetricUnit::Money {
        return Err(DomainError::invalid(
            "currency",
            "is only for a metric of money",
        ));
    }
    for (index, target) in shape.targets.iter().enumerate() {
        let refuse = |field: &str, message: &str| {
            Err(DomainError::invalid(
                format!("targets.{index}.{field}"),
                message,
            ))
        };
        match (target.member_id, target.team_id) {
            (None, None) => return refuse("memberId", "or teamId must be given"),
            (Some(_), Some(_)) => return refuse("teamId", "cannot be given beside memberId"),
            _ => {}
        }
        let twice =
            shape.targets.iter().take(index).any(|other| {
                (other.member_id, other.team_id) == (target.member_id, target.team_id)
            });
        if twice {
            let field = if target.member_id.is_some() {
                "memberId"
            } else {
                "teamId"
            };
            return refuse(field, "has a target already");
        }
    }
    Ok(())
}

/// What a member is to reach: the member's own target, else that of the team, else everybody's.
#[must_use]
pub fn target_of(
    everybody: Option<i64>,
    targets: &[MetricTarget],
    member: MemberId,
    team: Option<TeamId>,
) -> Option<i64> {
    let own = targets.iter().find(|it| it.member_id == Some(member));
    let of_team = || {
        let team = team?;
        targets.iter().find(|it| it.team_id == Some(team))
    };
    own.or_else(of_team).map(|it| it.target).or(everybody)
}

/// The period that holds a day. Weeks begin on Monday (ISO 8601), the fiscal year with `fiscal_start` (1–12).
#[must_use]
pub fn period_of(period: MetricPeriod, day: NaiveDate, fiscal_start: u8) -> DayRange {
    match period {
        MetricPeriod::Day => DayRange::new(day, add_days(day, 1)),
        MetricPeriod::Week => {
            let into = u64::from(day.weekday().num_days_from_monday());
            let start = day.checked_sub_days(Days::new(into)).unwrap_or(day);
            DayRange::new(start, add_days(start, 7))
        }
        MetricPeriod::Month => month(day),
        MetricPeriod::Quarter => quarter(day, fiscal_start),
    }
}

/// So many periods up to the one that holds a day, the earliest first.
#[must_use]
pub fn periods_to(
    period: MetricPeriod,
    day: NaiveDate,
    fiscal_start: u8,
    count: u16,
) -> Vec<DayRange> {
    let last = period_of(period, day, fiscal_start);
    let back = |by: u16| {
        let earlier = match period {
            MetricPeriod::Day => last.start.checked_sub_days(Days::new(by.into())),
            MetricPeriod::Week => last.start.checked_sub_days(Days::new(u64::from(by) * 7)),
            MetricPeriod::Month => Some(add_months(last.start, -i32::from(by))),
            MetricPeriod::Quarter => Some(add_months(last.start, -3 * i32::from(by))),
        };
        period_of(period, earlier.unwrap_or(last.start), fiscal_start)
    };
    (0..count.max(1)).rev().map(back).collect()
}

/// Checks the first day of the period that a value is of.
///
/// # Errors
/// `Invalid` on `periodStart` where no period of the metric begins then, or it has not begun yet.
pub fn check_period_start(
    period: MetricPeriod,
    start: NaiveDate,
    today: NaiveDate,
    fiscal_start: u8,
) -> DomainResult<()> {
    check_day("periodStart", Some(start))?;
    let right = period_of(period, start, fiscal_start).start;
    if right != start {
        return Err(DomainError::invalid(
            "periodStart",
            format!("must be the first day of a {period}, like {right}"),
        ));
    }
    if start > today {
        return Err(DomainError::invalid(
            "periodStart",
            "must be of a period that has begun",
        ));
    }
    Ok(())
}

/// What values are made of, so that those of several members and periods can be put together: for what adds up a sum, for rates a sum
/// and of how many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measure {
    /// The sum.
    pub sum: i128,
    /// Of how many.
    pub parts: i64,
}

impl Measure {
    /// One value.
    #[must_use]
    pub const fn one(value: i64) -> Self {
        Self {
            sum: value as i128,
            parts: 1,
        }
    }

    /// Both together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            sum: self.sum.saturating_add(other.sum),
            parts: self.parts.saturating_add(other.parts),
        }
    }

    /// The value; none of nothing.
    #[must_use]
    pub fn value(self, unit: MetricUnit) -> Option<i64> {
        if self.parts == 0 {
            return None;
        }
        let value = if adds_up(unit) {
            Some(self.sum)
        } else {
            div_round(self.sum, self.parts.into())
        };
        value.and_then(|value| i64::try_from(value).ok())
    }
}

/// How far a target was reached, in basis points, by the rules above.
#[must_use]
pub fn attainment(direction: MetricDirection, value: i64, target: i64) -> i64 {
    let whole = i64::from(BASIS_POINTS);
    let share = || {
        let part = i128::from(value.max(0)) * i128::from(whole);
        div_round(part, target.into())
            .and_then(|share| i64::try_from(share).ok())
            .unwrap_or(i64::MAX)
    };
    match direction {
        MetricDirection::Up if target <= 0 => whole,
        MetricDirection::Up => share().min(MAX_ATTAINMENT),
        MetricDirection::Down if target <= 0 => {
            if value <= 0 {
                whole
            } else {
                0
            }
        }
        MetricDirection::Down => (2 * whole).saturating_sub(share()).max(0),
    }
}

/// The attainment of several metrics by their weights, in basis points; `None` where none of them has a weight.
#[must_use]
pub fn total(all: impl IntoIterator<Item = (i32, Option<i64>)>) -> Option<i64> {
    let (mut sum, mut weights) = (0_i128, 0_i128);
    for (weight, attainment) in all {
        if let Some(attainment) = attainment.filter(|_| weight > 0) {
            sum += i128::from(weight) * i128::from(attainment);
            weights += i128::from(weight);
        }
    }
    div_round(sum, weights).and_then(|total| i64::try_from(total).ok())
}

/// The places of some in an order, from 1: equals share one, and the next is as far down as if they did not (1, 2, 2, 4). Whoever has
/// nothing to be ranked by has none.
#[must_use]
pub fn ranks(by: &[Option<i64>], direction: MetricDirection) -> Vec<Option<u32>> {
    let better = |one: i64, other: i64| match direction {
        MetricDirection::Up => one > other,
        MetricDirection::Down => one < other,
    };
    by.iter()
        .map(|own| {
            let own = (*own)?;
            let above = by.iter().flatten().filter(|other| better(**other, own));
            u32::try_from(above.count() + 1).ok()
        })
        .collect()
}

#[cfg(test)]
#[path = "metric_tests.rs"]
mod tests;
