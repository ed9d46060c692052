//! Coaching sessions on a calendar, by week and by month.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime, Utc};
use leptos::prelude::*;
use shared_types::coaching::{CoachingSession, CoachingStatus};

use super::api::{SESSIONS, room, status_name, title_of};
use crate::{
    core::{
        components::{
            icons::{Icon, icon},
            states::{Skeleton, failure},
        },
        format, local_time, page,
        query::{self, Load},
        url::{encode, url_state},
    },
    tr,
};

crate::lazy_page!(CoachingCalendarPage for CoachingSessionsRead => view! { <Calendar/> });

/// The first day of the week of a day.
fn monday(day: NaiveDate) -> NaiveDate {
    day - Days::new(day.weekday().num_days_from_monday().into())
}

/// The days that are shown: a week, or the weeks of a month.
fn shown(day: NaiveDate, by_month: bool) -> Vec<NaiveDate> {
    let (from, count) = if by_month {
        let first = day.with_day(1).unwrap_or(day);
        let from = monday(first);
        let last = first + Months::new(1) - Days::new(1);
        let weeks = (monday(last) - from).num_days() / 7 + 1;
        (from, u64::try_from(weeks * 7).unwrap_or(35))
    } else {
        (monday(day), 7)
    };
    (0..count).map(|offset| from + Days::new(offset)).collect()
}

fn begin(day: NaiveDate) -> DateTime<Utc> {
    local_time::moment(day.and_time(NaiveTime::MIN))
}

#[component]
fn Calendar() -> impl IntoView {
    page::title(|| tr!(coaching.calendar).to_owned());
    let url = url_state();
    let by_month = Memo::new(move |_| url.get("view").as_deref() == Some("month"));
    let day = Memo::new(move |_| {
        let named = url.get("day").and_then(|day| day.parse().ok());
        named.unwrap_or_else(format::today)
    });
    let days = Memo::new(move |_| shown(day.get(), by_month.get()));
    let found = query::page::<CoachingSession>(move || {
        let (from, to) = days.with(|days| Some((*days.first()?, *days.last()?)))?;
        let (from, to) = (begin(from), begin(to + Days::new(1)));
        Some(format!(
            "{SESSIONS}?scheduledAfter={}&scheduledBefore={}&sort=scheduledStart&limit=200",
            encode(&from.to_rfc3339()),
            encode(&to.to_rfc3339())
        ))
    });
    let go = move |to: NaiveDate| url.set_quietly(&[("day", Some(to.to_string()))]);
    let step = move |forward: bool| {
        let from = day.get_untracked();
        let to = match (by_month.get_untracked(), forward) {
            (true, true) => from + Months::new(1),
            (true, false) => from - Months::new(1),
            (false, true) => from + Days::new(7),
            (false, false) => from - Days::new(7),
        };
        go(to);
    };
    let view_link = move |month: bool, words: &'static str| {
        view! {
            <button type="button" class="btn" aria-pressed=move || (by_month.get() == month).to_string()
                on:click=move |_| url.set_quietly(&[("view", month.then(|| "month".to_owned()))])>{words}</button>
        }
    };
    let heading = move || {
        if by_month.get() {
            format::month(day.get())
        } else {
            let monday = monday(day.get());
            format!(
                "{} – {}",
                format::day(monday),
                format::day(monday + Days::new(6))
            )
        }
    };
    view! {
        <div class="page">
            <nav class="crumbs" aria-label=tr!(record.crumbs)><a class="link" href="/coaching">{tr!(coaching.list)}</a></nav>
            <header class="page-head">
                <h1 class="page-title">{tr!(coaching.calendar)}</h1>
                <div class="page-actions">
                    <div class="switch" role="group" aria-label=tr!(coaching.calendar)>
                        {view_link(false, tr!(coaching.week))}
                        {view_link(true, tr!(coaching.month))}
                    </div>
                </div>
            </header>
            <div class="toolbar">
                <button type="button" class="btn-icon" aria-label=tr!(list.previous) on:click=move |_| step(false)>{icon(Icon::Back)}</button>
                <button type="button" class="btn" on:click=move |_| go(format::today())>{tr!(coaching.today)}</button>
                <button type="button" class="btn-icon" aria-label=tr!(list.next) on:click=move |_| step(true)>{icon(Icon::ChevronRight)}</button>
                <strong aria-live="polite">{heading}</strong>
            </div>
            {move || match found.last.get() {
                Load::Loading => view! { <Skeleton lines=8/> }.into_any(),
                Load::Failed(error) => failure(&error, move || found.retry()),
                Load::Ready(page) => {
                    let month = by_month.get().then(|| day.get().month());
                    view! { <Grid days=days.get() month=month sessions=page.data/> }.into_any()
                }
            }}
        </div>
    }
}

#[component]
fn Grid(days: Vec<NaiveDate>, month: Option<u32>, sessions: Vec<CoachingSession>) -> impl IntoView {
    let today = format::today();
    let sessions: Vec<(String, CoachingSession)> = sessions
        .into_iter()
        .map(|it| (local_time::written(it.scheduled_start), it))
        .collect();
    let cell = |day: NaiveDate| {
        let key = day.to_string();
        let rows: Vec<_> = sessions
            .iter()
            .filter(|(at, _)| at.starts_with(&key))
            .map(|(at, it)| {
                let time = at.get(11..16).unwrap_or_default().to_owned();
                let status = it.status.as_str();
                let state = status_name(it.status);
                let (title, name) = (title_of(it), it.agent_name.clone());
                let gone = matches!(it.status, CoachingStatus::Cancelled | CoachingStatus::Rescheduled);
                view! {
                    <li>
                        <a class="calendar-item" class:calendar-gone=gone data-status=status href=room(it.id) title=format!("{title} · {state}")>
                            <time>{time}</time>" "<span class="truncate">{name}</span><span class="sr-only">{format!("{title}, {state}")}</span>
                        </a>
                    </li>
                }
            })
            .collect();
        let other = month.is_some_and(|month| month != day.month());
        let (empty, now) = (rows.is_empty(), day == today);
        view! {
            <section class="calendar-day" class:calendar-today=now class:calendar-other=other class:calendar-empty=empty>
                <h2 class="calendar-date">{format::day(day)}</h2>
                <ul>{rows}</ul>
            </section>
        }
    };
    let cells: Vec<_> = days.into_iter().map(cell).collect();
    view! { <div class="calendar">{cells}</div> }
}
