//! What the demo organization measures, a quarter of values, and a proposal that waits.

use chrono::{DateTime, Days, NaiveDate, Utc};
use domain::{coaching::metric::periods_to, core::time::today};
use persistence::{
    StoreResult, Tx,
    coaching::{metric, metric_value, proposal, rule},
    stored,
};
use shared_types::{
    Currency, MetricId, OrganizationId,
    coaching::{
        CoachingProposalKind, CoachingProposalState, CoachingRuleKind, MetricComputation,
        MetricDirection, MetricPeriod, MetricSource, MetricTarget, MetricUnit, ProposalDeal,
    },
    crm::DealStatus,
};

use super::{chance::Chance, people::Team};

/// A metric: its name, unit, direction, weight, period, what it is made of, and what is to be reached.
type Definition = (
    &'static str,
    MetricUnit,
    MetricDirection,
    i32,
    MetricPeriod,
    Option<MetricComputation>,
    i64,
);

const DEFINITIONS: &[Definition] = {
    use MetricComputation as C;
    use MetricDirection::{Down, Up};
    use MetricPeriod::{Month, Quarter, Week};
    use MetricUnit::{Count, Duration, Money, Percent, Score};
    &[
        ("Calls", Count, Up, 1, Week, Some(C::Calls), 3_000),
        ("Meetings", Count, Up, 1, Week, Some(C::Meetings), 2_000),
        ("Deals won", Count, Up, 2, Month, Some(C::DealsWon), 3_000),
        (
            "Value won",
            Money,
            Up,
            3,
            Month,
            Some(C::ValueWon),
            2_500_000,
        ),
        (
            "Win rate",
            Percent,
            Up,
            2,
            Quarter,
            Some(C::WinRate),
            55_000,
        ),
        (
            "Age of closed deals",
            Duration,
            Down,
            1,
            Quarter,
            Some(C::AverageDealAge),
            1_440_000,
        ),
        ("Quality of calls", Score, Up, 2, Month, None, 80_000),
        ("Follow-ups in time", Percent, Up, 1, Month, None, 90_000),
    ]
};

/// How many months have values.
const MONTHS: u16 = 4;

fn definition(
    chance: &mut Chance,
    organization: OrganizationId,
    currency: Currency,
    began: DateTime<Utc>,
    (name, unit, direction, weight, period, computation, target): Definition,
) -> metric::Model {
    metric::Model {
        id: chance.id::<MetricId>(began),
        organization_id: organization,
        name: name.to_owned(),
        name_key: String::new(),
        description: None,
        unit,
        currency: (unit == MetricUnit::Money).then_some(currency),
        direction,
        weight,
        period,
        source: if computation.is_some() {
            MetricSource::Computed
        } else {
            MetricSource::Manual
        },
        computation,
        target: Some(target),
        targets: stored::<MetricTarget>(&[]),
        active: true,
        created_at: began,
        updated_at: began,
        deleted_at: None,
        version: 1,
    }
    .derived()
}

/// The values of what is entered, month by month.
fn values(
    chance: &mut Chance,
    team: &Team,
    metrics: &[metric::Model],
    now: DateTime<Utc>,
) -> Vec<metric_value::Model> {
    let day = today(now, chrono_tz::UTC);
    let mut values = Vec::new();
    let entered = metrics.iter().filter(|metric| metric.computation.is_none());
    for metric in entered {
        let target = metric.target.unwrap_or(80_000);
        for range in periods_to(metric.period, day, 1, MONTHS) {
            for member in team.sellers() {
                // Entered on the first days of the month after, that of today as far as it is.
                let at = (range.end.and_time(chrono::NaiveTime::MIN))
                    .and_utc()
                    .min(now);
                values.push(metric_value::Model {
                    id: chance.id(at),
                    organization_id: metric.organization_id,
                    metric_id: metric.id,
                    member_id: member,
                    period_start: range.start,
                    value: target * chance.between(68, 116) / 100,
                    target: Some(target),
                    source: MetricSource::Manual,
                    note: None,
                    created_at: at,
                    updated_at: at,
                    deleted_at: None,
                    version: 1,
                });
            }
        }
    }
    values
}

/// The losses of the member who lost most for one reason lately.
fn losses(
    deals: &[persistence::crm::deal::Model],
    from: NaiveDate,
) -> Option<(&persistence::crm::deal::Model, Vec<ProposalDeal>)> {
    let lost: Vec<_> = deals
        .iter()
        .filter(|deal| deal.status == DealStatus::Lost && deal.closed_on >= Some(from))
        .filter(|deal| deal.owner_id.is_some() && deal.lost_reason_id.is_some())
        .collect();
    let alike = |one: &persistence::crm::deal::Model| {
        let same = |deal: &&&persistence::crm::deal::Model| {
            (deal.owner_id, deal.lost_reason_id) == (one.owner_id, one.lost_reason_id)
        };
        lost.iter().filter(same).copied().collect::<Vec<_>>()
    };
    let most = lost.iter().copied().max_by_key(|deal| alike(deal).len())?;
    let mut deals: Vec<ProposalDeal> = alike(most)
        .into_iter()
        .filter_map(|deal| {
            Some(ProposalDeal {
                deal_id: deal.id,
                title: deal.title.clone(),
                closed_on: deal.closed_on?,
            })
        })
        .collect();
    deals.sort_by_key(|deal| (deal.closed_on, deal.deal_id));
    Some((most, deals))
}

/// Makes all of it.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn make(
    tx: &Tx,
    chance: &mut Chance,
    team: &Team,
    (organization, currency): (OrganizationId, Currency),
    (began, now): (DateTime<Utc>, DateTime<Utc>),
    deals: &[persistence::crm::deal::Model],
) -> StoreResult<()> {
    let metrics: Vec<metric::Model> = DEFINITIONS
        .iter()
        .map(|one| definition(chance, organization, currency, began, *one))
        .collect();
    let values = values(chance, team, &metrics, now);
    let rule = rule::Model {
        id: chance.id(began),
        organization_id: organization,
        name: "Lost for one reason".to_owned(),
        name_key: String::new(),
        kind: CoachingRuleKind::Losses,
        active: true,
        losses: Some(3),
        days: Some(60),
        lost_reason_id: None,
        template_id: None,
        metric_id: None,
        periods: None,
        created_at: began,
        updated_at: began,
        deleted_at: None,
        version: 1,
    }
    .derived();
    let from = today(now, chrono_tz::UTC)
        .checked_sub_days(Days::new(60))
        .unwrap_or_default();
    let proposals: Vec<proposal::Model> = losses(deals, from)
        .into_iter()
        .filter_map(|(deal, deals)| {
            let last = deals.last()?.deal_id.to_string();
            Some(proposal::Model {
                id: chance.id(now),
                organization_id: organization,
                rule_id: rule.id,
                kind: CoachingProposalKind::Session,
                state: CoachingProposalState::Open,
                member_id: deal.owner_id?,
                lost_reason_id: deal.lost_reason_id,
                metric_id: None,
                template_id: None,
                deals: stored(&deals),
                periods: stored::<shared_types::coaching::ProposalPeriod>(&[]),
                evidence_key: last,
                decided_by_id: None,
                decided_at: None,
                decision_note: None,
                outcome_id: None,
                created_at: now,
                updated_at: now,
                version: 1,
            })
        })
        .collect();
    tx.write_all::<metric::Entity>(metrics).await?;
    tx.write_all::<metric_value::Entity>(values).await?;
    tx.write_all::<rule::Entity>(vec![rule]).await?;
    tx.write_all::<proposal::Entity>(proposals).await
}
