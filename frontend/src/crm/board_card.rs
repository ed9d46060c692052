//! A card of the board.

use leptos::{ev, prelude::*};
use shared_types::{Permission, crm::Deal};

use super::board::Held;
use crate::{
    core::{
        auth,
        components::{
            badge::{Colour, avatar, badge},
            icons::{Icon, icon},
            menu::{Entry, Menu},
        },
        format,
    },
    tr,
};

#[component]
pub fn Card(deal: Deal, held: Held) -> impl IntoView {
    let may_move = auth::may_on(Permission::DealsWrite, deal.owner_id);
    let (id, from) = (deal.id, deal.stage_id);
    let age = format::duration((format::now() - deal.stage_entered_at).num_seconds().max(0));
    let held_deal = StoredValue::new(deal.clone());
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
        held.step(&held_deal.get_value(), forward);
    };
    let entries = Callback::new(move |()| {
        let mut entries: Vec<Entry> = held
            .stages
            .get_untracked()
            .into_iter()
            .filter(|stage| stage.id != from)
            .map(|stage| {
                Entry::run(
                    tr!(deals.move_to, name = stage.name.as_str()).to_string(),
                    move || held.move_to(id, stage.id),
                )
            })
            .collect();
        entries.push(
            Entry::run(tr!(deals.win), move || {
                held.winning.set(Some(held_deal.get_value()))
            })
            .icon(Icon::Trophy),
        );
        entries.push(
            Entry::run(tr!(deals.lose), move || {
                held.losing.set(Some(held_deal.get_value()))
            })
            .icon(Icon::Close),
        );
        entries
    });
    let label = tr!(deals.card, name = deal.title.as_str()).to_string();
    view! {
        <li
            class="board-card"
            draggable=may_move.to_string()
            on:dragstart=move |event: ev::DragEvent| {
                if let Some(data) = event.data_transfer() {
                    let _ = data.set_data("text/plain", &id.to_string());
                    data.set_effect_allowed("move");
                }
                // Changing the page while the drag begins would end it.
                request_animation_frame(move || held.dragged.set(Some((id, from))));
            }
            on:dragend=move |_| held.dragged.set(None)
        >
            <div class="board-card-head">
                <a id=format!("card-{id}") class="board-link" href=format!("/deals/{id}") draggable="false" on:keydown=keys>{deal.title.clone()}</a>
                {may_move.then(|| view! { <Menu label=label entries=entries>{icon(Icon::Dots)}</Menu> })}
            </div>
            {deal.company_name.clone().map(|name| view! { <p class="text-muted truncate">{name}</p> })}
            <div class="board-card-foot">
                <strong>{deal.amount.map(format::money_short)}</strong>
                <span class="grow"></span>
                {deal.rotting_since.map(|since| view! {
                    <span title=tr!(deals.rotting_since, day = format::date_of(since)).to_string()>{badge(Colour::Warn, tr!(deals.rotting))}</span>
                })}
                <span class="text-muted" title=tr!(deals.age, time = age.as_str()).to_string()>{age.clone()}</span>
                {deal.owner_name.clone().map(|name| view! { <span title=name.clone()>{avatar(&name)}<span class="sr-only">{name.clone()}</span></span> })}
            </div>
        </li>
    }
}
