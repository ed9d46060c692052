//! Reports: figures over many records, each with the list it stands for.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use validator::Validate;

use crate::{AnyOf, MemberId, Money, PipelineId, StageId, text_enum};

text_enum! {
    /// A period of the organization's calendar around today.
    pub enum ReportPeriod {
        /// This month.
        Month = "month",
        /// This quarter of the fiscal year.
        Quarter = "quarter",
        /// This fiscal year.
        Year = "year",
        /// All time, compared with nothing.
        All = "all",
    }
}

/// Which deals the dashboard is about, and which period.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PipelineReport {
    /// The period, `month` unless said or given by days.
    pub period: Option<ReportPeriod>,
    /// The first day of a period of one's own; together with `closedBefore`.
    #[cfg_attr(feature = "openapi", param(example = "2017-01-01"))]
    pub closed_after: Option<NaiveDate>,
    /// The day after the last of a period of one's own; together with `closedAfter`.
    #[cfg_attr(feature = "openapi", param(example = "2018-01-01"))]
    pub closed_before: Option<NaiveDate>,
    /// Any of these pipelines; the conversion is that of the default one unless exactly one is
    /// named.
    #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
    pub pipeline_id: Option<AnyOf<PipelineId>>,
    /// Any of these owners.
    #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
    pub owner_id: Option<AnyOf<MemberId>>,
}

/// How sales stand: what is open, what is to be expected, what was won.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PipelineDashboard {
    /// The period; absent for all time.
    pub period: Option<DayPeriod>,
    /// The period before, as long; absent for all time.
    pub period_before: Option<DayPeriod>,
    /// The open deals, now.
    pub open: DealFigure,
    /// What open deals are expected to bring, by month of the expected close: this month and the
    /// eleven after it.
    pub forecast: Vec<ForecastMonth>,
    /// Open deals that were expected to close before today.
    pub overdue: DealFigure,
    /// Open deals without an expected close.
    pub unscheduled: DealFigure,
    /// Won in the period and in the one before.
    pub won: DealComparison,
    /// Lost in the period and in the one before.
    pub lost: DealComparison,
    /// Of the deals closed in the period, how many were won, in basis points; absent where none
    /// closed.
    pub win_rate: Option<u16>,
    /// How many deals got from each stage to the next, over all time.
    pub conversion: Vec<StageConversion>,
    /// Average age of the open deals in days, since they were begun (or else added); absent
    /// without any.
    pub average_age_days: Option<u32>,
    /// Open deals that have not moved for longer than their stage allows.
    pub rotting: DealFigure,
    /// The members who won most in the period, at most ten.
    pub best_agents: Vec<AgentFigure>,
    /// When the figures were computed.
    pub at: DateTime<Utc>,
}

/// Days from the first to the one before the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DayPeriod {
    /// The first day.
    pub start: NaiveDate,
    /// The day after the last.
    pub end: NaiveDate,
}

/// How many deals, what they are worth, and which they are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DealFigure {
    /// How many.
    pub count: u64,
    /// What they are worth, per currency.
    pub sums: Vec<Money>,
    /// The same weighted with the chance of each deal, per currency; only for open ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weighted: Vec<Money>,
    /// The query of `GET /api/v1/deals` that lists them.
    #[cfg_attr(feature = "openapi", schema(example = "status=open"))]
    pub query: String,
}

/// The deals expected to close in a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ForecastMonth {
    /// The first day of the month.
    pub month: NaiveDate,
    /// The deals.
    pub deals: DealFigure,
}

/// A figure and the one of the period before.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DealComparison {
    /// In the period.
    pub now: DealFigure,
    /// In the period before; absent for all time.
    pub before: Option<DealFigure>,
    /// Growth of the number of deals in basis points; absent where there were none before.
    pub count_change: Option<i64>,
    /// Growth of the sum in the organization's currency in basis points; absent where there was
    /// none before.
    pub sum_change: Option<i64>,
}

/// How many deals got through a stage.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct StageConversion {
    /// The stage.
    pub stage_id: StageId,
    /// Its name.
    pub stage_name: String,
    /// How many deals reached it: are, or were when they closed, in it or in a later stage, or
    /// were won.
    pub reached: u64,
    /// How many of them reached the next stage; from the last, how many were won.
    pub advanced: u64,
    /// The share of those, in basis points; absent where none reached it.
    pub rate: Option<u16>,
    /// The query of `GET /api/v1/deals` that lists those who reached it.
    pub query: String,
}

/// What a member sold in the period.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AgentFigure {
    /// The member.
    pub member_id: MemberId,
    /// Name of the member.
    pub name: String,
    /// Deals won.
    pub won: DealFigure,
    /// Deals lost.
    pub lost: DealFigure,
    /// Of the deals closed, how many were won, in basis points; absent where none closed.
    pub win_rate: Option<u16>,
}
