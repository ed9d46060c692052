//! The job that goes by an organization's rules and proposes coaching: soon after something happened that may be a reason, and once a
//! day, for periods that end by themselves. What it finds twice it proposes once.

use std::collections::{BTreeMap, HashSet};

use actix_web::web::Data;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::{
    coaching::proposal::{LossPattern, loss_patterns, under_target},
    core::time::start_of_day,
};
use persistence::{
    Db, Owners, StoreError, StoreResult, Tx,
    coaching::{
        metric,
        proposal::{self, Model},
        rule,
    },
    identity::member,
    listed,
    platform::{
        event::{NewEvent, Placed},
        job::{self, NewJob},
    },
    stored,
};
use serde_json::json;
use shared_types::{
    DealId, EventId, MemberId, OrganizationId, Role,
    coaching::{
        CoachingProposalKind, CoachingProposalState, CoachingRuleKind, ProposalDeal, ProposalPeriod,
    },
    platform::{EventKind, SubjectKind},
};

use super::standing::{Calendar, Standing};
use crate::core::state::AppState;

/// The job that runs soon after something happened.
pub const JOB: &str = "coaching.propose";
/// The job that runs once a day.
pub const DAILY_JOB: &str = "coaching.proposeDaily";
/// How many members are looked at together.
const AT_ONCE: usize = 500;
/// The most members of an organization that are looked at.
const MOST_MEMBERS: u64 = 20_000;

fn enqueue(tx: &Tx, kind: &'static str, at: DateTime<Utc>) {
    let job = NewJob {
        kind,
        payload: json!({}),
        max_attempts: 5,
    };
    job::enqueue_at(tx, job, at);
}

/// Has the rules of organizations gone by where events may be a reason to propose something.
///
/// # Errors
/// When the database does not answer.
pub async fn look_at(state: &Data<AppState>, events: &[Placed]) -> StoreResult<()> {
    let mut tenants: BTreeMap<OrganizationId, Vec<EventId>> = BTreeMap::new();
    for event in events {
        let ids = tenants.entry(event.organization_id).or_default();
        ids.push(event.event_id);
    }
    for (organization, events) in tenants {
        let read = state.store.read(organization);
        if rule::active(&read).await?.is_empty() || !rule::is_reason(&read, &events).await? {
            continue;
        }
        let tx = state.store.begin(organization, None, state.actor());
        if !job::is_queued(&tx, JOB).await? {
            enqueue(&tx, JOB, tx.now());
        }
        tx.commit().await?;
    }
    Ok(())
}

/// Goes by the rules of an organization, and sees to it that it is done again a day later.
///
/// # Errors
/// Why it is to be tried again.
pub async fn propose_all(
    state: &Data<AppState>,
    organization: OrganizationId,
) -> Result<(), String> {
    match propose(state, organization).await {
        // Another was faster with the same.
        Ok(()) | Err(StoreError::Duplicate { .. }) => Ok(()),
        Err(error) => Err(error.to_string()),
    }
}

async fn propose(state: &Data<AppState>, organization: OrganizationId) -> StoreResult<()> {
    let tx = state.store.begin(organization, None, state.actor());
    let rules = rule::hold_active(&tx).await?;
    if rules.is_empty() {
        return Ok(());
    }
    let calendar = Calendar::of(&tx, tx.now()).await?;
    for rule in &rules {
        match rule.kind {
            CoachingRuleKind::Losses => of_losses(&tx, rule, &calendar).await?,
            CoachingRuleKind::UnderTarget => of_metric(&tx, rule, &calendar).await?,
        }
    }
    if !job::is_queued(&tx, DAILY_JOB).await? {
        // After midnight where the organization is, when periods end.
        let tomorrow = calendar.today.succ_opt().unwrap_or(calendar.today);
        let at = start_of_day(tomorrow, calendar.zone) + TimeDelta::minutes(5);
        enqueue(&tx, DAILY_JOB, at);
    }
    tx.commit().await
}

/// Queues a proposal with its event.
pub(crate) fn write_new(tx: &Tx, row: Model, member_name: &str) {
    tx.record(NewEvent::new(
        EventKind::Created,
        SubjectKind::CoachingProposal,
        row.id,
        member_name,
    ));
    tx.insert::<proposal::Entity>(row);
}

/// A proposal of a rule about a member that stands on nothing yet.
pub(crate) fn empty(tx: &Tx, rule: &rule::Model, member: MemberId) -> Model {
    Model {
        id: tx.new_id(),
        organization_id: tx.organization(),
        rule_id: rule.id,
        kind: match rule.kind {
            CoachingRuleKind::Losses => CoachingProposalKind::Session,
            CoachingRuleKind::UnderTarget => CoachingProposalKind::ActionItem,
        },
        state: CoachingProposalState::Open,
        member_id: member,
        lost_reason_id: None,
        metric_id: rule.metric_id,
        template_id: rule.template_id,
        deals: json!([]),
        periods: json!([]),
        evidence_key: String::new(),
        decided_by_id: None,
        decided_at: None,
        decision_note: None,
        outcome_id: None,
        created_at: tx.now(),
        updated_at: tx.now(),
        version: 1,
    }
}

async fn of_losses(tx: &Tx, rule: &rule::Model, calendar: &Calendar) -> StoreResult<()> {
    let number = |value: Option<i32>| value.and_then(|value| u64::try_from(value).ok());
    let (least, days) = (
        number(rule.losses).unwrap_or(3),
        number(rule.days).unwrap_or(30),
    );
    let back = chrono::Days::new(days.saturating_sub(1));
    let from = calendar.today.checked_sub_days(back);
    let from = from.unwrap_or(calendar.today);
    let losses = proposal::losses(tx, from, rule.lost_reason_id).await?;
    if losses.is_empty() {
        return Ok(());
    }
    let used: HashSet<DealId> = proposal::of_rule(tx, rule.id)
        .await?
        .iter()
        .flat_map(|row| listed::<ProposalDeal>(&row.deals))
        .map(|deal| deal.deal_id)
        .collect();
    let least = usize::try_from(least).unwrap_or(usize::MAX);
    let patterns = loss_patterns(losses, &used, least, days);
    if patterns.is_empty() {
        return Ok(());
    }
    let ids: Vec<MemberId> = patterns.iter().map(|pattern| pattern.member).collect();
    let members = member::available(tx, &ids).await?;
    for pattern in patterns {
        // Who has left is not coached.
        if let Some(member) = members.iter().find(|row| row.id == pattern.member) {
            propose_session(tx, rule, &pattern, &member.name);
        }
    }
    Ok(())
}

fn propose_session(tx: &Tx, rule: &rule::Model, pattern: &LossPattern, name: &str) {
    let last = pattern.deals.last().map(|deal| deal.deal_id.to_string());
    let row = Model {
        lost_reason_id: Some(pattern.reason),
        deals: stored(&pattern.deals),
        evidence_key: last.unwrap_or_default(),
        ..empty(tx, rule, pattern.member)
    };
    write_new(tx, row, name);
}

async fn of_metric(tx: &Tx, rule: &rule::Model, calendar: &Calendar) -> StoreResult<()> {
    let Some(id) = rule.metric_id else {
        return Ok(());
    };
    let metric = metric::get(tx, id).await?.row;
    if metric.deleted_at.is_some() || !metric.active {
        return Ok(());
    }
    let current =
        domain::coaching::metric::period_of(metric.period, calendar.today, calendar.fiscal_start);
    let Some(last_day) = current.start.pred_opt() else {
        return Ok(());
    };
    let least = u16::try_from(rule.periods.unwrap_or(2)).unwrap_or(2);
    let mut used: BTreeMap<MemberId, NaiveDate> = BTreeMap::new();
    for row in proposal::of_rule(tx, rule.id).await? {
        for period in listed::<ProposalPeriod>(&row.periods) {
            let last = used.entry(row.member_id).or_insert(period.start);
            *last = period.start.max(*last);
        }
    }
    let members = member::active(tx, &Owners::Anybody, None, MOST_MEMBERS).await?;
    let members: Vec<member::Model> = members
        .into_iter()
        .filter(|member| matches!(member.role, Role::Agent | Role::SalesRep))
        .collect();
    for members in members.chunks(AT_ONCE) {
        let ids: Vec<MemberId> = members.iter().map(|member| member.id).collect();
        let metrics = vec![metric.clone()];
        let span = (last_day, least);
        let standing = Standing::load(tx, metrics, &ids, *calendar, span).await?;
        for member in members {
            let ended = ended(&standing, member, calendar);
            let found = under_target(&ended, used.get(&member.id).copied(), least.into());
            if let Some(periods) = found {
                let last = periods.last().map(|period| period.start.to_string());
                let row = Model {
                    periods: stored(&periods),
                    evidence_key: last.unwrap_or_default(),
                    ..empty(tx, rule, member.id)
                };
                write_new(tx, row, &member.name);
            }
        }
    }
    Ok(())
}

/// What a member came to in periods that are over; nothing of those from before the member came.
fn ended(
    standing: &Standing,
    member: &member::Model,
    calendar: &Calendar,
) -> Vec<(NaiveDate, Option<ProposalPeriod>)> {
    let came = domain::core::time::today(member.created_at, calendar.zone);
    let one = std::slice::from_ref(member);
    (0..standing.ranges(0).len())
        .map(|number| {
            let point = standing.point(0, one, number..number + 1);
            let period = point
                .value
                .zip(point.target)
                .zip(point.attainment)
                .filter(|_| point.start >= came)
                .map(|((value, target), attainment)| ProposalPeriod {
                    start: point.start,
                    value,
                    target,
                    attainment,
                });
            (point.start, period)
        })
        .collect()
}
