//! Asks for the password where something needs it again, over the page as it stands; then what was asked goes on.

use leptos::{ev, prelude::*};
use shared_types::{ErrorCode, identity::Reauthenticate};

use crate::{
    core::{
        auth,
        components::{
            dialog::Dialog,
            field::TextField,
            form::{Form, FormError, Submit, filled},
        },
    },
    identity::api,
    tr,
};

#[component]
pub fn PasswordAgain() -> impl IntoView {
    let asked = auth::asked_again();
    let open = RwSignal::new(false);
    let text = || RwSignal::new(String::new());
    let (password, code) = (text(), text());
    let form = Form::new();
    Effect::new(move |_| {
        if asked.get() {
            open.set(true);
        }
    });
    // Closed without a password: what waits is given up.
    Effect::new(move |before: Option<bool>| {
        let now = open.get();
        if before == Some(true) && !now {
            password.set(String::new());
            code.set(String::new());
            form.error.set(None);
            auth::answer_again(false);
        }
        now
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let again = Reauthenticate {
            password: password.get_untracked(),
            totp: filled(&code.get_untracked()),
            token_delivery: None,
        };
        form.submit(
            again,
            |again| async move { api::reauthenticate(&again).await },
            move |_| {
                auth::answer_again(true);
                open.set(false);
            },
        );
    };
    let with_code = wants_code(form);
    view! {
        <Dialog open=open title=tr!(mfa.again_title)>
            <form class="dialog-form" on:submit=submit novalidate>
                <div class="dialog-body stack">
                    <p class="text-muted">{tr!(mfa.again_text)}</p>
                    <PasswordFields form=form password=password code=code with_code=with_code/>
                </div>
                <footer class="dialog-foot"><Submit form=form label=tr!(mfa.again)/></footer>
            </form>
        </Dialog>
    }
}

/// What was wrong, the password, and the code of the second factor where one is asked for.
#[component]
pub fn PasswordFields(
    form: Form,
    password: RwSignal<String>,
    code: RwSignal<String>,
    with_code: Memo<bool>,
) -> impl IntoView {
    view! {
        <FormError form=form/>
        <TextField label=tr!(sign_in.password) value=password kind="password" autocomplete="current-password" error=form.field("password") autofocus=true/>
        <Show when=move || with_code.get()>
            <TextField label=tr!(mfa.code_or_recovery) value=code autocomplete="one-time-code" error=form.field("totp") autofocus=true/>
        </Show>
    }
}

/// Whether a sign-in has been told that a code is needed; from then on there is a field for it.
#[must_use]
pub fn wants_code(form: Form) -> Memo<bool> {
    Memo::new(move |before: Option<&bool>| {
        before == Some(&true)
            || form.error.with(|error| {
                error
                    .as_ref()
                    .is_some_and(|error| error.is(ErrorCode::SecondFactorRequired))
            })
    })
}
