//! Proposals of coaching.

use chrono::{DateTime, NaiveDate, Utc};
use domain::coaching::proposal::Loss;
use sea_orm::{FromQueryResult, QueryFilter, QuerySelect, entity::prelude::*};
use shared_types::{
    CoachingProposalId, CoachingRuleId, CoachingTemplateId, DealId, LostReasonId, MemberId,
    MetricId, OrganizationId,
    coaching::{
        CoachingProposal, CoachingProposalKind, CoachingProposalSort, CoachingProposalState,
        ListCoachingProposals, ProposalDeal,
    },
    crm::DealStatus,
};

use super::{metric, rule};
use crate::{
    Db, Filter, Owners, Page, PageRequest, Sorting, StoreResult, by,
    core::{joined, row, view},
    crm::{deal, lost_reason},
    identity::member,
    listed, page, update,
};

/// A row of a proposal.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "coaching_proposals")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CoachingProposalId,
    pub organization_id: OrganizationId,
    pub rule_id: CoachingRuleId,
    pub kind: CoachingProposalKind,
    pub state: CoachingProposalState,
    pub member_id: MemberId,
    pub lost_reason_id: Option<LostReasonId>,
    pub metric_id: Option<MetricId>,
    pub template_id: Option<CoachingTemplateId>,
    /// The deals it stands on, as a list.
    pub deals: Json,
    /// The periods it stands on, as a list.
    pub periods: Json,
    /// What tells it from others of the rule about the member.
    pub evidence_key: String,
    pub decided_by_id: Option<MemberId>,
    pub decided_at: Option<DateTime<Utc>>,
    pub decision_note: Option<String>,
    pub outcome_id: Option<Uuid>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub version: i64,
}

joined! {
    Rule = RuleId -> rule { Name as rule_name },
    Member = MemberId -> member { Name as member_name },
    LostReason = LostReasonId -> lost_reason { Name as lost_reason_name },
    Metric = MetricId -> metric { Name as metric_name },
}

/// A proposal with the names of what it is about.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Found {
    /// The row.
    #[sea_orm(nested)]
    pub row: Model,
    /// Name of the rule.
    pub rule_name: Option<String>,
    /// Name of the agent.
    pub member_name: Option<String>,
    /// Name of the reason.
    pub lost_reason_name: Option<String>,
    /// Name of the metric.
    pub metric_name: Option<String>,
}
row!(Found);

view! {
    Found => CoachingProposal;
    shown(
        id, rule_id, kind, state, member_id, lost_reason_id, metric_id, template_id, decided_by_id, decided_at, decision_note,
        outcome_id, created_at, updated_at, version,
    );
    hidden(organization_id, evidence_key);
    used(deals, periods);
    beside(rule_name, member_name, lost_reason_name, metric_name);
    made(deals = listed(&deals), periods = listed(&periods));
}

/// A proposal about a member within reach.
///
/// # Errors
/// [`StoreError::NotFound`](crate::StoreError::NotFound) when there is none.
pub async fn get(db: &impl Db, id: CoachingProposalId, owners: &Owners) -> StoreResult<Found> {
    Filter::new(select(db))
        .is(Column::Id, Some(id))
        .owners(Column::MemberId, owners)
        .one(db)
        .await
}

/// A page of proposals.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    db: &impl Db,
    query: &ListCoachingProposals,
    owners: &Owners,
    request: &PageRequest,
) -> StoreResult<Page<Found>> {
    let select = Filter::new(select(db))
        .never_trashed(query.trashed)
        .owners(Column::MemberId, owners)
        .any(Column::State, query.state.as_ref())
        .any(Column::Kind, query.kind.as_ref())
        .any(Column::MemberId, query.member_id.as_ref())
        .any(Column::RuleId, query.rule_id.as_ref())
        .through(
            Column::MemberId,
            member::referred(db).named(member::Column::NameKey, query.q.as_ref()),
        )
        .select();
    let standard = CoachingProposalSort::CreatedAt;
    let sorting = Sorting::greatest(Column::Id, query.sort, standard, |key| match key {
        CoachingProposalSort::CreatedAt => by(Column::CreatedAt),
    });
    page(db, select, &sorting, request).await
}

/// All proposals of a rule.
///
/// # Errors
/// When the database does not answer.
pub async fn of_rule(db: &impl Db, rule: CoachingRuleId) -> StoreResult<Vec<Model>> {
    Ok(Entity::find()
        .filter(db.owns(Column::OrganizationId))
        .filter(Column::RuleId.eq(rule.0))
        .all(db)
        .await?)
}

/// Writes a changed proposal.
///
/// # Errors
/// [`StoreError::Stale`](crate::StoreError::Stale) when somebody was faster.
pub async fn save(db: &impl Db, before: &Model, row: Model) -> StoreResult<()> {
    update::<Entity>(db, before.id.0, before.version, row).await
}

#[derive(FromQueryResult)]
struct Lost {
    id: DealId,
    title: String,
    owner_id: MemberId,
    lost_reason_id: LostReasonId,
    closed_on: NaiveDate,
}

/// The deals that were lost from a day on, with an owner and a reason; for one reason where that is named.
///
/// # Errors
/// When the database does not answer.
pub async fn losses(
    db: &impl Db,
    from: NaiveDate,
    reason: Option<LostReasonId>,
) -> StoreResult<Vec<Loss>> {
    let select = deal::Entity::find()
        .select_only()
        .columns([
            deal::Column::Id,
            deal::Column::Title,
            deal::Column::OwnerId,
            deal::Column::LostReasonId,
            deal::Column::ClosedOn,
        ])
        .filter(db.owns(deal::Column::OrganizationId))
        .filter(deal::Column::Status.eq(DealStatus::Lost.as_str()))
        .filter(deal::Column::DeletedAt.is_null())
        .filter(deal::Column::ClosedOn.gte(from))
        .filter(deal::Column::OwnerId.is_not_null())
        .filter(deal::Column::LostReasonId.is_not_null());
    let rows = Filter::new(select)
        .is(deal::Column::LostReasonId, reason)
        .select()
        .into_model::<Lost>()
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| Loss {
            member: row.owner_id,
            reason: row.lost_reason_id,
            deal: ProposalDeal {
                deal_id: row.id,
                title: row.title,
                closed_on: row.closed_on,
            },
        })
        .collect())
}
