//! Imports: bring a file, and those that were brought before.

use leptos::prelude::*;
use shared_types::{
    Permission,
    platform::{Import, ImportKind, ImportState},
};

use super::import_bring::Bring;
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
        query::{self, Load},
        url::{encode, url_state},
    },
    tr,
};

/// The path of imports in the API.
pub const IMPORTS: &str = "/imports";

crate::lazy_page!(ImportsPage for ImportsManage => view! { <Imports/> });

/// What a kind of import brings.
pub fn kind_name(kind: ImportKind) -> &'static str {
    match kind {
        ImportKind::Members => tr!(settings.members),
        ImportKind::Companies => tr!(company.list),
        ImportKind::Contacts => tr!(contact.list),
        ImportKind::Leads => tr!(lead.list),
        ImportKind::Products => tr!(product.list),
        ImportKind::Deals => tr!(deals.list),
        ImportKind::Activities => tr!(activity.list),
        ImportKind::Notes => tr!(note.list),
        ImportKind::MetricValues => tr!(metric.values),
    }
}

/// The kinds that the one who is signed in may bring.
pub fn kinds() -> Vec<ImportKind> {
    ImportKind::ALL
        .iter()
        .copied()
        .filter(|&kind| auth::may(domain::platform::import::fields::permission(kind)))
        .collect()
}

/// Where an import stands, as a badge.
pub fn state_badge(state: ImportState) -> AnyView {
    let (colour, words) = match state {
        ImportState::Mapping => (Colour::Plain, tr!(import.state.mapping)),
        ImportState::Checking => (Colour::Accent, tr!(import.state.checking)),
        ImportState::Ready => (Colour::Accent, tr!(import.state.ready)),
        ImportState::Running => (Colour::Accent, tr!(import.state.running)),
        ImportState::Done => (Colour::Good, tr!(import.state.done)),
        ImportState::Failed => (Colour::Bad, tr!(import.state.failed)),
        ImportState::Cancelled => (Colour::Warn, tr!(import.state.cancelled)),
    };
    badge(colour, words).into_any()
}

#[component]
fn Imports() -> impl IntoView {
    page::title(|| tr!(import.list).to_owned());
    let url = url_state();
    let imports = query::page::<Import>(move || {
        let cursor = url.get("cursor");
        let cursor = cursor.map(|cursor| format!("&cursor={}", encode(&cursor)));
        Some(format!("{IMPORTS}?limit=20{}", cursor.unwrap_or_default()))
    });
    let pagination = Signal::derive(move || {
        let page = imports.last.get().ready();
        page.map(|page| page.pagination).unwrap_or_default()
    });
    view! {
        <div class="page">
            <header class="page-head">
                <h1 class="page-title">{tr!(import.list)}</h1>
                {auth::may(Permission::ExportsCreate).then(|| view! {
                    <div class="page-actions"><a class="btn" href="/exports">{icon(Icon::Download)}{tr!(export.list)}</a></div>
                })}
            </header>
            <Bring/>
            <h2 class="section-title">{tr!(import.earlier)}</h2>
            <div class="table-frame">
                {move || match imports.last.get() {
                    Load::Loading => view! { <Skeleton lines=5/> }.into_any(),
                    Load::Failed(error) => failure(&error, move || imports.retry()),
                    Load::Ready(page) if page.data.is_empty() => view! {
                        <Empty symbol=Icon::Import title=tr!(import.none) text=tr!(import.none_text)/>
                    }.into_any(),
                    Load::Ready(page) => table(page.data),
                }}
            </div>
            <Pager url=url pagination=pagination/>
        </div>
    }
}

fn table(imports: Vec<Import>) -> AnyView {
    let rows = imports
        .into_iter()
        .map(|import| {
            let counts = import.counts;
            let archive = import.archive_id.map(|id| {
                view! { " · "<a href=format!("/imports/archive/{id}")>{tr!(import.archive)}</a> }
            });
            view! {
                <tr>
                    <th scope="row"><a href=format!("/imports/{}", import.id)>{import.filename}</a></th>
                    <td>{kind_name(import.kind)}{archive}</td>
                    <td>{state_badge(import.state)}</td>
                    <td class="num wide-only">{format::count(counts.created)}</td>
                    <td class="num wide-only">{format::count(counts.updated)}</td>
                    <td class="num wide-only">{format::count(counts.refused)}</td>
                    <td class="wide-only text-muted">{format::ago(import.created_at)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="table">
            <caption class="sr-only">{tr!(import.earlier)}</caption>
            <thead>
                <tr>
                    <th scope="col">{tr!(import.file)}</th>
                    <th scope="col">{tr!(import.kind)}</th>
                    <th scope="col">{tr!(settings.state)}</th>
                    <th scope="col" class="num wide-only">{tr!(import.created)}</th>
                    <th scope="col" class="num wide-only">{tr!(import.updated)}</th>
                    <th scope="col" class="num wide-only">{tr!(import.refused)}</th>
                    <th scope="col" class="wide-only">{tr!(settings.at)}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}
