//! The bar above every page.

use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;

use crate::{
    core::{
        auth,
        components::{
            badge::avatar,
            icons::{Icon, icon},
            menu::{Entry, Menu},
        },
        theme::{self, Theme},
        toast,
    },
    identity::api,
    platform::{notification_bell::Bell, palette},
    shell::language,
    tr,
};

#[component]
pub fn Header(
    /// Whether the drawer of a narrow window is open.
    sidebar: RwSignal<bool>,
    /// Whether the column of a wide window is away.
    folded: RwSignal<bool>,
) -> impl IntoView {
    let me = auth::me();
    let name = me
        .as_ref()
        .map(|me| format!("{} {}", me.user.first_name, me.user.last_name))
        .unwrap_or_default();
    let toggle = move |_| {
        if is_wide() {
            folded.update(|folded| *folded = !*folded);
            return;
        }
        sidebar.update(|open| *open = !*open);
        if sidebar.get_untracked() {
            request_animation_frame(|| {
                let link = document().query_selector("#sidebar a").ok().flatten();
                if let Some(link) =
                    link.and_then(|link| link.dyn_into::<web_sys::HtmlElement>().ok())
                {
                    let _ = link.focus();
                }
            });
        }
    };
    view! {
        <header class="header">
            <button
                id="sidebar-toggle"
                type="button"
                class="btn-icon header-menu"
                aria-label=tr!(shell.menu)
                aria-controls="sidebar"
                aria-expanded=move || (if is_wide() { !folded.get() } else { sidebar.get() }).to_string()
                on:click=toggle
            >
                {icon(Icon::Menu)}
            </button>
            <button type="button" class="search-button" on:click=move |_| palette::open()>
                {icon(Icon::Search)}
                <span class="grow">{tr!(shell.search)}</span>
                <kbd class="kbd">{palette::shortcut()}</kbd>
            </button>
            <div class="header-end">
                <Bell/>
                <Menu label=tr!(language.label) entries=Callback::new(|()| language::entries())>
                    {icon(Icon::Globe)}
                </Menu>
                <Menu label=tr!(theme.label) entries=Callback::new(|()| themes())>
                    {move || icon(match theme::theme().get() {
                        Theme::Light => Icon::Sun,
                        Theme::Dark => Icon::Moon,
                        Theme::System => Icon::System,
                    })}
                </Menu>
                <Menu label=tr!(shell.account, name = name.clone()) class="btn-avatar" entries=Callback::new(move |()| account())>
                    {avatar(&name)}
                </Menu>
            </div>
        </header>
    }
}

fn themes() -> Vec<Entry> {
    let now = theme::theme().get_untracked();
    [
        (Theme::Light, tr!(theme.light), Icon::Sun),
        (Theme::Dark, tr!(theme.dark), Icon::Moon),
        (Theme::System, tr!(theme.system), Icon::System),
    ]
    .into_iter()
    .map(|(theme, label, symbol)| {
        Entry::run(label, move || theme::choose(theme))
            .icon(symbol)
            .chosen(now == theme)
    })
    .collect()
}

fn account() -> Vec<Entry> {
    let mut entries = vec![
        Entry::go(tr!(nav.profile), "/settings/profile").icon(Icon::Member),
        Entry::go(tr!(nav.devices), "/settings/devices").icon(Icon::Device),
    ];
    if let Some(me) = auth::me() {
        for other in me
            .organizations
            .iter()
            .filter(|other| other.id != me.organization.id)
        {
            let id = other.id;
            entries.push(
                Entry::run(tr!(shell.switch, name = other.name.as_str()), move || {
                    spawn_local(async move {
                        match api::switch(id).await {
                            Ok(me) => auth::signed_in(me),
                            Err(error) => toast::failed(&error),
                        }
                    });
                })
                .icon(Icon::Building),
            );
        }
    }
    entries.push(
        Entry::run(tr!(shell.sign_out), || {
            spawn_local(async {
                match api::sign_out().await {
                    Ok(()) => auth::signed_out(),
                    Err(error) => toast::failed(&error),
                }
            });
        })
        .icon(Icon::SignOut),
    );
    entries
}

/// Whether the sidebar has a column of its own, as in `shell.css`.
fn is_wide() -> bool {
    let query = window().match_media("(width >= 48rem)").ok().flatten();
    query.is_none_or(|query| query.matches())
}
