//! What hangs over a page while something is wrong. The page stays as it is, with all that was typed.

use leptos::{ev, prelude::*, task::spawn_local};
use shared_types::identity::Login;

use crate::{
    core::{
        auth::{self, Auth},
        components::{
            dialog::Dialog,
            form::{Form, Submit, filled},
            icons::{Icon, icon},
        },
        query,
    },
    identity::api,
    shell::password_again::{PasswordFields, wants_code},
    tr,
};

#[component]
pub fn Banners() -> impl IntoView {
    let reachable = auth::is_reachable();
    let online = window_event_listener(ev::online, |_| spawn_local(auth::load()));
    let offline = window_event_listener(ev::offline, |_| auth::reachable(false));
    // What was shown meanwhile may be old.
    let cache = query::cache();
    let (auth, works) = (auth::auth(), reachable.clone());
    Effect::new(move |before: Option<bool>| {
        let now = works.get() && auth.with(|auth| matches!(auth, Auth::SignedIn(_)));
        if now && before == Some(false) {
            cache.stale("/");
        }
        now
    });
    on_cleanup(move || {
        online.remove();
        offline.remove();
    });
    view! {
        <div role="status">
            {move || (!reachable.get()).then(|| view! {
                <div class="banner">
                    {icon(Icon::Warning)}
                    <p class="grow">{tr!(shell.offline)}</p>
                    <button type="button" class="btn btn-sm" on:click=move |_| spawn_local(auth::load())>{tr!(state.retry)}</button>
                </div>
            })}
        </div>
        <SignInAgain/>
    }
}

/// Asks for the password where the session has ended, over the page as it stands.
#[component]
fn SignInAgain() -> impl IntoView {
    let auth = auth::auth();
    let expired = {
        let auth = auth.clone();
        Memo::new(move |_| matches!(auth.get(), Auth::Expired(_)))
    };
    let open = RwSignal::new(false);
    let (password, code) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let form = Form::new();
    let with_code = wants_code(form);
    Effect::new(move |_| open.set(expired.get()));
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let Some(me) = auth::me() else { return };
        let login = Login {
            email: me.user.email.clone(),
            password: password.get_untracked(),
            totp: filled(&code.get_untracked()),
            organization_id: Some(me.organization.id),
            token_delivery: None,
        };
        form.submit(
            login,
            |login| async move { api::sign_in(&login).await },
            move |signed_in| {
                password.set(String::new());
                code.set(String::new());
                auth::signed_in(signed_in.me);
            },
        );
    };
    let email = move || {
        auth::me()
            .map(|me| me.user.email.clone())
            .unwrap_or_default()
    };
    view! {
        <Show when=move || expired.get()>
            <div class="banner" role="status">
                {icon(Icon::Lock)}
                <p class="grow">{tr!(shell.expired)}</p>
                <button type="button" class="btn btn-sm" on:click=move |_| open.set(true)>{tr!(sign_in.submit)}</button>
                <button type="button" class="btn btn-sm" on:click=move |_| auth::signed_out()>{tr!(shell.leave)}</button>
            </div>
        </Show>
        <Dialog open=open title=tr!(shell.expired_title)>
            <form class="dialog-form" on:submit=submit novalidate>
                <div class="dialog-body">
                    <p class="text-muted">{move || tr!(shell.expired_text, email = email())}</p>
                    <PasswordFields form=form password=password code=code with_code=with_code/>
                </div>
                <footer class="dialog-foot"><Submit form=form label=tr!(sign_in.submit)/></footer>
            </form>
        </Dialog>
    }
}
