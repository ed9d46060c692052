//! Filters of a list; they live in the address.

use super::{
    combobox::{Choice, Combobox, Finder},
    icons::{Icon, icon},
};
use crate::{
    core::{
        page::{pause, unique},
        query::cache,
        url::UrlState,
    },
    tr,
};
use leptos::{html, prelude::*};

/// The field that searches a list while one types.
#[component]
pub fn SearchField(url: UrlState, #[prop(into)] label: String) -> impl IntoView {
    let turn = StoredValue::new(0_u32);
    let node = NodeRef::<html::Input>::new();
    let id = unique("search");
    // The field follows the address, but not while one types in it.
    Effect::new(move |_| {
        let wanted = url.get("q").unwrap_or_default();
        if let Some(input) = node.get() {
            let mine = document()
                .active_element()
                .is_some_and(|active| input.is_same_node(Some(&active)));
            if !mine && input.value() != wanted {
                input.set_value(&wanted);
            }
        }
    });
    view! {
        <div class="search">
            {icon(Icon::Search)}
            <label class="sr-only" for=id.clone()>{label.clone()}</label>
            <input
                node_ref=node
                id=id
                type="search"
                class="input search-input"
                placeholder=label
                autocomplete="off"
                on:input=move |event| {
                    let text = event_target_value(&event);
                    let mine = turn.get_value().wrapping_add(1);
                    turn.set_value(mine);
                    leptos::task::spawn_local(async move {
                        pause(250).await;
                        if turn.try_get_value() == Some(mine) {
                            url.set_quietly(&[("q", Some(text.trim().to_owned()))]);
                        }
                    });
                }
            />
        </div>
    }
}

/// A filter with a few values.
#[component]
pub fn SelectFilter(
    url: UrlState,
    name: &'static str,
    #[prop(into)] label: String,
    /// Pairs of value and words; the first, all of them, has an empty value.
    options: Vec<(String, String)>,
) -> impl IntoView {
    let any = label.clone();
    view! {
        <select
            class="input filter"
            class:filter-on=move || url.get(name).is_some()
            aria-label=label
            on:change=move |event| url.set(&[(name, Some(event_target_value(&event)))])
        >
            <option value="" selected=move || url.get(name).is_none()>{any}</option>
            {options
                .into_iter()
                .map(|(word, words)| {
                    let this = word.clone();
                    view! { <option value=word selected=move || url.get(name).as_deref() == Some(&this)>{words}</option> }
                })
                .collect_view()}
        </select>
    }
}

/// A filter by a record, found while one types. The name of a record that the address names is
/// asked for once.
#[component]
pub fn PickFilter(
    url: UrlState,
    name: &'static str,
    #[prop(into)] label: String,
    find: Finder,
    /// The list in which the record of an id is found (`/members`).
    resource: &'static str,
) -> impl IntoView {
    let cache = cache();
    let chosen = RwSignal::new(None::<Choice>);
    Effect::new(move |_| {
        let Some(id) = url.get(name) else {
            chosen.set(None);
            return;
        };
        if chosen.with_untracked(|chosen| chosen.as_ref().is_some_and(|chosen| chosen.id == id)) {
            return;
        }
        chosen.set(Some(Choice {
            id: id.clone(),
            label: tr!(state.loading).to_owned(),
            detail: None,
        }));
        leptos::task::spawn_local(async move {
            let label = cache
                .name_of(&format!("{resource}/{id}"))
                .await
                .unwrap_or_else(|| tr!(filter.unknown).to_owned());
            let _ = chosen.try_set(Some(Choice {
                id,
                label,
                detail: None,
            }));
        });
    });
    view! {
        <div class="filter-pick" class:filter-on=move || url.get(name).is_some()>
            <Combobox
                placeholder=label.clone()
                label=label
                value=chosen
                find=find
                on_change=Callback::new(move |choice: Option<Choice>| {
                    chosen.set(choice.clone());
                    url.set(&[(name, choice.map(|choice| choice.id))]);
                })
            />
        </div>
    }
}

/// Takes all filters away, where there are any.
#[component]
pub fn ClearFilters(url: UrlState, names: &'static [&'static str]) -> impl IntoView {
    view! {
        <Show when=move || url.any(names)>
            <button
                type="button"
                class="btn btn-quiet"
                on:click=move |_| {
                    let none: Vec<(&str, Option<String>)> = names.iter().map(|name| (*name, None)).collect();
                    url.set(&none);
                }
            >
                {icon(Icon::Close)}
                {tr!(filter.clear)}
            </button>
        </Show>
    }
}
