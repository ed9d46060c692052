//! The metrics of the organization: what is measured.

use leptos::prelude::*;
use shared_types::coaching::Metric;

use super::{
    metric_api::{METRICS, computation_name, period_name, shown, source_name},
    metric_form::MetricForm,
};
use crate::{
    core::{
        components::{
            badge::{Colour, badge},
            dialog::{Confirm, Dialog},
            form::{Form, FormError},
            icons::{Icon, icon},
            states::{Empty, Skeleton, failure},
        },
        http, page,
        query::{self, Load},
        toast,
    },
    tr,
};

crate::lazy_page!(MetricSettingsPage for MetricsManage => view! { <Metrics/> });

#[component]
fn Metrics() -> impl IntoView {
    page::title(|| tr!(metric.list).to_owned());
    let all = query::page::<Metric>(|| Some(format!("{METRICS}?limit=200&sort=name")));
    let adding = RwSignal::new(false);
    view! {
        <div class="page page-narrow">
            <header class="page-head">
                <h1 class="page-title">{tr!(metric.list)}</h1>
                <div class="page-actions">
                    <a class="btn" href="/settings/coaching-rules">{tr!(metric.rules)}</a>
                    <button type="button" class="btn btn-primary" on:click=move |_| adding.set(true)>{icon(Icon::Add)}{tr!(metric.define)}</button>
                </div>
            </header>
            <p class="page-text">{tr!(metric.none_text)}</p>
            <section class="card card-flush" aria-label=tr!(metric.list)>
                {move || match all.load.get() {
                    Load::Loading => view! { <Skeleton lines=6/> }.into_any(),
                    Load::Failed(error) => failure(&error, move || all.retry()),
                    Load::Ready(page) if page.data.is_empty() => view! { <Empty symbol=Icon::Chart title=tr!(metric.none) text=tr!(metric.none_text)/> }.into_any(),
                    Load::Ready(page) => view! {
                        <ul class="rows">{page.data.into_iter().map(|metric| view! { <li><One metric=metric/></li> }).collect_view()}</ul>
                    }.into_any(),
                }}
            </section>
        </div>
        <Dialog open=adding title=tr!(metric.define).to_owned()><MetricForm open=adding metric=None/></Dialog>
    }
}

#[component]
fn One(metric: Metric) -> impl IntoView {
    let cache = query::cache();
    let (editing, asked) = (RwSignal::new(false), RwSignal::new(false));
    let form = Form::new();
    let path = StoredValue::new(format!("{METRICS}/{}", metric.id));
    let name = metric.name.clone();
    let edit = tr!(settings.rename_it, name = name.as_str());
    let delete = tr!(record.trash_one, name = name.as_str());
    let title = delete.clone();
    let remove = Callback::new(move |()| {
        let path = path.get_value();
        form.send(async move { http::delete(&path).await }, move |()| {
            cache.stale(METRICS);
            toast::good(tr!(record.trashed));
        });
    });
    let made_of = metric
        .computation
        .map_or_else(|| source_name(metric.source), computation_name);
    let target = metric.target.map_or_else(
        || tr!(metric.no_target).to_owned(),
        |target| shown(target, metric.unit, metric.currency),
    );
    let weight = metric.weight;
    let about = format!("{made_of} · {} · {target}", period_name(metric.period));
    let held = StoredValue::new(metric.clone());
    view! {
        <div class="row">
            <span class="grow">
                <span class="row-title">{metric.name}</span>
                <span class="row-note text-muted">{about}</span>
            </span>
            {(!metric.active).then(|| badge(Colour::Plain, tr!(metric.inactive)))}
            <span class="text-muted num" title=tr!(metric.weight_hint)>{tr!(metric.weight)}" "{weight}</span>
            <button type="button" class="btn-icon" aria-label=edit on:click=move |_| editing.set(true)>{icon(Icon::Pencil)}</button>
            <button type="button" class="btn-icon" aria-label=delete on:click=move |_| asked.set(true)>{icon(Icon::Trash)}</button>
        </div>
        <FormError form=form/>
        <Dialog open=editing title=name><MetricForm open=editing metric=Some(held.get_value())/></Dialog>
        <Confirm open=asked title=title text=tr!(record.trash_text) verb=tr!(record.trash) on_confirm=remove/>
    }
}
