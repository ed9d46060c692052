//! The second factor of the own account.

use leptos::{ev, prelude::*};
use shared_types::identity::{
    ConfirmSecondFactor, Done, RecoveryCodes, SecondFactor, SecondFactorEnrolment,
};

use crate::{
    core::{
        components::{
            badge::{Colour, badge},
            dialog::{Confirm, Dialog},
            field::TextField,
            form::{Form, FormError, Submit},
            secret::Secret,
            states::{Skeleton, failure},
        },
        format, http,
        query::{self, Load},
        toast,
    },
    tr,
};

const MFA: &str = "/auth/mfa";

/// Whether there is one, and setting it up.
#[component]
pub fn SecondFactorCard() -> impl IntoView {
    let status = query::record::<SecondFactor>(|| Some(MFA.to_owned()));
    let codes = RwSignal::new(None::<Vec<String>>);
    let shown = RwSignal::new(false);
    Effect::new(move |_| shown.set(codes.with(Option::is_some)));
    view! {
        <section class="card" aria-labelledby="mfa-title">
            <h2 id="mfa-title" class="card-title">{tr!(mfa.title)}</h2>
            {move || match status.load.get() {
                Load::Loading => view! { <Skeleton lines=2/> }.into_any(),
                Load::Failed(error) => failure(&error, move || status.retry()),
                Load::Ready(it) if it.enabled => view! { <On it=it codes=codes/> }.into_any(),
                Load::Ready(_) => view! { <Off codes=codes/> }.into_any(),
            }}
        </section>
        <Dialog open=shown title=tr!(mfa.codes).to_owned()>
            <div class="dialog-body stack">
                <p>{tr!(mfa.codes_text)}</p>
                {move || codes.get().map(|codes| view! {
                    <ul class="codes">{codes.iter().map(|code| view! { <li><code>{code.clone()}</code></li> }).collect_view()}</ul>
                    <Secret label=tr!(mfa.all_codes) value=codes.join(" ")/>
                })}
            </div>
            <footer class="dialog-foot">
                <button type="button" class="btn btn-primary" on:click=move |_| codes.set(None)>{tr!(api_keys.done)}</button>
            </footer>
        </Dialog>
    }
}

#[component]
fn On(it: SecondFactor, codes: RwSignal<Option<Vec<String>>>) -> impl IntoView {
    let cache = query::cache();
    let (leaving, anew) = (RwSignal::new(false), RwSignal::new(false));
    let form = Form::new();
    let disable = Callback::new(move |()| {
        let path = format!("{MFA}/disable");
        form.send(async move { http::act::<Done>(&path).await }, move |_| {
            cache.stale(MFA);
            toast::good(tr!(mfa.disabled));
        });
    });
    let make = Callback::new(move |()| {
        let path = format!("{MFA}/recovery-codes");
        form.send(
            async move { http::act::<RecoveryCodes>(&path).await },
            move |made| {
                cache.stale(MFA);
                codes.set(Some(made.codes));
            },
        );
    });
    let since = it
        .confirmed_at
        .map(|at| tr!(mfa.since, day = format::date_of(at)));
    view! {
        <div class="stack">
            <FormError form=form/>
            <p>{badge(Colour::Good, tr!(mfa.on))}" "{since}</p>
            <p class="text-muted">{tr!(mfa.left, count = it.recovery_codes_left)}</p>
            <div class="page-actions">
                <button type="button" class="btn" on:click=move |_| anew.set(true)>{tr!(mfa.new_codes)}</button>
                <button type="button" class="btn" on:click=move |_| leaving.set(true)>{tr!(mfa.disable)}</button>
            </div>
        </div>
        <Confirm open=leaving title=tr!(mfa.disable).to_owned() text=tr!(mfa.disable_text) verb=tr!(mfa.disable) on_confirm=disable/>
        <Confirm open=anew title=tr!(mfa.new_codes).to_owned() text=tr!(mfa.new_codes_text) verb=tr!(mfa.new_codes) on_confirm=make/>
    }
}

#[component]
fn Off(codes: RwSignal<Option<Vec<String>>>) -> impl IntoView {
    let enrolment = RwSignal::new(None::<SecondFactorEnrolment>);
    let open = RwSignal::new(false);
    let form = Form::new();
    let begin = move |_| {
        let path = format!("{MFA}/enroll");
        form.send(
            async move { http::act::<SecondFactorEnrolment>(&path).await },
            move |made| {
                enrolment.set(Some(made));
                open.set(true);
            },
        );
    };
    view! {
        <div class="stack">
            <p class="text-muted">{tr!(mfa.text)}</p>
            <FormError form=form/>
            <div><button type="button" class="btn" aria-disabled=move || form.busy.get().to_string() on:click=begin>{tr!(mfa.enable)}</button></div>
        </div>
        <Dialog open=open title=tr!(mfa.enable).to_owned()>
            {move || enrolment.get().map(|it| view! { <Enroll it=it open=open codes=codes/> })}
        </Dialog>
    }
}

#[component]
fn Enroll(
    it: SecondFactorEnrolment,
    open: RwSignal<bool>,
    codes: RwSignal<Option<Vec<String>>>,
) -> impl IntoView {
    let cache = query::cache();
    let code = RwSignal::new(String::new());
    let form = Form::new();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let confirm = ConfirmSecondFactor {
            code: code.get_untracked().trim().to_owned(),
        };
        form.submit(
            confirm,
            |confirm| async move {
                http::post::<RecoveryCodes>(&format!("{MFA}/confirm"), &confirm).await
            },
            move |made| {
                let _ = open.try_set(false);
                cache.stale(MFA);
                codes.set(Some(made.codes));
            },
        );
    };
    view! {
        <form class="dialog-form" on:submit=submit novalidate>
            <div class="dialog-body stack">
                <FormError form=form/>
                <p>{tr!(mfa.scan)}</p>
                <div class="qr" role="img" aria-label=tr!(mfa.qr) inner_html=it.qr_svg></div>
                <Secret label=tr!(mfa.secret) value=it.secret/>
                <TextField label=tr!(mfa.code) value=code error=form.field("code") mode="numeric" autocomplete="one-time-code" autofocus=true/>
            </div>
            <footer class="dialog-foot">
                <button type="button" class="btn" on:click=move |_| open.set(false)>{tr!(common.cancel)}</button>
                <Submit form=form label=tr!(mfa.confirm)/>
            </footer>
        </form>
    }
}
