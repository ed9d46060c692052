//! The list of deals.

use leptos::prelude::*;
use leptos_router::{LazyRoute, hooks::use_query_map, lazy_route};
use shared_types::{
    Permission,
    crm::{Deal, DealStatus},
};

use super::{api, deal_api, deal_form::DealDialog};
use crate::{
    core::{
        auth,
        components::{
            badge::{Colour, badge, dash, person},
            filter::{PickFilter, SelectFilter},
            icons::{Icon, icon},
            list::{ListPage, ListSpec},
            states::guarded,
            table::{Column, Rows},
        },
        format,
        url::UrlState,
    },
    identity::api::find_members,
    tr,
};

pub struct DealsPage;

#[lazy_route]
impl LazyRoute for DealsPage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        guarded(Permission::DealsRead, || view! { <Deals/> }.into_any())
    }
}

/// What a status is called.
pub fn status_name(status: DealStatus) -> &'static str {
    match status {
        DealStatus::Open => tr!(deals.open),
        DealStatus::Won => tr!(deals.won),
        DealStatus::Lost => tr!(deals.lost),
    }
}

/// A status as a badge.
pub fn status_badge(status: DealStatus) -> AnyView {
    let colour = match status {
        DealStatus::Open => Colour::Accent,
        DealStatus::Won => Colour::Good,
        DealStatus::Lost => Colour::Bad,
    };
    badge(colour, status_name(status)).into_any()
}

fn spec() -> ListSpec<Deal> {
    ListSpec {
        title: tr!(deals.list).to_owned(),
        resource: deal_api::DEALS,
        filters: &[
            "status",
            "pipelineId",
            "stageId",
            "ownerId",
            "companyId",
            "companyIndustry",
            "hasCompany",
            "productId",
            "lostReasonId",
            "amountMin",
            "amountMax",
            "currency",
            "expectedCloseAfter",
            "expectedCloseBefore",
            "hasExpectedClose",
            "reachedStageId",
            "closedAfter",
            "closedBefore",
            "openedAfter",
            "openedBefore",
            "rotting",
            "createdAfter",
            "createdBefore",
            "updatedAfter",
            "updatedBefore",
        ],
        columns: vec![
            Column::new(tr!(deals.title), |deal: &Deal| {
                deal.title.clone().into_any()
            })
            .sort("title"),
            Column::new(tr!(deals.company), |deal: &Deal| {
                deal.company_name
                    .clone()
                    .map_or_else(|| dash().into_any(), |name| name.into_any())
            })
            .class("wide-only"),
            Column::new(tr!(deals.status), |deal: &Deal| {
                view! {
                    {status_badge(deal.status)}
                    {deal.rotting_since.map(|_| view! { " " {badge(Colour::Warn, tr!(deals.rotting))} })}
                }
                .into_any()
            }),
            Column::new(tr!(deals.amount), |deal: &Deal| {
                deal.amount.map_or_else(
                    || dash().into_any(),
                    |amount| format::money_short(amount).into_any(),
                )
            })
            .sort("amount")
            .class("num"),
            Column::new(tr!(deals.probability), |deal: &Deal| {
                format::percent(deal.probability).into_any()
            })
            .class("num wide-only"),
            Column::new(tr!(deals.expected_close), |deal: &Deal| {
                deal.expected_close
                    .map_or_else(|| dash().into_any(), |day| format::day(day).into_any())
            })
            .sort("expectedClose")
            .class("wide-only"),
            Column::new(tr!(deals.closed_on), |deal: &Deal| {
                deal.closed_on
                    .map_or_else(|| dash().into_any(), |day| format::day(day).into_any())
            })
            .sort("closedOn")
            .class("wide-only"),
            Column::new(tr!(deals.owner), |deal: &Deal| {
                person(deal.owner_name.as_deref())
            })
            .class("wide-only"),
        ],
        rows: Rows {
            id: |deal| deal.id.to_string(),
            name: |deal| deal.title.clone(),
            href: |deal| Some(format!("/deals/{}", deal.id)),
        },
        default_sort: "-updatedAt",
        empty: (
            Icon::Deal,
            tr!(deals.none).to_owned(),
            tr!(deals.none_text).to_owned(),
        ),
        search_label: tr!(deals.search).to_owned(),
        trash: true,
        exports: true,
    }
}

#[component]
fn Deals() -> impl IntoView {
    let adding = RwSignal::new(false);
    let asked = use_query_map();
    Effect::new(move |_| {
        if asked.with(|query| query.get("new").is_some()) {
            adding.set(true);
        }
    });
    let may_add = auth::may(Permission::DealsWrite);
    let actions = move || {
        view! {
            <a class="btn" href="/deals/board">{icon(Icon::Board)}{tr!(deals.board)}</a>
            {may_add.then(|| view! {
                <button type="button" class="btn btn-primary" on:click=move |_| adding.set(true)>{icon(Icon::Add)}{tr!(deals.add)}</button>
            })}
        }
    };
    let filters = Callback::new(|url: UrlState| view! { <Filters url=url/> }.into_any());
    view! {
        <ListPage spec=spec() actions=actions filters=filters/>
        <DealDialog open=adding/>
    }
}

#[component]
fn Filters(url: UrlState) -> impl IntoView {
    let pipelines = deal_api::pipelines();
    let statuses: Vec<_> = DealStatus::ALL
        .iter()
        .map(|&status| (status.to_string(), status_name(status).to_owned()))
        .collect();
    let stages = move || {
        let all = pipelines.load.get().ready()?.data;
        let several = all.len() > 1;
        let options: Vec<_> = all
            .into_iter()
            .flat_map(|pipeline| {
                let of = pipeline.name;
                pipeline.stages.into_iter().map(move |stage| {
                    let name = if several {
                        format!("{of}: {}", stage.name)
                    } else {
                        stage.name
                    };
                    (stage.id.to_string(), name)
                })
            })
            .collect();
        Some(
            view! { <SelectFilter url=url name="stageId" label=tr!(deals.stage) options=options/> },
        )
    };
    let rotting = vec![("true".to_owned(), tr!(deals.rotting).to_owned())];
    view! {
        <SelectFilter url=url name="status" label=tr!(deals.status) options=statuses/>
        {stages}
        <SelectFilter url=url name="rotting" label=tr!(deals.rotting_any) options=rotting/>
        <PickFilter url=url name="ownerId" label=tr!(deals.owner) find=find_members resource="/members"/>
        <PickFilter url=url name="companyId" label=tr!(deals.company) find=api::find_companies resource="/companies"/>
        <details class="more-filters">
            <summary class="btn">{icon(Icon::Filter)}{tr!(deals.more_filters)}</summary>
            <div class="more-filters-body">
                <InputFilter url=url name="amountMin" label=tr!(deals.amount_min) money=true/>
                <InputFilter url=url name="amountMax" label=tr!(deals.amount_max) money=true/>
                <InputFilter url=url name="expectedCloseAfter" label=tr!(deals.expected_from)/>
                <InputFilter url=url name="expectedCloseBefore" label=tr!(deals.expected_before)/>
                <InputFilter url=url name="closedAfter" label=tr!(deals.closed_from)/>
                <InputFilter url=url name="closedBefore" label=tr!(deals.closed_before)/>
            </div>
        </details>
    }
}

/// A day, or an amount in the organization's currency, which the address holds in minor units.
#[component]
fn InputFilter(
    url: UrlState,
    name: &'static str,
    #[prop(into)] label: String,
    #[prop(optional)] money: bool,
) -> impl IntoView {
    let currency = super::deal_lines::home_currency();
    let shown = move || {
        let value = url.get(name).unwrap_or_default();
        match value.parse() {
            Ok(amount) if money => format::money_plain(shared_types::Money::new(amount, currency)),
            _ => value,
        }
    };
    let change = move |event| {
        let text = event_target_value(&event);
        let value = if money {
            domain::core::decimal::amount_from_input(name, &text, currency, None)
                .ok()
                .map(|money| money.amount.to_string())
        } else {
            Some(text)
        };
        url.set(&[(name, value)]);
    };
    view! {
        <label class="field">
            <span class="label">{label}</span>
            <input class="input" type=if money { "text" } else { "date" } inputmode=money.then_some("decimal") autocomplete="off" prop:value=shown on:change=change/>
        </label>
    }
}
