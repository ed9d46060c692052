//! Fields of a record that are edited where they stand. What was typed is shown at once; where the
//! server refuses it, the old value comes back and the editor opens again with what was typed.

use super::{
    badge::dash,
    combobox::{Choice, Combobox, Finder},
    icons::{Icon, icon},
};
use crate::{
    core::{
        errors::ApiError,
        http::Answer,
        page::{focus_soon, unique},
    },
    tr,
};
use futures_util::future::LocalBoxFuture;
use leptos::{ev, html, prelude::*, task::spawn_local};

/// How a field is edited.
#[derive(Clone)]
pub enum Editor {
    Text,
    Lines,
    Number,
    Date,
    Select(Vec<(String, String)>),
    Pick(Finder),
}

/// Saves what was typed (for a picked record, its id and name).
pub type Save = Callback<(String, Option<String>), LocalBoxFuture<'static, Answer<()>>>;

/// A field of a record.
#[component]
pub fn RecordField(
    #[prop(into)] label: String,
    /// The name of the field on the wire, under which faults are reported.
    name: &'static str,
    /// The value as it is edited; the id of a picked record.
    #[prop(into)]
    value: Signal<String>,
    /// The value as it is read, where that differs.
    #[prop(optional, into)]
    shown: Option<Signal<String>>,
    /// Where the value leads to.
    #[prop(optional, into)]
    href: Option<Signal<Option<String>>>,
    #[prop(default = Editor::Text)] editor: Editor,
    #[prop(into)] editable: Signal<bool>,
    save: Save,
) -> impl IntoView {
    let editing = RwSignal::new(false);
    let typed = RwSignal::new(String::new());
    let error = RwSignal::new(None::<ApiError>);
    let id = unique("record");
    let button_id = StoredValue::new(format!("{id}-show"));
    let shown = shown.unwrap_or(value);
    let label = StoredValue::new(label);
    let editor = StoredValue::new(editor);

    let begin = move || {
        typed.set(value.get_untracked());
        error.set(None);
        editing.set(true);
    };
    let end = move || {
        editing.set(false);
        error.set(None);
        focus_soon(button_id.get_value());
    };
    let commit = move |text: String, name_of_it: Option<String>| {
        if !editing.get_untracked() {
            return;
        }
        if text.trim() == value.get_untracked() {
            editing.set(false);
            error.set(None);
            return;
        }
        editing.set(false);
        spawn_local(async move {
            if let Err(fault) = save.run((text.trim().to_owned(), name_of_it)).await {
                let _ = typed.try_set(text);
                let _ = error.try_set(Some(fault));
                let _ = editing.try_set(true);
            }
        });
    };
    let fault_id = format!("{id}-fault");
    let fault = fault_id.clone();
    let fault_text = move || {
        error.with(|error| {
            error
                .as_ref()
                .map(|error| error.field(name).unwrap_or_else(|| error.text()))
        })
    };
    let input_id = StoredValue::new(id);
    let control = move || {
        let describe = {
            let fault = fault_id.clone();
            move || error.with(Option::is_some).then(|| fault.clone())
        };
        let keys = move |event: ev::KeyboardEvent| match event.key().as_str() {
            "Enter" if !event.shift_key() || !matches!(editor.get_value(), Editor::Lines) => {
                event.prevent_default();
                commit(typed.get_untracked(), None);
                focus_soon(button_id.get_value());
            }
            "Escape" => {
                event.prevent_default();
                event.stop_propagation();
                end();
            }
            _ => {}
        };
        match editor.get_value() {
            Editor::Pick(find) => view! {
                <Combobox
                    id=input_id.get_value()
                    label=label.get_value()
                    value=Signal::derive(move || {
                        let id = value.get();
                        (!id.is_empty()).then(|| Choice { id, label: shown.get(), detail: None })
                    })
                    find=find
                    autofocus=true
                    on_escape=Callback::new(move |()| end())
                    on_change=Callback::new(move |choice: Option<Choice>| {
                        let (id, name) = choice.map_or((String::new(), None), |choice| (choice.id, Some(choice.label)));
                        commit(id, name);
                        focus_soon(button_id.get_value());
                    })
                />
            }
            .into_any(),
            Editor::Select(options) => {
                let node = NodeRef::<html::Select>::new();
                Effect::new(move |_| {
                    if let Some(node) = node.get() {
                        let _ = node.focus();
                    }
                });
                view! {
                    <select
                        node_ref=node
                        class="input input-inline"
                        aria-label=label.get_value()
                        aria-describedby=describe
                        on:keydown=keys
                        on:blur=move |_| commit(typed.get_untracked(), None)
                        on:change=move |event| {
                            typed.set(event_target_value(&event));
                            commit(typed.get_untracked(), None);
                            focus_soon(button_id.get_value());
                        }
                    >
                        {options
                            .into_iter()
                            .map(|(word, name)| {
                                let selected = typed.get_untracked() == word;
                                view! { <option value=word selected=selected>{name}</option> }
                            })
                            .collect_view()}
                    </select>
                }
                .into_any()
            }
            Editor::Lines => {
                let node = NodeRef::<html::Textarea>::new();
                Effect::new(move |_| {
                    if let Some(node) = node.get() {
                        let _ = node.focus();
                    }
                });
                view! {
                    <textarea
                        node_ref=node
                        class="input input-inline"
                        rows="5"
                        aria-label=label.get_value()
                        aria-describedby=describe
                        aria-invalid=move || error.with(Option::is_some).to_string()
                        prop:value=move || typed.get()
                        on:input=move |event| typed.set(event_target_value(&event))
                        on:blur=move |_| commit(typed.get_untracked(), None)
                        on:keydown=keys
                    ></textarea>
                }
                .into_any()
            }
            simple => {
                let node = NodeRef::<html::Input>::new();
                Effect::new(move |_| {
                    if let Some(node) = node.get() {
                        let _ = node.focus();
                        node.select();
                    }
                });
                let (kind, mode) = match simple {
                    Editor::Number => ("text", Some("decimal")),
                    Editor::Date => ("date", None),
                    _ => ("text", None),
                };
                view! {
                    <input
                        node_ref=node
                        class="input input-inline"
                        type=kind
                        inputmode=mode
                        autocomplete="off"
                        aria-label=label.get_value()
                        aria-describedby=describe
                        aria-invalid=move || error.with(Option::is_some).to_string()
                        prop:value=move || typed.get()
                        on:input=move |event| typed.set(event_target_value(&event))
                        on:blur=move |_| commit(typed.get_untracked(), None)
                        on:keydown=keys
                    />
                }
                .into_any()
            }
        }
    };
    let reading = move || {
        let words = move || {
            let words = shown.get();
            if words.is_empty() {
                dash().into_any()
            } else {
                words.into_any()
            }
        };
        let link = move || href.and_then(|href| href.get());
        let lines = matches!(editor.get_value(), Editor::Lines);
        view! {
            <span class="record-value">
                {move || match link() {
                    Some(to) => view! { <a class="link truncate" href=to>{words}</a> }.into_any(),
                    None if lines => view! { <span class="whitespace-pre-line">{words}</span> }.into_any(),
                    None => view! { <span class="truncate">{words}</span> }.into_any(),
                }}
                <Show when=move || editable.get()>
                    <button
                        type="button"
                        id=button_id.get_value()
                        class="record-edit"
                        class:record-edit-whole=move || link().is_none()
                        aria-label=move || tr!(record.edit, field = label.get_value(), value = shown.get())
                        on:click=move |_| begin()
                    >
                        {icon(Icon::Pencil)}
                    </button>
                </Show>
            </span>
        }
    };
    view! {
        <div class="record-field">
            <dt class="record-label">{label.get_value()}</dt>
            <dd class="record-slot">
                {move || if editing.get() { control().into_any() } else { reading().into_any() }}
                <p class="fault" id=fault role="alert">{fault_text}</p>
            </dd>
        </div>
    }
}
