//! What pages ask of the server about notes.

use leptos::task::spawn_local;
use shared_types::crm::{Note, UpdateNote};

use super::about::About;
use crate::core::{
    http::{self, Answer},
    query::Cache,
    toast,
};

pub const NOTES: &str = "/notes";

#[must_use]
pub fn note_path(note: &Note) -> String {
    format!("{NOTES}/{}", note.id)
}

/// Forgets what a note changed: the lists, and the timelines of what it is about.
pub fn changed(cache: Cache, note: &Note) {
    cache.stale(NOTES);
    About::from(note).stale(cache);
}

pub async fn update(note: &Note, change: &UpdateNote) -> Answer<Note> {
    http::patch(&note_path(note), change, Some(note.version)).await
}

/// Puts a note above the others, or among them again.
pub fn pin(cache: Cache, note: Note, pinned: bool) {
    spawn_local(async move {
        let change = UpdateNote {
            pinned: Some(pinned),
            ..UpdateNote::default()
        };
        match update(&note, &change).await {
            Ok(saved) => changed(cache, &saved),
            Err(error) => {
                toast::failed(&error);
                cache.stale(NOTES);
            }
        }
    });
}
