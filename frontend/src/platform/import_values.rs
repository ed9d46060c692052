//! Names of other records that were not found as they are written: what each of them means.

use domain::platform::import::fields::may_create;
use leptos::prelude::*;
use shared_types::platform::{UpdateImport, ValueAction, ValueChoice, ValueMatch};

use super::{import::Work, import_fields::field_name};
use crate::{
    core::{
        components::{
            badge::{Colour, badge},
            icons::{Icon, icon},
        },
        format,
    },
    tr,
};

/// Names that are shown.
const SHOWN: usize = 200;

/// The word of a choice: an action, or the id of the record that is meant.
fn word_of(value: &ValueMatch) -> String {
    match (value.action, value.record_id) {
        (ValueAction::Use, Some(id)) => id.to_string(),
        (action, _) => action.to_string(),
    }
}

fn choice(value: &ValueMatch, word: &str) -> Option<ValueChoice> {
    let (action, record_id) = match word.parse::<ValueAction>() {
        Ok(action) => (action, None),
        Err(_) => (ValueAction::Use, Some(word.parse().ok()?)),
    };
    Some(ValueChoice {
        field: value.field,
        value: value.value.clone(),
        action,
        record_id,
    })
}

#[component]
pub fn Values(work: Work, values: Vec<ValueMatch>) -> impl IntoView {
    let hidden = values.len().saturating_sub(SHOWN);
    let rows: Vec<(ValueMatch, RwSignal<String>)> = values
        .into_iter()
        .take(SHOWN)
        .map(|value| {
            let word = RwSignal::new(word_of(&value));
            (value, word)
        })
        .collect();
    let asked = StoredValue::new(rows.clone());
    let confirm = move |_| {
        let choices = asked.with_value(|rows| {
            rows.iter()
                .filter_map(|(value, word)| choice(value, &word.get_untracked()))
                .collect()
        });
        let change = UpdateImport {
            value_choices: Some(choices),
            ..UpdateImport::default()
        };
        work.change(change, Some("check"));
    };
    view! {
        <section class="card card-flush" aria-labelledby="names">
            <header class="card-head card-head-inset">
                <div>
                    <h2 id="names" class="card-title card-title-inset">{tr!(import.names)}</h2>
                    <p class="text-muted inset">{tr!(import.names_text)}</p>
                </div>
                <button type="button" class="btn btn-primary btn-sm" on:click=confirm>{icon(Icon::Check)}{tr!(import.confirm)}</button>
            </header>
            <div class="table-scroll">
                <table class="table mapping">
                    <thead><tr>
                        <th scope="col">{tr!(import.written_name)}</th>
                        <th scope="col" class="wide-only">{tr!(import.column)}</th>
                        <th scope="col" class="num">{tr!(import.rows)}</th>
                        <th scope="col">{tr!(import.means)}</th>
                    </tr></thead>
                    <tbody>{rows.into_iter().map(|(value, word)| row(&value, word)).collect_view()}</tbody>
                </table>
            </div>
            {(hidden > 0).then(|| view! { <p class="text-muted inset">{tr!(import.more_names, count = hidden)}</p> })}
        </section>
    }
}

fn row(value: &ValueMatch, word: RwSignal<String>) -> impl IntoView + use<> {
    let label = tr!(import.meaning_of, name = value.value.as_str());
    let option = move |this: String, words: String| {
        let own = this.clone();
        view! { <option value=this selected=move || word.with(|word| *word == own)>{words}</option> }
    };
    let near = value
        .candidates
        .iter()
        .map(|near| option(near.id.to_string(), near.name.clone()))
        .collect_view();
    let state = if value.confirmed {
        badge(Colour::Good, tr!(import.confirmed)).into_any()
    } else if value.candidates.is_empty() {
        ().into_any()
    } else {
        badge(Colour::Warn, tr!(import.near)).into_any()
    };
    view! {
        <tr>
            <th scope="row">{value.value.clone()}" "{state}</th>
            <td class="wide-only">{field_name(value.field)}</td>
            <td class="num">{format::count(value.rows)}</td>
            <td>
                <select class="input" aria-label=label on:change=move |event| word.set(event_target_value(&event))>
                    {near}
                    {may_create(value.field).then(|| option(ValueAction::Create.to_string(), tr!(import.make).to_owned()))}
                    {option(ValueAction::Empty.to_string(), tr!(import.empty).to_owned())}
                    {option(ValueAction::Refuse.to_string(), tr!(import.refuse).to_owned())}
                </select>
            </td>
        </tr>
    }
}
