//! The first page: how sales stand, and the first steps of a new organization.

use leptos::prelude::*;
use shared_types::{Permission, crm::Company};

use super::{dashboard::Dashboard, first_steps::FirstSteps};
use crate::{
    core::{
        auth,
        components::{
            icons::{Icon, icon},
            states::{Empty, Skeleton, failure},
        },
        format,
        http::Page,
        page,
        query::{self, Load},
    },
    tr,
};

crate::lazy_page!(HomePage => view! { <Home/> });

#[component]
fn Home() -> impl IntoView {
    page::title(|| tr!(nav.home).to_owned());
    let figures = auth::may(Permission::ReportsRead);
    view! {
        <div class="page">
            <header class="page-head"><h1 class="page-title">{tr!(nav.home)}</h1></header>
            <FirstSteps/>
            {if figures {
                view! { <Dashboard/> }.into_any()
            } else if auth::may(Permission::CompaniesRead) {
                view! { <Recent/> }.into_any()
            } else {
                view! { <Empty symbol=Icon::Chart title=tr!(home.nothing) text=tr!(home.nothing_text)/> }.into_any()
            }}
        </div>
    }
}

/// What changed of late, for those who see no figures.
#[component]
fn Recent() -> impl IntoView {
    let companies =
        query::page::<Company>(|| Some("/companies?sort=-updatedAt&limit=8".to_owned()));
    move || match companies.load.get() {
        Load::Loading => view! { <Skeleton lines=6/> }.into_any(),
        Load::Failed(error) => failure(&error, move || companies.retry()),
        Load::Ready(page) => recent(page),
    }
}

fn recent(companies: Page<Company>) -> AnyView {
    view! {
        <section class="card card-flush" aria-labelledby="recent">
            <h2 id="recent" class="card-title card-title-inset">{tr!(home.recent)}</h2>
            <ul class="rows">
                {companies.data.into_iter().map(|company| view! {
                    <li>
                        <a class="row row-go" href=format!("/companies/{}", company.id)>
                            <span class="row-icon">{icon(Icon::Building)}</span>
                            <span class="grow truncate row-title">{company.name}</span>
                            <span class="text-muted">{format::ago(company.updated_at)}</span>
                        </a>
                    </li>
                }).collect_view()}
            </ul>
        </section>
    }
    .into_any()
}
