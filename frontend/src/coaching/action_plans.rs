//! Action plans: the list, and the form.

use leptos::{ev, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use shared_types::{
    Patch, Permission,
    coaching::{ActionPlan, ActionPlanStatus, CreateActionPlan, UpdateActionPlan},
};

use super::words::{ACTION_PLANS, changed, plan_badge, plan_path, plan_status_name, typed};
use crate::{
    core::{
        auth,
        components::{
            adding::{add_button, adding},
            combobox::{Choice, PickField, picked},
            dialog::Dialog,
            field::{TextArea, TextField, choices},
            filter::{PickFilter, SelectFilter},
            form::{Form, FormError, Submit, filled},
            icons::Icon,
            list::{ListPage, ListSpec},
            table::{Column, Rows},
        },
        format, http, query, toast,
        url::UrlState,
    },
    crm::deal_form::fault,
    identity::api::{MEMBERS, find_members},
    tr,
};

crate::lazy_page!(ActionPlansPage for ActionPlansRead => view! { <ActionPlans/> });

fn spec() -> ListSpec<ActionPlan> {
    ListSpec {
        title: tr!(action_plan.list).to_owned(),
        resource: ACTION_PLANS,
        filters: &["agentId", "createdById", "status", "dueAfter", "dueBefore"],
        columns: vec![
            Column::new(tr!(action_item.title), |it: &ActionPlan| {
                it.title.clone().into_any()
            })
            .key("title"),
            Column::new(tr!(settings.state), |it: &ActionPlan| plan_badge(it.status)).key("status"),
            Column::new(tr!(activity.due), |it: &ActionPlan| {
                it.due_on.map(format::day).into_any()
            })
            .sort("dueOn"),
            Column::owner(tr!(action_item.owner), |it: &ActionPlan| {
                Some(&it.agent_name)
            }),
            Column::ago(tr!(action_plan.made), "createdAt", |it: &ActionPlan| {
                it.created_at
            }),
        ],
        rows: Rows {
            id: |it| it.id.to_string(),
            name: |it| it.title.clone(),
            href: |it| Some(plan_path(it.id)),
        },
        default_sort: "-createdAt",
        empty: (
            Icon::Flag,
            tr!(action_plan.none).to_owned(),
            tr!(action_plan.none_text).to_owned(),
        ),
        search_label: tr!(action_plan.search).to_owned(),
        trash: auth::may(Permission::ActionPlansWrite),
        exports: false,
        duplicates: None,
    }
}

#[component]
fn ActionPlans() -> impl IntoView {
    let adding = adding();
    let actions = move || add_button(adding, Permission::ActionPlansWrite, tr!(action_plan.add));
    let filters = Callback::new(|url: UrlState| {
        view! {
            <SelectFilter url=url name="status" label=tr!(settings.state) options=choices(ActionPlanStatus::ALL, plan_status_name)/>
            <PickFilter url=url name="agentId" label=tr!(action_item.owner) find=find_members resource=MEMBERS/>
        }
        .into_any()
    });
    view! {
        <ListPage spec=spec() actions=actions filters=filters/>
        <ActionPlanDialog open=adding/>
    }
}

#[component]
pub fn ActionPlanDialog(
    open: RwSignal<bool>,
    /// What is changed; nothing where one is made.
    #[prop(optional, into)]
    before: Signal<Option<ActionPlan>>,
) -> impl IntoView {
    let title = Signal::derive(move || {
        if before.with(Option::is_some) {
            tr!(action_plan.change).to_owned()
        } else {
            tr!(action_plan.add).to_owned()
        }
    });
    view! {
        <Dialog open=open title=title><ActionPlanForm open=open before=before.get_untracked()/></Dialog>
    }
}

#[component]
fn ActionPlanForm(open: RwSignal<bool>, before: Option<ActionPlan>) -> impl IntoView {
    let (cache, navigate) = (query::cache(), use_navigate());
    let of = |read: fn(&ActionPlan) -> String| {
        RwSignal::new(before.as_ref().map(read).unwrap_or_default())
    };
    let title = of(|it| it.title.clone());
    let goal = of(|it| it.goal.clone().unwrap_or_default());
    let due = of(|it| typed(it.due_on));
    let agent = RwSignal::new(None::<Choice>);
    let is_new = before.is_none();
    let (before, navigate) = (StoredValue::new(before), StoredValue::new(navigate));
    let form = Form::new();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let written = title.get_untracked().trim().to_owned();
        let goal = filled(&goal.get_untracked());
        let due_on = due.get_untracked().parse().ok();
        if let Some(before) = before.get_value() {
            let patch = UpdateActionPlan {
                title: (written != before.title).then_some(written),
                goal: Patch::between(before.goal.as_ref(), goal),
                due_on: Patch::between(before.due_on.as_ref(), due_on),
                ..UpdateActionPlan::default()
            };
            return form.submit(
                patch,
                move |patch| async move {
                    http::patch(&plan_path(before.id), &patch, Some(before.version)).await
                },
                move |_: ActionPlan| {
                    changed(cache);
                    let _ = open.try_set(false);
                    toast::good(tr!(settings.saved));
                },
            );
        }
        let Some(agent_id) = picked(agent) else {
            return form.fail(fault("agentId", tr!(quick_note.choose_agent)));
        };
        let body = CreateActionPlan {
            title: written,
            goal,
            agent_id,
            due_on,
        };
        form.submit(
            body,
            |body| async move { http::post(ACTION_PLANS, &body).await },
            move |plan: ActionPlan| {
                changed(cache);
                let _ = open.try_set(false);
                // Its items are what comes next.
                navigate.with_value(|go| go(&plan_path(plan.id), NavigateOptions::default()));
            },
        );
    };
    view! {
        <form class="dialog-form" on:submit=submit novalidate>
            <div class="dialog-body stack">
                <FormError form=form/>
                <TextField label=tr!(action_item.title) value=title error=form.field("title") autofocus=true/>
                {is_new.then(|| view! { <PickField label=tr!(action_item.owner) value=agent find=find_members error=form.field("agentId")/> })}
                <TextArea label=tr!(action_plan.goal) value=goal error=form.field("goal") optional=true/>
                <TextField label=tr!(activity.due) value=due error=form.field("dueOn") kind="date" optional=true/>
            </div>
            <footer class="dialog-foot">
                <button type="button" class="btn" on:click=move |_| open.set(false)>{tr!(common.cancel)}</button>
                <Submit form=form label=tr!(settings.save)/>
            </footer>
        </form>
    }
}
