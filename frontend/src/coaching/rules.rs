//! The rules by which coaching is proposed.

use leptos::{ev, prelude::*};
use shared_types::coaching::{
    CoachingRule, CoachingRuleKind, CreateCoachingRule, UpdateCoachingRule,
};

use super::metric_api::{PROPOSALS, RULES, find_metrics};
use crate::{
    core::{
        components::{
            badge::{Colour, badge},
            combobox::{PickField, picked},
            dialog::{Confirm, Dialog},
            field::{CheckField, SelectField, TextField, choices},
            form::{Form, FormError, Submit},
            icons::{Icon, icon},
            states::{Empty, Skeleton, failure},
        },
        http, page,
        query::{self, Load},
        toast,
    },
    tr,
};

crate::lazy_page!(CoachingRulesPage for MetricsManage => view! { <Rules/> });

fn kind_name(kind: CoachingRuleKind) -> &'static str {
    match kind {
        CoachingRuleKind::Losses => tr!(proposal.rule_losses),
        CoachingRuleKind::UnderTarget => tr!(proposal.rule_under_target),
    }
}

#[component]
fn Rules() -> impl IntoView {
    page::title(|| tr!(metric.rules).to_owned());
    let all = query::page::<CoachingRule>(|| Some(format!("{RULES}?limit=200&sort=name")));
    let adding = RwSignal::new(false);
    view! {
        <div class="page page-narrow">
            <nav class="crumbs" aria-label=tr!(record.crumbs)><a href="/settings/metrics">{tr!(metric.list)}</a></nav>
            <header class="page-head">
                <h1 class="page-title">{tr!(metric.rules)}</h1>
                <div class="page-actions">
                    <button type="button" class="btn btn-primary" on:click=move |_| adding.set(true)>{icon(Icon::Add)}{tr!(proposal.rule_add)}</button>
                </div>
            </header>
            <p class="page-text">{tr!(proposal.rule_text)}</p>
            <section class="card card-flush" aria-label=tr!(metric.rules)>
                {move || match all.load.get() {
                    Load::Loading => view! { <Skeleton lines=4/> }.into_any(),
                    Load::Failed(error) => failure(&error, move || all.retry()),
                    Load::Ready(page) if page.data.is_empty() => view! { <Empty symbol=Icon::Flag title=tr!(proposal.rule_none)/> }.into_any(),
                    Load::Ready(page) => view! {
                        <ul class="rows">{page.data.into_iter().map(|rule| view! { <li><One rule=rule/></li> }).collect_view()}</ul>
                    }.into_any(),
                }}
            </section>
        </div>
        <Dialog open=adding title=tr!(proposal.rule_add).to_owned()><Add open=adding/></Dialog>
    }
}

#[component]
fn One(rule: CoachingRule) -> impl IntoView {
    let cache = query::cache();
    let form = Form::new();
    let asked = RwSignal::new(false);
    let path = StoredValue::new(format!("{RULES}/{}", rule.id));
    let (active, version) = (rule.active, rule.version);
    let switch = move |_| {
        let change = UpdateCoachingRule {
            active: Some(!active),
            ..UpdateCoachingRule::default()
        };
        let path = path.get_value();
        form.send(
            async move { http::patch::<CoachingRule>(&path, &change, Some(version)).await },
            move |_| {
                cache.stale(RULES);
                cache.stale(PROPOSALS);
                toast::good(tr!(settings.saved));
            },
        );
    };
    let remove = Callback::new(move |()| {
        let path = path.get_value();
        form.send(async move { http::delete(&path).await }, move |()| {
            cache.stale(RULES);
            toast::good(tr!(record.trashed));
        });
    });
    let delete = tr!(record.trash_one, name = rule.name.as_str());
    let title = delete.clone();
    let (colour, state, verb) = if active {
        (
            Colour::Good,
            tr!(proposal.rule_on),
            tr!(proposal.rule_switch_off),
        )
    } else {
        (
            Colour::Plain,
            tr!(proposal.rule_off),
            tr!(proposal.rule_switch_on),
        )
    };
    let number =
        |label: &str, value: Option<i32>| value.map(|value| format!(" · {label}: {value}"));
    view! {
        <div class="row">
            <span class="grow">
                <span class="row-title">{rule.name}</span>
                <span class="row-note text-muted">
                    {kind_name(rule.kind)}
                    {number(tr!(proposal.rule_losses_count), rule.losses)}
                    {number(tr!(proposal.rule_days), rule.days)}
                    {number(tr!(proposal.rule_periods), rule.periods)}
                </span>
            </span>
            {badge(colour, state)}
            <button type="button" class="btn btn-sm" on:click=switch>{verb}</button>
            <button type="button" class="btn-icon" aria-label=delete on:click=move |_| asked.set(true)>{icon(Icon::Trash)}</button>
        </div>
        <FormError form=form/>
        <Confirm open=asked title=title text=tr!(record.trash_text) verb=tr!(record.trash) on_confirm=remove/>
    }
}

#[component]
fn Add(open: RwSignal<bool>) -> impl IntoView {
    let cache = query::cache();
    let form = Form::new();
    let word = |text: &str| RwSignal::new(text.to_owned());
    let (name, kind) = (word(""), word("losses"));
    let (losses, days, periods) = (word("3"), word("30"), word("2"));
    let (metric, active) = (RwSignal::new(None), RwSignal::new(true));
    let of_losses = move || kind.with(|kind| kind == "losses");
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let of_losses = untrack(of_losses);
        let number = |text: RwSignal<String>| text.get_untracked().trim().parse().ok();
        let body = CreateCoachingRule {
            name: name.get_untracked().trim().to_owned(),
            kind: kind
                .get_untracked()
                .parse()
                .unwrap_or(CoachingRuleKind::Losses),
            active: Some(active.get_untracked()),
            losses: number(losses).filter(|_| of_losses),
            days: number(days).filter(|_| of_losses),
            lost_reason_id: None,
            template_id: None,
            metric_id: picked(metric).filter(|_| !of_losses),
            periods: number(periods).filter(|_| !of_losses),
        };
        form.submit(
            body,
            |body| async move { http::post::<CoachingRule>(RULES, &body).await },
            move |rule| {
                cache.stale(RULES);
                let _ = open.try_set(false);
                toast::good(tr!(settings.added, name = rule.name.as_str()));
            },
        );
    };
    let kinds = choices(CoachingRuleKind::ALL, kind_name);
    view! {
        <form class="dialog-form" on:submit=submit novalidate>
            <div class="dialog-body stack">
                <FormError form=form/>
                <TextField label=tr!(metric.name) value=name error=form.field("name")/>
                <SelectField label=tr!(proposal.rule_kind) value=kind options=kinds error=form.field("kind")/>
                <Show
                    when=of_losses
                    fallback=move || view! {
                        <PickField label=tr!(metric.metric) value=metric find=find_metrics error=form.field("metricId")/>
                        <TextField label=tr!(proposal.rule_periods) value=periods mode="numeric" error=form.field("periods")/>
                    }
                >
                    <div class="pair">
                        <TextField label=tr!(proposal.rule_losses_count) value=losses mode="numeric" error=form.field("losses")/>
                        <TextField label=tr!(proposal.rule_days) value=days mode="numeric" error=form.field("days")/>
                    </div>
                </Show>
                <CheckField label=tr!(proposal.rule_on) value=active/>
            </div>
            <footer class="dialog-foot">
                <button type="button" class="btn" on:click=move |_| open.set(false)>{tr!(common.cancel)}</button>
                <Submit form=form label=tr!(proposal.rule_add)/>
            </footer>
        </form>
    }
}
