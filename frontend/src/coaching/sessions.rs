//! The list of coaching sessions.

use leptos::prelude::*;
use shared_types::{
    Permission,
    coaching::{AcknowledgementState, CoachingSession, CoachingStatus},
};

use super::{
    api::{
        SESSIONS, acknowledgement_badge, acknowledgement_name, kind_name, kinds, room, score_text,
        status_badge, status_name, title_of,
    },
    session_form::PlanDialog,
};
use crate::{
    core::{
        components::{
            adding::{add_button, adding},
            badge::{dash, person},
            field::choices,
            filter::{PickFilter, SelectFilter},
            icons::{Icon, icon},
            list::{ListPage, ListSpec},
            table::{Column, Rows},
        },
        format,
        url::UrlState,
    },
    identity::api::find_members,
    tr,
};

crate::lazy_page!(CoachingPage for CoachingSessionsRead => view! { <Sessions/> });

fn spec() -> ListSpec<CoachingSession> {
    ListSpec {
        title: tr!(coaching.list).to_owned(),
        resource: SESSIONS,
        filters: &[
            "status",
            "kind",
            "agentId",
            "coachId",
            "acknowledgement",
            "disputeStatus",
            "scheduledAfter",
            "scheduledBefore",
            "seriesId",
        ],
        columns: vec![
            Column::new(tr!(coaching.title), |it: &CoachingSession| {
                title_of(it).into_any()
            })
            .key("title"),
            Column::new(tr!(coaching.agent), |it: &CoachingSession| {
                person(Some(&it.agent_name))
            })
            .key("agentName"),
            Column::new(tr!(coaching.coach), |it: &CoachingSession| {
                person(Some(&it.coach_name))
            })
            .key("coachName")
            .class("wide-only"),
            Column::new(tr!(coaching.start), |it: &CoachingSession| {
                let at = it.scheduled_start;
                view! { <time datetime=at.to_rfc3339() title=format::time(at)>{format::time_near(at)}</time> }
                    .into_any()
            })
            .sort("scheduledStart"),
            Column::new(tr!(coaching.state), |it: &CoachingSession| {
                status_badge(it.status)
            })
            .key("status"),
            Column::new(tr!(coaching.kind), |it: &CoachingSession| {
                kind_name(it.kind).into_any()
            })
            .key("kind")
            .extra(),
            Column::new(tr!(coaching.score), |it: &CoachingSession| {
                it.score
                    .map_or_else(|| dash().into_any(), |score| score_text(score).into_any())
            })
            .sort("score")
            .class("num wide-only"),
            Column::new(tr!(coaching.acknowledged), |it: &CoachingSession| {
                it.acknowledgement
                    .map_or_else(|| dash().into_any(), acknowledgement_badge)
            })
            .key("acknowledgement")
            .class("wide-only"),
        ],
        rows: Rows {
            id: |it| it.id.to_string(),
            name: title_of,
            href: |it| Some(room(it.id)),
        },
        default_sort: "-scheduledStart",
        empty: (
            Icon::Note,
            tr!(coaching.none).to_owned(),
            tr!(coaching.none_text).to_owned(),
        ),
        search_label: tr!(coaching.search).to_owned(),
        trash: false,
        exports: false,
        duplicates: None,
    }
}

#[component]
fn Sessions() -> impl IntoView {
    let adding = adding();
    let actions = move || {
        view! {
            <a class="btn" href="/coaching/calendar">{icon(Icon::Columns)}{tr!(coaching.calendar)}</a>
            {add_button(adding, Permission::CoachingSessionsWrite, tr!(coaching.plan))}
        }
    };
    let filters = Callback::new(|url: UrlState| {
        let statuses = choices(CoachingStatus::ALL, status_name);
        let states = choices(AcknowledgementState::ALL, acknowledgement_name);
        view! {
            <SelectFilter url=url name="status" label=tr!(coaching.state) options=statuses/>
            <SelectFilter url=url name="kind" label=tr!(coaching.kind) options=kinds()/>
            <PickFilter url=url name="agentId" label=tr!(coaching.agent) find=find_members resource="/members"/>
            <SelectFilter url=url name="acknowledgement" label=tr!(coaching.acknowledged) options=states/>
        }
        .into_any()
    });
    view! {
        <ListPage spec=spec() actions=actions filters=filters/>
        <PlanDialog open=adding/>
    }
}
