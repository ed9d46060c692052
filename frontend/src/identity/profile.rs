//! The own account.

use leptos::{ev, prelude::*};
use shared_types::identity::ChangePassword;

use super::{api, second_factor::SecondFactorCard};
use crate::{
    core::{
        auth,
        components::{
            badge::{Colour, badge},
            field::{NewPassword, TextField},
            form::{Form, FormError, Submit},
        },
        page, toast,
    },
    platform::notification_preferences::NotificationCard,
    tr,
};

crate::lazy_page!(ProfilePage => view! { <Profile/> });

#[component]
fn Profile() -> impl IntoView {
    page::title(|| tr!(nav.profile).to_owned());
    let me = auth::me().map(|me| {
        let verified = if me.user.email_verified {
            badge(Colour::Good, tr!(profile.verified)).into_any()
        } else {
            badge(Colour::Warn, tr!(profile.unverified)).into_any()
        };
        view! {
            <dl class="facts">
                <dt>{tr!(profile.name)}</dt>
                <dd>{format!("{} {}", me.user.first_name, me.user.last_name)}</dd>
                <dt>{tr!(sign_in.email)}</dt>
                <dd>{me.user.email.clone()}" "{verified}</dd>
                <dt>{tr!(profile.organization)}</dt>
                <dd>{me.organization.name.clone()}</dd>
                <dt>{tr!(profile.role)}</dt>
                <dd>{crate::identity::role_name(me.role)}</dd>
            </dl>
        }
    });
    view! {
        <div class="page page-narrow">
            <header class="page-head"><h1 class="page-title">{tr!(nav.profile)}</h1></header>
            <section class="card">{me}</section>
            <section class="card" aria-labelledby="password-title">
                <h2 id="password-title" class="card-title">{tr!(profile.change_password)}</h2>
                <Password/>
            </section>
            <SecondFactorCard/>
            <NotificationCard/>
        </div>
    }
}

#[component]
fn Password() -> impl IntoView {
    let (current, new) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let form = Form::new();
    let names = auth::me().map_or_else(Vec::new, |me| {
        vec![
            me.user.email.clone(),
            me.user.first_name.clone(),
            me.user.last_name.clone(),
            me.organization.name.clone(),
        ]
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let change = ChangePassword {
            current_password: current.get_untracked(),
            new_password: new.get_untracked(),
        };
        form.submit(
            change,
            |change| async move { api::change_password(&change).await },
            move |_| {
                current.set(String::new());
                new.set(String::new());
                toast::good(tr!(profile.password_changed));
            },
        );
    };
    view! {
        <form class="stack" on:submit=submit novalidate>
            <FormError form=form/>
            <TextField label=tr!(profile.current_password) value=current error=form.field("currentPassword") kind="password" autocomplete="current-password"/>
            <NewPassword label=tr!(reset.password) value=new error=form.field("newPassword") names=names/>
            <div><Submit form=form label=tr!(profile.change_password)/></div>
        </form>
    }
}
