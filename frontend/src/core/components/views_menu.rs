//! The menu of the saved views of a list, and the dialogs it opens.

use domain::crm::saved_view::{may_change, may_share};
use leptos::{ev, prelude::*};
use shared_types::{
    Patch, Permission,
    crm::{CreateSavedView, SavedView, UpdateSavedView},
};

use super::{
    dialog::{Confirm, Dialog},
    field::{CheckField, TextField},
    form::{Form, FormError, Submit},
    icons::{Icon, icon},
    menu::{Entry, Menu},
    views::{VIEWS, Views, path},
};
use crate::{
    core::{auth, http, toast},
    tr,
};

/// The menu of the views of a list.
#[component]
pub fn ViewsMenu(
    views: Views,
    /// What the plain list is called.
    #[prop(into)]
    title: String,
    /// The columns in sight, for a view that is saved.
    columns: Signal<Vec<String>>,
) -> impl IntoView {
    let (adding, renaming, deleting) = (
        RwSignal::new(false),
        RwSignal::new(false),
        RwSignal::new(false),
    );
    let title = StoredValue::new(title);
    let name = move || {
        views
            .current()
            .map_or_else(|| title.get_value(), |view| view.name)
    };
    let changed = move || views.current().is_some_and(|view| views.differs(&view));
    let label = Signal::derive(move || {
        let name = name();
        if changed() {
            tr!(views.label_changed, name = name)
        } else {
            tr!(views.label, name = name)
        }
    });
    let entries = Callback::new(move |()| {
        let current = views.current();
        let plain = Entry::run(tr!(views.plain), move || views.open_plain());
        let mut entries = vec![plain.chosen(views.is_plain())];
        let page = views.all.last.get().ready();
        for view in page.map(|page| page.data).unwrap_or_default() {
            let chosen = current.as_ref().is_some_and(|it| it.id == view.id);
            let label = label_of(&view);
            entries.push(Entry::run(label, move || views.open(&view, false)).chosen(chosen));
        }
        if let Some(view) = current {
            entries.extend(of_view(views, &view, columns, renaming, deleting));
        }
        entries.push(Entry::run(tr!(views.save_as), move || adding.set(true)).icon(Icon::Add));
        entries
    });
    let delete = Callback::new(move |()| {
        let Some(view) = untrack(|| views.current()) else {
            return;
        };
        let path = path(view.id);
        views.send(async move { http::delete(&path).await }, move |()| {
            views.open_plain();
            toast::good(tr!(views.deleted, name = view.name));
        });
    });
    view! {
        <Menu label=label entries=entries class="btn">
            {icon(Icon::List)}
            <span class="truncate view-name">{name}</span>
            <Show when=changed><span class="view-changed" aria-hidden="true">"•"</span></Show>
            {icon(Icon::ChevronDown)}
        </Menu>
        <Dialog open=adding title=tr!(views.save_as_title)><SaveAs views=views open=adding columns=columns/></Dialog>
        <Dialog open=renaming title=tr!(views.rename_title)><Rename views=views open=renaming/></Dialog>
        <Confirm
            open=deleting
            title=Signal::derive(move || tr!(settings.delete_it, name = name()))
            text=tr!(views.delete_text)
            verb=tr!(settings.delete)
            on_confirm=delete
        />
    }
}

/// A view by its name, and what is special about it.
fn label_of(view: &SavedView) -> String {
    let mine = auth::me().is_some_and(|me| me.member_id == view.owner_id);
    let shared = view.shared.then(|| match &view.owner_name {
        Some(owner) if !mine => tr!(views.shared_by, name = owner.as_str()),
        _ => tr!(views.shared).to_owned(),
    });
    let first = view.is_default.then(|| tr!(views.first).to_owned());
    let notes: Vec<String> = shared.into_iter().chain(first).collect();
    if notes.is_empty() {
        view.name.clone()
    } else {
        format!("{} · {}", view.name, notes.join(" · "))
    }
}

/// What can be done with the view that is open.
fn of_view(
    views: Views,
    view: &SavedView,
    columns: Signal<Vec<String>>,
    renaming: RwSignal<bool>,
    deleting: RwSignal<bool>,
) -> Vec<Entry> {
    let Some(me) = auth::me() else {
        return Vec::new();
    };
    let manages = auth::reach(Permission::ViewsManage);
    let mine = may_change(manages, view.owner_id, me.member_id);
    let shares = auth::reach(Permission::ViewsShare);
    let shares = may_share(shares, view.owner_id, me.member_id);
    let mut entries = Vec::new();
    let held = |act: fn(Views, &SavedView)| {
        let view = view.clone();
        move || act(views, &view)
    };
    if views.differs(view) {
        if mine {
            let view = view.clone();
            let save = move || {
                let (filters, sort, _) = untrack(|| views.shown());
                let change = UpdateSavedView {
                    filters: Some(filters),
                    sort: Patch::Set(sort),
                    columns: Some(columns.get_untracked()),
                    ..UpdateSavedView::default()
                };
                views.patch(&view, change, tr!(views.saved, name = view.name.as_str()));
            };
            entries.push(Entry::run(tr!(views.update), save).icon(Icon::Check));
        }
        let back = held(|views, view| views.open(view, false));
        entries.push(Entry::run(tr!(views.discard), back).icon(Icon::Restore));
    }
    let (words, begin) = if view.is_default {
        (tr!(views.begin_plain), false)
    } else {
        (tr!(views.begin), true)
    };
    let path = format!("{}/default", path(view.id));
    let choose = move || {
        let path = path.clone();
        let answer = async move {
            if begin {
                http::act::<SavedView>(&path).await.map(drop)
            } else {
                http::delete(&path).await
            }
        };
        views.send(answer, move |()| toast::good(tr!(settings.saved)));
    };
    entries.push(Entry::run(words, choose).icon(Icon::Flag));
    if mine {
        entries.push(Entry::run(tr!(views.rename), move || renaming.set(true)).icon(Icon::Pencil));
        if view.shared {
            let keep = held(|views, view| {
                views.patch(
                    view,
                    sharing(false),
                    tr!(views.kept, name = view.name.as_str()),
                )
            });
            entries.push(Entry::run(tr!(views.unshare), keep).icon(Icon::Lock));
        } else if shares {
            let share = held(|views, view| {
                views.patch(
                    view,
                    sharing(true),
                    tr!(views.is_shared, name = view.name.as_str()),
                )
            });
            entries.push(Entry::run(tr!(views.share), share).icon(Icon::Team));
        }
        let delete = Entry::run(tr!(views.delete), move || deleting.set(true));
        entries.push(delete.icon(Icon::Trash).danger());
    }
    entries
}

fn sharing(shared: bool) -> UpdateSavedView {
    UpdateSavedView {
        shared: Some(shared),
        ..UpdateSavedView::default()
    }
}

#[component]
fn SaveAs(views: Views, open: RwSignal<bool>, columns: Signal<Vec<String>>) -> impl IntoView {
    let name = RwSignal::new(String::new());
    let (shared, first) = (RwSignal::new(false), RwSignal::new(false));
    let form = Form::new();
    let shares = auth::may(Permission::ViewsShare);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let (filters, sort, _) = untrack(|| views.shown());
        let view = CreateSavedView {
            list: views.list,
            name: name.get_untracked().trim().to_owned(),
            shared: shared.get_untracked(),
            filters,
            sort: Some(sort),
            columns: columns.get_untracked(),
        };
        let begin = first.get_untracked();
        form.submit(
            view,
            move |view| async move {
                let view = http::post::<SavedView>(VIEWS, &view).await?;
                if begin {
                    return http::act::<SavedView>(&format!("{}/default", path(view.id))).await;
                }
                Ok(view)
            },
            move |view: SavedView| {
                views.cache.stale(VIEWS);
                let _ = open.try_set(false);
                views.open(&view, false);
                toast::good(tr!(views.saved, name = view.name));
            },
        );
    };
    view! {
        <form class="dialog-form" on:submit=submit novalidate>
            <div class="dialog-body stack">
                <FormError form=form/>
                <p class="text-muted">{tr!(views.save_as_text)}</p>
                <TextField label=tr!(settings.name) value=name error=form.field("name") autofocus=true/>
                {shares.then(|| view! { <CheckField label=tr!(views.share) value=shared/> })}
                <CheckField label=tr!(views.begin) value=first/>
            </div>
            <footer class="dialog-foot">
                <button type="button" class="btn" on:click=move |_| open.set(false)>{tr!(common.cancel)}</button>
                <Submit form=form label=tr!(settings.save)/>
            </footer>
        </form>
    }
}

#[component]
fn Rename(views: Views, open: RwSignal<bool>) -> impl IntoView {
    let view = StoredValue::new(untrack(|| views.current()));
    let held = view.get_value().map(|view| view.name);
    let name = RwSignal::new(held.unwrap_or_default());
    let form = Form::new();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let Some(view) = view.get_value() else { return };
        let change = UpdateSavedView {
            name: Some(name.get_untracked().trim().to_owned()),
            ..UpdateSavedView::default()
        };
        form.submit(
            change,
            move |change| async move {
                http::patch::<SavedView>(&path(view.id), &change, Some(view.version)).await
            },
            move |view: SavedView| {
                views.cache.stale(VIEWS);
                let _ = open.try_set(false);
                toast::good(tr!(views.saved, name = view.name));
            },
        );
    };
    view! {
        <form class="dialog-form" on:submit=submit novalidate>
            <div class="dialog-body stack">
                <FormError form=form/>
                <TextField label=tr!(settings.name) value=name error=form.field("name") autofocus=true/>
            </div>
            <footer class="dialog-foot">
                <button type="button" class="btn" on:click=move |_| open.set(false)>{tr!(common.cancel)}</button>
                <Submit form=form label=tr!(settings.save)/>
            </footer>
        </form>
    }
}
