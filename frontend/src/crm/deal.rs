//! The record of a deal.

use leptos::{prelude::*, task::spawn_local};
use shared_types::{
    Permission, StageId,
    crm::{Deal, DealStatus, LostReason},
};

use super::{
    about::About,
    activities::work_of,
    deal_api,
    deal_close::{LoseDialog, WinDialog},
    deal_fields::{Fields, field_name},
    deal_parts::{Lines, Stays},
    deals::status_badge,
};
use crate::{
    coaching::action_items::ItemsOfDeal,
    core::{
        components::{
            badge::{Colour, badge},
            combobox::Choice,
            icons::{Icon, icon},
            record::{RecordPage, RecordSpec},
        },
        format, query, toast,
    },
    tr,
};

crate::lazy_page!(DealPage for DealsRead => view! { <RecordPage spec=spec()/> });

fn spec() -> RecordSpec<Deal> {
    RecordSpec {
        resource: deal_api::DEALS,
        list: tr!(deals.list),
        kind: tr!(settings.subject.deal),
        id: |deal| deal.id.to_string(),
        name: |deal| deal.title.clone(),
        owner: |deal| deal.owner_id,
        deleted_at: |deal| deal.deleted_at,
        merged_into: None,
        writes: Permission::DealsWrite,
        deletes: Permission::DealsDelete,
        field_name,
        badges: |held| view! { <Badges deal=held.record/> }.into_any(),
        actions: |held| view! { <Actions deal=held.record editable=held.editable/> }.into_any(),
        above: |held| {
            view! { <StageBar deal=held.record editable=held.editable/><Ending deal=held.record/> }
                .into_any()
        },
        fields: |held| view! { <Fields deal=held.record editable=held.editable/> }.into_any(),
        cards: |held| {
            view! {
            <section class="card" aria-labelledby="lines"><h2 id="lines" class="card-title">{tr!(deals.lines)}</h2><Lines deal=held.record editable=held.editable/></section>
            <section class="card" aria-labelledby="stays"><h2 id="stays" class="card-title">{tr!(deals.stage_history)}</h2><Stays deal=held.record/></section>
        }
        .into_any()
        },
        beside: |held| {
            let deal = held.record;
            let choice = Signal::derive(move || {
                deal.with(|deal| Choice {
                    id: deal.id.to_string(),
                    label: deal.title.clone(),
                    detail: None,
                })
            });
            let work = work_of(deal, |deal| About {
                deal: Some(deal.id),
                company: deal.company_id,
                contact: deal.contact_id,
                ..About::default()
            });
            view! { {work}<ItemsOfDeal deal=choice/> }.into_any()
        },
    }
}

/// Where it stands, since when it stands still, and what it is worth.
#[component]
fn Badges(deal: Memo<Deal>) -> impl IntoView {
    view! {
        " "{move || status_badge(deal.with(|deal| deal.status))}
        " "{move || deal.with(|deal| deal.rotting_since).map(|since| badge(Colour::Warn, tr!(deals.rotting_since, day = format::date_of(since)).to_string()))}
        <span class="page-count">{move || deal.with(|deal| deal.amount).map(format::money)}</span>
    }
}

/// When and why it ended.
#[component]
fn Ending(deal: Memo<Deal>) -> impl IntoView {
    let reasons = query::page::<LostReason>(move || {
        deal.with(|deal| deal.lost_reason_id.is_some())
            .then(|| deal_api::all(deal_api::LOST_REASONS))
    });
    move || {
        let deal = deal.get();
        let day = deal.closed_on?;
        let reason = deal.lost_reason_id.and_then(|id| {
            reasons
                .load
                .get()
                .ready()?
                .data
                .into_iter()
                .find(|reason| reason.id == id)
                .map(|reason| reason.name)
        });
        let good = deal.status == DealStatus::Won;
        Some(view! {
            <p class=if good { "alert alert-good" } else { "alert alert-warn" }>
                {icon(if good { Icon::Trophy } else { Icon::Close })}
                <span>{tr!(deals.closed_on)}" "{format::day(day)}{reason.map(|reason| format!(" · {reason}"))}{deal.close_note.map(|note| format!(" · {note}"))}</span>
            </p>
        })
    }
}

/// The stages of its pipeline; a click moves the deal.
#[component]
fn StageBar(deal: Memo<Deal>, editable: Memo<bool>) -> impl IntoView {
    let cache = query::cache();
    let pipelines = deal_api::pipelines();
    let go = move |to: StageId| {
        let before = deal.get_untracked();
        if before.stage_id == to {
            return;
        }
        let path = deal_api::deal_path(before.id);
        cache.put(
            &path,
            &Deal {
                stage_id: to,
                rotting_since: None,
                ..before.clone()
            },
        );
        spawn_local(async move {
            match deal_api::move_deal(before.id, to).await {
                Ok(saved) => {
                    cache.put(&path, &saved);
                    deal_api::deal_changed(cache, saved.id);
                    cache.stale(deal_api::BOARD);
                }
                Err(error) => {
                    cache.put(&path, &before);
                    toast::failed(&error);
                }
            }
        });
    };
    let bar = move || {
        let (pipeline, now, open) = deal.with(|deal| {
            (
                deal.pipeline_id,
                deal.stage_id,
                deal.status == DealStatus::Open,
            )
        });
        let stages = pipelines
            .load
            .get()
            .ready()?
            .data
            .into_iter()
            .find(|known| known.id == pipeline)?
            .stages;
        let at = stages.iter().position(|stage| stage.id == now).unwrap_or(0);
        let offer = open && editable.get();
        Some(stages.into_iter().enumerate().map(|(index, stage)| {
            let current = (index == at).then_some("step");
            let class = if index < at { "stage-step stage-done" } else { "stage-step" };
            if offer {
                view! { <button type="button" class=class aria-current=current on:click=move |_| go(stage.id)>{stage.name}</button> }.into_any()
            } else {
                view! { <span class=class aria-current=current>{stage.name}</span> }.into_any()
            }
        }).collect_view())
    };
    view! { <div class="stage-bar" role="group" aria-label=tr!(deals.stages)>{bar}</div> }
}

#[component]
fn Actions(deal: Memo<Deal>, editable: Memo<bool>) -> impl IntoView {
    let cache = query::cache();
    let (winning, losing) = (RwSignal::new(None::<Deal>), RwSignal::new(None::<Deal>));
    let open = Memo::new(move |_| deal.with(|deal| deal.status == DealStatus::Open));
    let done = Callback::new(move |deal: Deal| {
        cache.put(&deal_api::deal_path(deal.id), &deal);
        cache.stale(deal_api::BOARD);
    });
    let reopen = move || {
        let id = deal.with_untracked(|deal| deal.id);
        spawn_local(async move {
            match deal_api::reopen_deal(id).await {
                Ok(deal) => {
                    done.run(deal);
                    deal_api::deal_changed(cache, id);
                    toast::good(tr!(deals.reopened));
                }
                Err(error) => toast::failed(&error),
            }
        });
    };
    view! {
            <Show when=move || editable.get() && open.get()>
                <button type="button" class="btn" on:click=move |_| losing.set(Some(deal.get_untracked()))>{tr!(deals.lose)}</button>
                <button type="button" class="btn btn-primary" on:click=move |_| winning.set(Some(deal.get_untracked()))>{icon(Icon::Trophy)}{tr!(deals.win)}</button>
            </Show>
            <Show when=move || editable.get() && !open.get()>
                <button type="button" class="btn" on:click=move |_| reopen()>{icon(Icon::Restore)}{tr!(deals.reopen)}</button>
            </Show>
        <WinDialog deal=winning done=done/>
        <LoseDialog deal=losing done=done/>
    }
}
