//! Background jobs: what waits, what failed, and trying it again.

use domain::platform::job::{JobStep, next};
use leptos::{prelude::*, task::spawn_local};
use shared_types::platform::{Job, JobState};

use crate::{
    core::{
        components::{
            badge::{Colour, badge, dash},
            filter::{ClearFilters, SelectFilter},
            icons::{Icon, icon},
            list::Pager,
            states::{Empty, Skeleton, failure},
        },
        format, http, page,
        query::{self, Cache, Load},
        toast,
        url::{encode, url_state},
    },
    tr,
};

const JOBS: &str = "/jobs";
const FILTERS: &[&str] = &["state"];

crate::lazy_page!(JobsPage for JobsManage => view! { <Jobs/> });

const fn state_look(state: JobState) -> (Colour, fn() -> &'static str) {
    match state {
        JobState::Queued => (Colour::Accent, || tr!(jobs.state.queued)),
        JobState::Running => (Colour::Accent, || tr!(jobs.state.running)),
        JobState::Done => (Colour::Good, || tr!(jobs.state.done)),
        JobState::Dead => (Colour::Bad, || tr!(jobs.state.dead)),
        JobState::Cancelled => (Colour::Warn, || tr!(jobs.state.cancelled)),
    }
}

/// What a job does; a kind of a later version by its own word.
fn kind_name(kind: &str) -> String {
    match kind {
        "mail.send" => tr!(jobs.kind.mail_send),
        "duplicates.find" => tr!(jobs.kind.duplicates_find),
        "leads.score" => tr!(jobs.kind.leads_score),
        "import.check" => tr!(jobs.kind.import_check),
        "import.run" => tr!(jobs.kind.import_run),
        "export.run" => tr!(jobs.kind.export_run),
        other => other,
    }
    .to_owned()
}

#[component]
fn Jobs() -> impl IntoView {
    page::title(|| tr!(jobs.list).to_owned());
    let url = url_state();
    let cache = query::cache();
    let jobs = query::page::<Job>(move || {
        let mut path = format!("{JOBS}?limit=50");
        for name in ["state", "cursor"] {
            if let Some(value) = url.get(name) {
                path.push_str(&format!("&{name}={}", encode(&value)));
            }
        }
        Some(path)
    });
    let pagination = Signal::derive(move || {
        let page = jobs.last.get().ready();
        page.map(|page| page.pagination).unwrap_or_default()
    });
    let states = JobState::ALL
        .iter()
        .map(|&state| (state.to_string(), state_look(state).1().to_owned()))
        .collect();
    view! {
        <div class="page">
            <header class="page-head">
                <h1 class="page-title">{tr!(jobs.list)}</h1>
                <div class="page-actions">
                    <button type="button" class="btn" on:click=move |_| jobs.retry()>{icon(Icon::Restore)}{tr!(jobs.refresh)}</button>
                </div>
            </header>
            <p class="page-text">{tr!(jobs.text)}</p>
            <div class="toolbar" role="search" aria-label=tr!(list.filters)>
                <SelectFilter url=url name="state" label=tr!(settings.state) options=states/>
                <ClearFilters url=url names=FILTERS/>
            </div>
            <div class="table-frame" role="region" aria-label=tr!(jobs.list) tabindex="0" class:is-fetching=move || jobs.fetching.get() aria-busy=move || jobs.fetching.get().to_string()>
                {move || match jobs.last.get() {
                    Load::Loading => view! { <Skeleton lines=8/> }.into_any(),
                    Load::Failed(error) => failure(&error, move || jobs.retry()),
                    Load::Ready(page) if page.data.is_empty() && url.any(FILTERS) => {
                        view! { <Empty symbol=Icon::Search title=tr!(list.nothing_found) text=tr!(list.nothing_found_text)/> }.into_any()
                    }
                    Load::Ready(page) if page.data.is_empty() => {
                        view! { <Empty symbol=Icon::Clock title=tr!(jobs.none) text=tr!(jobs.none_text)/> }.into_any()
                    }
                    Load::Ready(page) => table(page.data, cache),
                }}
            </div>
            <Pager url=url pagination=pagination/>
        </div>
    }
}

fn table(jobs: Vec<Job>, cache: Cache) -> AnyView {
    let rows = jobs.into_iter().map(|job| row(job, cache)).collect_view();
    view! {
        <table class="table table-words">
            <caption class="sr-only">{tr!(jobs.list)}</caption>
            <thead>
                <tr>
                    <th scope="col">{tr!(jobs.job)}</th>
                    <th scope="col">{tr!(settings.state)}</th>
                    <th scope="col" class="num wide-only">{tr!(jobs.attempts)}</th>
                    <th scope="col" class="wide-only">{tr!(jobs.queued)}</th>
                    <th scope="col" class="wide-only">{tr!(jobs.fault)}</th>
                    <th scope="col"><span class="sr-only">{tr!(jobs.actions)}</span></th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn row(job: Job, cache: Cache) -> impl IntoView {
    let (colour, words) = state_look(job.state);
    let name = kind_name(&job.kind);
    let attempts = tr!(
        jobs.attempts_of,
        count = job.attempts,
        most = job.max_attempts
    );
    let fault = match job.last_error.clone() {
        Some(words) => view! { <span class="job-fault">{words}</span> }.into_any(),
        None => dash().into_any(),
    };
    // A job that waits for its first run needs nobody to hurry it.
    let may_retry = next(job.state, &job.kind, JobStep::Retry).is_some()
        && (job.state != JobState::Queued || job.last_error.is_some());
    let may_cancel = next(job.state, &job.kind, JobStep::Cancel).is_some();
    let button = |step: JobStep, words: &'static str, label: String| {
        let busy = RwSignal::new(false);
        let path = format!("{JOBS}/{}/{}", job.id, step.as_str());
        let act = move |_| {
            if busy.get_untracked() {
                return;
            }
            busy.set(true);
            let path = path.clone();
            spawn_local(async move {
                match http::act::<Job>(&path).await {
                    Ok(_) if step == JobStep::Retry => toast::good(tr!(jobs.retried)),
                    Ok(_) => toast::good(tr!(jobs.cancelled)),
                    Err(error) => toast::failed(&error),
                }
                let _ = busy.try_set(false);
                cache.stale(JOBS);
            });
        };
        view! { <button type="button" class="btn btn-sm" aria-label=label aria-disabled=move || busy.get().to_string() on:click=act>{words}</button> }
    };
    let retry = may_retry.then(|| {
        button(
            JobStep::Retry,
            tr!(jobs.retry),
            tr!(jobs.retry_one, name = name.as_str()),
        )
    });
    let cancel = may_cancel.then(|| {
        button(
            JobStep::Cancel,
            tr!(common.cancel),
            tr!(jobs.cancel_one, name = name.as_str()),
        )
    });
    view! {
        <tr>
            <th scope="row">{name.clone()}</th>
            <td>{badge(colour, words())}</td>
            <td class="num wide-only">{attempts}</td>
            <td class="wide-only text-muted"><time datetime=job.created_at.to_rfc3339() title=format::time(job.created_at)>{format::ago(job.created_at)}</time></td>
            <td class="wide-only">{fault}</td>
            <td><div class="job-actions">{retry}{cancel}</div></td>
        </tr>
    }
}
