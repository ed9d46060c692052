//! The record of a deal.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    LazyRoute, NavigateOptions,
    hooks::{use_navigate, use_params_map},
    lazy_route,
};
use shared_types::{
    Permission, StageId,
    crm::{Deal, DealStatus, LostReason},
};

use super::{
    about::About,
    activities::ActivitiesOf,
    deal_api,
    deal_close::{LoseDialog, WinDialog},
    deal_fields::{Fields, field_name},
    deal_parts::{Lines, Stays},
    deals::status_badge,
    notes::NotesOf,
};
use crate::{
    core::{
        auth,
        components::{
            badge::{Colour, badge},
            dialog::Confirm,
            icons::{Icon, icon},
            menu::{Entry, Menu},
            states::{Skeleton, failure, guarded},
            timeline::Timeline,
        },
        format, page,
        query::{self, Load},
        toast,
    },
    tr,
};

pub struct DealPage;

#[lazy_route]
impl LazyRoute for DealPage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        guarded(Permission::DealsRead, || view! { <DealRecord/> }.into_any())
    }
}

#[component]
fn DealRecord() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let deal = query::record::<Deal>(move || Some(deal_api::deal_path(id.get())));
    page::title(move || match deal.load.get() {
        Load::Ready(deal) => deal.title,
        _ => tr!(deals.title).to_owned(),
    });
    let ready = Memo::new(move |_| match deal.load.get() {
        Load::Loading => Err(None),
        Load::Failed(error) => Err(Some(error)),
        Load::Ready(deal) => Ok(deal.id),
    });
    move || match ready.get() {
        Err(None) => view! { <div class="page"><Skeleton lines=8/></div> }.into_any(),
        Err(Some(error)) => {
            view! { <div class="page">{failure(&error, move || deal.retry())}</div> }.into_any()
        }
        Ok(_) => match deal.load.get_untracked() {
            Load::Ready(first) => {
                let held = Memo::new(move |before: Option<&Deal>| {
                    deal.load
                        .get()
                        .ready()
                        .or_else(|| before.cloned())
                        .unwrap_or_else(|| first.clone())
                });
                view! { <Record deal=held/> }.into_any()
            }
            _ => ().into_any(),
        },
    }
}

#[component]
fn Record(deal: Memo<Deal>) -> impl IntoView {
    let path = move || deal_api::deal_path(deal.with(|deal| deal.id));
    let trashed = Memo::new(move |_| deal.with(|deal| deal.deleted_at));
    let editable = Memo::new(move |_| {
        deal.with(|deal| {
            deal.deleted_at.is_none() && auth::may_on(Permission::DealsWrite, deal.owner_id)
        })
    });
    let about = Signal::derive(move || {
        deal.with(|deal| About {
            deal: Some(deal.id),
            company: deal.company_id,
            contact: deal.contact_id,
            ..About::default()
        })
    });
    let worth = move || deal.with(|deal| deal.amount).map(format::money);
    view! {
        <div class="page page-record">
            <nav class="crumbs" aria-label=tr!(record.crumbs)>
                <a class="link" href="/deals">{tr!(deals.list)}</a>
            </nav>
            <header class="page-head">
                <h1 class="page-title">
                    {move || deal.with(|deal| deal.title.clone())}" "
                    {move || status_badge(deal.with(|deal| deal.status))}" "
                    {move || deal.with(|deal| deal.rotting_since).map(|since| badge(Colour::Warn, tr!(deals.rotting_since, day = format::date_of(since)).to_string()))}
                    <span class="page-count">{worth}</span>
                </h1>
                <Actions deal=deal editable=editable/>
            </header>
            {move || trashed.get().map(|at| view! {
                <p class="alert alert-warn" role="status">{icon(Icon::Trash)}{tr!(record.in_trash, day = format::date_of(at))}</p>
            })}
            <StageBar deal=deal editable=editable/>
            <Ending deal=deal/>
            <div class="record">
                <div class="record-side">
                    <section class="card" aria-labelledby="details"><h2 id="details" class="card-title">{tr!(record.details)}</h2><Fields deal=deal editable=editable/></section>
                    <section class="card" aria-labelledby="lines"><h2 id="lines" class="card-title">{tr!(deals.lines)}</h2><Lines deal=deal editable=editable/></section>
                </div>
                <div class="record-side">
                    <NotesOf about=about/>
                    <ActivitiesOf about=about/>
                    <section class="card" aria-labelledby="stays"><h2 id="stays" class="card-title">{tr!(deals.stage_history)}</h2><Stays deal=deal/></section>
                    <section class="card" aria-labelledby="history">
                        <h2 id="history" class="card-title">{tr!(record.history)}</h2>
                        <Timeline path=Signal::derive(move || format!("{}/timeline", path())) label=field_name/>
                    </section>
                </div>
            </div>
        </div>
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
    let asked = RwSignal::new(false);
    let (winning, losing) = (RwSignal::new(None::<Deal>), RwSignal::new(None::<Deal>));
    let navigate = StoredValue::new(use_navigate());
    let may_delete =
        Memo::new(move |_| deal.with(|deal| auth::may_on(Permission::DealsDelete, deal.owner_id)));
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
    let restore = Callback::new(move |()| {
        let id = deal.with_untracked(|deal| deal.id);
        spawn_local(async move {
            match deal_api::restore_deal(id).await {
                Ok(_) => {
                    cache.stale(deal_api::DEALS);
                    toast::good(tr!(record.restored));
                }
                Err(error) => toast::failed(&error),
            }
        });
    });
    let trash = Callback::new(move |()| {
        let id = deal.with_untracked(|deal| deal.id);
        spawn_local(async move {
            match deal_api::trash_deal(id).await {
                Ok(()) => {
                    cache.stale(deal_api::DEALS);
                    toast::good(tr!(record.trashed));
                    navigate.with_value(|go| go("/deals", NavigateOptions::default()));
                }
                Err(error) => toast::failed(&error),
            }
        });
    });
    let entries = Callback::new(move |()| {
        if deal.with_untracked(|deal| deal.deleted_at.is_some()) {
            vec![Entry::run(tr!(record.restore), move || restore.run(())).icon(Icon::Restore)]
        } else {
            vec![
                Entry::run(tr!(record.trash), move || asked.set(true))
                    .icon(Icon::Trash)
                    .danger(),
            ]
        }
    });
    view! {
        <div class="page-actions">
            <Show when=move || editable.get() && open.get()>
                <button type="button" class="btn" on:click=move |_| losing.set(Some(deal.get_untracked()))>{tr!(deals.lose)}</button>
                <button type="button" class="btn btn-primary" on:click=move |_| winning.set(Some(deal.get_untracked()))>{icon(Icon::Trophy)}{tr!(deals.win)}</button>
            </Show>
            <Show when=move || editable.get() && !open.get()>
                <button type="button" class="btn" on:click=move |_| reopen()>{icon(Icon::Restore)}{tr!(deals.reopen)}</button>
            </Show>
            <Show when=move || may_delete.get()>
                <Menu label=tr!(common.more) entries=entries>{icon(Icon::Dots)}</Menu>
            </Show>
        </div>
        <Confirm
            open=asked
            title=Signal::derive(move || tr!(record.trash_one, name = deal.with(|deal| deal.title.clone())))
            text=tr!(record.trash_text)
            verb=tr!(record.trash)
            on_confirm=trash
        />
        <WinDialog deal=winning done=done/>
        <LoseDialog deal=losing done=done/>
    }
}
