//! Saving while one writes: what was typed is sent a moment after, one change at a time, and kept in the browser until the server
//! has it, so that neither a reload nor a lost connection takes it.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};
use shared_types::{
    ErrorCode, Patch,
    coaching::{CoachingSession, UpdateCoachingSession},
};

use super::api::{keep, session_path};
use crate::{
    core::{draft, http, query, toast},
    tr,
};

/// How long after the last letter.
const PAUSE: Duration = Duration::from_millis(1_000);

/// How far what was written is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// The server has all of it.
    All,
    /// It is on its way.
    Sending,
    /// The browser alone has it.
    Here,
}

/// Sends changes of a session.
#[derive(Clone, Copy)]
pub struct Saver {
    session: Memo<CoachingSession>,
    waiting: StoredValue<UpdateCoachingSession>,
    turn: StoredValue<u32>,
    busy: StoredValue<bool>,
    /// What is done once the server has all of it.
    after: StoredValue<Option<Callback<()>>>,
    cache: query::Cache,
    /// How far it is.
    pub kept: RwSignal<Kept>,
}

/// The later of two changes of a field.
fn later<T>(before: Patch<T>, after: Patch<T>) -> Patch<T> {
    if after.is_keep() { before } else { after }
}

impl Saver {
    pub fn new(session: Memo<CoachingSession>) -> Self {
        Self {
            session,
            waiting: StoredValue::new(UpdateCoachingSession::default()),
            turn: StoredValue::new(0),
            busy: StoredValue::new(false),
            after: StoredValue::new(None),
            cache: query::cache(),
            kept: RwSignal::new(Kept::All),
        }
    }

    /// Takes a change, to be sent in a moment.
    pub fn take(self, change: UpdateCoachingSession) {
        self.waiting.update_value(|waiting| {
            let before = std::mem::take(waiting);
            *waiting = UpdateCoachingSession {
                preparation_notes: later(before.preparation_notes, change.preparation_notes),
                session_notes: later(before.session_notes, change.session_notes),
                score: later(before.score, change.score),
                rubric_id: later(before.rubric_id, change.rubric_id),
                answers: change.answers.or(before.answers),
                ..UpdateCoachingSession::default()
            };
        });
        self.kept.set(Kept::Here);
        let turn = self.turn.get_value().wrapping_add(1);
        self.turn.set_value(turn);
        set_timeout(
            move || {
                if self.turn.try_get_value() == Some(turn) {
                    self.send();
                }
            },
            PAUSE,
        );
    }

    /// Does something once the server has all that was written.
    pub fn then(self, after: Callback<()>) {
        let nothing = UpdateCoachingSession::default();
        if !self.busy.get_value() && self.waiting.with_value(|waiting| *waiting == nothing) {
            after.run(());
            return;
        }
        self.after.set_value(Some(after));
        self.send();
    }

    /// Sends what waits, unless something is on its way: then it follows.
    pub fn send(self) {
        let nothing = UpdateCoachingSession::default();
        if self.busy.get_value() || self.waiting.with_value(|waiting| *waiting == nothing) {
            return;
        }
        let mut change = nothing;
        self.waiting
            .update_value(|waiting| change = std::mem::take(waiting));
        self.busy.set_value(true);
        self.kept.set(Kept::Sending);
        let (id, version) = self.session.with_untracked(|it| (it.id, it.version));
        spawn_local(async move {
            let path = session_path(id);
            let answer = http::patch::<CoachingSession>(&path, &change, Some(version)).await;
            if self.busy.try_set_value(false).is_some() {
                return;
            }
            match answer {
                Ok(saved) => {
                    keep(self.cache, &saved);
                    let more = self
                        .waiting
                        .with_value(|it| *it != UpdateCoachingSession::default());
                    self.kept.set(if more { Kept::Here } else { Kept::All });
                    if more {
                        self.send();
                    } else {
                        let mut after = None;
                        self.after.update_value(|it| after = it.take());
                        if let Some(after) = after {
                            after.run(());
                        }
                        for field in ["preparationNotes", "sessionNotes"] {
                            draft::set(&name(&path, field), "");
                        }
                    }
                }
                Err(error) => {
                    self.kept.set(Kept::Here);
                    self.after.set_value(None);
                    if error.is(ErrorCode::VersionMismatch) {
                        // Somebody else wrote meanwhile: theirs is shown, and what was typed here stays in its field.
                        self.cache.stale(&path);
                        toast::bad(tr!(coaching.changed_meanwhile));
                    } else {
                        toast::failed(&error);
                    }
                }
            }
        });
    }
}

/// The name under which the browser keeps a field of a session.
pub fn name(path: &str, field: &str) -> String {
    format!("{path}/{field}")
}
