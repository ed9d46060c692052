//! How members stand in metrics over some periods: a few queries, whatever the number of either.

use std::collections::HashMap;

use chrono::NaiveDate;
use chrono_tz::Tz;
use domain::{
    coaching::{
        metric::{self as rules, Measure, adds_up, attainment, periods_to, target_of},
        metric_list::lists,
    },
    core::{
        money::div_round,
        time::{DayRange, start_of_day, today},
    },
};
use persistence::{
    Db, StoreResult,
    coaching::{
        metric::Model,
        metric_count::{self, Activities, Deals, Leads},
        metric_value::{self, Entered},
    },
    identity::{member, organization},
};
use shared_types::{
    MemberId,
    coaching::{MetricComputation, MetricPeriod, MetricPoint, MetricSource, MetricTarget},
    crm::{ActivityKind, DealStatus, LeadStatus},
};

/// Thousandths of a percent in a whole.
const WHOLE: i128 = 100_000;
/// Thousandths of an hour in a day.
const DAY: i128 = 24_000;

/// The calendar that periods follow.
#[derive(Clone, Copy, Debug)]
pub struct Calendar {
    /// Where days begin.
    pub zone: Tz,
    /// The first month of the fiscal year.
    pub fiscal_start: u8,
    /// The day it is there.
    pub today: NaiveDate,
}

impl Calendar {
    /// That of the organization.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn of(db: &impl Db, now: chrono::DateTime<chrono::Utc>) -> StoreResult<Self> {
        let organization = organization::get(db).await?;
        let zone = organization.time_zone.parse().unwrap_or(Tz::UTC);
        Ok(Self {
            zone,
            fiscal_start: u8::try_from(organization.fiscal_year_start_month).unwrap_or(1),
            today: today(now, zone),
        })
    }
}

/// A place in a [`Standing`]: the number of the metric, the member, the number of the period.
type Place = (usize, MemberId, usize);

/// How members stand in metrics over some periods.
pub struct Standing {
    /// The metrics.
    pub metrics: Vec<Model>,
    calendar: Calendar,
    /// The periods of each metric.
    ranges: Vec<Vec<DayRange>>,
    /// What some are to reach instead, of each metric.
    targets: Vec<Vec<MetricTarget>>,
    measures: HashMap<Place, Measure>,
    /// What was to be reached, where a value says it.
    kept: HashMap<Place, i64>,
}

/// What computed metrics of one length of period are counted from.
#[derive(Default)]
struct Counted {
    activities: Vec<Activities>,
    leads: Vec<Leads>,
    deals: Vec<Deals>,
}

impl Counted {
    async fn load(
        db: &impl Db,
        metrics: &[&Model],
        members: &[MemberId],
        ranges: &[DayRange],
        zone: Tz,
    ) -> StoreResult<Self> {
        use MetricComputation as C;
        let computed = |kinds: &[C]| {
            let mut all = metrics.iter().filter_map(|metric| metric.computation);
            all.any(|computation| kinds.contains(&computation))
        };
        let days: Vec<NaiveDate> = ranges
            .first()
            .map(|range| range.start)
            .into_iter()
            .chain(ranges.iter().map(|range| range.end))
            .collect();
        let times: Vec<_> = days.iter().map(|day| start_of_day(*day, zone)).collect();
        let mut counted = Self::default();
        if computed(&[C::Calls, C::Meetings]) {
            counted.activities = metric_count::activities(db, members, &times).await?;
        }
        if computed(&[C::NewLeads, C::LeadConversion]) {
            counted.leads = metric_count::leads(db, members, &times).await?;
        }
        if computed(&[
            C::DealsWon,
            C::DealsLost,
            C::ValueWon,
            C::WinRate,
            C::AverageDealAge,
        ]) {
            counted.deals = metric_count::deals(db, members, &days).await?;
        }
        Ok(counted)
    }

    /// What a metric is made of: member and number of the period with a sum and of how many.
    fn measures(&self, metric: &Model) -> Vec<(MemberId, i32, Measure)> {
        use MetricComputation as C;
        let Some(computation) = metric.computation else {
            return Vec::new();
        };
        let pieces = |count: i64| i128::from(count) * 1000;
        let of = |sum: i128, parts: i64| Measure { sum, parts };
        let activities = |kind: ActivityKind| {
            let all = self.activities.iter().filter(move |row| row.kind == kind);
            all.map(|row| (row.owner_id, row.bucket, of(pieces(row.count), 1)))
                .collect()
        };
        let deals = |measure: &dyn Fn(&Deals) -> Option<Measure>| {
            let all = self.deals.iter();
            all.filter_map(|row| Some((row.owner_id, row.bucket, measure(row)?)))
                .collect()
        };
        let closed = |row: &Deals, status| (row.status == status).then(|| of(pieces(row.count), 1));
        match computation {
            C::Calls => activities(ActivityKind::Call),
            C::Meetings => activities(ActivityKind::Meeting),
            C::NewLeads => {
                let all = self.leads.iter();
                all.map(|row| (row.owner_id, row.bucket, of(pieces(row.count), 1)))
                    .collect()
            }
            C::LeadConversion => {
                let all = self.leads.iter();
                all.map(|row| {
                    let converted = if row.status == LeadStatus::Converted {
                        i128::from(row.count) * WHOLE
                    } else {
                        0
                    };
                    (row.owner_id, row.bucket, of(converted, row.count))
                })
                .collect()
            }
            C::DealsWon => deals(&|row| closed(row, DealStatus::Won)),
            C::DealsLost => deals(&|row| closed(row, DealStatus::Lost)),
            C::ValueWon => deals(&|row| {
                let counts = row.status == DealStatus::Won && Some(row.currency) == metric.currency;
                counts.then(|| of(row.sum.into(), 1))
            }),
            C::WinRate => deals(&|row| {
                let won = if row.status == DealStatus::Won {
                    i128::from(row.count) * WHOLE
                } else {
                    0
                };
                Some(of(won, row.count))
            }),
            C::AverageDealAge => deals(&|row| Some(of(i128::from(row.days) * DAY, row.count))),
        }
    }
}

impl Standing {
    /// How members stand in metrics, over so many periods up to those that hold a day.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn load(
        db: &impl Db,
        metrics: Vec<Model>,
        members: &[MemberId],
        calendar: Calendar,
        (day, periods): (NaiveDate, u16),
    ) -> StoreResult<Self> {
        let ranges: Vec<Vec<DayRange>> = metrics
            .iter()
            .map(|metric| periods_to(metric.period, day, calendar.fiscal_start, periods))
            .collect();
        let mut standing = Self {
            targets: metrics.iter().map(Model::targets).collect(),
            metrics,
            calendar,
            ranges,
            measures: HashMap::new(),
            kept: HashMap::new(),
        };
        for &period in MetricPeriod::ALL {
            standing.load_period(db, period, members).await?;
        }
        Ok(standing)
    }

    async fn load_period(
        &mut self,
        db: &impl Db,
        period: MetricPeriod,
        members: &[MemberId],
    ) -> StoreResult<()> {
        let own: Vec<usize> = (0..self.metrics.len())
            .filter(|index| self.metrics[*index].period == period)
            .collect();
        let Some(ranges) = own.first().map(|index| self.ranges[*index].clone()) else {
            return Ok(());
        };
        let metrics: Vec<&Model> = own.iter().map(|index| &self.metrics[*index]).collect();
        let counted = Counted::load(db, &metrics, members, &ranges, self.calendar.zone).await?;
        let entered: Vec<_> = metrics
            .iter()
            .filter(|metric| metric.source != MetricSource::Computed)
            .map(|metric| metric.id)
            .collect();
        let span = ranges.first().zip(ranges.last());
        let entered = match span {
            Some((first, last)) => {
                metric_value::between(db, &entered, members, first.start, last.end).await?
            }
            None => Vec::new(),
        };
        for index in own {
            self.count(index, &counted, members);
            self.enter(index, &entered);
        }
        Ok(())
    }

    fn count(&mut self, index: usize, counted: &Counted, members: &[MemberId]) {
        let metric = &self.metrics[index];
        if metric.source != MetricSource::Computed {
            return;
        }
        if adds_up(metric.unit) {
            // Who did nothing did nothing: that is a value as well.
            for member in members {
                for number in 0..self.ranges[index].len() {
                    let nothing = Measure::one(0);
                    self.measures.insert((index, *member, number), nothing);
                }
            }
        }
        for (member, bucket, measure) in counted.measures(metric) {
            if let Ok(number) = usize::try_from(bucket) {
                let place = self.measures.entry((index, member, number)).or_default();
                *place = place.and(measure);
            }
        }
    }

    fn enter(&mut self, index: usize, entered: &[Entered]) {
        let id = self.metrics[index].id;
        for value in entered.iter().filter(|value| value.metric_id == id) {
            let ranges = &self.ranges[index];
            let number = ranges
                .iter()
                .position(|range| range.start == value.period_start);
            if let Some(number) = number {
                let place = (index, value.member_id, number);
                self.measures.insert(place, Measure::one(value.value));
                if let Some(target) = value.target {
                    self.kept.insert(place, target);
                }
            }
        }
    }

    /// The periods of a metric.
    #[must_use]
    pub fn ranges(&self, metric: usize) -> &[DayRange] {
        &self.ranges[metric]
    }

    /// What some members came to in a metric, over periods from one number on and before another, put together.
    #[must_use]
    pub fn point(
        &self,
        metric: usize,
        members: &[member::Model],
        numbers: std::ops::Range<usize>,
    ) -> MetricPoint {
        let row = &self.metrics[metric];
        let (mut measure, mut target, mut targets) = (Measure::default(), 0_i128, 0_i128);
        let own = &self.targets[metric];
        for member in members {
            let usual = target_of(row.target, own, member.id, member.team_id);
            for number in numbers.clone() {
                let place = (metric, member.id, number);
                let Some(one) = self.measures.get(&place).filter(|one| one.parts > 0) else {
                    continue;
                };
                measure = measure.and(*one);
                if let Some(one) = self.kept.get(&place).copied().or(usual) {
                    target += i128::from(one);
                    targets += 1;
                }
            }
        }
        let target = if adds_up(row.unit) {
            (targets > 0).then_some(target)
        } else {
            div_round(target, targets)
        };
        let target = target.and_then(|target| i64::try_from(target).ok());
        let value = measure.value(row.unit);
        let ranges = &self.ranges[metric];
        let edge = |number: usize| ranges.get(number).copied();
        let (first, last) = (edge(numbers.start), edge(numbers.end.saturating_sub(1)));
        let today = self.calendar.today;
        let range = DayRange::new(
            first.map_or(today, |range| range.start),
            last.map_or(today, |range| range.end),
        );
        let ids: Vec<MemberId> = members.iter().map(|member| member.id).collect();
        MetricPoint {
            start: range.start,
            end: range.end,
            value,
            target,
            attainment: value
                .zip(target)
                .map(|(value, target)| attainment(row.direction, value, target)),
            lists: row.computation.map_or_else(Vec::new, |computation| {
                lists(computation, &ids, range, self.calendar.zone)
            }),
        }
    }

    /// The attainment of all metrics together, over the same periods.
    #[must_use]
    pub fn total(
        &self,
        members: &[member::Model],
        numbers: &std::ops::Range<usize>,
    ) -> Option<i64> {
        rules::total(self.metrics.iter().enumerate().map(|(index, metric)| {
            let point = self.point(index, members, numbers.clone());
            (metric.weight, point.attainment)
        }))
    }
}
