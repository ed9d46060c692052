//! The charts of the dashboard. Every bar is a link to the deals it stands for, and says in words
//! what it shows.

use leptos::prelude::*;
use shared_types::platform::{AgentFigure, ForecastMonth, StageConversion};

use super::dashboard::{list_of, worth};
use crate::{
    core::{
        components::{badge::avatar, icons::Icon, states::Empty},
        format,
    },
    tr,
};

/// A part of a whole in percent, for the length of a bar.
fn share(part: i64, whole: i64) -> i64 {
    if whole <= 0 {
        return 0;
    }
    (part.max(0).saturating_mul(100) / whole).clamp(0, 100)
}

fn chart(id: &'static str, title: &'static str, body: AnyView) -> AnyView {
    view! {
        <section class="card chart" aria-labelledby=id>
            <h2 id=id class="card-title">{title}</h2>
            {body}
        </section>
    }
    .into_any()
}

fn nothing(text: &'static str) -> AnyView {
    view! { <Empty symbol=Icon::Chart title=text/> }.into_any()
}

/// What open deals are expected to bring, month by month: all of it, and weighted.
pub fn forecast(months: &[ForecastMonth]) -> AnyView {
    let most = months
        .iter()
        .map(|month| worth(&month.deals.sums).0.amount)
        .max()
        .unwrap_or(0);
    if most == 0 {
        return chart(
            "forecast",
            tr!(dashboard.forecast),
            nothing(tr!(dashboard.no_forecast)),
        );
    }
    let bars = months
        .iter()
        .map(|month| {
            let (sum, _) = worth(&month.deals.sums);
            let (weighted, _) = worth(&month.deals.weighted);
            let name = format::month(month.month);
            let words = tr!(
                dashboard.month_words,
                month = name.as_str(),
                count = month.deals.count,
                shown = format::count(month.deals.count),
                amount = format::money_compact(sum),
                weighted = format::money_compact(weighted)
            );
            let short = name.split(' ').next().unwrap_or(&name).to_owned();
            view! {
                <li class="bar-column">
                    <a href=list_of(&month.deals.query) class="bar-link" title=words.clone() aria-label=words>
                        <span class="bar-figure" aria-hidden="true">{(sum.amount > 0).then(|| format::money_compact(sum))}</span>
                        <span class="bar" style=format!("height:{}%", share(sum.amount, most))>
                            <span class="bar-weighted" style=format!("height:{}%", share(weighted.amount, sum.amount))></span>
                        </span>
                    </a>
                    <span class="bar-name" aria-hidden="true">{short}</span>
                </li>
            }
        })
        .collect_view();
    let body = view! {
        <p class="legend"><span class="legend-all"></span>{tr!(dashboard.legend_all)}<span class="legend-weighted"></span>{tr!(dashboard.legend_weighted)}</p>
        <ul class="bars">{bars}</ul>
    };
    chart("forecast", tr!(dashboard.forecast), body.into_any())
}

/// How many deals got to each stage, and how many of those further.
pub fn funnel(stages: &[StageConversion]) -> AnyView {
    let most = stages.first().map_or(0, |stage| stage.reached);
    if most == 0 {
        return chart(
            "conversion",
            tr!(dashboard.conversion),
            nothing(tr!(dashboard.no_conversion)),
        );
    }
    let length = |count: u64| {
        share(
            i64::try_from(count).unwrap_or(i64::MAX),
            i64::try_from(most).unwrap_or(i64::MAX),
        )
    };
    let rows = stages
        .iter()
        .map(|stage| {
            let rate = stage
                .rate
                .map_or_else(|| "–".to_owned(), |rate| format::basis_points(i32::from(rate)));
            view! {
                <li>
                    <a class="funnel-row" href=list_of(&stage.query)>
                        <span class="funnel-name truncate">{stage.stage_name.clone()}</span>
                        <span class="funnel-track" aria-hidden="true">
                            <span class="funnel-bar" style=format!("width:{}%", length(stage.reached))>
                                <span class="funnel-on" style=format!("width:{}%", share(i64::try_from(stage.advanced).unwrap_or(0), i64::try_from(stage.reached).unwrap_or(1)))></span>
                            </span>
                        </span>
                        <span class="num">{format::count(stage.reached)}</span>
                        <span class="num text-muted" title=tr!(dashboard.rate_text)>{rate}</span>
                    </a>
                </li>
            }
        })
        .collect_view();
    let body = view! {
        <p class="legend"><span class="legend-all"></span>{tr!(dashboard.legend_reached)}<span class="legend-weighted"></span>{tr!(dashboard.legend_advanced)}</p>
        <ol class="funnel">{rows}</ol>
    };
    chart("conversion", tr!(dashboard.conversion), body.into_any())
}

/// Who won most.
pub fn agents(agents: &[AgentFigure]) -> AnyView {
    if agents.is_empty() {
        return chart(
            "agents",
            tr!(dashboard.agents),
            nothing(tr!(dashboard.no_agents)),
        );
    }
    let most = agents
        .iter()
        .map(|agent| worth(&agent.won.sums).0.amount)
        .max()
        .unwrap_or(0);
    let rows = agents
        .iter()
        .map(|agent| {
            let (sum, _) = worth(&agent.won.sums);
            let rate = agent
                .win_rate
                .map_or_else(|| "–".to_owned(), |rate| format::basis_points(i32::from(rate)));
            view! {
                <tr>
                    <th scope="row"><span class="person">{avatar(&agent.name)}<span class="truncate">{agent.name.clone()}</span></span></th>
                    <td class="agent-bar wide-only" aria-hidden="true">
                        <span class="funnel-bar" style=format!("width:{}%", share(sum.amount, most))></span>
                    </td>
                    <td class="num"><a href=list_of(&agent.won.query)>{format::money_compact(sum)}</a></td>
                    <td class="num">
                        <a href=list_of(&agent.won.query)>{format::count(agent.won.count)}</a>" / "
                        <a href=list_of(&agent.lost.query)>{format::count(agent.lost.count)}</a>
                    </td>
                    <td class="num">{rate}</td>
                </tr>
            }
        })
        .collect_view();
    let body = view! {
        <div class="table-scroll">
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">{tr!(dashboard.agent)}</th>
                        <th scope="col" class="wide-only"><span class="sr-only">{tr!(dashboard.won)}</span></th>
                        <th scope="col" class="num">{tr!(dashboard.won)}</th>
                        <th scope="col" class="num">{tr!(dashboard.won_lost)}</th>
                        <th scope="col" class="num">{tr!(dashboard.win_rate)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    };
    chart("agents", tr!(dashboard.agents), body.into_any())
}
