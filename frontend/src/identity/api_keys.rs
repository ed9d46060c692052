//! API keys: what programs sign in with.

use leptos::{ev, prelude::*};
use shared_types::{
    Permission,
    identity::{ApiKey, ApiKeyMade, CreateApiKey},
};

use super::roles::permission_name;
use crate::{
    core::{
        auth,
        components::{
            badge::{Colour, badge},
            dialog::{Confirm, Dialog},
            field::{TextField, Tick},
            form::{Form, FormError, Submit},
            icons::{Icon, icon},
            secret::Secret,
            states::{Empty, Skeleton, failure},
        },
        format, http, page,
        query::{self, Load},
        toast,
    },
    tr,
};

const API_KEYS: &str = "/api-keys";

crate::lazy_page!(ApiKeysPage => view! { <ApiKeys/> });

#[component]
fn ApiKeys() -> impl IntoView {
    page::title(|| tr!(api_keys.list).to_owned());
    let keys = query::page::<ApiKey>(|| Some(format!("{API_KEYS}?limit=200")));
    let (making, made) = (RwSignal::new(false), RwSignal::new(None::<ApiKeyMade>));
    let shown = RwSignal::new(false);
    Effect::new(move |_| shown.set(made.with(Option::is_some)));
    view! {
        <div class="page page-narrow">
            <header class="page-head">
                <h1 class="page-title">{tr!(api_keys.list)}</h1>
                <div class="page-actions">
                    <button type="button" class="btn btn-primary" on:click=move |_| making.set(true)>{icon(Icon::Add)}{tr!(api_keys.make)}</button>
                </div>
            </header>
            <p class="page-text">{tr!(api_keys.text)}</p>
            <section class="card card-flush" aria-label=tr!(api_keys.list)>
                {move || match keys.load.get() {
                    Load::Loading => view! { <Skeleton lines=4/> }.into_any(),
                    Load::Failed(error) => failure(&error, move || keys.retry()),
                    Load::Ready(page) if page.data.is_empty() => view! { <Empty symbol=Icon::Key title=tr!(api_keys.none) text=tr!(api_keys.none_text)/> }.into_any(),
                    Load::Ready(page) => view! {
                        <ul class="rows">{page.data.into_iter().map(|key| view! { <li><One key=key/></li> }).collect_view()}</ul>
                    }.into_any(),
                }}
            </section>
        </div>
        <Dialog open=making title=tr!(api_keys.make).to_owned()><Make open=making made=made/></Dialog>
        <Dialog open=shown title=tr!(api_keys.added).to_owned()>
            <div class="dialog-body stack">
                <p>{tr!(api_keys.secret_text)}</p>
                {move || made.get().map(|made| view! { <Secret label=tr!(api_keys.secret) value=made.key/> })}
            </div>
            <footer class="dialog-foot">
                <button type="button" class="btn btn-primary" on:click=move |_| made.set(None)>{tr!(api_keys.done)}</button>
            </footer>
        </Dialog>
    }
}

/// How a key stands.
fn state(key: &ApiKey) -> (Colour, &'static str) {
    if key.revoked_at.is_some() {
        (Colour::Plain, tr!(api_keys.revoked))
    } else if key.expires_at.is_some_and(|end| end <= format::now()) {
        (Colour::Warn, tr!(api_keys.expired))
    } else {
        (Colour::Good, tr!(api_keys.live))
    }
}

#[component]
fn One(key: ApiKey) -> impl IntoView {
    let cache = query::cache();
    let asked = RwSignal::new(false);
    let form = Form::new();
    let (colour, words) = state(&key);
    let label = tr!(api_keys.revoke_it, name = key.name.as_str());
    let title = label.clone();
    let path = StoredValue::new(format!("{API_KEYS}/{}", key.id));
    let revoke = Callback::new(move |()| {
        let path = path.get_value();
        form.send(async move { http::delete(&path).await }, move |()| {
            cache.stale(API_KEYS);
            toast::good(tr!(api_keys.revoked_done));
        });
    });
    let used = key.last_used_at.map_or_else(
        || tr!(api_keys.never_used).to_owned(),
        |at| tr!(api_keys.used, ago = format::ago(at)),
    );
    let ends = key
        .expires_at
        .filter(|_| key.revoked_at.is_none())
        .map(|at| tr!(api_keys.expires, day = format::date_of(at)));
    let scopes: Vec<&str> = key.scopes.iter().map(|scope| scope.as_str()).collect();
    view! {
        <div class="row">
            <span class="row-icon">{icon(Icon::Key)}</span>
            <div class="grow">
                <p class="row-title">{key.name.clone()}" "{badge(colour, words)}</p>
                <p class="text-muted"><code>{format!("{}…", key.prefix)}</code>" · "{key.member_name.clone()}" · "{used}{ends.map(|ends| format!(" · {ends}"))}</p>
                <p class="text-muted">{scopes.join(", ")}</p>
            </div>
            {key.revoked_at.is_none().then(|| view! {
                <button type="button" class="btn btn-sm" aria-label=label.clone() on:click=move |_| asked.set(true)>{tr!(api_keys.revoke)}</button>
            })}
        </div>
        <FormError form=form/>
        <Confirm open=asked title=title text=tr!(api_keys.revoke_text) verb=tr!(api_keys.revoke) on_confirm=revoke/>
    }
}

#[component]
fn Make(open: RwSignal<bool>, made: RwSignal<Option<ApiKeyMade>>) -> impl IntoView {
    let cache = query::cache();
    let (name, last_day) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let scopes = RwSignal::new(Vec::<Permission>::new());
    let form = Form::new();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let ends = last_day
            .get_untracked()
            .parse::<chrono::NaiveDate>()
            .ok()
            .and_then(|day| day.succ_opt())
            .map(|day| day.and_time(chrono::NaiveTime::MIN).and_utc());
        let key = CreateApiKey {
            name: name.get_untracked().trim().to_owned(),
            scopes: scopes.get_untracked(),
            expires_at: ends,
        };
        form.submit(
            key,
            |key| async move { http::post::<ApiKeyMade>(API_KEYS, &key).await },
            move |key| {
                cache.stale(API_KEYS);
                let _ = open.try_set(false);
                made.set(Some(key));
            },
        );
    };
    let fault = form.field("scopes");
    let boxes = Permission::ALL
        .iter()
        .filter(|&&it| auth::may(it))
        .map(|&it| view! { <Tick it=it chosen=scopes>{permission_name(it)}" "<code class="text-muted">{it.as_str()}</code></Tick> })
        .collect_view();
    view! {
        <form class="dialog-form" on:submit=submit novalidate>
            <div class="dialog-body stack">
                <FormError form=form/>
                <TextField label=tr!(settings.name) value=name error=form.field("name") hint=tr!(api_keys.name_hint) autofocus=true/>
                <TextField label=tr!(api_keys.expires_label) value=last_day error=form.field("expiresAt") kind="date" hint=tr!(api_keys.expires_hint) optional=true/>
                <fieldset class="choices">
                    <legend class="label">{tr!(api_keys.scopes)}</legend>
                    <p class="hint">{tr!(api_keys.scopes_hint)}</p>
                    {boxes}
                    <div role="alert">{move || fault.get().map(|fault| view! { <p class="fault">{fault}</p> })}</div>
                </fieldset>
            </div>
            <footer class="dialog-foot">
                <button type="button" class="btn" on:click=move |_| open.set(false)>{tr!(common.cancel)}</button>
                <Submit form=form label=tr!(api_keys.make)/>
            </footer>
        </form>
    }
}
