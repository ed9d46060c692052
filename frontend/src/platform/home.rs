//! The first page, and the first steps of a new organization.

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};
use shared_types::{Permission, crm::Company};

use crate::{
    core::{
        auth,
        components::{
            icons::{Icon, icon},
            states::{Skeleton, failure},
        },
        format,
        http::Page,
        page,
        query::{self, Load},
    },
    tr,
};

pub struct HomePage;

#[lazy_route]
impl LazyRoute for HomePage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <Home/> }.into_any()
    }
}

#[component]
fn Home() -> impl IntoView {
    page::title(|| tr!(nav.home).to_owned());
    let name = auth::me()
        .map(|me| me.user.first_name.clone())
        .unwrap_or_default();
    let companies = query::page::<Company>(|| {
        auth::may(Permission::CompaniesRead)
            .then(|| "/companies?sort=-updatedAt&limit=8".to_owned())
    });
    view! {
        <div class="page">
            <header class="page-head"><h1 class="page-title">{tr!(home.title, name = name)}</h1></header>
            {auth::may(Permission::CompaniesRead).then(|| view! {
                {move || match companies.load.get() {
                    Load::Loading => view! { <Skeleton lines=6/> }.into_any(),
                    Load::Failed(error) => failure(&error, move || companies.retry()),
                    Load::Ready(page) if page.data.is_empty() => view! { <FirstSteps/> }.into_any(),
                    Load::Ready(page) => recent(page),
                }}
            })}
        </div>
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

/// What to do in an organization that is empty yet.
#[component]
fn FirstSteps() -> impl IntoView {
    let step = |href: &'static str, symbol: Icon, title: &'static str, text: &'static str| {
        view! {
            <li>
                <a class="step" href=href>
                    <span class="step-icon">{icon(symbol)}</span>
                    <span><strong>{title}</strong><span class="text-muted">{text}</span></span>
                </a>
            </li>
        }
    };
    view! {
        <section class="card" aria-labelledby="first-steps">
            <h2 id="first-steps" class="card-title">{tr!(home.first_steps)}</h2>
            <p class="text-muted">{tr!(home.first_steps_text)}</p>
            <ol class="steps">
                {auth::may(Permission::CompaniesWrite).then(|| step("/companies?new=true", Icon::Building, tr!(home.add_company), tr!(home.add_company_text)))}
                {step("/settings/profile", Icon::Member, tr!(home.profile), tr!(home.profile_text))}
            </ol>
        </section>
    }
}
