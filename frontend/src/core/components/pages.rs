//! A long list that grows downwards, a page at a time.

use leptos::prelude::*;
use serde::de::DeserializeOwned;

use super::states::{Skeleton, failure};
use crate::core::{
    query::{self, Load},
    url::encode,
};

/// The pages of a list, the first one at once and each further one when it is asked for. Rows are `<li>`.
#[component]
pub fn Pages<T>(
    /// The path of the list in the API, with its query.
    #[prop(into)]
    path: Signal<String>,
    row: Callback<T, AnyView>,
    /// What stands there where there is nothing.
    empty: Callback<(), AnyView>,
    /// What the button says that asks for more.
    more: &'static str,
    class: &'static str,
) -> impl IntoView
where
    T: DeserializeOwned + Clone + PartialEq + Send + Sync + 'static,
{
    let cursors = RwSignal::new(Vec::<String>::new());
    Effect::new(move |_| {
        path.track();
        cursors.set(Vec::new());
    });
    let page_path = move |cursor: Option<&String>| {
        let cursor = cursor.map(|cursor| format!("&cursor={}", encode(cursor)));
        format!("{}{}", path.get(), cursor.unwrap_or_default())
    };
    let pages = move || {
        std::iter::once(None)
            .chain(cursors.get().into_iter().map(Some))
            .collect::<Vec<_>>()
    };
    view! {
        <ol class=class>
            <For each=pages key=Clone::clone let:cursor>
                {
                    let last = cursor.clone();
                    let found = query::page::<T>(move || Some(page_path(cursor.as_ref())));
                    let is_last = move || cursors.with(|all| all.last().cloned()) == last;
                    move || match found.last.get() {
                        Load::Loading => view! { <li><Skeleton lines=3/></li> }.into_any(),
                        Load::Failed(error) => view! { <li>{failure(&error, move || found.retry())}</li> }.into_any(),
                        Load::Ready(page) if page.data.is_empty() => empty.run(()),
                        Load::Ready(page) => {
                            let next = StoredValue::new(page.pagination.next_cursor);
                            let is_last = is_last.clone();
                            view! {
                                {page.data.into_iter().map(|item| row.run(item)).collect_view()}
                                <Show when=move || is_last() && next.with_value(Option::is_some)>
                                    <li>
                                        <button type="button" class="btn btn-sm" on:click=move |_| {
                                            if let Some(next) = next.get_value() {
                                                cursors.update(|all| all.push(next));
                                            }
                                        }>{more}</button>
                                    </li>
                                </Show>
                            }
                            .into_any()
                        }
                    }
                }
            </For>
        </ol>
    }
}
