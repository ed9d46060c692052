//! A list of things that are little more than a name: add, rename, delete, and make two one where
//! that is offered.

use leptos::{ev, prelude::*};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared_types::{
    Permission,
    crm::{TagColor, TagUsage},
};

use super::{
    combobox::{Choice, Finder, PickField},
    dialog::{Confirm, Dialog},
    field::{SelectField, TextField},
    form::{Form, FormError, Submit},
    icons::{Icon, icon},
    states::{Empty, Skeleton, failure},
    tags::{chip, colors},
};
use crate::{
    core::{
        auth, format, http,
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
    /// Its hue, where such things have one.
    color: Option<TagColor>,
    /// How many records have it, where that is counted.
    usage: Option<TagUsage>,
}

/// Forgets what is held: what one is called stands on records of other lists.
fn renamed(cache: Cache) {
    cache.stale("/");
}

#[derive(Debug, Serialize)]
struct Name {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    color: Option<TagColor>,
}

#[derive(Debug, Serialize)]
struct Into {
    into: String,
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
    /// Finds the one that stays where two can be made one.
    pub find: Option<Finder>,
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
            color: None,
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
    let merging = RwSignal::new(false);
    let name = RwSignal::new(thing.name.clone());
    let form = Form::new();
    let path = StoredValue::new(format!("{}/{}", spec.resource, thing.id));
    let hue = thing.color;
    let color = RwSignal::new(hue.map(|hue| hue.to_string()).unwrap_or_default());
    let (shown, usage) = (StoredValue::new(thing.name.clone()), thing.usage);
    let heading = move || match hue {
        Some(hue) => chip(hue, shown.get_value()).into_any(),
        None => shown.get_value().into_any(),
    };
    let used = usage.map(|usage| used_by(&thing.id, usage));
    let used = StoredValue::new(used);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let body = Name {
            name: name.get_untracked().trim().to_owned(),
            color: color.get_untracked().parse().ok(),
        };
        let path = path.get_value();
        form.send(
            async move { http::patch::<Value>(&path, &body, Some(thing.version)).await },
            move |_| {
                renamed(cache);
                let _ = editing.try_set(false);
            },
        );
    };
    let delete = Callback::new(move |()| {
        let path = path.get_value();
        form.send(async move { http::delete(&path).await }, move |()| {
            renamed(cache);
            toast::good(tr!(settings.deleted));
        });
    });
    let rename = tr!(settings.rename_it, name = thing.name.as_str());
    let remove = tr!(settings.delete_it, name = thing.name.as_str());
    let title = remove.clone();
    let merge = tr!(tag.merge_it, name = thing.name.as_str());
    let merge_title = merge.clone();
    let text = match usage.map(|usage| usage.total()) {
        Some(count) => tr!(
            tag.delete_text,
            count = count,
            shown = format::number(count)
        ),
        None => tr!(settings.delete_text).to_owned(),
    };
    view! {
        <Show
            when=move || editing.get()
            fallback=move || view! {
                <div class="row">
                    <span class="grow row-title">{heading()}</span>
                    {used.get_value().map(|used| view! { <span class="text-muted named-usage">{used.into_iter().map(|(words, href)| view! { <a class="link" href=href>{words}</a> }).collect_view()}</span> })}
                    {(manages && spec.find.is_some()).then(|| view! {
                        <button type="button" class="btn-icon" aria-label=merge.clone() on:click=move |_| merging.set(true)>{icon(Icon::Columns)}</button>
                    })}
                    {manages.then(|| view! {
                        <button type="button" class="btn-icon" aria-label=rename.clone() on:click=move |_| editing.set(true)>{icon(Icon::Pencil)}</button>
                        <button type="button" class="btn-icon" aria-label=remove.clone() on:click=move |_| asked.set(true)>{icon(Icon::Trash)}</button>
                    })}
                </div>
            }
        >
            <form class="named-add" on:submit=submit novalidate>
                <TextField label=tr!(settings.name) value=name error=form.field("name") autofocus=true/>
                {hue.map(|_| view! { <SelectField label=tr!(tag.color.label) value=color options=Signal::stored(colors()) error=form.field("color")/> })}
                <Submit form=form label=tr!(settings.save)/>
                <button type="button" class="btn" on:click=move |_| editing.set(false)>{tr!(common.cancel)}</button>
            </form>
        </Show>
        <FormError form=form/>
        {spec.find.map(|find| view! {
            <Dialog open=merging title=merge_title>
                <Merge path=path.get_value() find=find open=merging cache=cache/>
            </Dialog>
        })}
        <Confirm open=asked title=title text=text verb=tr!(settings.delete) on_confirm=delete/>
    }
}

/// How many records of each kind have a tag, with where they are listed.
fn used_by(id: &str, usage: TagUsage) -> Vec<(String, String)> {
    let lists = [
        (usage.companies, tr!(company.list), "companies"),
        (usage.contacts, tr!(contact.list), "contacts"),
        (usage.leads, tr!(lead.list), "leads"),
        (usage.deals, tr!(deals.list), "deals"),
    ];
    let used = lists.into_iter().filter(|(count, ..)| *count > 0);
    used.map(|(count, name, list)| {
        let words = format!("{name}: {}", format::number(count));
        (words, format!("/{list}?tag={id}"))
    })
    .collect()
}

/// The dialog that asks which one stays.
#[component]
fn Merge(path: String, find: Finder, open: RwSignal<bool>, cache: Cache) -> impl IntoView {
    let into = RwSignal::new(None::<Choice>);
    let form = Form::new();
    let path = StoredValue::new(path);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let chosen = into.get_untracked();
        let body = Into {
            into: chosen.map(|choice| choice.id).unwrap_or_default(),
        };
        let path = format!("{}/merge", path.get_value());
        form.send(
            async move { http::post::<Value>(&path, &body).await },
            move |_| {
                renamed(cache);
                let _ = open.try_set(false);
                toast::good(tr!(tag.merged));
            },
        );
    };
    view! {
        <form class="dialog-form" on:submit=submit novalidate>
            <div class="dialog-body stack">
                <FormError form=form/>
                <p>{tr!(tag.merge_text)}</p>
                <PickField label=tr!(tag.merge_into) value=into find=find error=form.field("into")/>
            </div>
            <footer class="dialog-foot">
                <button type="button" class="btn" on:click=move |_| open.set(false)>{tr!(common.cancel)}</button>
                <Submit form=form label=tr!(tag.merge)/>
            </footer>
        </form>
    }
}
