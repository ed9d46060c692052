//! Coming in by an invitation.

use leptos::{ev, prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use shared_types::identity::{
    AcceptInvitation, Done, FindInvitation, FoundInvitation, RequestInvitation, SignedIn,
};

use super::{
    outside::{Outside, parameter},
    role_name,
};
use crate::{
    core::{
        auth,
        components::{
            field::{NewPassword, TextField},
            form::{Form, FormError, Submit, filled},
        },
        http::{self, Answer},
        i18n,
    },
    shell::password_again::wants_code,
    tr,
};

crate::lazy_page!(AcceptPage => view! { <Accept/> });

#[component]
fn Accept() -> impl IntoView {
    let token = parameter("token").unwrap_or_default();
    let found = RwSignal::new(None::<Answer<FoundInvitation>>);
    let asked = FindInvitation {
        token: token.clone(),
    };
    spawn_local(async move {
        let answer = http::post("/public/invitations/find", &asked).await;
        let _ = found.try_set(Some(answer));
    });
    let token = StoredValue::new(token);
    view! {
        <Outside title=tr!(invitation.welcome)>
            {move || match found.get() {
                None => view! { <p class="text-muted" role="status">{tr!(state.loading)}</p> }.into_any(),
                Some(Err(_)) => view! { <p class="alert alert-bad" role="alert">{tr!(invitation.broken)}</p> }.into_any(),
                Some(Ok(it)) => match it.email.clone() {
                    Some(email) => view! { <Enter it=it email=email token=token.get_value()/> }.into_any(),
                    None => view! { <Ask it=it token=token.get_value()/> }.into_any(),
                },
            }}
            <p class="outside-links"><a class="link" href="/sign-in">{tr!(forgot.back)}</a></p>
        </Outside>
    }
}

fn lead(it: &FoundInvitation) -> String {
    let organization = it.organization_name.as_str();
    match &it.invited_by_name {
        Some(name) => tr!(
            invitation.lead_by,
            name = name.as_str(),
            organization = organization,
            role = role_name(it.role)
        ),
        None => tr!(
            invitation.lead,
            organization = organization,
            role = role_name(it.role)
        ),
    }
}

/// With the password of the account there is, or with name and password for a new one.
#[component]
fn Enter(it: FoundInvitation, email: String, token: String) -> impl IntoView {
    let text = || RwSignal::new(String::new());
    let (first, last, password, code) = (text(), text(), text(), text());
    let form = Form::new();
    let with_code = wants_code(form);
    let known = it.has_account;
    let says = lead(&it);
    let own = email.clone();
    let names = Signal::derive(move || {
        vec![
            own.clone(),
            first.get(),
            last.get(),
            it.organization_name.clone(),
        ]
    });
    let navigate = StoredValue::new(use_navigate());
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let accept = AcceptInvitation {
            token: token.clone(),
            password: password.get_untracked(),
            totp: filled(&code.get_untracked()),
            first_name: filled(&first.get_untracked()),
            last_name: filled(&last.get_untracked()),
            language: Some(i18n::current().get_untracked()),
            token_delivery: None,
        };
        form.submit(
            accept,
            |accept| async move {
                http::post::<SignedIn>("/public/invitations/accept", &accept).await
            },
            move |signed_in| {
                auth::signed_in(signed_in.me);
                navigate.with_value(|go| go("/", NavigateOptions::default()));
            },
        );
    };
    view! {
        <p class="outside-text">{says}</p>
        <form class="stack" on:submit=submit novalidate>
            <FormError form=form/>
            {move || form.field("token").get().map(|_| view! { <p class="alert alert-bad" role="alert">{tr!(invitation.broken)}</p> })}
            <p class="text-muted">{if known { tr!(invitation.known, email = email.as_str()) } else { tr!(invitation.new, email = email.as_str()) }}</p>
            {if known {
                view! { <TextField label=tr!(sign_in.password) value=password error=form.field("password") kind="password" autocomplete="current-password" autofocus=true/> }.into_any()
            } else {
                view! {
                    <div class="pair">
                        <TextField label=tr!(sign_up.first_name) value=first error=form.field("firstName") autocomplete="given-name" autofocus=true/>
                        <TextField label=tr!(sign_up.last_name) value=last error=form.field("lastName") autocomplete="family-name"/>
                    </div>
                    <NewPassword label=tr!(sign_in.password) value=password error=form.field("password") names=names/>
                }
                .into_any()
            }}
            <Show when=move || with_code.get()>
                <TextField label=tr!(mfa.code_or_recovery) value=code error=form.field("totp") autocomplete="one-time-code"/>
            </Show>
            <Submit form=form label=tr!(invitation.accept) full=true/>
        </form>
    }
}

/// By a link: a mail shows that the address is one's own.
#[component]
fn Ask(it: FoundInvitation, token: String) -> impl IntoView {
    let email = RwSignal::new(String::new());
    let sent = RwSignal::new(false);
    let form = Form::new();
    let says = lead(&it);
    let hint = tr!(invitation.domains, domains = it.domains.join(", "));
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let request = RequestInvitation {
            token: token.clone(),
            email: email.get_untracked().trim().to_owned(),
        };
        form.submit(
            request,
            |request| async move { http::post::<Done>("/public/invitations/request", &request).await },
            move |_| sent.set(true),
        );
    };
    view! {
        <p class="outside-text">{says}</p>
        <div role="status">
            {move || sent.get().then(|| view! { <p class="alert alert-good">{tr!(invitation.asked)}</p> })}
        </div>
        <form class="stack" on:submit=submit novalidate hidden=move || sent.get()>
            <FormError form=form/>
            <TextField label=tr!(sign_in.email) value=email error=form.field("email") kind="email" autocomplete="username" hint=hint autofocus=true/>
            <Submit form=form label=tr!(invitation.ask) full=true/>
        </form>
    }
}
