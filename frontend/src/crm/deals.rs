//! The list of deals.

use leptos::prelude::*;
use shared_types::{
    Permission, PipelineId, StageId,
    crm::{Deal, DealStatus, Pipeline},
};

use super::{api, contacts::consents, deal_api, deal_form::DealDialog};
use crate::{
    core::{
        auth,
        components::{
            adding::{add_button, adding},
            badge::{Colour, badge},
            board_page::{ListOrBoard, list_or_board},
            bulk::{BulkField, BulkSpec, Input, bulk},
            field::choices,
            filter::{PickFilter, SelectFilter},
            icons::Icon,
            list::{Bulk, ListPage, ListSpec},
            more_filters::{Fill, MoreFilter, MoreFilters, filter, through},
            table::{Column, Rows},
            tags::{bulk_tags, tag_filter, tags_column},
        },
        format,
        http::Page,
        query::Query,
        url::{UrlState, url_state},
    },
    identity::api::find_members,
    tr,
};

crate::lazy_page!(DealsPage for DealsRead => list_or_board(deal_api::DEALS, || view! { <Deals/> }.into_any()));

const FILTERS: &[&str] = &[
    "status",
    "stageId",
    "pipelineId",
    "ownerId",
    "tag",
    "companyId",
    "contactId",
    "companyIndustry",
    "companyCountry",
    "companyOwnerId",
    "companyOwnerDepartment",
    "companyParentIndustry",
    "contactConsent",
    "contactCompanyIndustry",
    "ownerDepartment",
    "ownerManagerId",
    "productCategoryId",
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
];

/// What both the list and the board can be narrowed by: all but the status, which is open on a board, and the stage,
/// which has a column there.
pub const BOTH: &[&str] = match FILTERS {
    [_, _, both @ ..] => both,
    _ => &[],
};
/// The same within a pipeline.
pub const WITHIN: &[&str] = match BOTH {
    [_, within @ ..] => within,
    [] => &[],
};

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
        filters: FILTERS,
        columns: vec![
            Column::new(tr!(deals.title), |deal: &Deal| {
                deal.title.clone().into_any()
            })
            .sort("title"),
            Column::words(tr!(deals.company), "companyName", |it: &Deal| it.company_name.clone())
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
            Column::words(tr!(deals.amount), "amount", |it: &Deal| it.amount.map(format::money_short)).sort("amount")
            .class("num"),
            Column::words(tr!(deals.expected_close), "expectedClose", |it: &Deal| it.expected_close.map(format::day)).sort("expectedClose")
            .class("wide-only"),
            Column::words(tr!(deals.closed_on), "closedOn", |it: &Deal| it.closed_on.map(format::day)).sort("closedOn")
            .class("wide-only"),
            Column::owner(tr!(deals.owner), |it: &Deal| it.owner_name.as_deref()),
            tags_column(|it: &Deal| &it.tags),
            Column::words(tr!(deals.opened_on), "openedOn", |it: &Deal| it.opened_on.map(format::day))
            .extra(),
            Column::ago(tr!(company.updated), "updatedAt", |it: &Deal| it.updated_at).extra(),
            Column::ago(tr!(company.created), "createdAt", |it: &Deal| it.created_at).extra(),
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
        duplicates: None,
    }
}

#[component]
fn Deals() -> impl IntoView {
    let pipelines = deal_api::pipelines();
    provide_context(Known(pipelines));
    let (url, adding) = (url_state(), adding());
    let actions = move || {
        view! {
            <ListOrBoard url=url list=deal_api::DEALS on_board=false names=BOTH/>
            {add_button(adding, Permission::DealsWrite, tr!(deals.add))}
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
    let mut fields = vec![
        BulkField::owner(tr!(deals.owner), Permission::DealsWrite),
        BulkField::new(
            "companyId",
            tr!(deals.company),
            Input::Pick(api::find_companies),
        )
        .optional(),
        BulkField::new("expectedClose", tr!(deals.expected_close), Input::Day).optional(),
    ];
    fields.extend(bulk_tags());
    bulk(
        BulkSpec {
            resource: deal_api::DEALS,
            fields,
            may_delete: auth::may(Permission::DealsDelete),
            has_pages: true,
        },
        Permission::DealsWrite,
    )
}

#[component]
fn Filters(url: UrlState) -> impl IntoView {
    let pipelines = deal_api::pipelines();
    let statuses: Vec<_> = choices(DealStatus::ALL, status_name);
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
    view! {
        <SelectFilter url=url name="status" label=tr!(deals.status) options=statuses/>
        {stages}
        <DealFilters url=url/>
    }
}

/// What both the list and the board of a pipeline are narrowed by.
#[component]
pub fn DealFilters(url: UrlState) -> impl IntoView {
    let rotting = vec![("true".to_owned(), tr!(deals.rotting).to_owned())];
    view! {
        <SelectFilter url=url name="rotting" label=tr!(deals.rotting_any) options=rotting/>
        <PickFilter url=url name="ownerId" label=tr!(deals.owner) find=find_members resource="/members"/>
        <PickFilter url=url name="companyId" label=tr!(deals.company) find=api::find_companies resource="/companies"/>
        <MoreFilters url=url filters=more()/>
    }
}

fn more() -> Vec<MoreFilter> {
    let (company, contact, owner) = (tr!(deals.company), tr!(deals.contact), tr!(deals.owner));
    let (industry, department) = (tr!(company.industry), tr!(settings.department));
    let members = || Fill::Pick(find_members, "/members");
    vec![
        tag_filter(),
        filter("amountMin", tr!(deals.amount_min), Fill::Money),
        filter("amountMax", tr!(deals.amount_max), Fill::Money),
        filter("expectedCloseAfter", tr!(deals.expected_from), Fill::Day),
        filter("expectedCloseBefore", tr!(deals.expected_before), Fill::Day),
        filter("closedAfter", tr!(deals.closed_from), Fill::Day),
        filter("closedBefore", tr!(deals.closed_before), Fill::Day),
        filter(
            "productId",
            tr!(deals.product),
            Fill::Pick(deal_api::find_products, "/products"),
        ),
        through(
            "productCategoryId",
            &[tr!(deals.product), tr!(product.category)],
            Fill::Pick(deal_api::find_categories, "/product-categories"),
        ),
        through("ownerDepartment", &[owner, department], Fill::Text),
        through("ownerManagerId", &[owner, tr!(settings.manager)], members()),
        through("companyIndustry", &[company, industry], Fill::Text),
        through(
            "companyCountry",
            &[company, tr!(company.country)],
            Fill::Text,
        ),
        through("companyOwnerId", &[company, owner], members()),
        through(
            "companyOwnerDepartment",
            &[company, owner, department],
            Fill::Text,
        ),
        through(
            "companyParentIndustry",
            &[company, tr!(company.parent), industry],
            Fill::Text,
        ),
        through(
            "contactConsent",
            &[contact, tr!(contact.consent)],
            Fill::Choice(consents()),
        ),
        through(
            "contactCompanyIndustry",
            &[contact, company, industry],
            Fill::Text,
        ),
    ]
}
