//! The page of a board: its columns and cards, moved with the pointer, by the keyboard, or by a menu.

use leptos::{ev, prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, components::Redirect, hooks::use_location};
use wasm_bindgen::JsCast;

use super::{
    board::{Board, Card, Exit, Lane, Way, narrowed},
    icons::{Icon, icon},
    menu::{Entry, Menu},
    states::{Skeleton, failure},
};
use crate::{
    core::{auth, format, page, query::Load, storage, url::UrlState},
    tr,
};

/// What the page of a board says.
#[derive(Clone, Copy)]
pub struct BoardWords {
    /// What the records are called.
    pub title: &'static str,
    /// What the page is called.
    pub label: &'static str,
    /// How cards are moved.
    pub hint: &'static str,
    /// What stands in a column without cards.
    pub none: &'static str,
}

/// A page with a board.
#[component]
pub fn BoardPage<T: Card>(
    board: Board<T>,
    words: BoardWords,
    /// Buttons beside the title.
    #[prop(into)]
    actions: ViewFn,
    #[prop(into)] filters: ViewFn,
) -> impl IntoView {
    page::title(move || words.label.to_owned());
    let may_write = auth::may(T::WRITES);
    view! {
        <div class="page page-board">
            <header class="page-head">
                <h1 class="page-title">{words.title}</h1>
                <div class="page-actions">{actions.run()}</div>
            </header>
            <div class="toolbar" role="search" aria-label=tr!(list.filters)>{filters.run()}</div>
            <p class="sr-only" aria-live="polite">{move || board.said.get()}</p>
            {move || match board.state.get() {
                Load::Loading => view! { <Skeleton lines=8/> }.into_any(),
                Load::Failed(error) => failure(&error, move || board.retry.run(())),
                Load::Ready(()) => view! {
                    {may_write.then(|| view! { <p class="hint board-hint">{words.hint}</p> })}
                    <div class="board" role="group" aria-label=words.label tabindex="0">
                        <For each=move || board.lanes.get() key=|lane| (lane.key, lane.name.clone()) let:lane>
                            <Column lane=lane board=board none=words.none/>
                        </For>
                    </div>
                    {board.exits.with_value(|exits| !exits.is_empty()).then(|| view! { <Exits board=board/> })}
                }.into_any(),
            }}
        </div>
    }
}

#[component]
fn Column<T: Card>(lane: Lane<T>, board: Board<T>, none: &'static str) -> impl IntoView {
    let key = lane.key;
    let held = board.lane(key);
    let over = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let way = move || {
        board
            .dragged
            .with(|card| card.as_ref().map(|card| card.way(key)))
    };
    let refusal = Memo::new(move |_| match way() {
        Some(Way::Refused(why)) => Some(why),
        _ => None,
    });
    let more = move || {
        let cursor = held.with_untracked(|lane| lane.as_ref()?.next_cursor.clone());
        if let Some(cursor) = cursor.filter(|_| !busy.get_untracked()) {
            busy.set(true);
            spawn_local(async move {
                board.more(key, cursor).await;
                let _ = busy.try_set(false);
            });
        }
    };
    let scrolled = move |event: ev::Event| {
        if let Some(list) = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
            && list.scroll_top() + list.client_height() > list.scroll_height() - 200
        {
            more();
        }
    };
    let heading = format!("lane-{key}");
    let labelled = heading.clone();
    view! {
        <section
            class="board-column"
            class:board-over=move || over.get()
            class:board-refuses=move || refusal.with(Option::is_some)
            aria-labelledby=labelled
            on:dragover=move |event| {
                if matches!(untrack(way), Some(Way::Goes | Way::Asks)) {
                    event.prevent_default();
                    over.set(true);
                }
            }
            on:dragleave=move |_| over.set(false)
            on:drop=move |event| {
                event.prevent_default();
                over.set(false);
                let card = board.dragged.get_untracked();
                // The card that was dragged is drawn anew: nobody would tell that the drag has ended.
                board.dragged.set(None);
                if let Some(card) = card {
                    board.bring(&card, key);
                }
            }
        >
            <header class="board-head">
                <h2 id=heading class="board-title">{lane.name}<span class="page-count">{move || held.get().map(|lane| format::count(lane.count))}</span></h2>
                {move || held.get().map(|lane| T::sums(&lane.sums))}
                {move || refusal.get().map(|why| view! { <p class="board-why">{icon(Icon::Lock)}{why}</p> })}
            </header>
            <ul class="board-cards" on:scroll=scrolled>
                <For each=move || held.get().map(|lane| lane.cards).unwrap_or_default() key=|card| (card.id(), card.version(), card.key()) let:card>
                    <CardView card=card board=board/>
                </For>
                {move || held.get().filter(|lane| lane.count == 0).map(|_| view! { <li class="board-none text-muted">{none}</li> })}
                {move || held.get().and_then(|lane| lane.next_cursor).map(|_| view! {
                    <li><button type="button" class="btn btn-sm" on:click=move |_| more()>{tr!(board.more)}</button></li>
                })}
            </ul>
        </section>
    }
}

/// Where a card can go, by name.
fn entries<T: Card>(board: Board<T>, card: StoredValue<T>) -> Vec<Entry> {
    let lanes = board.lanes.with_untracked(|lanes| {
        let lanes = lanes.iter().filter(|lane| {
            matches!(
                card.with_value(|card| card.way(lane.key)),
                Way::Goes | Way::Asks
            )
        });
        lanes
            .map(|lane| (lane.key, lane.name.clone()))
            .collect::<Vec<_>>()
    });
    let lanes = lanes.into_iter().map(|(key, name)| {
        let label = tr!(board.move_to, name = name.as_str()).to_string();
        Entry::run(label, move || board.bring(&card.get_value(), key))
    });
    let exits = board.exits.with_value(|exits| {
        let exit = |exit: &Exit<T>| {
            let leaving = exit.leaving;
            Entry::run(exit.label, move || leaving.set(Some(card.get_value()))).icon(exit.icon)
        };
        exits.iter().map(exit).collect::<Vec<_>>()
    });
    lanes.chain(exits).collect()
}

#[component]
fn CardView<T: Card>(card: T, board: Board<T>) -> impl IntoView {
    let may_move = auth::may_on(T::WRITES, card.owner());
    let (id, href, name) = (card.id(), card.path(), card.name().to_owned());
    let face = card.face();
    let card = StoredValue::new(card);
    let keys = move |event: ev::KeyboardEvent| {
        if !may_move || !event.shift_key() {
            return;
        }
        let forward = match event.key().as_str() {
            "ArrowRight" => true,
            "ArrowLeft" => false,
            _ => return,
        };
        event.prevent_default();
        board.step(&card.get_value(), forward);
    };
    let label = tr!(board.card, name = name.as_str()).to_string();
    let menu = may_move && !entries(board, card).is_empty();
    let carried = id.clone();
    view! {
        <li
            class="board-card"
            draggable=may_move.to_string()
            on:dragstart=move |event: ev::DragEvent| {
                if let Some(data) = event.data_transfer() {
                    let _ = data.set_data("text/plain", &carried);
                    data.set_effect_allowed("move");
                }
                // Changing the page while the drag begins would end it.
                request_animation_frame(move || board.dragged.set(Some(card.get_value())));
            }
            on:dragend=move |_| board.dragged.set(None)
        >
            <div class="board-card-head">
                <a id=format!("card-{id}") class="board-link" href=href draggable="false" on:keydown=keys>{name}</a>
                {menu.then(|| view! { <Menu label=label entries=Callback::new(move |()| entries(board, card))>{icon(Icon::Dots)}</Menu> })}
            </div>
            {face}
        </li>
    }
}

/// Where a card is dropped to leave the board, while one is dragged.
#[component]
fn Exits<T: Card>(board: Board<T>) -> impl IntoView {
    let zone = move |exit: &Exit<T>| {
        let leaving = exit.leaving;
        view! {
            <div
                class=format!("board-drop {}", exit.class)
                on:dragover=move |event| event.prevent_default()
                on:drop=move |event| {
                    event.prevent_default();
                    leaving.set(board.dragged.get_untracked());
                    board.dragged.set(None);
                }
            >{icon(exit.icon)}{exit.label}</div>
        }
    };
    let zones = board
        .exits
        .with_value(|exits| exits.iter().map(zone).collect_view());
    view! {
        <div class="board-drops" class:board-drops-on=move || board.dragged.with(Option::is_some) aria-hidden="true">{zones}</div>
    }
}

fn board_of(list: &str) -> String {
    format!("{list}/board")
}

/// The two ways to look at the records of a list; the one that was chosen is remembered. What both
/// are narrowed by goes along.
#[component]
pub fn ListOrBoard(
    url: UrlState,
    /// The address of the list.
    list: &'static str,
    on_board: bool,
    /// What both can be narrowed by.
    names: &'static [&'static str],
) -> impl IntoView {
    let link = move |board: bool| {
        let href = move || {
            let query = narrowed(url, names);
            let address = if board {
                board_of(list)
            } else {
                list.to_owned()
            };
            match query.strip_prefix('&') {
                Some(query) => format!("{address}?{query}"),
                None => address,
            }
        };
        let remember = move |_| {
            if board {
                storage::set(&remembered(list), "board");
            } else {
                storage::remove(&remembered(list));
            }
        };
        let (symbol, words) = if board {
            (Icon::Board, tr!(board.board))
        } else {
            (Icon::List, tr!(board.list))
        };
        view! {
            <a class="btn" href=href aria-current=(board == on_board).then_some("page") on:click=remember>{icon(symbol)}{words}</a>
        }
    };
    view! { <div class="switch" role="group" aria-label=tr!(board.look)>{link(false)}{link(true)}</div> }
}

fn remembered(list: &str) -> String {
    format!("look-{}", list.trim_start_matches('/'))
}

/// The list, or its board where that was looked at last; an address that narrows the list means the list.
pub fn list_or_board(list: &'static str, page: impl FnOnce() -> AnyView) -> AnyView {
    let plain = use_location()
        .search
        .with_untracked(|search| search.trim_start_matches('?').is_empty());
    if !plain || storage::get(&remembered(list)).is_none() {
        return page();
    }
    let options = NavigateOptions {
        replace: true,
        ..NavigateOptions::default()
    };
    view! { <Redirect path=board_of(list) options=options/> }.into_any()
}
