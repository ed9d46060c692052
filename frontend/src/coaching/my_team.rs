//! My team: how coaching goes with each member, and what is late.

use leptos::prelude::*;
use shared_types::{
    Permission,
    coaching::{ActionItem, CoachingMember, CoachingTeam},
};

use super::{
    action_item_form::{ActionItemDialog, Start},
    action_items::row,
    quick_note_dialog,
    words::{ACTION_ITEMS, ACTION_PLANS, QUICK_NOTES},
};
use crate::{
    core::{
        auth,
        components::{
            badge::{Colour, badge, person},
            icons::{Icon, icon},
            states::{Empty, Skeleton, failure},
        },
        page,
        query::{self, Load},
    },
    crm::my_day::Part,
    tr,
};

crate::lazy_page!(MyTeamPage for ActionPlansWrite => view! { <MyTeam/> });

#[component]
fn MyTeam() -> impl IntoView {
    page::title(|| tr!(my_team.title).to_owned());
    let open = RwSignal::new(false);
    let team = query::record::<CoachingTeam>(|| Some("/reports/coaching-team".to_owned()));
    let late = format!("{ACTION_ITEMS}?overdue=true&sort=dueOn&limit=20");
    view! {
        <div class="page">
            <header class="page-head">
                <h1 class="page-title">{tr!(my_team.title)}</h1>
                <div class="page-actions">
                    {auth::may(Permission::QuickNotesWrite).then(|| view! {
                        <button type="button" class="btn" on:click=move |_| { quick_note_dialog::open(); }>{icon(Icon::Note)}{tr!(quick_note.add)}</button>
                    })}
                    <button type="button" class="btn btn-primary" on:click=move |_| open.set(true)>{icon(Icon::Add)}{tr!(action_item.add)}</button>
                </div>
            </header>
            <section class="card" aria-labelledby="my-team">
                <h2 id="my-team" class="card-title">{tr!(my_team.members)}</h2>
                {move || match team.load.get() {
                    Load::Loading => view! { <Skeleton lines=6/> }.into_any(),
                    Load::Failed(error) => failure(&error, move || team.retry()),
                    Load::Ready(team) => members(team.members),
                }}
            </section>
            <Part title=tr!(my_team.late) empty=tr!(my_team.nothing_late) path=late row=|it: ActionItem| row(&it, true)/>
        </div>
        <ActionItemDialog open=open start=Signal::stored(Start::default())/>
    }
}

/// Everybody but oneself, in a table whose figures lead to what they count.
fn members(all: Vec<CoachingMember>) -> AnyView {
    let me = auth::me().map(|me| me.member_id);
    let mut all = all;
    all.retain(|member| Some(member.member_id) != me);
    if all.is_empty() {
        return view! { <Empty symbol=Icon::Team title=tr!(my_team.nobody) text=tr!(my_team.nobody_text)/> }.into_any();
    }
    // Those first with whom something is late.
    all.sort_by_key(|member| std::cmp::Reverse(member.overdue_items));
    let most = all
        .iter()
        .map(|member| member.open_items)
        .max()
        .unwrap_or(0);
    let rows = all.into_iter().map(|member| line(&member, most));
    view! {
        <div class="table-scroll" tabindex="0" role="group" aria-label=tr!(my_team.members)>
            <table class="table team-table">
                <thead><tr>
                    <th scope="col">{tr!(quick_note.agent)}</th>
                    <th scope="col">{tr!(my_team.open)}</th>
                    <th scope="col" class="num">{tr!(action_item.overdue)}</th>
                    <th scope="col" class="num">{tr!(my_team.done)}</th>
                    <th scope="col" class="num">{tr!(my_team.plans)}</th>
                    <th scope="col" class="num">{tr!(my_team.notes)}</th>
                </tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
        <p class="hint">{tr!(my_team.hint)}</p>
    }
    .into_any()
}

fn line(member: &CoachingMember, most: i64) -> AnyView {
    let id = member.member_id;
    let link = |href: String, count: i64| {
        view! { <a class="link" href=href>{count}</a> }
    };
    let share = |count: i64| {
        if most > 0 {
            count.saturating_mul(100) / most
        } else {
            0
        }
    };
    let late = member.overdue_items;
    let on_time = member.open_items - late;
    let colour = if late > 0 { Colour::Bad } else { Colour::Plain };
    view! {
        <tr>
            <th scope="row">{person(Some(&member.member_name))}</th>
            <td>
                <div class="team-open">
                    {link(format!("{ACTION_ITEMS}?ownerId={id}&status=open,inProgress"), member.open_items)}
                    <span class="team-bar" aria-hidden="true">
                        <span class="team-late" style=format!("width:{}%", share(late))></span>
                        <span class="team-on-time" style=format!("width:{}%", share(on_time))></span>
                    </span>
                </div>
            </td>
            <td class="num"><a href=format!("{ACTION_ITEMS}?ownerId={id}&overdue=true")>{badge(colour, late.to_string())}</a></td>
            <td class="num">{link(format!("{ACTION_ITEMS}?ownerId={id}&status=done"), member.done_items)}</td>
            <td class="num">{link(format!("{ACTION_PLANS}?agentId={id}&status=active"), member.active_plans)}</td>
            <td class="num">{link(format!("{QUICK_NOTES}?agentId={id}"), member.quick_notes)}</td>
        </tr>
    }
    .into_any()
}
