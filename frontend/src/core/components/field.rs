//! Fields of forms, each with its label, hint and fault.

use crate::{
    core::{format, i18n, page::unique},
    tr,
};
use leptos::{ev, prelude::*};

/// Label, hint and fault around a control.
#[component]
pub fn FieldFrame(
    id: String,
    label: String,
    hint: String,
    optional: bool,
    error: Signal<Option<String>>,
    children: Children,
) -> impl IntoView {
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    view! {
        <div class="field">
            <label class="label" for=id>
                {label}
                {optional.then(|| view! { <span class="label-note">{tr!(common.optional)}</span> })}
            </label>
            {children()}
            {(!hint.is_empty()).then(|| view! { <p class="hint" id=hint_id>{hint}</p> })}
            {move || error.get().map(|error| view! { <p class="fault" id=error_id.clone()>{error}</p> })}
        </div>
    }
}

fn described(
    id: &str,
    has_hint: bool,
    error: Signal<Option<String>>,
) -> impl Fn() -> Option<String> + use<> {
    let id = id.to_owned();
    move || match (has_hint, error.with(Option::is_some)) {
        (_, true) => Some(format!("{id}-error")),
        (true, false) => Some(format!("{id}-hint")),
        (false, false) => None,
    }
}

/// A field of one line.
#[component]
pub fn TextField(
    #[prop(into)] label: String,
    value: RwSignal<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(default = "text")] kind: &'static str,
    #[prop(default = "off")] autocomplete: &'static str,
    #[prop(optional)] mode: Option<&'static str>,
    #[prop(optional, into)] hint: String,
    #[prop(optional, into)] placeholder: String,
    #[prop(optional)] optional: bool,
    #[prop(optional)] autofocus: bool,
) -> impl IntoView {
    let id = unique("field");
    let describe = described(&id, !hint.is_empty(), error);
    let input = id.clone();
    view! {
        <FieldFrame id=id label=label hint=hint optional=optional error=error>
            <input
                id=input
                class="input"
                type=kind
                inputmode=mode
                autocomplete=autocomplete
                autofocus=autofocus
                placeholder=placeholder
                aria-required=(!optional).to_string()
                aria-invalid=move || error.with(Option::is_some).to_string()
                aria-describedby=describe
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            />
        </FieldFrame>
    }
}

/// A field of many lines.
#[component]
pub fn TextArea(
    #[prop(into)] label: String,
    value: RwSignal<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional, into)] hint: String,
    #[prop(optional)] optional: bool,
    #[prop(default = 3)] rows: u32,
) -> impl IntoView {
    let id = unique("field");
    let describe = described(&id, !hint.is_empty(), error);
    let input = id.clone();
    view! {
        <FieldFrame id=id label=label hint=hint optional=optional error=error>
            <textarea
                id=input
                class="input"
                rows=rows.to_string()
                aria-invalid=move || error.with(Option::is_some).to_string()
                aria-describedby=describe
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            ></textarea>
        </FieldFrame>
    }
}

/// Values with their words, to choose among.
pub fn choices<'a, T: ToString + Copy + 'a>(
    all: impl IntoIterator<Item = &'a T>,
    name: impl Fn(T) -> &'static str,
) -> Vec<(String, String)> {
    all.into_iter()
        .map(|&it| (it.to_string(), name(it).to_owned()))
        .collect()
}

/// A choice among a few: pairs of value and words.
#[component]
pub fn SelectField(
    #[prop(into)] label: String,
    value: RwSignal<String>,
    #[prop(into)] options: Signal<Vec<(String, String)>>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional, into)] hint: String,
    #[prop(optional)] optional: bool,
) -> impl IntoView {
    let id = unique("field");
    let describe = described(&id, !hint.is_empty(), error);
    let input = id.clone();
    view! {
        <FieldFrame id=id label=label hint=hint optional=optional error=error>
            <select
                id=input
                class="input"
                aria-invalid=move || error.with(Option::is_some).to_string()
                aria-describedby=describe
                on:change=move |event| value.set(event_target_value(&event))
            >
                {move || {
                    options
                        .get()
                        .into_iter()
                        .map(|(word, name)| {
                            let this = word.clone();
                            view! { <option value=word selected=move || value.with(|value| *value == this)>{name}</option> }
                        })
                        .collect_view()
                }}
            </select>
        </FieldFrame>
    }
}

/// A box to tick.
#[component]
pub fn CheckField(
    #[prop(into)] label: String,
    value: RwSignal<bool>,
    #[prop(optional, into)] hint: String,
) -> impl IntoView {
    let id = unique("field");
    let hint_id = format!("{id}-hint");
    let describe = (!hint.is_empty()).then(|| hint_id.clone());
    view! {
        <div class="field">
            <label class="check">
                <input
                    id=id
                    type="checkbox"
                    aria-describedby=describe
                    prop:checked=move || value.get()
                    on:change=move |event| value.set(event_target_checked(&event))
                />
                <span>{label}</span>
            </label>
            {(!hint.is_empty()).then(|| view! { <p class="hint" id=hint_id>{hint}</p> })}
        </div>
    }
}

/// One of several that may be chosen.
#[component]
pub fn Tick<T: Copy + PartialEq + Send + Sync + 'static>(
    it: T,
    chosen: RwSignal<Vec<T>>,
    children: Children,
) -> impl IntoView {
    let choose = move |event: ev::Event| {
        let on = event_target_checked(&event);
        chosen.update(|chosen| {
            chosen.retain(|other| *other != it);
            if on {
                chosen.push(it);
            }
        });
    };
    view! {
        <label class="check">
            <input type="checkbox" prop:checked=move || chosen.with(|chosen| chosen.contains(&it)) on:change=choose/>
            <span>{children()}</span>
        </label>
    }
}

/// A new password, with what the rules say while it is typed.
#[component]
pub fn NewPassword(
    #[prop(into)] label: String,
    value: RwSignal<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    /// What an attacker would try first.
    #[prop(into)]
    names: Signal<Vec<String>>,
) -> impl IntoView {
    let fault = Memo::new(move |_| {
        let password = value.get();
        if password.is_empty() {
            return None;
        }
        Some(names.with(|names| {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            domain::identity::password::check_password(&password, false, &names)
                .map_err(|found| i18n::fault(&found.to_string()))
        }))
    });
    view! {
        <TextField label=label value=value error=error kind="password" autocomplete="new-password" hint=tr!(password.hint)/>
        <p class="hint" aria-live="polite">
            {move || fault.get().map(|fault| match fault {
                Ok(()) => view! { <span class="text-good">{tr!(password.fine)}</span> }.into_any(),
                Err(words) => view! { <span>{tr!(password.fault, words = words)}</span> }.into_any(),
            })}
        </p>
    }
}

/// All currencies with their names.
#[must_use]
pub fn currencies() -> Vec<(String, String)> {
    shared_types::Currency::ALL
        .iter()
        .map(|&currency| {
            let name = format::currency_name(currency);
            (currency.to_string(), format!("{currency} · {name}"))
        })
        .collect()
}
