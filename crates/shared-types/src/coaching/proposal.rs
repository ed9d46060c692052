//! Proposals of coaching: what a rule found, for somebody in the line of the agent to decide.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use uuid::Uuid;

use crate::{
    AnyOf, CoachingProposalId, CoachingRuleId, CoachingTemplateId, DealId, LostReasonId, MemberId,
    MetricId, list_query, request, text_enum,
};

text_enum! {
    /// What is proposed.
    pub enum CoachingProposalKind {
        /// A session about the deals of the evidence.
        Session = "session",
        /// An action item that is to bring a metric to its target.
        ActionItem = "actionItem",
    }
}

text_enum! {
    /// Where a proposal stands.
    pub enum CoachingProposalState {
        /// It waits to be decided.
        Open = "open",
        /// Somebody took it up.
        Accepted = "accepted",
        /// Somebody put it aside.
        Dismissed = "dismissed",
    }
}

/// A deal that a proposal stands on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ProposalDeal {
    /// The deal.
    pub deal_id: DealId,
    /// Its title when the proposal was made.
    pub title: String,
    /// When it was lost.
    pub closed_on: NaiveDate,
}

/// A period that a proposal stands on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ProposalPeriod {
    /// The first day of the period.
    pub start: NaiveDate,
    /// What the metric came to: thousandths, or minor units of money.
    pub value: i64,
    /// What was to be reached.
    pub target: i64,
    /// How far it was reached, in basis points.
    pub attainment: i64,
}

/// A proposal of coaching.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CoachingProposal {
    /// Id of the proposal.
    pub id: CoachingProposalId,
    /// The rule that made it.
    pub rule_id: CoachingRuleId,
    /// Name of the rule.
    pub rule_name: Option<String>,
    /// What is proposed.
    pub kind: CoachingProposalKind,
    /// Where it stands.
    pub state: CoachingProposalState,
    /// The agent it is about.
    pub member_id: MemberId,
    /// Name of the agent.
    pub member_name: Option<String>,
    /// The reason that the deals were lost for.
    pub lost_reason_id: Option<LostReasonId>,
    /// Name of that reason.
    pub lost_reason_name: Option<String>,
    /// The metric that stayed under its target.
    pub metric_id: Option<MetricId>,
    /// Name of that metric.
    pub metric_name: Option<String>,
    /// The template of the session.
    pub template_id: Option<CoachingTemplateId>,
    /// The deals it stands on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deals: Vec<ProposalDeal>,
    /// The periods it stands on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub periods: Vec<ProposalPeriod>,
    /// Who decided it.
    pub decided_by_id: Option<MemberId>,
    /// When it was decided.
    pub decided_at: Option<DateTime<Utc>>,
    /// Why it was put aside, or what there was to say.
    pub decision_note: Option<String>,
    /// The session or action item that came of it.
    pub outcome_id: Option<Uuid>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
    /// Grows by one with every change.
    pub version: i64,
}

request! {
    /// Takes a proposal up.
    #[cfg_attr(feature = "openapi", schema(example = json!({"note": "In our next talk"})))]
    pub struct AcceptProposal {
        /// What there is to say.
        #[validate(length(max = 500), custom(function = crate::many_lines))]
        #[cfg_attr(feature = "openapi", schema(max_length = 500))]
        pub note: Option<String>,
    }
}

request! {
    /// Puts a proposal aside.
    pub struct DismissProposal {
        /// Why.
        #[validate(length(min = 1, max = 500), custom(function = crate::many_lines))]
        #[cfg_attr(
            feature = "openapi",
            schema(min_length = 1, max_length = 500, example = "The market as a whole was slow")
        )]
        pub reason: String,
    }
}

text_enum! {
    /// What proposals are listed by.
    pub enum CoachingProposalSort {
        CreatedAt = "createdAt",
    }
}

list_query! {
    /// Which proposals to list: those about members within reach.
    pub struct ListCoachingProposals sort CoachingProposalSort {
        /// In any of these states.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "open"))]
        state: AnyOf<CoachingProposalState>,
        /// Any of these kinds.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "session"))]
        kind: AnyOf<CoachingProposalKind>,
        /// About any of these members.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
        member_id: AnyOf<MemberId>,
        /// Of any of these rules.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
        rule_id: AnyOf<CoachingRuleId>,
    }
}
