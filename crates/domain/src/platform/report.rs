//! Figures over many records: periods, shares, changes, conversion; and the list behind each
//! figure, by the same query, so that a figure and its list never disagree.

use std::collections::HashMap;

use chrono::NaiveDate;
use shared_types::crm::{DealStatus, ListDeals, Stage};
use shared_types::platform::{
    AgentFigure, DayPeriod, DealComparison, DealFigure, PipelineReport, ReportPeriod,
    StageConversion,
};
use shared_types::{AnyOf, Currency, MemberId, Money, StageId};

use crate::core::error::{DomainError, DomainResult};
use crate::core::money::{BASIS_POINTS, div_round};
use crate::core::time::{DayRange, add_months, check_day, fiscal_year, month, months_of, quarter};

/// How many months the forecast shows.
pub const FORECAST_MONTHS: usize = 12;

/// How many members the list of the best shows.
pub const BEST_AGENTS: usize = 10;

/// A period and the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Periods {
    /// The period.
    pub now: DayRange,
    /// The one before: the calendar's for a month, quarter or year, else as many days.
    pub before: DayRange,
}

/// The periods a report is about; `None` for all time. `today` is the organization's,
/// `fiscal_start` the first month of its fiscal year (1–12).
///
/// # Errors
/// `Invalid` on `closedAfter` or `closedBefore` when only one is given, they are in the wrong
/// order, out of 1900 to 2199, or beside a `period`.
pub fn periods(
    report: &PipelineReport,
    today: NaiveDate,
    fiscal_start: u8,
) -> DomainResult<Option<Periods>> {
    check_day("closedAfter", report.closed_after)?;
    check_day("closedBefore", report.closed_before)?;
    let calendar = |now: DayRange, months: i32| Periods {
        now,
        before: DayRange::new(add_months(now.start, -months), now.start),
    };
    match (report.closed_after, report.closed_before, report.period) {
        (Some(_), _, Some(_)) => Err(DomainError::invalid(
            "closedAfter",
            "cannot be given together with a period",
        )),
        (_, Some(_), Some(_)) => Err(DomainError::invalid(
            "closedBefore",
            "cannot be given together with a period",
        )),
        (Some(start), Some(end), None) if start < end => {
            let now = DayRange::new(start, end);
            Ok(Some(Periods {
                now,
                before: now.before(),
            }))
        }
        (Some(_), _, None) => Err(DomainError::invalid(
            "closedBefore",
            "must be given as well, and be after closedAfter",
        )),
        (None, Some(_), None) => Err(DomainError::invalid("closedAfter", "must be given as well")),
        (None, None, period) => Ok(match period.unwrap_or(ReportPeriod::Month) {
            ReportPeriod::Month => Some(calendar(month(today), 1)),
            ReportPeriod::Quarter => Some(calendar(quarter(today, fiscal_start), 3)),
            ReportPeriod::Year => Some(calendar(fiscal_year(today, fiscal_start), 12)),
            ReportPeriod::All => None,
        }),
    }
}

/// A period as the interface shows it.
#[must_use]
pub const fn day_period(range: DayRange) -> DayPeriod {
    DayPeriod {
        start: range.start,
        end: range.end,
    }
}

/// The months of the forecast: that of today and the eleven after it.
#[must_use]
pub fn forecast_months(today: NaiveDate) -> Vec<DayRange> {
    let start = month(today).start;
    months_of(DayRange::new(start, add_months(start, 12)), FORECAST_MONTHS)
}

/// The filters of the lists behind a report's figures.
#[derive(Clone, Debug)]
pub struct Lists {
    base: ListDeals,
}

impl Lists {
    /// The lists of a report: all its figures are over its pipelines and owners.
    #[must_use]
    pub fn of(report: &PipelineReport) -> Self {
        Self {
            base: ListDeals {
                pipeline_id: report.pipeline_id.clone(),
                owner_id: report.owner_id.clone(),
                ..ListDeals::default()
            },
        }
    }

    fn with(&self, status: DealStatus) -> ListDeals {
        ListDeals {
            status: Some(AnyOf(vec![status])),
            ..self.base.clone()
        }
    }

    /// The open deals.
    #[must_use]
    pub fn open(&self) -> ListDeals {
        self.with(DealStatus::Open)
    }

    /// The open deals expected to close in a month. In that of today only from today on: those
    /// before are overdue.
    #[must_use]
    pub fn expected(&self, month: DayRange, today: NaiveDate) -> ListDeals {
        ListDeals {
            expected_close_after: Some(month.start.max(today)),
            expected_close_before: Some(month.end),
            ..self.open()
        }
    }

    /// The open deals expected to close before today.
    #[must_use]
    pub fn overdue(&self, today: NaiveDate) -> ListDeals {
        ListDeals {
            expected_close_before: Some(today),
            ..self.open()
        }
    }

    /// The open deals without an expected close.
    #[must_use]
    pub fn unscheduled(&self) -> ListDeals {
        ListDeals {
            has_expected_close: Some(false),
            ..self.open()
        }
    }

    /// The deals won or lost in a period, or ever.
    #[must_use]
    pub fn closed(&self, status: DealStatus, period: Option<DayRange>) -> ListDeals {
        ListDeals {
            closed_after: period.map(|period| period.start),
            closed_before: period.map(|period| period.end),
            ..self.with(status)
        }
    }

    /// The deals of a member won or lost in a period, or ever.
    #[must_use]
    pub fn of_agent(
        &self,
        member: MemberId,
        status: DealStatus,
        period: Option<DayRange>,
    ) -> ListDeals {
        ListDeals {
            owner_id: Some(AnyOf(vec![member])),
            ..self.closed(status, period)
        }
    }

    /// The open deals that rot.
    #[must_use]
    pub fn rotting(&self) -> ListDeals {
        ListDeals {
            rotting: Some(true),
            ..self.open()
        }
    }

    /// The deals that reached a stage.
    #[must_use]
    pub fn reached(&self, stage: StageId) -> ListDeals {
        ListDeals {
            reached_stage_id: Some(stage),
            pipeline_id: None,
            ..self.base.clone()
        }
    }
}

/// A list as the query of its address: `status=won&closedAfter=2017-01-01`.
#[must_use]
pub fn query(list: &ListDeals) -> String {
    // Every filter is a word, a number or a list of words: nothing that could not be written.
    serde_urlencoded::to_string(list).unwrap_or_default()
}

/// A figure with the list behind it.
#[must_use]
pub fn figure(count: u64, sums: Vec<Money>, weighted: Vec<Money>, list: &ListDeals) -> DealFigure {
    DealFigure {
        count,
        sums,
        weighted,
        query: query(list),
    }
}

/// A figure and the one of the period before, with the growth in numbers and in the organization's
/// currency.
#[must_use]
pub fn compare(now: DealFigure, before: Option<DealFigure>, currency: Currency) -> DealComparison {
    let sum = |figure: &DealFigure| -> i64 {
        figure
            .sums
            .iter()
            .find(|money| money.currency == currency)
            .map_or(0, |money| money.amount)
    };
    let count = |figure: &DealFigure| i64::try_from(figure.count).unwrap_or(i64::MAX);
    DealComparison {
        count_change: before
            .as_ref()
            .and_then(|before| change(count(&now), count(before))),
        sum_change: before
            .as_ref()
            .and_then(|before| change(sum(&now), sum(before))),
        now,
        before,
    }
}

/// Growth from before to now in basis points, rounded half away from zero: 15 from 10 is 5000.
/// `None` where there was nothing (or less) before, or the growth is beyond counting.
#[must_use]
pub fn change(now: i64, before: i64) -> Option<i64> {
    let grown = (i128::from(now) - i128::from(before)) * i128::from(BASIS_POINTS);
    div_round(grown, i128::from(before)).and_then(|change| i64::try_from(change).ok())
}

/// A share in basis points, rounded half away from zero; `None` of nothing.
#[must_use]
pub fn rate(part: u64, whole: u64) -> Option<u16> {
    let part = i128::from(part.min(whole)) * i128::from(BASIS_POINTS);
    div_round(part, i128::from(whole)).and_then(|rate| u16::try_from(rate).ok())
}

/// Of the deals that closed, how many were won, in basis points; `None` where none closed.
#[must_use]
pub fn win_rate(won: u64, lost: u64) -> Option<u16> {
    rate(won, won.saturating_add(lost))
}

/// An average of whole days; `None` of nothing. Negative totals (begun in the future) count as
/// none.
#[must_use]
pub fn average_days(total_days: i64, count: u64) -> Option<u32> {
    div_round(i128::from(total_days.max(0)), i128::from(count))
        .and_then(|days| u32::try_from(days).ok())
}

/// How many deals got from each stage of a pipeline to the next. `not_won` counts the open and lost
/// deals by the stage they are in or were lost in; `won` counts all that were won, wherever they
/// were then: they reached every stage. So no share is beyond 100 %, however deals skip stages.
#[must_use]
pub fn conversion(
    stages: &[Stage],
    not_won: &HashMap<StageId, u64>,
    won: u64,
    lists: &Lists,
) -> Vec<StageConversion> {
    let mut advanced = won;
    let mut conversion: Vec<StageConversion> = stages
        .iter()
        .rev()
        .map(|stage| {
            let stayed = not_won.get(&stage.id).copied().unwrap_or(0);
            let reached = advanced.saturating_add(stayed);
            let step = StageConversion {
                stage_id: stage.id,
                stage_name: stage.name.clone(),
                reached,
                advanced,
                rate: rate(advanced, reached),
                query: query(&lists.reached(stage.id)),
            };
            advanced = reached;
            step
        })
        .collect();
    conversion.reverse();
    conversion
}

/// The best first: by what they won in the organization's currency, then by how many deals, then
/// by name; at most [`BEST_AGENTS`], and nobody who won nothing.
#[must_use]
pub fn best_agents(mut agents: Vec<AgentFigure>, currency: Currency) -> Vec<AgentFigure> {
    let sum = |agent: &AgentFigure| -> i64 {
        agent
            .won
            .sums
            .iter()
            .find(|money| money.currency == currency)
            .map_or(0, |money| money.amount)
    };
    agents.retain(|agent| agent.won.count > 0);
    agents.sort_by(|a, b| {
        sum(b)
            .cmp(&sum(a))
            .then(b.won.count.cmp(&a.won.count))
            .then_with(|| a.name.cmp(&b.name))
            .then(a.member_id.cmp(&b.member_id))
    });
    agents.truncate(BEST_AGENTS);
    agents
}

#[cfg(test)]
#[path = "report_tests.rs"]
mod tests;
