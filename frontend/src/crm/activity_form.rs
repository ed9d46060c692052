//! Planning an activity, or writing down one that is done.

use leptos::{ev, prelude::*};
use shared_types::{
    CompanyId, ContactId, DealId, LeadId,
    crm::{ActivityKind, CreateActivity},
};

use super::activity_api::{self, kinds};
use crate::{
    core::{
        auth,
        components::{
            combobox::{Choice, PickField},
            dialog::Dialog,
            field::{CheckField, SelectField, TextArea, TextField},
            form::{Form, FormError, Submit, filled},
        },
        format, query, toast,
    },
    identity::api::find_members,
    tr,
};

/// What a new activity is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct About {
    pub company: Option<CompanyId>,
    pub contact: Option<ContactId>,
    pub lead: Option<LeadId>,
    pub deal: Option<DealId>,
}

impl About {
    /// The filter of a list by the record closest to what it is about.
    #[must_use]
    pub fn filter(self) -> String {
        match self {
            Self { deal: Some(id), .. } => format!("dealId={id}"),
            Self { lead: Some(id), .. } => format!("leadId={id}"),
            Self {
                contact: Some(id), ..
            } => format!("contactId={id}"),
            Self {
                company: Some(id), ..
            } => format!("companyId={id}"),
            _ => String::new(),
        }
    }
}

/// How long before an activity is due one can be reminded.
fn reminders() -> Vec<(String, String)> {
    let minutes = |count: u32| {
        (
            count.to_string(),
            tr!(activity.remind_minutes, minutes = count).to_string(),
        )
    };
    vec![
        (String::new(), tr!(activity.remind_never).to_owned()),
        ("0".to_owned(), tr!(activity.remind_then).to_owned()),
        minutes(10),
        minutes(30),
        ("60".to_owned(), tr!(activity.remind_hour).to_owned()),
        ("1440".to_owned(), tr!(activity.remind_day).to_owned()),
    ]
}

#[component]
pub fn ActivityDialog(open: RwSignal<bool>, #[prop(into)] about: Signal<About>) -> impl IntoView {
    view! {
        <Dialog open=open title=tr!(activity.add)><ActivityForm open=open about=about/></Dialog>
    }
}

#[component]
fn ActivityForm(open: RwSignal<bool>, about: Signal<About>) -> impl IntoView {
    let cache = query::cache();
    let text = || RwSignal::new(String::new());
    let (subject, due, minutes, description) = (text(), text(), text(), text());
    let remind = text();
    let kind = RwSignal::new(ActivityKind::Call.to_string());
    let done = RwSignal::new(false);
    let owner = RwSignal::new(auth::me().map(|me| Choice {
        id: me.member_id.to_string(),
        label: format!("{} {}", me.user.first_name, me.user.last_name),
        detail: None,
    }));
    let form = Form::new();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let about = about.get_untracked();
        let activity = CreateActivity {
            subject: subject.get_untracked().trim().to_owned(),
            description: filled(&description.get_untracked()),
            due_at: format::local_time(&due.get_untracked()),
            duration_minutes: filled(&minutes.get_untracked()).and_then(|it| it.parse().ok()),
            remind_minutes: remind.get_untracked().parse().ok(),
            owner_id: owner
                .get_untracked()
                .and_then(|owner| owner.id.parse().ok()),
            company_id: about.company,
            contact_id: about.contact,
            lead_id: about.lead,
            deal_id: about.deal,
            kind: kind.get_untracked().parse().unwrap_or(ActivityKind::Task),
            done: Some(done.get_untracked()),
        };
        form.submit(
            activity,
            |activity| async move { activity_api::create_activity(&activity).await },
            move |activity| {
                activity_api::changed(cache, &activity);
                let _ = open.try_set(false);
                toast::good(tr!(activity.added, name = activity.subject.as_str()));
            },
        );
    };
    view! {
        <form class="dialog-form" on:submit=submit novalidate>
            <div class="dialog-body stack">
                <FormError form=form/>
                <div class="pair">
                    <SelectField label=tr!(activity.kind) value=kind options=kinds()/>
                    <PickField label=tr!(activity.owner) value=owner find=find_members error=form.field("ownerId") optional=true/>
                </div>
                <TextField label=tr!(activity.subject) value=subject error=form.field("subject") autofocus=true/>
                <div class="pair">
                    <TextField label=tr!(activity.due) value=due error=form.field("dueAt") kind="datetime-local" optional=true/>
                    <TextField label=tr!(activity.minutes) value=minutes error=form.field("durationMinutes") mode="numeric" optional=true/>
                </div>
                <SelectField label=tr!(activity.remind) value=remind options=reminders() error=form.field("remindMinutes")/>
                <TextArea label=tr!(activity.description) value=description error=form.field("description") optional=true/>
                <CheckField label=tr!(activity.done_already) value=done/>
            </div>
            <footer class="dialog-foot">
                <button type="button" class="btn" on:click=move |_| open.set(false)>{tr!(common.cancel)}</button>
                <Submit form=form label=tr!(activity.add)/>
            </footer>
        </form>
    }
}
