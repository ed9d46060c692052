//! What a coach prepares, and what is said: written while one talks, saved by itself.

use leptos::prelude::*;
use shared_types::{
    Patch,
    coaching::{CoachingSession, CoachingStatus, UpdateCoachingSession},
};

use super::{
    api::session_path,
    saver::{Kept, Saver, name},
};
use crate::{
    core::{draft, page::unique},
    tr,
};

/// Which of the two.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Which {
    Preparation,
    Session,
}

impl Which {
    const fn field(self) -> &'static str {
        match self {
            Self::Preparation => "preparationNotes",
            Self::Session => "sessionNotes",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Preparation => tr!(coaching.preparation),
            Self::Session => tr!(coaching.notes),
        }
    }

    fn hint(self) -> &'static str {
        match self {
            Self::Preparation => tr!(coaching.preparation_hint),
            Self::Session => tr!(coaching.notes_hint),
        }
    }

    fn of(self, session: &CoachingSession) -> Option<String> {
        match self {
            Self::Preparation => session.preparation_notes.clone(),
            Self::Session => session.session_notes.clone(),
        }
    }

    fn change(self, text: &str) -> UpdateCoachingSession {
        let patch = if text.trim().is_empty() {
            Patch::Clear
        } else {
            Patch::Set(text.to_owned())
        };
        match self {
            Self::Preparation => UpdateCoachingSession {
                preparation_notes: patch,
                ..UpdateCoachingSession::default()
            },
            Self::Session => UpdateCoachingSession {
                session_notes: patch,
                ..UpdateCoachingSession::default()
            },
        }
    }
}

/// Whether what was said may still be written.
fn is_open(session: &CoachingSession) -> bool {
    session.may_change
        && match session.status {
            CoachingStatus::Scheduled | CoachingStatus::InProgress => true,
            CoachingStatus::Completed => session.acknowledged_at.is_none(),
            CoachingStatus::Cancelled | CoachingStatus::NoShow | CoachingStatus::Rescheduled => {
                false
            }
        }
}

/// A card with notes: a field where they may be written, else their text, or nothing.
#[component]
pub fn Notes(session: Memo<CoachingSession>, saver: Saver, which: Which) -> impl IntoView {
    let open = Memo::new(move |_| session.with(is_open));
    let id = unique("notes");
    let heading = id.clone();
    move || {
        let (id, heading, labelled) = (id.clone(), heading.clone(), heading.clone());
        if open.get() {
            view! {
                <section class="card">
                    <header class="card-head">
                        <h2 class="card-title"><label for=id.clone()>{which.title()}</label></h2>
                        <Saved kept=saver.kept/>
                    </header>
                    <Field id=id session=session saver=saver which=which/>
                    <p class="hint">{which.hint()}</p>
                </section>
            }
            .into_any()
        } else {
            let text = session.with(|it| which.of(it));
            text.map(|text| {
                view! {
                    <section class="card" aria-labelledby=labelled>
                        <h2 id=heading class="card-title">{which.title()}</h2>
                        <p class="coaching-text">{text}</p>
                    </section>
                }
            })
            .into_any()
        }
    }
}

#[component]
fn Field(id: String, session: Memo<CoachingSession>, saver: Saver, which: Which) -> impl IntoView {
    let key = session.with_untracked(|it| name(&session_path(it.id), which.field()));
    let saved = session
        .with_untracked(|it| which.of(it))
        .unwrap_or_default();
    let left = draft::get(&key);
    let text = RwSignal::new(left.clone().unwrap_or_else(|| saved.clone()));
    // What an earlier visit could not send is sent now.
    if let Some(left) = left.filter(|left| *left != saved) {
        saver.take(which.change(&left));
    }
    view! {
        <textarea
            id=id
            class="input coaching-notes"
            rows="8"
            maxlength="20000"
            prop:value=move || text.get()
            on:input=move |event| {
                let typed = event_target_value(&event);
                draft::set(&key, &typed);
                saver.take(which.change(&typed));
                text.set(typed);
            }
            on:blur=move |_| saver.send()
        ></textarea>
    }
}

/// How far what was written is kept.
#[component]
pub fn Saved(kept: RwSignal<Kept>) -> impl IntoView {
    view! {
        <span class="text-muted no-print" aria-live="polite">
            {move || match kept.get() {
                Kept::All => tr!(coaching.saved),
                Kept::Sending => tr!(coaching.saving),
                Kept::Here => tr!(coaching.unsaved),
            }}
        </span>
    }
}
