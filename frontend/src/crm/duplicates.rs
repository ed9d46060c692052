//! Duplicates of the whole organization, and the merges that were made.

use leptos::prelude::*;
use shared_types::{
    Permission,
    crm::{Merge, MergeKind},
};

use super::{
    duplicate_groups::Groups,
    merge_api::{self, MERGES, list_name, moved_text},
};
use crate::{
    core::{
        auth,
        components::{
            badge::{Colour, badge},
            icons::{Icon, icon},
            list::Pager,
            states::{Empty, Skeleton, failure},
        },
        format, page,
        query::{self, Cache, Load},
        url::{encode, url_state},
    },
    tr,
};

crate::lazy_page!(DuplicatesPage => view! { <Duplicates/> });

#[component]
fn Duplicates() -> impl IntoView {
    page::title(|| tr!(duplicate.list).to_owned());
    view! {
        <div class="page">
            <header class="page-head"><h1 class="page-title">{tr!(duplicate.list)}</h1></header>
            <p class="page-text">{tr!(duplicate.text)}</p>
            {auth::may(Permission::DuplicatesManage).then(|| view! { <Groups/> })}
            <Merges/>
        </div>
    }
}

/// The merges that were made, with the way back.
#[component]
fn Merges() -> impl IntoView {
    let url = url_state();
    let cache = query::cache();
    let merges = query::page::<Merge>(move || {
        let cursor = url
            .get("cursor")
            .map(|cursor| format!("&cursor={}", encode(&cursor)));
        Some(format!("{MERGES}?limit=25{}", cursor.unwrap_or_default()))
    });
    let pagination = Signal::derive(move || {
        let page = merges.last.get().ready();
        page.map(|page| page.pagination).unwrap_or_default()
    });
    view! {
        <section class="stack" aria-labelledby="merges">
            <h2 id="merges" class="card-title">{tr!(merge.list)}</h2>
            <div class="table-frame">
                {move || match merges.last.get() {
                    Load::Loading => view! { <Skeleton lines=4/> }.into_any(),
                    Load::Failed(error) => failure(&error, move || merges.retry()),
                    Load::Ready(page) if page.data.is_empty() => {
                        view! { <Empty symbol=Icon::Restore title=tr!(merge.none) text=tr!(merge.none_text)/> }.into_any()
                    }
                    Load::Ready(page) => table(page.data, cache),
                }}
            </div>
            <Pager url=url pagination=pagination/>
        </section>
    }
}

fn table(merges: Vec<Merge>, cache: Cache) -> AnyView {
    let rows = merges
        .into_iter()
        .map(|merge| row(merge, cache))
        .collect_view();
    view! {
        <table class="table table-words">
            <caption class="sr-only">{tr!(merge.list)}</caption>
            <thead>
                <tr>
                    <th scope="col">{tr!(merge.winner)}</th>
                    <th scope="col">{tr!(merge.losers)}</th>
                    <th scope="col" class="wide-only">{tr!(merge.moved)}</th>
                    <th scope="col" class="wide-only">{tr!(merge.when)}</th>
                    <th scope="col"><span class="sr-only">{tr!(jobs.actions)}</span></th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn kind_badge(kind: MergeKind) -> AnyView {
    badge(Colour::Plain, list_name(kind)).into_any()
}

fn row(merge: Merge, cache: Cache) -> impl IntoView {
    let path = format!("{}/{}", merge_api::resource(merge.kind), merge.winner_id);
    let losers: Vec<String> = merge
        .losers
        .iter()
        .map(|loser| loser.name.clone())
        .collect();
    let (id, name) = (merge.id, merge.winner_name.clone());
    let action = if merge.undone_at.is_some() {
        badge(Colour::Plain, tr!(merge.undone)).into_any()
    } else if merge.undoable_until > format::now() {
        view! {
            <button type="button" class="btn btn-sm" aria-label=tr!(merge.undo_one, name = name.as_str()) on:click=move |_| merge_api::undo(cache, id)>
                {icon(Icon::Restore)}{tr!(toast.undo)}
            </button>
        }
        .into_any()
    } else {
        ().into_any()
    };
    let by = merge.merged_by_name.clone();
    view! {
        <tr>
            <th scope="row"><a class="link" href=path>{merge.winner_name.clone()}</a>" "{kind_badge(merge.kind)}</th>
            <td>{losers.join(", ")}</td>
            <td class="wide-only text-muted">{moved_text(&merge.moved)}</td>
            <td class="wide-only text-muted"><time datetime=merge.merged_at.to_rfc3339() title=format::time(merge.merged_at)>{format::ago(merge.merged_at)}</time>" "{by}</td>
            <td>{action}</td>
        </tr>
    }
}
