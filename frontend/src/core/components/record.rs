//! The page of a record: where it is, what it is called, its fields and sections, its history; to the
//! trash and back.

use chrono::{DateTime, Utc};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_params_map},
};
use serde::de::DeserializeOwned;
use shared_types::{Currency, MemberId, Money, Patch, Permission};

use super::{
    badge::small_person,
    dialog::Confirm,
    icons::{Icon, icon},
    menu::{Entry, Menu},
    states::{Skeleton, failure},
    timeline::Timeline,
};
use crate::{
    core::{
        auth,
        errors::ApiError,
        format, http,
        http::Answer,
        live, page,
        query::{self, Load},
        toast,
    },
    tr,
};

/// What makes one kind of record different from another.
pub struct RecordSpec<T: Send + Sync + 'static> {
    /// The path of its list, in the API and in the client.
    pub resource: &'static str,
    /// What the list is called.
    pub list: &'static str,
    /// What one is called before its name is known.
    pub kind: &'static str,
    pub id: fn(&T) -> String,
    pub name: fn(&T) -> String,
    pub owner: fn(&T) -> Option<MemberId>,
    pub deleted_at: fn(&T) -> Option<DateTime<Utc>>,
    /// The path of the record that it was merged into; where there is none to say, such records cannot be merged.
    pub merged_into: Option<fn(&T) -> Option<String>>,
    /// What changing it needs.
    pub writes: Permission,
    /// What moving it to the trash needs.
    pub deletes: Permission,
    /// What a field is called in the history.
    pub field_name: fn(&str) -> String,
    /// What stands behind its name.
    pub badges: fn(Held<T>) -> AnyView,
    /// Buttons beside the menu.
    pub actions: fn(Held<T>) -> AnyView,
    /// What stands above the cards.
    pub above: fn(Held<T>) -> AnyView,
    /// The fields of the card of details.
    pub fields: fn(Held<T>) -> AnyView,
    /// Cards beneath that of the details.
    pub cards: fn(Held<T>) -> AnyView,
    /// Cards above the history.
    pub beside: fn(Held<T>) -> AnyView,
}

/// A record as its page holds it.
pub struct Held<T: Send + Sync + 'static> {
    /// What it is now.
    pub record: Memo<T>,
    /// Whether it may be changed: not in the trash.
    pub editable: Memo<bool>,
    /// Whether it may be deleted, and is not.
    pub deletable: Memo<bool>,
}

impl<T: Send + Sync + 'static> Clone for Held<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Held<T> {}

impl<T: Clone + PartialEq + Send + Sync + 'static> Held<T> {
    fn new(spec: RecordSpec<T>, record: Memo<T>) -> Self {
        let may = move |permission: Permission| {
            Memo::new(move |_| {
                record.with(|it| {
                    (spec.deleted_at)(it).is_none() && auth::may_on(permission, (spec.owner)(it))
                })
            })
        };
        Self {
            record,
            editable: may(spec.writes),
            deletable: may(spec.deletes),
        }
    }
}

impl<T: Send + Sync + 'static> Clone for RecordSpec<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for RecordSpec<T> {}

/// Nothing, where a record has none of something.
pub fn nothing<T>(_: Held<T>) -> AnyView
where
    T: Send + Sync + 'static,
{
    ().into_any()
}

/// The page of the record that the address names.
#[component]
pub fn RecordPage<T>(spec: RecordSpec<T>) -> impl IntoView
where
    T: DeserializeOwned + Clone + PartialEq + Send + Sync + 'static,
{
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let found = query::record::<T>(move || Some(format!("{}/{}", spec.resource, id.get())));
    page::title(move || match found.load.get() {
        Load::Ready(record) => (spec.name)(&record),
        _ => spec.kind.to_owned(),
    });
    // The fields are built once per record; each follows its own value.
    let ready = Memo::new(move |_| match found.load.get() {
        Load::Loading => Err(None),
        Load::Failed(error) => Err(Some(error)),
        Load::Ready(record) => Ok((spec.id)(&record)),
    });
    move || match ready.get() {
        Err(None) => view! { <div class="page"><Skeleton lines=8/></div> }.into_any(),
        Err(Some(error)) => {
            view! { <div class="page">{failure(&error, move || found.retry())}</div> }.into_any()
        }
        Ok(_) => match found.load.get_untracked() {
            Load::Ready(first) => {
                let held = Memo::new(move |before: Option<&T>| {
                    let now = found.load.get().ready();
                    now.or_else(|| before.cloned())
                        .unwrap_or_else(|| first.clone())
                });
                view! { <Shown spec=spec record=held/> }.into_any()
            }
            _ => ().into_any(),
        },
    }
}

#[component]
fn Shown<T>(spec: RecordSpec<T>, record: Memo<T>) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let held = Held::new(spec, record);
    let path = move || format!("{}/{}", spec.resource, record.with(spec.id));
    if let Some(subject) = live::subject(spec.resource, &record.with_untracked(spec.id)) {
        live::opened(subject);
    }
    let trashed = Memo::new(move |_| {
        let at = record.with(spec.deleted_at)?;
        let into = spec.merged_into.and_then(|into| record.with(into));
        Some((at, into))
    });
    view! {
        <div class="page page-record">
            <nav class="crumbs" aria-label=tr!(record.crumbs)>
                <a class="link" href=spec.resource>{spec.list}</a>
            </nav>
            <header class="page-head">
                <h1 class="page-title">{move || record.with(spec.name)}{(spec.badges)(held)}</h1>
                <Others/>
                <Actions spec=spec held=held/>
            </header>
            {move || trashed.get().map(|(at, into)| match into {
                Some(path) => view! {
                    <p class="alert alert-warn" role="status">{icon(Icon::Trash)}{tr!(merge.into)}" "<a class="link" href=path>{tr!(merge.into_link)}</a></p>
                }
                .into_any(),
                None => view! {
                    <p class="alert alert-warn" role="status">{icon(Icon::Trash)}{tr!(record.in_trash, day = format::date_of(at))}</p>
                }
                .into_any(),
            })}
            {(spec.above)(held)}
            <div class="record">
                <div class="record-side">
                    <section class="card" aria-labelledby="details"><h2 id="details" class="card-title">{tr!(record.details)}</h2>{(spec.fields)(held)}</section>
                    {(spec.cards)(held)}
                </div>
                <div class="record-side">
                    {(spec.beside)(held)}
                    <section class="card" aria-labelledby="history">
                        <h2 id="history" class="card-title">{tr!(record.history)}</h2>
                        <Timeline path=Signal::derive(move || format!("{}/timeline", path())) label=spec.field_name/>
                    </section>
                </div>
            </div>
        </div>
    }
}

/// Who else has the record open.
#[component]
fn Others() -> impl IntoView {
    let others = live::others();
    view! {
        <ul class="others" aria-label=tr!(record.others) aria-live="polite">
            {move || others.get().into_iter().map(|member| view! {
                <li title=tr!(record.other, name = member.name.clone())>{small_person(&member.name)}</li>
            }).collect_view()}
        </ul>
    }
}

#[component]
fn Actions<T>(spec: RecordSpec<T>, held: Held<T>) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let record = held.record;
    let cache = query::cache();
    let asked = RwSignal::new(false);
    let navigate = StoredValue::new(use_navigate());
    let may_delete =
        Memo::new(move |_| record.with(|record| auth::may_on(spec.deletes, (spec.owner)(record))));
    let path = move || format!("{}/{}", spec.resource, record.with_untracked(spec.id));
    let restore = Callback::new(move |()| {
        let path = path();
        spawn_local(async move {
            match http::act::<serde_json::Value>(&format!("{path}/restore")).await {
                Ok(_) => {
                    cache.stale(spec.resource);
                    toast::good(tr!(record.restored));
                }
                Err(error) => toast::failed(&error),
            }
        });
    });
    let trash = Callback::new(move |()| {
        let path = path();
        spawn_local(async move {
            match http::delete(&path).await {
                Ok(()) => {
                    cache.stale(spec.resource);
                    toast::good_with_undo(tr!(record.trashed), restore);
                    navigate.with_value(|go| go(spec.resource, NavigateOptions::default()));
                }
                Err(error) => toast::failed(&error),
            }
        });
    });
    let merged = move || {
        spec.merged_into
            .and_then(|into| record.with(into))
            .is_some()
    };
    let entries = Callback::new(move |()| {
        if record.with_untracked(spec.deleted_at).is_some() {
            return vec![
                Entry::run(tr!(record.restore), move || restore.run(())).icon(Icon::Restore),
            ];
        }
        let merge = spec
            .merged_into
            .map(|_| Entry::go(tr!(merge.open), format!("{}/merge", path())).icon(Icon::Columns));
        let trash = Entry::run(tr!(record.trash), move || asked.set(true))
            .icon(Icon::Trash)
            .danger();
        merge.into_iter().chain([trash]).collect()
    });
    view! {
        <div class="page-actions">
            {(spec.actions)(held)}
            <Show when=move || may_delete.get() && !merged()>
                <Menu label=tr!(common.more) entries=entries>{icon(Icon::Dots)}</Menu>
            </Show>
        </div>
        <Confirm
            open=asked
            title=Signal::derive(move || tr!(record.trash_one, name = record.with(spec.name)))
            text=tr!(record.trash_text)
            verb=tr!(record.trash)
            on_confirm=trash
        />
    }
}

/// A patch of a text field: emptied where nothing is left.
#[must_use]
pub fn text_patch(value: String) -> Patch<String> {
    if value.is_empty() {
        Patch::Clear
    } else {
        Patch::Set(value)
    }
}

/// A patch of a field that is not text; what cannot be read is a fault of that field.
///
/// # Errors
/// Invalid on the field.
pub fn parsed_patch<T>(
    field: &str,
    value: &str,
    read: impl FnOnce(&str) -> Option<T>,
) -> Answer<Patch<T>> {
    if value.is_empty() {
        return Ok(Patch::Clear);
    }
    read(value).map(Patch::Set).ok_or_else(|| {
        ApiError::invalid([(field.to_owned(), vec![tr!(record.not_a_number).to_owned()])].into())
    })
}

/// A patch of an amount, in a currency unless another is written with it.
///
/// # Errors
/// Invalid on the field.
pub fn money_patch(field: &str, value: &str, currency: Currency) -> Answer<Patch<Money>> {
    if value.is_empty() {
        return Ok(Patch::Clear);
    }
    domain::core::decimal::amount_from_input(field, value, currency, None)
        .map(Patch::Set)
        .map_err(|error| ApiError::invalid(error.fields()))
}

/// A number as people type it, without what groups its digits.
#[must_use]
pub fn digits(value: &str) -> String {
    value
        .chars()
        .filter(|letter| !letter.is_whitespace() && !",.'’".contains(*letter))
        .collect()
}
