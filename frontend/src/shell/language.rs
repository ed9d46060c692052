//! Choosing the language: in the bar above the pages, and under those before the sign-in.

use leptos::{prelude::*, task::spawn_local};
use shared_types::Language;

use crate::{
    core::{auth, components::menu::Entry, errors::ApiError, i18n, page, toast},
    identity::api,
    tr,
};

/// The languages as entries of a menu.
pub fn entries() -> Vec<Entry> {
    let now = i18n::current().get_untracked();
    Language::ALL
        .iter()
        .map(|&language| {
            Entry::run(language.own_name(), move || spawn_local(choose(language)))
                .chosen(now == language)
        })
        .collect()
}

/// The languages as a row of buttons.
#[component]
pub fn Languages() -> impl IntoView {
    let now = i18n::current().get_untracked();
    let buttons = Language::ALL
        .iter()
        .map(|&language| {
            view! {
                <li>
                    <button type="button" class="btn btn-quiet btn-sm" lang=language.tag() aria-pressed=(now == language).to_string()
                        on:click=move |_| spawn_local(choose(language))>
                        {language.own_name()}
                    </button>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="languages" aria-label=tr!(language.label)>{buttons}</ul> }
}

/// Speaks a language from now on; for somebody who is signed in, on every device and in mails.
async fn choose(language: Language) {
    if i18n::choose(language).await.is_err() {
        toast::failed(&ApiError::offline());
        return;
    }
    request_animation_frame(page::focus_main);
    if auth::me().is_some() {
        match api::speak(language).await {
            Ok(me) => auth::signed_in(me),
            Err(error) => toast::failed(&error),
        }
    }
}
