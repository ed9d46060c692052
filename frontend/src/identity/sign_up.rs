//! Signing up: a new organization and its first administrator.

use leptos::{ev, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use shared_types::{Currency, identity::Register};

use super::{api, outside::Outside};
use crate::{
    core::{
        auth,
        components::{
            field::{NewPassword, SelectField, TextField, currencies},
            form::{Form, FormError, Submit},
            icons::{Icon, icon},
        },
        errors::ApiError,
        format, i18n,
    },
    tr,
};

crate::lazy_page!(SignUpPage => view! { <SignUp/> });

#[component]
fn SignUp() -> impl IntoView {
    let text = || RwSignal::new(String::new());
    let (first, last, organization, email, password) = (text(), text(), text(), text(), text());
    let currency = RwSignal::new(Currency::Eur.to_string());
    let form = Form::new();
    let names =
        Signal::derive(move || vec![email.get(), first.get(), last.get(), organization.get()]);
    let navigate = StoredValue::new(use_navigate());
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let register = Register {
            email: email.get_untracked().trim().to_owned(),
            password: password.get_untracked(),
            first_name: first.get_untracked().trim().to_owned(),
            last_name: last.get_untracked().trim().to_owned(),
            organization_name: organization.get_untracked().trim().to_owned(),
            time_zone: format::time_zone(),
            currency: currency.get_untracked().parse().ok(),
            language: Some(i18n::current().get_untracked()),
            token_delivery: None,
        };
        if let Err(fault) = check(&register) {
            form.fail(fault);
            return;
        }
        form.submit(
            register,
            |register| async move { api::register(&register).await },
            move |signed_in| {
                auth::signed_in(signed_in.me);
                navigate.with_value(|go| {
                    go(
                        "/welcome",
                        NavigateOptions {
                            replace: true,
                            ..NavigateOptions::default()
                        },
                    )
                });
            },
        );
    };
    let flags = api::flags();
    let closed = move || !api::offers_sign_up(flags);
    view! {
        <Outside title=tr!(sign_up.title) text=tr!(sign_up.text)>
            <Show when=closed>
                <p class="alert alert-bad" role="alert">{icon(Icon::Warning)}<span>{tr!(error.sign_up_closed)}</span></p>
            </Show>
            <form class="stack" on:submit=submit novalidate hidden=closed>
                <FormError form=form/>
                <TextField label=tr!(sign_up.organization) value=organization error=form.field("organizationName") autocomplete="organization" autofocus=true/>
                <div class="pair">
                    <TextField label=tr!(sign_up.first_name) value=first error=form.field("firstName") autocomplete="given-name"/>
                    <TextField label=tr!(sign_up.last_name) value=last error=form.field("lastName") autocomplete="family-name"/>
                </div>
                <TextField label=tr!(sign_in.email) value=email error=form.field("email") kind="email" autocomplete="username"/>
                <NewPassword label=tr!(sign_in.password) value=password error=form.field("password") names=names/>
                <SelectField label=tr!(sign_up.currency) value=currency options=currencies() hint=tr!(sign_up.currency_hint) error=form.field("currency")/>
                <Submit form=form label=tr!(sign_up.submit) full=true/>
            </form>
            <p class="outside-links"><a class="link" href="/sign-in">{tr!(sign_up.sign_in)}</a></p>
        </Outside>
    }
}

/// The rules of passwords, as the server has them; and all that the request checks itself.
fn check(register: &Register) -> Result<(), ApiError> {
    use validator::Validate;
    let mut fields = register
        .validate()
        .err()
        .map(|errors| shared_types::field_errors(&errors))
        .unwrap_or_default();
    let names = [
        register.email.as_str(),
        &register.first_name,
        &register.last_name,
        &register.organization_name,
    ];
    if let Err(fault) =
        domain::identity::password::check_password(&register.password, false, &names)
    {
        fields.insert("password".to_owned(), vec![fault.to_string()]);
    }
    if fields.is_empty() {
        Ok(())
    } else {
        Err(ApiError::invalid(fields))
    }
}
