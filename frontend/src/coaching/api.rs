//! What pages about coaching ask of the server, and what their words are.

use leptos::{prelude::*, task::spawn_local};
use serde::Serialize;
use shared_types::coaching::{
    AcknowledgementState, CoachingKind, CoachingSession, CoachingStatus, DisputeStatus,
};

use crate::{
    core::{
        components::{
            badge::{Colour, badge},
            field::choices,
        },
        format, http,
        query::{self, Cache},
        toast,
    },
    tr,
};

pub const SESSIONS: &str = "/coaching-sessions";
pub const TEMPLATES: &str = "/coaching-templates";
pub const RUBRICS: &str = "/rubrics";

#[must_use]
pub fn session_path(id: impl std::fmt::Display) -> String {
    format!("{SESSIONS}/{id}")
}

/// The page of a session.
#[must_use]
pub fn room(id: impl std::fmt::Display) -> String {
    format!("/coaching/{id}")
}

/// Puts a session as it was answered where pages look.
pub fn keep(cache: Cache, session: &CoachingSession) {
    let path = session_path(session.id);
    cache.put(&path, session);
    cache.stale(&format!("{SESSIONS}?"));
    cache.stale(&format!("{path}/timeline"));
}

/// Sends something about a session, shows what became of it, and calls back where it went well.
pub fn send<B: Serialize + 'static>(
    cache: Cache,
    path: String,
    body: B,
    done: impl FnOnce(CoachingSession) + 'static,
) {
    spawn_local(async move {
        match http::post::<CoachingSession>(&path, &body).await {
            Ok(session) => {
                keep(cache, &session);
                done(session);
            }
            Err(error) => toast::failed(&error),
        }
    });
}

/// A score, given in hundredths of a point.
#[must_use]
pub fn score_text(hundredths: i32) -> String {
    format::quantity(i64::from(hundredths) * 10)
}

#[must_use]
pub fn kind_name(kind: CoachingKind) -> &'static str {
    match kind {
        CoachingKind::OneToOne => tr!(coaching.kinds.one_to_one),
        CoachingKind::Group => tr!(coaching.kinds.group),
        CoachingKind::CallReview => tr!(coaching.kinds.call_review),
        CoachingKind::PipelineReview => tr!(coaching.kinds.pipeline_review),
        CoachingKind::DealReview => tr!(coaching.kinds.deal_review),
        CoachingKind::Onboarding => tr!(coaching.kinds.onboarding),
        CoachingKind::PerformanceReview => tr!(coaching.kinds.performance_review),
        CoachingKind::Other => tr!(coaching.kinds.other),
    }
}

#[must_use]
pub fn kinds() -> Vec<(String, String)> {
    choices(CoachingKind::ALL, kind_name)
}

/// What a session is called: one without a title of its own has that of its kind.
#[must_use]
pub fn title_of(session: &CoachingSession) -> String {
    if session.title == session.kind.as_str() {
        kind_name(session.kind).to_owned()
    } else {
        session.title.clone()
    }
}

#[must_use]
pub fn status_name(status: CoachingStatus) -> &'static str {
    match status {
        CoachingStatus::Scheduled => tr!(coaching.status.scheduled),
        CoachingStatus::InProgress => tr!(coaching.status.in_progress),
        CoachingStatus::Completed => tr!(coaching.status.completed),
        CoachingStatus::Cancelled => tr!(coaching.status.cancelled),
        CoachingStatus::NoShow => tr!(coaching.status.no_show),
        CoachingStatus::Rescheduled => tr!(coaching.status.rescheduled),
    }
}

pub fn status_badge(status: CoachingStatus) -> AnyView {
    let colour = match status {
        CoachingStatus::Scheduled | CoachingStatus::Rescheduled => Colour::Plain,
        CoachingStatus::InProgress => Colour::Accent,
        CoachingStatus::Completed => Colour::Good,
        CoachingStatus::Cancelled => Colour::Warn,
        CoachingStatus::NoShow => Colour::Bad,
    };
    badge(colour, status_name(status)).into_any()
}

#[must_use]
pub fn acknowledgement_name(state: AcknowledgementState) -> &'static str {
    match state {
        AcknowledgementState::Pending => tr!(coaching.acknowledgement.pending),
        AcknowledgementState::Overdue => tr!(coaching.acknowledgement.overdue),
        AcknowledgementState::Acknowledged => tr!(coaching.acknowledgement.acknowledged),
    }
}

pub fn acknowledgement_badge(state: AcknowledgementState) -> AnyView {
    let colour = match state {
        AcknowledgementState::Pending => Colour::Plain,
        AcknowledgementState::Overdue => Colour::Bad,
        AcknowledgementState::Acknowledged => Colour::Good,
    };
    badge(colour, acknowledgement_name(state)).into_any()
}

#[must_use]
pub fn dispute_name(status: DisputeStatus) -> &'static str {
    match status {
        DisputeStatus::Open => tr!(coaching.dispute.open),
        DisputeStatus::Upheld => tr!(coaching.dispute.upheld),
        DisputeStatus::Changed => tr!(coaching.dispute.changed),
    }
}

/// A list of the server with which one chooses: all rubrics that are published, all templates.
pub fn all<T>(path: &'static str) -> query::Query<http::Page<T>>
where
    T: serde::de::DeserializeOwned + Clone + PartialEq + Send + Sync + 'static,
{
    query::page(move || {
        Some(format!(
            "{path}{}limit=200&sort=name",
            if path.contains('?') { '&' } else { '?' }
        ))
    })
}
