//! My coaching: what is to be done, what plans it belongs to, and what coaches saw.

use leptos::prelude::*;
use shared_types::{
    Permission,
    coaching::{ActionItem, ActionPlan, QuickNote},
};

use super::{
    action_item_form::ActionItemDialog,
    action_items::row,
    words::{ACTION_ITEMS, ACTION_PLANS, QUICK_NOTES, category_badge, plan_path},
};
use crate::{
    core::{
        auth,
        components::icons::{Icon, icon},
        format, page,
    },
    crm::my_day::Part,
    tr,
};

crate::lazy_page!(MyCoachingPage for ActionItemsRead => view! { <MyCoaching/> });

fn plan(plan: ActionPlan) -> AnyView {
    view! {
        <li class="related-row">
            <a class="link grow truncate" href=plan_path(plan.id)>{plan.title}</a>
            <span class="text-muted">{plan.due_on.map(format::day)}</span>
        </li>
    }
    .into_any()
}

/// A quick note as its agent reads it.
pub fn note(note: QuickNote) -> AnyView {
    view! {
        <li class="related-row">
            <div class="grow">
                <p class="pre-line">{note.text}</p>
                <p class="activity-about text-muted">{note.author_name}" · "{format::day(note.observed_on)}</p>
            </div>
            {category_badge(note.category)}
        </li>
    }
    .into_any()
}

#[component]
fn MyCoaching() -> impl IntoView {
    page::title(|| tr!(my_coaching.title).to_owned());
    let open = RwSignal::new(false);
    let me = auth::me()
        .map(|me| me.member_id.to_string())
        .unwrap_or_default();
    let items = format!("{ACTION_ITEMS}?ownerId={me}&status=open,inProgress&sort=dueOn&limit=50");
    let done = format!("{ACTION_ITEMS}?ownerId={me}&status=done&sort=-updatedAt&limit=5");
    let plans = format!("{ACTION_PLANS}?agentId={me}&status=active&sort=dueOn&limit=20");
    let notes = format!("{QUICK_NOTES}?agentId={me}&sort=-observedOn&limit=10");
    view! {
        <div class="page">
            <header class="page-head">
                <h1 class="page-title">{tr!(my_coaching.title)}</h1>
                <div class="page-actions">
                    {auth::may(Permission::ActionItemsWrite).then(|| view! {
                        <button type="button" class="btn btn-primary" on:click=move |_| open.set(true)>{icon(Icon::Add)}{tr!(action_item.add)}</button>
                    })}
                </div>
            </header>
            <div class="record">
                <div>
                    <Part title=tr!(my_coaching.items) empty=tr!(my_coaching.no_items) path=items row=|it: ActionItem| row(&it, false)/>
                    <Part title=tr!(my_coaching.done) empty=tr!(my_coaching.nothing_done) path=done row=|it: ActionItem| row(&it, false)/>
                </div>
                <div class="record-side">
                    {auth::may(Permission::ActionPlansRead).then(|| view! {
                        <Part title=tr!(my_coaching.plans) empty=tr!(my_coaching.no_plans) path=plans row=plan/>
                    })}
                    {auth::may(Permission::QuickNotesRead).then(|| view! {
                        <Part title=tr!(my_coaching.notes) empty=tr!(my_coaching.no_notes) path=notes row=note/>
                    })}
                </div>
            </div>
        </div>
        <ActionItemDialog open=open/>
    }
}
