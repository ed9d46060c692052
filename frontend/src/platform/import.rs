//! One import on its way: understood, mapped, checked, run.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_params_map;
use shared_types::platform::{Import, ImportKind, ImportReason, ImportState, UpdateImport};

use super::{
    import_mapping::Mapping,
    import_values::Values,
    imports::{IMPORTS, kind_name, state_badge},
};
use crate::{
    core::{
        components::{
            form::{Form, FormError},
            icons::{Icon, icon},
            states::{Skeleton, failure},
        },
        errors::ApiError,
        format, http, i18n, page,
        query::{self, Cache, Load},
    },
    tr,
};

/// Between two looks at an import that is at work, in milliseconds.
const LOOK: i32 = 700;

crate::lazy_page!(ImportPage for ImportsManage => view! { <Wizard/> });

/// An import, and what can be done with it.
#[derive(Clone, Copy)]
pub struct Work {
    pub import: RwSignal<Load<Import>>,
    pub form: Form,
    path: StoredValue<String>,
    cache: Cache,
}

impl Work {
    fn load(self) {
        spawn_local(async move {
            let path = self.path.get_value();
            let answer = http::get_text(&path).await;
            let answer = answer.and_then(|text| http::parse::<Import>(&text));
            self.take(answer);
        });
    }

    fn take(self, answer: Result<Import, ApiError>) {
        let work =
            |import: &Import| matches!(import.state, ImportState::Checking | ImportState::Running);
        match answer {
            Ok(import) => {
                let again = work(&import);
                let ended = import.state == ImportState::Done;
                if self.import.try_set(Load::Ready(import)).is_some() {
                    return;
                }
                if ended {
                    self.cache.stale("/");
                }
                if again {
                    spawn_local(async move {
                        page::pause(LOOK).await;
                        // The page may be gone by now.
                        if self.import.try_with_untracked(|_| ()).is_some() {
                            self.load();
                        }
                    });
                }
            }
            Err(error) => {
                let _ = self.import.try_set(Load::Failed(error));
            }
        }
    }

    /// Takes a step: `check`, `start`, `cancel`.
    pub fn step(self, step: &'static str) {
        let path = format!("{}/{step}", self.path.get_value());
        self.form.send(
            async move { http::act::<Import>(&path).await },
            move |import| self.take(Ok(import)),
        );
    }

    /// Changes how the file is understood, and then takes a step.
    pub fn change(self, change: UpdateImport, then: Option<&'static str>) {
        let path = self.path.get_value();
        self.form.submit(
            change,
            move |change| async move { http::patch::<Import>(&path, &change, None).await },
            move |import| {
                self.take(Ok(import));
                if let Some(step) = then {
                    self.step(step);
                }
            },
        );
    }
}

#[component]
fn Wizard() -> impl IntoView {
    let params = use_params_map();
    let id = params.with_untracked(|params| params.get("id").unwrap_or_default());
    let work = Work {
        import: RwSignal::new(Load::Loading),
        form: Form::new(),
        path: StoredValue::new(format!("{IMPORTS}/{id}")),
        cache: query::cache(),
    };
    work.load();
    page::title(move || {
        let import = work.import.get().ready();
        import.map_or_else(|| tr!(import.list).to_owned(), |import| import.filename)
    });
    // Pieces are built anew when the import is another, not with each look at its progress.
    let state = Memo::new(move |_| match work.import.get() {
        Load::Loading => (0, 0),
        Load::Failed(_) => (1, 0),
        Load::Ready(import) => match import.state {
            ImportState::Checking => (2, 0),
            ImportState::Running => (3, 0),
            state => (4 + state as i64, import.version),
        },
    });
    view! {
        <div class="page">
            {move || {
                state.get();
                match work.import.get_untracked() {
                    Load::Loading => view! { <Skeleton lines=10/> }.into_any(),
                    Load::Failed(error) => failure(&error, move || work.load()),
                    Load::Ready(import) => shown(work, import),
                }
            }}
        </div>
    }
}

fn shown(work: Work, import: Import) -> AnyView {
    let state = import.state;
    let head = view! {
        <nav class="crumbs" aria-label=tr!(record.crumbs)>
            <a href="/imports">{tr!(import.list)}</a>
            {import.archive_id.map(|id| view! { <a href=format!("/imports/archive/{id}")>{tr!(import.archive)}</a> })}
        </nav>
        <header class="page-head">
            <h1 class="page-title">{import.filename.clone()}" "{state_badge(state)}</h1>
            <span class="text-muted">{kind_name(import.kind)}" · "{format::bytes(import.size)}</span>
        </header>
        <FormError form=work.form/>
    };
    let body = match state {
        ImportState::Mapping => view! { <Mapping work=work import=import/> }.into_any(),
        ImportState::Checking | ImportState::Running => progress(work, state),
        ImportState::Ready => ready(work, import),
        ImportState::Done | ImportState::Failed | ImportState::Cancelled => ended(import),
    };
    view! { {head}{body} }.into_any()
}

fn progress(work: Work, state: ImportState) -> AnyView {
    let now = move || work.import.get().ready();
    let processed = move || now().map_or(0, |import| import.processed);
    let words = move || tr!(import.rows_so_far, count = format::count(processed()));
    // How many rows there are is known after the dry run.
    let percent = move || {
        let import = now()?;
        let rows = import.rows.filter(|_| state == ImportState::Running)?;
        Some(
            (processed() * 100)
                .checked_div(rows)
                .unwrap_or(100)
                .min(100),
        )
    };
    let title = if state == ImportState::Running {
        tr!(import.state.running)
    } else {
        tr!(import.state.checking)
    };
    view! {
        <section class="card" aria-labelledby="progress">
            <h2 id="progress" class="card-title">{title}</h2>
            <progress class="progress" max="100" aria-labelledby="progress" prop:value=move || percent().map(|percent| percent.to_string())></progress>
            <p role="status" class="text-muted">{words}</p>
            {move || now().map(|import| counts(&import))}
            <div class="actions"><button type="button" class="btn" on:click=move |_| work.step("cancel")>{tr!(import.cancel)}</button></div>
        </section>
    }
    .into_any()
}

/// What became of the rows, or would.
fn counts(import: &Import) -> impl IntoView + use<> {
    let counts = import.counts;
    let one = |label: &'static str, count: u64, class: &'static str| {
        view! { <div class="tile"><span class="tile-label">{label}</span><span class=format!("tile-value {class}")>{format::count(count)}</span></div> }
    };
    view! {
        <div class="tiles counts">
            {one(tr!(import.created), counts.created, "")}
            {one(tr!(import.updated), counts.updated, "")}
            {one(tr!(import.skipped), counts.skipped, "")}
            {one(tr!(import.refused), counts.refused, if counts.refused > 0 { "text-bad" } else { "" })}
        </div>
    }
}

fn reasons(import: &Import) -> AnyView {
    if import.counts.refused == 0 {
        return ().into_any();
    }
    let rows = import
        .first_reasons
        .iter()
        .map(|reason: &ImportReason| {
            view! {
                <tr>
                    <td class="num">{reason.line}</td>
                    <td>{reason.column.clone()}</td>
                    <td>{i18n::fault(&reason.reason)}</td>
                </tr>
            }
        })
        .collect_view();
    let file = http::address(&format!("{IMPORTS}/{}/rejects", import.id));
    view! {
        <section class="card card-flush" aria-labelledby="refused">
            <header class="card-head card-head-inset">
                <h2 id="refused" class="card-title card-title-inset">{tr!(import.first_refused)}</h2>
                <a class="btn btn-sm" href=file download rel="external">{icon(Icon::Download)}{tr!(import.refused_file)}</a>
            </header>
            <div class="table-scroll">
                <table class="table">
                    <thead><tr><th scope="col" class="num">{tr!(import.line)}</th><th scope="col">{tr!(import.column)}</th><th scope="col">{tr!(import.reason)}</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

fn ready(work: Work, import: Import) -> AnyView {
    let open = import
        .value_matches
        .iter()
        .filter(|value| !value.confirmed && !value.candidates.is_empty())
        .count();
    let imported = import.counts.created + import.counts.updated;
    let rows = import.rows.unwrap_or(import.processed);
    let summary = tr!(import.checked, count = format::count(rows));
    let start = move |_| {
        if imported > 0 {
            work.step("start");
        }
    };
    let has_values = !import.value_matches.is_empty();
    let values = import.value_matches.clone();
    view! {
        <div class="stack">
            <section class="card" aria-labelledby="result">
                <h2 id="result" class="card-title">{tr!(import.result)}</h2>
                <p class="text-muted">{summary}</p>
                {counts(&import)}
                {(open > 0).then(|| view! { <p class="alert alert-warn">{icon(Icon::Warning)}<span>{tr!(import.open_names, count = open)}</span></p> })}
                <div class="actions">
                    <button type="button" class="btn" class:btn-primary={open == 0} aria-disabled={(imported == 0).to_string()}
                        on:click=start>{icon(Icon::Import)}{tr!(import.start, count = imported, shown = format::count(imported))}</button>
                    <button type="button" class="btn" on:click=move |_| work.change(UpdateImport::default(), None)>{icon(Icon::Pencil)}{tr!(import.change)}</button>
                    <button type="button" class="btn btn-quiet" on:click=move |_| work.step("cancel")>{tr!(import.cancel)}</button>
                </div>
            </section>
            {has_values.then(|| view! { <Values work=work values=values/> })}
            {reasons(&import)}
        </div>
    }
    .into_any()
}

/// Where the records are that an import made.
const fn records_of(kind: ImportKind) -> Option<&'static str> {
    Some(match kind {
        ImportKind::Members => "/settings/members",
        ImportKind::Companies => "/companies",
        ImportKind::Contacts => "/contacts",
        ImportKind::Leads => "/leads",
        ImportKind::Products => "/products",
        ImportKind::Deals => "/deals",
        ImportKind::Activities => "/activities",
        ImportKind::MetricValues => "/metrics/values",
        // Notes stand on the pages of what they are about.
        ImportKind::Notes => return None,
    })
}

fn ended(import: Import) -> AnyView {
    let words = match import.state {
        ImportState::Done => tr!(import.done_text).to_owned(),
        ImportState::Cancelled => tr!(import.cancelled_text).to_owned(),
        _ => import
            .failure
            .as_deref()
            .map_or_else(|| tr!(state.failed).to_owned(), i18n::fault),
    };
    let class = match import.state {
        ImportState::Failed => "alert alert-bad",
        _ => "text-muted",
    };
    view! {
        <div class="stack">
            <section class="card" aria-labelledby="result">
                <h2 id="result" class="card-title">{tr!(import.result)}</h2>
                <p class=class role="status">{words}</p>
                {counts(&import)}
                <div class="actions">
                    {records_of(import.kind).map(|records| view! {
                        <a class="btn btn-primary" href=records>{tr!(import.show, name = kind_name(import.kind))}</a>
                    })}
                    <a class="btn" href="/imports">{tr!(import.another)}</a>
                </div>
            </section>
            {reasons(&import)}
        </div>
    }
    .into_any()
}
