//! The web client of Touchline.

mod about;
mod home;

use leptos::{mount::mount_to, prelude::*};
use leptos_router::{
    Lazy,
    components::{A, FlatRoutes, Route, Router},
    path,
};
use wasm_bindgen::{JsCast, prelude::wasm_bindgen};

use crate::{about::AboutPage, home::HomePage};

/// Replaces what `index.html` shows while this is loading.
#[wasm_bindgen(start)]
pub fn start() {
    let place = document()
        .get_element_by_id("app")
        .and_then(|app| app.dyn_into().ok());
    if let Some(place) = place {
        let place: web_sys::HtmlElement = place;
        place.set_inner_html("");
        mount_to(place, App).forget();
    }
}

#[component]
fn App() -> impl IntoView {
    view! {
        <Router>
            <header class="flex h-14 items-center gap-6 border-b border-slate-200 px-4 dark:border-slate-800">
                <span class="font-semibold">"Touchline"</span>
                <nav class="flex gap-4">
                    <A href="/">"Home"</A>
                    <A href="/about">"About"</A>
                </nav>
            </header>
            <main class="p-4">
                <FlatRoutes fallback=|| view! { <h1>"There is no such page"</h1> }>
                    <Route path=path!("/") view={Lazy::<HomePage>::new()}/>
                    <Route path=path!("/about") view={Lazy::<AboutPage>::new()}/>
                </FlatRoutes>
            </main>
        </Router>
    }
}
