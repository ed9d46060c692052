//! Small choices that the browser remembers. One that stores nothing forgets them; nothing else
//! depends on it, and nothing sensitive is kept here.

use leptos::prelude::*;

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

/// Whether anything is remembered at all: not where the browser forbids it.
#[must_use]
pub fn works() -> bool {
    storage().is_some()
}

/// What was remembered under a name.
#[must_use]
pub fn get(name: &str) -> Option<String> {
    storage()?.get_item(name).ok().flatten()
}

/// Remembers a word under a name.
pub fn set(name: &str, word: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(name, word);
    }
}

/// Forgets what was remembered.
pub fn remove(name: &str) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(name);
    }
}
