//! The installation as a whole, for those who run it.

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};
use shared_types::platform::{DatabaseKind, Installation, ServiceState};

use crate::{
    core::{
        auth,
        components::{
            badge::{Colour, badge},
            states::{Skeleton, failure, no_permission},
        },
        format, page,
        query::{self, Load},
    },
    tr,
};

pub struct InstallationPage;

#[lazy_route]
impl LazyRoute for InstallationPage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        if auth::superuser() {
            view! { <Numbers/> }.into_any()
        } else {
            view! { <div class="page">{no_permission()}</div> }.into_any()
        }
    }
}

#[component]
fn Numbers() -> impl IntoView {
    page::title(|| tr!(installation.title).to_owned());
    let installation = query::record::<Installation>(|| Some("/installation".to_owned()));
    view! {
        <div class="page page-narrow">
            <header class="page-head"><h1 class="page-title">{tr!(installation.title)}</h1></header>
            <p class="page-text">{tr!(installation.text)}</p>
            <section class="card">
                {move || match installation.load.get() {
                    Load::Loading => view! { <Skeleton lines=10/> }.into_any(),
                    Load::Failed(error) => failure(&error, move || installation.retry()),
                    Load::Ready(it) => facts(it),
                }}
            </section>
        </div>
    }
}

fn facts(it: Installation) -> AnyView {
    let database = match it.database {
        DatabaseKind::Sqlite => "SQLite",
        DatabaseKind::Postgresql => "PostgreSQL",
    };
    let redis = match it.redis {
        ServiceState::Up => badge(Colour::Good, tr!(installation.up)),
        ServiceState::Down => badge(Colour::Bad, tr!(installation.down)),
        ServiceState::Off => badge(Colour::Plain, tr!(installation.off)),
    };
    let mail = if it.mail_server {
        tr!(installation.mail_server)
    } else {
        tr!(installation.mail_folder)
    };
    let dead = if it.dead_jobs == 0 {
        format::count(0).into_any()
    } else {
        badge(Colour::Bad, format::count(it.dead_jobs)).into_any()
    };
    view! {
        <dl class="facts">
            <dt>{tr!(installation.version)}</dt><dd>{it.version}</dd>
            <dt>{tr!(installation.started)}</dt>
            <dd><time datetime=it.started_at.to_rfc3339() title=format::time(it.started_at)>{format::ago(it.started_at)}</time></dd>
            <dt>{tr!(installation.database)}</dt><dd>{format!("{database}, {}", format::bytes(it.database_bytes))}</dd>
            <dt>"Redis"</dt><dd>{redis}</dd>
            <dt>{tr!(installation.mail)}</dt><dd>{mail}</dd>
            <dt>{tr!(installation.organizations)}</dt><dd>{format::count(it.organizations)}</dd>
            <dt>{tr!(installation.users)}</dt><dd>{format::count(it.users)}</dd>
            <dt>{tr!(installation.sessions)}</dt><dd>{format::count(it.sessions)}</dd>
            <dt>{tr!(installation.queued_jobs)}</dt><dd>{format::count(it.queued_jobs)}</dd>
            <dt>{tr!(installation.dead_jobs)}</dt><dd>{dead}</dd>
            <dt>{tr!(installation.undelivered)}</dt><dd>{format::count(it.undelivered_events)}</dd>
        </dl>
    }
    .into_any()
}
