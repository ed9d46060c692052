//! The list of leads.

use leptos::prelude::*;
use shared_types::{
    Permission,
    crm::{DealStatus, Lead, LeadStatus},
};

use super::{
    deals,
    lead_api::{LEADS, lead_path, score_badge, source_name, sources, status_badge, status_name},
    lead_form::LeadDialog,
    merge_api::DUPLICATES,
};
use crate::{
    core::{
        auth,
        components::{
            adding::{add_button, adding},
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
        url::{UrlState, url_state},
    },
    identity::api::find_members,
    tr,
};

crate::lazy_page!(LeadsPage for LeadsRead => list_or_board(LEADS, || view! { <Leads/> }.into_any()));

const FILTERS: &[&str] = &[
    "status",
    "ownerDepartment",
    "ownerManagerId",
    "dealStatus",
    "dealCompanyIndustry",
    "source",
    "ownerId",
    "tag",
    "hasOwner",
    "industry",
    "country",
    "email",
    "scoreMin",
    "scoreMax",
    "createdAfter",
    "createdBefore",
    "updatedAfter",
    "updatedBefore",
];

/// What both the list and the board can be narrowed by: all but the state, which has a column.
pub const BOTH: &[&str] = match FILTERS {
    [_, both @ ..] => both,
    [] => &[],
};

fn spec() -> ListSpec<Lead> {
    ListSpec {
        title: tr!(lead.list).to_owned(),
        resource: LEADS,
        filters: FILTERS,
        columns: vec![
            Column::new(tr!(lead.name), |lead: &Lead| lead.name.clone().into_any()).sort("name"),
            Column::words(tr!(lead.company), "companyName", |it: &Lead| {
                it.company_name.clone()
            })
            .class("wide-only"),
            Column::new(tr!(lead.status), |lead: &Lead| status_badge(lead.status)).key("status"),
            Column::new(tr!(lead.score), |lead: &Lead| score_badge(lead.score))
                .sort("score")
                .class("num"),
            Column::new(tr!(lead.source), |lead: &Lead| {
                source_name(lead.source).into_any()
            })
            .key("source")
            .extra(),
            Column::words(tr!(lead.amount), "amount", |it: &Lead| {
                it.amount.map(format::money_compact)
            })
            .class("num wide-only"),
            Column::owner(tr!(lead.owner), |it: &Lead| it.owner_name.as_deref()),
            tags_column(|it: &Lead| &it.tags),
            Column::ago(tr!(lead.created), "createdAt", |it: &Lead| it.created_at),
        ],
        rows: Rows {
            id: |lead| lead.id.to_string(),
            name: |lead| lead.name.clone(),
            href: |lead| Some(lead_path(lead.id)),
        },
        default_sort: "-createdAt",
        empty: (
            Icon::Lead,
            tr!(lead.none).to_owned(),
            tr!(lead.none_text).to_owned(),
        ),
        search_label: tr!(lead.search).to_owned(),
        trash: true,
        exports: true,
        duplicates: auth::may(Permission::LeadsDelete).then_some(DUPLICATES),
    }
}

/// What can be done with the chosen leads.
fn many() -> Bulk {
    // A lead becomes converted by converting it alone.
    let statuses = LeadStatus::ALL
        .iter()
        .filter(|&&it| it != LeadStatus::Converted);
    let statuses = statuses
        .map(|&it| (it.to_string(), status_name(it).to_owned()))
        .collect();
    let mut fields = vec![
        BulkField::owner(tr!(lead.owner), Permission::LeadsWrite),
        BulkField::new("status", tr!(lead.status), Input::Choice(statuses)),
        BulkField::new("source", tr!(lead.source), Input::Choice(sources())),
    ];
    fields.extend(bulk_tags());
    bulk(
        BulkSpec {
            resource: LEADS,
            fields,
            may_delete: auth::may(Permission::LeadsDelete),
            has_pages: true,
        },
        Permission::LeadsWrite,
    )
}

#[component]
fn Leads() -> impl IntoView {
    let (url, adding) = (url_state(), adding());
    let actions = move || {
        view! {
            <ListOrBoard url=url list=LEADS on_board=false names=BOTH/>
            {add_button(adding, Permission::LeadsWrite, tr!(lead.add))}
        }
    };
    let filters = Callback::new(|url: UrlState| {
        let statuses = choices(LeadStatus::ALL, status_name);
        view! {
            <SelectFilter url=url name="status" label=tr!(lead.status) options=statuses/>
            <LeadFilters url=url/>
        }
        .into_any()
    });
    view! {
        <ListPage spec=spec() actions=actions filters=filters bulk=many()/>
        <LeadDialog open=adding/>
    }
}

/// The filters that both the list and the board have.
#[component]
pub fn LeadFilters(url: UrlState) -> impl IntoView {
    view! {
        <SelectFilter url=url name="source" label=tr!(lead.source) options=sources()/>
        <PickFilter url=url name="ownerId" label=tr!(lead.owner) find=find_members resource="/members"/>
        <MoreFilters url=url filters=more()/>
    }
}

fn more() -> Vec<MoreFilter> {
    let (owner, deal) = (tr!(lead.owner), tr!(settings.subject.deal));
    let industry = tr!(company.industry);
    let of_deal = choices(DealStatus::ALL, deals::status_name);
    vec![
        tag_filter(),
        filter("industry", industry, Fill::Text),
        filter("country", tr!(company.country), Fill::Text),
        filter("scoreMin", tr!(filter.score_min), Fill::Number),
        filter("scoreMax", tr!(filter.score_max), Fill::Number),
        through(
            "ownerDepartment",
            &[owner, tr!(settings.department)],
            Fill::Text,
        ),
        through(
            "ownerManagerId",
            &[owner, tr!(settings.manager)],
            Fill::Pick(find_members, "/members"),
        ),
        through(
            "dealStatus",
            &[deal, tr!(deals.status)],
            Fill::Choice(of_deal),
        ),
        through(
            "dealCompanyIndustry",
            &[deal, tr!(deals.company), industry],
            Fill::Text,
        ),
    ]
}
