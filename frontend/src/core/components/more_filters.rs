//! Filters that are asked for now and then: behind a button, also of what a record refers to.

use leptos::prelude::*;
use shared_types::Money;

use super::{
    combobox::Finder,
    filter::{PickFilter, SelectFilter},
    icons::{Icon, icon},
};
use crate::{
    core::{auth, format, i18n, url::UrlState},
    tr,
};

/// What is filled into a filter.
#[derive(Clone)]
pub enum Fill {
    /// A day.
    Day,
    /// Words, several separated by commas.
    Text,
    /// An amount in the organization's currency, which the address holds in minor units.
    Money,
    /// A whole number.
    Number,
    /// One of these, as value and words.
    Choice(Vec<(String, String)>),
    /// A record, which is found in this list.
    Pick(Finder, &'static str),
}

/// A filter.
#[derive(Clone)]
pub struct MoreFilter {
    /// As the address and the API name it.
    pub name: &'static str,
    /// What it is called.
    pub label: String,
    /// What is filled in.
    pub fill: Fill,
}

/// A filter of the record itself.
pub fn filter(name: &'static str, label: &str, fill: Fill) -> MoreFilter {
    through(name, &[label], fill)
}

/// A filter of what the record refers to, by the names on the way there.
pub fn through(name: &'static str, way: &[&str], fill: Fill) -> MoreFilter {
    MoreFilter {
        name,
        label: way.join(" › "),
        fill,
    }
}

/// The filters behind a button, which says how many of them are on.
#[component]
pub fn MoreFilters(url: UrlState, filters: Vec<MoreFilter>) -> impl IntoView {
    let names: Vec<_> = filters.iter().map(|filter| filter.name).collect();
    let on = move || {
        let on = names.iter().filter(|name| url.get(name).is_some()).count();
        (on > 0).then(|| view! { <span class="badge">{on}</span> })
    };
    view! {
        <details class="more-filters">
            <summary class="btn">{icon(Icon::Filter)}{tr!(filter.more)}{on}</summary>
            <div class="more-filters-body">
                {filters
                    .into_iter()
                    .map(|MoreFilter { name, label, fill }| match fill {
                        Fill::Pick(find, resource) => view! { <PickFilter url=url name=name label=label find=find resource=resource/> }.into_any(),
                        Fill::Choice(options) => view! {
                            <div class="field">
                                <span class="label" aria-hidden="true">{label.clone()}</span>
                                <SelectFilter url=url name=name label=label options=options/>
                            </div>
                        }
                        .into_any(),
                        fill => view! { <InputFilter url=url name=name label=label fill=fill/> }.into_any(),
                    })
                    .collect_view()}
            </div>
        </details>
    }
}

#[component]
fn InputFilter(url: UrlState, name: &'static str, label: String, fill: Fill) -> impl IntoView {
    let currency = auth::currency();
    let money = matches!(fill, Fill::Money);
    let fault = RwSignal::new(None::<String>);
    let shown = move || {
        let value = url.get(name).unwrap_or_default();
        match value.parse() {
            Ok(amount) if money => format::money_plain(Money::new(amount, currency)),
            _ => value,
        }
    };
    let change = move |event| {
        let text = event_target_value(&event);
        fault.set(None);
        if !money || text.trim().is_empty() {
            return url.set(&[(name, Some(text.trim().to_owned()))]);
        }
        match domain::core::decimal::amount_from_input(name, &text, currency, None) {
            Ok(money) => url.set(&[(name, Some(money.amount.to_string()))]),
            // What was typed stays, and says what would be right.
            Err(error) => {
                let words = error.fields().into_values().flatten().next();
                fault.set(words.map(|words| i18n::fault(&words)));
            }
        }
    };
    let (input, mode) = match fill {
        Fill::Day => ("date", None),
        Fill::Number => ("number", Some("numeric")),
        Fill::Money => ("text", Some("decimal")),
        _ => ("text", None),
    };
    let id = format!("fault-{name}");
    let described = id.clone();
    view! {
        <label class="field">
            <span class="label">{label}</span>
            <input
                class="input"
                type=input
                inputmode=mode
                autocomplete="off"
                aria-invalid=move || fault.get().map(|_| "true")
                aria-describedby=move || fault.get().map(|_| described.clone())
                prop:value=shown
                on:change=change
            />
            {move || fault.get().map(|words| view! { <span class="fault" id=id.clone()>{words}</span> })}
        </label>
    }
}
