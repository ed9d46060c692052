//! Notifications: what one was told of.

use leptos::{prelude::*, task::spawn_local};
use shared_types::{
    Pagination,
    platform::{Notification, NotificationCount},
};

use super::notification_api::{NOTIFICATIONS, changed, kind_name, mark, sentence};
use crate::{
    core::{
        components::{
            badge::{Colour, badge},
            icons::{Icon, icon},
            list::Pager,
            states::{Empty, Skeleton, failure},
        },
        format, http, page,
        query::{self, Load},
        toast,
        url::{encode, url_state},
    },
    tr,
};

crate::lazy_page!(NotificationsPage => view! { <Notifications/> });

#[component]
fn Notifications() -> impl IntoView {
    page::title(|| tr!(notification.list).to_owned());
    let (url, cache) = (url_state(), query::cache());
    let notifications = query::page::<Notification>(move || {
        let unread = url.get("unread").map(|_| "&unread=true");
        let cursor = url
            .get("cursor")
            .map(|cursor| format!("&cursor={}", encode(&cursor)));
        let (unread, cursor) = (unread.unwrap_or_default(), cursor.unwrap_or_default());
        Some(format!("{NOTIFICATIONS}?limit=30{unread}{cursor}"))
    });
    let pagination = Signal::derive(move || {
        let page = notifications.last.get().ready();
        page.map_or_else(Pagination::default, |page| page.pagination)
    });
    let only = move || url.get("unread").is_some();
    let read_all = move |_| {
        spawn_local(async move {
            let path = format!("{NOTIFICATIONS}/read-all");
            match http::act::<NotificationCount>(&path).await {
                Ok(_) => changed(cache),
                Err(error) => toast::failed(&error),
            }
        });
    };
    view! {
        <div class="page page-narrow">
            <header class="page-head">
                <h1 class="page-title">{tr!(notification.list)}</h1>
                <div class="page-actions">
                    <button type="button" class="btn" aria-pressed=move || only().to_string()
                        on:click=move |_| url.set(&[("unread", (!only()).then(|| "true".to_owned())), ("cursor", None)])>
                        {icon(Icon::Filter)}{tr!(notification.only_unread)}
                    </button>
                    <button type="button" class="btn" on:click=read_all>{icon(Icon::Check)}{tr!(notification.read_all)}</button>
                    <a class="btn" href="/settings/profile#notifications">{icon(Icon::Settings)}{tr!(notification.how)}</a>
                </div>
            </header>
            <section class="card card-flush" aria-label=tr!(notification.list)>
                {move || match notifications.last.get() {
                    Load::Loading => view! { <Skeleton lines=6/> }.into_any(),
                    Load::Failed(error) => failure(&error, move || notifications.retry()),
                    Load::Ready(page) if page.data.is_empty() => view! {
                        <Empty symbol=Icon::Bell title=tr!(notification.none) text=tr!(notification.none_text)/>
                    }.into_any(),
                    Load::Ready(page) => view! {
                        <ul class="rows">{page.data.into_iter().map(|one| view! { <li><One notification=one/></li> }).collect_view()}</ul>
                    }.into_any(),
                }}
            </section>
            <Pager url=url pagination=pagination/>
        </div>
    }
}

#[component]
fn One(notification: Notification) -> impl IntoView {
    let cache = query::cache();
    let is_read = notification.read_at.is_some();
    let words = sentence(&notification);
    let verb = if is_read {
        tr!(notification.mark_unread)
    } else {
        tr!(notification.mark_read)
    };
    let label = format!("{verb}: {words}");
    let path = notification.path.clone();
    let facts = format!(
        "{} · {}",
        kind_name(notification.kind),
        format::ago(notification.created_at)
    );
    let detail = notification.detail.clone();
    let stored = StoredValue::new(notification);
    let send = move |read: bool| {
        spawn_local(async move {
            let marked = mark(&stored.get_value(), read).await;
            match marked {
                Ok(_) => changed(cache),
                Err(error) => toast::failed(&error),
            }
        });
    };
    let opened = move |_| {
        if !is_read {
            send(true);
        }
    };
    view! {
        <div class="row">
            <span class="row-icon">{icon(Icon::Bell)}</span>
            <div class="grow">
                <p class="row-title">
                    <a href=path on:click=opened>{words}</a>
                    {(!is_read).then(|| view! { " " {badge(Colour::Accent, tr!(notification.new))} })}
                </p>
                {detail.map(|detail| view! { <p class="text-muted">{detail}</p> })}
                <p class="text-muted">{facts}</p>
            </div>
            <div class="actions">
                <button type="button" class="btn btn-sm" aria-label=label on:click=move |_| send(!is_read)>{verb}</button>
            </div>
        </div>
    }
}
