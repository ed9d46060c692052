//! What was typed and not saved yet: kept until the tab is closed, for whoever typed it, so that a session that ends or a page
//! that is left by mistake loses nothing.

use crate::core::auth;
use leptos::prelude::window;

fn storage() -> Option<web_sys::Storage> {
    window().session_storage().ok().flatten()
}

fn key(name: &str) -> Option<String> {
    let me = auth::me()?.member_id;
    Some(format!("draft/{me}/{name}"))
}

/// What was typed under a name.
#[must_use]
pub fn get(name: &str) -> Option<String> {
    storage()?.get_item(&key(name)?).ok().flatten()
}

/// Keeps what was typed; nothing is kept of nothing.
pub fn set(name: &str, text: &str) {
    let (Some(storage), Some(key)) = (storage(), key(name)) else {
        return;
    };
    // A browser that stores nothing keeps nothing.
    let _ = if text.is_empty() {
        storage.remove_item(&key)
    } else {
        storage.set_item(&key, text)
    };
}
