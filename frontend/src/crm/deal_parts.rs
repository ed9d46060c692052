//! Parts of the record of a deal: its lines, its stages until now.

use leptos::prelude::*;
use shared_types::{
    ErrorCode,
    crm::{Deal, StageStay, UpdateDeal},
};

use super::{
    deal_api,
    deal_lines::{Drafts, LinesEditor},
};
use crate::{
    core::{
        auth,
        components::{
            dialog::Dialog,
            form::{Form, FormError, Submit},
            icons::{Icon, icon},
            states::{Skeleton, failure},
        },
        errors::ApiError,
        format,
        query::{self, Load},
        toast,
    },
    tr,
};

/// How long it stayed in which stage.
#[component]
pub fn Stays(deal: Memo<Deal>) -> impl IntoView {
    let stays = query::record::<Vec<StageStay>>(move || {
        Some(format!(
            "{}/stage-history",
            deal_api::deal_path(deal.with(|deal| deal.id))
        ))
    });
    move || {
        match stays.last.get() {
        Load::Loading => view! { <Skeleton lines=3/> }.into_any(),
        Load::Failed(error) => failure(&error, move || stays.retry()),
        Load::Ready(stays) => view! {
            <dl class="facts">
                {stays.into_iter().map(|stay| view! {
                    <dt>{stay.stage_name}</dt>
                    <dd>
                        {format::duration(stay.seconds)}" "
                        <span class="text-muted">{format::date_of(stay.entered_at)}" – "{stay.left_at.map_or_else(|| tr!(deals.still).to_owned(), format::date_of)}</span>
                    </dd>
                }).collect_view()}
            </dl>
        }.into_any(),
    }
    }
}

#[component]
pub fn Lines(deal: Memo<Deal>, editable: Memo<bool>) -> impl IntoView {
    let editing = RwSignal::new(false);
    view! {
        {move || {
            let lines = deal.with(|deal| deal.lines.clone());
            if lines.is_empty() {
                return view! { <p class="text-muted">{tr!(deals.no_lines)}</p> }.into_any();
            }
            view! {
                <table class="table">
                    <caption class="sr-only">{tr!(deals.lines)}</caption>
                    <thead><tr>
                        <th scope="col">{tr!(deals.product)}</th><th scope="col" class="num">{tr!(deals.quantity)}</th>
                        <th scope="col" class="num wide-only">{tr!(deals.price)}</th><th scope="col" class="num">{tr!(deals.total)}</th>
                    </tr></thead>
                    <tbody>
                        {lines.into_iter().map(|line| view! {
                            <tr>
                                <td>{line.product_name}</td>
                                <td class="num">{format::quantity(line.quantity)}</td>
                                <td class="num wide-only">{format::money(line.unit_price)}{(line.discount > 0).then(|| format!(" −{}", format::basis_points(i32::from(line.discount))))}</td>
                                <td class="num">{format::money(line.total)}</td>
                            </tr>
                        }).collect_view()}
                    </tbody>
                </table>
            }.into_any()
        }}
        <Show when=move || editable.get()>
            <button type="button" class="btn btn-sm lines-edit" on:click=move |_| editing.set(true)>{icon(Icon::Pencil)}{tr!(deals.edit_lines)}</button>
        </Show>
        <Dialog open=editing title=tr!(deals.lines) wide=true><LinesForm deal=deal open=editing/></Dialog>
    }
}

#[component]
fn LinesForm(deal: Memo<Deal>, open: RwSignal<bool>) -> impl IntoView {
    let (cache, form) = (query::cache(), Form::new());
    let (id, version, lines) =
        deal.with_untracked(|deal| (deal.id, deal.version, deal.lines.clone()));
    let currency = deal
        .with_untracked(|deal| deal.amount)
        .map_or_else(auth::currency, |money| money.currency);
    let drafts = Drafts::new(&lines, Signal::stored(currency));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let lines = match drafts.read() {
            Ok(lines) => lines,
            Err(words) => {
                return form.fail(ApiError {
                    message: words,
                    code: Some(ErrorCode::Conflict),
                    ..ApiError::offline()
                });
            }
        };
        let patch = UpdateDeal {
            lines: Some(lines),
            ..UpdateDeal::default()
        };
        form.submit(
            patch,
            move |patch| async move { deal_api::update_deal(id, version, &patch).await },
            move |saved| {
                cache.put(&deal_api::deal_path(id), &saved);
                deal_api::deal_changed(cache, id);
                cache.stale(deal_api::BOARD);
                let _ = open.try_set(false);
                toast::good(tr!(deals.saved_lines));
            },
        );
    };
    view! {
        <form class="dialog-form" on:submit=submit novalidate>
            <div class="dialog-body stack"><FormError form=form/><LinesEditor drafts=drafts/></div>
            <footer class="dialog-foot">
                <button type="button" class="btn" on:click=move |_| open.set(false)>{tr!(common.cancel)}</button>
                <Submit form=form label=tr!(deals.save)/>
            </footer>
        </form>
    }
}
