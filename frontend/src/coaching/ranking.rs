//! Members against each other: a ranking, and a heat map of what they came to.

use leptos::prelude::*;
use shared_types::coaching::{MetricRanking, RankedMember};

use super::{
    metric_api::{METRICS, attained, colour, find_metrics, shown},
    metric_charts::heat,
    scorecard::{DayPicker, PeriodFilter, Tabs, TeamFilter, asked, nothing, sees_others},
};
use crate::{
    core::{
        components::{
            badge::avatar,
            filter::{ClearFilters, PickFilter},
            icons::Icon,
            states::{Empty, Skeleton, failure},
        },
        page,
        query::{self, Load},
        url::url_state,
    },
    tr,
};

const HERE: &str = "/metrics/ranking";
const FILTERS: &[&str] = &["metricId", "teamId", "periodStart", "period"];

crate::lazy_page!(RankingPage for MetricsRead => view! { <Page/> });

#[component]
fn Page() -> impl IntoView {
    page::title(|| tr!(metric.ranking).to_owned());
    let url = url_state();
    let ranking = query::record::<MetricRanking>(move || {
        Some(format!("{METRICS}/ranking?{}", asked(url, FILTERS)))
    });
    view! {
        <div class="page">
            <header class="page-head"><h1 class="page-title">{tr!(metric.ranking)}</h1><Tabs here=HERE/></header>
            <div class="toolbar" role="search" aria-label=tr!(dashboard.filters)>
                <DayPicker url=url/>
                <PeriodFilter url=url/>
                <PickFilter url=url name="metricId" label=tr!(metric.rank_by) find=find_metrics resource=METRICS/>
                {sees_others().then(|| view! { <TeamFilter url=url/> })}
                <ClearFilters url=url names=FILTERS/>
            </div>
            <div class:is-fetching=move || ranking.fetching.get() aria-busy=move || ranking.fetching.get().to_string()>
                {move || match ranking.last.get() {
                    Load::Loading => view! { <Skeleton lines=12/> }.into_any(),
                    Load::Failed(error) => failure(&error, move || ranking.retry()),
                    Load::Ready(it) if it.metrics.is_empty() => nothing(),
                    Load::Ready(it) if it.rows.is_empty() => view! { <Empty symbol=Icon::Trophy title=tr!(metric.nobody)/> }.into_any(),
                    Load::Ready(it) => table(&it),
                }}
            </div>
        </div>
    }
}

fn row(it: &MetricRanking, member: &RankedMember) -> AnyView {
    let cells = it
        .metrics
        .iter()
        .zip(&member.cells)
        .map(|(metric, cell)| {
            let value = cell
                .value
                .map(|value| shown(value, metric.unit, metric.currency));
            view! { <td class="num">{heat(value, cell.attainment)}</td> }
        })
        .collect_view();
    let rank = member
        .rank
        .map_or_else(|| "–".to_owned(), |rank| rank.to_string());
    let href = format!(
        "{METRICS}?memberId={}&periodStart={}",
        member.member_id, it.day
    );
    view! {
        <tr>
            <td class="num rank">{rank}</td>
            <th scope="row"><a class="person" href=href>{avatar(&member.member_name)}<span class="truncate">{member.member_name.clone()}</span></a></th>
            <td class="num"><span class=format!("attained {}", colour(member.total))>{attained(member.total)}</span></td>
            {cells}
        </tr>
    }
    .into_any()
}

fn table(it: &MetricRanking) -> AnyView {
    let heads = it
        .metrics
        .iter()
        .map(|metric| view! { <th scope="col" class="num">{metric.name.clone()}</th> })
        .collect_view();
    let rows = it.rows.iter().map(|member| row(it, member)).collect_view();
    view! {
        <section class="card card-flush" aria-label=tr!(metric.ranking)>
            <div class="table-scroll" tabindex="0" role="region" aria-label=tr!(metric.ranking)>
                <table class="table heat-map">
                    <caption class="sr-only">{tr!(metric.ranking)}</caption>
                    <thead>
                        <tr>
                            <th scope="col" class="num">{tr!(metric.rank)}</th>
                            <th scope="col">{tr!(metric.member)}</th>
                            <th scope="col" class="num">{tr!(metric.total)}</th>
                            {heads}
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}
