//! Tags: as chips, as a field of a form, as a field of a record.

use futures_util::{FutureExt, future::LocalBoxFuture};
use leptos::{ev, prelude::*, task::spawn_local};
use serde::{Serialize, de::DeserializeOwned};
use shared_types::{
    TagId,
    crm::{CreateTag, MOST_TAGS, Tag, TagColor, TagLabel},
};

use super::{
    badge::dash,
    bulk::{BulkField, Input},
    combobox::{Choice, Combobox},
    dialog::Dialog,
    field::FieldFrame,
    form::{Form, FormError, Submit},
    icons::{Icon, icon},
    more_filters::{Fill, MoreFilter, filter},
    table::Column,
};
use crate::{
    core::{
        auth,
        errors::ApiError,
        http::{self, Answer},
        page::unique,
        query::{self, Cache},
        url::encode,
    },
    tr,
};

/// The path of tags in the API.
pub const TAGS: &str = "/tags";

/// What stands before the name of a tag that is still to be made.
const NEW: &str = "new:";

/// How many tags a row has room for.
const FEW: usize = 2;

/// What a hue is called.
#[must_use]
pub fn color_name(color: TagColor) -> &'static str {
    match color {
        TagColor::Red => tr!(tag.color.red),
        TagColor::Orange => tr!(tag.color.orange),
        TagColor::Yellow => tr!(tag.color.yellow),
        TagColor::Green => tr!(tag.color.green),
        TagColor::Teal => tr!(tag.color.teal),
        TagColor::Blue => tr!(tag.color.blue),
        TagColor::Purple => tr!(tag.color.purple),
        TagColor::Pink => tr!(tag.color.pink),
    }
}

/// The hues to choose from.
#[must_use]
pub fn colors() -> Vec<(String, String)> {
    let all = TagColor::ALL.iter();
    all.map(|&it| (it.to_string(), color_name(it).to_owned()))
        .collect()
}

/// A word on its hue.
pub fn chip(color: TagColor, name: String) -> impl IntoView {
    view! { <span class=format!("tag tag-{color}")><span class="truncate">{name}</span></span> }
}

/// The tags of a record, or a dash.
pub fn chips(tags: &[TagLabel]) -> AnyView {
    if tags.is_empty() {
        return dash().into_any();
    }
    let chips = tags.iter().map(|tag| chip(tag.color, tag.name.clone()));
    view! { <span class="tags">{chips.collect_view()}</span> }.into_any()
}

/// The first tags of a record and how many others it has, where there is no room for all; or a dash.
pub fn few(tags: &[TagLabel]) -> AnyView {
    let (first, others) = tags.split_at(tags.len().min(FEW));
    if others.is_empty() {
        return chips(tags);
    }
    let names: Vec<_> = others.iter().map(|tag| tag.name.as_str()).collect();
    let names = names.join(", ");
    let first = first.iter().map(|tag| chip(tag.color, tag.name.clone()));
    view! {
        <span class="tags">
            {first.collect_view()}
            <span class="tag tag-others" title=names.clone()>
                <span aria-hidden="true">{format!("+{}", others.len())}</span>
                <span class="sr-only">{names.clone()}</span>
            </span>
        </span>
    }
    .into_any()
}

/// The column of a list with the tags of its records.
pub fn tags_column<T: 'static>(tags: fn(&T) -> &[TagLabel]) -> Column<T> {
    Column::new(tr!(tag.list), move |it| few(tags(it)))
        .key("tags")
        .class("wide-only")
}

/// The filter of a list by tag.
pub fn tag_filter() -> MoreFilter {
    filter("tag", tr!(tag.one), Fill::Pick(find_tags, TAGS))
}

/// What is done about the tags of many records.
pub fn bulk_tags() -> [BulkField; 2] {
    let field = |name, label: &str| BulkField {
        name,
        label: label.to_owned(),
        input: Input::Entry(find_tags),
        optional: false,
    };
    [
        field("addTagIds", tr!(tag.bulk_add)),
        field("removeTagIds", tr!(tag.bulk_remove)),
    ]
}

/// Finds tags, for fields that name one.
pub fn find_tags(cache: Cache, text: String) -> LocalBoxFuture<'static, Answer<Vec<Choice>>> {
    async move {
        let path = format!("{TAGS}?limit=20&sort=name&q={}", encode(text.trim()));
        let page = cache.page::<Tag>(path).await?;
        let choice = |tag: Tag| Choice {
            id: tag.id.to_string(),
            label: tag.name,
            detail: None,
        };
        Ok(page.data.into_iter().map(choice).collect())
    }
    .boxed_local()
}

/// The same, with what was typed as a tag to be made where there is none of that name.
fn find_or_make(cache: Cache, text: String) -> LocalBoxFuture<'static, Answer<Vec<Choice>>> {
    async move {
        let name = text.trim().to_owned();
        let mut found = find_tags(cache, text).await?;
        let same = |choice: &Choice| {
            domain::core::text::fold(&choice.label) == domain::core::text::fold(&name)
        };
        let may = domain::crm::tag::WRITE.iter().any(|it| auth::may(*it));
        if may && !name.is_empty() && !found.iter().any(same) {
            found.push(Choice {
                id: format!("{NEW}{name}"),
                label: tr!(tag.create, name = name.as_str()),
                detail: None,
            });
        }
        // Enter takes the first: it should be the very word.
        found.sort_by_key(|choice| !same(choice));
        Ok(found)
    }
    .boxed_local()
}

/// The tag that was chosen, which may still have to be made.
async fn chosen(cache: Cache, choice: Choice) -> Answer<TagLabel> {
    let tag = match choice.id.strip_prefix(NEW) {
        Some(name) => {
            let body = CreateTag {
                name: name.to_owned(),
                color: None,
            };
            let made = http::post::<Tag>(TAGS, &body).await?;
            cache.stale(TAGS);
            made
        }
        None => {
            let text = http::get_text(&format!("{TAGS}/{}", choice.id)).await?;
            http::parse(&text)?
        }
    };
    Ok(TagLabel {
        id: tag.id,
        name: tag.name,
        color: tag.color,
    })
}

/// The ids of tags, as requests name them.
#[must_use]
pub fn ids(tags: &[TagLabel]) -> Vec<TagId> {
    tags.iter().map(|tag| tag.id).collect()
}

/// A field for any number of tags: one types to find one, or to make one.
#[component]
pub fn TagPicker(
    value: RwSignal<Vec<TagLabel>>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional)] autofocus: bool,
) -> impl IntoView {
    let cache = query::cache();
    let fault = RwSignal::new(None::<ApiError>);
    let add = Callback::new(move |choice: Option<Choice>| {
        let Some(choice) = choice else { return };
        fault.set(None);
        spawn_local(async move {
            match chosen(cache, choice).await {
                Ok(tag) => {
                    let _ = value.try_update(|tags| {
                        if tags.iter().all(|one| one.id != tag.id) {
                            tags.push(tag);
                        }
                    });
                }
                Err(error) => {
                    let _ = fault.try_set(Some(error));
                }
            }
        });
    });
    let words = move || {
        let own = fault.with(|fault| {
            let fault = fault.as_ref()?;
            Some(fault.field("name").unwrap_or_else(|| fault.text()))
        });
        own.or_else(|| error.get())
    };
    let taken = move |tag: TagLabel| {
        let label = tr!(tag.remove, name = tag.name.as_str());
        let id = tag.id;
        view! {
            <span class=format!("tag tag-{}", tag.color)>
                <span class="truncate">{tag.name}</span>
                <button type="button" class="tag-remove" aria-label=label on:click=move |_| value.update(|tags| tags.retain(|tag| tag.id != id))>
                    {icon(Icon::Close)}
                </button>
            </span>
        }
    };
    let id = unique("tags");
    let input = id.clone();
    view! {
        <FieldFrame id=id label=tr!(tag.list).to_owned() hint=String::new() optional=true error=Signal::derive(words)>
            <Show when=move || value.with(|tags| !tags.is_empty())>
                <span class="tags">
                    <For each=move || value.get() key=|tag| tag.id let:tag>{taken(tag)}</For>
                </span>
            </Show>
            <Show when=move || value.with(|tags| tags.len() < MOST_TAGS)>
                <Combobox
                    id=input.clone()
                    label=tr!(tag.list)
                    value=Signal::stored(None)
                    find=find_or_make
                    on_change=add
                    autofocus=autofocus
                    invalid=Signal::derive(move || words().is_some())
                />
            </Show>
        </FieldFrame>
    }
}

/// What a record has to do with its tags.
pub struct TagsSpec<T> {
    /// The path of its list.
    pub list: &'static str,
    pub id: fn(&T) -> String,
    pub version: fn(&T) -> i64,
    pub tags: fn(&T) -> &Vec<TagLabel>,
}

impl<T> Clone for TagsSpec<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for TagsSpec<T> {}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Change {
    tag_ids: Vec<TagId>,
}

/// A field of a record with all of its tags, which are changed in a dialog.
#[component]
pub fn TagsField<T>(
    spec: TagsSpec<T>,
    record: Memo<T>,
    #[prop(into)] editable: Signal<bool>,
) -> impl IntoView
where
    T: Serialize + DeserializeOwned + Clone + PartialEq + Send + Sync + 'static,
{
    let editing = RwSignal::new(false);
    view! {
        <div class="record-field">
            <dt class="record-label">{tr!(tag.list)}</dt>
            <dd class="record-slot">
                <span class="record-value">
                    {move || record.with(|record| chips((spec.tags)(record)))}
                    <Show when=move || editable.get()>
                        <button type="button" class="record-edit" aria-label=tr!(tag.edit) on:click=move |_| editing.set(true)>
                            {icon(Icon::Pencil)}
                        </button>
                    </Show>
                </span>
            </dd>
        </div>
        <Dialog open=editing title=tr!(tag.edit)><Editor spec=spec record=record open=editing/></Dialog>
    }
}

#[component]
fn Editor<T>(spec: TagsSpec<T>, record: Memo<T>, open: RwSignal<bool>) -> impl IntoView
where
    T: Serialize + DeserializeOwned + Clone + PartialEq + Send + Sync + 'static,
{
    let cache = query::cache();
    let tags = RwSignal::new(record.with_untracked(|record| (spec.tags)(record).clone()));
    let form = Form::new();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let (id, version) =
            record.with_untracked(|record| ((spec.id)(record), (spec.version)(record)));
        let body = Change {
            tag_ids: tags.with_untracked(|tags| ids(tags)),
        };
        let path = format!("{}/{id}", spec.list);
        let address = path.clone();
        form.send(
            async move { http::patch::<T>(&address, &body, Some(version)).await },
            move |saved| {
                cache.put(&path, &saved);
                cache.stale(&format!("{path}/"));
                cache.stale(&format!("{}?", spec.list));
                let _ = open.try_set(false);
            },
        );
    };
    view! {
        <form class="dialog-form" on:submit=submit novalidate>
            <div class="dialog-body stack">
                <FormError form=form/>
                <TagPicker value=tags error=form.field("tagIds") autofocus=true/>
            </div>
            <footer class="dialog-foot">
                <button type="button" class="btn" on:click=move |_| open.set(false)>{tr!(common.cancel)}</button>
                <Submit form=form label=tr!(settings.save)/>
            </footer>
        </form>
    }
}
