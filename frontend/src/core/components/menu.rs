//! A button that opens a menu.

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{
    icons::{Icon, icon},
    popover,
};
use crate::core::page::unique;

/// What an entry does.
#[derive(Clone)]
pub enum Does {
    Go(String),
    Run(Callback<()>),
}

/// An entry of a menu.
#[derive(Clone)]
pub struct Entry {
    pub label: String,
    pub icon: Option<Icon>,
    pub does: Does,
    /// For entries of which one is chosen.
    pub chosen: Option<bool>,
    pub danger: bool,
}

impl Entry {
    pub fn go(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self::new(label.into(), Does::Go(href.into()))
    }

    pub fn run(label: impl Into<String>, action: impl Fn() + Send + Sync + 'static) -> Self {
        Self::new(label.into(), Does::Run(Callback::new(move |()| action())))
    }

    const fn new(label: String, does: Does) -> Self {
        Self {
            label,
            icon: None,
            does,
            chosen: None,
            danger: false,
        }
    }

    #[must_use]
    pub const fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    #[must_use]
    pub const fn chosen(mut self, chosen: bool) -> Self {
        self.chosen = Some(chosen);
        self
    }

    #[must_use]
    pub const fn danger(mut self) -> Self {
        self.danger = true;
        self
    }
}

/// A button with a menu; the entries are asked for each time it opens.
#[component]
pub fn Menu(
    /// What the button is called, where its content is only an icon.
    #[prop(into)]
    label: Signal<String>,
    #[prop(into)] entries: Callback<(), Vec<Entry>>,
    #[prop(default = "btn-icon")] class: &'static str,
    children: Children,
) -> impl IntoView {
    let (button, list) = (NodeRef::<html::Button>::new(), NodeRef::<html::Div>::new());
    let open = RwSignal::new(false);
    let id = unique("menu");
    let close = move || {
        if let Some(list) = list.get_untracked() {
            popover::hide(&list);
        }
        if let Some(button) = button.get_untracked() {
            let _ = button.focus();
        }
    };
    let toggled = move |_| {
        let Some(list) = list.get_untracked() else {
            return;
        };
        let now = popover::is_open(&list);
        open.set(now);
        if now {
            request_animation_frame(move || {
                if let Some(button) = button.get_untracked() {
                    popover::place(&list, &button, false);
                }
                step(&list, Step::First);
            });
        }
    };
    let keys = move |event: ev::KeyboardEvent| {
        let Some(list) = list.get_untracked() else {
            return;
        };
        let to = match event.key().as_str() {
            "ArrowDown" => Step::Next,
            "ArrowUp" => Step::Previous,
            "Home" => Step::First,
            "End" => Step::Last,
            "Tab" => {
                close();
                return;
            }
            key if key.chars().count() == 1 && key != " " => Step::Letter(key.to_lowercase()),
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        step(&list, to);
    };
    view! {
        <button
            node_ref=button
            type="button"
            class=class
            aria-label=label
            aria-haspopup="menu"
            aria-expanded=move || open.get().to_string()
            popovertarget=id.clone()
        >
            {children()}
        </button>
        <div
            node_ref=list
            id=id
            class="menu"
            role="menu"
            aria-label=label
            popover="auto"
            on:toggle=toggled
            on:keydown=keys
        >
            <Show when=move || open.get()>
                {move || {
                    entries
                        .run(())
                        .into_iter()
                        .map(|entry| entry_view(entry, close))
                        .collect_view()
                }}
            </Show>
        </div>
    }
}

fn entry_view(entry: Entry, close: impl Fn() + Copy + Send + Sync + 'static) -> AnyView {
    let content = view! {
        {entry.icon.map(icon)}
        <span class="grow">{entry.label}</span>
        {(entry.chosen == Some(true)).then(|| icon(Icon::Check))}
    };
    let role = if entry.chosen.is_some() {
        "menuitemradio"
    } else {
        "menuitem"
    };
    let checked = entry.chosen.map(|chosen| chosen.to_string());
    match entry.does {
        Does::Go(href) => view! {
            <a role=role tabindex="-1" class="menu-item" href=href on:click=move |_| close()>
                {content}
            </a>
        }
        .into_any(),
        Does::Run(action) => view! {
            <button
                type="button"
                role=role
                aria-checked=checked
                tabindex="-1"
                class="menu-item"
                class:menu-danger=entry.danger
                on:click=move |_| {
                    close();
                    action.run(());
                }
            >
                {content}
            </button>
        }
        .into_any(),
    }
}

enum Step {
    First,
    Last,
    Next,
    Previous,
    Letter(String),
}

/// Moves the focus among the entries.
fn step(list: &HtmlElement, to: Step) {
    let Ok(nodes) = list.query_selector_all("[role^=menuitem]") else {
        return;
    };
    let items: Vec<HtmlElement> = (0..nodes.length())
        .filter_map(|index| nodes.get(index)?.dyn_into().ok())
        .collect();
    if items.is_empty() {
        return;
    }
    let active = document().active_element();
    let now = items.iter().position(|item| {
        active
            .as_ref()
            .is_some_and(|active| item.is_same_node(Some(active)))
    });
    let count = items.len();
    let next = match to {
        Step::First => 0,
        Step::Last => count - 1,
        Step::Next => now.map_or(0, |now| (now + 1) % count),
        Step::Previous => now.map_or(count - 1, |now| (now + count - 1) % count),
        Step::Letter(letter) => {
            let start = now.map_or(0, |now| now + 1);
            let found = (0..count)
                .map(|offset| (start + offset) % count)
                .find(|&index| {
                    let words = items.get(index).and_then(|item| item.text_content());
                    words.is_some_and(|words| words.trim().to_lowercase().starts_with(&letter))
                });
            match found {
                Some(index) => index,
                None => return,
            }
        }
    };
    if let Some(item) = items.get(next) {
        let _ = item.focus();
    }
}
