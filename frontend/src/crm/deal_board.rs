//! The board of deals: a column for each stage.

use std::cmp::Ordering;

use domain::core::money;
use futures_util::{FutureExt, future::LocalBoxFuture};
use leptos::prelude::*;
use shared_types::{
    MemberId, Money, Permission, StageId,
    crm::{Deal, DealBoard, DealBoardTotal, Pipeline},
};

use super::{
    deal_api::{self, BOARD, DEALS, deal_path},
    deal_close::{LoseDialog, WinDialog},
    deal_form::DealDialog,
    deals::{BOTH, DealFilters, WITHIN},
};
use crate::{
    core::{
        components::{
            adding::{add_button, adding},
            badge::{Colour, badge, small_person},
            board::{Board, Card, Exit, Lane, Way, narrowed},
            board_page::{BoardPage as Page, BoardWords, ListOrBoard},
            filter::{ClearFilters, SearchField},
            icons::Icon,
        },
        format,
        http::Answer,
        query::{self, Cache},
        url::{UrlState, url_state},
    },
    tr,
};

crate::lazy_page!(BoardPage for DealsRead => view! { <Deals/> });

impl Card for Deal {
    type Key = StageId;
    type Sums = Vec<DealBoardTotal>;
    const WRITES: Permission = Permission::DealsWrite;

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
        self.owner_id
    }

    fn path(&self) -> String {
        deal_path(self.id)
    }

    fn key(&self) -> StageId {
        self.stage_id
    }

    fn moved(self, to: StageId) -> Self {
        Self {
            stage_id: to,
            stage_entered_at: format::now(),
            rotting_since: None,
            ..self
        }
    }

    fn order(&self, other: &Self) -> Ordering {
        (other.stage_entered_at, other.id).cmp(&(self.stage_entered_at, self.id))
    }

    fn add(&self, sums: &mut Vec<DealBoardTotal>, sign: i64) {
        let Some(amount) = self.amount else { return };
        let weighted = money::weighted(amount.amount, self.probability) * sign;
        let sum = amount.amount * sign;
        let known = sums
            .iter_mut()
            .find(|total| total.sum.currency == amount.currency);
        match known {
            Some(total) => {
                total.sum.amount += sum;
                total.weighted.amount += weighted;
            }
            None => sums.push(DealBoardTotal {
                sum: Money::new(sum, amount.currency),
                weighted: Money::new(weighted, amount.currency),
            }),
        }
        sums.retain(|total| total.sum.amount != 0);
    }

    fn way(&self, to: StageId) -> Way {
        if to == self.stage_id {
            Way::Stays
        } else {
            Way::Goes
        }
    }

    fn send(&self, to: StageId) -> LocalBoxFuture<'static, Answer<Self>> {
        deal_api::move_deal(self.id, to).boxed_local()
    }

    fn forget(&self, cache: Cache) {
        deal_api::deal_changed(cache, self.id);
    }

    fn face(&self) -> AnyView {
        let age = format::duration((format::now() - self.stage_entered_at).num_seconds().max(0));
        view! {
            {self.company_name.clone().map(|name| view! { <p class="text-muted truncate">{name}</p> })}
            <div class="board-card-foot">
                <strong>{self.amount.map(format::money_short)}</strong>
                <span class="grow"></span>
                {self.rotting_since.map(|since| view! {
                    <span title=tr!(deals.rotting_since, day = format::date_of(since)).to_string()>{badge(Colour::Warn, tr!(deals.rotting))}</span>
                })}
                <span class="text-muted" title=tr!(deals.age, time = age.as_str()).to_string()>{age.clone()}</span>
                {self.owner_name.as_deref().map(small_person)}
            </div>
        }
        .into_any()
    }

    fn sums(sums: &Vec<DealBoardTotal>) -> AnyView {
        sums.iter()
            .map(|total| {
                let weighted = tr!(deals.weighted, amount = format::money_compact(total.weighted));
                view! { <p class="board-sum"><strong>{format::money_compact(total.sum)}</strong>" "<span class="text-muted">{weighted}</span></p> }
            })
            .collect_view()
            .into_any()
    }
}

fn lanes(board: DealBoard) -> Vec<Lane<Deal>> {
    let stages = board.pipeline.stages;
    let name = |id| {
        let stage = stages.iter().find(|stage| stage.id == id);
        stage.map(|stage| stage.name.clone()).unwrap_or_default()
    };
    let columns = board.columns.into_iter();
    columns
        .map(|column| Lane {
            key: column.stage_id,
            name: name(column.stage_id),
            count: column.count,
            sums: column.totals,
            cards: column.deals,
            next_cursor: column.next_cursor,
        })
        .collect()
}

#[component]
fn Deals() -> impl IntoView {
    let url = url_state();
    let adding = adding();
    let answer = query::record::<DealBoard>(move || {
        let query = narrowed(url, BOTH);
        Some(format!("{BOARD}?{}", query.trim_start_matches('&')))
    });
    let shown = Signal::derive(move || answer.last.get().ready().map(|board| board.pipeline));
    let pipeline = Signal::derive(move || shown.get().map(|pipeline| pipeline.id));
    let rest = move |stage| {
        let query = untrack(|| narrowed(url, WITHIN));
        let of = pipeline.get_untracked();
        let of = of.map_or_else(String::new, |id| format!("&pipelineId={id}"));
        format!("{DEALS}?stageId={stage}&status=open&sort=-stageEnteredAt{of}{query}")
    };
    let (winning, losing) = (RwSignal::new(None::<Deal>), RwSignal::new(None::<Deal>));
    let exits = vec![
        Exit {
            label: tr!(deals.win),
            icon: Icon::Trophy,
            class: "board-drop-good",
            leaving: winning,
        },
        Exit {
            label: tr!(deals.lose),
            icon: Icon::Close,
            class: "board-drop-bad",
            leaving: losing,
        },
    ];
    let board = Board::new(BOARD, answer, lanes, rest, exits);
    let gone = Callback::new(move |deal: Deal| board.take(&deal.id.to_string()));
    let words = BoardWords {
        title: tr!(deals.list),
        label: tr!(deals.board_label),
        hint: tr!(deals.hint),
        none: tr!(deals.none_in_stage),
    };
    let actions = move || {
        view! {
            <ListOrBoard url=url list=DEALS on_board=true names=BOTH/>
            {add_button(adding, Permission::DealsWrite, tr!(deals.add))}
        }
    };
    let filters = move || {
        view! {
            <SearchField url=url label=tr!(deals.search)/>
            <PipelinePicker url=url shown=shown/>
            <DealFilters url=url/>
            <ClearFilters url=url names=WITHIN/>
        }
    };
    view! {
        <Page board=board words=words actions=actions filters=filters/>
        <DealDialog open=adding pipeline=pipeline/>
        <WinDialog deal=winning done=gone/>
        <LoseDialog deal=losing done=gone/>
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
