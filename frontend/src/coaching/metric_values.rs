//! The values of metrics that are entered: the list of them, and entering one.

use leptos::{ev, prelude::*};
use shared_types::{
    MemberId, Permission,
    coaching::{CreateMetricValue, Metric, MetricSource, MetricValue},
};

use super::{
    metric_api::{
        METRICS, VALUES, attained, find_entered, find_metrics, shown_or_dash, source_name, typed,
    },
    scorecard::{Tabs, sees_others},
};
use crate::{
    core::{
        auth,
        components::{
            combobox::{Choice, PickField, picked},
            dialog::Dialog,
            field::{TextArea, TextField, choices},
            filter::{PickFilter, SelectFilter},
            form::{Form, FormError, Submit, filled},
            icons::{Icon, icon},
            list::{ListPage, ListSpec},
            table::{Column, Rows},
        },
        errors::ApiError,
        format, http,
        query::{self, Load},
        toast,
        url::UrlState,
    },
    identity::api::{MEMBERS, find_members},
    tr,
};

crate::lazy_page!(MetricValuesPage for MetricsRead => view! { <Values/> });

/// The metrics by which values are shown, to be followed.
fn metrics() -> query::Query<http::Page<Metric>> {
    query::page::<Metric>(|| Some(format!("{METRICS}?limit=200&sort=name")))
}

fn spec(metrics: query::Query<http::Page<Metric>>) -> ListSpec<MetricValue> {
    let known = move |value: &MetricValue| {
        metrics.load.with(|load| match load {
            Load::Ready(page) => page
                .data
                .iter()
                .find(|it| it.id == value.metric_id)
                .cloned(),
            Load::Loading | Load::Failed(_) => None,
        })
    };
    let number = move |value: &MetricValue, number: Option<i64>| {
        known(value).map_or_else(
            || "–".to_owned(),
            |metric| shown_or_dash(number, metric.unit, metric.currency),
        )
    };
    ListSpec {
        title: tr!(metric.values).to_owned(),
        resource: VALUES,
        filters: &["metricId", "memberId", "source"],
        columns: vec![
            Column::new(tr!(metric.member), |it: &MetricValue| {
                it.member_name.clone().unwrap_or_default().into_any()
            })
            .key("memberName"),
            Column::words(tr!(metric.metric), "metricName", |it: &MetricValue| {
                it.metric_name.clone()
            }),
            Column::new(tr!(metric.period_start), |it: &MetricValue| {
                format::day(it.period_start).into_any()
            })
            .sort("periodStart"),
            Column::new(tr!(metric.value), move |it: &MetricValue| {
                let it = it.clone();
                (move || number(&it, Some(it.value))).into_any()
            })
            .key("value")
            .class("num"),
            Column::new(tr!(metric.target), move |it: &MetricValue| {
                let it = it.clone();
                (move || number(&it, it.target)).into_any()
            })
            .key("target")
            .class("num wide-only"),
            Column::new(tr!(metric.attainment), move |it: &MetricValue| {
                let it = it.clone();
                let text = move || {
                    let metric = known(&it)?;
                    let reached = |target| {
                        domain::coaching::metric::attainment(metric.direction, it.value, target)
                    };
                    Some(attained(it.target.map(reached)))
                };
                (move || text().unwrap_or_else(|| "–".to_owned())).into_any()
            })
            .key("attainment")
            .class("num"),
            Column::new(tr!(metric.source), |it: &MetricValue| {
                source_name(it.source).into_any()
            })
            .key("source")
            .class("wide-only"),
            Column::words(tr!(metric.note), "note", |it: &MetricValue| it.note.clone())
                .class("wide-only"),
            Column::ago(tr!(settings.changed), "updatedAt", |it: &MetricValue| {
                it.updated_at
            }),
        ],
        rows: Rows {
            id: |it| it.id.to_string(),
            name: |it| it.member_name.clone().unwrap_or_default(),
            href: |it| {
                Some(format!(
                    "{METRICS}?memberId={}&periodStart={}",
                    it.member_id, it.period_start
                ))
            },
        },
        default_sort: "-periodStart",
        empty: (
            Icon::Chart,
            tr!(metric.no_values).to_owned(),
            tr!(metric.no_values_text).to_owned(),
        ),
        search_label: tr!(metric.search_values).to_owned(),
        trash: true,
        exports: true,
        duplicates: None,
    }
}

#[component]
fn Values() -> impl IntoView {
    let entering = RwSignal::new(false);
    let writes = auth::may(Permission::MetricsWrite);
    let imports = writes && auth::may(Permission::ImportsManage);
    let actions = move || {
        view! {
            <Tabs here="/metrics/values"/>
            {imports.then(|| view! { <a class="btn" href="/imports?kind=metricValues">{icon(Icon::Import)}{tr!(metric.import)}</a> })}
            {writes.then(|| view! {
                <button type="button" class="btn btn-primary" on:click=move |_| entering.set(true)>{icon(Icon::Add)}{tr!(metric.enter)}</button>
            })}
        }
    };
    let filters = Callback::new(|url: UrlState| {
        let sources = [MetricSource::Manual, MetricSource::Api, MetricSource::Csv];
        let sources = choices(&sources, source_name);
        view! {
            <PickFilter url=url name="metricId" label=tr!(metric.metric) find=find_metrics resource=METRICS/>
            {sees_others().then(|| view! { <PickFilter url=url name="memberId" label=tr!(metric.member) find=find_members resource=MEMBERS/> })}
            <SelectFilter url=url name="source" label=tr!(metric.source) options=sources/>
        }
        .into_any()
    });
    view! {
        <ListPage spec=spec(metrics()) actions=actions filters=filters/>
        <Dialog open=entering title=tr!(metric.enter).to_owned()><Enter open=entering/></Dialog>
    }
}

#[component]
fn Enter(open: RwSignal<bool>) -> impl IntoView {
    let cache = query::cache();
    let form = Form::new();
    let all = metrics();
    let pick = || RwSignal::new(None::<Choice>);
    let text = || RwSignal::new(String::new());
    let (metric, member) = (pick(), pick());
    let (start, value, target, note) = (text(), text(), text(), text());
    let chosen = move || {
        let id = metric.with(|it| it.as_ref().map(|it| it.id.clone()))?;
        let page = all.load.get().ready()?;
        page.data.into_iter().find(|it| it.id.to_string() == id)
    };
    // A period of the metric is begun with, the last that has begun.
    Effect::new(move |_| {
        if let Some(metric) = chosen() {
            let fiscal = auth::organization().map_or(1, |it| it.fiscal_year_start_month);
            let today = format::today();
            let range = domain::coaching::metric::period_of(metric.period, today, fiscal);
            start.set(range.start.to_string());
        }
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let fault = |field: &str| {
            let wrong = vec![tr!(record.not_a_number).to_owned()];
            ApiError::invalid([(field.to_owned(), wrong)].into())
        };
        let Some(metric) = untrack(chosen) else {
            return form.fail(fault("metricId"));
        };
        let Some(member_id) = picked::<MemberId>(member) else {
            return form.fail(fault("memberId"));
        };
        let Ok(period_start) = start.get_untracked().parse::<chrono::NaiveDate>() else {
            return form.fail(fault("periodStart"));
        };
        let read = |field: &str, text: &str| typed(field, text, metric.unit, metric.currency);
        let numbers = read("value", &value.get_untracked()).and_then(|value| {
            let target = filled(&target.get_untracked());
            let target = target.map(|text| read("target", &text)).transpose()?;
            Ok((value, target))
        });
        let (value, target) = match numbers {
            Ok(numbers) => numbers,
            Err(error) => return form.fail(error),
        };
        let body = CreateMetricValue {
            metric_id: metric.id,
            member_id,
            period_start,
            value,
            target,
            note: filled(&note.get_untracked()),
        };
        form.submit(
            body,
            |body| async move { http::post::<MetricValue>(VALUES, &body).await },
            move |_| {
                cache.stale(VALUES);
                cache.stale(METRICS);
                let _ = open.try_set(false);
                toast::good(tr!(metric.entered));
            },
        );
    };
    view! {
        <form class="dialog-form" on:submit=submit novalidate>
            <div class="dialog-body stack">
                <FormError form=form/>
                <PickField label=tr!(metric.metric) value=metric find=find_entered error=form.field("metricId")/>
                <PickField label=tr!(metric.member) value=member find=find_members error=form.field("memberId")/>
                <TextField label=tr!(metric.period_start) value=start kind="date" error=form.field("periodStart")/>
                <div class="pair">
                    <TextField label=tr!(metric.value) value=value mode="decimal" error=form.field("value")/>
                    <TextField label=tr!(metric.target) value=target mode="decimal" optional=true error=form.field("target")/>
                </div>
                <TextArea label=tr!(metric.note) value=note optional=true error=form.field("note")/>
            </div>
            <footer class="dialog-foot">
                <button type="button" class="btn" on:click=move |_| open.set(false)>{tr!(common.cancel)}</button>
                <Submit form=form label=tr!(metric.enter)/>
            </footer>
        </form>
    }
}
