//! Asking for a link to choose a new password.

use leptos::{ev, prelude::*};
use shared_types::identity::ForgotPassword;

use super::{api, outside::Outside};
use crate::{
    core::components::{
        field::TextField,
        form::{Form, FormError, Submit},
    },
    tr,
};

crate::lazy_page!(ForgotPage => view! { <Forgot/> });

#[component]
fn Forgot() -> impl IntoView {
    let email = RwSignal::new(String::new());
    let sent = RwSignal::new(false);
    let form = Form::new();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let forgot = ForgotPassword {
            email: email.get_untracked().trim().to_owned(),
        };
        form.submit(
            forgot,
            |forgot| async move { api::forgot(&forgot).await },
            move |_| sent.set(true),
        );
    };
    view! {
        <Outside title=tr!(forgot.title) text=tr!(forgot.text)>
            <div role="status">
                {move || sent.get().then(|| view! { <p class="alert alert-good">{tr!(forgot.sent, email = email.get())}</p> })}
            </div>
            <Show when=move || !sent.get()>
                <form class="stack" on:submit=submit novalidate>
                    <FormError form=form/>
                    <TextField label=tr!(sign_in.email) value=email error=form.field("email") kind="email" autocomplete="username" autofocus=true/>
                    <Submit form=form label=tr!(forgot.submit) full=true/>
                </form>
            </Show>
            <p class="outside-links"><a class="link" href="/sign-in">{tr!(forgot.back)}</a></p>
        </Outside>
    }
}
