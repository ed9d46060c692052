//! The notes of a record: read, written, pinned and changed on its page.

use leptos::{prelude::*, task::spawn_local};
use shared_types::{Permission, crm::Note};

use super::{
    about::About,
    note_api::{self, NOTES},
    note_editor::NoteEditor,
};
use crate::{
    core::{
        auth,
        components::{
            badge::avatar,
            icons::{Icon, icon},
            menu::{Entry, Menu},
            pages::Pages,
        },
        format, http, query, toast,
    },
    tr,
};

/// What there is to say about a record.
#[component]
pub fn NotesOf(#[prop(into)] about: Signal<About>) -> impl IntoView {
    let path = |pinned: bool, limit: u8| {
        Signal::derive(move || {
            let filter = about.get().filter();
            format!("{NOTES}?{filter}&pinned={pinned}&limit={limit}")
        })
    };
    let row =
        Callback::new(move |note: Note| view! { <OneNote note=note about=about/> }.into_any());
    let nothing = Callback::new(|()| ().into_any());
    // Another record, another draft.
    let editor = Memo::new(move |_| about.get());
    auth::may(Permission::NotesRead).then(|| view! {
        <section class="card" aria-labelledby="notes">
            <h2 id="notes" class="card-title">{tr!(note.list)}</h2>
            {auth::may(Permission::NotesWrite).then_some(move || {
                editor.track();
                view! { <NoteEditor about=about/> }
            })}
            <Pages path=path(true, 100) row=row empty=nothing more=tr!(timeline.more) class="notes"/>
            <Pages path=path(false, 20) row=row empty=nothing more=tr!(timeline.more) class="notes"/>
        </section>
    })
}

#[component]
fn OneNote(note: Note, about: Signal<About>) -> impl IntoView {
    let editing = RwSignal::new(false);
    let may = auth::may_on(Permission::NotesWrite, Some(note.author_id));
    let hidden = note.confidential && note.body.is_empty();
    let held = StoredValue::new(note);
    let shown = move || {
        let note = held.get_value();
        let changed = note.updated_at > note.created_at && note.version > 1;
        let author = note.author_name.unwrap_or_default();
        view! {
            <header class="note-head">
                {avatar(&author)}
                <strong class="truncate">{author}</strong>
                <time class="text-muted" datetime=note.created_at.to_rfc3339() title=format::time(note.created_at)>{format::ago(note.created_at)}</time>
                {changed.then(|| view! { <span class="text-muted" title=format::time(note.updated_at)>{tr!(note.changed)}</span> })}
                {note.confidential.then(|| view! { <span class="note-pin" title=tr!(note.confidential)>{icon(Icon::Lock)}<span class="sr-only">{tr!(note.confidential)}</span></span> })}
                {note.pinned.then(|| view! { <span class="note-pin">{icon(Icon::Pin)}<span class="sr-only">{tr!(note.pinned)}</span></span> })}
                <span class="grow"></span>
                {may.then(|| view! { <NoteMenu note=held editing=editing/> })}
            </header>
            // Made and sanitized by the server: the one place where the client shows HTML that it is given.
            {if hidden {
                view! { <p class="hint">{tr!(note.hidden)}</p> }.into_any()
            } else {
                view! { <div class="note-body" inner_html=note.html></div> }.into_any()
            }}
        }
    };
    view! {
        <li class="note">
            <Show when=move || editing.get() fallback=shown>
                <NoteEditor about=about note=held.get_value() done=Callback::new(move |()| editing.set(false))/>
            </Show>
        </li>
    }
}

#[component]
fn NoteMenu(note: StoredValue<Note>, editing: RwSignal<bool>) -> impl IntoView {
    let cache = query::cache();
    let restore = Callback::new(move |note: Note| {
        spawn_local(async move {
            let path = format!("{}/restore", note_api::note_path(&note));
            match http::act::<Note>(&path).await {
                Ok(note) => note_api::changed(cache, &note),
                Err(error) => toast::failed(&error),
            }
        });
    });
    let trash = move || {
        let note = note.get_value();
        spawn_local(async move {
            match http::delete(&note_api::note_path(&note)).await {
                Ok(()) => {
                    note_api::changed(cache, &note);
                    let undo = Callback::new(move |()| restore.run(note.clone()));
                    toast::good_with_undo(tr!(note.trashed), undo);
                }
                Err(error) => toast::failed(&error),
            }
        });
    };
    let entries = Callback::new(move |()| {
        let pinned = note.with_value(|note| note.pinned);
        let pin = if pinned {
            tr!(note.unpin)
        } else {
            tr!(note.pin)
        };
        vec![
            Entry::run(tr!(note.change), move || editing.set(true)).icon(Icon::Pencil),
            Entry::run(pin, move || note_api::pin(cache, note.get_value(), !pinned))
                .icon(Icon::Pin),
            Entry::run(tr!(record.trash), trash)
                .icon(Icon::Trash)
                .danger(),
        ]
    });
    let label = note.with_value(|note| {
        let author = note.author_name.clone().unwrap_or_default();
        tr!(note.actions, name = author)
    });
    view! { <Menu label=label entries=entries>{icon(Icon::Dots)}</Menu> }
}
