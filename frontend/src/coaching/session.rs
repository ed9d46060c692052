//! The room of a coaching session: its agenda, what is prepared and said, its score, and what follows.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use shared_types::coaching::{CancelCoachingSession, CoachingSession, CoachingStatus, SeriesScope};

use super::{
    answers::{Acknowledgement, Comments, Disputes},
    api::{SESSIONS, send, session_path, status_badge, title_of},
    notes::{Notes, Which},
    saver::Saver,
    score::Score,
    session_form::{RescheduleDialog, clash_alert},
    session_parts::{Agenda, Facts, LastOne, Timer},
};
use crate::{
    core::{
        components::{
            dialog::{Confirm, Dialog},
            field::TextField,
            form::filled,
            icons::{Icon, icon},
            menu::{Entry, Menu},
            states::{Skeleton, failure},
            timeline::Timeline,
        },
        http, page,
        query::{self, Load},
        toast,
    },
    tr,
};

crate::lazy_page!(SessionPage for CoachingSessionsRead => view! { <Room/> });

#[component]
fn Room() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let found = query::record::<CoachingSession>(move || Some(session_path(id.get())));
    page::title(move || match found.load.get() {
        Load::Ready(session) => title_of(&session),
        _ => tr!(coaching.list).to_owned(),
    });
    let ready = Memo::new(move |_| match found.load.get() {
        Load::Loading => Err(None),
        Load::Failed(error) => Err(Some(error)),
        Load::Ready(session) => Ok(session.id),
    });
    move || match ready.get() {
        Err(None) => view! { <div class="page"><Skeleton lines=8/></div> }.into_any(),
        Err(Some(error)) => {
            view! { <div class="page">{failure(&error, move || found.retry())}</div> }.into_any()
        }
        Ok(_) => match found.load.get_untracked() {
            Load::Ready(first) => {
                let held = Memo::new(move |before: Option<&CoachingSession>| {
                    let now = found.load.get().ready();
                    now.or_else(|| before.cloned())
                        .unwrap_or_else(|| first.clone())
                });
                view! { <Shown session=held/> }.into_any()
            }
            _ => ().into_any(),
        },
    }
}

#[component]
fn Shown(session: Memo<CoachingSession>) -> impl IntoView {
    let saver = Saver::new(session);
    let path = move || session_path(session.with(|it| it.id));
    view! {
        <div class="page page-record">
            <nav class="crumbs" aria-label=tr!(record.crumbs)><a class="link" href="/coaching">{tr!(coaching.list)}</a></nav>
            <header class="page-head">
                <h1 class="page-title">
                    {move || session.with(title_of)}
                    {move || session.with(|it| status_badge(it.status))}
                    <Timer session=session/>
                </h1>
                <Actions session=session saver=saver/>
            </header>
            {move || clash_alert(session.with(|it| it.clashes.clone()))}
            <div class="record">
                <div class="record-side">
                    <Agenda session=session/>
                    <Notes session=session saver=saver which=Which::Preparation/>
                    <Notes session=session saver=saver which=Which::Session/>
                    <Score session=session saver=saver/>
                    <Disputes session=session/>
                </div>
                <div class="record-side">
                    <Acknowledgement session=session/>
                    <Facts session=session/>
                    <LastOne session=session/>
                    <Comments session=session/>
                    <section class="card no-print" aria-labelledby="history">
                        <h2 id="history" class="card-title">{tr!(record.history)}</h2>
                        <Timeline path=Signal::derive(move || format!("{}/timeline", path())) label=field_name/>
                    </section>
                </div>
            </div>
        </div>
    }
}

/// What a field is called in the history.
fn field_name(field: &str) -> String {
    match field {
        "status" => tr!(coaching.state),
        "kind" => tr!(coaching.kind),
        "scheduledStart" => tr!(coaching.start),
        "timeZone" => tr!(settings.time_zone),
        "durationMinutes" => tr!(coaching.minutes),
        "coachId" => tr!(coaching.coach),
        "title" => tr!(coaching.title),
        "preparationNotes" => tr!(coaching.preparation),
        "sessionNotes" => tr!(coaching.notes),
        "score" => tr!(coaching.score),
        "rubricId" => tr!(coaching.rubric),
        "answers" => tr!(coaching.answers),
        other => return other.to_owned(),
    }
    .to_owned()
}

#[component]
fn Actions(session: Memo<CoachingSession>, saver: Saver) -> impl IntoView {
    let cache = query::cache();
    let (cancelling, missed, moving) = (
        RwSignal::new(false),
        RwSignal::new(false),
        RwSignal::new(false),
    );
    let status = Memo::new(move |_| session.with(|it| it.status));
    let may = Memo::new(move |_| session.with(|it| it.may_change));
    let path = move || session_path(session.with_untracked(|it| it.id));
    let step = move |verb: &'static str| {
        // What is typed is sent first: the step would leave it behind.
        saver.then(Callback::new(move |()| {
            let path = format!("{}/{verb}", path());
            send(cache, path, serde_json::json!({}), move |_| {
                cache.stale(SESSIONS)
            });
        }));
    };
    let file = move || http::address(&format!("{}/calendar.ics", path()));
    let entries = Callback::new(move |()| {
        let mut all = vec![
            Entry::run(tr!(coaching.print), || {
                let _ = window().print();
            })
            .icon(Icon::Note),
            Entry::run(tr!(coaching.to_calendar), move || {
                let _ = window().location().assign(&file());
            })
            .icon(Icon::Download),
        ];
        if may.get_untracked() {
            let now = status.get_untracked();
            if matches!(now, CoachingStatus::Scheduled | CoachingStatus::NoShow) {
                all.push(
                    Entry::run(tr!(coaching.reschedule), move || moving.set(true))
                        .icon(Icon::Clock),
                );
            }
            if now == CoachingStatus::Scheduled {
                all.push(
                    Entry::run(tr!(coaching.missed), move || missed.set(true)).icon(Icon::Close),
                );
            }
            if matches!(now, CoachingStatus::Scheduled | CoachingStatus::InProgress) {
                all.push(
                    Entry::run(tr!(coaching.cancel), move || cancelling.set(true))
                        .icon(Icon::Trash)
                        .danger(),
                );
            }
        }
        all
    });
    view! {
        <div class="page-actions no-print">
            {move || may.get().then(|| match status.get() {
                CoachingStatus::Scheduled => view! {
                    <button type="button" class="btn btn-primary" on:click=move |_| step("start")>{icon(Icon::Check)}{tr!(coaching.start_it)}</button>
                }
                .into_any(),
                CoachingStatus::InProgress => view! {
                    <button type="button" class="btn btn-primary" on:click=move |_| step("complete")>{icon(Icon::Check)}{tr!(coaching.complete_it)}</button>
                }
                .into_any(),
                _ => ().into_any(),
            })}
            <Menu label=tr!(common.more) entries=entries>{icon(Icon::Dots)}</Menu>
        </div>
        <RescheduleDialog open=moving session=session/>
        <Confirm open=missed title=tr!(coaching.missed) text=tr!(coaching.missed_text) verb=tr!(coaching.missed) on_confirm=Callback::new(move |()| step("no-show"))/>
        <Dialog open=cancelling title=tr!(coaching.cancel).to_owned()><CancelForm open=cancelling session=session/></Dialog>
    }
}

#[component]
fn CancelForm(open: RwSignal<bool>, session: Memo<CoachingSession>) -> impl IntoView {
    let cache = query::cache();
    let reason = RwSignal::new(String::new());
    let series = session.with_untracked(|it| it.series_id.is_some());
    let cancel = move |scope: SeriesScope| {
        let body = CancelCoachingSession {
            reason: filled(&reason.get_untracked()),
            scope: Some(scope),
        };
        let path = session_path(session.with_untracked(|it| it.id));
        send(cache, format!("{path}/cancel"), body, move |_| {
            cache.stale(SESSIONS);
            let _ = open.try_set(false);
            toast::good(tr!(coaching.cancelled_toast));
        });
    };
    view! {
        <div class="dialog-body stack">
            <p>{tr!(coaching.cancel_text)}</p>
            <TextField label=tr!(coaching.reason) value=reason optional=true/>
        </div>
        <footer class="dialog-foot">
            <button type="button" class="btn" on:click=move |_| open.set(false)>{tr!(common.close)}</button>
            {series.then(|| view! {
                <button type="button" class="btn btn-danger" on:click=move |_| cancel(SeriesScope::Following)>{tr!(coaching.cancel_following)}</button>
            })}
            <button type="button" class="btn btn-danger" on:click=move |_| cancel(SeriesScope::One)>{tr!(coaching.cancel)}</button>
        </footer>
    }
}
