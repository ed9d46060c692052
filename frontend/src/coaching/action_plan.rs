//! One action plan: its goal, its items in their order, and its history.

use domain::coaching::{action_item::decides, action_plan::next};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_params_map;
use shared_types::{
    Permission,
    coaching::{
        ActionItem, ActionItemStatus, ActionPlan, ActionPlanStatus, OrderActionItems,
        UpdateActionPlan,
    },
};

use super::{
    action_item::{Trash, field_name},
    action_item_form::{ActionItemDialog, Start},
    action_items::tick,
    action_plans::ActionPlanDialog,
    words::{
        ACTION_ITEMS, ACTION_PLANS, changed, due_badge, item_path, plan_badge, plan_path,
        plan_status_name, priority_badge,
    },
};
use crate::{
    core::{
        auth,
        components::{
            icons::{Icon, icon},
            states::{Skeleton, failure},
            timeline::Timeline,
        },
        format, http, page,
        query::{self, Load},
        toast,
    },
    tr,
};

crate::lazy_page!(ActionPlanPage for ActionPlansRead => view! { <Record/> });

#[component]
fn Record() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let plan = query::record::<ActionPlan>(move || Some(plan_path(id.get())));
    page::title(move || {
        let loaded = plan.load.get().ready();
        loaded.map_or_else(|| tr!(action_plan.one).to_owned(), |it| it.title)
    });
    view! {
        <div class="page page-narrow">
            {move || match plan.load.get() {
                Load::Loading => view! { <Skeleton lines=8/> }.into_any(),
                Load::Failed(error) => failure(&error, move || plan.retry()),
                Load::Ready(it) => shown(&it),
            }}
        </div>
    }
}

fn shown(it: &ActionPlan) -> AnyView {
    let trashed = it.deleted_at;
    let decides = auth::me().is_some_and(|me| decides(me.member_id, it.agent_id, it.created_by_id));
    let may = decides && auth::may_on(Permission::ActionPlansWrite, Some(it.agent_id));
    let open = RwSignal::new(false);
    let held = StoredValue::new(it.clone());
    let before = Signal::derive(move || Some(held.get_value()));
    view! {
        <nav class="crumbs" aria-label=tr!(record.crumbs)><a href=ACTION_PLANS>{tr!(action_plan.list)}</a></nav>
        <header class="page-head">
            <h1 class="page-title">{it.title.clone()}" "{plan_badge(it.status)}</h1>
            <div class="page-actions">
                {(may && trashed.is_none()).then(|| view! {
                    <Steps it=it.clone()/>
                    <button type="button" class="btn record-edit" on:click=move |_| open.set(true)>{icon(Icon::Pencil)}{tr!(action_plan.change)}</button>
                })}
                {may.then(|| view! { <Trash path=plan_path(it.id) trashed=trashed.is_some()/> })}
            </div>
        </header>
        {trashed.map(|at| view! { <p class="alert alert-warn">{icon(Icon::Trash)}<span>{tr!(record.in_trash, day = format::date_of(at))}</span></p> })}
        <section class="card" aria-label=tr!(record.details)>
            <dl class="facts">
                <dt>{tr!(action_item.owner)}</dt><dd>{it.agent_name.clone()}</dd>
                <dt>{tr!(action_item.creator)}</dt><dd>{it.created_by_name.clone()}</dd>
                {it.due_on.map(|day| view! { <dt>{tr!(activity.due)}</dt><dd>{format::day(day)}</dd> })}
                {it.goal.clone().map(|goal| view! { <dt>{tr!(action_plan.goal)}</dt><dd class="pre-line">{goal}</dd> })}
            </dl>
        </section>
        <Items plan=it.clone() may=may && trashed.is_none()/>
        <section class="card" aria-labelledby="plan-history">
            <h2 id="plan-history" class="card-title">{tr!(record.history)}</h2>
            <Timeline path=format!("{}/timeline", plan_path(it.id)) label=field_name/>
        </section>
        <ActionPlanDialog open=open before=before/>
    }
    .into_any()
}

/// What it may become.
#[component]
fn Steps(it: ActionPlan) -> impl IntoView {
    let cache = query::cache();
    let id = it.id;
    let go = move |status: ActionPlanStatus| {
        spawn_local(async move {
            let patch = UpdateActionPlan {
                status: Some(status),
                ..UpdateActionPlan::default()
            };
            let answer = http::patch::<ActionPlan>(&plan_path(id), &patch, None).await;
            if let Err(error) = answer {
                toast::failed(&error);
            }
            changed(cache);
        });
    };
    next(it.status)
        .iter()
        .map(|&status| view! { <button type="button" class="btn" on:click=move |_| go(status)>{plan_status_name(status)}</button> })
        .collect_view()
}

#[component]
fn Items(plan: ActionPlan, may: bool) -> impl IntoView {
    let cache = query::cache();
    let open = RwSignal::new(false);
    let id = plan.id;
    let takes = plan.status == ActionPlanStatus::Active && plan.deleted_at.is_none();
    let adds = takes && auth::may_on(Permission::ActionItemsWrite, Some(plan.agent_id));
    let start = Signal::stored(Start {
        plan: Some(plan),
        ..Start::default()
    });
    let all = query::page::<ActionItem>(move || {
        Some(format!(
            "{ACTION_ITEMS}?planId={id}&sort=position&limit=100"
        ))
    });
    let reorder = move |items: Vec<ActionItem>, from: usize, to: usize| {
        let mut item_ids: Vec<_> = items.iter().map(|item| item.id).collect();
        item_ids.swap(from, to);
        spawn_local(async move {
            let order = OrderActionItems { item_ids };
            let path = format!("{}/order", plan_path(id));
            if let Err(error) = http::post::<ActionPlan>(&path, &order).await {
                toast::failed(&error);
            }
            changed(cache);
        });
    };
    let list = move |items: Vec<ActionItem>| {
        let done = items
            .iter()
            .filter(|item| item.status == ActionItemStatus::Done);
        let (done, count) = (done.count(), items.len());
        let held = StoredValue::new(items.clone());
        let rows = items.iter().enumerate().map(|(at, item)| {
            let button = |symbol, words: String, to: Option<usize>| {
                let to = to.filter(|to| *to < count);
                view! {
                    <button type="button" class="btn-icon" aria-label=words.clone() title=words disabled=to.is_none() on:click=move |_| if let Some(to) = to { reorder(held.get_value(), at, to); }>{icon(symbol)}</button>
                }
            };
            let name = item.title.as_str();
            view! {
                <li class="related-row activity-row">
                    {tick(item)}
                    <a class="link grow" href=item_path(item.id)>{item.title.clone()}</a>
                    {priority_badge(item.priority)}
                    <span class="activity-due">{due_badge(item)}</span>
                    {may.then(|| view! {
                        {button(Icon::Up, tr!(action_plan.up, name = name).to_string(), at.checked_sub(1))}
                        {button(Icon::Down, tr!(action_plan.down, name = name).to_string(), Some(at + 1))}
                    })}
                </li>
            }
        });
        view! {
            <p class="text-muted">{tr!(action_plan.progress, done = done, all = count)}</p>
            <progress class="plan-progress" max=count.to_string() value=done.to_string() aria-label=tr!(action_plan.progress_label)></progress>
            <ol class="related">{rows.collect_view()}</ol>
        }
        .into_any()
    };
    view! {
        <section class="card" aria-labelledby="plan-items">
            <header class="card-head">
                <h2 id="plan-items" class="card-title">{tr!(action_item.list)}</h2>
                {adds.then(|| view! {
                    <button type="button" class="btn btn-sm" on:click=move |_| open.set(true)>{icon(Icon::Add)}{tr!(action_item.add)}</button>
                })}
            </header>
            {move || match all.last.get() {
                Load::Loading => view! { <Skeleton lines=3/> }.into_any(),
                Load::Failed(error) => failure(&error, move || all.retry()),
                Load::Ready(page) if page.data.is_empty() => view! { <p class="text-muted">{tr!(action_plan.no_items)}</p> }.into_any(),
                Load::Ready(page) => list(page.data),
            }}
        </section>
        <ActionItemDialog open=open start=start/>
    }
}
