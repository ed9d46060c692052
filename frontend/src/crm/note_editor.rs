//! Writing a note: Markdown, members by `@`, saved by Ctrl and Enter, kept until then.

use leptos::{ev, html, prelude::*, task::spawn_local};
use shared_types::crm::{CreateNote, Note, UpdateNote};
use wasm_bindgen::JsCast;

use super::{
    about::About,
    note_api::{self, NOTES},
};
use crate::{
    core::{
        components::{
            combobox::Choice,
            field::CheckField,
            form::{Form, FormError, Submit},
            popover,
        },
        draft, http,
        page::{pause, unique},
        query,
    },
    identity::api::find_members,
    tr,
};

/// The most letters behind an `@` that are taken for the beginning of a name.
const NAME: usize = 40;

/// A text in two, where the caret of the browser stands: it counts units of UTF-16.
fn split(text: &str, caret: u32) -> (String, String) {
    let units: Vec<u16> = text.encode_utf16().collect();
    let at = units.len().min(caret as usize);
    let (before, after) = units.split_at(at);
    (
        String::from_utf16_lossy(before),
        String::from_utf16_lossy(after),
    )
}

/// The beginning of a name behind the `@` before the caret, if one is being typed.
fn sought(before: &str) -> Option<&str> {
    let (text, name) = before.rsplit_once('@')?;
    let begins = text
        .chars()
        .next_back()
        .is_none_or(|letter| letter.is_whitespace() || letter == '(');
    let is_name = name.chars().count() <= NAME
        && !name.starts_with(' ')
        && !name.contains(['\n', '[', ']', '@']);
    (begins && is_name).then_some(name)
}

/// A mention as it is written into a note.
fn written(choice: &Choice) -> String {
    let mut name = String::new();
    for letter in choice.label.chars() {
        if matches!(letter, '[' | ']' | '\\') {
            name.push('\\');
        }
        name.push(letter);
    }
    format!("@[{name}](member:{}) ", choice.id)
}

/// The field of a note, with its buttons: of a new one, or of one that is changed.
#[component]
pub fn NoteEditor(
    /// What a new note is about.
    #[prop(into)]
    about: Signal<About>,
    /// The note that is changed.
    #[prop(optional)]
    note: Option<Note>,
    /// Called when it is saved or left.
    #[prop(optional)]
    done: Option<Callback<()>>,
) -> impl IntoView {
    let cache = query::cache();
    let name = match &note {
        Some(note) => note_api::note_path(note),
        None => format!("{NOTES}?{}", about.get_untracked().filter()),
    };
    let name = StoredValue::new(name);
    let written_before = note.as_ref().map(|note| note.body.clone());
    let body = RwSignal::new(
        name.with_value(|name| draft::get(name))
            .or(written_before)
            .unwrap_or_default(),
    );
    let form = Form::new();
    let confidential = RwSignal::new(note.as_ref().is_some_and(|note| note.confidential));
    let field = NodeRef::<html::Textarea>::new();
    let note = StoredValue::new(note);
    let is_new = note.with_value(Option::is_none);
    let leave = move || {
        name.with_value(|name| draft::set(name, ""));
        if let Some(done) = done {
            done.run(());
        }
    };
    let saved = move |saved: Note| {
        note_api::changed(cache, &saved);
        let _ = body.try_set(String::new());
        let _ = confidential.try_set(false);
        leave();
    };
    let save = move || {
        let text = body.get_untracked();
        match note.get_value() {
            Some(note) => {
                let change = UpdateNote {
                    body: Some(text),
                    ..UpdateNote::default()
                };
                form.submit(
                    change,
                    |change| async move { note_api::update(&note, &change).await },
                    saved,
                );
            }
            None => {
                let about = about.get_untracked();
                let new = CreateNote {
                    body: text,
                    confidential: confidential.get_untracked().then_some(true),
                    pinned: None,
                    company_id: about.company,
                    contact_id: about.contact,
                    lead_id: about.lead,
                    deal_id: about.deal,
                    external_id: None,
                };
                form.submit(
                    new,
                    |new| async move { http::post::<Note>(NOTES, &new).await },
                    saved,
                );
            }
        }
    };
    let type_in = move |text: String| {
        // What is confidential is not left in the browser.
        let kept = if confidential.get_untracked() {
            ""
        } else {
            &text
        };
        name.with_value(|name| draft::set(name, kept));
        body.set(text);
    };
    let people = People::new();
    let pick = move |choice: Option<Choice>| {
        let (Some(choice), Some(field)) = (choice, field.get_untracked()) else {
            return;
        };
        let caret = field.selection_start().ok().flatten().unwrap_or(0);
        let (before, after) = split(&body.get_untracked(), caret);
        if let Some((text, _)) = before.rsplit_once('@') {
            let text = format!("{text}{}", written(&choice));
            let caret = u32::try_from(text.encode_utf16().count()).unwrap_or(0);
            type_in(format!("{text}{after}"));
            request_animation_frame(move || {
                let _ = field.focus();
                let _ = field.set_selection_range(caret, caret);
            });
        }
        people.close();
    };
    let keys = move |event: ev::KeyboardEvent| {
        let key = event.key();
        if key == "Enter" && (event.ctrl_key() || event.meta_key()) {
            save();
        } else if !people.key(&key, pick) {
            return;
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let look = move || {
        let Some(field) = field.get_untracked() else {
            return;
        };
        let caret = field.selection_start().ok().flatten().unwrap_or(0);
        let (before, _) = split(&body.get_untracked(), caret);
        people.look(cache, sought(&before), &field);
    };
    let id = unique("note");
    let label = if is_new {
        tr!(note.write)
    } else {
        tr!(note.change)
    };
    let fault = form.field("body");
    let fault_id = format!("{id}-error");
    let described = fault_id.clone();
    Effect::new(move |_| {
        if let Some(field) = field.get()
            && !is_new
        {
            let _ = field.focus();
        }
    });
    Effect::new(move |_| {
        if confidential.get() {
            name.with_value(|name| draft::set(name, ""));
        }
    });
    view! {
        <form class="note-editor" novalidate on:submit=move |event: ev::SubmitEvent| {
            event.prevent_default();
            save();
        }>
            <FormError form=form/>
            <label class="sr-only" for=id.clone()>{label}</label>
            <textarea
                node_ref=field
                id=id.clone()
                class="input"
                rows="3"
                placeholder=tr!(note.placeholder)
                aria-autocomplete="list"
                aria-controls=format!("{id}-people")
                aria-activedescendant=people.active_id(id.clone())
                aria-invalid=move || fault.with(Option::is_some).to_string()
                aria-describedby=move || fault.with(Option::is_some).then(|| described.clone())
                prop:value=move || body.get()
                on:input=move |event| {
                    type_in(event_target_value(&event));
                    look();
                }
                on:keydown=keys
                on:blur=move |_| people.close()
            ></textarea>
            {move || fault.get().map(|fault| view! { <p class="fault" id=fault_id.clone()>{fault}</p> })}
            <PeopleList people=people id=id pick=Callback::new(pick)/>
            <div class="note-foot">
                <p class="hint grow">{tr!(note.hint)}</p>
                {is_new.then(|| view! { <CheckField label=tr!(note.confidential) value=confidential/> })}
                {(!is_new).then(|| view! { <button type="button" class="btn btn-sm" on:click=move |_| leave()>{tr!(common.cancel)}</button> })}
                <Submit form=form label=tr!(note.save)/>
            </div>
        </form>
    }
}

/// The members that are offered while a name is typed.
#[derive(Clone, Copy)]
struct People {
    found: RwSignal<Vec<Choice>>,
    active: RwSignal<usize>,
    open: RwSignal<bool>,
    asked: StoredValue<u32>,
    list: NodeRef<html::Div>,
}

impl People {
    fn new() -> Self {
        Self {
            found: RwSignal::new(Vec::new()),
            active: RwSignal::new(0),
            open: RwSignal::new(false),
            asked: StoredValue::new(0),
            list: NodeRef::new(),
        }
    }

    fn close(self) {
        self.asked
            .update_value(|asked| *asked = asked.wrapping_add(1));
        self.open.set(false);
        if let Some(list) = self.list.get_untracked() {
            popover::hide(&list);
        }
    }

    /// Looks for members by the beginning of a name.
    fn look(self, cache: query::Cache, name: Option<&str>, field: &web_sys::HtmlTextAreaElement) {
        let Some(name) = name else {
            if self.open.get_untracked() {
                self.close();
            }
            return;
        };
        let (name, field) = (name.to_owned(), field.clone());
        let turn = self.asked.get_value().wrapping_add(1);
        self.asked.set_value(turn);
        spawn_local(async move {
            pause(150).await;
            if self.asked.try_get_value() != Some(turn) {
                return;
            }
            let found = find_members(cache, name).await.unwrap_or_default();
            if self.asked.try_get_value() != Some(turn) {
                return;
            }
            if found.is_empty() {
                self.close();
                return;
            }
            self.active.set(0);
            self.found.set(found);
            self.open.set(true);
            if let Some(list) = self.list.get_untracked() {
                popover::show(&list);
                if let Some(anchor) = field.dyn_ref::<web_sys::HtmlElement>() {
                    popover::place(&list, anchor, true);
                }
            }
        });
    }

    /// Moves among them, picks one or leaves them; whether the key meant that.
    fn key(self, key: &str, pick: impl FnOnce(Option<Choice>)) -> bool {
        if !self.open.get_untracked() {
            return false;
        }
        let count = self.found.with_untracked(Vec::len).max(1);
        match key {
            "ArrowDown" => self.active.update(|at| *at = (*at + 1) % count),
            "ArrowUp" => self.active.update(|at| *at = (*at + count - 1) % count),
            "Enter" | "Tab" => {
                let at = self.active.get_untracked();
                pick(self.found.with_untracked(|found| found.get(at).cloned()));
            }
            "Escape" => self.close(),
            _ => return false,
        }
        true
    }

    fn active_id(self, id: String) -> impl Fn() -> Option<String> + Send + Sync + 'static {
        move || {
            self.open
                .get()
                .then(|| format!("{id}-{}", self.active.get()))
        }
    }
}

#[component]
fn PeopleList(people: People, id: String, pick: Callback<Option<Choice>>) -> impl IntoView {
    let option = id.clone();
    view! {
        <div node_ref=people.list id=format!("{id}-people") class="menu" role="listbox" popover="manual" aria-label=tr!(note.people)>
            {move || people.found.get().into_iter().enumerate().map(|(index, choice)| {
                let picked = choice.clone();
                view! {
                    <div
                        id=format!("{option}-{index}")
                        role="option"
                        class="menu-item"
                        class:menu-active=move || people.active.get() == index
                        aria-selected=move || (people.active.get() == index).to_string()
                        on:mousedown=move |event| {
                            event.prevent_default();
                            pick.run(Some(picked.clone()));
                        }
                    >
                        <span class="grow truncate">{choice.label}</span>
                        {choice.detail.map(|detail| view! { <span class="text-muted truncate">{detail}</span> })}
                    </div>
                }
            }).collect_view()}
        </div>
    }
}
