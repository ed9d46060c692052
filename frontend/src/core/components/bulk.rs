//! What is done with the chosen records of a list, all at once: a field, the trash.

use leptos::{ev, prelude::*};
use leptos_router::hooks::use_query_map;
use serde_json::{Value, json};
use shared_types::{Permission, Reach};

use super::{
    bulk_work::{Refused, Work},
    combobox::{Choice, Finder, PickField},
    dialog::{Confirm, Dialog},
    field::{SelectField, TextField},
    icons::{Icon, icon},
    list::{Bulk, Selection},
    menu::{Entry, Menu},
};
use crate::{
    core::{auth, format, local_time, query},
    identity::api::find_members,
    tr,
};

/// How a field is filled in.
#[derive(Clone)]
pub enum Input {
    Text,
    Day,
    /// A day and a time of it, of the zone of the browser.
    Time,
    /// One of a few: pairs of value and words.
    Choice(Vec<(String, String)>),
    /// A record, found while one types.
    Pick(Finder),
    /// The same, into or out of a list.
    Entry(Finder),
}

/// A field that can be changed for many records.
#[derive(Clone)]
pub struct BulkField {
    /// Its name on the wire.
    pub name: &'static str,
    pub label: String,
    pub input: Input,
    /// Whether it may be empty.
    pub optional: bool,
}

impl BulkField {
    /// A field that cannot be emptied.
    pub fn new(name: &'static str, label: impl Into<String>, input: Input) -> Self {
        Self {
            name,
            label: label.into(),
            input,
            optional: false,
        }
    }

    /// The same field, which may be empty.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// Who looks after the records; only who may change those of everybody leaves some to nobody.
    pub fn owner(label: impl Into<String>, writes: Permission) -> Self {
        Self {
            optional: auth::reach(writes) == Some(Reach::Organization),
            ..Self::new("ownerId", label, Input::Pick(find_members))
        }
    }
}

/// What the one who is signed in may do with many records of a list.
#[derive(Clone)]
pub struct BulkSpec {
    /// The path of the list in the API.
    pub resource: &'static str,
    /// What may be changed.
    pub fields: Vec<BulkField>,
    pub may_delete: bool,
    /// Whether each record has a page of its own.
    pub has_pages: bool,
}

/// The bar over a list with ticked rows, whose fields one changes who has `writes`.
#[must_use]
pub fn bulk(spec: BulkSpec, writes: Permission) -> Bulk {
    let fields = if auth::may(writes) {
        spec.fields
    } else {
        Vec::new()
    };
    let spec = BulkSpec { fields, ..spec };
    let spec = StoredValue::new(spec);
    Callback::new(move |chosen| view! { <Bar spec=spec chosen=chosen/> }.into_any())
}

#[component]
fn Bar(spec: StoredValue<BulkSpec>, chosen: Selection) -> impl IntoView {
    let (resource, has_pages) = spec.with_value(|spec| (spec.resource, spec.has_pages));
    let work = Work::new(resource, chosen, query::cache());
    let (asked, changing) = (RwSignal::new(false), RwSignal::new(false));
    let field = RwSignal::new(None::<BulkField>);
    let in_trash = {
        let query = use_query_map();
        move || query.with(|query| query.get("trashed").is_some())
    };
    let count = move || chosen.count();
    let fields = Callback::new(move |()| {
        let all = spec.with_value(|spec| spec.fields.clone());
        all.into_iter()
            .map(|it| {
                let label = it.label.clone();
                Entry::run(label, move || {
                    field.set(Some(it.clone()));
                    changing.set(true);
                })
            })
            .collect::<Vec<_>>()
    });
    let (may_change, may_delete) =
        spec.with_value(|spec| (!spec.fields.is_empty(), spec.may_delete));
    let line = move |it: Refused| {
        let name = if has_pages {
            view! { <a href=format!("{resource}/{}", it.id)>{it.name}</a> }.into_any()
        } else {
            view! { <strong>{it.name}</strong> }.into_any()
        };
        view! { <li>{name}": "{it.reason}</li> }
    };
    let progress = move || {
        work.progress.get().map(|(done, all)| {
            let words = tr!(bulk.progress, done = format::count(done as u64), count = all, shown = format::count(all as u64));
            view! {
                <progress class="bulk-progress" max=all.to_string() value=done.to_string() aria-label=words.clone()></progress>
                <span class="text-muted" aria-hidden="true">{words}</span>
                <button type="button" class="btn btn-sm" on:click=move |_| work.stopped.set(true)>{tr!(bulk.stop)}</button>
            }
        })
    };
    view! {
        <Show when=move || may_change && !in_trash()>
            <Menu label=tr!(bulk.change) entries=fields class="btn btn-sm">
                {icon(Icon::Pencil)}{tr!(bulk.change)}
            </Menu>
        </Show>
        {may_delete.then(|| view! {
            <button type="button" class="btn btn-sm" on:click=move |_| if in_trash() { work.run(json!({"kind": "restore"})) } else { asked.set(true) }>
                {move || if in_trash() {
                    view! { {icon(Icon::Restore)}{tr!(record.restore)} }.into_any()
                } else {
                    view! { {icon(Icon::Trash)}{tr!(record.trash)} }.into_any()
                }}
            </button>
        })}
        {progress}
        <Confirm
            open=asked
            title=Signal::derive(move || tr!(bulk.trash_title, count = count(), shown = format::count(count() as u64)))
            text=tr!(record.trash_text)
            verb=tr!(record.trash)
            on_confirm=Callback::new(move |()| work.run(json!({"kind": "delete"})))
        />
        <Dialog open=changing title=Signal::derive(move || field.get().map_or_else(String::new, |field| tr!(bulk.change_title, name = field.label, count = count(), shown = format::count(count() as u64))))>
            {move || field.get().map(|field| view! { <Change field=field open=changing work=work/> })}
        </Dialog>
        <Dialog open=work.shown title=Signal::derive(move || tr!(bulk.refused, count = work.left.get(), shown = format::count(work.left.get() as u64)))>
            <div class="dialog-body">
                <ul class="stack">{move || work.refused.get().into_iter().map(line).collect_view()}</ul>
                {move || {
                    let more = work.left.get().saturating_sub(work.refused.with(Vec::len));
                    (more > 0).then(|| view! { <p class="text-muted">{tr!(import.more_names, count = more)}</p> })
                }}
            </div>
            <footer class="dialog-foot">
                <button type="button" class="btn" on:click=move |_| work.shown.set(false)>{tr!(common.close)}</button>
                <button type="button" class="btn btn-primary" on:click=move |_| work.again()>{tr!(bulk.again)}</button>
            </footer>
        </Dialog>
    }
}

/// The dialog that asks for the new value of a field.
#[component]
fn Change(field: BulkField, open: RwSignal<bool>, work: Work) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let choice = RwSignal::new(None::<Choice>);
    let fault = RwSignal::new(None::<String>);
    let (name, optional) = (field.name, field.optional);
    let timed = matches!(field.input, Input::Time);
    let listed = matches!(field.input, Input::Entry(_));
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let value = choice.get_untracked().map_or_else(
            || text.get_untracked().trim().to_owned(),
            |choice| choice.id,
        );
        if value.is_empty() && !optional {
            fault.set(Some(tr!(error.blank).to_owned()));
            return;
        }
        let value = match value.as_str() {
            "" => Value::Null,
            id if listed => json!([id]),
            moment if timed => local_time::read(moment).map_or(Value::Null, |at| json!(at)),
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            _ => Value::String(value),
        };
        open.set(false);
        let mut update = serde_json::Map::new();
        update.insert(name.to_owned(), value);
        work.run(json!({"kind": "update", "update": update}));
    };
    let error: Signal<Option<String>> = fault.into();
    let input = match field.input {
        Input::Text => view! { <TextField label=field.label value=text error=error optional=optional autofocus=true/> }.into_any(),
        Input::Day => view! { <TextField label=field.label value=text error=error optional=optional kind="date"/> }.into_any(),
        Input::Time => view! { <TextField label=field.label value=text error=error optional=optional kind="datetime-local"/> }.into_any(),
        Input::Choice(choices) => {
            let first = choices.first().map(|(value, _)| value.clone());
            text.set(first.unwrap_or_default());
            view! { <SelectField label=field.label value=text options=choices error=error optional=optional/> }.into_any()
        }
        Input::Pick(find) | Input::Entry(find) => view! { <PickField label=field.label value=choice find=find error=error optional=optional/> }.into_any(),
    };
    view! {
        <form class="dialog-form" on:submit=submit novalidate>
            <div class="dialog-body stack">{input}</div>
            <footer class="dialog-foot">
                <button type="button" class="btn" on:click=move |_| open.set(false)>{tr!(common.cancel)}</button>
                <button type="submit" class="btn btn-primary">{tr!(bulk.apply)}</button>
            </footer>
        </form>
    }
}
