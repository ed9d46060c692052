//! Imports: bring a file, and those that were brought before.

use leptos::{ev, html, prelude::*};
use leptos_router::hooks::use_navigate;
use shared_types::{
    Permission,
    platform::{Import, ImportKind, ImportState},
};

use crate::{
    core::{
        auth,
        components::{
            badge::{Colour, badge},
            field::SelectField,
            form::{Form, FormError},
            icons::{Icon, icon},
            list::Pager,
            states::{Empty, Skeleton, failure},
        },
        errors::ApiError,
        format, http,
        page::{self, unique},
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
fn kinds() -> Vec<ImportKind> {
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
            view! {
                <tr>
                    <th scope="row"><a href=format!("/imports/{}", import.id)>{import.filename}</a></th>
                    <td>{kind_name(import.kind)}</td>
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

/// Chooses a kind and a file, by the button or by dropping it.
#[component]
fn Bring() -> impl IntoView {
    let cache = query::cache();
    let navigate = use_navigate();
    let kinds = kinds();
    let first = kinds.first().map(ToString::to_string).unwrap_or_default();
    let kind = RwSignal::new(first);
    let options: Vec<(String, String)> = kinds
        .iter()
        .map(|&kind| (kind.to_string(), kind_name(kind).to_owned()))
        .collect();
    let form = Form::new();
    let node = NodeRef::<html::Input>::new();
    let over = RwSignal::new(false);
    let id = unique("file");
    let send = Callback::new(move |file: web_sys::File| {
        let Ok(data) = web_sys::FormData::new() else {
            return;
        };
        let word = kind.get_untracked();
        let appended = data
            .append_with_str("kind", &word)
            .and_then(|()| data.append_with_blob_and_filename("file", &file, &file.name()));
        if appended.is_err() {
            form.fail(ApiError::unreadable(
                "the browser refuses the file".to_owned(),
            ));
            return;
        }
        let navigate = navigate.clone();
        form.send(
            async move { http::upload::<Import>(IMPORTS, data).await },
            move |import| {
                cache.stale(IMPORTS);
                navigate(&format!("/imports/{}", import.id), Default::default());
            },
        );
    });
    let picked = move |_| {
        let files = node.get().and_then(|input| input.files());
        if let Some(file) = files.and_then(|files| files.get(0)) {
            send.run(file);
        }
        if let Some(input) = node.get() {
            input.set_value("");
        }
    };
    let dropped = move |event: ev::DragEvent| {
        event.prevent_default();
        over.set(false);
        let files = event.data_transfer().and_then(|data| data.files());
        if let Some(file) = files.and_then(|files| files.get(0)) {
            send.run(file);
        }
    };
    let fault = Signal::derive(move || {
        form.field("file")
            .get()
            .or_else(|| form.field("kind").get())
    });
    view! {
        <section
            class="card drop"
            class:drop-over=move || over.get()
            aria-label=tr!(import.bring)
            on:dragover=move |event: ev::DragEvent| { event.prevent_default(); over.set(true); }
            on:dragleave=move |_| over.set(false)
            on:drop=dropped
        >
            <FormError form=form/>
            <div class="drop-kind"><SelectField label=tr!(import.kind) value=kind options=options/></div>
            <div class="drop-file">
                <label class="btn btn-primary" for=id.clone()>
                    <Show when=move || form.busy.get() fallback=|| icon(Icon::Import)><span class="spinner" aria-hidden="true"></span></Show>
                    {move || if form.busy.get() { tr!(import.uploading) } else { tr!(import.choose) }}
                </label>
                <input node_ref=node id=id class="sr-only" type="file" accept=".csv,.tsv,.txt,text/csv,text/tab-separated-values" on:change=picked
                    aria-invalid=move || fault.get().is_some().to_string()/>
                <p class="text-muted">{tr!(import.choose_text)}</p>
                {move || fault.get().map(|fault| view! { <p class="fault" role="alert">{fault}</p> })}
            </div>
        </section>
    }
}
