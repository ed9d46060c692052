//! Scorecards: how people stand against their targets, over time and against each other.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use validator::Validate;

use super::{MetricComputation, MetricDirection, MetricPeriod, MetricSource, MetricUnit};
use crate::{AnyOf, Currency, MemberId, MetricId, TeamId};

/// The most periods that a scorecard looks back on.
pub const MAX_PERIODS: u16 = 53;

/// Whose scorecard, and of when.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ScorecardQuery {
    /// The member; oneself unless said. Not beside `teamId`.
    pub member_id: Option<MemberId>,
    /// The team, as far as its members are within reach. Not beside `memberId`.
    pub team_id: Option<TeamId>,
    /// A day of the periods to look at; today unless said. Each metric has the period of its own that holds it.
    #[cfg_attr(feature = "openapi", param(example = "2026-03-01"))]
    pub period_start: Option<NaiveDate>,
    /// How many periods the trends hold, 1–53; 6 unless said.
    #[validate(range(min = 1, max = MAX_PERIODS))]
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 53))]
    pub periods: Option<u16>,
    /// Only metrics of any of these periods.
    #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "month"))]
    pub period: Option<AnyOf<MetricPeriod>>,
}

/// How somebody stands against the targets.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Scorecard {
    /// The member it is of.
    pub member_id: Option<MemberId>,
    /// The team it is of.
    pub team_id: Option<TeamId>,
    /// Name of the member or the team.
    pub name: String,
    /// The day that its periods hold.
    pub day: NaiveDate,
    /// The attainment of all metrics by their weights, in basis points; above 10000 where targets were passed. Absent where
    /// nothing with a weight has both a value and a target.
    pub total: Option<i64>,
    /// The same of the periods before.
    pub total_before: Option<i64>,
    /// The same of the whole team of the member, where it has at least three members.
    pub team_total: Option<i64>,
    /// The metrics, by name.
    pub metrics: Vec<ScorecardMetric>,
}

/// A metric on a scorecard.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ScorecardMetric {
    /// Id of the metric.
    pub metric_id: MetricId,
    /// Its name.
    pub name: String,
    /// What there is to know about it.
    pub description: Option<String>,
    /// What it counts in.
    pub unit: MetricUnit,
    /// The currency of its values, where they are money.
    pub currency: Option<Currency>,
    /// Which way it is better.
    pub direction: MetricDirection,
    /// How much it counts in the total.
    pub weight: i32,
    /// How long a period is.
    pub period: MetricPeriod,
    /// Where its values come from.
    pub source: MetricSource,
    /// What it is made of, where it is computed.
    pub computation: Option<MetricComputation>,
    /// How it stands in the period.
    pub now: MetricPoint,
    /// How it stood in the periods up to this one, the earliest first.
    pub trend: Vec<MetricPoint>,
    /// How the whole team of the member stands in the period, where it has at least three members.
    pub team: Option<MetricPoint>,
}

/// What a metric came to in a period.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct MetricPoint {
    /// The first day of the period.
    pub start: NaiveDate,
    /// The day after its last.
    pub end: NaiveDate,
    /// The value: thousandths, or minor units of money; absent where there is none.
    pub value: Option<i64>,
    /// What was to be reached.
    pub target: Option<i64>,
    /// How far that was reached, in basis points: 10000 is the target, more is better.
    pub attainment: Option<i64>,
    /// The records behind the value.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lists: Vec<MetricList>,
}

/// Where the records behind a value are listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct MetricList {
    /// The path of the list.
    #[cfg_attr(feature = "openapi", schema(example = "/api/v1/deals"))]
    pub path: String,
    /// Its query.
    #[cfg_attr(feature = "openapi", schema(example = "status=won"))]
    pub query: String,
}

/// Whom to rank, by what, and of when.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RankingQuery {
    /// The metric to rank by; the total unless said.
    pub metric_id: Option<MetricId>,
    /// Only members of this team; all within reach unless said.
    pub team_id: Option<TeamId>,
    /// A day of the last period to look at; today unless said.
    #[cfg_attr(feature = "openapi", param(example = "2026-03-01"))]
    pub period_start: Option<NaiveDate>,
    /// How many periods up to that one count together, 1–53; 1 unless said.
    #[validate(range(min = 1, max = MAX_PERIODS))]
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 53))]
    pub periods: Option<u16>,
    /// Only metrics of any of these periods.
    #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "month"))]
    pub period: Option<AnyOf<MetricPeriod>>,
}

/// Members in the order of what they came to.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct MetricRanking {
    /// The metric they are ranked by; absent where it is the total.
    pub metric_id: Option<MetricId>,
    /// The day that the last periods hold.
    pub day: NaiveDate,
    /// How many periods count together.
    pub periods: u16,
    /// The metrics, by name: the columns.
    pub metrics: Vec<RankedMetric>,
    /// The members, the best first; those without a rank last, by name.
    pub rows: Vec<RankedMember>,
}

/// A metric that members are compared by.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RankedMetric {
    /// Id of the metric.
    pub metric_id: MetricId,
    /// Its name.
    pub name: String,
    /// What it counts in.
    pub unit: MetricUnit,
    /// The currency of its values, where they are money.
    pub currency: Option<Currency>,
    /// Which way it is better.
    pub direction: MetricDirection,
    /// The first day that counts.
    pub start: NaiveDate,
    /// The day after the last that counts.
    pub end: NaiveDate,
}

/// A member among others.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RankedMember {
    /// The place, from 1; equals share one, and the next is as far down as if they did not. Absent where there is nothing to
    /// rank by.
    pub rank: Option<u32>,
    /// The member.
    pub member_id: MemberId,
    /// Name of the member.
    pub member_name: String,
    /// The attainment of all metrics by their weights, in basis points.
    pub total: Option<i64>,
    /// What the member came to, metric by metric, in the order of `metrics`.
    pub cells: Vec<MetricCell>,
}

/// What a member came to.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct MetricCell {
    /// The metric.
    pub metric_id: MetricId,
    /// The value: thousandths, or minor units of money; absent where there is none.
    pub value: Option<i64>,
    /// What was to be reached.
    pub target: Option<i64>,
    /// How far that was reached, in basis points.
    pub attainment: Option<i64>,
}
