//! What stands around the pages: routes, navigation, messages.

mod banners;
mod header;
mod inside;
pub mod language;
pub mod password_again;
mod routes;
pub mod sidebar;

use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{components::Router, hooks::use_location};
use shared_types::identity::Me;

use crate::{
    core::{
        auth::{self, Auth},
        components::states::failure,
        i18n, page, query,
        toast::Toasts,
    },
    tr,
};
use routes::PublicRoutes;

/// The pages of people who have not signed in.
const PUBLIC: [&str; 6] = [
    "/accept-invitation",
    "/sign-in",
    "/sign-up",
    "/forgot-password",
    "/reset-password",
    "/verify-email",
];

/// Addresses in mails that work whether or not somebody is signed in.
const ALWAYS: [&str; 3] = ["/accept-invitation", "/reset-password", "/verify-email"];

#[component]
pub fn App() -> impl IntoView {
    query::provide();
    if auth::was_here() {
        spawn_local(inside::preload());
    }
    spawn_local(auth::load());
    let language = i18n::current();
    view! {
        <Router>
            {move || {
                language.track();
                view! {
                    <Place/>
                    <Toasts/>
                    <Announcer/>
                }
            }}
        </Router>
    }
}

/// Reads the name of a page aloud when another one has been opened, and puts the focus there.
#[component]
fn Announcer() -> impl IntoView {
    let path = use_location().pathname;
    Effect::new(move |before: Option<String>| {
        let path = path.get();
        if before.is_some_and(|before| before != path) {
            request_animation_frame(page::focus_main);
        }
        path
    });
    let heading = page::heading();
    view! { <p class="sr-only" role="status" aria-live="polite">{move || heading.get()}</p> }
}

/// Says that the client itself has failed: a fault in it, or a part that could not be loaded, as
/// after an update of the server. Nothing of it can be relied on any more, so this is plain.
pub fn crashed(fault: &str) {
    leptos::logging::error!("{fault}");
    if !i18n::is_ready() {
        return could_not_start();
    }
    let place = document().body().zip(document().create_element("p").ok());
    if let Some((body, notice)) = place {
        // Whatever fails here, the fault stands in the console.
        let _ = notice.set_attribute("role", "alert");
        let _ = notice.set_attribute("class", "crash");
        notice.set_text_content(Some(tr!(shell.crashed)));
        let _ = body.prepend_with_node_1(&notice);
    }
}

/// Shows what the page itself has to say where the client does not start.
pub fn could_not_start() {
    if let Some(notice) = page::element("boot-failed") {
        notice.set_hidden(false);
    }
}

/// Which of the few shapes the page has.
#[derive(Clone, PartialEq)]
enum Shape {
    Waiting,
    Public,
    /// Signed in; built anew for another person or organization.
    Inside(String),
    SendToSignIn,
    SendHome,
    Failed(crate::core::errors::ApiError),
}

fn key(me: &Arc<Me>) -> String {
    format!("{}/{}/{}", me.organization.id, me.member_id, me.role)
}

#[component]
fn Place() -> impl IntoView {
    let cache = query::cache();
    let location = use_location();
    let path = location.pathname;
    let auth = auth::auth();
    let shape = Memo::new(move |_| {
        let path = path.get();
        let (public, always) = (
            PUBLIC.contains(&path.as_str()),
            ALWAYS.contains(&path.as_str()),
        );
        match auth.get() {
            _ if always => Shape::Public,
            Auth::Unknown => Shape::Waiting,
            Auth::Unreachable(error) => Shape::Failed(error),
            Auth::SignedOut if public => Shape::Public,
            Auth::SignedOut => Shape::SendToSignIn,
            Auth::SignedIn(_) | Auth::Expired(_) if public => Shape::SendHome,
            Auth::SignedIn(me) | Auth::Expired(me) => Shape::Inside(key(&me)),
        }
    });
    // What one person has seen is not for the next.
    Effect::new(move |before: Option<Option<String>>| {
        let now = match shape.get() {
            Shape::Inside(key) => Some(key),
            _ => None,
        };
        if let Some(Some(before)) = before
            && now.as_ref() != Some(&before)
        {
            cache.clear();
        }
        now
    });
    let navigate = leptos_router::hooks::use_navigate();
    Effect::new(move |_| {
        let to = match shape.get() {
            Shape::SendToSignIn => {
                let here = format!(
                    "{}{}",
                    location.pathname.get_untracked(),
                    query_of(&location.search.get_untracked())
                );
                if here == "/" {
                    "/sign-in".to_owned()
                } else {
                    format!("/sign-in?next={}", crate::core::url::encode(&here))
                }
            }
            Shape::SendHome => next(&location.search.get_untracked()),
            _ => return,
        };
        navigate(
            &to,
            leptos_router::NavigateOptions {
                replace: true,
                ..Default::default()
            },
        );
    });
    move || {
        match shape.get() {
        Shape::Waiting | Shape::SendToSignIn | Shape::SendHome => view! {
            <main id="main" class="waiting" tabindex="-1"><span class="spinner" role="status" aria-label=tr!(state.loading)></span></main>
        }
        .into_any(),
        Shape::Failed(error) => view! {
            <main id="main" class="waiting" tabindex="-1">{failure(&error, || spawn_local(auth::load()))}</main>
        }
        .into_any(),
        Shape::Public => view! { <PublicRoutes/> }.into_any(),
        Shape::Inside(_) => Suspend::new(inside::inside()).into_any(),
    }
    }
}

fn query_of(search: &str) -> String {
    let search = search.trim_start_matches('?');
    if search.is_empty() {
        String::new()
    } else {
        format!("?{search}")
    }
}

/// Where to go after a sign-in: a page of this client and nothing else.
fn next(search: &str) -> String {
    let pairs: Vec<(String, String)> =
        serde_urlencoded::from_str(search.trim_start_matches('?')).unwrap_or_default();
    pairs
        .into_iter()
        .find(|(name, _)| name == "next")
        .map(|(_, to)| to)
        .filter(|to| to.starts_with('/') && !to.starts_with("//") && !to.contains('\\'))
        .unwrap_or_else(|| "/".to_owned())
}
