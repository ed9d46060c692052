//! Winning and losing a deal.

use leptos::{ev, prelude::*};
use shared_types::crm::{Deal, LoseDeal, LostReason, WinDeal};

use super::deal_api;
use crate::{
    core::{
        components::{
            dialog::{Dialog, open_for},
            field::{SelectField, TextArea, TextField},
            form::{Form, FormError, Submit, filled},
        },
        errors::ApiError,
        format, query, toast,
    },
    tr,
};

/// Asks what there is to say when a deal is won; open while there is one.
#[component]
pub fn WinDialog(deal: RwSignal<Option<Deal>>, done: Callback<Deal>) -> impl IntoView {
    let open = open_for(deal);
    view! {
        <Dialog open=open title=Signal::derive(move || title_of(deal, true))>
            {move || deal.get_untracked().map(|of| view! { <WinForm of=of open=open done=done/> })}
        </Dialog>
    }
}

/// Asks why when a deal is lost; open while there is one.
#[component]
pub fn LoseDialog(deal: RwSignal<Option<Deal>>, done: Callback<Deal>) -> impl IntoView {
    let open = open_for(deal);
    view! {
        <Dialog open=open title=Signal::derive(move || title_of(deal, false))>
            {move || deal.get_untracked().map(|of| view! { <LoseForm of=of open=open done=done/> })}
        </Dialog>
    }
}

fn title_of(deal: RwSignal<Option<Deal>>, win: bool) -> String {
    deal.with(|deal| {
        let name = deal.as_ref().map_or("", |deal| deal.title.as_str());
        if win {
            tr!(deals.win_title, name = name).to_string()
        } else {
            tr!(deals.lose_title, name = name).to_string()
        }
    })
}

#[component]
fn WinForm(of: Deal, open: RwSignal<bool>, done: Callback<Deal>) -> impl IntoView {
    let (cache, form) = (query::cache(), Form::new());
    let day = RwSignal::new(format::today().to_string());
    let amount = RwSignal::new(of.amount.map(format::money_plain).unwrap_or_default());
    let note = RwSignal::new(String::new());
    let fixed = !of.lines.is_empty();
    let (id, currency) = (
        of.id,
        of.amount
            .map_or_else(crate::core::auth::currency, |money| money.currency),
    );
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let amount = match filled(&amount.get_untracked()) {
            Some(typed) if !fixed => {
                match domain::core::decimal::amount_from_input("amount", &typed, currency, None) {
                    Ok(money) => Some(money.amount),
                    Err(error) => return form.fail(ApiError::invalid(error.fields())),
                }
            }
            _ => None,
        };
        let win = WinDeal {
            closed_on: day.get_untracked().parse().ok(),
            amount,
            note: filled(&note.get_untracked()),
        };
        form.submit(
            win,
            move |win| async move { deal_api::win_deal(id, &win).await },
            move |deal| {
                let _ = open.try_set(false);
                deal_api::deal_changed(cache, id);
                toast::good(tr!(deals.won_done, name = deal.title.as_str()));
                done.run(deal);
            },
        );
    };
    view! {
        <form class="dialog-form" on:submit=submit novalidate>
            <div class="dialog-body stack">
                <FormError form=form/>
                <TextField label=tr!(deals.closed_on) value=day kind="date" error=form.field("closedOn")/>
                {(!fixed).then(|| view! { <TextField label=tr!(deals.amount) value=amount mode="decimal" error=form.field("amount") optional=true/> })}
                <TextArea label=tr!(deals.note) value=note error=form.field("note") optional=true/>
            </div>
            <footer class="dialog-foot">
                <button type="button" class="btn" on:click=move |_| open.set(false)>{tr!(common.cancel)}</button>
                <Submit form=form label=tr!(deals.win)/>
            </footer>
        </form>
    }
}

#[component]
fn LoseForm(of: Deal, open: RwSignal<bool>, done: Callback<Deal>) -> impl IntoView {
    let (cache, form) = (query::cache(), Form::new());
    let reasons = query::page::<LostReason>(|| Some(deal_api::all(deal_api::LOST_REASONS)));
    let options = Signal::derive(move || {
        let known = reasons
            .load
            .get()
            .ready()
            .map(|page| page.data)
            .unwrap_or_default();
        std::iter::once((String::new(), tr!(deals.no_reason).to_owned()))
            .chain(
                known
                    .into_iter()
                    .map(|reason| (reason.id.to_string(), reason.name)),
            )
            .collect::<Vec<_>>()
    });
    let day = RwSignal::new(format::today().to_string());
    let (reason, note) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let id = of.id;
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let lose = LoseDeal {
            closed_on: day.get_untracked().parse().ok(),
            lost_reason_id: reason.get_untracked().parse().ok(),
            note: filled(&note.get_untracked()),
        };
        form.submit(
            lose,
            move |lose| async move { deal_api::lose_deal(id, &lose).await },
            move |deal| {
                let _ = open.try_set(false);
                deal_api::deal_changed(cache, id);
                toast::good(tr!(deals.lost_done, name = deal.title.as_str()));
                done.run(deal);
            },
        );
    };
    view! {
        <form class="dialog-form" on:submit=submit novalidate>
            <div class="dialog-body stack">
                <FormError form=form/>
                <SelectField label=tr!(deals.reason) value=reason options=options error=form.field("lostReasonId")/>
                <TextField label=tr!(deals.closed_on) value=day kind="date" error=form.field("closedOn")/>
                <TextArea label=tr!(deals.note) value=note error=form.field("note") optional=true/>
            </div>
            <footer class="dialog-foot">
                <button type="button" class="btn" on:click=move |_| open.set(false)>{tr!(common.cancel)}</button>
                <Submit form=form label=tr!(deals.lose)/>
            </footer>
        </form>
    }
}
