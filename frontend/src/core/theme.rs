//! Light, dark, or as the system is. `static/theme.js` paints the choice before anything else.

use crate::core::storage;
use leptos::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    Light,
    Dark,
    System,
}

impl Theme {
    const fn word(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
            Self::System => "system",
        }
    }
}

const KEY: &str = "theme";

thread_local! {
    static THEME: ArcRwSignal<Theme> = ArcRwSignal::new(stored());
}

fn stored() -> Theme {
    match storage::get(KEY).as_deref() {
        Some("light") => Theme::Light,
        Some("dark") => Theme::Dark,
        _ => Theme::System,
    }
}

#[must_use]
pub fn theme() -> ArcRwSignal<Theme> {
    THEME.with(Clone::clone)
}

/// Chooses, remembers, and tells `theme.js`.
pub fn choose(theme: Theme) {
    THEME.with(|signal| signal.set(theme));
    match theme {
        Theme::System => storage::remove(KEY),
        _ => storage::set(KEY, theme.word()),
    }
    if let Ok(event) = web_sys::Event::new("themechange") {
        let _ = window().dispatch_event(&event);
    }
}
