//! A field that finds records while one types.

use std::str::FromStr;

use futures_util::{FutureExt, future::LocalBoxFuture};
use leptos::{ev, html, prelude::*, task::spawn_local};
use serde::de::DeserializeOwned;

use super::{
    icons::{Icon, icon},
    popover,
};
use crate::{
    core::{
        http::Answer,
        page::{pause, unique},
        query::{Cache, cache},
        url::encode,
    },
    tr,
};

/// A record that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub id: String,
    pub label: String,
    pub detail: Option<String>,
}

/// Finds records by what was typed.
pub type Finder = fn(Cache, String) -> LocalBoxFuture<'static, Answer<Vec<Choice>>>;

/// The id of the record that is chosen in a field.
#[must_use]
pub fn picked<T: FromStr>(field: RwSignal<Option<Choice>>) -> Option<T> {
    field.with_untracked(|choice| choice.as_ref().and_then(|choice| choice.id.parse().ok()))
}

/// Finds records of a list, whose address may hold filters, by what was typed.
pub fn find_in<T: DeserializeOwned + 'static>(
    cache: Cache,
    list: &'static str,
    text: &str,
    choice: fn(T) -> Choice,
) -> LocalBoxFuture<'static, Answer<Vec<Choice>>> {
    let more = if list.contains('?') { '&' } else { '?' };
    let path = format!("{list}{more}limit=20&q={}", encode(text.trim()));
    async move {
        let page = cache.page::<T>(path).await?;
        Ok(page.data.into_iter().map(choice).collect())
    }
    .boxed_local()
}

/// A text field with a list of what was found (the combobox pattern of ARIA).
#[component]
pub fn Combobox(
    /// The id of the input, for its label.
    #[prop(optional, into)]
    id: Option<String>,
    #[prop(into)] label: String,
    /// What is chosen.
    #[prop(into)]
    value: Signal<Option<Choice>>,
    find: Finder,
    on_change: Callback<Option<Choice>>,
    #[prop(default = true)] clearable: bool,
    #[prop(optional)] autofocus: bool,
    /// What stands there where nothing is chosen, instead of an invitation to search.
    #[prop(optional, into)]
    placeholder: Option<String>,
    #[prop(optional, into)] invalid: Signal<bool>,
    #[prop(optional)] on_escape: Option<Callback<()>>,
) -> impl IntoView {
    let cache = cache();
    let id = id.unwrap_or_else(|| unique("combobox"));
    let list_id = format!("{id}-list");
    let (input, list) = (NodeRef::<html::Input>::new(), NodeRef::<html::Div>::new());
    let typed = RwSignal::new(None::<String>);
    let found = RwSignal::new(Vec::<Choice>::new());
    let active = RwSignal::new(0_usize);
    let open = RwSignal::new(false);
    let asked = StoredValue::new(0_u32);

    let close = move || {
        open.set(false);
        typed.set(None);
        if let Some(list) = list.get_untracked() {
            popover::hide(&list);
        }
    };
    let search = move |text: String| {
        let turn = asked.get_value().wrapping_add(1);
        asked.set_value(turn);
        spawn_local(async move {
            if !text.is_empty() {
                pause(150).await;
            }
            if asked.try_get_value() != Some(turn) {
                return;
            }
            let answer = find(cache, text).await.unwrap_or_default();
            if asked.try_get_value() == Some(turn) {
                active.set(0);
                found.set(answer);
                if let (Some(list), Some(input)) = (list.get_untracked(), input.get_untracked()) {
                    popover::show(&list);
                    popover::place(&list, &input, true);
                }
            }
        });
    };
    let start = move || {
        if !open.get_untracked() {
            open.set(true);
            search(String::new());
        }
    };
    let choose = move |choice: Option<Choice>| {
        close();
        on_change.run(choice);
    };
    let keys = move |event: ev::KeyboardEvent| {
        let count = found.with_untracked(Vec::len);
        match event.key().as_str() {
            "ArrowDown" if !open.get_untracked() => start(),
            "ArrowDown" if count > 0 => active.update(|at| *at = (*at + 1) % count),
            "ArrowUp" if count > 0 => active.update(|at| *at = (*at + count - 1) % count),
            "Enter" if open.get_untracked() => {
                let choice =
                    found.with_untracked(|found| found.get(active.get_untracked()).cloned());
                if choice.is_some() {
                    choose(choice);
                }
            }
            "Escape" if open.get_untracked() => close(),
            "Escape" => {
                if let Some(escape) = on_escape {
                    escape.run(());
                }
                return;
            }
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let shown = move || {
        typed
            .get()
            .unwrap_or_else(|| value.get().map_or_else(String::new, |choice| choice.label))
    };
    let option_id = {
        let id = id.clone();
        move |index: usize| format!("{id}-{index}")
    };
    let active_id = {
        let option_id = option_id.clone();
        move || {
            (open.get() && found.with(|found| !found.is_empty())).then(|| option_id(active.get()))
        }
    };
    Effect::new(move |_| {
        if autofocus && let Some(input) = input.get() {
            let _ = input.focus();
        }
    });
    view! {
        <div class="combobox">
            <input
                node_ref=input
                id=id
                class="input"
                type="text"
                role="combobox"
                autocomplete="off"
                aria-label=label
                aria-autocomplete="list"
                aria-expanded=move || open.get().to_string()
                aria-controls=list_id.clone()
                aria-activedescendant=active_id
                aria-invalid=move || invalid.get().to_string()
                placeholder=placeholder.unwrap_or_else(|| tr!(combobox.placeholder).to_owned())
                prop:value=shown
                on:click=move |_| start()
                on:keydown=keys
                on:blur=move |_| close()
                on:input=move |event| {
                    let text = event_target_value(&event);
                    typed.set(Some(text.clone()));
                    open.set(true);
                    search(text);
                }
            />
            <Show when=move || clearable && value.with(Option::is_some)>
                <button
                    type="button"
                    class="combobox-clear"
                    aria-label=tr!(combobox.clear)
                    on:mousedown=move |event| event.prevent_default()
                    on:click=move |_| choose(None)
                >
                    {icon(Icon::Close)}
                </button>
            </Show>
            <div node_ref=list id=list_id class="menu" role="listbox" popover="manual" aria-label=tr!(combobox.results)>
                {move || {
                    let found = found.get();
                    if found.is_empty() {
                        return view! { <p class="menu-note" role="option" aria-selected="false">{tr!(combobox.nothing)}</p> }.into_any();
                    }
                    found
                        .into_iter()
                        .enumerate()
                        .map(|(index, choice)| {
                            let picked = choice.clone();
                            view! {
                                <div
                                    id=option_id(index)
                                    role="option"
                                    class="menu-item"
                                    class:menu-active=move || active.get() == index
                                    aria-selected=move || (active.get() == index).to_string()
                                    on:mousedown=move |event| {
                                        event.prevent_default();
                                        choose(Some(picked.clone()));
                                    }
                                >
                                    <span class="grow truncate">{choice.label}</span>
                                    {choice.detail.map(|detail| view! { <span class="text-muted truncate">{detail}</span> })}
                                </div>
                            }
                        })
                        .collect_view()
                        .into_any()
                }}
            </div>
        </div>
    }
}

/// The same with a label, as a field of a form.
#[component]
pub fn PickField(
    #[prop(into)] label: String,
    value: RwSignal<Option<Choice>>,
    find: Finder,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional, into)] hint: String,
    #[prop(optional)] optional: bool,
) -> impl IntoView {
    let id = unique("pick");
    let name = label.clone();
    let input = id.clone();
    view! {
        <super::field::FieldFrame id=id label=label hint=hint optional=optional error=error>
            <Combobox
                id=input
                label=name
                value=value
                find=find
                invalid=Signal::derive(move || error.with(Option::is_some))
                on_change=Callback::new(move |choice| value.set(choice))
            />
        </super::field::FieldFrame>
    }
}
