//! One action item: what is to be done, how it stands, and its history.

use domain::coaching::action_item::{decides, next};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_params_map;
use shared_types::{
    Permission,
    coaching::{ActionItem, ActionItemStatus},
};

use super::{
    action_item_form::ActionItemDialog,
    words::{
        ACTION_ITEMS, changed, due_badge, item_path, plan_path, priority_badge, priority_name,
        set_status, status_badge, status_name,
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
    crm::deal_api::deal_path,
    tr,
};

crate::lazy_page!(ActionItemPage for ActionItemsRead => view! { <Record/> });

#[component]
fn Record() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let item = query::record::<ActionItem>(move || Some(item_path(id.get())));
    page::title(move || {
        let loaded = item.load.get().ready();
        loaded.map_or_else(|| tr!(action_item.one).to_owned(), |it| it.title)
    });
    view! {
        <div class="page page-narrow">
            {move || match item.load.get() {
                Load::Loading => view! { <Skeleton lines=8/> }.into_any(),
                Load::Failed(error) => failure(&error, move || item.retry()),
                Load::Ready(it) => shown(&it),
            }}
        </div>
    }
}

/// Whether who is signed in decides about all of the item.
fn mine_to_change(it: &ActionItem) -> bool {
    let decides = auth::me().is_some_and(|me| decides(me.member_id, it.owner_id, it.created_by_id));
    decides && auth::may_on(Permission::ActionItemsWrite, Some(it.owner_id))
}

fn shown(it: &ActionItem) -> AnyView {
    let trashed = it.deleted_at;
    let works = trashed.is_none() && auth::may_on(Permission::ActionItemsWrite, Some(it.owner_id));
    let open = RwSignal::new(false);
    let held = StoredValue::new(it.clone());
    let before = Signal::derive(move || Some(held.get_value()));
    let changes = trashed.is_none() && mine_to_change(it);
    let line = |name: &'static str, value: Option<AnyView>| {
        value.map(|value| view! { <dt>{name}</dt><dd>{value}</dd> })
    };
    let plan = it
        .plan_id
        .zip(it.plan_title.clone())
        .map(|(id, title)| view! { <a class="link" href=plan_path(id)>{title}</a> }.into_any());
    let deal = it
        .deal_id
        .zip(it.deal_title.clone())
        .map(|(id, title)| view! { <a class="link" href=deal_path(id)>{title}</a> }.into_any());
    let text = |text: Option<&String>| text.cloned().map(IntoAny::into_any);
    view! {
        <nav class="crumbs" aria-label=tr!(record.crumbs)><a href=ACTION_ITEMS>{tr!(action_item.list)}</a></nav>
        <header class="page-head">
            <h1 class="page-title">{it.title.clone()}" "{status_badge(it.status)}" "{priority_badge(it.priority)}</h1>
            <div class="page-actions">
                {works.then(|| view! { <Steps it=it.clone()/> })}
                {changes.then(|| view! {
                    <button type="button" class="btn record-edit" on:click=move |_| open.set(true)>{icon(Icon::Pencil)}{tr!(action_item.change)}</button>
                })}
                {mine_to_change(it).then(|| view! { <Trash path=item_path(it.id) trashed=trashed.is_some()/> })}
            </div>
        </header>
        {trashed.map(|at| view! { <p class="alert alert-warn">{icon(Icon::Trash)}<span>{tr!(record.in_trash, day = format::date_of(at))}</span></p> })}
        <section class="card" aria-label=tr!(record.details)>
            <dl class="facts">
                {line(tr!(action_item.owner), Some(it.owner_name.clone().into_any()))}
                {line(tr!(action_item.creator), Some(it.created_by_name.clone().into_any()))}
                {line(tr!(activity.due), Some(due_badge(it)))}
                {line(tr!(action_item.priority), Some(priority_name(it.priority).into_any()))}
                {line(tr!(action_plan.one), plan)}
                {line(tr!(settings.subject.deal), deal)}
                {line(tr!(action_item.reason), text(it.lost_reason_name.as_ref()))}
                {line(tr!(activity.description), text(it.description.as_ref()))}
            </dl>
        </section>
        <section class="card" aria-labelledby="item-history">
            <h2 id="item-history" class="card-title">{tr!(record.history)}</h2>
            <Timeline path=format!("{}/timeline", item_path(it.id)) label=field_name/>
        </section>
        <ActionItemDialog open=open before=before/>
    }
    .into_any()
}

/// What it may become.
#[component]
fn Steps(it: ActionItem) -> impl IntoView {
    let cache = query::cache();
    let id = it.id;
    let go = move |status: ActionItemStatus| {
        spawn_local(async move {
            if let Err(error) = set_status(id, status).await {
                toast::failed(&error);
            }
            changed(cache);
        });
    };
    next(it.status)
        .iter()
        .map(|&status| {
            let class = if status == ActionItemStatus::Done { "btn btn-primary" } else { "btn" };
            view! { <button type="button" class=class on:click=move |_| go(status)>{status_name(status)}</button> }
        })
        .collect_view()
}

/// Moves an item or a plan to the trash, or takes it out.
#[component]
pub fn Trash(path: String, trashed: bool) -> impl IntoView {
    let cache = query::cache();
    let path = StoredValue::new(path);
    let click = move |_| {
        let path = path.get_value();
        spawn_local(async move {
            let answer = if trashed {
                http::act::<serde_json::Value>(&format!("{path}/restore"))
                    .await
                    .map(drop)
            } else {
                http::delete(&path).await
            };
            match answer {
                Ok(()) if trashed => toast::good(tr!(record.restored)),
                Ok(()) => toast::good(tr!(record.trashed)),
                Err(error) => toast::failed(&error),
            }
            changed(cache);
        });
    };
    let (symbol, words) = if trashed {
        (Icon::Restore, tr!(record.restore))
    } else {
        (Icon::Trash, tr!(record.trash))
    };
    view! { <button type="button" class="btn" on:click=click>{icon(symbol)}{words}</button> }
}

/// What a field of an item or a plan is called.
pub fn field_name(field: &str) -> String {
    match field {
        "title" => tr!(action_item.title),
        "description" => tr!(activity.description),
        "goal" => tr!(action_plan.goal),
        "ownerId" => tr!(action_item.owner),
        "planId" | "planTitle" => tr!(action_plan.one),
        "dueOn" => tr!(activity.due),
        "priority" => tr!(action_item.priority),
        "status" => tr!(settings.state),
        "completedAt" | "closedAt" => tr!(activity.done),
        "dealId" | "dealTitle" => tr!(settings.subject.deal),
        "lostReasonId" | "lostReasonName" => tr!(action_item.reason),
        other => return other.to_owned(),
    }
    .to_owned()
}
