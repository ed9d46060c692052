//! Keys that go somewhere or do something, and the sheet that tells of them (`?`).

use leptos::{ev, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use shared_types::Permission;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::{
    coaching::quick_note_dialog,
    core::{
        auth,
        components::{
            dialog::Dialog,
            table::{find_in_row, is_typing},
        },
        page,
    },
    shell::sidebar,
    tr,
};

/// After `g`: which letter opens which page.
const PAGES: [(&str, &str); 8] = [
    ("h", "/"),
    ("l", "/leads"),
    ("d", "/deals"),
    ("c", "/companies"),
    ("t", "/contacts"),
    ("p", "/products"),
    ("i", "/imports"),
    ("m", "/settings/members"),
];
/// How long `g` waits for its letter, in milliseconds.
const PATIENCE: f64 = 1_500.0;

/// The pages that a letter opens and that one may open.
fn pages() -> Vec<(&'static str, &'static str, &'static str)> {
    let offered: Vec<_> = sidebar::pages().collect();
    PAGES
        .iter()
        .filter_map(|(letter, href)| {
            let page = offered.iter().find(|page| page.href == *href)?;
            Some((*letter, page.href, page.label))
        })
        .collect()
}

fn find(selector: &str) -> Option<HtmlElement> {
    let found = document().query_selector(selector).ok().flatten()?;
    found.dyn_into().ok()
}

/// Listens to the keys of the page and shows their sheet.
#[component]
pub fn Shortcuts() -> impl IntoView {
    let open = RwSignal::new(false);
    let navigate = StoredValue::new(use_navigate());
    let waits_since = StoredValue::new(None::<f64>);
    let keys = window_event_listener(ev::keydown, move |event| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() || event.default_prevented() {
            return;
        }
        let key = event.key();
        if key == "Escape" && leave_search(&event) {
            return;
        }
        if is_typing(&event) {
            return;
        }
        let goes = waits_since
            .get_value()
            .is_some_and(|since| event.time_stamp() - since < PATIENCE);
        waits_since.set_value(None);
        if goes {
            if let Some((_, href, _)) = pages().into_iter().find(|(letter, ..)| *letter == key) {
                event.prevent_default();
                navigate.with_value(|go| go(href, NavigateOptions::default()));
            }
            return;
        }
        match key.as_str() {
            "g" => waits_since.set_value(Some(event.time_stamp())),
            "?" => open.set(true),
            "n" if quick_note_dialog::open() => {}
            "n" | "c" => match find("main .page-actions .btn-primary") {
                Some(button) => button.click(),
                None => return,
            },
            "e" => match find_in_row(".row-edit").or_else(|| find("main .record-edit")) {
                Some(button) => button.click(),
                None => return,
            },
            "/" => match find("main .search-input") {
                Some(field) => {
                    let _ = field.focus();
                }
                None => super::palette::open(),
            },
            _ => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || keys.remove());
    view! { <Dialog open=open title=tr!(shortcuts.title)><Sheet/></Dialog> }
}

/// Gives the focus back to the page, where it was in the search field of a list.
fn leave_search(event: &ev::KeyboardEvent) -> bool {
    let element = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let inside = element.is_some_and(|it| it.matches("main .search-input").unwrap_or(false));
    if inside {
        page::focus_main();
    }
    inside
}

#[component]
fn Sheet() -> impl IntoView {
    let line = |keys: &[&str], words: String| {
        let keys: Vec<_> = keys
            .iter()
            .map(|key| view! { <kbd class="kbd">{(*key).to_owned()}</kbd>" " })
            .collect();
        view! { <div class="shortcut"><dt>{keys}</dt><dd>{words}</dd></div> }
    };
    let search = super::palette::shortcut();
    // Whoever writes quick notes does so by this key, anywhere.
    let notes = auth::may(Permission::QuickNotesWrite);
    let new = if notes { vec!["c"] } else { vec!["n"] };
    let own = [
        (vec![search], tr!(palette.label)),
        (vec!["/"], tr!(shortcuts.search)),
        (new, tr!(shortcuts.new)),
        (vec!["j"], tr!(shortcuts.next)),
        (vec!["k"], tr!(shortcuts.previous)),
        (vec!["x"], tr!(shortcuts.tick)),
        (vec!["e"], tr!(shortcuts.edit)),
        (vec!["Esc"], tr!(shortcuts.leave)),
        (vec!["?"], tr!(shortcuts.sheet)),
    ];
    let note = notes.then(|| line(&["n"], tr!(shortcuts.quick_note).to_owned()));
    view! {
        <div class="dialog-body">
            <dl class="shortcuts">
                {note}
                {own.into_iter().map(|(keys, words)| line(&keys, words.to_owned())).collect_view()}
                {pages().into_iter().map(|(letter, _, label)| line(&["g", letter], tr!(shortcuts.go, name = label))).collect_view()}
            </dl>
        </div>
    }
}
