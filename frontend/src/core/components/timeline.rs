//! What has happened to a record, from the event log.

use leptos::prelude::*;
use shared_types::platform::{Event, EventKind, FieldChange};

use super::{
    badge::avatar,
    icons::{Icon, icon},
    states::{Empty, Skeleton, failure},
};
use crate::{
    core::{
        format,
        http::Page,
        query::{self, Load},
    },
    tr,
};

/// The events of a record, the newest first.
#[component]
pub fn Timeline(
    /// The path of the timeline in the API, without a query.
    #[prop(into)]
    path: Signal<String>,
    /// What the fields of the record are called.
    label: fn(&str) -> String,
) -> impl IntoView {
    let cursors = RwSignal::new(Vec::<String>::new());
    Effect::new(move |_| {
        path.track();
        cursors.set(Vec::new());
    });
    let page_path = move |cursor: Option<String>| {
        let cursor = cursor.map(|cursor| format!("&cursor={}", crate::core::url::encode(&cursor)));
        format!("{}?limit=25{}", path.get(), cursor.unwrap_or_default())
    };
    let pages = move || {
        std::iter::once(None)
            .chain(cursors.get().into_iter().map(Some))
            .collect::<Vec<_>>()
    };
    view! {
        <ol class="timeline">
            <For each=pages key=Clone::clone let:cursor>
                {
                    let last = cursor.clone();
                    let events = query::page::<Event>(move || Some(page_path(cursor.clone())));
                    let is_last = move || cursors.with(|all| all.last().cloned()) == last;
                    move || match events.last.get() {
                        Load::Loading => view! { <li><Skeleton lines=3/></li> }.into_any(),
                        Load::Failed(error) => view! { <li>{failure(&error, move || events.retry())}</li> }.into_any(),
                        Load::Ready(page) => page_view(page, is_last.clone(), label, cursors),
                    }
                }
            </For>
        </ol>
    }
}

fn page_view(
    page: Page<Event>,
    is_last: impl Fn() -> bool + Send + Sync + 'static,
    label: fn(&str) -> String,
    cursors: RwSignal<Vec<String>>,
) -> AnyView {
    if page.data.is_empty() {
        return view! { <li><Empty symbol=Icon::Clock title=tr!(timeline.empty)/></li> }.into_any();
    }
    let next = StoredValue::new(page.pagination.next_cursor);
    view! {
        {page.data.into_iter().map(|event| event_view(event, label)).collect_view()}
        <Show when=move || is_last() && next.with_value(Option::is_some)>
            <li>
                <button type="button" class="btn btn-sm" on:click=move |_| {
                    if let Some(next) = next.get_value() {
                        cursors.update(|all| all.push(next));
                    }
                }>{tr!(timeline.more)}</button>
            </li>
        </Show>
    }
    .into_any()
}

fn event_view(event: Event, label: fn(&str) -> String) -> impl IntoView {
    let actor = event
        .actor_name
        .clone()
        .unwrap_or_else(|| tr!(timeline.system).to_owned());
    let what = kind_words(event.kind);
    let changes = (matches!(
        event.kind,
        EventKind::Updated
            | EventKind::DealMoved
            | EventKind::ActivityPlanned
            | EventKind::ActivityDone
    ))
    .then(|| {
        event
            .changes
            .iter()
            .map(|change| change_view(change, label))
            .collect_view()
    });
    view! {
        <li class="event">
            <span class="event-mark">{avatar(&actor)}</span>
            <div class="event-body">
                <p>
                    <strong>{actor}</strong>" "{what}" "
                    <time class="text-muted" datetime=event.at.to_rfc3339() title=format::time(event.at)>
                        {format::ago(event.at)}
                    </time>
                </p>
                {changes.map(|changes| view! { <ul class="event-changes">{changes}</ul> })}
            </div>
        </li>
    }
}

fn change_view(change: &FieldChange, label: fn(&str) -> String) -> impl IntoView + use<> {
    let before = change.before.clone();
    let after = change
        .after
        .clone()
        .unwrap_or_else(|| tr!(timeline.nothing).to_owned());
    view! {
        <li>
            <span class="text-muted">{label(&change.field)}</span>
            {before.map(|before| view! { <del>{before}</del> })}
            {icon(Icon::ChevronRight)}
            <ins>{after}</ins>
        </li>
    }
}

/// What happened, after the name of who did it.
#[must_use]
pub fn kind_words(kind: EventKind) -> &'static str {
    match kind {
        EventKind::Created => tr!(event.created),
        EventKind::Updated => tr!(event.updated),
        EventKind::Deleted => tr!(event.deleted),
        EventKind::Restored => tr!(event.restored),
        EventKind::Purged => tr!(event.purged),
        EventKind::InvitationSent => tr!(event.invitation_sent),
        EventKind::InvitationAccepted => tr!(event.invitation_accepted),
        EventKind::Revoked => tr!(event.revoked),
        EventKind::DealMoved => tr!(event.deal_moved),
        EventKind::ActivityPlanned => tr!(event.activity_planned),
        EventKind::ActivityDone => tr!(event.activity_done),
        EventKind::LeadConverted => tr!(event.lead_converted),
        EventKind::DealWon => tr!(event.deal_won),
        EventKind::DealLost => tr!(event.deal_lost),
        EventKind::DealReopened => tr!(event.deal_reopened),
        EventKind::MemberDeactivated => tr!(event.member_deactivated),
        EventKind::MemberReactivated => tr!(event.member_reactivated),
        EventKind::SignedIn => tr!(event.signed_in),
        EventKind::SignInRefused => tr!(event.sign_in_refused),
        EventKind::SignedOut => tr!(event.signed_out),
        EventKind::PasswordChanged => tr!(event.password_changed),
        EventKind::EmailVerified => tr!(event.email_verified),
        EventKind::SecondFactorEnabled => tr!(event.second_factor_enabled),
        EventKind::SecondFactorDisabled => tr!(event.second_factor_disabled),
        EventKind::RecoveryCodesMade => tr!(event.recovery_codes_made),
        EventKind::RecoveryCodeUsed => tr!(event.recovery_code_used),
        EventKind::SessionRevoked => tr!(event.session_revoked),
        EventKind::ImportStarted => tr!(event.import_started),
        EventKind::ImportFinished => tr!(event.import_finished),
        EventKind::Exported => tr!(event.exported),
        EventKind::Viewed => tr!(event.viewed),
    }
}
