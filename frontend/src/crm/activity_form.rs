//! Planning an activity, writing down one that is done, or changing it.

use leptos::{ev, prelude::*};
use shared_types::{
    ErrorCode, Patch, Permission,
    crm::{Activity, ActivityKind, CreateActivity, UpdateActivity},
};

use super::{
    about::{About, AboutFields, AboutPicks, names},
    activity_api::{self, kinds},
    deal_form::fault,
};
use crate::{
    core::{
        auth,
        components::{
            combobox::{Choice, PickField, picked},
            dialog::Dialog,
            field::{CheckField, SelectField, TextArea, TextField},
            form::{Form, FormError, Submit, filled},
        },
        http::{self, Answer},
        local_time, query, toast,
    },
    identity::api::{find_members, myself},
    tr,
};

/// The dialog of a page, in which activities are added and changed.
#[derive(Clone, Copy)]
pub struct ActivityEditor {
    /// Whether it is open.
    pub open: RwSignal<bool>,
    /// What is changed in it; nothing where one is added.
    changed: RwSignal<Option<Activity>>,
}

impl ActivityEditor {
    /// Makes the dialog known to the rows of the page.
    pub fn provide(open: RwSignal<bool>) -> Self {
        let changed = RwSignal::new(None);
        // What opens it next may be the button that adds one.
        Effect::new(move |_| {
            if !open.get() {
                changed.set(None);
            }
        });
        let dialog = Self { open, changed };
        provide_context(dialog);
        dialog
    }

    /// The dialog in which somebody may change this activity.
    #[must_use]
    pub fn that_changes(activity: &Activity) -> Option<Self> {
        let may = activity.deleted_at.is_none()
            && auth::may_on(Permission::ActivitiesWrite, activity.owner_id);
        may.then(use_context).flatten()
    }

    /// Opens it with an activity.
    pub fn change(self, activity: Activity) {
        self.changed.set(Some(activity));
        self.open.set(true);
    }
}

/// How long before an activity is due one can be reminded; the one that was chosen is among them.
fn reminders(chosen: Option<i32>) -> Vec<(String, String)> {
    let minutes = |count: i32| {
        (
            count.to_string(),
            tr!(activity.remind_minutes, minutes = count).to_string(),
        )
    };
    let mut all = vec![
        (String::new(), tr!(activity.remind_never).to_owned()),
        ("0".to_owned(), tr!(activity.remind_then).to_owned()),
        minutes(10),
        minutes(30),
        ("60".to_owned(), tr!(activity.remind_hour).to_owned()),
        ("1440".to_owned(), tr!(activity.remind_day).to_owned()),
    ];
    let other = chosen.filter(|chosen| !all.iter().any(|(value, _)| *value == chosen.to_string()));
    all.extend(other.map(minutes));
    all
}

#[component]
pub fn ActivityDialog(
    dialog: ActivityEditor,
    /// What a new one is about.
    #[prop(optional, into)]
    about: Signal<About>,
) -> impl IntoView {
    let title = Signal::derive(move || {
        if dialog.changed.with(Option::is_some) {
            tr!(activity.change).to_owned()
        } else {
            tr!(activity.add).to_owned()
        }
    });
    view! {
        <Dialog open=dialog.open title=title><ActivityForm dialog=dialog about=about/></Dialog>
    }
}

/// The fields of the form, as they are typed.
#[derive(Clone, Copy)]
struct Fields {
    subject: RwSignal<String>,
    kind: RwSignal<String>,
    owner: RwSignal<Option<Choice>>,
    due: RwSignal<String>,
    minutes: RwSignal<String>,
    remind: RwSignal<String>,
    about: AboutFields,
    description: RwSignal<String>,
    done: RwSignal<bool>,
}

fn number(value: Option<i32>) -> RwSignal<String> {
    RwSignal::new(value.map(|value| value.to_string()).unwrap_or_default())
}

impl Fields {
    fn empty(about: About, cache: query::Cache) -> Self {
        Self {
            subject: RwSignal::new(String::new()),
            kind: RwSignal::new(ActivityKind::Call.to_string()),
            owner: RwSignal::new(myself()),
            due: RwSignal::new(String::new()),
            minutes: number(None),
            remind: number(None),
            about: AboutFields::new(about, [None; 4], cache),
            description: RwSignal::new(String::new()),
            done: RwSignal::new(false),
        }
    }

    fn of(activity: &Activity, cache: query::Cache) -> Self {
        let owner = activity.owner_id.map(|id| Choice {
            id: id.to_string(),
            label: activity.owner_name.clone().unwrap_or_default(),
            detail: None,
        });
        Self {
            subject: RwSignal::new(activity.subject.clone()),
            kind: RwSignal::new(activity.kind.to_string()),
            owner: RwSignal::new(owner),
            due: RwSignal::new(activity.due_at.map(local_time::written).unwrap_or_default()),
            minutes: number(activity.duration_minutes),
            remind: number(activity.remind_minutes),
            about: AboutFields::new(activity.into(), names(activity), cache),
            description: RwSignal::new(activity.description.clone().unwrap_or_default()),
            done: RwSignal::new(activity.done_at.is_some()),
        }
    }

    /// What is typed, as a new activity.
    fn read(self) -> Answer<CreateActivity> {
        let minutes = filled(&self.minutes.get_untracked());
        let about = self.about.get_untracked();
        Ok(CreateActivity {
            subject: self.subject.get_untracked().trim().to_owned(),
            description: filled(&self.description.get_untracked()),
            due_at: local_time::read(&self.due.get_untracked()),
            duration_minutes: minutes
                .map(|text| text.parse())
                .transpose()
                .map_err(|_| fault("durationMinutes", tr!(record.not_a_number)))?,
            remind_minutes: self.remind.get_untracked().parse().ok(),
            owner_id: picked(self.owner),
            company_id: about.company,
            contact_id: about.contact,
            lead_id: about.lead,
            deal_id: about.deal,
            kind: self
                .kind
                .get_untracked()
                .parse()
                .unwrap_or(ActivityKind::Task),
            done: Some(self.done.get_untracked()),
            external_id: None,
        })
    }
}

/// What differs between an activity and what is typed now: fields that nobody touched stay as others may have left them.
fn difference(before: &Activity, now: CreateActivity) -> UpdateActivity {
    // Seconds are not typed.
    let minute = |at| local_time::written(at);
    let due_at = if before.due_at.map(minute) == now.due_at.map(minute) {
        before.due_at
    } else {
        now.due_at
    };
    UpdateActivity {
        subject: (now.subject != before.subject).then_some(now.subject),
        description: Patch::between(before.description.as_ref(), now.description),
        due_at: Patch::between(before.due_at.as_ref(), due_at),
        duration_minutes: Patch::between(before.duration_minutes.as_ref(), now.duration_minutes),
        remind_minutes: Patch::between(before.remind_minutes.as_ref(), now.remind_minutes),
        owner_id: Patch::between(before.owner_id.as_ref(), now.owner_id),
        company_id: Patch::between(before.company_id.as_ref(), now.company_id),
        contact_id: Patch::between(before.contact_id.as_ref(), now.contact_id),
        lead_id: Patch::between(before.lead_id.as_ref(), now.lead_id),
        deal_id: Patch::between(before.deal_id.as_ref(), now.deal_id),
        kind: (now.kind != before.kind).then_some(now.kind),
        done: now.done.filter(|done| *done != before.done_at.is_some()),
        external_id: Patch::Keep,
        clear: Vec::new(),
    }
}

#[component]
fn ActivityForm(dialog: ActivityEditor, about: Signal<About>) -> impl IntoView {
    let cache = query::cache();
    let before = dialog.changed.get_untracked();
    let fields = match &before {
        Some(activity) => Fields::of(activity, cache),
        None => Fields::empty(about.get_untracked(), cache),
    };
    let chosen = before.as_ref().and_then(|before| before.remind_minutes);
    let verb = if before.is_some() {
        tr!(settings.save)
    } else {
        tr!(activity.add)
    };
    let version = StoredValue::new(before.as_ref().map_or(0, |before| before.version));
    let before = StoredValue::new(before);
    let form = Form::new();
    let saved = move |activity: Activity, words: String| {
        activity_api::changed(cache, &activity);
        if let Some(before) = before.get_value() {
            About::from(&before).stale(cache);
        }
        let _ = dialog.open.try_set(false);
        toast::good(words);
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let written = match fields.read() {
            Ok(written) => written,
            Err(error) => return form.fail(error),
        };
        let Some(before) = before.get_value() else {
            return form.submit(
                written,
                |written| async move { activity_api::create_activity(&written).await },
                move |activity: Activity| {
                    let words = tr!(activity.added, name = activity.subject.as_str());
                    saved(activity, words);
                },
            );
        };
        form.submit(
            difference(&before, written),
            move |patch| async move {
                let answer =
                    activity_api::update_activity(before.id, version.get_value(), &patch).await;
                if answer
                    .as_ref()
                    .is_err_and(|error| error.is(ErrorCode::VersionMismatch))
                {
                    cache.stale(activity_api::ACTIVITIES);
                    // Whoever saves once more has been told, and changes what is there now.
                    let path = activity_api::activity_path(before.id);
                    let now = http::get_text(&path)
                        .await
                        .and_then(|text| http::parse::<Activity>(&text));
                    if let Ok(now) = now {
                        version.try_set_value(now.version);
                    }
                }
                answer
            },
            move |activity: Activity| saved(activity, tr!(settings.saved).to_owned()),
        );
    };
    view! {
        <form class="dialog-form" on:submit=submit novalidate>
            <div class="dialog-body stack">
                <FormError form=form/>
                <TextField label=tr!(activity.subject) value=fields.subject error=form.field("subject") autofocus=true/>
                <div class="pair">
                    <SelectField label=tr!(activity.kind) value=fields.kind options=kinds()/>
                    <PickField label=tr!(activity.owner) value=fields.owner find=find_members error=form.field("ownerId") optional=true/>
                </div>
                <div class="pair">
                    <TextField label=tr!(activity.due) value=fields.due error=form.field("dueAt") kind="datetime-local" optional=true/>
                    <TextField label=tr!(activity.minutes) value=fields.minutes error=form.field("durationMinutes") mode="numeric" optional=true/>
                </div>
                <SelectField label=tr!(activity.remind) value=fields.remind options=reminders(chosen) error=form.field("remindMinutes")/>
                <div class="pair"><AboutPicks fields=fields.about form=form/></div>
                <TextArea label=tr!(activity.description) value=fields.description error=form.field("description") optional=true/>
                <CheckField label=tr!(activity.done_already) value=fields.done/>
            </div>
            <footer class="dialog-foot">
                <button type="button" class="btn" on:click=move |_| dialog.open.set(false)>{tr!(common.cancel)}</button>
                <Submit form=form label=verb/>
            </footer>
        </form>
    }
}
