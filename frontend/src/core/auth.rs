//! Who is signed in, and what they may do.

use std::sync::Arc;

use domain::identity::role;
use leptos::prelude::*;
use shared_types::{
    Currency, MemberId, Permission, Reach,
    identity::{Me, Organization},
};

use crate::core::{errors::ApiError, http, i18n, storage};

/// What is known of the person in front of the screen.
#[derive(Clone, Debug, PartialEq)]
pub enum Auth {
    /// Nothing yet.
    Unknown,
    /// The server could not say.
    Unreachable(ApiError),
    SignedOut,
    SignedIn(Arc<Me>),
    /// Was signed in and has to give the password again; the page stays as it is.
    Expired(Arc<Me>),
}

thread_local! {
    static AUTH: ArcRwSignal<Auth> = ArcRwSignal::new(Auth::Unknown);
    static REACHABLE: ArcRwSignal<bool> = ArcRwSignal::new(true);
}

/// Who is signed in, to be followed.
#[must_use]
pub fn auth() -> ArcRwSignal<Auth> {
    AUTH.with(Clone::clone)
}

/// Whether the last request reached the server.
#[must_use]
pub fn is_reachable() -> ArcRwSignal<bool> {
    REACHABLE.with(Clone::clone)
}

pub fn reachable(yes: bool) {
    let signal = is_reachable();
    if signal.get_untracked() != yes {
        signal.set(yes);
    }
}

/// Where it is remembered that somebody signed in here.
const VISITED: &str = "signed-in";

/// Whether somebody may be signed in: has been, in this browser, or it does not say.
#[must_use]
pub fn was_here() -> bool {
    !storage::works() || storage::get(VISITED).is_some()
}

/// Asks the server who is signed in. In a browser in which nobody has signed in there is nothing to ask.
pub async fn load() {
    if !was_here() {
        auth().set(Auth::SignedOut);
        return;
    }
    let found = match http::get_text("/auth/me")
        .await
        .and_then(|text| http::parse::<Me>(&text))
    {
        Ok(me) => Auth::SignedIn(Arc::new(me)),
        Err(error) if error.is(shared_types::ErrorCode::Unauthenticated) => Auth::SignedOut,
        Err(error) => Auth::Unreachable(error),
    };
    // While somebody works, a failure to ask again changes nothing.
    let keep = matches!(auth().get_untracked(), Auth::SignedIn(_) | Auth::Expired(_))
        && !matches!(found, Auth::SignedIn(_));
    if found == Auth::SignedOut {
        storage::remove(VISITED);
    }
    if keep {
        return;
    }
    if let Auth::SignedIn(me) = &found {
        speak_theirs(me).await;
    }
    auth().set(found);
}

/// Speaks the language of whoever signs in, before a page is built for them: another language builds the page anew, and
/// what was still being built would be left without a place. Where its texts cannot be loaded, the language stays.
async fn speak_theirs(me: &Me) {
    if let Some(language) = me.user.language {
        drop(i18n::choose(language).await);
    }
}

pub fn signed_in(me: Me) {
    storage::set(VISITED, "true");
    let spoken = i18n::current().get_untracked();
    let theirs = me.user.language;
    if theirs.is_none_or(|theirs| theirs == spoken) {
        if let Some(theirs) = theirs {
            i18n::remember(theirs);
        }
        auth().set(Auth::SignedIn(Arc::new(me)));
        return;
    }
    leptos::task::spawn_local(async move {
        speak_theirs(&me).await;
        auth().set(Auth::SignedIn(Arc::new(me)));
    });
}

pub fn signed_out() {
    storage::remove(VISITED);
    auth().set(Auth::SignedOut);
}

/// The session has ended while it was used.
pub fn ended() {
    if let Auth::SignedIn(me) = auth().get_untracked() {
        auth().set(Auth::Expired(me));
    }
}

thread_local! {
    static ASKED_AGAIN: ArcRwSignal<bool> = ArcRwSignal::new(false);
    static WAITING: std::cell::RefCell<Vec<js_sys::Function>> = const { std::cell::RefCell::new(Vec::new()) };
}

/// Whether something waits for the password to be given again, to be followed.
#[must_use]
pub fn asked_again() -> ArcRwSignal<bool> {
    ASKED_AGAIN.with(Clone::clone)
}

/// Asks for the password again; answers whether it was given.
pub async fn ask_again() -> bool {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        WAITING.with_borrow_mut(|waiting| waiting.push(resolve));
    });
    asked_again().set(true);
    let answer = wasm_bindgen_futures::JsFuture::from(promise).await;
    answer.is_ok_and(|given| given.is_truthy())
}

/// Lets what waited for the password go on, or gives it up.
pub fn answer_again(given: bool) {
    asked_again().set(false);
    for resolve in WAITING.with_borrow_mut(std::mem::take) {
        // A function of a promise takes whatever it is called with.
        let _ = resolve.call1(&wasm_bindgen::JsValue::NULL, &given.into());
    }
}

/// The one who is signed in; not followed, for a page is built anew when this changes.
#[must_use]
pub fn me() -> Option<Arc<Me>> {
    match auth().get_untracked() {
        Auth::SignedIn(me) | Auth::Expired(me) => Some(me),
        Auth::Unknown | Auth::Unreachable(_) | Auth::SignedOut => None,
    }
}

#[must_use]
pub fn organization() -> Option<Organization> {
    me().map(|me| me.organization.clone())
}

/// The currency of the organization.
#[must_use]
pub fn currency() -> Currency {
    organization().map_or(Currency::Eur, |organization| organization.currency)
}

/// How far a permission of the one who is signed in reaches.
#[must_use]
pub fn reach(permission: Permission) -> Option<Reach> {
    me().and_then(|me| {
        me.grants
            .iter()
            .find(|grant| grant.permission == permission)
            .map(|grant| grant.reach)
    })
}

/// Whether the one who is signed in runs the installation.
#[must_use]
pub fn superuser() -> bool {
    me().is_some_and(|me| me.user.superuser)
}

#[must_use]
pub fn may(permission: Permission) -> bool {
    reach(permission).is_some()
}

/// Whether to offer something on a record of this owner. Who is in the team only the server knows:
/// there the offer is made, and may be refused.
#[must_use]
pub fn may_on(permission: Permission, owner: Option<MemberId>) -> bool {
    let (Some(me), Some(reach)) = (me(), reach(permission)) else {
        return false;
    };
    match owner {
        Some(owner) if reach == Reach::Team => {
            role::within(reach, Some(owner), me.member_id, &[owner])
        }
        owner => role::within(reach, owner, me.member_id, &[]),
    }
}
