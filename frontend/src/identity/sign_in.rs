//! Signing in.

use leptos::{ev, prelude::*};
use leptos_router::hooks::use_location;
use shared_types::identity::Login;

use super::{api, outside::Outside};
use crate::{
    core::{
        auth,
        components::{
            field::TextField,
            form::{Form, FormError, Submit, filled},
        },
    },
    shell::password_again::wants_code,
    tr,
};

crate::lazy_page!(SignInPage => view! { <SignIn/> });

#[component]
fn SignIn() -> impl IntoView {
    let text = || RwSignal::new(String::new());
    let (email, password, code) = (text(), text(), text());
    let form = Form::new();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let login = Login {
            email: email.get_untracked().trim().to_owned(),
            password: password.get_untracked(),
            totp: filled(&code.get_untracked()),
            organization_id: None,
            token_delivery: None,
        };
        form.submit(
            login,
            |login| async move { api::sign_in(&login).await },
            |signed_in| auth::signed_in(signed_in.me),
        );
    };
    let with_code = wants_code(form);
    let flags = api::flags();
    // Who came for a certain page gets there after signing up, too.
    let search = use_location().search.get_untracked();
    let sign_up = if search.is_empty() {
        "/sign-up".to_owned()
    } else {
        format!("/sign-up?{}", search.trim_start_matches('?'))
    };
    view! {
        <Outside title=tr!(sign_in.title)>
            <form class="stack" on:submit=submit novalidate>
                <FormError form=form/>
                <TextField label=tr!(sign_in.email) value=email error=form.field("email") kind="email" autocomplete="username" autofocus=true/>
                <TextField label=tr!(sign_in.password) value=password error=form.field("password") kind="password" autocomplete="current-password"/>
                <Show when=move || with_code.get()>
                    <TextField label=tr!(mfa.code_or_recovery) value=code error=form.field("totp") autocomplete="one-time-code" autofocus=true/>
                </Show>
                <Submit form=form label=tr!(sign_in.submit) full=true/>
            </form>
            <p class="outside-links">
                <a class="link" href="/forgot-password">{tr!(sign_in.forgot)}</a>
                {move || api::offers_sign_up(flags).then(|| view! { <a class="link" href=sign_up.clone()>{tr!(sign_in.sign_up)}</a> })}
            </p>
        </Outside>
    }
}
