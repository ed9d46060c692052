//! The frame of the pages before the sign-in.

use crate::{core::page, shell::language::Languages, tr};
use leptos::prelude::*;

/// A card in the middle of the page.
#[component]
pub fn Outside(
    #[prop(into)] title: String,
    #[prop(optional, into)] text: String,
    children: Children,
) -> impl IntoView {
    let name = title.clone();
    page::title(move || name.clone());
    view! {
        <main id="main" class="outside" tabindex="-1">
            <div class="outside-card">
                <p class="outside-brand"><span class="brand-mark" aria-hidden="true"></span>"Touchline"</p>
                <h1 class="outside-title">{title}</h1>
                {(!text.is_empty()).then(|| view! { <p class="outside-text">{text}</p> })}
                {children()}
            </div>
            <p class="outside-foot">{tr!(shell.motto)}</p>
            <Languages/>
        </main>
    }
}

/// A parameter of the address. Links in mails carry theirs behind the #, so that no server's log keeps it.
#[must_use]
pub fn parameter(name: &str) -> Option<String> {
    let hash = window().location().hash().unwrap_or_default();
    let pairs: Vec<(String, String)> =
        serde_urlencoded::from_str(hash.trim_start_matches('#')).unwrap_or_default();
    let hidden = pairs.into_iter().find(|(key, _)| key == name);
    hidden.map(|(_, value)| value).or_else(|| {
        leptos_router::hooks::use_query_map()
            .get_untracked()
            .get(name)
    })
}
