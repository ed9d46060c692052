//! Action items: the list, and the card on the page of a deal.

use leptos::{prelude::*, task::spawn_local};
use shared_types::{
    Permission,
    coaching::{ActionItem, ActionItemStatus, ActionPriority},
};

use super::{
    action_item_form::{ActionItemDialog, Start},
    words::{
        ACTION_ITEMS, changed, due_badge, item_path, priority_badge, priority_name, set_status,
        status_badge, status_name,
    },
};
use crate::{
    core::{
        auth,
        components::{
            adding::{add_button, adding},
            board_page::ListOrBoard,
            bulk::{BulkField, BulkSpec, Input, bulk},
            combobox::Choice,
            field::choices,
            filter::{PickFilter, SelectFilter},
            icons::{Icon, icon},
            list::{Bulk, ListPage, ListSpec},
            more_filters::{Fill, MoreFilters, filter},
            states::{Skeleton, failure},
            table::{Column, Rows},
        },
        query::{self, Load},
        toast,
        url::{UrlState, url_state},
    },
    crm::deal_api::{DEALS, find_deals},
    identity::api::{MEMBERS, find_members},
    tr,
};

crate::lazy_page!(ActionItemsPage for ActionItemsRead => view! { <ActionItems/> });

/// The filters that list and board share.
pub const BOTH: &[&str] = &["ownerId", "createdById", "priority", "overdue", "dealId"];

fn spec() -> ListSpec<ActionItem> {
    ListSpec {
        title: tr!(action_item.list).to_owned(),
        resource: ACTION_ITEMS,
        filters: &[
            "status",
            "ownerId",
            "createdById",
            "priority",
            "overdue",
            "dealId",
            "dueAfter",
            "dueBefore",
        ],
        columns: vec![
            Column::new(tr!(action_item.title), |it: &ActionItem| {
                view! { <span class="truncate">{it.title.clone()}</span>" "{priority_badge(it.priority)} }.into_any()
            })
            .key("title"),
            Column::new(tr!(settings.state), |it: &ActionItem| {
                status_badge(it.status)
            })
            .key("status"),
            Column::new(tr!(activity.due), due_badge).sort("dueOn"),
            Column::new(tr!(action_plan.one), |it: &ActionItem| {
                it.plan_title.clone().into_any()
            })
            .key("planTitle")
            .class("wide-only"),
            Column::new(tr!(settings.subject.deal), |it: &ActionItem| {
                it.deal_title.clone().into_any()
            })
            .key("dealTitle")
            .class("wide-only"),
            Column::owner(tr!(action_item.owner), |it: &ActionItem| {
                Some(&it.owner_name)
            }),
        ],
        rows: Rows {
            id: |it| it.id.to_string(),
            name: |it| it.title.clone(),
            href: |it| Some(item_path(it.id)),
        },
        default_sort: "dueOn",
        empty: (
            Icon::Check,
            tr!(action_item.none).to_owned(),
            tr!(action_item.none_text).to_owned(),
        ),
        search_label: tr!(action_item.search).to_owned(),
        trash: true,
        exports: false,
        duplicates: None,
    }
}

/// What can be done with the chosen items.
fn many() -> Bulk {
    let statuses = choices(ActionItemStatus::ALL, status_name);
    let priorities = choices(ActionPriority::ALL, priority_name);
    let fields = vec![
        BulkField::new("status", tr!(settings.state), Input::Choice(statuses)),
        BulkField::new("dueOn", tr!(activity.due), Input::Day).optional(),
        BulkField::new(
            "priority",
            tr!(action_item.priority),
            Input::Choice(priorities),
        ),
    ];
    bulk(
        BulkSpec {
            resource: ACTION_ITEMS,
            fields,
            may_delete: auth::may(Permission::ActionItemsWrite),
            has_pages: true,
        },
        Permission::ActionItemsWrite,
    )
}

/// The filters beside the search field, of list and board.
pub fn filters(url: UrlState) -> AnyView {
    let late = vec![("true".to_owned(), tr!(action_item.overdue).to_owned())];
    let creator = filter(
        "createdById",
        tr!(action_item.creator),
        Fill::Pick(find_members, MEMBERS),
    );
    let deal = filter(
        "dealId",
        tr!(settings.subject.deal),
        Fill::Pick(find_deals, DEALS),
    );
    view! {
        <SelectFilter url=url name="overdue" label=tr!(activity.due) options=late/>
        <SelectFilter url=url name="priority" label=tr!(action_item.priority) options=choices(ActionPriority::ALL, priority_name)/>
        <PickFilter url=url name="ownerId" label=tr!(action_item.owner) find=find_members resource=MEMBERS/>
        <MoreFilters url=url filters=vec![creator, deal]/>
    }
    .into_any()
}

#[component]
fn ActionItems() -> impl IntoView {
    let (url, adding) = (url_state(), adding());
    let actions = move || {
        view! {
            <ListOrBoard url=url list=ACTION_ITEMS on_board=false names=BOTH/>
            {add_button(adding, Permission::ActionItemsWrite, tr!(action_item.add))}
        }
    };
    let list_filters = Callback::new(|url: UrlState| {
        let statuses = choices(ActionItemStatus::ALL, status_name);
        view! {
            <SelectFilter url=url name="status" label=tr!(settings.state) options=statuses/>
            {filters(url)}
        }
        .into_any()
    });
    view! {
        <ListPage spec=spec() actions=actions filters=list_filters bulk=many()/>
        <ActionItemDialog open=adding/>
    }
}

/// The box that does an item.
pub fn tick(item: &ActionItem) -> AnyView {
    let cache = query::cache();
    let may = item.deleted_at.is_none()
        && auth::may_on(Permission::ActionItemsWrite, Some(item.owner_id));
    if !may || item.status == ActionItemStatus::Cancelled {
        return ().into_any();
    }
    let (id, done) = (item.id, item.status == ActionItemStatus::Done);
    let label = tr!(activity.tick, name = item.title.as_str());
    let tick = move |event| {
        let status = if event_target_checked(&event) {
            ActionItemStatus::Done
        } else {
            ActionItemStatus::Open
        };
        spawn_local(async move {
            if let Err(error) = set_status(id, status).await {
                toast::failed(&error);
            }
            changed(cache);
        });
    };
    view! {
        <label class="tick-box">
            <span class="sr-only">{label}</span>
            <input type="checkbox" prop:checked=done on:change=tick/>
        </label>
    }
    .into_any()
}

/// One of them in a card.
pub fn row(item: &ActionItem, with_owner: bool) -> AnyView {
    let owner = with_owner.then(|| item.owner_name.clone());
    view! {
        <li class="related-row activity-row">
            {tick(item)}
            <div class="grow">
                <a class="link activity-name" href=item_path(item.id)>{item.title.clone()}</a>" "{priority_badge(item.priority)}
                {owner.map(|owner| view! { <div class="activity-about text-muted">{owner}</div> })}
            </div>
            <span class="activity-due">{due_badge(item)}</span>
        </li>
    }
    .into_any()
}

/// What is to be learnt from a deal.
#[component]
pub fn ItemsOfDeal(deal: Signal<Choice>) -> impl IntoView {
    let open = RwSignal::new(false);
    let all = query::page::<ActionItem>(move || {
        auth::may(Permission::ActionItemsRead)
            .then(|| format!("{ACTION_ITEMS}?dealId={}&limit=20", deal.get().id))
    });
    let start = Signal::derive(move || Start {
        deal: Some(deal.get()),
        ..Start::default()
    });
    auth::may(Permission::ActionItemsRead).then(|| view! {
        <section class="card" aria-labelledby="action-items">
            <header class="card-head">
                <h2 id="action-items" class="card-title">{tr!(action_item.list)}</h2>
                <button type="button" class="btn btn-sm" on:click=move |_| open.set(true)>{icon(Icon::Add)}{tr!(action_item.add)}</button>
            </header>
            {move || match all.last.get() {
                Load::Loading => view! { <Skeleton lines=2/> }.into_any(),
                Load::Failed(error) => failure(&error, move || all.retry()),
                Load::Ready(page) if page.data.is_empty() => view! { <p class="text-muted">{tr!(action_item.none_here)}</p> }.into_any(),
                Load::Ready(page) => view! { <ul class="related">{page.data.iter().map(|it| row(it, true)).collect_view()}</ul> }.into_any(),
            }}
        </section>
        <ActionItemDialog open=open start=start/>
    })
}
