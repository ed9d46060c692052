//! What is done with the ticked records of a list, all at once: a field, the trash.

use std::collections::BTreeSet;

use leptos::{ev, prelude::*, task::spawn_local};
use leptos_router::hooks::use_query_map;
use serde::Deserialize;
use serde_json::{Value, json};
use shared_types::ErrorBody;

use super::{
    combobox::{Choice, Finder, PickField},
    dialog::{Confirm, Dialog},
    field::{SelectField, TextField},
    icons::{Icon, icon},
    list::Bulk,
    menu::{Entry, Menu},
    table::Ticked,
};
use crate::{
    core::{
        errors::ApiError,
        http,
        query::{self, Cache},
        toast,
    },
    tr,
};

/// How many records are sent at a time, so that it can be told how far it is.
const AT_ONCE: usize = 50;

/// How a field is filled in.
#[derive(Clone)]
pub enum Input {
    Text,
    Day,
    /// One of a few: pairs of value and words.
    Choice(Vec<(String, String)>),
    /// A record, found while one types.
    Pick(Finder),
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

/// What the one who is signed in may do with many records of a list.
#[derive(Clone)]
pub struct BulkSpec {
    /// The path of the list in the API.
    pub resource: &'static str,
    /// What may be changed; nothing where nothing may.
    pub fields: Vec<BulkField>,
    pub may_delete: bool,
}

/// The bar over a list with ticked rows.
#[must_use]
pub fn bulk(spec: BulkSpec) -> Bulk {
    let spec = StoredValue::new(spec);
    Callback::new(move |ticked| view! { <Bar spec=spec ticked=ticked/> }.into_any())
}

/// What became of one record.
#[derive(Deserialize)]
struct Outcome {
    error: Option<ErrorBody>,
}

/// A record that was left as it was, and why.
#[derive(Clone, PartialEq)]
struct Refused {
    name: String,
    reason: String,
}

/// What is under way, or has ended with records that were refused.
#[derive(Clone, Copy)]
struct Work {
    resource: &'static str,
    ticked: Ticked,
    cache: Cache,
    /// How many of how many are done, while it runs.
    progress: RwSignal<Option<(usize, usize)>>,
    refused: RwSignal<Vec<Refused>>,
    shown: RwSignal<bool>,
    /// The operation but for the record, to try it again.
    last: RwSignal<Option<Value>>,
}

impl Work {
    /// Carries an operation out on every ticked record.
    fn run(self, operation: Value) {
        if self.progress.get_untracked().is_some() {
            return;
        }
        let ids: Vec<String> = self.ticked.get_untracked().into_iter().collect();
        self.shown.set(false);
        self.last.set(Some(operation.clone()));
        self.progress.set(Some((0, ids.len())));
        spawn_local(async move {
            let mut left = Vec::new();
            let mut fault = None;
            let mut done = 0;
            for part in ids.chunks(AT_ONCE) {
                match send(self.resource, part, &operation).await {
                    Ok(errors) => left.extend(errors),
                    Err(error) => {
                        fault = Some(error);
                        break;
                    }
                }
                done += part.len();
                let _ = self.progress.try_set(Some((done, ids.len())));
            }
            self.cache.stale(self.resource);
            let _ = self.progress.try_set(None);
            self.finish(&ids, done, left, fault).await;
        });
    }

    /// Tells what came of it; what was not done stays ticked.
    async fn finish(
        self,
        ids: &[String],
        done: usize,
        left: Vec<(String, ApiError)>,
        fault: Option<ApiError>,
    ) {
        let mut keep: BTreeSet<String> = left.iter().map(|(id, _)| id.clone()).collect();
        let good = done - keep.len();
        keep.extend(ids.iter().skip(done).cloned());
        if good > 0 {
            toast::good(tr!(bulk.done, count = good));
        }
        if let Some(error) = fault {
            toast::failed(&error);
        }
        let mut refused = Vec::new();
        for (id, error) in left {
            let path = format!("{}/{id}", self.resource);
            let name = self.cache.name_of(&path).await.unwrap_or(id);
            let words: Vec<String> = error
                .fields
                .keys()
                .filter_map(|path| error.field(path))
                .collect();
            let reason = if words.is_empty() {
                error.text()
            } else {
                words.join(" ")
            };
            refused.push(Refused { name, reason });
        }
        let some = !refused.is_empty();
        let _ = self.refused.try_set(refused);
        let _ = self.shown.try_set(some);
        let _ = self.ticked.try_set(keep);
    }
}

/// Sends one operation for some records, and answers those that were refused.
async fn send(
    resource: &str,
    ids: &[String],
    operation: &Value,
) -> http::Answer<Vec<(String, ApiError)>> {
    let operations: Vec<Value> = ids
        .iter()
        .map(|id| {
            let mut operation = operation.clone();
            operation["id"] = Value::String(id.clone());
            operation
        })
        .collect();
    let body = json!({ "operations": operations });
    let outcomes: Vec<Outcome> = http::post(&format!("{resource}/bulk"), &body).await?;
    let refused = ids.iter().zip(outcomes).filter_map(|(id, outcome)| {
        let error = outcome.error?;
        let error = ApiError {
            code: Some(error.code),
            message: error.message,
            fields: error.fields,
            request_id: error.request_id,
        };
        Some((id.clone(), error))
    });
    Ok(refused.collect())
}

#[component]
fn Bar(spec: StoredValue<BulkSpec>, ticked: Ticked) -> impl IntoView {
    let work = Work {
        resource: spec.with_value(|spec| spec.resource),
        ticked,
        cache: query::cache(),
        progress: RwSignal::new(None),
        refused: RwSignal::new(Vec::new()),
        shown: RwSignal::new(false),
        last: RwSignal::new(None),
    };
    let (asked, changing) = (RwSignal::new(false), RwSignal::new(false));
    let field = RwSignal::new(None::<BulkField>);
    let in_trash = {
        let query = use_query_map();
        move || query.with(|query| query.get("trashed").is_some())
    };
    let count = move || ticked.with(BTreeSet::len);
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
        {move || work.progress.get().map(|(done, all)| view! {
            <progress class="bulk-progress" max=all.to_string() value=done.to_string() aria-label=tr!(bulk.progress, done = done, count = all)></progress>
        })}
        <Confirm
            open=asked
            title=Signal::derive(move || tr!(bulk.trash_title, count = count()))
            text=tr!(record.trash_text)
            verb=tr!(record.trash)
            on_confirm=Callback::new(move |()| work.run(json!({"kind": "delete"})))
        />
        <Dialog open=changing title=Signal::derive(move || field.get().map_or_else(String::new, |field| tr!(bulk.change_title, name = field.label, count = count())))>
            {move || field.get().map(|field| view! { <Change field=field open=changing work=work/> })}
        </Dialog>
        <Dialog open=work.shown title=Signal::derive(move || tr!(bulk.refused, count = work.refused.with(Vec::len)))>
            <div class="dialog-body">
                <ul class="stack">
                    {move || work.refused.get().into_iter().map(|it| view! { <li><strong>{it.name}</strong>": "{it.reason}</li> }).collect_view()}
                </ul>
            </div>
            <footer class="dialog-foot">
                <button type="button" class="btn" on:click=move |_| work.shown.set(false)>{tr!(common.close)}</button>
                <button type="button" class="btn btn-primary" on:click=move |_| if let Some(operation) = work.last.get_untracked() { work.run(operation) }>{tr!(bulk.again)}</button>
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
        Input::Choice(choices) => {
            let first = choices.first().map(|(value, _)| value.clone());
            text.set(first.unwrap_or_default());
            view! { <SelectField label=field.label value=text options=choices error=error optional=optional/> }.into_any()
        }
        Input::Pick(find) => view! { <PickField label=field.label value=choice find=find error=error optional=optional/> }.into_any(),
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
