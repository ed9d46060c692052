//! Setting an action item, or changing it.

use leptos::{ev, prelude::*};
use shared_types::{
    ActionPlanId, Patch, Permission,
    coaching::{ActionItem, ActionPlan, ActionPriority, CreateActionItem, UpdateActionItem},
    crm::LostReason,
};

use super::words::{ACTION_ITEMS, changed, item_path, priority_name, typed};
use crate::{
    core::{
        auth,
        components::{
            combobox::{Choice, PickField, picked},
            dialog::Dialog,
            field::{SelectField, TextArea, TextField, choices},
            form::{Form, FormError, Submit, filled},
        },
        http,
        query::{self, Query},
        toast,
    },
    crm::deal_api::{self, find_deals},
    identity::api::{find_members, myself},
    tr,
};

/// What a new item begins with.
#[derive(Clone, Default)]
pub struct Start {
    /// The plan it belongs to, which says whose it is.
    pub plan: Option<ActionPlan>,
    /// The deal it comes from.
    pub deal: Option<Choice>,
    /// Who is to do it.
    pub owner: Option<Choice>,
}

#[component]
pub fn ActionItemDialog(
    open: RwSignal<bool>,
    /// What is changed; nothing where one is set.
    #[prop(optional, into)]
    before: Signal<Option<ActionItem>>,
    #[prop(optional, into)] start: Signal<Start>,
) -> impl IntoView {
    let title = Signal::derive(move || {
        if before.with(Option::is_some) {
            tr!(action_item.change).to_owned()
        } else {
            tr!(action_item.add).to_owned()
        }
    });
    view! {
        <Dialog open=open title=title>
            <ActionItemForm open=open before=before.get_untracked() start=start.get_untracked()/>
        </Dialog>
    }
}

/// The fields, as they are typed.
#[derive(Clone, Copy)]
struct Fields {
    title: RwSignal<String>,
    description: RwSignal<String>,
    owner: RwSignal<Option<Choice>>,
    due: RwSignal<String>,
    priority: RwSignal<String>,
    deal: RwSignal<Option<Choice>>,
    reason: RwSignal<String>,
}

impl Fields {
    fn new(before: Option<&ActionItem>, start: Start) -> Self {
        let Some(item) = before else {
            return Self {
                title: RwSignal::new(String::new()),
                description: RwSignal::new(String::new()),
                owner: RwSignal::new(start.owner.or_else(myself)),
                due: RwSignal::new(String::new()),
                priority: RwSignal::new(ActionPriority::Normal.to_string()),
                deal: RwSignal::new(start.deal),
                reason: RwSignal::new(String::new()),
            };
        };
        let deal = item.deal_id.map(|id| Choice {
            id: id.to_string(),
            label: item.deal_title.clone().unwrap_or_default(),
            detail: None,
        });
        Self {
            title: RwSignal::new(item.title.clone()),
            description: RwSignal::new(item.description.clone().unwrap_or_default()),
            owner: RwSignal::new(None),
            due: RwSignal::new(typed(item.due_on)),
            priority: RwSignal::new(item.priority.to_string()),
            deal: RwSignal::new(deal),
            reason: RwSignal::new(
                item.lost_reason_id
                    .map(|id| id.to_string())
                    .unwrap_or_default(),
            ),
        }
    }

    fn create(self, plan: Option<ActionPlanId>) -> CreateActionItem {
        CreateActionItem {
            title: self.title.get_untracked().trim().to_owned(),
            description: filled(&self.description.get_untracked()),
            owner_id: if plan.is_some() {
                None
            } else {
                picked(self.owner)
            },
            plan_id: plan,
            due_on: self.due.get_untracked().parse().ok(),
            priority: self.priority.get_untracked().parse().ok(),
            deal_id: picked(self.deal),
            lost_reason_id: self.reason.get_untracked().parse().ok(),
        }
    }

    /// What differs from how it was: fields that nobody touched stay as others may have left them.
    fn difference(self, before: &ActionItem) -> UpdateActionItem {
        let now = self.create(None);
        UpdateActionItem {
            title: (now.title != before.title).then_some(now.title),
            description: Patch::between(before.description.as_ref(), now.description),
            plan_id: Patch::Keep,
            due_on: Patch::between(before.due_on.as_ref(), now.due_on),
            priority: now.priority.filter(|priority| *priority != before.priority),
            status: None,
            deal_id: Patch::between(before.deal_id.as_ref(), now.deal_id),
            lost_reason_id: Patch::between(before.lost_reason_id.as_ref(), now.lost_reason_id),
            clear: Vec::new(),
        }
    }
}

fn reasons(all: Query<http::Page<LostReason>>) -> Signal<Vec<(String, String)>> {
    Signal::derive(move || {
        let mut options = vec![(String::new(), tr!(action_item.no_reason).to_owned())];
        let named = all.load.get().ready().map(|page| page.data);
        let named = named.unwrap_or_default().into_iter();
        options.extend(named.map(|reason| (reason.id.to_string(), reason.name)));
        options
    })
}

#[component]
fn ActionItemForm(open: RwSignal<bool>, before: Option<ActionItem>, start: Start) -> impl IntoView {
    let cache = query::cache();
    let plan = start.plan.as_ref().map(|plan| plan.id);
    let agent = start.plan.as_ref().map(|plan| plan.agent_name.clone());
    let fields = Fields::new(before.as_ref(), start);
    let is_new = before.is_none();
    let choose_owner = is_new && plan.is_none();
    let all = query::page::<LostReason>(|| {
        auth::may(Permission::PipelinesRead).then(|| deal_api::all(deal_api::LOST_REASONS))
    });
    let before = StoredValue::new(before);
    let form = Form::new();
    let saved = move |_: ActionItem| {
        changed(cache);
        let _ = open.try_set(false);
        toast::good(if is_new {
            tr!(action_item.added)
        } else {
            tr!(settings.saved)
        });
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        match before.get_value() {
            None => form.submit(
                fields.create(plan),
                |body| async move { http::post(ACTION_ITEMS, &body).await },
                saved,
            ),
            Some(before) => form.submit(
                fields.difference(&before),
                move |patch| async move {
                    http::patch(&item_path(before.id), &patch, Some(before.version)).await
                },
                saved,
            ),
        }
    };
    view! {
        <form class="dialog-form" on:submit=submit novalidate>
            <div class="dialog-body stack">
                <FormError form=form/>
                <TextField label=tr!(action_item.title) value=fields.title error=form.field("title") autofocus=true/>
                {choose_owner.then(|| view! {
                    <PickField label=tr!(action_item.owner) value=fields.owner find=find_members error=form.field("ownerId")/>
                })}
                {agent.map(|agent| view! { <p class="text-muted">{tr!(action_item.for_agent, name = agent.as_str())}</p> })}
                <div class="pair">
                    <TextField label=tr!(activity.due) value=fields.due error=form.field("dueOn") kind="date" optional=true/>
                    <SelectField label=tr!(action_item.priority) value=fields.priority options=choices(ActionPriority::ALL, priority_name)/>
                </div>
                {auth::may(Permission::DealsRead).then(|| view! {
                    <div class="pair">
                        <PickField label=tr!(settings.subject.deal) value=fields.deal find=find_deals error=form.field("dealId") optional=true/>
                        <SelectField label=tr!(action_item.reason) value=fields.reason options=reasons(all) optional=true/>
                    </div>
                })}
                <TextArea label=tr!(activity.description) value=fields.description error=form.field("description") optional=true/>
            </div>
            <footer class="dialog-foot">
                <button type="button" class="btn" on:click=move |_| open.set(false)>{tr!(common.cancel)}</button>
                <Submit form=form label=tr!(settings.save)/>
            </footer>
        </form>
    }
}
