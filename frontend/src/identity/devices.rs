//! Where the user is signed in.

use leptos::{prelude::*, task::spawn_local};
use shared_types::identity::Session;

use super::api;
use crate::{
    core::{
        auth,
        components::{
            badge::{Colour, badge},
            dialog::Confirm,
            icons::{Icon, icon},
            states::{Skeleton, failure},
        },
        format, page,
        query::{self, Cache, Load},
        toast,
    },
    tr,
};

crate::lazy_page!(DevicesPage => view! { <Devices/> });

#[component]
fn Devices() -> impl IntoView {
    page::title(|| tr!(nav.devices).to_owned());
    let cache = query::cache();
    let sessions = query::record::<Vec<Session>>(|| Some(api::SESSIONS.to_owned()));
    let everywhere = RwSignal::new(false);
    let out = Callback::new(|()| {
        spawn_local(async {
            match api::sign_out_everywhere().await {
                Ok(()) => auth::signed_out(),
                Err(error) => toast::failed(&error),
            }
        });
    });
    view! {
        <div class="page page-narrow">
            <header class="page-head">
                <h1 class="page-title">{tr!(nav.devices)}</h1>
                <div class="page-actions">
                    <button type="button" class="btn" on:click=move |_| everywhere.set(true)>
                        {icon(Icon::SignOut)}{tr!(devices.everywhere)}
                    </button>
                </div>
            </header>
            <p class="page-text">{tr!(devices.text)}</p>
            <section class="card card-flush">
                {move || match sessions.load.get() {
                    Load::Loading => view! { <Skeleton lines=3/> }.into_any(),
                    Load::Failed(error) => failure(&error, move || sessions.retry()),
                    Load::Ready(list) => view! {
                        <ul class="rows">{list.into_iter().map(|session| session_view(session, cache)).collect_view()}</ul>
                    }
                    .into_any(),
                }}
            </section>
            <Confirm open=everywhere title=tr!(devices.everywhere) text=tr!(devices.everywhere_text) verb=tr!(devices.everywhere) on_confirm=out/>
        </div>
    }
}

fn session_view(session: Session, cache: Cache) -> impl IntoView {
    let id = session.id;
    let name = session
        .user_agent
        .as_deref()
        .map_or_else(|| tr!(devices.unknown).to_owned(), device_name);
    let revoke = move |_| {
        spawn_local(async move {
            match api::revoke(id).await {
                Ok(()) => {
                    cache.stale(api::SESSIONS);
                    toast::good(tr!(devices.revoked));
                }
                Err(error) => toast::failed(&error),
            }
        });
    };
    let label = tr!(devices.revoke_label, name = name.as_str());
    view! {
        <li class="row">
            <span class="row-icon">{icon(Icon::Device)}</span>
            <div class="grow">
                <p class="row-title">{name}" "{session.current.then(|| badge(Colour::Good, tr!(devices.current)))}</p>
                <p class="text-muted">
                    {session.ip_address.map(|address| format!("{address} · "))}
                    {tr!(devices.seen, ago = format::ago(session.last_seen_at))}
                </p>
            </div>
            {(!session.current).then(|| view! {
                <button type="button" class="btn btn-sm" aria-label=label on:click=revoke>{tr!(devices.revoke)}</button>
            })}
        </li>
    }
}

/// Browser and system, out of what a browser calls itself.
fn device_name(agent: &str) -> String {
    let find = |words: &[(&'static str, &'static str)]| {
        words
            .iter()
            .find(|(word, _)| agent.contains(word))
            .map(|(_, name)| *name)
    };
    let browser = find(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = find(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} · {system}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) => agent.chars().take(60).collect(),
    }
}
