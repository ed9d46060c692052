//! Metrics: what is measured of agents, and what they are to reach.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_with::{apply, skip_serializing_none};
use validator::Validate;

use crate::{
    AnyOf, Currency, MAX_AMOUNT, MemberId, MetricId, Patch, TeamId, list_query, patch, text_enum,
};

/// The most targets of members and teams that one metric has.
pub const MAX_TARGETS: u64 = 500;

text_enum! {
    /// What a metric counts in. Values are integers: thousandths, or minor units of money.
    pub enum MetricUnit {
        /// Pieces, in thousandths: 3000 is 3.
        Count = "count",
        /// Minor units of the metric's currency.
        Money = "money",
        /// Percent, in thousandths: 42500 is 42.5 %.
        Percent = "percent",
        /// Hours, in thousandths: 1500 is an hour and a half.
        Duration = "duration",
        /// Points, in thousandths: 87500 is 87.5.
        Score = "score",
    }
}

text_enum! {
    /// Which way a metric is better.
    pub enum MetricDirection {
        /// The more the better.
        Up = "up",
        /// The less the better.
        Down = "down",
    }
}

text_enum! {
    /// How long a period of a metric is. Days begin in the organization's time zone, weeks on Monday, quarters with its
    /// fiscal year.
    pub enum MetricPeriod {
        Day = "day",
        Week = "week",
        Month = "month",
        Quarter = "quarter",
    }
}

text_enum! {
    /// Where the values of a metric come from.
    pub enum MetricSource {
        /// Somebody enters them.
        Manual = "manual",
        /// A program brings them.
        Api = "api",
        /// Files bring them.
        Csv = "csv",
        /// They follow from the work in the product.
        Computed = "computed",
    }
}

text_enum! {
    /// What a computed metric is made of.
    pub enum MetricComputation {
        /// Calls that were done.
        Calls = "calls",
        /// Meetings that were done.
        Meetings = "meetings",
        /// Leads that were added.
        NewLeads = "newLeads",
        /// Of the leads that were added, how many have been converted by now.
        LeadConversion = "leadConversion",
        /// Deals that were won.
        DealsWon = "dealsWon",
        /// Deals that were lost.
        DealsLost = "dealsLost",
        /// What the deals that were won are worth, those in the metric's currency.
        ValueWon = "valueWon",
        /// Of the deals that closed, how many were won.
        WinRate = "winRate",
        /// How long the deals that closed were open, on average.
        AverageDealAge = "averageDealAge",
    }
}

/// What somebody in particular, or each member of a team, is to reach.
#[apply(Option => #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::given")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MetricTarget {
    /// The member; this or `teamId`.
    pub member_id: Option<MemberId>,
    /// The team, whose members each are to reach it; this or `memberId`.
    pub team_id: Option<TeamId>,
    /// What is to be reached in a period: thousandths, or minor units of money.
    #[validate(range(min = 0, max = MAX_AMOUNT))]
    #[cfg_attr(
        feature = "openapi",
        schema(minimum = 0, maximum = 10_000_000_000_000_i64, example = 40_000)
    )]
    pub target: i64,
}

/// A metric.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Metric {
    /// Id of the metric.
    pub id: MetricId,
    /// Its name, unique in the organization.
    pub name: String,
    /// What there is to know about it.
    pub description: Option<String>,
    /// What it counts in.
    pub unit: MetricUnit,
    /// The currency of its values, where they are money.
    pub currency: Option<Currency>,
    /// Which way it is better.
    pub direction: MetricDirection,
    /// How much it counts in the total of a scorecard, against others; nothing with 0.
    pub weight: i32,
    /// How long a period is.
    pub period: MetricPeriod,
    /// Where its values come from.
    pub source: MetricSource,
    /// What it is made of, where it is computed.
    pub computation: Option<MetricComputation>,
    /// What everybody is to reach in a period: thousandths, or minor units of money.
    pub target: Option<i64>,
    /// What some are to reach instead: that of a member before that of the team.
    pub targets: Vec<MetricTarget>,
    /// Whether it stands on scorecards.
    pub active: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
    /// When it was moved to the trash.
    pub deleted_at: Option<DateTime<Utc>>,
    /// Grows by one with every change.
    pub version: i64,
}

/// Makes a metric.
#[apply(
    Option => #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::given")],
    Vec => #[serde(default, skip_serializing_if = "Vec::is_empty")],
)]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = json!({
    "name": "Calls", "unit": "count", "direction": "up", "period": "week", "source": "computed", "computation": "calls",
    "target": 40000
})))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateMetric {
    /// Its name, unique in the organization.
    #[validate(length(min = 1, max = 100), custom(function = crate::one_line))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 100, example = "Calls")
    )]
    pub name: String,
    /// What there is to know about it.
    #[validate(length(max = 2000), custom(function = crate::many_lines))]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub description: Option<String>,
    /// What it counts in; a computed metric in what it is made of.
    pub unit: MetricUnit,
    /// The currency of its values, where they are money; the organization's unless said.
    pub currency: Option<Currency>,
    /// Which way it is better.
    pub direction: MetricDirection,
    /// How much it counts in the total of a scorecard, against others; 1 unless said.
    #[validate(range(min = 0, max = 1000))]
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 1000, example = 2))]
    pub weight: Option<i32>,
    /// How long a period is.
    pub period: MetricPeriod,
    /// Where its values come from.
    pub source: MetricSource,
    /// What it is made of; where it is computed, and only there.
    pub computation: Option<MetricComputation>,
    /// What everybody is to reach in a period: thousandths, or minor units of money.
    #[validate(range(min = 0, max = MAX_AMOUNT))]
    #[cfg_attr(
        feature = "openapi",
        schema(minimum = 0, maximum = 10_000_000_000_000_i64, example = 40_000)
    )]
    pub target: Option<i64>,
    /// What some are to reach instead.
    #[validate(length(max = MAX_TARGETS), nested)]
    #[cfg_attr(feature = "openapi", schema(max_items = 500))]
    pub targets: Vec<MetricTarget>,
    /// Whether it stands on scorecards; it does unless said.
    pub active: Option<bool>,
}

patch! {
    /// Changes a metric. Unit, currency, period and source stay once there are values.
    #[cfg_attr(feature = "openapi", schema(example = json!({"weight": 3, "target": 50000})))]
    pub struct UpdateMetric {
        /// Its name, unique in the organization.
        #[validate(length(min = 1, max = 100), custom(function = crate::one_line))]
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 100))]
        pub name: Option<String>,
        /// What there is to know about it.
        #[validate(length(max = 2000), custom(function = crate::patched::many_lines))]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 2000))]
        pub description: Patch<String>,
        /// What it counts in.
        pub unit: Option<MetricUnit>,
        /// The currency of its values, where they are money.
        pub currency: Option<Currency>,
        /// Which way it is better.
        pub direction: Option<MetricDirection>,
        /// How much it counts in the total of a scorecard, against others.
        #[validate(range(min = 0, max = 1000))]
        #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 1000))]
        pub weight: Option<i32>,
        /// How long a period is.
        pub period: Option<MetricPeriod>,
        /// Where its values come from.
        pub source: Option<MetricSource>,
        /// What it is made of, where it is computed.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<MetricComputation>))]
        pub computation: Patch<MetricComputation>,
        /// What everybody is to reach in a period: thousandths, or minor units of money.
        #[validate(range(min = 0, max = MAX_AMOUNT))]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<i64>, minimum = 0, maximum = 10_000_000_000_000_i64))]
        pub target: Patch<i64>,
        /// What some are to reach instead: replaces the whole list.
        #[validate(length(max = MAX_TARGETS), nested)]
        #[cfg_attr(feature = "openapi", schema(max_items = 500))]
        pub targets: Option<Vec<MetricTarget>>,
        /// Whether it stands on scorecards.
        pub active: Option<bool>,
    }

    /// A field of a metric that can be emptied.
    pub enum MetricField {
        Description = "description" => description,
        Computation = "computation" => computation,
        Target = "target" => target,
    }
}

text_enum! {
    /// What metrics are listed by.
    pub enum MetricSort {
        Name = "name",
        CreatedAt = "createdAt",
        UpdatedAt = "updatedAt",
    }
}

list_query! {
    /// Which metrics to list.
    pub struct ListMetrics sort MetricSort {
        /// Whether they stand on scorecards.
        active: bool,
        /// Values of any of these sources.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "manual,csv"))]
        source: AnyOf<MetricSource>,
        /// Of any of these periods.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "month"))]
        period: AnyOf<MetricPeriod>,
    }
}
