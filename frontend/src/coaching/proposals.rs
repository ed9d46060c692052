//! What the rules propose, to be accepted or put aside.

use leptos::{ev, prelude::*};
use shared_types::coaching::{
    AcceptProposal, CoachingProposal, CoachingProposalKind, CoachingProposalState, DismissProposal,
};

use super::metric_api::{METRICS, PROPOSALS, attained};
use crate::{
    core::{
        components::{
            badge::{Colour, badge, small_person},
            dialog::Dialog,
            field::{TextArea, choices},
            filter::SelectFilter,
            form::{Form, FormError, Submit},
            icons::{Icon, icon},
            states::{Empty, Skeleton, failure},
        },
        format, http, page,
        query::{self, Load},
        toast,
        url::url_state,
    },
    tr,
};

crate::lazy_page!(ProposalsPage for CoachingProposalsWrite => view! { <Proposals/> });

fn state_name(state: CoachingProposalState) -> &'static str {
    match state {
        CoachingProposalState::Open => tr!(proposal.open),
        CoachingProposalState::Accepted => tr!(proposal.state_accepted),
        CoachingProposalState::Dismissed => tr!(proposal.state_dismissed),
    }
}

#[component]
fn Proposals() -> impl IntoView {
    page::title(|| tr!(proposal.list).to_owned());
    let url = url_state();
    let all = query::page::<CoachingProposal>(move || {
        let state = url.get("state").unwrap_or_else(|| "open".to_owned());
        Some(format!("{PROPOSALS}?limit=100&state={state}"))
    });
    let states = choices(CoachingProposalState::ALL, state_name);
    view! {
        <div class="page page-narrow">
            <header class="page-head"><h1 class="page-title">{tr!(proposal.list)}</h1></header>
            <p class="page-text">{tr!(proposal.text)}</p>
            <div class="toolbar"><SelectFilter url=url name="state" label=tr!(proposal.open) options=states.into_iter().skip(1).collect()/></div>
            {move || match all.last.get() {
                Load::Loading => view! { <Skeleton lines=6/> }.into_any(),
                Load::Failed(error) => failure(&error, move || all.retry()),
                Load::Ready(page) if page.data.is_empty() => view! { <Empty symbol=Icon::Flag title=tr!(proposal.none) text=tr!(proposal.none_text)/> }.into_any(),
                Load::Ready(page) => view! {
                    <ul class="stack">{page.data.into_iter().map(|proposal| view! { <li><One proposal=proposal/></li> }).collect_view()}</ul>
                }.into_any(),
            }}
        </div>
    }
}

/// What a proposal says, and what it stands on.
fn evidence(it: &CoachingProposal) -> AnyView {
    let deals = it.deals.iter().map(|deal| {
        let href = format!("/deals/{}", deal.deal_id);
        view! { <li><a href=href>{deal.title.clone()}</a>" "<span class="text-muted">{format::day(deal.closed_on)}</span></li> }
    });
    let periods = it.periods.iter().map(|period| {
        let href = format!("{METRICS}?memberId={}&periodStart={}", it.member_id, period.start);
        view! { <li><a href=href>{format::day(period.start)}</a>" "<span class="text-muted">{attained(Some(period.attainment))}</span></li> }
    });
    view! { <ul class="proposal-evidence">{deals.collect_view()}{periods.collect_view()}</ul> }
        .into_any()
}

fn words(it: &CoachingProposal) -> String {
    let number = |count: usize| format::count(u64::try_from(count).unwrap_or(u64::MAX));
    match it.kind {
        CoachingProposalKind::Session => tr!(
            proposal.session_words,
            amount = number(it.deals.len()),
            reason = it.lost_reason_name.as_deref().unwrap_or_default()
        ),
        CoachingProposalKind::ActionItem => tr!(
            proposal.item_words,
            metric = it.metric_name.as_deref().unwrap_or_default(),
            amount = number(it.periods.len())
        ),
    }
}

#[component]
fn One(proposal: CoachingProposal) -> impl IntoView {
    let cache = query::cache();
    let form = Form::new();
    let dismissing = RwSignal::new(false);
    let path = StoredValue::new(format!("{PROPOSALS}/{}", proposal.id));
    let accept = move |_| {
        let path = format!("{}/accept", path.get_value());
        form.send(
            async move { http::post::<CoachingProposal>(&path, &AcceptProposal::default()).await },
            move |_| {
                cache.stale(PROPOSALS);
                toast::good(tr!(proposal.accepted));
            },
        );
    };
    let kind = match proposal.kind {
        CoachingProposalKind::Session => tr!(proposal.session),
        CoachingProposalKind::ActionItem => tr!(proposal.action_item),
    };
    let open = proposal.state == CoachingProposalState::Open;
    view! {
        <article class="card stack">
            <header class="proposal-head">
                {small_person(proposal.member_name.as_deref().unwrap_or_default())}
                {badge(Colour::Accent, kind)}
                <span class="text-muted">{proposal.rule_name.clone()}" · "{format::ago(proposal.created_at)}</span>
            </header>
            <p class="row-title">{words(&proposal)}</p>
            {evidence(&proposal)}
            <FormError form=form/>
            {if open {
                view! {
                    <div class="page-actions">
                        <button type="button" class="btn btn-primary" on:click=accept>{icon(Icon::Check)}{tr!(proposal.accept)}</button>
                        <button type="button" class="btn" on:click=move |_| dismissing.set(true)>{tr!(proposal.dismiss)}</button>
                    </div>
                }.into_any()
            } else {
                view! { <p class="text-muted">{state_name(proposal.state)}{proposal.decision_note.clone().map(|note| format!(": {note}"))}</p> }.into_any()
            }}
        </article>
        <Dialog open=dismissing title=tr!(proposal.dismiss_title).to_owned()><Dismiss open=dismissing path=path.get_value()/></Dialog>
    }
}

#[component]
fn Dismiss(open: RwSignal<bool>, path: String) -> impl IntoView {
    let cache = query::cache();
    let form = Form::new();
    let reason = RwSignal::new(String::new());
    let path = StoredValue::new(format!("{path}/dismiss"));
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let body = DismissProposal {
            reason: reason.get_untracked().trim().to_owned(),
        };
        let path = path.get_value();
        form.submit(
            body,
            move |body| async move { http::post::<CoachingProposal>(&path, &body).await },
            move |_| {
                cache.stale(PROPOSALS);
                let _ = open.try_set(false);
                toast::good(tr!(proposal.dismissed));
            },
        );
    };
    view! {
        <form class="dialog-form" on:submit=submit novalidate>
            <div class="dialog-body stack">
                <FormError form=form/>
                <TextArea label=tr!(proposal.reason) value=reason error=form.field("reason")/>
            </div>
            <footer class="dialog-foot">
                <button type="button" class="btn" on:click=move |_| open.set(false)>{tr!(common.cancel)}</button>
                <Submit form=form label=tr!(proposal.dismiss)/>
            </footer>
        </form>
    }
}
