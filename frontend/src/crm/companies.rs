//! The list of companies.

use leptos::prelude::*;
use shared_types::{Permission, crm::Company};

use super::{api, company_form::CompanyDialog, merge_api::DUPLICATES};
use crate::{
    core::{
        auth,
        components::{
            adding::{add_button, adding},
            bulk::{BulkField, BulkSpec, Input, bulk},
            filter::PickFilter,
            icons::Icon,
            list::{Bulk, ListPage, ListSpec},
            more_filters::{Fill, MoreFilter, MoreFilters, filter, through},
            table::{Column, Rows},
            tags::{bulk_tags, tag_filter, tags_column},
        },
        format,
        url::UrlState,
    },
    identity::api::find_members,
    tr,
};

crate::lazy_page!(CompaniesPage for CompaniesRead => view! { <Companies/> });

fn spec() -> ListSpec<Company> {
    ListSpec {
        title: tr!(company.list).to_owned(),
        resource: api::COMPANIES,
        filters: &[
            "ownerId",
            "tag",
            "ownerDepartment",
            "parentIndustry",
            "parentOwnerDepartment",
            "industry",
            "country",
            "parentId",
            "employeesMin",
            "employeesMax",
            "createdAfter",
            "createdBefore",
            "updatedAfter",
            "updatedBefore",
        ],
        columns: vec![
            Column::new(tr!(company.name), |company: &Company| {
                company.name.clone().into_any()
            })
            .sort("name"),
            Column::words(tr!(company.industry), "industry", |it: &Company| {
                it.industry.clone()
            })
            .sort("industry")
            .class("wide-only"),
            Column::words(tr!(company.location), "location", |it: &Company| {
                it.location.clone()
            })
            .class("wide-only"),
            Column::words(tr!(company.employees), "employees", |it: &Company| {
                it.employees.map(format::number)
            })
            .sort("employees")
            .class("num wide-only"),
            Column::words(tr!(company.revenue), "annualRevenue", |it: &Company| {
                it.annual_revenue.map(format::money_compact)
            })
            .class("num"),
            Column::owner(tr!(company.owner), |it: &Company| it.owner_name.as_deref()),
            tags_column(|it: &Company| &it.tags),
            Column::ago(tr!(company.updated), "updatedAt", |it: &Company| {
                it.updated_at
            }),
            Column::words(tr!(company.domain), "domain", |it: &Company| {
                it.domain.clone()
            })
            .extra(),
            Column::words(tr!(company.website), "website", |it: &Company| {
                it.website.clone()
            })
            .extra(),
            Column::words(tr!(company.phone), "phone", |it: &Company| it.phone.clone()).extra(),
            Column::words(tr!(company.country), "country", |it: &Company| {
                it.country.clone()
            })
            .extra(),
            Column::words(tr!(company.founded), "foundedYear", |it: &Company| {
                it.founded_year.map(|year| year.to_string())
            })
            .extra(),
            Column::words(tr!(company.external_id), "externalId", |it: &Company| {
                it.external_id.clone()
            })
            .extra(),
            Column::ago(tr!(company.created), "createdAt", |it: &Company| {
                it.created_at
            })
            .extra(),
        ],
        rows: Rows {
            id: |company| company.id.to_string(),
            name: |company| company.name.clone(),
            href: |company| Some(format!("/companies/{}", company.id)),
        },
        default_sort: "name",
        empty: (
            Icon::Building,
            tr!(company.none).to_owned(),
            tr!(company.none_text).to_owned(),
        ),
        search_label: tr!(company.search).to_owned(),
        trash: true,
        exports: true,
        duplicates: auth::may(Permission::CompaniesDelete).then_some(DUPLICATES),
    }
}

#[component]
fn Companies() -> impl IntoView {
    let adding = adding();
    let actions = move || add_button(adding, Permission::CompaniesWrite, tr!(company.add));
    let filters = Callback::new(|url: UrlState| {
        view! {
            <PickFilter url=url name="ownerId" label=tr!(company.owner) find=find_members resource="/members"/>
            <MoreFilters url=url filters=more()/>
        }
        .into_any()
    });
    view! {
        <ListPage spec=spec() actions=actions filters=filters bulk=many()/>
        <CompanyDialog open=adding/>
    }
}

/// What can be done with the ticked companies.
fn many() -> Bulk {
    let mut fields = vec![
        BulkField::owner(tr!(company.owner), Permission::CompaniesWrite),
        BulkField::new("industry", tr!(company.industry), Input::Text).optional(),
        BulkField::new("location", tr!(company.location), Input::Text).optional(),
        BulkField::new(
            "country",
            tr!(company.country),
            Input::Choice(super::countries::options()),
        )
        .optional(),
        BulkField::new(
            "parentId",
            tr!(company.parent),
            Input::Pick(api::find_companies),
        )
        .optional(),
    ];
    fields.extend(bulk_tags());
    bulk(
        BulkSpec {
            resource: api::COMPANIES,
            fields,
            may_delete: auth::may(Permission::CompaniesDelete),
            has_pages: true,
        },
        Permission::CompaniesWrite,
    )
}

fn more() -> Vec<MoreFilter> {
    let (industry, department) = (tr!(company.industry), tr!(settings.department));
    let parent = tr!(company.parent);
    vec![
        tag_filter(),
        filter("industry", industry, Fill::Text),
        filter("country", tr!(company.country), Fill::Text),
        filter("employeesMin", tr!(filter.employees_min), Fill::Number),
        filter("employeesMax", tr!(filter.employees_max), Fill::Number),
        filter(
            "parentId",
            parent,
            Fill::Pick(api::find_companies, api::COMPANIES),
        ),
        through("parentIndustry", &[parent, industry], Fill::Text),
        through(
            "parentOwnerDepartment",
            &[parent, tr!(company.owner), department],
            Fill::Text,
        ),
        through(
            "ownerDepartment",
            &[tr!(company.owner), department],
            Fill::Text,
        ),
    ]
}
