//! Short messages at the edge of the page, also read aloud.

use std::time::Duration;

use crate::core::{components::icons::Icon, components::icons::icon, errors::ApiError};
use crate::tr;
use leptos::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Good,
    Bad,
}

#[derive(Clone)]
struct Toast {
    id: u32,
    tone: Tone,
    text: String,
    undo: Option<Callback<()>>,
}

thread_local! {
    static TOASTS: ArcRwSignal<Vec<Toast>> = ArcRwSignal::new(Vec::new());
    static NEXT: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
}

fn toasts() -> ArcRwSignal<Vec<Toast>> {
    TOASTS.with(Clone::clone)
}

fn push(tone: Tone, text: String, undo: Option<Callback<()>>) {
    let id = NEXT.with(|next| {
        next.set(next.get().wrapping_add(1));
        next.get()
    });
    toasts().update(|all| {
        if all.len() >= 4 {
            all.remove(0);
        }
        all.push(Toast {
            id,
            tone,
            text,
            undo,
        });
    });
    let seconds = if tone == Tone::Bad || undo.is_some() {
        10
    } else {
        5
    };
    set_timeout(move || dismiss(id), Duration::from_secs(seconds));
}

fn dismiss(id: u32) {
    toasts().update(|all| all.retain(|toast| toast.id != id));
}

pub fn good(text: impl Into<String>) {
    push(Tone::Good, text.into(), None);
}

pub fn good_with_undo(text: impl Into<String>, undo: Callback<()>) {
    push(Tone::Good, text.into(), Some(undo));
}

pub fn bad(text: impl Into<String>) {
    push(Tone::Bad, text.into(), None);
}

pub fn failed(error: &ApiError) {
    let fields: Vec<String> = error
        .fields
        .keys()
        .filter_map(|path| error.field(path))
        .collect();
    if fields.is_empty() {
        bad(error.text());
    } else {
        bad(fields.join(" "));
    }
}

/// Where the messages stand.
#[component]
pub fn Toasts() -> impl IntoView {
    let all = toasts();
    view! {
        <div class="toasts" role="region" aria-label=tr!(toast.region) aria-live="polite">
            <For each=move || all.get() key=|toast| toast.id let:toast>
                <div class="toast" class:toast-bad=toast.tone == Tone::Bad>
                    <p class="grow">{toast.text.clone()}</p>
                    {toast.undo.map(|undo| {
                        let id = toast.id;
                        view! {
                            <button type="button" class="btn btn-sm" on:click=move |_| { undo.run(()); dismiss(id); }>
                                {tr!(toast.undo)}
                            </button>
                        }
                    })}
                    <button type="button" class="btn-icon" aria-label=tr!(common.close) on:click=move |_| dismiss(toast.id)>
                        {icon(Icon::Close)}
                    </button>
                </div>
            </For>
        </div>
    }
}
