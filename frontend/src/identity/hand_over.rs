//! The end of a member's work here: what there is to take over, and who takes it.

use leptos::{ev, prelude::*};
use shared_types::{
    MemberId,
    identity::{DeactivateMember, HandOver, HandedOver, Otherwise, Successors},
};

use super::api::{self, find_members, member_path};
use crate::{
    core::{
        components::{
            combobox::{Choice, PickField},
            field::SelectField,
            form::{Form, FormError},
            states::{Skeleton, failure},
        },
        format,
        query::{self, Load},
        toast,
    },
    tr,
};

/// What the dialog holds: first what there is, then who takes over what.
#[component]
pub fn HandOverForm(id: MemberId, open: RwSignal<bool>) -> impl IntoView {
    let there = query::record::<HandOver>(move || Some(format!("{}/hand-over", member_path(id))));
    move || match there.load.get() {
        Load::Loading => view! { <div class="dialog-body"><Skeleton lines=6/></div> }.into_any(),
        Load::Failed(error) => failure(&error, move || there.retry()),
        Load::Ready(it) => view! { <Choose id=id open=open there=it/> }.into_any(),
    }
}

#[component]
fn Choose(id: MemberId, open: RwSignal<bool>, there: HandOver) -> impl IntoView {
    let cache = query::cache();
    let form = Form::new();
    let heir = RwSignal::new(None::<Choice>);
    let otherwise = RwSignal::new(Otherwise::Organization.to_string());
    let kinds: Vec<(HandedOver, u64, RwSignal<Option<Choice>>)> = HandedOver::ALL
        .iter()
        .map(|&kind| (kind, there.counts.of(kind), RwSignal::new(None)))
        .filter(|(_, count, _)| *count > 0)
        .collect();
    let chosen = |choice: RwSignal<Option<Choice>>| {
        choice
            .get_untracked()
            .and_then(|choice| choice.id.parse().ok())
    };
    let named = kinds.clone();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let mut successors = Successors::default();
        for (kind, _, choice) in &named {
            *successors.of_mut(*kind) = chosen(*choice);
        }
        let how = DeactivateMember {
            hand_over_to: chosen(heir),
            successors: Some(successors).filter(|it| *it != Successors::default()),
            otherwise: otherwise.get_untracked().parse().ok(),
        };
        form.submit(
            how,
            move |how| async move { api::deactivate(id, &how).await },
            move |done| {
                let _ = open.try_set(false);
                // Whatever it was may have another owner now.
                cache.stale("/");
                toast::good(tr!(
                    settings.deactivated,
                    companies = done.companies,
                    contacts = done.contacts,
                    leads = done.leads,
                    activities = done.activities,
                    deals = done.deals
                ));
            },
        );
    };
    let leader = there.team_leader_name.map(|name| {
        let options = vec![
            (
                Otherwise::Organization.to_string(),
                tr!(hand_over.organization).to_owned(),
            ),
            (
                Otherwise::TeamLeader.to_string(),
                tr!(hand_over.team_leader, name = name),
            ),
        ];
        view! { <SelectField label=tr!(hand_over.otherwise) value=otherwise options=options error=form.field("otherwise")/> }
    });
    let counts = if kinds.is_empty() {
        view! { <p>{tr!(hand_over.nothing)}</p> }.into_any()
    } else {
        let rows = kinds.iter().map(|(kind, count, _)| {
            view! { <dt>{kind_name(*kind)}</dt><dd>{format::count(*count)}</dd> }
        });
        view! { <dl class="facts">{rows.collect_view()}</dl> }.into_any()
    };
    let one_by_one = (!kinds.is_empty()).then(|| {
        let fields = kinds.iter().map(|(kind, _, choice)| {
            view! { <PickField label=kind_name(*kind) value=*choice find=find_members error=form.field(field(*kind)) optional=true/> }
        });
        view! {
            <details>
                <summary>{tr!(hand_over.one_by_one)}</summary>
                <div class="stack">{fields.collect_view()}</div>
            </details>
        }
    });
    view! {
        <form class="dialog-form" on:submit=submit novalidate>
            <div class="dialog-body stack">
                <p>{tr!(settings.deactivate_text)}</p>
                <FormError form=form/>
                {counts}
                <PickField label=tr!(settings.hand_over) value=heir find=find_members error=form.field("handOverTo") hint=tr!(hand_over.hint) optional=true/>
                {one_by_one}
                {leader}
            </div>
            <footer class="dialog-foot">
                <button type="button" class="btn" on:click=move |_| open.set(false)>{tr!(common.cancel)}</button>
                <button type="submit" class="btn btn-danger" aria-disabled=move || form.busy.get().to_string()>{tr!(settings.deactivate)}</button>
            </footer>
        </form>
    }
}

fn kind_name(kind: HandedOver) -> &'static str {
    match kind {
        HandedOver::Companies => tr!(hand_over.kind.companies),
        HandedOver::Contacts => tr!(hand_over.kind.contacts),
        HandedOver::Leads => tr!(hand_over.kind.leads),
        HandedOver::Activities => tr!(hand_over.kind.activities),
        HandedOver::Deals => tr!(hand_over.kind.deals),
        HandedOver::SavedViews => tr!(hand_over.kind.saved_views),
        HandedOver::Teams => tr!(hand_over.kind.teams),
        HandedOver::Reports => tr!(hand_over.kind.reports),
    }
}

/// What the server calls the field of a kind.
const fn field(kind: HandedOver) -> &'static str {
    match kind {
        HandedOver::Companies => "successors.companies",
        HandedOver::Contacts => "successors.contacts",
        HandedOver::Leads => "successors.leads",
        HandedOver::Activities => "successors.activities",
        HandedOver::Deals => "successors.deals",
        HandedOver::SavedViews => "successors.savedViews",
        HandedOver::Teams => "successors.teams",
        HandedOver::Reports => "successors.reports",
    }
}
