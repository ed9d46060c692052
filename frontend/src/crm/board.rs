//! The board of deals: a column for each stage.

use leptos::{ev, prelude::*, task::spawn_local};
use leptos_router::{LazyRoute, lazy_route};
use shared_types::{
    DealId, Permission, StageId,
    crm::{Deal, DealBoard, Pipeline, Stage},
};
use wasm_bindgen::JsCast;

use super::{
    board_card::Card,
    board_state::{ColumnState, shift},
    deal_api,
    deal_close::{LoseDialog, WinDialog},
    deal_form::DealDialog,
};
use crate::{
    core::{
        auth,
        components::{
            filter::{PickFilter, SearchField},
            icons::{Icon, icon},
            states::{Skeleton, failure, guarded},
        },
        format, page,
        query::{self, Cache, Load},
        toast,
        url::{UrlState, encode, url_state},
    },
    identity::api::find_members,
    tr,
};

pub struct BoardPage;

#[lazy_route]
impl LazyRoute for BoardPage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        guarded(Permission::DealsRead, || view! { <Board/> }.into_any())
    }
}

/// What the board holds, and what can be done with its cards.
#[derive(Clone, Copy)]
pub struct Held {
    pub columns: RwSignal<Vec<ColumnState>>,
    pub stages: RwSignal<Vec<Stage>>,
    pub dragged: RwSignal<Option<(DealId, StageId)>>,
    pub winning: RwSignal<Option<Deal>>,
    pub losing: RwSignal<Option<Deal>>,
    said: RwSignal<String>,
    cache: Cache,
}

impl Held {
    /// Puts a card into another column at once, and back where the server refuses.
    pub fn move_to(self, id: DealId, to: StageId) {
        let before = self.columns.get_untracked();
        let Some(deal) = before
            .iter()
            .flat_map(|column| &column.deals)
            .find(|deal| deal.id == id)
            .cloned()
        else {
            return;
        };
        if deal.stage_id == to {
            return;
        }
        let Some(stage) = self
            .stages
            .get_untracked()
            .into_iter()
            .find(|stage| stage.id == to)
        else {
            return;
        };
        let mut moved = deal.clone();
        moved.stage_id = to;
        moved.stage_entered_at = format::now();
        moved.rotting_since = None;
        self.columns
            .update(|columns| shift(columns, &deal, Some(moved)));
        page::focus_soon(format!("card-{id}"));
        spawn_local(async move {
            match deal_api::move_deal(id, to).await {
                Ok(saved) => {
                    let _ = self.columns.try_update(|columns| {
                        let current = columns
                            .iter()
                            .flat_map(|column| &column.deals)
                            .find(|deal| deal.id == id)
                            .cloned();
                        if let Some(current) = current {
                            shift(columns, &current, Some(saved.clone()));
                        }
                    });
                    let _ = self.said.try_set(
                        tr!(
                            deals.moved,
                            name = saved.title.as_str(),
                            stage = stage.name.as_str()
                        )
                        .to_string(),
                    );
                    deal_api::deal_changed(self.cache, id);
                }
                Err(error) => {
                    let _ = self.columns.try_update(|columns| {
                        let current = columns
                            .iter()
                            .flat_map(|column| &column.deals)
                            .find(|deal| deal.id == id)
                            .cloned();
                        if let Some(current) = current {
                            shift(columns, &current, Some(deal));
                        }
                    });
                    toast::failed(&error);
                }
            }
            page::focus_soon(format!("card-{id}"));
        });
    }

    /// To the stage before or after.
    pub fn step(self, deal: &Deal, forward: bool) {
        let stages = self.stages.get_untracked();
        let Some(now) = stages.iter().position(|stage| stage.id == deal.stage_id) else {
            return;
        };
        let next = if forward {
            now.checked_add(1)
        } else {
            now.checked_sub(1)
        };
        if let Some(stage) = next.and_then(|next| stages.get(next)) {
            self.move_to(deal.id, stage.id);
        }
    }

    fn find(self, id: DealId) -> Option<Deal> {
        self.columns.with_untracked(|columns| {
            columns
                .iter()
                .flat_map(|column| &column.deals)
                .find(|deal| deal.id == id)
                .cloned()
        })
    }
}

fn query_of(url: UrlState) -> String {
    let mut query = String::new();
    for name in ["pipelineId", "ownerId", "q"] {
        if let Some(value) = url.get(name) {
            query.push_str(&format!("&{name}={}", encode(&value)));
        }
    }
    query
}

#[component]
fn Board() -> impl IntoView {
    page::title(|| tr!(deals.board_label).to_owned());
    let url = url_state();
    let adding = RwSignal::new(false);
    let board = query::record::<DealBoard>(move || {
        Some(format!(
            "{}?{}",
            deal_api::BOARD,
            query_of(url).trim_start_matches('&')
        ))
    });
    let cache = query::cache();
    let held = Held {
        columns: RwSignal::new(Vec::new()),
        stages: RwSignal::new(Vec::new()),
        dragged: RwSignal::new(None),
        winning: RwSignal::new(None),
        losing: RwSignal::new(None),
        said: RwSignal::new(String::new()),
        cache,
    };
    Effect::new(move |_| {
        if let Load::Ready(board) = board.last.get() {
            held.stages.set(board.pipeline.stages);
            held.columns
                .set(board.columns.into_iter().map(ColumnState::from).collect());
        }
    });
    // What was moved here is fetched anew when one comes back.
    on_cleanup(move || cache.stale(deal_api::BOARD));
    let gone =
        Callback::new(move |deal: Deal| held.columns.update(|columns| shift(columns, &deal, None)));
    let kind = Memo::new(move |_| match board.last.get() {
        Load::Loading => Err(None),
        Load::Failed(error) => Err(Some(error)),
        Load::Ready(board) => Ok(board.pipeline.id),
    });
    let may_write = auth::may(Permission::DealsWrite);
    view! {
        <div class="page page-board">
            <header class="page-head">
                <h1 class="page-title">{tr!(deals.list)}</h1>
                <div class="page-actions">
                    <a class="btn" href="/deals">{icon(Icon::List)}{tr!(deals.list_view)}</a>
                    {may_write.then(|| view! {
                        <button type="button" class="btn btn-primary" on:click=move |_| adding.set(true)>{icon(Icon::Add)}{tr!(deals.add)}</button>
                    })}
                </div>
            </header>
            <div class="toolbar" role="search" aria-label=tr!(list.filters)>
                <SearchField url=url label=tr!(deals.search)/>
                <PipelinePicker url=url shown=Signal::derive(move || board.last.get().ready().map(|board| board.pipeline))/>
                <PickFilter url=url name="ownerId" label=tr!(deals.owner) find=find_members resource="/members"/>
            </div>
            <p class="sr-only" aria-live="polite">{move || held.said.get()}</p>
            {move || match kind.get() {
                Err(None) => view! { <Skeleton lines=8/> }.into_any(),
                Err(Some(error)) => failure(&error, move || board.retry()),
                Ok(_) => view! {
                    {may_write.then(|| view! { <p class="hint board-hint">{tr!(deals.hint)}</p> })}
                    <div class="board" role="group" aria-label=tr!(deals.board_label) tabindex="0">
                        <For each=move || held.stages.get() key=|stage| (stage.id, stage.name.clone()) let:stage>
                            <Column stage=stage held=held url=url/>
                        </For>
                    </div>
                    <Drops held=held/>
                }.into_any(),
            }}
        </div>
        <DealDialog open=adding pipeline=Signal::derive(move || kind.get().ok())/>
        <WinDialog deal=held.winning done=gone/>
        <LoseDialog deal=held.losing done=gone/>
    }
}

#[component]
fn PipelinePicker(url: UrlState, shown: Signal<Option<Pipeline>>) -> impl IntoView {
    let pipelines = deal_api::pipelines();
    let current = move || shown.get().map(|pipeline| pipeline.id.to_string());
    view! {
        {move || {
            let all = pipelines.load.get().ready().map(|page| page.data).unwrap_or_default();
            (all.len() > 1).then(|| view! {
                <select class="input filter" aria-label=tr!(deals.pipeline) on:change=move |event| url.set(&[("pipelineId", Some(event_target_value(&event)))])>
                    {all.into_iter().map(|pipeline| {
                        let id = pipeline.id.to_string();
                        let this = id.clone();
                        view! { <option value=id selected=move || current().as_ref() == Some(&this)>{pipeline.name}</option> }
                    }).collect_view()}
                </select>
            })
        }}
    }
}

#[component]
fn Column(stage: Stage, held: Held, url: UrlState) -> impl IntoView {
    let id = stage.id;
    let column = Memo::new(move |_| {
        held.columns
            .with(|columns| columns.iter().find(|column| column.stage_id == id).cloned())
    });
    let over = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let more = move || {
        let Some(cursor) = column.get_untracked().and_then(|column| column.next_cursor) else {
            return;
        };
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let pipeline = column
            .get_untracked()
            .and_then(|column| column.deals.first().map(|deal| deal.pipeline_id));
        let mut query = query_of(url);
        if url.get("pipelineId").is_none()
            && let Some(pipeline) = pipeline
        {
            query.push_str(&format!("&pipelineId={pipeline}"));
        }
        let path = format!(
            "{}?stageId={id}&status=open&sort=-stageEnteredAt&limit=25&cursor={}{query}",
            deal_api::DEALS,
            encode(&cursor)
        );
        spawn_local(async move {
            match held.cache.page::<Deal>(path).await {
                Ok(page) => {
                    let _ = held.columns.try_update(|columns| {
                        if let Some(column) =
                            columns.iter_mut().find(|column| column.stage_id == id)
                        {
                            for deal in page.data {
                                if !column.deals.iter().any(|known| known.id == deal.id) {
                                    column.deals.push(deal);
                                }
                            }
                            column.next_cursor = page.pagination.next_cursor;
                        }
                    });
                }
                Err(error) => toast::failed(&error),
            }
            let _ = busy.try_set(false);
        });
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
    let heading = format!("stage-{id}");
    let labelled = heading.clone();
    view! {
        <section
            class="board-column"
            class:board-over=move || over.get()
            aria-labelledby=labelled
            on:dragover=move |event| {
                if held.dragged.with_untracked(|dragged| dragged.is_some_and(|(_, from)| from != id)) {
                    event.prevent_default();
                    over.set(true);
                }
            }
            on:dragleave=move |_| over.set(false)
            on:drop=move |event| {
                event.prevent_default();
                over.set(false);
                if let Some((deal, _)) = held.dragged.get_untracked() {
                    held.move_to(deal, id);
                }
            }
        >
            <header class="board-head">
                <h2 id=heading class="board-title">{stage.name}<span class="page-count">{move || column.get().map(|column| format::count(column.count))}</span></h2>
                {move || column.get().map(|column| column.totals.into_iter().map(|total| view! {
                    <p class="board-sum"><strong>{format::money_compact(total.sum)}</strong>" "<span class="text-muted">{tr!(deals.weighted, amount = format::money_compact(total.weighted))}</span></p>
                }).collect_view())}
            </header>
            <ul class="board-cards" on:scroll=scrolled>
                <For each=move || column.get().map(|column| column.deals).unwrap_or_default() key=|deal| (deal.id, deal.version, deal.stage_id) let:deal>
                    <Card deal=deal held=held/>
                </For>
                {move || column.get().filter(|column| column.count == 0).map(|_| view! { <li class="board-none text-muted">{tr!(deals.none_in_stage)}</li> })}
                {move || column.get().and_then(|column| column.next_cursor).map(|_| view! {
                    <li><button type="button" class="btn btn-sm" on:click=move |_| more()>{tr!(deals.more)}</button></li>
                })}
            </ul>
        </section>
    }
}

/// Where a card is dropped to be won or lost, while one is dragged.
#[component]
fn Drops(held: Held) -> impl IntoView {
    let zone = move |win: bool| {
        let words = if win { tr!(deals.win) } else { tr!(deals.lose) };
        view! {
            <div
                class=if win { "board-drop board-drop-good" } else { "board-drop board-drop-bad" }
                on:dragover=move |event| event.prevent_default()
                on:drop=move |event| {
                    event.prevent_default();
                    let deal = held.dragged.get_untracked().and_then(|(id, _)| held.find(id));
                    held.dragged.set(None);
                    if win { held.winning.set(deal) } else { held.losing.set(deal) }
                }
            >{icon(if win { Icon::Trophy } else { Icon::Close })}{words}</div>
        }
    };
    view! {
        <div class="board-drops" class:board-drops-on=move || held.dragged.with(Option::is_some) aria-hidden="true">
            {zone(true)}{zone(false)}
        </div>
    }
}
