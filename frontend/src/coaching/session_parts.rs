//! What stands beside the notes of a session: its agenda, the session before, who takes part.

use leptos::{ev, prelude::*, task::spawn_local};
use shared_types::coaching::{
    AddAgendaPoint, CoachingAgendaPoint, CoachingSession, CoachingStatus, UpdateAgendaPoint,
};

use super::api::{SESSIONS, keep, room, score_text, send, session_path, title_of};
use crate::{
    core::{
        components::{
            badge::small_person,
            icons::{Icon, icon},
            states::Skeleton,
        },
        format, http,
        page::unique,
        query::{self, Load},
        toast,
    },
    tr,
};

const POINTS: &str = "/coaching-agenda-points";

/// The agenda: both sides add to it, and tick it off.
#[component]
pub fn Agenda(session: Memo<CoachingSession>) -> impl IntoView {
    let cache = query::cache();
    let open = Memo::new(move |_| {
        session.with(|it| {
            matches!(
                it.status,
                CoachingStatus::Scheduled | CoachingStatus::InProgress
            ) && (it.may_change || it.my_side.is_some())
        })
    });
    let text = RwSignal::new(String::new());
    let id = unique("point");
    let field = id.clone();
    let add = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let point = AddAgendaPoint {
            text: text.get_untracked().trim().to_owned(),
        };
        if point.text.is_empty() {
            return;
        }
        let path = format!(
            "{}/agenda",
            session_path(session.with_untracked(|it| it.id))
        );
        send(cache, path, point, move |_| {
            let _ = text.try_set(String::new());
        });
    };
    view! {
        <section class="card" aria-labelledby="agenda">
            <h2 id="agenda" class="card-title">{tr!(coaching.agenda)}</h2>
            <ul class="related">
                <For each=move || session.with(|it| it.agenda.clone()) key=|point| (point.id, point.done, point.text.clone()) let:point>
                    <li class="related-row"><Point point=point session=session open=open/></li>
                </For>
            </ul>
            <Show when=move || session.with(|it| it.agenda.is_empty())><p class="text-muted">{tr!(coaching.no_agenda)}</p></Show>
            <Show when=move || open.get()>
                <form class="named-add no-print" on:submit=add>
                    <label class="sr-only" for=id.clone()>{tr!(coaching.add_point)}</label>
                    <input id=field.clone() class="input" maxlength="500" placeholder=tr!(coaching.add_point) prop:value=move || text.get() on:input=move |event| text.set(event_target_value(&event))/>
                    <button type="submit" class="btn">{icon(Icon::Add)}{tr!(coaching.add)}</button>
                </form>
            </Show>
        </section>
    }
}

#[component]
fn Point(
    point: CoachingAgendaPoint,
    session: Memo<CoachingSession>,
    open: Memo<bool>,
) -> impl IntoView {
    let cache = query::cache();
    let path = StoredValue::new(format!("{POINTS}/{}", point.id));
    let me = crate::core::auth::me().map(|me| me.member_id);
    let mine = me == Some(point.author_id);
    let removable = Memo::new(move |_| open.get() && (mine || session.with(|it| it.may_change)));
    let tick = move |done: bool| {
        let path = path.get_value();
        spawn_local(async move {
            let change = UpdateAgendaPoint {
                done: Some(done),
                ..UpdateAgendaPoint::default()
            };
            match http::patch::<CoachingSession>(&path, &change, None).await {
                Ok(session) => keep(cache, &session),
                Err(error) => toast::failed(&error),
            }
        });
    };
    let remove = move |_| {
        let (path, of) = (path.get_value(), session.with_untracked(|it| it.id));
        spawn_local(async move {
            match http::delete(&path).await {
                Ok(()) => cache.stale(&session_path(of)),
                Err(error) => toast::failed(&error),
            }
        });
    };
    let label = tr!(coaching.remove_point, point = point.text.as_str());
    view! {
        <label class="check grow">
            <input type="checkbox" disabled=move || !open.get() prop:checked=point.done on:change=move |event| tick(event_target_checked(&event))/>
            <span class:activity-done=point.done>{point.text.clone()}</span>
        </label>
        <span class="text-muted wide-only">{point.author_name.clone()}</span>
        {move || removable.get().then(|| view! {
            <button type="button" class="btn-icon no-print" aria-label=label.clone() on:click=remove>{icon(Icon::Trash)}</button>
        })}
    }
}

/// Who takes part, when, and how long it has been going on.
#[component]
pub fn Facts(session: Memo<CoachingSession>) -> impl IntoView {
    let people = move || {
        session.with(|it| {
            it.participants
                .iter()
                .map(|one| {
                    let side = match one.side {
                        shared_types::coaching::CoachingSide::Agent => tr!(coaching.agent),
                        shared_types::coaching::CoachingSide::Coach => tr!(coaching.coach),
                    };
                    let name = one.member_name.clone();
                    view! { <li class="related-row">{small_person(&name)}<span class="grow">{name}</span><span class="text-muted">{side}</span></li> }
                })
                .collect_view()
        })
    };
    view! {
        <section class="card" aria-labelledby="facts">
            <h2 id="facts" class="card-title">{tr!(coaching.about)}</h2>
            <p>
                {move || session.with(|it| format::time(it.scheduled_start))}
                <span class="text-muted">" · "{move || session.with(|it| tr!(coaching.takes, minutes = it.duration_minutes))}" · "{move || session.with(|it| it.time_zone.clone())}</span>
            </p>
            <ul class="related">{people}</ul>
            {move || session.with(|it| it.ended_reason.clone()).map(|reason| view! { <p class="text-muted">{reason}</p> })}
            {move || session.with(|it| it.rescheduled_to_id).map(|id| view! { <p><a class="link" href=room(id)>{tr!(coaching.held_instead)}</a></p> })}
            {move || session.with(|it| it.rescheduled_from_id).map(|id| view! { <p><a class="link" href=room(id)>{tr!(coaching.held_for)}</a></p> })}
        </section>
    }
}

/// How long a session has been going on.
#[component]
pub fn Timer(session: Memo<CoachingSession>) -> impl IntoView {
    let tick = RwSignal::new(0_u32);
    let timer = set_interval_with_handle(
        move || {
            let _ = tick.try_update(|tick| *tick = tick.wrapping_add(1));
        },
        std::time::Duration::from_secs(1),
    );
    // The handle alone may be sent to where it is cleaned up.
    let timer = timer.ok();
    on_cleanup(move || {
        if let Some(timer) = timer {
            timer.clear();
        }
    });
    move || {
        tick.track();
        let running = session.with(|it| {
            let since = it
                .started_at
                .filter(|_| it.status == CoachingStatus::InProgress)?;
            Some((since, it.duration_minutes))
        });
        running.map(|(since, minutes)| {
            let gone = (format::now() - since).num_seconds().max(0);
            let over = gone > i64::from(minutes) * 60;
            let text = format!("{}:{:02}", gone / 60, gone % 60);
            view! {
                <span class="badge no-print" class:badge-warn=over class:badge-accent=!over role="timer" aria-label=tr!(coaching.running)>
                    {icon(Icon::Clock)}{text}" / "{minutes}
                </span>
            }
        })
    }
}

/// The last session that was completed with the same agent.
#[component]
pub fn LastOne(session: Memo<CoachingSession>) -> impl IntoView {
    let key = Memo::new(move |_| session.with(|it| (it.agent_id, it.scheduled_start, it.id)));
    let last = query::page::<CoachingSession>(move || {
        let (agent, before, _) = key.get();
        let before = crate::core::url::encode(&before.to_rfc3339());
        Some(format!(
            "{SESSIONS}?agentId={agent}&status=completed&scheduledBefore={before}&sort=-scheduledStart&limit=1"
        ))
    });
    let body = move || {
        match last.load.get() {
        Load::Loading => view! { <Skeleton lines=3/> }.into_any(),
        Load::Failed(_) => view! { <p class="text-muted">{tr!(coaching.no_last)}</p> }.into_any(),
        Load::Ready(page) => page.data.into_iter().next().map_or_else(
            || view! { <p class="text-muted">{tr!(coaching.no_last)}</p> }.into_any(),
            |it| {
                let (title, at) = (title_of(&it), format::date_of(it.scheduled_start));
                view! {
                    <p><a class="link" href=room(it.id)>{title}</a>" "<span class="text-muted">{at}</span></p>
                    {it.score.map(|score| view! { <p><strong>{score_text(score)}</strong></p> })}
                    {it.session_notes.map(|text| view! { <p class="coaching-text">{text}</p> })}
                }
                .into_any()
            },
        ),
    }
    };
    view! {
        <section class="card no-print" aria-labelledby="last"><h2 id="last" class="card-title">{tr!(coaching.last)}</h2>{body}</section>
    }
}
