//! Dense tables: sorted by their heads, walked with j and k, ticked with x.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{
    badge::{dash, person},
    icons::{Icon, icon},
};
use crate::{
    core::{format, url::UrlState},
    tr,
};

/// A column of a table.
pub struct Column<T> {
    pub title: String,
    /// Its word in the address and in saved views; empty where it is known by its place.
    pub key: &'static str,
    /// Whether it is left out unless somebody chooses it.
    pub extra: bool,
    /// The word to sort by.
    pub sort: Option<&'static str>,
    /// `num` for figures, `wide-only` to be left out on a phone.
    pub class: &'static str,
    pub cell: Box<dyn Fn(&T) -> AnyView + Send + Sync>,
}

impl<T: 'static> Column<T> {
    pub fn new(
        title: impl Into<String>,
        cell: impl Fn(&T) -> AnyView + Send + Sync + 'static,
    ) -> Self {
        Self {
            title: title.into(),
            key: "",
            extra: false,
            sort: None,
            class: "",
            cell: Box::new(cell),
        }
    }

    /// A column of words, and a dash where there are none.
    pub fn words(
        title: impl Into<String>,
        word: &'static str,
        read: fn(&T) -> Option<String>,
    ) -> Self {
        let cell = move |it: &T| read(it).map_or_else(|| dash().into_any(), IntoAny::into_any);
        Self::new(title, cell).key(word)
    }

    /// The column of who looks after a record.
    pub fn owner(title: impl Into<String>, name: fn(&T) -> Option<&str>) -> Self {
        Self::new(title, move |it| person(name(it)))
            .key("ownerName")
            .class("wide-only")
    }

    /// A column of how long ago something happened, by which the list can be sorted.
    pub fn ago(title: impl Into<String>, word: &'static str, at: fn(&T) -> DateTime<Utc>) -> Self {
        Self::new(title, move |it| format::ago(at(it)).into_any())
            .sort(word)
            .class("wide-only text-muted")
    }

    #[must_use]
    pub fn sort(mut self, word: &'static str) -> Self {
        self.sort = Some(word);
        if self.key.is_empty() {
            self.key = word;
        }
        self
    }

    /// The word of a column that the list is not sorted by.
    #[must_use]
    pub fn key(mut self, word: &'static str) -> Self {
        self.key = word;
        self
    }

    /// Leaves the column out unless somebody chooses it.
    #[must_use]
    pub fn extra(mut self) -> Self {
        self.extra = true;
        self
    }

    #[must_use]
    pub fn class(mut self, class: &'static str) -> Self {
        self.class = class;
        self
    }
}

/// What a table needs to know of its rows.
pub struct Rows<T> {
    pub id: fn(&T) -> String,
    pub name: fn(&T) -> String,
    pub href: fn(&T) -> Option<String>,
}

impl<T> Clone for Rows<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Rows<T> {}

/// The ids that are ticked.
pub type Ticked = RwSignal<BTreeSet<String>>;

/// A table of records; the first column links to the record.
#[component]
pub fn DataTable<T: Clone + Send + Sync + 'static>(
    #[prop(into)] caption: String,
    columns: StoredValue<Vec<Column<T>>>,
    /// The places of the columns that are shown, in their order.
    shown: Memo<Vec<usize>>,
    rows: Rows<T>,
    #[prop(into)] data: Signal<Vec<T>>,
    url: UrlState,
    default_sort: &'static str,
    ticked: Option<Ticked>,
) -> impl IntoView {
    let sort = move || url.get("sort").unwrap_or_else(|| default_sort.to_owned());
    let head = move || {
        let shown = shown.get();
        columns.with_value(|columns| {
            shown
                .iter()
                .filter_map(|index| columns.get(*index))
                .map(|column| head_cell(&column.title, column.sort, column.class, sort, url))
                .collect_view()
        })
    };
    let all_ticked = move |ticked: Ticked| {
        data.with(|data| {
            !data.is_empty()
                && ticked.with(|ticked| data.iter().all(|row| ticked.contains(&(rows.id)(row))))
        })
    };
    walk_with_keys();
    view! {
        <table class="table">
            <caption class="sr-only">{caption}</caption>
            <thead>
                <tr>
                    {ticked.map(|ticked| view! {
                        <th class="tick" scope="col">
                            <label class="tick-box">
                                <span class="sr-only">{tr!(list.tick_all)}</span>
                                <input
                                    type="checkbox"
                                    prop:checked=move || all_ticked(ticked)
                                    on:change=move |event| {
                                        let on = event_target_checked(&event);
                                        let ids: Vec<String> = data.with_untracked(|data| data.iter().map(rows.id).collect());
                                        ticked.update(|ticked| {
                                            for id in ids {
                                                if on { ticked.insert(id); } else { ticked.remove(&id); }
                                            }
                                        });
                                    }
                                />
                            </label>
                        </th>
                    })}
                    {head}
                </tr>
            </thead>
            <tbody>
                {move || {
                    let shown = shown.get();
                    data.get().iter().map(|row| row_view(row, columns, &shown, rows, ticked)).collect_view()
                }}
            </tbody>
        </table>
    }
}

fn head_cell(
    title: &str,
    word: Option<&'static str>,
    class: &'static str,
    sort: impl Fn() -> String + Copy + Send + Sync + 'static,
    url: UrlState,
) -> AnyView {
    let title = title.to_owned();
    let Some(word) = word else {
        return view! { <th scope="col" class=class>{title}</th> }.into_any();
    };
    let state = move || {
        let now = sort();
        if now == word {
            Some(false)
        } else {
            now.strip_prefix('-')
                .filter(|rest| *rest == word)
                .map(|_| true)
        }
    };
    let aria = move || match state() {
        Some(true) => "descending",
        Some(false) => "ascending",
        None => "none",
    };
    let next = move |_| {
        let to = if state() == Some(false) {
            format!("-{word}")
        } else {
            word.to_owned()
        };
        url.set(&[("sort", Some(to))]);
    };
    view! {
        <th scope="col" class=class aria-sort=aria>
            <button type="button" class="sort" on:click=next>
                {title}
                {move || state().map(|down| icon(if down { Icon::Down } else { Icon::Up }))}
            </button>
        </th>
    }
    .into_any()
}

fn row_view<T: Clone + Send + Sync + 'static>(
    row: &T,
    columns: StoredValue<Vec<Column<T>>>,
    shown: &[usize],
    rows: Rows<T>,
    ticked: Option<Ticked>,
) -> AnyView {
    let id = (rows.id)(row);
    let href = (rows.href)(row);
    let tick = ticked.map(|ticked| {
        let (own, set) = (id.clone(), id.clone());
        let name = (rows.name)(row);
        view! {
            <td class="tick">
                <label class="tick-box">
                    <span class="sr-only">{tr!(list.tick, name = name)}</span>
                    <input
                        type="checkbox"
                        prop:checked=move || ticked.with(|ticked| ticked.contains(&own))
                        on:change=move |event| {
                            let on = event_target_checked(&event);
                            let id = set.clone();
                            ticked.update(|ticked| {
                                if on { ticked.insert(id); } else { ticked.remove(&id); }
                            });
                        }
                    />
                </label>
            </td>
        }
    });
    let cells = columns.with_value(|columns| {
        shown
            .iter()
            .filter_map(|index| columns.get(*index))
            .enumerate()
            .map(|(index, column)| {
                let content = (column.cell)(row);
                match (index, href.clone()) {
                    (0, Some(href)) => view! {
                        <th scope="row" class=column.class><a class="row-link" href=href>{content}</a></th>
                    }
                    .into_any(),
                    (0, None) => view! { <th scope="row" class=column.class>{content}</th> }.into_any(),
                    _ => view! { <td class=column.class>{content}</td> }.into_any(),
                }
            })
            .collect_view()
    });
    let selected = move || ticked.is_some_and(|ticked| ticked.with(|ticked| ticked.contains(&id)));
    view! { <tr class:row-ticked=selected>{tick}{cells}</tr> }.into_any()
}

/// j and k go to the next and the previous row, x ticks it; Enter follows the link as always.
fn walk_with_keys() {
    let handle = window_event_listener(ev::keydown, |event| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() || is_typing(&event) {
            return;
        }
        match event.key().as_str() {
            "j" => walk(1),
            "k" => walk(-1),
            "x" => tick_active(),
            _ => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || handle.remove());
}

/// Whether a key is meant for a field or a dialog.
#[must_use]
pub fn is_typing(event: &ev::KeyboardEvent) -> bool {
    event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
        .is_some_and(|element| {
            element
                .closest("input:not([type=checkbox]), textarea, select, dialog, [role=menu], [contenteditable]")
                .is_ok_and(|found| found.is_some())
        })
}

fn links() -> Vec<HtmlElement> {
    document().query_selector_all("main .row-link").map_or_else(
        |_| Vec::new(),
        |nodes| {
            (0..nodes.length())
                .filter_map(|index| nodes.get(index)?.dyn_into().ok())
                .collect()
        },
    )
}

/// The row of a table or of a list that has the focus.
fn active_row() -> Option<web_sys::Element> {
    document()
        .active_element()?
        .closest("tr, li")
        .ok()
        .flatten()
}

/// Something in the row that has the focus.
#[must_use]
pub fn find_in_row(selector: &str) -> Option<HtmlElement> {
    let found = active_row()?.query_selector(selector).ok().flatten()?;
    found.dyn_into().ok()
}

fn walk(by: isize) {
    let links = links();
    let row = active_row();
    let now = row.and_then(|row| links.iter().position(|link| row.contains(Some(link))));
    let next = match now {
        Some(now) => now
            .saturating_add_signed(by)
            .min(links.len().saturating_sub(1)),
        None => 0,
    };
    if let Some(link) = links.get(next) {
        let _ = link.focus();
    }
}

fn tick_active() {
    if let Some(tick) = find_in_row("input[type=checkbox]") {
        tick.click();
    }
}
