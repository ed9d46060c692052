//! Exports: each kind of record as a table, and all of them as one archive.

use domain::platform::{archive::is_under_way, export};
use leptos::{ev, prelude::*, task::spawn_local};
use shared_types::platform::{CreateExport, Export, ExportState, ImportKind};

use super::imports::kind_name;
use crate::{
    core::{
        auth,
        components::{
            badge::{Colour, badge},
            dialog::{Confirm, Dialog},
            field::Tick,
            form::{Form, FormError, Submit},
            icons::{Icon, icon},
            states::{Empty, Skeleton, failure},
        },
        format, http, i18n, page,
        query::{self, Load},
        toast,
    },
    tr,
};

const EXPORTS: &str = "/exports";
/// Between two looks at an export that is under way, in milliseconds.
const LOOK: i32 = 1_500;

crate::lazy_page!(ExportsPage for ExportsCreate => view! { <Exports/> });

/// The kinds that the one who is signed in may take out, in the order in which they come back.
fn kinds() -> Vec<ImportKind> {
    let kinds = export::ORDER.into_iter();
    kinds
        .filter(|&kind| auth::may(export::permission(kind)))
        .collect()
}

/// Where an export stands.
fn state_look(state: ExportState) -> (Colour, &'static str) {
    match state {
        ExportState::Waiting => (Colour::Plain, tr!(export.state.waiting)),
        ExportState::Running => (Colour::Accent, tr!(export.state.running)),
        ExportState::Done => (Colour::Good, tr!(export.state.done)),
        ExportState::Failed => (Colour::Bad, tr!(export.state.failed)),
        ExportState::Cancelled => (Colour::Warn, tr!(export.state.cancelled)),
    }
}

#[component]
fn Exports() -> impl IntoView {
    page::title(|| tr!(export.list).to_owned());
    let exports = query::page::<Export>(|| Some(format!("{EXPORTS}?limit=100")));
    let asking = RwSignal::new(false);
    Effect::new(move |_| {
        let page = exports.load.get().ready();
        if page.is_some_and(|page| page.data.iter().any(|export| is_under_way(export.state))) {
            spawn_local(async move {
                page::pause(LOOK).await;
                // The page may be gone by now.
                if asking.try_with_untracked(|_| ()).is_some() {
                    exports.retry();
                }
            });
        }
    });
    view! {
        <div class="page page-narrow">
            <header class="page-head">
                <h1 class="page-title">{tr!(export.list)}</h1>
                <div class="page-actions">
                    <button type="button" class="btn btn-primary" on:click=move |_| asking.set(true)>{icon(Icon::Add)}{tr!(export.ask)}</button>
                </div>
            </header>
            <p class="page-text">{tr!(export.text)}</p>
            <section class="card card-flush" aria-label=tr!(export.archives)>
                {move || match exports.last.get() {
                    Load::Loading => view! { <Skeleton lines=4/> }.into_any(),
                    Load::Failed(error) => failure(&error, move || exports.retry()),
                    Load::Ready(page) if page.data.is_empty() => view! { <Empty symbol=Icon::Download title=tr!(export.none) text=tr!(export.none_text)/> }.into_any(),
                    Load::Ready(page) => view! {
                        <ul class="rows">{page.data.into_iter().map(|export| view! { <li><One export=export/></li> }).collect_view()}</ul>
                    }.into_any(),
                }}
            </section>
            <Tables/>
        </div>
        <Dialog open=asking title=tr!(export.ask).to_owned()><Ask open=asking/></Dialog>
    }
}

/// Every kind of record as a file of its own.
#[component]
fn Tables() -> impl IntoView {
    let links = kinds()
        .into_iter()
        .map(|kind| {
            let list = match kind {
                ImportKind::MetricValues => "metric-values".to_owned(),
                other => other.to_string(),
            };
            let file = http::address(&format!("/{list}/export"));
            view! {
                <li><a class="btn btn-sm" href=file download="">{icon(Icon::Download)}{kind_name(kind)}</a></li>
            }
        })
        .collect_view();
    view! {
        <section class="card" aria-labelledby="tables">
            <h2 id="tables" class="card-title">{tr!(export.tables)}</h2>
            <p class="text-muted">{tr!(export.tables_text)}</p>
            <ul class="actions">{links}</ul>
        </section>
    }
}

#[component]
fn One(export: Export) -> impl IntoView {
    let cache = query::cache();
    let asked = RwSignal::new(false);
    let form = Form::new();
    let (colour, words) = state_look(export.state);
    let under_way = is_under_way(export.state);
    let day = format::time_near(export.created_at);
    let path = format!("{EXPORTS}/{}", export.id);
    let file = http::address(&format!("{path}/file"));
    let path = StoredValue::new(path);
    let remove = Callback::new(move |()| {
        let path = path.get_value();
        form.send(async move { http::delete(&path).await }, move |()| {
            cache.stale(EXPORTS);
            toast::good(if under_way {
                tr!(export.cancelled_done)
            } else {
                tr!(export.deleted_done)
            });
        });
    });
    let verb = if under_way {
        tr!(export.cancel)
    } else {
        tr!(export.delete)
    };
    let label = format!("{verb}: {day}");
    let title = label.clone();
    let rows: u64 = export.files.iter().map(|file| file.rows).sum();
    let mut facts = vec![tr!(export.rows, count = rows, shown = format::count(rows))];
    if export.size > 0 {
        facts.push(format::bytes(export.size));
    }
    if let Some(at) = export.expires_at {
        facts.push(tr!(export.expires, day = format::date_of(at)));
    }
    let kinds: Vec<&str> = export.kinds.iter().map(|kind| kind_name(*kind)).collect();
    let all = export.kinds.len();
    let written = export.files.len();
    let download = (export.state == ExportState::Done).then(|| {
        let label = format!("{}: {day}", tr!(export.download));
        view! { <a class="btn btn-sm" href=file download="" aria-label=label>{icon(Icon::Download)}{tr!(export.download)}</a> }
    });
    view! {
        <div class="row">
            <span class="row-icon">{icon(Icon::Download)}</span>
            <div class="grow">
                <p class="row-title"><time datetime=export.created_at.to_rfc3339()>{day}</time>" "{badge(colour, words)}</p>
                <p class="text-muted">{kinds.join(", ")}</p>
                <p class="text-muted">{facts.join(" · ")}</p>
                {under_way.then(|| view! { <progress class="progress" max=all.to_string() prop:value=written.to_string() aria-label=tr!(export.state.running)></progress> })}
                {export.failure.map(|words| view! { <p class="fault">{i18n::fault(&words)}</p> })}
            </div>
            <div class="actions">
                {download}
                <button type="button" class="btn btn-sm" aria-label=label on:click=move |_| asked.set(true)>{verb}</button>
            </div>
        </div>
        <FormError form=form/>
        <Confirm open=asked title=title text=tr!(export.delete_text) verb=verb on_confirm=remove/>
    }
}

#[component]
fn Ask(open: RwSignal<bool>) -> impl IntoView {
    let cache = query::cache();
    let all = kinds();
    let chosen = RwSignal::new(all.clone());
    let form = Form::new();
    let fault = form.field("kinds");
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let body = CreateExport {
            kinds: Some(chosen.get_untracked()),
        };
        form.submit(
            body,
            |body| async move { http::post::<Export>(EXPORTS, &body).await },
            move |_| {
                cache.stale(EXPORTS);
                let _ = open.try_set(false);
            },
        );
    };
    let ticks = all
        .into_iter()
        .map(|kind| view! { <Tick it=kind chosen=chosen>{kind_name(kind)}</Tick> })
        .collect_view();
    view! {
        <form class="dialog-form" on:submit=submit novalidate>
            <div class="dialog-body stack">
                <FormError form=form/>
                <p>{tr!(export.ask_text)}</p>
                <fieldset class="choices">
                    <legend class="label">{tr!(export.holds)}</legend>
                    {ticks}
                    <div role="alert">{move || fault.get().map(|fault| view! { <p class="fault">{fault}</p> })}</div>
                </fieldset>
            </div>
            <footer class="dialog-foot">
                <button type="button" class="btn" on:click=move |_| open.set(false)>{tr!(common.cancel)}</button>
                <Submit form=form label=tr!(export.ask)/>
            </footer>
        </form>
    }
}
