//! Groups of records that may be the same, over the whole organization.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};
use shared_types::crm::{DuplicateGroup, DuplicateRecord, DuplicateSearch, MergeKind};

use super::{
    merge_api::{self, DUPLICATES, list_name},
    might_be_same::{confidence_badge, reasons_text},
};
use crate::{
    core::{
        components::{
            field::choices,
            filter::SelectFilter,
            icons::{Icon, icon},
            list::Pager,
            states::{Empty, Skeleton, failure},
        },
        format, http,
        query::{self, Cache, Load},
        toast,
        url::{encode, url_state},
    },
    tr,
};

/// The most records that can be merged into one.
const LOSERS: usize = 5;
/// How often a search that is under way is looked at.
const LOOK: Duration = Duration::from_secs(2);

fn search_path() -> String {
    format!("{DUPLICATES}/search")
}

/// The groups, with the search that finds them.
#[component]
pub fn Groups() -> impl IntoView {
    let url = url_state();
    let cache = query::cache();
    let groups = query::page::<DuplicateGroup>(move || {
        let mut path = format!("{DUPLICATES}?limit=25&count=true");
        for (name, parameter) in [("kind", "kind"), ("groups", "cursor")] {
            if let Some(value) = url.get(name) {
                path.push_str(&format!("&{parameter}={}", encode(&value)));
            }
        }
        Some(path)
    });
    let pagination = Signal::derive(move || {
        let page = groups.last.get().ready();
        page.map(|page| page.pagination).unwrap_or_default()
    });
    let kinds = choices(MergeKind::ALL, list_name);
    view! {
        <section class="stack" aria-label=tr!(duplicate.found)>
            <div class="toolbar" role="search" aria-label=tr!(list.filters)>
                <SelectFilter url=url name="kind" label=tr!(duplicate.kind) options=kinds/>
                <span class="grow"></span>
                <Search/>
            </div>
            {move || match groups.last.get() {
                Load::Loading => view! { <Skeleton lines=6/> }.into_any(),
                Load::Failed(error) => failure(&error, move || groups.retry()),
                Load::Ready(page) if page.data.is_empty() => {
                    view! { <Empty symbol=Icon::Check title=tr!(duplicate.none) text=tr!(duplicate.none_text)/> }.into_any()
                }
                Load::Ready(page) => {
                    let cards = page.data.into_iter().map(|one| group(one, cache)).collect_view();
                    view! { <div class="stack">{cards}</div> }.into_any()
                }
            }}
            <Pager url=url pagination=pagination name="groups"/>
        </section>
    }
}

/// When the organization was searched, and a button to do it now.
#[component]
fn Search() -> impl IntoView {
    let cache = query::cache();
    let search = query::record::<DuplicateSearch>(|| Some(search_path()));
    let running = Memo::new(move |_| {
        let search = search.last.get().ready();
        search.is_some_and(|search| search.running)
    });
    Effect::new(move |before: Option<bool>| {
        let now = running.get();
        if now {
            let looks = set_interval_with_handle(move || cache.stale(&search_path()), LOOK).ok();
            on_cleanup(move || {
                if let Some(looks) = looks {
                    looks.clear();
                }
            });
        } else if before == Some(true) {
            cache.stale(DUPLICATES);
        }
        now
    });
    let start = move |_| {
        spawn_local(async move {
            if let Err(error) = http::act::<DuplicateSearch>(&search_path()).await {
                toast::failed(&error);
            }
            cache.stale(&search_path());
        });
    };
    let when = move || {
        let search = search.last.get().ready()?;
        let at = search.finished_at.filter(|_| !search.running)?;
        Some(tr!(duplicate.searched, ago = format::ago(at)))
    };
    view! {
        <span class="text-muted" role="status">
            {move || if running.get() { Some(tr!(duplicate.searching).to_owned()) } else { when() }}
        </span>
        <button type="button" class="btn" aria-disabled=move || running.get().to_string() on:click=start>
            {icon(Icon::Search)}{tr!(duplicate.search)}
        </button>
    }
}

fn group(group: DuplicateGroup, cache: Cache) -> impl IntoView {
    let DuplicateGroup {
        id,
        kind,
        confidence,
        reasons,
        records,
        found_at: _,
    } = group;
    let list = merge_api::resource(kind);
    let compare = records.split_first().map(|(first, others)| {
        let others: Vec<String> = others
            .iter()
            .take(LOSERS)
            .map(|other| other.id.to_string())
            .collect();
        format!("{list}/{}/merge?with={}", first.id, others.join(","))
    });
    let names: Vec<&str> = records.iter().map(|record| record.name.as_str()).collect();
    let names = names.join(", ");
    let dismiss = move |_| {
        spawn_local(async move {
            let path = format!("{DUPLICATES}/{id}/dismiss");
            match http::act::<Vec<DuplicateRecord>>(&path).await {
                Ok(_) => toast::good(tr!(duplicate.dismissed)),
                Err(error) => toast::failed(&error),
            }
            cache.stale(DUPLICATES);
        });
    };
    let rows = records
        .into_iter()
        .map(|record| {
            view! {
                <li class="related-row">
                    <a class="link truncate" href=format!("{list}/{}", record.id)>{record.name}</a>
                    <span class="text-muted truncate">{record.detail}</span>
                    <span class="grow"></span>
                    <span class="text-muted truncate wide-only">{record.owner_name}</span>
                    <span class="text-muted wide-only">{tr!(merge.added, day = format::date_of(record.created_at))}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <article class="card">
            <header class="card-head">
                <p class="person">{confidence_badge(confidence)}<span class="text-muted">{reasons_text(&reasons)}</span></p>
                <span class="page-actions">
                    <button type="button" class="btn btn-sm" aria-label=tr!(duplicate.dismiss_one, names = names.as_str()) on:click=dismiss>{tr!(duplicate.dismiss)}</button>
                    <a class="btn btn-sm" href=compare aria-label=tr!(duplicate.compare_one, names = names.as_str())>{tr!(duplicate.compare)}</a>
                </span>
            </header>
            <ul class="related">{rows}</ul>
        </article>
    }
}
