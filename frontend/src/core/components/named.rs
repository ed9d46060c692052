//! A short list of things that are only a name: add, rename, delete.

use leptos::{ev, prelude::*};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared_types::Permission;

use super::{
    dialog::Confirm,
    field::TextField,
    form::{Form, FormError, Submit},
    icons::{Icon, icon},
    states::{Empty, Skeleton, failure},
};
use crate::{
    core::{
        auth, http,
        page::unique,
        query::{self, Cache, Load},
        toast,
    },
    tr,
};

/// What there is of such a thing.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Thing {
    id: String,
    name: String,
    version: i64,
}

#[derive(Debug, Serialize)]
struct Name {
    name: String,
}

/// What makes one such list different from another.
#[derive(Clone, Copy)]
pub struct NamedSpec {
    pub title: &'static str,
    /// What one is called on the button that adds it.
    pub add: &'static str,
    /// The path of the list in the API.
    pub resource: &'static str,
    /// What changing it needs.
    pub manage: Permission,
    pub empty: &'static str,
}

#[component]
pub fn NamedList(spec: NamedSpec) -> impl IntoView {
    let things =
        query::page::<Thing>(move || Some(format!("{}?limit=200&sort=name", spec.resource)));
    let cache = query::cache();
    let id = unique("named");
    let manages = auth::may(spec.manage);
    view! {
        <section class="card card-flush" aria-labelledby=id.clone()>
            <h2 id=id.clone() class="card-title card-title-inset">{spec.title}</h2>
            {move || match things.load.get() {
                Load::Loading => view! { <Skeleton lines=3/> }.into_any(),
                Load::Failed(error) => failure(&error, move || things.retry()),
                Load::Ready(page) if page.data.is_empty() => view! { <Empty title=spec.empty/> }.into_any(),
                Load::Ready(page) => view! {
                    <ul class="rows">
                        {page.data.into_iter().map(|thing| view! { <li><One spec=spec thing=thing manages=manages cache=cache/></li> }).collect_view()}
                    </ul>
                }.into_any(),
            }}
            {manages.then(|| view! { <AddOne spec=spec cache=cache/> })}
        </section>
    }
}

#[component]
fn AddOne(spec: NamedSpec, cache: Cache) -> impl IntoView {
    let name = RwSignal::new(String::new());
    let form = Form::new();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let body = Name {
            name: name.get_untracked().trim().to_owned(),
        };
        form.send(
            async move { http::post::<Value>(spec.resource, &body).await },
            move |_| {
                cache.stale(spec.resource);
                let _ = name.try_set(String::new());
            },
        );
    };
    view! {
        <form class="named-add" on:submit=submit novalidate>
            <TextField label=spec.add value=name error=form.field("name")/>
            <Submit form=form label=tr!(settings.add)/>
        </form>
    }
}

#[component]
fn One(spec: NamedSpec, thing: Thing, manages: bool, cache: Cache) -> impl IntoView {
    let (editing, asked) = (RwSignal::new(false), RwSignal::new(false));
    let name = RwSignal::new(thing.name.clone());
    let form = Form::new();
    let path = StoredValue::new(format!("{}/{}", spec.resource, thing.id));
    let shown = thing.name.clone();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let body = Name {
            name: name.get_untracked().trim().to_owned(),
        };
        let path = path.get_value();
        form.send(
            async move { http::patch::<Value>(&path, &body, Some(thing.version)).await },
            move |_| {
                cache.stale(spec.resource);
                let _ = editing.try_set(false);
            },
        );
    };
    let delete = Callback::new(move |()| {
        let path = path.get_value();
        form.send(async move { http::delete(&path).await }, move |()| {
            cache.stale(spec.resource);
            toast::good(tr!(settings.deleted));
        });
    });
    let rename = tr!(settings.rename_it, name = thing.name.as_str());
    let remove = tr!(settings.delete_it, name = thing.name.as_str());
    let title = remove.clone();
    view! {
        <Show
            when=move || editing.get()
            fallback=move || view! {
                <div class="row">
                    <span class="grow row-title">{shown.clone()}</span>
                    {manages.then(|| view! {
                        <button type="button" class="btn-icon" aria-label=rename.clone() on:click=move |_| editing.set(true)>{icon(Icon::Pencil)}</button>
                        <button type="button" class="btn-icon" aria-label=remove.clone() on:click=move |_| asked.set(true)>{icon(Icon::Trash)}</button>
                    })}
                </div>
            }
        >
            <form class="named-add" on:submit=submit novalidate>
                <TextField label=tr!(settings.name) value=name error=form.field("name") autofocus=true/>
                <Submit form=form label=tr!(settings.save)/>
                <button type="button" class="btn" on:click=move |_| editing.set(false)>{tr!(common.cancel)}</button>
            </form>
        </Show>
        <FormError form=form/>
        <Confirm open=asked title=title text=tr!(settings.delete_text) verb=tr!(settings.delete) on_confirm=delete/>
    }
}
