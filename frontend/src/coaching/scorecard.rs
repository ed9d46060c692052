//! The scorecard of a member or a team.

use chrono::{Days, NaiveDate};
use leptos::prelude::*;
use shared_types::{
    Permission, Reach,
    coaching::{MetricPeriod, Scorecard},
};

use super::{
    metric_api::{METRICS, attained, colour, period_name},
    metric_charts::card,
};
use crate::{
    core::{
        auth,
        components::{
            field::choices,
            filter::{ClearFilters, PickFilter, SelectFilter},
            icons::{Icon, icon},
            states::{Empty, Skeleton, failure},
        },
        format, page,
        query::{self, Load},
        url::{UrlState, encode, url_state},
    },
    identity::{
        api::{MEMBERS, find_members},
        teams::teams,
    },
    tr,
};

const FILTERS: &[&str] = &["memberId", "teamId", "periodStart", "period"];
/// How many periods the trends hold.
const TREND: u16 = 8;

crate::lazy_page!(ScorecardPage for MetricsRead => view! { <Page/> });

/// The filters of the address as a query of the API.
pub fn asked(url: UrlState, names: &[&str]) -> String {
    let pairs: Vec<String> = names
        .iter()
        .filter_map(|name| Some(format!("{name}={}", encode(&url.get(name)?))))
        .collect();
    pairs.join("&")
}

/// Whether somebody sees the values of others.
pub fn sees_others() -> bool {
    auth::reach(Permission::MetricsRead).is_some_and(|reach| reach != Reach::Own)
}

/// The pages about metrics, beside each other.
#[component]
pub fn Tabs(here: &'static str) -> impl IntoView {
    let all = [
        (METRICS, tr!(metric.scorecard)),
        ("/metrics/ranking", tr!(metric.ranking)),
        ("/metrics/values", tr!(metric.values_short)),
    ];
    let links = all
        .into_iter()
        .map(|(href, label)| {
            let current = (href == here).then_some("page");
            view! { <a class="btn btn-sm" href=href aria-current=current>{label}</a> }
        })
        .collect_view();
    view! { <nav class="metric-tabs" aria-label=tr!(metric.list)>{links}</nav> }
}

/// The day whose periods are looked at, with the way to those before and after.
#[component]
pub fn DayPicker(url: UrlState) -> impl IntoView {
    let chosen = move || {
        let said = url.get("periodStart");
        said.and_then(|day| day.parse::<NaiveDate>().ok())
            .unwrap_or_else(format::today)
    };
    let step = move |forward: bool| {
        let days = match url.get("period").as_deref() {
            Some("day") => 1,
            Some("week") => 7,
            Some("quarter") => 91,
            _ => 30,
        };
        let day = if forward {
            chosen().checked_add_days(Days::new(days))
        } else {
            chosen().checked_sub_days(Days::new(days))
        };
        url.set(&[("periodStart", day.map(|day| day.to_string()))]);
    };
    view! {
        <button type="button" class="btn-icon" aria-label=tr!(metric.earlier) on:click=move |_| step(false)>{icon(Icon::Back)}</button>
        <input
            class="input filter"
            type="date"
            aria-label=tr!(metric.day)
            prop:value=move || chosen().to_string()
            on:change=move |event| url.set(&[("periodStart", Some(event_target_value(&event)))])
        />
        <button type="button" class="btn-icon" aria-label=tr!(metric.later) on:click=move |_| step(true)>{icon(Icon::ChevronRight)}</button>
    }
}

/// The lengths of periods as a filter.
#[component]
pub fn PeriodFilter(url: UrlState) -> impl IntoView {
    let options = choices(MetricPeriod::ALL, period_name);
    view! { <SelectFilter url=url name="period" label=tr!(metric.period) options=options/> }
}

/// The teams as a filter, for those who see others.
#[component]
pub fn TeamFilter(url: UrlState) -> impl IntoView {
    let teams = teams();
    move || {
        let all = teams.load.get().ready().map(|page| page.data);
        let all = all.unwrap_or_default().into_iter();
        let options = all.map(|team| (team.id.to_string(), team.name)).collect();
        view! { <SelectFilter url=url name="teamId" label=tr!(metric.team) options=options/> }
    }
}

#[component]
fn Page() -> impl IntoView {
    page::title(|| tr!(metric.scorecard).to_owned());
    let url = url_state();
    let path = move || {
        // A team is looked at before a member of it.
        let names: &[&str] = if url.get("teamId").is_some() {
            &["teamId", "periodStart", "period"]
        } else {
            FILTERS
        };
        Some(format!(
            "{METRICS}/scorecard?periods={TREND}&{}",
            asked(url, names)
        ))
    };
    let scorecard = query::record::<Scorecard>(path);
    view! {
        <div class="page">
            <header class="page-head"><h1 class="page-title">{tr!(metric.scorecard)}</h1><Tabs here=METRICS/></header>
            <div class="toolbar" role="search" aria-label=tr!(dashboard.filters)>
                <DayPicker url=url/>
                <PeriodFilter url=url/>
                {sees_others().then(|| view! {
                    <PickFilter url=url name="memberId" label=tr!(metric.member) find=find_members resource=MEMBERS/>
                    <TeamFilter url=url/>
                })}
                <ClearFilters url=url names=FILTERS/>
            </div>
            <div class:is-fetching=move || scorecard.fetching.get() aria-busy=move || scorecard.fetching.get().to_string()>
                {move || match scorecard.last.get() {
                    Load::Loading => view! { <Skeleton lines=12/> }.into_any(),
                    Load::Failed(error) => failure(&error, move || scorecard.retry()),
                    Load::Ready(it) if it.metrics.is_empty() => nothing(),
                    Load::Ready(it) => shown(&it),
                }}
            </div>
        </div>
    }
}

/// What stands where nothing is measured.
pub fn nothing() -> AnyView {
    let manages = auth::may(Permission::MetricsManage);
    view! {
        <Empty symbol=Icon::Chart title=tr!(metric.none) text=tr!(metric.none_text)>
            {manages.then(|| view! { <a class="btn" href="/settings/metrics">{tr!(metric.definitions)}</a> })}
        </Empty>
    }
    .into_any()
}

fn shown(it: &Scorecard) -> AnyView {
    let note = [
        it.total_before
            .map(|total| tr!(metric.before, amount = attained(Some(total)))),
        it.team_total
            .map(|total| tr!(metric.of_team, amount = attained(Some(total)))),
    ];
    let note: Vec<String> = note.into_iter().flatten().collect();
    view! {
        <section class="card metric-total" aria-label=tr!(metric.total)>
            <div>
                <span class="tile-label">{it.name.clone()}</span>
                <span class=format!("metric-total-value attained {}", colour(it.total))>{attained(it.total)}</span>
            </div>
            <p class="text-muted">{tr!(metric.total_text)}{(!note.is_empty()).then(|| format!(" · {}", note.join(" · ")))}</p>
        </section>
        <ul class="metric-cards">{it.metrics.iter().map(card).collect_view()}</ul>
    }
    .into_any()
}
