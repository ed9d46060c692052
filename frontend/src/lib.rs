//! The web client of Touchline.
//!
//! `core` is what every page uses, `shell` what stands around the pages; then one folder per bounded
//! context, as in the other crates, and in it `api.rs` (paths and writes) and one file per page.

mod coaching;
mod core;
mod crm;
mod identity;
mod platform;
mod shell;

use leptos::{mount::mount_to, prelude::*};
use wasm_bindgen::{JsCast, prelude::wasm_bindgen};

/// Replaces what `index.html` shows while this is loading.
#[wasm_bindgen(start)]
pub fn start() {
    std::panic::set_hook(Box::new(|fault| shell::crashed(&fault.to_string())));
    wasm_bindgen_futures::spawn_local(async {
        match core::i18n::start().await {
            Ok(()) => mount(),
            Err(_) => shell::could_not_start(),
        }
    });
}

fn mount() {
    let place = document()
        .get_element_by_id("app")
        .and_then(|app| app.dyn_into().ok());
    if let Some(place) = place {
        let place: web_sys::HtmlElement = place;
        place.set_inner_html("");
        mount_to(place, shell::App).forget();
    }
}
