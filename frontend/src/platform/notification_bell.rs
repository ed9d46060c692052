//! The bell in the bar above every page: what there is to read, and how much of it.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_navigate;
use shared_types::platform::{Notification, NotificationCount};

use super::notification_api::{COUNT, NOTIFICATIONS, changed, mark, sentence};
use crate::{
    core::{
        components::{
            icons::{Icon, icon},
            menu::{Entry, Menu},
        },
        query,
    },
    tr,
};

/// Between two looks at how many there are, in milliseconds.
const LOOK: u64 = 60_000;
/// The most that the bell shows.
const SHOWN: usize = 8;

#[component]
pub fn Bell() -> impl IntoView {
    let count = query::record::<NotificationCount>(|| Some(COUNT.to_owned()));
    let latest =
        query::page::<Notification>(|| Some(format!("{NOTIFICATIONS}?unread=true&limit={SHOWN}")));
    let cache = query::cache();
    let navigate = use_navigate();
    let unread = Memo::new(move |_| count.last.get().ready().map_or(0, |count| count.unread));
    // The list follows the number.
    Effect::new(move |before: Option<u64>| {
        let now = unread.get();
        if before.is_some_and(|before| before != now) {
            latest.retry();
        }
        now
    });
    let look = set_interval_with_handle(
        move || count.retry(),
        std::time::Duration::from_millis(LOOK),
    )
    .ok();
    on_cleanup(move || {
        if let Some(look) = look {
            look.clear();
        }
    });
    let entries = Callback::new(move |()| {
        let page = latest.last.get_untracked().ready();
        let found = page.map(|page| page.data).unwrap_or_default();
        let mut entries: Vec<Entry> = found
            .into_iter()
            .take(SHOWN)
            .map(|notification| {
                let navigate = navigate.clone();
                Entry::run(sentence(&notification), move || {
                    let notification = notification.clone();
                    navigate(&notification.path, Default::default());
                    spawn_local(async move {
                        // It stays to be read where that fails.
                        let _ = mark(&notification, true).await;
                        changed(cache);
                    });
                })
                .icon(Icon::Bell)
            })
            .collect();
        entries.push(Entry::go(tr!(notification.all), "/notifications").icon(Icon::List));
        entries
    });
    let label = move || match unread.get() {
        0 => tr!(notification.list).to_owned(),
        unread => tr!(notification.unread, count = unread),
    };
    view! {
        <span class="bell">
            <Menu label=tr!(notification.list) entries=entries>
                {icon(Icon::Bell)}
            </Menu>
            {move || (unread.get() > 0).then(|| view! {
                <span class="bell-count" role="status" aria-label=label()>{if unread.get() > 99 { "99+".to_owned() } else { unread.get().to_string() }}</span>
            })}
        </span>
    }
}
