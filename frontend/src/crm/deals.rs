//! The list of deals.

use leptos::prelude::*;
use leptos_router::{LazyRoute, hooks::use_query_map, lazy_route};
use shared_types::{
    Permission, PipelineId, Reach, StageId,
    crm::{Deal, DealStatus, Pipeline},
};

use super::{api, deal_api, deal_form::DealDialog};
use crate::{
    core::{
        auth,
        components::{
            badge::{Colour, badge, dash, person},
            bulk::{BulkField, BulkSpec, Input, bulk},
            filter::{PickFilter, SelectFilter},
            icons::{Icon, icon},
            list::{Bulk, ListPage, ListSpec},
            states::guarded,
            table::{Column, Rows},
        },
        format,
        http::Page,
        query::Query,
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

/// The pipelines of the organization, for the names of stages in the rows of a list.
#[derive(Clone, Copy)]
struct Known(Query<Page<Pipeline>>);

fn stage_name(pipeline: PipelineId, stage: StageId) -> String {
    let Some(Known(pipelines)) = use_context() else {
        return String::new();
    };
    let page = pipelines.load.get().ready();
    page.and_then(|page| {
        let of = page.data.into_iter().find(|known| known.id == pipeline)?;
        of.stages.into_iter().find(|known| known.id == stage)
    })
    .map_or_else(String::new, |stage| stage.name)
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
            "contactId",
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
            .key("companyName")
            .class("wide-only"),
            Column::new(tr!(deals.status), |deal: &Deal| {
                view! {
                    {status_badge(deal.status)}
                    {deal.rotting_since.map(|_| view! { " " {badge(Colour::Warn, tr!(deals.rotting))} })}
                }
                .into_any()
            })
            .key("status"),
            Column::new(tr!(deals.stage), |deal: &Deal| {
                let (pipeline, stage) = (deal.pipeline_id, deal.stage_id);
                view! { {move || stage_name(pipeline, stage)} }.into_any()
            })
            .key("stage")
            .class("wide-only"),
            Column::new(tr!(deals.amount), |deal: &Deal| {
                deal.amount.map_or_else(
                    || dash().into_any(),
                    |amount| format::money_short(amount).into_any(),
                )
            })
            .sort("amount")
            .class("num"),
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
            .key("ownerName")
            .class("wide-only"),
            Column::new(tr!(deals.opened_on), |deal: &Deal| {
                deal.opened_on
                    .map_or_else(|| dash().into_any(), |day| format::day(day).into_any())
            })
            .key("openedOn")
            .extra(),
            Column::new(tr!(company.updated), |deal: &Deal| {
                format::ago(deal.updated_at).into_any()
            })
            .sort("updatedAt")
            .extra(),
            Column::new(tr!(company.created), |deal: &Deal| {
                format::ago(deal.created_at).into_any()
            })
            .sort("createdAt")
            .extra(),
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
    let pipelines = deal_api::pipelines();
    provide_context(Known(pipelines));
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
        <ListPage spec=spec() actions=actions filters=filters bulk=many()/>
        <DealDialog open=adding/>
    }
}

/// What can be done with the ticked deals.
fn many() -> Bulk {
    let field = |name, label: &str, input| BulkField {
        name,
        label: label.to_owned(),
        input,
        optional: true,
    };
    let owner = BulkField {
        optional: auth::reach(Permission::DealsWrite) == Some(Reach::Organization),
        ..field("ownerId", tr!(deals.owner), Input::Pick(find_members))
    };
    let fields = vec![
        owner,
        field(
            "companyId",
            tr!(deals.company),
            Input::Pick(api::find_companies),
        ),
        field("expectedClose", tr!(deals.expected_close), Input::Day),
    ];
    bulk(BulkSpec {
        resource: deal_api::DEALS,
        fields: if auth::may(Permission::DealsWrite) {
            fields
        } else {
            Vec::new()
        },
        may_delete: auth::may(Permission::DealsDelete),
        has_pages: true,
    })
}

#[component]
fn Filters(url: UrlState) -> impl IntoView {
    let pipelines = deal_api::pipelines();
    let statuses: Vec<_> = DealStatus::ALL
        .iter()
        .map(|&status| (status.to_string(), status_name(status).to_owned()))
        .collect();
    let stages = move || {
        let all = pipelines
            .load
            .get()
            .ready()
            .map(|page| page.data)
            .unwrap_or_default();
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
        view! { <SelectFilter url=url name="stageId" label=tr!(deals.stage) options=options/> }
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
                <PickFilter url=url name="productId" label=tr!(deals.product) find=deal_api::find_products resource="/products"/>
                <InputFilter url=url name="companyIndustry" label=tr!(company.industry) kind=Kind::Text/>
                <InputFilter url=url name="amountMin" label=tr!(deals.amount_min) kind=Kind::Money/>
                <InputFilter url=url name="amountMax" label=tr!(deals.amount_max) kind=Kind::Money/>
                <InputFilter url=url name="expectedCloseAfter" label=tr!(deals.expected_from)/>
                <InputFilter url=url name="expectedCloseBefore" label=tr!(deals.expected_before)/>
                <InputFilter url=url name="closedAfter" label=tr!(deals.closed_from)/>
                <InputFilter url=url name="closedBefore" label=tr!(deals.closed_before)/>
            </div>
        </details>
    }
}

/// What is typed into a filter.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Kind {
    #[default]
    Day,
    Text,
    /// An amount in the organization's currency, which the address holds in minor units.
    Money,
}

#[component]
fn InputFilter(
    url: UrlState,
    name: &'static str,
    #[prop(into)] label: String,
    #[prop(optional)] kind: Kind,
) -> impl IntoView {
    let currency = super::deal_lines::home_currency();
    let fault = RwSignal::new(None::<String>);
    let shown = move || {
        let value = url.get(name).unwrap_or_default();
        match value.parse() {
            Ok(amount) if kind == Kind::Money => {
                format::money_plain(shared_types::Money::new(amount, currency))
            }
            _ => value,
        }
    };
    let change = move |event| {
        let text = event_target_value(&event);
        fault.set(None);
        if kind != Kind::Money || text.trim().is_empty() {
            return url.set(&[(name, Some(text.trim().to_owned()))]);
        }
        match domain::core::decimal::amount_from_input(name, &text, currency, None) {
            Ok(money) => url.set(&[(name, Some(money.amount.to_string()))]),
            // What was typed stays, and says what would be right.
            Err(error) => fault.set(error.fields().into_values().flatten().next()),
        }
    };
    let (input, mode) = match kind {
        Kind::Day => ("date", None),
        Kind::Text => ("text", None),
        Kind::Money => ("text", Some("decimal")),
    };
    let id = format!("fault-{name}");
    let described = id.clone();
    view! {
        <label class="field">
            <span class="label">{label}</span>
            <input
                class="input"
                type=input
                inputmode=mode
                autocomplete="off"
                aria-invalid=move || fault.get().map(|_| "true")
                aria-describedby=move || fault.get().map(|_| described.clone())
                prop:value=shown
                on:change=change
            />
            {move || fault.get().map(|words| view! { <span class="fault" id=id.clone()>{words}</span> })}
        </label>
    }
}
