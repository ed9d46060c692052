//! The dialog in which a quick note is written, from anywhere by one key.

use leptos::{ev, html, prelude::*, task::spawn_local};
use serde_json::Value;
use shared_types::{
    CompanyId, ContactId, Patch, Permission,
    coaching::{
        CreateQuickNote, QuickNote, QuickNoteCategory, QuickNoteVisibility, UpdateQuickNote,
    },
};

use super::words::{QUICK_NOTES, category_name, typed};
use crate::{
    core::{
        auth,
        components::{
            combobox::{Choice, PickField, picked},
            dialog::Dialog,
            field::{CheckField, FieldFrame, SelectField, TextField, choices},
            form::{Form, FormError, Submit},
        },
        format, http, query, toast,
    },
    crm::{deal_api::find_deals, deal_form::fault},
    identity::api::find_members,
    tr,
};

thread_local! {
    static OPEN: ArcRwSignal<bool> = ArcRwSignal::new(false);
    static CHANGED: ArcRwSignal<Option<QuickNote>> = ArcRwSignal::new(None);
}

/// Opens the dialog for a new one; answers whether there is one for who is signed in.
pub fn open() -> bool {
    let may = auth::may(Permission::QuickNotesWrite);
    if may {
        CHANGED.with(|changed| changed.set(None));
        OPEN.with(|open| open.set(true));
    }
    may
}

/// Opens the dialog to change one.
pub fn change(note: QuickNote) {
    CHANGED.with(|changed| changed.set(Some(note)));
    OPEN.with(|open| open.set(true));
}

/// The dialog; it stands beside all pages.
#[component]
pub fn QuickNoteDialog() -> impl IntoView {
    let open = RwSignal::from(OPEN.with(Clone::clone));
    let changed = CHANGED.with(Clone::clone);
    let title = Signal::derive(move || {
        if changed.with(Option::is_some) {
            tr!(quick_note.change).to_owned()
        } else {
            tr!(quick_note.add).to_owned()
        }
    });
    view! { <Dialog open=open title=title><QuickNoteForm open=open/></Dialog> }
}

/// The fields, as they are typed.
#[derive(Clone, Copy)]
struct Fields {
    agent: RwSignal<Option<Choice>>,
    text: RwSignal<String>,
    category: RwSignal<String>,
    shared: RwSignal<bool>,
    day: RwSignal<String>,
    deal: RwSignal<Option<Choice>>,
    company: RwSignal<Option<Choice>>,
    contact: RwSignal<Option<Choice>>,
}

fn choice(id: Option<impl ToString>, label: Option<&String>) -> RwSignal<Option<Choice>> {
    RwSignal::new(id.map(|id| Choice {
        id: id.to_string(),
        label: label.cloned().unwrap_or_default(),
        detail: None,
    }))
}

impl Fields {
    fn empty() -> Self {
        let none = || RwSignal::new(None);
        Self {
            agent: none(),
            text: RwSignal::new(String::new()),
            category: RwSignal::new(QuickNoteCategory::Observation.to_string()),
            shared: RwSignal::new(false),
            day: RwSignal::new(typed(Some(format::today()))),
            deal: none(),
            company: none(),
            contact: none(),
        }
    }

    fn of(note: &QuickNote) -> Self {
        Self {
            agent: choice(Some(note.agent_id), Some(&note.agent_name)),
            text: RwSignal::new(note.text.clone()),
            category: RwSignal::new(note.category.to_string()),
            shared: RwSignal::new(note.visibility == QuickNoteVisibility::Shared),
            day: RwSignal::new(typed(Some(note.observed_on))),
            deal: choice(note.deal_id, note.deal_title.as_ref()),
            company: choice(note.company_id, note.company_name.as_ref()),
            contact: choice(note.contact_id, note.contact_name.as_ref()),
        }
    }

    /// Takes over what the page shows: whose record it is, and the record.
    fn follow_page(self) {
        let path = window().location().pathname().unwrap_or_default();
        let api = path.strip_prefix("/settings").unwrap_or(&path).to_owned();
        let mut parts = api.split('/').skip(1);
        let (Some(kind), Some(id)) = (parts.next().map(str::to_owned), parts.next()) else {
            return;
        };
        let known = ["deals", "companies", "contacts", "leads", "members"];
        if !known.contains(&kind.as_str()) || id.len() != 36 {
            return;
        }
        let id = id.to_owned();
        spawn_local(async move {
            let Ok(text) = http::get_text(&format!("/{kind}/{id}")).await else {
                return;
            };
            let Ok(record) = http::parse::<Value>(&text) else {
                return;
            };
            let word = |name: &str| record.get(name).and_then(Value::as_str).map(str::to_owned);
            let link = |label: Option<String>| {
                Some(Choice {
                    id: id.clone(),
                    label: label.unwrap_or_default(),
                    detail: None,
                })
            };
            let (agent, agent_name) = if kind == "members" {
                (Some(id.clone()), word("name"))
            } else {
                (word("ownerId"), word("ownerName"))
            };
            // Nobody writes about oneself; and who was faster has chosen.
            let me = auth::me().map(|me| me.member_id.to_string());
            if let Some(agent) = agent.filter(|agent| Some(agent) != me.as_ref()) {
                let _ = self.agent.try_update(|chosen| {
                    chosen.get_or_insert(Choice {
                        id: agent,
                        label: agent_name.unwrap_or_default(),
                        detail: None,
                    });
                });
            }
            let _ = match kind.as_str() {
                "deals" => self.deal.try_set(link(word("title"))),
                "companies" => self.company.try_set(link(word("name"))),
                "contacts" => self.contact.try_set(link(word("name"))),
                _ => None,
            };
        });
    }

    fn visibility(self) -> QuickNoteVisibility {
        if self.shared.get_untracked() {
            QuickNoteVisibility::Shared
        } else {
            QuickNoteVisibility::Private
        }
    }
}

#[component]
fn QuickNoteForm(open: RwSignal<bool>) -> impl IntoView {
    let cache = query::cache();
    let before = CHANGED.with(|changed| changed.get_untracked());
    let fields = before.as_ref().map_or_else(Fields::empty, Fields::of);
    if before.is_none() {
        fields.follow_page();
    }
    let is_new = before.is_none();
    let before = StoredValue::new(before);
    let form = Form::new();
    let saved = move |words: &'static str| {
        cache.stale(QUICK_NOTES);
        let _ = open.try_set(false);
        toast::good(words);
    };
    let send = move || {
        let category = fields.category.get_untracked().parse().ok();
        let observed_on = fields.day.get_untracked().parse().ok();
        let text = fields.text.get_untracked().trim().to_owned();
        if let Some(before) = before.get_value() {
            let patch = UpdateQuickNote {
                text: Some(text),
                category,
                visibility: Some(fields.visibility()),
                observed_on,
                deal_id: Patch::between(before.deal_id.as_ref(), picked(fields.deal)),
                company_id: Patch::between(
                    before.company_id.as_ref(),
                    picked::<CompanyId>(fields.company),
                ),
                contact_id: Patch::between(
                    before.contact_id.as_ref(),
                    picked::<ContactId>(fields.contact),
                ),
                clear: Vec::new(),
            };
            let path = format!("{QUICK_NOTES}/{}", before.id);
            return form.submit(
                patch,
                move |patch| async move { http::patch(&path, &patch, Some(before.version)).await },
                move |_: QuickNote| saved(tr!(settings.saved)),
            );
        }
        let Some(agent_id) = picked(fields.agent) else {
            return form.fail(fault("agentId", tr!(quick_note.choose_agent)));
        };
        let body = CreateQuickNote {
            agent_id,
            text,
            category,
            visibility: Some(fields.visibility()),
            observed_on,
            company_id: picked(fields.company),
            contact_id: picked(fields.contact),
            deal_id: picked(fields.deal),
        };
        form.submit(
            body,
            |body| async move { http::post(QUICK_NOTES, &body).await },
            move |_: QuickNote| saved(tr!(quick_note.added)),
        );
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        send();
    };
    let keys = move |event: ev::KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            send();
        }
    };
    let text = NodeRef::<html::Textarea>::new();
    let wrong = form.field("text");
    let linked = move || {
        let records = [
            (fields.company, "/companies"),
            (fields.contact, "/contacts"),
        ];
        records.map(|(field, list)| {
            field.get().map(|it| view! { <a class="link about" href=format!("{list}/{}", it.id)>{it.label}</a> })
        })
    };
    view! {
        <form class="dialog-form" on:submit=submit on:keydown=keys novalidate>
            <div class="dialog-body stack">
                <FormError form=form/>
                {if is_new {
                    view! { <PickField label=tr!(quick_note.agent) value=fields.agent find=find_members error=form.field("agentId")/> }.into_any()
                } else {
                    view! { <p class="text-muted">{move || fields.agent.get().map(|it| it.label)}</p> }.into_any()
                }}
                <FieldFrame id="quick-note-text".to_owned() label=tr!(quick_note.text).to_owned() hint=tr!(quick_note.keys).to_owned() optional=false error=wrong>
                    <textarea
                        node_ref=text
                        id="quick-note-text"
                        class="input"
                        rows="4"
                        maxlength="4000"
                        autofocus=true
                        aria-describedby="quick-note-text-hint quick-note-text-error"
                        aria-invalid=move || wrong.with(Option::is_some).to_string()
                        prop:value=move || fields.text.get()
                        on:input=move |event| fields.text.set(event_target_value(&event))
                    ></textarea>
                </FieldFrame>
                <div class="pair">
                    <SelectField label=tr!(quick_note.category) value=fields.category options=choices(QuickNoteCategory::ALL, category_name)/>
                    <TextField label=tr!(quick_note.observed) value=fields.day error=form.field("observedOn") kind="date"/>
                </div>
                {auth::may(Permission::DealsRead).then(|| view! {
                    <PickField label=tr!(settings.subject.deal) value=fields.deal find=find_deals error=form.field("dealId") optional=true/>
                })}
                <div>{linked}</div>
                <CheckField label=tr!(quick_note.share) value=fields.shared/>
            </div>
            <footer class="dialog-foot">
                <button type="button" class="btn" on:click=move |_| open.set(false)>{tr!(common.cancel)}</button>
                <Submit form=form label=tr!(settings.save)/>
            </footer>
        </form>
    }
}
