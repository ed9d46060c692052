//! The board of action items: a column for each state.

use std::cmp::Ordering;

use chrono::NaiveDate;
use domain::coaching::action_item::check_status;
use futures_util::{FutureExt, future::LocalBoxFuture};
use leptos::prelude::*;
use shared_types::{
    MemberId, Permission,
    coaching::{ActionItem, ActionItemBoard, ActionItemStatus},
};

use super::{
    action_item_form::ActionItemDialog,
    action_items::{BOTH, filters},
    words::{
        ACTION_ITEMS, ITEM_BOARD, due_badge, item_path, priority_badge, set_status, status_name,
    },
};
use crate::{
    core::{
        components::{
            adding::{add_button, adding},
            badge::small_person,
            board::{Board, Card, Lane, Way, narrowed},
            board_page::{BoardPage, BoardWords, ListOrBoard},
            filter::{ClearFilters, SearchField},
        },
        http::Answer,
        i18n,
        query::{self, Cache},
        url::url_state,
    },
    tr,
};

crate::lazy_page!(ActionItemBoardPage for ActionItemsRead => view! { <Items/> });

impl Card for ActionItem {
    type Key = ActionItemStatus;
    type Sums = ();
    const WRITES: Permission = Permission::ActionItemsWrite;

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn name(&self) -> &str {
        &self.title
    }

    fn owner(&self) -> Option<MemberId> {
        Some(self.owner_id)
    }

    fn path(&self) -> String {
        item_path(self.id)
    }

    fn key(&self) -> ActionItemStatus {
        self.status
    }

    fn moved(self, to: ActionItemStatus) -> Self {
        Self { status: to, ..self }
    }

    fn order(&self, other: &Self) -> Ordering {
        let rank = |item: &Self| (item.due_on.unwrap_or(NaiveDate::MAX), item.id);
        rank(self).cmp(&rank(other))
    }

    fn add(&self, (): &mut (), _: i64) {}

    fn way(&self, to: ActionItemStatus) -> Way {
        if to == self.status {
            return Way::Stays;
        }
        match check_status(self.status, to) {
            Ok(()) => Way::Goes,
            Err(error) => Way::Refused(i18n::fault(&error.to_string())),
        }
    }

    fn send(&self, to: ActionItemStatus) -> LocalBoxFuture<'static, Answer<Self>> {
        set_status(self.id, to).boxed_local()
    }

    fn forget(&self, cache: Cache) {
        cache.stale(&item_path(self.id));
        cache.stale(&format!("{ACTION_ITEMS}?"));
        cache.stale("/reports/coaching");
    }

    fn face(&self) -> AnyView {
        view! {
            {self.plan_title.clone().map(|plan| view! { <p class="text-muted truncate">{plan}</p> })}
            <div class="board-card-foot">
                {due_badge(self)}
                {priority_badge(self.priority)}
                <span class="grow"></span>
                {small_person(&self.owner_name)}
            </div>
        }
        .into_any()
    }

    fn sums((): &()) -> AnyView {
        ().into_any()
    }
}

fn lanes(board: ActionItemBoard) -> Vec<Lane<ActionItem>> {
    let columns = board.columns.into_iter();
    columns
        .map(|column| Lane {
            key: column.status,
            name: status_name(column.status).to_owned(),
            count: column.count,
            sums: (),
            cards: column.items,
            next_cursor: column.next_cursor,
        })
        .collect()
}

#[component]
fn Items() -> impl IntoView {
    let (url, adding) = (url_state(), adding());
    let answer = query::record::<ActionItemBoard>(move || {
        let query = narrowed(url, BOTH);
        Some(format!("{ITEM_BOARD}?{}", query.trim_start_matches('&')))
    });
    let rest = move |status| {
        let query = untrack(|| narrowed(url, BOTH));
        format!("{ACTION_ITEMS}?status={status}&sort=dueOn{query}")
    };
    let board = Board::new(ITEM_BOARD, answer, lanes, rest, Vec::new());
    let words = BoardWords {
        title: tr!(action_item.list),
        label: tr!(action_item.board_label),
        hint: tr!(action_item.hint),
        none: tr!(action_item.none_in_status),
    };
    let actions = move || {
        view! {
            <ListOrBoard url=url list=ACTION_ITEMS on_board=true names=BOTH/>
            {add_button(adding, Permission::ActionItemsWrite, tr!(action_item.add))}
        }
    };
    let filters = move || {
        view! {
            <SearchField url=url label=tr!(action_item.search)/>
            {filters(url)}
            <ClearFilters url=url names=BOTH/>
        }
    };
    view! {
        <BoardPage board=board words=words actions=actions filters=filters/>
        <ActionItemDialog open=adding/>
    }
}
