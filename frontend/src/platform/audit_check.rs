//! Whether the audit log is as it was written.

use leptos::{ev, prelude::*};
use shared_types::platform::{AuditFault, AuditFaultKind, AuditVerification};

use crate::{
    core::{
        components::{
            badge::{Colour, badge},
            field::TextField,
            secret::Secret,
            states::{Skeleton, failure},
        },
        format,
        query::{self, Load},
        url::encode,
    },
    tr,
};

/// A card that checks the log when it is asked to, perhaps against a head that was kept.
#[component]
pub fn AuditCheck() -> impl IntoView {
    let asked = RwSignal::new(None::<String>);
    let kept = RwSignal::new(String::new());
    let found = query::record::<AuditVerification>(move || asked.get());
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let head = kept.get_untracked();
        let path = match head.trim() {
            "" => "/audit-log/verification".to_owned(),
            head => format!("/audit-log/verification?head={}", encode(head)),
        };
        if asked.get_untracked().as_ref() == Some(&path) {
            found.retry();
        } else {
            asked.set(Some(path));
        }
    };
    view! {
        <details class="card">
            <summary>{tr!(audit.check)}</summary>
            <div class="stack">
                <p class="text-muted">{tr!(audit.text)}</p>
                <form class="stack" on:submit=submit novalidate>
                    <TextField label=tr!(audit.kept) value=kept hint=tr!(audit.kept_hint) optional=true/>
                    <div><button type="submit" class="btn">{tr!(audit.check_now)}</button></div>
                </form>
                <div aria-live="polite" class="stack">
                    {move || asked.get().map(|_| match found.load.get() {
                        Load::Loading => view! { <Skeleton lines=3/> }.into_any(),
                        Load::Failed(error) => failure(&error, move || found.retry()),
                        Load::Ready(it) => outcome(it),
                    })}
                </div>
            </div>
        </details>
    }
}

fn outcome(it: AuditVerification) -> AnyView {
    let state = match &it.fault {
        None => badge(Colour::Good, tr!(audit.whole)).into_any(),
        Some(fault) => view! {
            {badge(Colour::Bad, tr!(audit.broken))}" "{fault_words(fault)}
        }
        .into_any(),
    };
    view! {
        <p>{state}</p>
        <dl class="facts">
            <dt>{tr!(audit.verified)}</dt><dd>{format::count(it.verified)}</dd>
            <dt>{tr!(audit.erased)}</dt><dd>{format::count(it.erased)}</dd>
            <dt>{tr!(audit.waiting)}</dt><dd>{format::count(it.waiting)}</dd>
        </dl>
        {it.head.map(|head| view! { <Secret label=tr!(audit.head) value=head/> })}
    }
    .into_any()
}

fn fault_words(fault: &AuditFault) -> String {
    let kind = match fault.kind {
        AuditFaultKind::Changed => tr!(audit.fault.changed),
        AuditFaultKind::Removed => tr!(audit.fault.removed),
        AuditFaultKind::Reordered => tr!(audit.fault.reordered),
        AuditFaultKind::Truncated => tr!(audit.fault.truncated),
        AuditFaultKind::Added => tr!(audit.fault.added),
        AuditFaultKind::Unsigned => tr!(audit.fault.unsigned),
        AuditFaultKind::Rewritten => tr!(audit.fault.rewritten),
    };
    match fault.seq {
        Some(seq) => tr!(audit.at, fault = kind, seq = seq),
        None => kind.to_owned(),
    }
}
