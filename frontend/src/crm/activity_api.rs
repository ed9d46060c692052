//! What pages about activities ask of the server, and what their words are.

use leptos::{prelude::*, task::spawn_local};
use shared_types::crm::{Activity, ActivityKind, CreateActivity, UpdateActivity};

use crate::{
    core::{
        components::{
            badge::{Colour, badge},
            icons::{Icon, icon},
        },
        format,
        http::{self, Answer},
        query::Cache,
        toast,
    },
    tr,
};

pub const ACTIVITIES: &str = "/activities";

#[must_use]
pub fn activity_path(id: impl std::fmt::Display) -> String {
    format!("{ACTIVITIES}/{id}")
}

pub async fn create_activity(activity: &CreateActivity) -> Answer<Activity> {
    http::post(ACTIVITIES, activity).await
}

/// Forgets what an activity changed.
pub fn changed(cache: Cache, activity: &Activity) {
    cache.stale(ACTIVITIES);
    let about = [
        activity.company_id.map(|id| format!("/companies/{id}/")),
        activity.contact_id.map(|id| format!("/contacts/{id}/")),
        activity.lead_id.map(|id| format!("/leads/{id}/")),
        activity.deal_id.map(|id| format!("/deals/{id}/")),
    ];
    for path in about.into_iter().flatten() {
        cache.stale(&path);
    }
}

/// Does an activity, or opens it again.
pub fn set_done(cache: Cache, activity: Activity, done: bool) {
    spawn_local(async move {
        let patch = UpdateActivity {
            done: Some(done),
            ..UpdateActivity::default()
        };
        let path = activity_path(activity.id);
        match http::patch::<Activity>(&path, &patch, Some(activity.version)).await {
            Ok(saved) => changed(cache, &saved),
            Err(error) => {
                toast::failed(&error);
                cache.stale(ACTIVITIES);
            }
        }
    });
}

/// What a kind is called.
#[must_use]
pub fn kind_name(kind: ActivityKind) -> &'static str {
    match kind {
        ActivityKind::Call => tr!(activity.kinds.call),
        ActivityKind::Meeting => tr!(activity.kinds.meeting),
        ActivityKind::Email => tr!(activity.kinds.email),
        ActivityKind::Task => tr!(activity.kinds.task),
    }
}

/// How a kind is drawn.
#[must_use]
pub const fn kind_icon(kind: ActivityKind) -> Icon {
    match kind {
        ActivityKind::Call => Icon::Phone,
        ActivityKind::Meeting => Icon::Team,
        ActivityKind::Email => Icon::Mail,
        ActivityKind::Task => Icon::Check,
    }
}

/// When it is due, or was done; what is late in red.
pub fn due_badge(activity: &Activity) -> AnyView {
    match (activity.done_at, activity.due_at) {
        (Some(done), _) => badge(
            Colour::Good,
            tr!(activity.done_on, day = format::date_of(done)),
        )
        .into_any(),
        (None, Some(due)) => {
            let colour = if due < format::now() {
                Colour::Bad
            } else {
                Colour::Plain
            };
            view! { <time datetime=due.to_rfc3339() title=format::time(due)>{badge(colour, format::time(due))}</time>{bell(activity)} }
                .into_any()
        }
        (None, None) => badge(Colour::Plain, tr!(activity.no_date)).into_any(),
    }
}

/// A bell, where the owner will be reminded.
fn bell(activity: &Activity) -> impl IntoView + use<> {
    activity.remind_at.map(|at| {
        let words = tr!(activity.reminded_at, time = format::time(at));
        let title = words.clone();
        view! { <span class="bell" title=title>{icon(Icon::Bell)}<span class="sr-only">{words}</span></span> }
    })
}

/// What it is about, as links.
pub fn about(activity: &Activity) -> AnyView {
    let link = |path: &str, id: Option<String>, name: Option<String>| {
        id.zip(name)
            .map(|(id, name)| (format!("{path}/{id}"), name))
    };
    let text = |id: Option<uuid::Uuid>| id.map(|id| id.to_string());
    let links = [
        link(
            "/deals",
            text(activity.deal_id.map(|id| id.0)),
            activity.deal_title.clone(),
        ),
        link(
            "/leads",
            text(activity.lead_id.map(|id| id.0)),
            activity.lead_name.clone(),
        ),
        link(
            "/contacts",
            text(activity.contact_id.map(|id| id.0)),
            activity.contact_name.clone(),
        ),
        link(
            "/companies",
            text(activity.company_id.map(|id| id.0)),
            activity.company_name.clone(),
        ),
    ];
    links
        .into_iter()
        .flatten()
        .map(|(href, name)| view! { <a class="link about" href=href>{name}</a> })
        .collect_view()
        .into_any()
}

/// Kinds for a choice.
#[must_use]
pub fn kinds() -> Vec<(String, String)> {
    let all = ActivityKind::ALL.iter();
    all.map(|&it| (it.to_string(), kind_name(it).to_owned()))
        .collect()
}
