//! Choosing a new password with the link of a mail.

use leptos::{ev, prelude::*};
use shared_types::identity::ResetPassword;

use super::{
    api,
    outside::{Outside, parameter},
};
use crate::{
    core::{
        auth,
        components::{
            field::NewPassword,
            form::{Form, FormError, Submit},
        },
    },
    tr,
};

crate::lazy_page!(ResetPage => view! { <Reset/> });

#[component]
fn Reset() -> impl IntoView {
    let token = parameter("token").unwrap_or_default();
    let broken = token.is_empty();
    let password = RwSignal::new(String::new());
    let done = RwSignal::new(false);
    let form = Form::new();
    let nobody: Vec<String> = Vec::new();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let reset = ResetPassword {
            token: token.clone(),
            password: password.get_untracked(),
        };
        form.submit(
            reset,
            |reset| async move { api::reset(&reset).await },
            move |_| {
                // Every session of the user has ended, the one in this browser too.
                auth::signed_out();
                done.set(true);
            },
        );
    };
    view! {
        <Outside title=tr!(reset.title)>
            <div role="status">
                {move || done.get().then(|| view! { <p class="alert alert-good">{tr!(reset.done)}</p> })}
            </div>
            {broken.then(|| view! { <p class="alert alert-bad" role="alert">{tr!(reset.broken)}</p> })}
            <form class="stack" on:submit=submit novalidate hidden=move || done.get() || broken>
                <FormError form=form/>
                {move || form.field("token").get().map(|_| view! { <p class="alert alert-bad" role="alert">{tr!(reset.broken)}</p> })}
                <NewPassword label=tr!(reset.password) value=password error=form.field("password") names=nobody/>
                <Submit form=form label=tr!(reset.submit) full=true/>
            </form>
            <p class="outside-links">
                <a class="link" href="/sign-in">{tr!(forgot.back)}</a>
                <a class="link" href="/forgot-password">{tr!(reset.another)}</a>
            </p>
        </Outside>
    }
}
