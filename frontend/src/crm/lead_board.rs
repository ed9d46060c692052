//! The board of leads: a column for each state.

use std::cmp::Ordering;

use domain::crm::lead::{StatusStep, status_step};
use futures_util::{FutureExt, future::LocalBoxFuture};
use leptos::prelude::*;
use shared_types::{
    MemberId, Permission,
    crm::{Lead, LeadBoard, LeadConverted, LeadStatus},
};

use super::{
    lead_api::{self, BOARD, LEADS, lead_path, score_badge, source_name, status_name},
    lead_convert::{ConvertDialog, may_convert},
    lead_form::LeadDialog,
    leads::{BOTH, LeadFilters},
};
use crate::{
    core::{
        components::{
            adding::{add_button, adding},
            badge::small_person,
            board::{Board, Card, Lane, Way, narrowed},
            board_page::{BoardPage, BoardWords, ListOrBoard},
            filter::{ClearFilters, SearchField},
            tags::few,
        },
        format,
        http::Answer,
        i18n,
        query::{self, Cache},
        url::url_state,
    },
    tr,
};

crate::lazy_page!(LeadBoardPage for LeadsRead => view! { <Leads/> });

impl Card for Lead {
    type Key = LeadStatus;
    type Sums = ();
    const WRITES: Permission = Permission::LeadsWrite;

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn owner(&self) -> Option<MemberId> {
        self.owner_id
    }

    fn path(&self) -> String {
        lead_path(self.id)
    }

    fn key(&self) -> LeadStatus {
        self.status
    }

    fn moved(self, to: LeadStatus) -> Self {
        Self { status: to, ..self }
    }

    fn order(&self, other: &Self) -> Ordering {
        (other.score, other.id).cmp(&(self.score, self.id))
    }

    fn add(&self, (): &mut (), _: i64) {}

    fn way(&self, to: LeadStatus) -> Way {
        match status_step(self.status, to) {
            Ok(StatusStep::Stay) => Way::Stays,
            Ok(StatusStep::Change) => Way::Goes,
            Ok(StatusStep::Convert) if may_convert(self) => Way::Asks,
            Ok(StatusStep::Convert) => Way::Refused(tr!(lead.may_not_convert).to_owned()),
            Err(error) => Way::Refused(i18n::fault(&error.to_string())),
        }
    }

    fn send(&self, to: LeadStatus) -> LocalBoxFuture<'static, Answer<Self>> {
        lead_api::set_status(self.id, to).boxed_local()
    }

    fn forget(&self, cache: Cache) {
        cache.stale(&lead_path(self.id));
        cache.stale(&format!("{LEADS}?"));
        cache.stale("/dashboards");
    }

    fn face(&self) -> AnyView {
        let below = [self.job_title.as_deref(), self.company_name.as_deref()];
        let below: Vec<&str> = below.into_iter().flatten().collect();
        let below = Some(below.join(" · ")).filter(|below| !below.is_empty());
        view! {
            {below.map(|below| view! { <p class="text-muted truncate">{below}</p> })}
            {(!self.tags.is_empty()).then(|| few(&self.tags))}
            <div class="board-card-foot">
                <span title=tr!(lead.score)>{score_badge(self.score)}</span>
                {self.amount.map(|amount| view! { <strong>{format::money_compact(amount)}</strong> })}
                <span class="text-muted truncate">{source_name(self.source)}</span>
                <span class="grow"></span>
                {self.owner_name.as_deref().map(small_person)}
            </div>
        }
        .into_any()
    }

    fn sums((): &()) -> AnyView {
        ().into_any()
    }
}

fn lanes(board: LeadBoard) -> Vec<Lane<Lead>> {
    let columns = board.columns.into_iter();
    columns
        .map(|column| Lane {
            key: column.status,
            name: status_name(column.status).to_owned(),
            count: column.count,
            sums: (),
            cards: column.leads,
            next_cursor: column.next_cursor,
        })
        .collect()
}

#[component]
fn Leads() -> impl IntoView {
    let (url, adding) = (url_state(), adding());
    let answer = query::record::<LeadBoard>(move || {
        let query = narrowed(url, BOTH);
        Some(format!("{BOARD}?{}", query.trim_start_matches('&')))
    });
    let rest = move |status| {
        let query = untrack(|| narrowed(url, BOTH));
        format!("{LEADS}?status={status}&sort=-score{query}")
    };
    let board = Board::new(BOARD, answer, lanes, rest, Vec::new());
    let done = Callback::new(move |done: LeadConverted| board.replace(done.lead));
    let words = BoardWords {
        title: tr!(lead.list),
        label: tr!(lead.board_label),
        hint: tr!(lead.hint),
        none: tr!(lead.none_in_status),
    };
    let actions = move || {
        view! {
            <ListOrBoard url=url list=LEADS on_board=true names=BOTH/>
            {add_button(adding, Permission::LeadsWrite, tr!(lead.add))}
        }
    };
    let filters = move || {
        view! {
            <SearchField url=url label=tr!(lead.search)/>
            <LeadFilters url=url/>
            <ClearFilters url=url names=BOTH/>
        }
    };
    view! {
        <BoardPage board=board words=words actions=actions filters=filters/>
        <LeadDialog open=adding/>
        <ConvertDialog lead=board.asked done=done/>
    }
}
