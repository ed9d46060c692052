//! Values of metrics: what a member came to in a period.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_with::{apply, skip_serializing_none};
use validator::Validate;

use super::MetricSource;
use crate::{
    AnyOf, MAX_AMOUNT, MemberId, MetricId, MetricValueId, Patch, TeamId, list_query, patch,
    text_enum,
};

/// A value of a metric.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct MetricValue {
    /// Id of the value.
    pub id: MetricValueId,
    /// The metric.
    pub metric_id: MetricId,
    /// Name of the metric.
    pub metric_name: Option<String>,
    /// The member it is of.
    pub member_id: MemberId,
    /// Name of the member.
    pub member_name: Option<String>,
    /// The first day of its period.
    pub period_start: NaiveDate,
    /// The value: thousandths, or minor units of money.
    pub value: i64,
    /// What was to be reached when the value was entered, or is said to have been.
    pub target: Option<i64>,
    /// How it came.
    pub source: MetricSource,
    /// What there is to say about it.
    pub note: Option<String>,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
    /// When it was moved to the trash.
    pub deleted_at: Option<DateTime<Utc>>,
    /// Grows by one with every change.
    pub version: i64,
}

/// Says a value of a metric: that of a member and a period, whether there is one already or not.
#[apply(Option => #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::given")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateMetricValue {
    /// The metric; not one that is computed.
    pub metric_id: MetricId,
    /// The member it is of.
    pub member_id: MemberId,
    /// The first day of a period of the metric that has begun.
    #[cfg_attr(feature = "openapi", schema(example = "2026-03-01"))]
    pub period_start: NaiveDate,
    /// The value: thousandths, or minor units of money.
    #[validate(range(min = 0, max = MAX_AMOUNT))]
    #[cfg_attr(
        feature = "openapi",
        schema(minimum = 0, maximum = 10_000_000_000_000_i64, example = 42_000)
    )]
    pub value: i64,
    /// What was to be reached; what the metric says now unless said.
    #[validate(range(min = 0, max = MAX_AMOUNT))]
    #[cfg_attr(
        feature = "openapi",
        schema(minimum = 0, maximum = 10_000_000_000_000_i64, example = 40_000)
    )]
    pub target: Option<i64>,
    /// What there is to say about it.
    #[validate(length(max = 500), custom(function = crate::many_lines))]
    #[cfg_attr(feature = "openapi", schema(max_length = 500))]
    pub note: Option<String>,
}

patch! {
    /// Changes a value of a metric.
    #[cfg_attr(feature = "openapi", schema(example = json!({"value": 43000})))]
    pub struct UpdateMetricValue {
        /// The value: thousandths, or minor units of money.
        #[validate(range(min = 0, max = MAX_AMOUNT))]
        #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 10_000_000_000_000_i64))]
        pub value: Option<i64>,
        /// What was to be reached.
        #[validate(range(min = 0, max = MAX_AMOUNT))]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<i64>, minimum = 0, maximum = 10_000_000_000_000_i64))]
        pub target: Patch<i64>,
        /// What there is to say about it.
        #[validate(length(max = 500), custom(function = crate::patched::many_lines))]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 500))]
        pub note: Patch<String>,
    }

    /// A field of a value that can be emptied.
    pub enum MetricValueField {
        Target = "target" => target,
        Note = "note" => note,
    }
}

text_enum! {
    /// What values of metrics are listed by.
    pub enum MetricValueSort {
        PeriodStart = "periodStart",
        UpdatedAt = "updatedAt",
    }
}

list_query! {
    /// Which values of metrics to list: those of members within reach.
    pub struct ListMetricValues sort MetricValueSort {
        /// Of any of these metrics.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
        metric_id: AnyOf<MetricId>,
        /// Of any of these members.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
        member_id: AnyOf<MemberId>,
        /// Of members in any of these teams.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
        member_team_id: AnyOf<TeamId>,
        /// That came in any of these ways.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "csv"))]
        source: AnyOf<MetricSource>,
        /// Of periods that begin on or after this day.
        period_start_after: NaiveDate,
        /// Of periods that begin before this day.
        period_start_before: NaiveDate,
    }
}

crate::bulk!(BulkMetricValues, MetricValueOperation, MetricValueOutcome: MetricValueId, CreateMetricValue, UpdateMetricValue, MetricValue);
