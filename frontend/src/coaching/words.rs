//! What pages about quick notes, action plans and items ask of the server, and what their words are.

use chrono::NaiveDate;
use domain::coaching::action_item::is_overdue;
use leptos::prelude::*;
use shared_types::{
    ActionItemId,
    coaching::{
        ActionItem, ActionItemStatus, ActionPlanStatus, ActionPriority, QuickNoteCategory,
        QuickNoteVisibility, UpdateActionItem,
    },
};

use crate::{
    core::{
        components::{
            badge::{Colour, badge},
            icons::{Icon, icon},
        },
        format,
        http::{self, Answer},
        query::Cache,
    },
    tr,
};

pub const QUICK_NOTES: &str = "/quick-notes";
pub const ACTION_PLANS: &str = "/action-plans";
pub const ACTION_ITEMS: &str = "/action-items";
pub const ITEM_BOARD: &str = "/action-items/board";

#[must_use]
pub fn item_path(id: impl std::fmt::Display) -> String {
    format!("{ACTION_ITEMS}/{id}")
}

#[must_use]
pub fn plan_path(id: impl std::fmt::Display) -> String {
    format!("{ACTION_PLANS}/{id}")
}

/// Forgets whatever an item or a plan may have changed.
pub fn changed(cache: Cache) {
    for list in [ACTION_ITEMS, ACTION_PLANS, "/reports/coaching"] {
        cache.stale(list);
    }
}

pub async fn set_status(id: ActionItemId, status: ActionItemStatus) -> Answer<ActionItem> {
    let patch = UpdateActionItem {
        status: Some(status),
        ..UpdateActionItem::default()
    };
    http::patch(&item_path(id), &patch, None).await
}

/// What a category is called.
#[must_use]
pub fn category_name(category: QuickNoteCategory) -> &'static str {
    use QuickNoteCategory as C;
    match category {
        C::Praise => tr!(quick_note.categories.praise),
        C::Improvement => tr!(quick_note.categories.improvement),
        C::Observation => tr!(quick_note.categories.observation),
        C::Risk => tr!(quick_note.categories.risk),
        C::Question => tr!(quick_note.categories.question),
        C::FollowUp => tr!(quick_note.categories.follow_up),
    }
}

#[must_use]
pub fn category_badge(category: QuickNoteCategory) -> AnyView {
    use QuickNoteCategory as C;
    let colour = match category {
        C::Praise => Colour::Good,
        C::Improvement => Colour::Warn,
        C::Risk => Colour::Bad,
        C::Question | C::FollowUp => Colour::Accent,
        C::Observation => Colour::Plain,
    };
    badge(colour, category_name(category)).into_any()
}

/// Who reads a quick note.
#[must_use]
pub fn visibility_name(visibility: QuickNoteVisibility) -> &'static str {
    match visibility {
        QuickNoteVisibility::Private => tr!(quick_note.private),
        QuickNoteVisibility::Shared => tr!(quick_note.shared),
    }
}

#[must_use]
pub fn visibility_badge(visibility: QuickNoteVisibility) -> AnyView {
    let symbol = match visibility {
        QuickNoteVisibility::Private => Icon::Lock,
        QuickNoteVisibility::Shared => Icon::Team,
    };
    view! { <span class="person text-muted">{icon(symbol)}{visibility_name(visibility)}</span> }
        .into_any()
}

/// How an item stands.
#[must_use]
pub fn status_name(status: ActionItemStatus) -> &'static str {
    use ActionItemStatus as S;
    match status {
        S::Open => tr!(action_item.statuses.open),
        S::InProgress => tr!(action_item.statuses.in_progress),
        S::Done => tr!(action_item.statuses.done),
        S::Cancelled => tr!(action_item.statuses.cancelled),
    }
}

#[must_use]
pub fn status_badge(status: ActionItemStatus) -> AnyView {
    use ActionItemStatus as S;
    let colour = match status {
        S::Open | S::Cancelled => Colour::Plain,
        S::InProgress => Colour::Accent,
        S::Done => Colour::Good,
    };
    badge(colour, status_name(status)).into_any()
}

/// How much an item matters.
#[must_use]
pub fn priority_name(priority: ActionPriority) -> &'static str {
    use ActionPriority as P;
    match priority {
        P::Low => tr!(action_item.priorities.low),
        P::Normal => tr!(action_item.priorities.normal),
        P::High => tr!(action_item.priorities.high),
        P::Urgent => tr!(action_item.priorities.urgent),
    }
}

/// A badge for what matters more than most.
#[must_use]
pub fn priority_badge(priority: ActionPriority) -> Option<AnyView> {
    let colour = match priority {
        ActionPriority::Low | ActionPriority::Normal => return None,
        ActionPriority::High => Colour::Warn,
        ActionPriority::Urgent => Colour::Bad,
    };
    Some(badge(colour, priority_name(priority)).into_any())
}

/// When an item is due, or was done; what is late in red.
#[must_use]
pub fn due_badge(item: &ActionItem) -> AnyView {
    if let Some(done) = item.completed_at {
        let words = tr!(activity.done_on, day = format::date_of(done));
        return badge(Colour::Good, words).into_any();
    }
    let Some(day) = item.due_on else {
        return badge(Colour::Plain, tr!(activity.no_date)).into_any();
    };
    if is_overdue(item.status, Some(day), format::today()) {
        let words = tr!(action_item.overdue_since, day = format::day(day));
        return badge(Colour::Bad, words.to_string()).into_any();
    }
    badge(Colour::Plain, format::day(day)).into_any()
}

/// How a plan stands.
#[must_use]
pub fn plan_status_name(status: ActionPlanStatus) -> &'static str {
    use ActionPlanStatus as S;
    match status {
        S::Active => tr!(action_plan.statuses.active),
        S::Completed => tr!(action_plan.statuses.completed),
        S::Cancelled => tr!(action_plan.statuses.cancelled),
    }
}

#[must_use]
pub fn plan_badge(status: ActionPlanStatus) -> AnyView {
    use ActionPlanStatus as S;
    let colour = match status {
        S::Active => Colour::Accent,
        S::Completed => Colour::Good,
        S::Cancelled => Colour::Plain,
    };
    badge(colour, plan_status_name(status)).into_any()
}

/// A day as it is typed into a field.
#[must_use]
pub fn typed(day: Option<NaiveDate>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}
