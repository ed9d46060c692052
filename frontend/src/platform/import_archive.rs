//! An archive that comes in: how far each of its tables is.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_params_map;
use shared_types::platform::{ArchiveState, ArchiveTable, ImportArchive};

use super::imports::{kind_name, state_badge};
use crate::{
    core::{
        components::{
            badge::{Colour, badge},
            form::{Form, FormError},
            states::{Skeleton, failure},
        },
        format, http, i18n, page,
        query::{self, Load},
    },
    tr,
};

/// The path of archives in the API.
pub const ARCHIVES: &str = "/import-archives";
/// Between two looks at an archive that is at work, in milliseconds.
const LOOK: i32 = 700;

crate::lazy_page!(ArchivePage for ImportsManage => view! { <Archive/> });

fn state_look(state: ArchiveState) -> (Colour, &'static str) {
    match state {
        ArchiveState::Running => (Colour::Accent, tr!(import.state.running)),
        ArchiveState::Done => (Colour::Good, tr!(import.state.done)),
        ArchiveState::Failed => (Colour::Bad, tr!(import.state.failed)),
        ArchiveState::Cancelled => (Colour::Warn, tr!(import.state.cancelled)),
    }
}

#[component]
fn Archive() -> impl IntoView {
    let params = use_params_map();
    let id = params.with_untracked(|params| params.get("id").unwrap_or_default());
    let path = StoredValue::new(format!("{ARCHIVES}/{id}"));
    let archive = query::record::<ImportArchive>(move || Some(path.get_value()));
    let cache = query::cache();
    let form = Form::new();
    page::title(move || {
        let archive = archive.last.get().ready();
        archive.map_or_else(
            || tr!(import.archive).to_owned(),
            |archive| archive.filename,
        )
    });
    let was_running = StoredValue::new(false);
    Effect::new(move |_| {
        let Some(now) = archive.load.get().ready() else {
            return;
        };
        if now.state == ArchiveState::Running {
            was_running.set_value(true);
            spawn_local(async move {
                page::pause(LOOK).await;
                // The page may be gone by now.
                if form.busy.try_with_untracked(|_| ()).is_some() {
                    archive.retry();
                }
            });
        } else if was_running.get_value() {
            was_running.set_value(false);
            cache.stale("/");
        }
    });
    let cancel = move |_| {
        let path = format!("{}/cancel", path.get_value());
        form.send(
            async move { http::act::<ImportArchive>(&path).await },
            move |_| archive.retry(),
        );
    };
    view! {
        <div class="page">
            {move || match archive.last.get() {
                Load::Loading => view! { <Skeleton lines=10/> }.into_any(),
                Load::Failed(error) => failure(&error, move || archive.retry()),
                Load::Ready(archive) => shown(archive, form, Callback::new(cancel)),
            }}
        </div>
    }
}

fn shown(archive: ImportArchive, form: Form, cancel: Callback<()>) -> AnyView {
    let (colour, words) = state_look(archive.state);
    let time = format::time_near(archive.written_at);
    let about = tr!(import.archive_of, source = archive.source, time = time);
    let rows: u64 = archive.tables.iter().map(|table| table.rows).sum();
    let processed: u64 = archive.tables.iter().map(|table| table.processed).sum();
    let refused = archive.tables.iter().any(|table| table.counts.refused > 0);
    let percent = (processed * 100).checked_div(rows).unwrap_or(100).min(100);
    let running = archive.state == ArchiveState::Running;
    let text = match archive.state {
        ArchiveState::Running => {
            tr!(import.rows_so_far, count = format::count(processed))
        }
        ArchiveState::Done if refused => tr!(import.archive_refused).to_owned(),
        ArchiveState::Done => tr!(import.archive_done).to_owned(),
        ArchiveState::Cancelled => tr!(import.cancelled_text).to_owned(),
        ArchiveState::Failed => archive
            .failure
            .as_deref()
            .map_or_else(|| tr!(state.failed).to_owned(), i18n::fault),
    };
    let class = match archive.state {
        ArchiveState::Failed => "alert alert-bad",
        _ => "text-muted",
    };
    let tables = archive.tables.into_iter().map(row).collect_view();
    view! {
        <nav class="crumbs" aria-label=tr!(record.crumbs)><a href="/imports">{tr!(import.list)}</a></nav>
        <header class="page-head">
            <h1 class="page-title">{archive.filename.clone()}" "{badge(colour, words)}</h1>
            <span class="text-muted">{about}" · "{format::bytes(archive.size)}</span>
        </header>
        <FormError form=form/>
        <div class="stack">
            <section class="card" aria-labelledby="progress">
                <h2 id="progress" class="card-title">{words}</h2>
                {running.then(|| view! {
                    <progress class="progress" max="100" aria-labelledby="progress" prop:value=percent.to_string()></progress>
                })}
                <p role="status" class=class>{text}</p>
                <div class="actions">
                    {if running {
                        view! { <button type="button" class="btn" on:click=move |_| cancel.run(())>{tr!(import.cancel)}</button> }.into_any()
                    } else {
                        view! { <a class="btn" href="/imports">{tr!(import.another)}</a> }.into_any()
                    }}
                </div>
            </section>
            <section class="card card-flush" aria-label=tr!(import.archive_tables)>
                <div class="table-scroll" tabindex="0" role="region" aria-label=tr!(import.archive_tables)>
                    <table class="table">
                        <caption class="sr-only">{tr!(import.archive_tables)}</caption>
                        <thead>
                            <tr>
                                <th scope="col">{tr!(import.kind)}</th>
                                <th scope="col">{tr!(settings.state)}</th>
                                <th scope="col" class="num">{tr!(import.rows)}</th>
                                <th scope="col" class="num">{tr!(import.created)}</th>
                                <th scope="col" class="num">{tr!(import.updated)}</th>
                                <th scope="col" class="num">{tr!(import.skipped)}</th>
                                <th scope="col" class="num">{tr!(import.refused)}</th>
                            </tr>
                        </thead>
                        <tbody>{tables}</tbody>
                    </table>
                </div>
            </section>
        </div>
    }
    .into_any()
}

fn row(table: ArchiveTable) -> AnyView {
    let name = kind_name(table.kind);
    let name = match table.state {
        Some(_) => view! { <a href=format!("/imports/{}", table.import_id)>{name}</a> }.into_any(),
        None => name.into_any(),
    };
    let state = table.state.map_or_else(
        || badge(Colour::Plain, tr!(import.waits)).into_any(),
        state_badge,
    );
    let counts = table.counts;
    let rows = if table.processed == table.rows {
        format::count(table.rows)
    } else {
        format!(
            "{} / {}",
            format::count(table.processed),
            format::count(table.rows)
        )
    };
    let bad = if counts.refused > 0 {
        "num text-bad"
    } else {
        "num"
    };
    view! {
        <tr>
            <th scope="row">{name}</th>
            <td>{state}</td>
            <td class="num">{rows}</td>
            <td class="num">{format::count(counts.created)}</td>
            <td class="num">{format::count(counts.updated)}</td>
            <td class="num">{format::count(counts.skipped)}</td>
            <td class=bad>{format::count(counts.refused)}</td>
        </tr>
    }
    .into_any()
}
