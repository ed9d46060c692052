//! The list of companies.

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};
use shared_types::{Permission, Reach, crm::Company};

use super::{api, company_form::CompanyDialog, merge_api::DUPLICATES};
use crate::{
    core::{
        auth,
        components::{
            adding::{add_button, adding},
            badge::{dash, person},
            bulk::{BulkField, BulkSpec, Input, bulk},
            filter::PickFilter,
            icons::Icon,
            list::{Bulk, ListPage, ListSpec},
            more_filters::{Fill, MoreFilter, MoreFilters, filter, through},
            states::guarded,
            table::{Column, Rows},
        },
        format,
        url::UrlState,
    },
    identity::api::find_members,
    tr,
};

pub struct CompaniesPage;

#[lazy_route]
impl LazyRoute for CompaniesPage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        guarded(Permission::CompaniesRead, || {
            view! { <Companies/> }.into_any()
        })
    }
}

fn text(value: Option<&String>) -> AnyView {
    value.map_or_else(|| dash().into_any(), |value| value.clone().into_any())
}

/// A column that is there for those who choose it.
fn extra(title: &str, word: &'static str, cell: fn(&Company) -> AnyView) -> Column<Company> {
    Column::new(title, cell).key(word).extra()
}

fn spec() -> ListSpec<Company> {
    ListSpec {
        title: tr!(company.list).to_owned(),
        resource: api::COMPANIES,
        filters: &[
            "ownerId",
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
            Column::new(tr!(company.industry), |company: &Company| {
                text(company.industry.as_ref())
            })
            .sort("industry")
            .class("wide-only"),
            Column::new(tr!(company.location), |company: &Company| {
                text(company.location.as_ref())
            })
            .key("location")
            .class("wide-only"),
            Column::new(tr!(company.employees), |company: &Company| {
                company.employees.map_or_else(
                    || dash().into_any(),
                    |count| format::number(count).into_any(),
                )
            })
            .sort("employees")
            .class("num wide-only"),
            Column::new(tr!(company.revenue), |company: &Company| {
                company.annual_revenue.map_or_else(
                    || dash().into_any(),
                    |money| format::money_compact(money).into_any(),
                )
            })
            .key("annualRevenue")
            .class("num"),
            Column::new(tr!(company.owner), |company: &Company| {
                person(company.owner_name.as_deref())
            })
            .key("ownerName")
            .class("wide-only"),
            Column::new(tr!(company.updated), |company: &Company| {
                format::ago(company.updated_at).into_any()
            })
            .sort("updatedAt")
            .class("wide-only text-muted"),
            extra(tr!(company.domain), "domain", |company| {
                text(company.domain.as_ref())
            }),
            extra(tr!(company.website), "website", |company| {
                text(company.website.as_ref())
            }),
            extra(tr!(company.phone), "phone", |company| {
                text(company.phone.as_ref())
            }),
            extra(tr!(company.country), "country", |company| {
                text(company.country.as_ref())
            }),
            extra(tr!(company.founded), "foundedYear", |company| {
                company
                    .founded_year
                    .map_or_else(|| dash().into_any(), |year| year.to_string().into_any())
            }),
            extra(tr!(company.external_id), "externalId", |company| {
                text(company.external_id.as_ref())
            }),
            extra(tr!(company.created), "createdAt", |company| {
                format::ago(company.created_at).into_any()
            })
            .sort("createdAt"),
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
    let field = |name, label: &str, input| BulkField {
        name,
        label: label.to_owned(),
        input,
        optional: true,
    };
    let owner = BulkField {
        optional: auth::reach(Permission::CompaniesWrite) == Some(Reach::Organization),
        ..field("ownerId", tr!(company.owner), Input::Pick(find_members))
    };
    let fields = vec![
        owner,
        field("industry", tr!(company.industry), Input::Text),
        field("location", tr!(company.location), Input::Text),
        field(
            "country",
            tr!(company.country),
            Input::Choice(super::countries::options()),
        ),
        field(
            "parentId",
            tr!(company.parent),
            Input::Pick(api::find_companies),
        ),
    ];
    bulk(BulkSpec {
        resource: api::COMPANIES,
        fields: if auth::may(Permission::CompaniesWrite) {
            fields
        } else {
            Vec::new()
        },
        may_delete: auth::may(Permission::CompaniesDelete),
        has_pages: true,
    })
}

fn more() -> Vec<MoreFilter> {
    let (industry, department) = (tr!(company.industry), tr!(settings.department));
    let parent = tr!(company.parent);
    vec![
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
