//! A page with a list: head, filters, table, pages. Everything it shows is in its address.

use std::collections::BTreeSet;

use leptos::prelude::*;
use serde::de::DeserializeOwned;
use shared_types::{Pagination, Permission};

use super::{
    columns::{self, ColumnsButton},
    filter::{ClearFilters, SearchField},
    icons::{Icon, icon},
    menu::{Entry, Menu},
    states::{Empty, Skeleton, failure},
    table::{Column, DataTable, Rows, Ticked},
    views::Views,
    views_menu::ViewsMenu,
};
use crate::{
    core::{
        auth, format, http,
        http::Page,
        page,
        query::{self, Load},
        storage,
        url::{UrlState, url_state},
    },
    tr,
};

/// What makes one list different from another.
pub struct ListSpec<T: 'static> {
    pub title: String,
    /// The path of the list in the API, and the key of its answers.
    pub resource: &'static str,
    /// The filters that the address may hold.
    pub filters: &'static [&'static str],
    pub columns: Vec<Column<T>>,
    pub rows: Rows<T>,
    pub default_sort: &'static str,
    /// What stands where there is no record at all.
    pub empty: (Icon, String, String),
    pub search_label: String,
    /// Whether the list has a trash.
    pub trash: bool,
    /// Whether it can be saved as a CSV file.
    pub exports: bool,
    /// The page of records that are there twice, where it is offered.
    pub duplicates: Option<&'static str>,
}

/// What is chosen in a list.
#[derive(Clone, Copy)]
pub struct Selection {
    /// The ids of the rows that are ticked.
    pub ticked: Ticked,
    /// Whether all that match the filters are meant, in sight or not.
    pub all: RwSignal<bool>,
    /// The filters of the list, as its address has them.
    pub filter: Signal<String>,
    /// How many match them, as far as that was counted.
    pub total: Signal<Option<u64>>,
}

impl Selection {
    /// How many records are chosen, as far as that was counted.
    pub fn count(self) -> usize {
        let ticked = self.ticked.with(BTreeSet::len);
        let all = self.total.get().and_then(|total| total.try_into().ok());
        all.filter(|_| self.all.get()).unwrap_or(ticked)
    }
}

/// What the page puts beside the ticked rows.
pub type Bulk = Callback<Selection, AnyView>;

/// A page with a list.
#[component]
pub fn ListPage<T>(
    spec: ListSpec<T>,
    /// Buttons beside the title.
    #[prop(optional, into)]
    actions: ViewFn,
    /// Filters beside the search field.
    #[prop(optional, into)]
    filters: Option<Callback<UrlState, AnyView>>,
    #[prop(optional)] bulk: Option<Bulk>,
) -> impl IntoView
where
    T: DeserializeOwned + Clone + PartialEq + Send + Sync + 'static,
{
    let url = url_state();
    let ListSpec {
        title,
        resource,
        filters: names,
        columns,
        rows,
        default_sort,
        empty,
        search_label,
        trash,
        exports,
        duplicates,
    } = spec;
    let choices = StoredValue::new(choices(&columns));
    let columns = StoredValue::new(columns);
    let views = Views::of(resource, url, names, default_sort);
    let plain = move || views.is_none_or(Views::is_plain);
    let remembered = format!("columns-{}", resource.trim_start_matches('/'));
    let kept = RwSignal::new(storage::get(&remembered));
    let shown = Memo::new(move |_| {
        let words = url.get("columns");
        let words = words.or_else(|| kept.get().filter(|_| plain()));
        choices.with_value(|all| columns::chosen(words.as_deref(), all))
    });
    let show = Callback::new(move |next: Vec<usize>| {
        let words = choices
            .with_value(|all| columns::words(&next, all))
            .join(",");
        if untrack(plain) {
            // The plain list is no view to be saved: the browser remembers its columns.
            if words.is_empty() {
                storage::remove(&remembered);
            } else {
                storage::set(&remembered, &words);
            }
            kept.set(Some(words.clone()).filter(|words| !words.is_empty()));
        }
        url.show(&[("columns", Some(words))]);
    });
    let words = Signal::derive(move || {
        shown.with(|shown| choices.with_value(|all| columns::words(shown, all)))
    });
    let empty = StoredValue::new(empty);
    let caption = StoredValue::new(title.clone());
    let known = move |name: &str| names.contains(&name) || matches!(name, "q" | "sort" | "trashed");
    let filtered = move || {
        let pairs: Vec<(String, String)> =
            serde_urlencoded::from_str(&url.query()).unwrap_or_default();
        let mut pairs: Vec<_> = pairs.into_iter().filter(|(name, _)| known(name)).collect();
        if !pairs.iter().any(|(name, _)| name == "sort") {
            pairs.push(("sort".to_owned(), default_sort.to_owned()));
        }
        serde_urlencoded::to_string(pairs).unwrap_or_default()
    };
    let list = query::page::<T>(move || {
        if !views.is_none_or(Views::known) {
            return None;
        }
        let cursor = url
            .get("cursor")
            .map(|cursor| format!("&cursor={}", crate::core::url::encode(&cursor)));
        Some(format!(
            "{resource}?{}&limit=50&count=true{}",
            filtered(),
            cursor.unwrap_or_default()
        ))
    });
    let ticked: Ticked = RwSignal::new(BTreeSet::new());
    let all = RwSignal::new(false);
    // What is ticked are rows in sight.
    Effect::new(move |_| {
        let _ = url.query();
        ticked.set(BTreeSet::new());
    });
    Effect::new(move |_| {
        ticked.track();
        all.set(false);
    });
    let counted = Signal::derive(move || list.last.get().ready()?.pagination.total);
    let selection = Selection {
        ticked,
        all,
        filter: Signal::derive(filtered),
        total: counted,
    };
    let in_trash = move || url.get("trashed").as_deref() == Some("true");
    {
        let title = title.clone();
        page::title(move || {
            if in_trash() {
                tr!(list.trash_of, name = title.as_str())
            } else {
                title.clone()
            }
        });
    }
    let data = Signal::derive(move || {
        list.last
            .get()
            .ready()
            .map(|page| page.data)
            .unwrap_or_default()
    });
    let narrowed = move || url.any(names) || url.any(&["q", "cursor"]) || in_trash();
    let export = move || http::address(&format!("{resource}/export?{}", filtered()));
    let may_export = exports && auth::may(Permission::ExportsCreate);
    let total = move || {
        list.last
            .get()
            .ready()
            .and_then(|page| total_text(&page.pagination))
    };
    // Whoever ticked a whole page may mean all pages.
    let more_match = move || {
        let rows = data.with(Vec::len);
        ticked.with(BTreeSet::len) >= rows && counted.get().is_some_and(|total| total > rows as u64)
    };
    let (heading, view_title) = (title.clone(), title.clone());
    let body = move || {
        match list.last.get() {
        Load::Loading => view! { <Skeleton lines=10/> }.into_any(),
        Load::Failed(error) => failure(&error, move || list.retry()),
        Load::Ready(page) if page.data.is_empty() && narrowed() => view! {
            <Empty symbol=Icon::Search title=tr!(list.nothing_found) text=if in_trash() { tr!(list.trash_empty) } else { tr!(list.nothing_found_text) }/>
        }
        .into_any(),
        Load::Ready(page) if page.data.is_empty() => {
            let (symbol, title, text) = empty.get_value();
            view! { <Empty symbol=symbol title=title text=text/> }.into_any()
        }
        Load::Ready(_) => view! {
            <DataTable caption=caption.get_value() columns=columns shown=shown rows=rows data=data url=url default_sort=default_sort ticked=bulk.map(|_| ticked)/>
        }
        .into_any(),
    }
    };
    // The table is built anew only when it comes or goes, not with each page.
    let kind = Memo::new(move |_| match list.last.get() {
        Load::Loading => 0,
        Load::Failed(_) => 1,
        Load::Ready(page) if page.data.is_empty() => {
            if narrowed() {
                2
            } else {
                3
            }
        }
        Load::Ready(_) => 4,
    });
    view! {
        <div class="page page-list">
            <header class="page-head">
                <h1 class="page-title">
                    {move || if in_trash() { tr!(list.trash_of, name = heading.as_str()) } else { heading.clone() }}
                    <span class="page-count" aria-live="polite">{total}</span>
                </h1>
                <div class="page-actions">
                    {actions.run()}
                    {(trash || may_export).then(|| view! {
                        <Menu label=tr!(common.more) entries=Callback::new(move |()| {
                            let mut entries = Vec::new();
                            if may_export {
                                entries.push(Entry::run(tr!(list.export), move || {
                                    let _ = window().location().assign(&export());
                                }).icon(Icon::Download));
                            }
                            if let Some(href) = duplicates {
                                entries.push(Entry::go(tr!(duplicate.list), href).icon(Icon::Columns));
                            }
                            if trash {
                                entries.push(if in_trash() {
                                    Entry::run(tr!(list.leave_trash), move || url.set(&[("trashed", None)])).icon(Icon::List)
                                } else {
                                    Entry::run(tr!(list.show_trash), move || url.set(&[("trashed", Some("true".to_owned()))])).icon(Icon::Trash)
                                });
                            }
                            entries
                        })>
                            {icon(Icon::Dots)}
                        </Menu>
                    })}
                </div>
            </header>
            <div class="toolbar" role="search" aria-label=tr!(list.filters)>
                {views.map(|views| view! { <ViewsMenu views=views title=view_title columns=words/> })}
                <SearchField url=url label=search_label/>
                {filters.map(|filters| filters.run(url))}
                <ClearFilters url=url names=names/>
                <span class="grow"></span>
                <ColumnsButton all=choices shown=shown on_change=show/>
            </div>
            <Show when=move || ticked.with(|ticked| !ticked.is_empty())>
                <div class="bulk" role="region" aria-label=tr!(list.selection)>
                    <span aria-live="polite">{move || if all.get() {
                        tr!(list.all_chosen, count = selection.count(), shown = total().unwrap_or_default())
                    } else {
                        tr!(list.ticked, count = selection.count())
                    }}</span>
                    <Show when=move || bulk.is_some() && !all.get() && more_match()>
                        <button type="button" class="btn btn-quiet" on:click=move |_| all.set(true)>
                            {move || tr!(list.choose_all, count = counted.get().unwrap_or_default(), shown = total().unwrap_or_default())}
                        </button>
                    </Show>
                    {bulk.map(|bulk| bulk.run(selection))}
                    <button type="button" class="btn btn-quiet" on:click=move |_| ticked.set(BTreeSet::new())>
                        {tr!(list.untick)}
                    </button>
                </div>
            </Show>
            <div class="table-frame" class:is-fetching=move || list.fetching.get() aria-busy=move || list.fetching.get().to_string()>
                {move || { kind.get(); untrack(body) }}
            </div>
            <Pager url=url pagination=Signal::derive(move || list.last.get().ready().map(|page: Page<T>| page.pagination).unwrap_or_default())/>
        </div>
    }
}

/// The columns as they are chosen; one without a word is known by its place.
fn choices<T>(columns: &[Column<T>]) -> Vec<columns::Choice> {
    columns
        .iter()
        .enumerate()
        .map(|(index, column)| columns::Choice {
            word: if column.key.is_empty() {
                format!("column{index}")
            } else {
                column.key.to_owned()
            },
            title: column.title.clone(),
            plain: !column.extra,
        })
        .collect()
}

fn total_text(pagination: &Pagination) -> Option<String> {
    let total = format::count(pagination.total?);
    Some(if pagination.total_is_exact == Some(false) {
        format!("{total}+")
    } else {
        total
    })
}

/// To the next page and back.
#[component]
pub fn Pager(
    url: UrlState,
    #[prop(into)] pagination: Signal<Pagination>,
    /// Where the address keeps the place, on a page with more than one list.
    #[prop(default = "cursor")]
    name: &'static str,
) -> impl IntoView {
    let prev = move || pagination.with(|pagination| pagination.prev_cursor.clone());
    let next = move || pagination.with(|pagination| pagination.next_cursor.clone());
    let go = move |cursor: Option<String>| {
        if cursor.is_some() {
            url.page(name, cursor);
            page::focus_main();
        }
    };
    view! {
        <Show when=move || prev().is_some() || next().is_some()>
            <nav class="pager" aria-label=tr!(list.pages)>
                <button type="button" class="btn" aria-disabled=move || prev().is_none().to_string() on:click=move |_| go(prev())>
                    {icon(Icon::Back)}{tr!(list.previous)}
                </button>
                <button type="button" class="btn" aria-disabled=move || next().is_none().to_string() on:click=move |_| go(next())>
                    {tr!(list.next)}{icon(Icon::ChevronRight)}
                </button>
            </nav>
        </Show>
    }
}
