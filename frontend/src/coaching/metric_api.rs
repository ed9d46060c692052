//! Metrics: their paths, what their parts are called, and how their values are written.

use futures_util::future::LocalBoxFuture;
use shared_types::{
    Currency, Money,
    coaching::{
        Metric, MetricComputation, MetricDirection, MetricPeriod, MetricPoint, MetricSource,
        MetricUnit,
    },
};

use crate::{
    core::{
        components::combobox::{Choice, find_in},
        errors::ApiError,
        format,
        http::Answer,
        query::Cache,
    },
    tr,
};

/// The path of metrics in the API.
pub const METRICS: &str = "/metrics";
/// The path of their values.
pub const VALUES: &str = "/metric-values";
/// The path of the rules by which coaching is proposed.
pub const RULES: &str = "/coaching-rules";
/// The path of proposals.
pub const PROPOSALS: &str = "/coaching-proposals";

pub fn unit_name(unit: MetricUnit) -> &'static str {
    match unit {
        MetricUnit::Count => tr!(metric.units.count),
        MetricUnit::Money => tr!(metric.units.money),
        MetricUnit::Percent => tr!(metric.units.percent),
        MetricUnit::Duration => tr!(metric.units.duration),
        MetricUnit::Score => tr!(metric.units.score),
    }
}

pub fn direction_name(direction: MetricDirection) -> &'static str {
    match direction {
        MetricDirection::Up => tr!(metric.directions.up),
        MetricDirection::Down => tr!(metric.directions.down),
    }
}

pub fn period_name(period: MetricPeriod) -> &'static str {
    match period {
        MetricPeriod::Day => tr!(metric.periods.day),
        MetricPeriod::Week => tr!(metric.periods.week),
        MetricPeriod::Month => tr!(metric.periods.month),
        MetricPeriod::Quarter => tr!(metric.periods.quarter),
    }
}

pub fn source_name(source: MetricSource) -> &'static str {
    match source {
        MetricSource::Manual => tr!(metric.sources.manual),
        MetricSource::Api => tr!(metric.sources.api),
        MetricSource::Csv => tr!(metric.sources.csv),
        MetricSource::Computed => tr!(metric.sources.computed),
    }
}

pub fn computation_name(computation: MetricComputation) -> &'static str {
    use MetricComputation as C;
    match computation {
        C::Calls => tr!(metric.computations.calls),
        C::Meetings => tr!(metric.computations.meetings),
        C::NewLeads => tr!(metric.computations.new_leads),
        C::LeadConversion => tr!(metric.computations.lead_conversion),
        C::DealsWon => tr!(metric.computations.deals_won),
        C::DealsLost => tr!(metric.computations.deals_lost),
        C::ValueWon => tr!(metric.computations.value_won),
        C::WinRate => tr!(metric.computations.win_rate),
        C::AverageDealAge => tr!(metric.computations.average_deal_age),
    }
}

/// A value as people read it.
pub fn shown(value: i64, unit: MetricUnit, currency: Option<Currency>) -> String {
    match (unit, currency) {
        (MetricUnit::Money, Some(currency)) => format::money_compact(Money::new(value, currency)),
        (MetricUnit::Percent, _) => {
            let basis_points = i32::try_from((value + 5) / 10).unwrap_or(i32::MAX);
            format::basis_points(basis_points)
        }
        // More than two days are told in days.
        (MetricUnit::Duration, _) if value >= 48_000 => {
            let days = format::quantity((value + 120) / 240 * 10);
            tr!(metric.days, amount = days)
        }
        (MetricUnit::Duration, _) => tr!(metric.hours, amount = format::quantity(value)),
        _ => format::quantity(value),
    }
}

/// The same for what may be missing.
pub fn shown_or_dash(value: Option<i64>, unit: MetricUnit, currency: Option<Currency>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| shown(value, unit, currency))
}

/// An attainment as people read it.
pub fn attained(attainment: Option<i64>) -> String {
    attainment.map_or_else(
        || "–".to_owned(),
        |attainment| format::basis_points(i32::try_from(attainment).unwrap_or(i32::MAX)),
    )
}

/// How an attainment is coloured: reached, nearly, far from it.
pub fn colour(attainment: Option<i64>) -> &'static str {
    match attainment {
        None => "attained-none",
        Some(10_000..) => "attained-good",
        Some(8_000..) => "attained-near",
        Some(_) => "attained-far",
    }
}

/// The period of a point in few words.
pub fn period_words(point: &MetricPoint, period: MetricPeriod) -> String {
    match period {
        MetricPeriod::Month => format::month(point.start),
        MetricPeriod::Day => format::day(point.start),
        MetricPeriod::Week | MetricPeriod::Quarter => {
            let last = point.end.pred_opt().unwrap_or(point.end);
            format!("{} – {}", format::day(point.start), format::day(last))
        }
    }
}

/// The page of the client that shows a list of the API.
pub fn list_page(path: &str, query: &str) -> String {
    let page = path.strip_prefix("/api/v1").unwrap_or(path);
    format!("{page}?{query}")
}

/// A number as it was typed, in the integers of a unit.
///
/// # Errors
/// What is wrong with it, on the field.
pub fn typed(field: &str, text: &str, unit: MetricUnit, currency: Option<Currency>) -> Answer<i64> {
    let read = match (unit, currency) {
        (MetricUnit::Money, Some(currency)) => {
            domain::core::decimal::amount_from_input(field, text, currency, None)
                .map(|money| money.amount)
                .map_err(|error| ApiError::invalid(error.fields()))
        }
        // Thousandths are what a currency of three decimals has.
        _ => domain::core::decimal::amount_from_input(
            field,
            text.trim().trim_end_matches('%'),
            Currency::Kwd,
            None,
        )
        .map(|money| money.amount)
        .map_err(|error| ApiError::invalid(error.fields())),
    };
    read.and_then(|value| {
        if value < 0 {
            let wrong = vec![tr!(record.not_a_number).to_owned()];
            return Err(ApiError::invalid([(field.to_owned(), wrong)].into()));
        }
        Ok(value)
    })
}

/// A value as it stands in a field that is edited.
pub fn plain(value: i64, unit: MetricUnit, currency: Option<Currency>) -> String {
    let currency = match (unit, currency) {
        (MetricUnit::Money, Some(currency)) => currency,
        _ => Currency::Kwd,
    };
    let text = domain::core::decimal::plain(Money::new(value, currency));
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

fn metric_choice(metric: Metric) -> Choice {
    Choice {
        id: metric.id.to_string(),
        label: metric.name,
        detail: Some(period_name(metric.period).to_owned()),
    }
}

/// Finds metrics by name.
pub fn find_metrics(cache: Cache, text: String) -> LocalBoxFuture<'static, Answer<Vec<Choice>>> {
    find_in(cache, "/metrics?active=true", &text, metric_choice)
}

/// Finds metrics whose values are entered.
pub fn find_entered(cache: Cache, text: String) -> LocalBoxFuture<'static, Answer<Vec<Choice>>> {
    let list = "/metrics?active=true&source=manual,api,csv";
    find_in(cache, list, &text, metric_choice)
}
