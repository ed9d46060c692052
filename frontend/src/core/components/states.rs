//! What stands where there is nothing to show: not yet, not any, not allowed, not working.

use leptos::prelude::*;
use shared_types::{ErrorCode, Permission};

use super::icons::{Icon, icon};
use crate::{
    core::{auth, errors::ApiError},
    tr,
};

/// A place that is empty, with words and perhaps something to do about it.
#[component]
pub fn Empty(
    #[prop(default = Icon::List)] symbol: Icon,
    #[prop(into)] title: String,
    #[prop(into, optional)] text: String,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <span class="empty-icon">{icon(symbol)}</span>
            <h2 class="empty-title">{title}</h2>
            {(!text.is_empty()).then(|| view! { <p class="empty-text">{text}</p> })}
            {children.map(|children| view! { <div class="empty-actions">{children()}</div> })}
        </div>
    }
}

/// What failed, and a way to try again.
pub fn failure(error: &ApiError, retry: impl Fn() + Send + 'static) -> AnyView {
    if error.is(ErrorCode::Forbidden) {
        return no_permission();
    }
    if error.is(ErrorCode::NotFound) {
        return view! { <Empty symbol=Icon::Search title=tr!(state.not_found) text=tr!(state.not_found_text)/> }.into_any();
    }
    view! {
        <div role="alert">
            <Empty symbol=Icon::Warning title=tr!(state.failed) text=error.text()>
                <button type="button" class="btn" on:click=move |_| retry()>{tr!(state.retry)}</button>
            </Empty>
        </div>
    }
    .into_any()
}

pub fn no_permission() -> AnyView {
    view! { <Empty symbol=Icon::Lock title=tr!(state.no_permission) text=tr!(state.no_permission_text)/> }.into_any()
}

/// Grey lines where text will be.
#[component]
pub fn Skeleton(#[prop(default = 6)] lines: usize) -> impl IntoView {
    view! {
        <div class="skeleton" role="status">
            <span class="sr-only">{tr!(state.loading)}</span>
            {(0..lines).map(|_| view! { <div class="skeleton-line"></div> }).collect_view()}
        </div>
    }
}

/// Shows a page to those who may see it.
pub fn guarded(permission: Permission, page: impl FnOnce() -> AnyView) -> AnyView {
    if auth::may(permission) {
        page()
    } else {
        view! { <div class="page">{no_permission()}</div> }.into_any()
    }
}
