//! What a page owes to those who do not see it change: a title, an announcement, the focus.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

thread_local! {
    static HEADING: ArcRwSignal<String> = ArcRwSignal::new(String::new());
}

/// What the page is called now; read aloud when it changes.
#[must_use]
pub fn heading() -> ArcRwSignal<String> {
    HEADING.with(Clone::clone)
}

/// Titles the page.
pub fn title(name: impl Fn() -> String + 'static) {
    Effect::new(move |_| {
        let name = name();
        document().set_title(&format!("{name} · Touchline"));
        let heading = heading();
        if heading.get_untracked() != name {
            heading.set(name);
        }
    });
}

/// Moves the focus to the beginning of the page after another one has been opened.
pub fn focus_main() {
    if let Some(main) = element("main") {
        let _ = main.focus();
    }
}

/// An element by its id.
#[must_use]
pub fn element(id: &str) -> Option<web_sys::HtmlElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// Focuses an element by its id once it has been drawn.
pub fn focus_soon(id: impl Into<String>) {
    let id = id.into();
    request_animation_frame(move || {
        if let Some(element) = element(&id) {
            let _ = element.focus();
        }
    });
}

thread_local! {
    static COUNTER: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
}

/// An id that no other element of the page has.
#[must_use]
pub fn unique(stem: &str) -> String {
    COUNTER.with(|counter| {
        counter.set(counter.get().wrapping_add(1));
        format!("{stem}-{}", counter.get())
    })
}

/// Waits for some milliseconds.
pub async fn pause(milliseconds: i32) {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        let _ =
            window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds);
    });
    // A promise that is only ever resolved.
    let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
}

/// Makes a page whose code is loaded when somebody comes to it; `for` whom of those who are signed in.
#[macro_export]
macro_rules! lazy_page {
    ($(#[$meta:meta])* $page:ident for $permission:ident => $content:expr) => {
        $crate::lazy_page! {
            $(#[$meta])*
            $page => $crate::core::components::states::guarded(
                shared_types::Permission::$permission,
                || $content.into_any(),
            )
        }
    };
    ($(#[$meta:meta])* $page:ident => $content:expr) => {
        $(#[$meta])*
        pub struct $page;

        #[leptos_router::lazy_route]
        impl leptos_router::LazyRoute for $page {
            fn data() -> Self {
                Self
            }

            fn view(_this: Self) -> AnyView {
                $content.into_any()
            }
        }
    };
}
