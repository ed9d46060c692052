//! How sales stand: figures and charts, each a way to the list behind it.

use leptos::prelude::*;
use shared_types::{
    Money, Permission, Reach,
    platform::{DealComparison, DealFigure, PipelineDashboard, ReportPeriod},
};

use super::dashboard_charts::{agents, forecast, funnel};
use crate::{
    core::{
        auth,
        components::{
            filter::{ClearFilters, PickFilter},
            states::{Skeleton, failure},
        },
        format,
        query::{self, Load},
        url::{UrlState, encode, url_state},
    },
    identity::api::{MEMBERS, find_members},
    tr,
};

const FILTERS: &[&str] = &["period", "closedAfter", "closedBefore", "ownerId"];

/// Where the list behind a figure is.
pub fn list_of(query: &str) -> String {
    format!("/deals?{query}")
}

/// What a figure is worth in the organization's currency, and what there is in others.
pub fn worth(sums: &[Money]) -> (Money, Option<String>) {
    let home = auth::currency();
    let own = sums.iter().find(|money| money.currency == home);
    let others: Vec<String> = sums
        .iter()
        .filter(|money| money.currency != home && money.amount != 0)
        .map(|money| format::money_compact(*money))
        .collect();
    let others = (!others.is_empty()).then(|| format!("+ {}", others.join(" + ")));
    (own.copied().unwrap_or(Money::new(0, home)), others)
}

fn path(url: UrlState) -> String {
    let pairs: Vec<String> = FILTERS
        .iter()
        .filter_map(|name| Some(format!("{name}={}", encode(&url.get(name)?))))
        .collect();
    format!("/dashboards/pipeline?{}", pairs.join("&"))
}

/// The figures of a period, with their filters.
#[component]
pub fn Dashboard() -> impl IntoView {
    let url = url_state();
    let figures = query::record::<PipelineDashboard>(move || Some(path(url)));
    // Who sees only the own deals has nobody to choose from.
    let everybody = auth::reach(Permission::ReportsRead).is_some_and(|reach| reach != Reach::Own);
    view! {
        <div class="toolbar" role="search" aria-label=tr!(dashboard.filters)>
            <Period url=url/>
            {everybody.then(|| view! { <PickFilter url=url name="ownerId" label=tr!(deals.owner) find=find_members resource=MEMBERS/> })}
            <ClearFilters url=url names=FILTERS/>
        </div>
        <div class:is-fetching=move || figures.fetching.get() aria-busy=move || figures.fetching.get().to_string()>
            {move || match figures.last.get() {
                Load::Loading => view! { <Skeleton lines=12/> }.into_any(),
                Load::Failed(error) => failure(&error, move || figures.retry()),
                Load::Ready(figures) => shown(&figures),
            }}
        </div>
    }
}

/// The period, one of the calendar's or days of one's own.
#[component]
fn Period(url: UrlState) -> impl IntoView {
    let own_days = move || url.any(&["closedAfter", "closedBefore"]);
    let chosen = move || {
        if own_days() {
            "days".to_owned()
        } else {
            url.get("period").unwrap_or_else(|| "month".to_owned())
        }
    };
    let names = |period: ReportPeriod| match period {
        ReportPeriod::Month => tr!(dashboard.month),
        ReportPeriod::Quarter => tr!(dashboard.quarter),
        ReportPeriod::Year => tr!(dashboard.year),
        ReportPeriod::All => tr!(dashboard.all_time),
    };
    let choose = move |word: String| {
        let none = None::<String>;
        match word.as_str() {
            "days" => {
                let month = domain::core::time::month(format::today());
                url.set(&[
                    ("period", none),
                    ("closedAfter", Some(month.start.to_string())),
                    ("closedBefore", Some(month.end.to_string())),
                ]);
            }
            _ => url.set(&[
                ("period", Some(word)),
                ("closedAfter", none.clone()),
                ("closedBefore", none),
            ]),
        }
    };
    let day = move |name: &'static str, label: &'static str| {
        view! {
            <input
                class="input filter"
                type="date"
                aria-label=label
                prop:value=move || url.get(name).unwrap_or_default()
                on:change=move |event| url.set(&[(name, Some(event_target_value(&event)))])
            />
        }
    };
    view! {
        <select class="input filter" aria-label=tr!(dashboard.period) on:change=move |event| choose(event_target_value(&event))>
            {ReportPeriod::ALL.iter().map(|&period| {
                let word = period.to_string();
                let this = word.clone();
                view! { <option value=word selected=move || chosen() == this>{names(period)}</option> }
            }).collect_view()}
            <option value="days" selected=move || chosen() == "days">{tr!(dashboard.own_days)}</option>
        </select>
        <Show when=own_days>
            {day("closedAfter", tr!(dashboard.from))}
            {day("closedBefore", tr!(dashboard.before))}
        </Show>
    }
}

fn shown(figures: &PipelineDashboard) -> AnyView {
    let period = figures.period.map_or_else(
        || tr!(dashboard.all_time).to_owned(),
        |period| {
            let last = period.end.pred_opt().unwrap_or(period.end);
            format!("{} – {}", format::day(period.start), format::day(last))
        },
    );
    let age = figures
        .average_age_days
        .map_or_else(|| "–".to_owned(), |days| tr!(dashboard.days, count = days));
    let rate = figures.win_rate.map_or_else(
        || "–".to_owned(),
        |rate| format::basis_points(i32::from(rate)),
    );
    let closed = tr!(
        dashboard.won_and_lost,
        won = format::count(figures.won.now.count),
        lost = format::count(figures.lost.now.count)
    );
    view! {
        <section class="tiles" aria-label=tr!(dashboard.figures)>
            {tile(tr!(dashboard.open), &figures.open, weighted(&figures.open))}
            {comparison(tr!(dashboard.won), &figures.won, true)}
            {comparison(tr!(dashboard.lost), &figures.lost, false)}
            {plain(tr!(dashboard.win_rate), rate, closed)}
            {plain(tr!(dashboard.age), age, tr!(dashboard.age_text).to_owned())}
            {tile(tr!(dashboard.rotting), &figures.rotting, tr!(dashboard.rotting_text).to_owned())}
            {tile(tr!(dashboard.overdue), &figures.overdue, tr!(dashboard.overdue_text).to_owned())}
            {tile(tr!(dashboard.unscheduled), &figures.unscheduled, tr!(dashboard.unscheduled_text).to_owned())}
        </section>
        <p class="text-muted dashboard-period">{tr!(dashboard.about, period = period)}</p>
        <div class="charts">
            {forecast(&figures.forecast)}
            {funnel(&figures.conversion)}
            {agents(&figures.best_agents)}
        </div>
    }
    .into_any()
}

fn deals(count: u64) -> String {
    tr!(dashboard.deals, count = count, shown = format::count(count))
}

fn weighted(figure: &DealFigure) -> String {
    let (weighted, _) = worth(&figure.weighted);
    tr!(dashboard.weighted, amount = format::money_compact(weighted))
}

/// A figure of deals: what they are worth, how many they are, and what there is to say of it.
fn tile(label: &'static str, figure: &DealFigure, note: String) -> impl IntoView + use<> {
    let (sum, others) = worth(&figure.sums);
    let count = deals(figure.count);
    view! {
        <a class="tile" href=list_of(&figure.query)>
            <span class="tile-label">{label}</span>
            <span class="tile-value" title=format::money(sum)>{format::money_compact(sum)}</span>
            <span class="tile-note">{count}{others.map(|others| format!(" · {others}"))}</span>
            <span class="tile-note text-muted">{note}</span>
        </a>
    }
}

fn comparison(
    label: &'static str,
    of: &DealComparison,
    more_is_good: bool,
) -> impl IntoView + use<> {
    let (sum, others) = worth(&of.now.sums);
    let count = deals(of.now.count);
    let change = of.sum_change.or(of.count_change).map(|change| {
        let class = match (change.signum(), more_is_good) {
            (0, _) => "text-muted",
            (1, true) | (-1, false) => "text-good",
            _ => "text-bad",
        };
        let clamped = i32::try_from(change).unwrap_or(if change < 0 { i32::MIN } else { i32::MAX });
        let sign = if change > 0 { "+" } else { "" };
        view! { <span class=class>{format!("{sign}{}", format::basis_points(clamped))}</span> }
    });
    let before = of.before.as_ref().map(|before| {
        let (sum, _) = worth(&before.sums);
        tr!(dashboard.before_it, amount = format::money_compact(sum))
    });
    view! {
        <a class="tile" href=list_of(&of.now.query)>
            <span class="tile-label">{label}</span>
            <span class="tile-value" title=format::money(sum)>{format::money_compact(sum)}</span>
            <span class="tile-note">{count}{others.map(|others| format!(" · {others}"))}</span>
            <span class="tile-note text-muted">{change}" "{before}</span>
        </a>
    }
}

fn plain(label: &'static str, value: String, note: String) -> impl IntoView {
    view! {
        <div class="tile">
            <span class="tile-label">{label}</span>
            <span class="tile-value">{value}</span>
            <span class="tile-note text-muted">{note}</span>
        </div>
    }
}
