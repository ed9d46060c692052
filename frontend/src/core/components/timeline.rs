//! What has happened to a record, from the event log.

use leptos::prelude::*;
use shared_types::{
    crm::ActivityKind,
    platform::{Event, EventKind, FieldChange},
};

use super::{
    badge::avatar,
    icons::{Icon, icon},
    pages::Pages,
    states::Empty,
};
use crate::{core::format, crm::activity_api::kind_name, tr};

/// The events of a record, the newest first.
#[component]
pub fn Timeline(
    /// The path of the timeline in the API, without a query.
    #[prop(into)]
    path: Signal<String>,
    /// What the fields of the record are called.
    label: fn(&str) -> String,
) -> impl IntoView {
    let row = Callback::new(move |event: Event| event_view(event, label).into_any());
    let empty = Callback::new(|()| {
        view! { <li><Empty symbol=Icon::Clock title=tr!(timeline.empty)/></li> }.into_any()
    });
    let path = Signal::derive(move || format!("{}?limit=25", path.get()));
    view! { <Pages path=path row=row empty=empty more=tr!(timeline.more) class="timeline"/> }
}

fn event_view(event: Event, label: fn(&str) -> String) -> impl IntoView {
    let actor = event
        .actor_name
        .clone()
        .unwrap_or_else(|| tr!(timeline.system).to_owned());
    let what = kind_words(event.kind);
    let changes = event.changes.iter();
    let changes = match event.kind {
        EventKind::Updated | EventKind::DealMoved | EventKind::Merged | EventKind::Unmerged => {
            Some(
                changes
                    .map(|change| change_view(change, label).into_any())
                    .collect_view(),
            )
        }
        EventKind::ActivityPlanned
        | EventKind::ActivityDone
        | EventKind::NoteAdded
        | EventKind::NoteChanged
        | EventKind::NoteDeleted
            // Of a confidential note there is nothing to tell.
            if !event.changes.is_empty() =>
        {
            Some(changes.map(|change| said(change).into_any()).collect_view())
        }
        _ => None,
    };
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

/// What was planned, done or written: an activity behind the word for its kind.
fn said(change: &FieldChange) -> impl IntoView + use<> {
    let kind = change.field.parse::<ActivityKind>().ok().map(kind_name);
    let words = change.after.clone().unwrap_or_default();
    view! {
        <li>
            {kind.map(|kind| view! { <span class="text-muted">{kind}</span> })}
            <ins>{words}</ins>
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
        EventKind::Merged => tr!(event.merged),
        EventKind::Unmerged => tr!(event.unmerged),
        EventKind::DuplicatesDismissed => tr!(event.duplicates_dismissed),
        EventKind::InvitationSent => tr!(event.invitation_sent),
        EventKind::InvitationAccepted => tr!(event.invitation_accepted),
        EventKind::Revoked => tr!(event.revoked),
        EventKind::DealMoved => tr!(event.deal_moved),
        EventKind::ActivityPlanned => tr!(event.activity_planned),
        EventKind::ActivityDone => tr!(event.activity_done),
        EventKind::NoteAdded => tr!(event.note_added),
        EventKind::NoteChanged => tr!(event.note_changed),
        EventKind::NoteDeleted => tr!(event.note_deleted),
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
        EventKind::ExportFinished => tr!(event.export_finished),
        EventKind::Exported => tr!(event.exported),
        EventKind::Published => tr!(event.published),
        EventKind::ProposalAccepted => tr!(event.proposal_accepted),
        EventKind::ProposalDismissed => tr!(event.proposal_dismissed),
        EventKind::CoachingStarted => tr!(event.coaching_started),
        EventKind::CoachingCompleted => tr!(event.coaching_completed),
        EventKind::CoachingCancelled => tr!(event.coaching_cancelled),
        EventKind::CoachingMissed => tr!(event.coaching_missed),
        EventKind::CoachingRescheduled => tr!(event.coaching_rescheduled),
        EventKind::CoachingAcknowledged => tr!(event.coaching_acknowledged),
        EventKind::CoachingCommented => tr!(event.coaching_commented),
        EventKind::CoachingDisputed => tr!(event.coaching_disputed),
        EventKind::CoachingDecided => tr!(event.coaching_decided),
        EventKind::CoachingOpened => tr!(event.coaching_opened),
        EventKind::CoachingClosed => tr!(event.coaching_closed),
        EventKind::Viewed => tr!(event.viewed),
    }
}
