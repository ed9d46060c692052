//! The words of the client. They stand in `locales/*.json`; a key that is missing does not compile.
//!
//! A page takes its words when it is built: [`tr!`] gives plain text, not a signal. Choosing another
//! language builds the page anew.

#[allow(
    clippy::all,
    clippy::pedantic,
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    dead_code,
    unused_imports
)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/i18n/mod.rs"));
}

pub use generated::i18n::Locale;

/// The language of the page.
#[must_use]
pub fn locale() -> Locale {
    Locale::en
}

/// The BCP 47 tag of the language, for the formats of the browser.
#[must_use]
pub fn language() -> &'static str {
    leptos_i18n::Locale::as_str(locale())
}

/// A text in the language of the page: `tr!(company.title)`, `tr!(list.selected, count = 3)`.
#[macro_export]
macro_rules! tr {
    ($($key:tt)+) => { leptos_i18n::td_string!($crate::core::i18n::locale(), $($key)+) };
}
