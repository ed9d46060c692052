//! What a metric on a scorecard looks like: a bar of how far the target was reached, and a line over the periods, with its table.

use leptos::prelude::*;
use shared_types::coaching::{MetricPoint, ScorecardMetric};

use super::metric_api::{
    attained, colour, list_page, period_words, shown, shown_or_dash, source_name,
};
use crate::{core::components::badge::dash, tr};

/// How long the bar of an attainment is, in percent of the room: twice the target fills it.
fn length(attainment: Option<i64>) -> i64 {
    attainment.unwrap_or(0).clamp(0, 20_000) / 200
}

/// The line through the values of the periods, in a box of 100 by 32; gaps where there is none.
fn line(trend: &[MetricPoint]) -> (String, Option<i64>) {
    let known = trend.iter().filter_map(|point| point.value);
    let mut targets = trend.iter().filter_map(|point| point.target);
    let most = known.chain(targets.clone()).max().unwrap_or(0).max(1);
    let height =
        |value: i64| 30 - i64::try_from(i128::from(value) * 28 / i128::from(most)).unwrap_or(0);
    let last = i64::try_from(trend.len())
        .unwrap_or(1)
        .saturating_sub(1)
        .max(1);
    let (mut path, mut pen) = (String::new(), "M");
    for (place, point) in (0_i64..).zip(trend) {
        match point.value {
            Some(value) => {
                let across = place * 100 / last;
                path.push_str(&format!("{pen}{across} {}", height(value)));
                pen = "L";
            }
            None => pen = "M",
        }
    }
    (path, targets.next_back().map(height))
}

/// A line over the periods; its numbers stand in the table below it.
pub fn trend(metric: &ScorecardMetric) -> AnyView {
    let (path, target) = line(&metric.trend);
    view! {
        <svg class="trend" viewBox="0 0 100 32" preserveAspectRatio="none" aria-hidden="true">
            {target.map(|height| view! { <line class="trend-target" x1="0" x2="100" y1=height.to_string() y2=height.to_string() vector-effect="non-scaling-stroke"/> })}
            <path class="trend-line" d=path vector-effect="non-scaling-stroke"/>
        </svg>
    }
    .into_any()
}

/// The value of a point as the way to the records behind it.
fn linked(point: &MetricPoint, text: String) -> AnyView {
    match point.lists.first() {
        Some(list) => {
            let href = list_page(&list.path, &list.query);
            view! { <a href=href>{text}</a> }.into_any()
        }
        None => text.into_any(),
    }
}

fn table(metric: &ScorecardMetric) -> AnyView {
    let (unit, currency, period) = (metric.unit, metric.currency, metric.period);
    let rows = metric
        .trend
        .iter()
        .rev()
        .map(|point| {
            let value = linked(point, shown_or_dash(point.value, unit, currency));
            view! {
                <tr>
                    <th scope="row">{period_words(point, period)}</th>
                    <td class="num">{value}</td>
                    <td class="num">{shown_or_dash(point.target, unit, currency)}</td>
                    <td class="num"><span class=format!("attained {}", colour(point.attainment))>{attained(point.attainment)}</span></td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="table-scroll">
            <table class="table">
                <caption class="sr-only">{tr!(metric.trend_table, name = metric.name.as_str())}</caption>
                <thead>
                    <tr>
                        <th scope="col">{tr!(metric.period)}</th>
                        <th scope="col" class="num">{tr!(metric.value)}</th>
                        <th scope="col" class="num">{tr!(metric.target)}</th>
                        <th scope="col" class="num">{tr!(metric.attainment)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// A metric of a scorecard, with what is behind it to be opened.
pub fn card(metric: &ScorecardMetric) -> AnyView {
    let (unit, currency) = (metric.unit, metric.currency);
    let now = &metric.now;
    let target = now.target.map_or_else(
        || tr!(metric.no_target).to_owned(),
        |target| tr!(metric.of_target, target = shown(target, unit, currency)),
    );
    let value = linked(now, shown_or_dash(now.value, unit, currency));
    let team = metric
        .team
        .as_ref()
        .filter(|team| team.attainment.is_some());
    let team = team.map(|team| tr!(metric.of_team, amount = attained(team.attainment)));
    let before = metric
        .trend
        .len()
        .checked_sub(2)
        .and_then(|place| metric.trend.get(place));
    let before = before
        .and_then(|point| point.value)
        .map(|value| tr!(metric.before, amount = shown(value, unit, currency)));
    let period = period_words(now, metric.period);
    view! {
        <li class="card metric-card">
            <div class="metric-head">
                <h2 class="card-title">{metric.name.clone()}</h2>
                <span class="text-muted">{period}" · "{source_name(metric.source)}</span>
            </div>
            <div class="metric-figures">
                <span class="tile-value">{value}</span>
                <span class="text-muted">{target}</span>
                <span class=format!("attained {}", colour(now.attainment))>{attained(now.attainment)}</span>
            </div>
            <div class="attainment" aria-hidden="true">
                <span class=format!("attainment-bar {}", colour(now.attainment)) style=format!("width:{}%", length(now.attainment))></span>
                <span class="attainment-mark"></span>
            </div>
            {trend(metric)}
            <p class="text-muted metric-notes">{before}{team.map(|team| format!(" · {team}"))}</p>
            <details class="metric-more">
                <summary>{tr!(metric.trend)}</summary>
                {metric.description.clone().map(|text| view! { <p class="text-muted">{text}</p> })}
                {table(metric)}
            </details>
        </li>
    }
    .into_any()
}

/// A cell of a heat map.
pub fn heat(value: Option<String>, attainment: Option<i64>) -> AnyView {
    let Some(value) = value else {
        return dash().into_any();
    };
    let share = attainment.map(|attainment| attained(Some(attainment)));
    view! {
        <span class=format!("heat {}", colour(attainment))>
            <span class="heat-value">{value}</span>
            {share.map(|share| view! { <span class="heat-share">{share}</span> })}
        </span>
    }
    .into_any()
}
