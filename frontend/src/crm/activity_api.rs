//! What pages about activities ask of the server, and what their words are.

use leptos::{prelude::*, task::spawn_local};
use shared_types::{
    ActivityId,
    crm::{Activity, ActivityKind, CreateActivity, UpdateActivity},
};

use super::about::About;
use crate::{
    core::{
        components::{
            badge::{Colour, badge},
            field::choices,
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

/// Changes an activity as it was in this version.
pub async fn update_activity(
    id: ActivityId,
    version: i64,
    patch: &UpdateActivity,
) -> Answer<Activity> {
    http::patch(&activity_path(id), patch, Some(version)).await
}

/// Forgets what an activity changed.
pub fn changed(cache: Cache, activity: &Activity) {
    cache.stale(ACTIVITIES);
    About::from(activity).stale(cache);
}

/// Does an activity, or opens it again.
pub fn set_done(cache: Cache, activity: Activity, done: bool) {
    spawn_local(async move {
        let patch = UpdateActivity {
            done: Some(done),
            ..UpdateActivity::default()
        };
        match update_activity(activity.id, activity.version, &patch).await {
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
            view! { <time datetime=due.to_rfc3339() title=format::time(due)>{badge(colour, format::time_near(due))}</time>{bell(activity)} }
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

/// Kinds for a choice.
#[must_use]
pub fn kinds() -> Vec<(String, String)> {
    choices(ActivityKind::ALL, kind_name)
}
