//! The list of companies.

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};
use shared_types::{Permission, Reach, crm::Company};

use super::{api, company_form::CompanyDialog};
use crate::{
    core::{
        auth,
        components::{
            badge::{dash, person},
            bulk::{BulkField, BulkSpec, Input, bulk},
            filter::PickFilter,
            icons::{Icon, icon},
            list::{Bulk, ListPage, ListSpec},
            states::guarded,
            table::{Column, Rows},
        },
        format,
        url::{UrlState, url_state},
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
    }
}

#[component]
fn Companies() -> impl IntoView {
    let adding = RwSignal::new(false);
    let url = url_state();
    Effect::new(move |_| {
        if url.get("new").is_some() {
            adding.set(true);
            url.set_quietly(&[("new", None)]);
        }
    });
    let may_add = auth::may(Permission::CompaniesWrite);
    let actions = move || {
        may_add.then(|| view! {
            <button type="button" class="btn btn-primary" on:click=move |_| adding.set(true)>{icon(Icon::Add)}{tr!(company.add)}</button>
        })
    };
    let filters = Callback::new(|url: UrlState| {
        view! { <PickFilter url=url name="ownerId" label=tr!(company.owner) find=find_members resource="/members"/> }.into_any()
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
