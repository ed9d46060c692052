//! The form of a metric: making one, and changing it.

use leptos::{ev, prelude::*};
use shared_types::{
    Currency,
    coaching::{
        CreateMetric, Metric, MetricComputation, MetricDirection, MetricPeriod, MetricSource,
        MetricUnit, UpdateMetric,
    },
};

use super::metric_api::{
    METRICS, computation_name, direction_name, period_name, plain, source_name, typed, unit_name,
};
use crate::{
    core::{
        auth,
        components::{
            field::{CheckField, SelectField, TextArea, TextField, choices},
            form::{Form, FormError, Submit, filled},
        },
        errors::ApiError,
        http,
        http::Answer,
        query, toast,
    },
    tr,
};

#[derive(Clone, Copy)]
struct Fields {
    name: RwSignal<String>,
    description: RwSignal<String>,
    unit: RwSignal<String>,
    direction: RwSignal<String>,
    weight: RwSignal<String>,
    period: RwSignal<String>,
    source: RwSignal<String>,
    computation: RwSignal<String>,
    target: RwSignal<String>,
    active: RwSignal<bool>,
}

fn word<T: ToString>(value: T) -> RwSignal<String> {
    RwSignal::new(value.to_string())
}

impl Fields {
    fn of(metric: Option<&Metric>) -> Self {
        let target = |it: &Metric| {
            it.target
                .map(|target| plain(target, it.unit, it.currency))
                .unwrap_or_default()
        };
        Self {
            name: word(metric.map(|it| it.name.clone()).unwrap_or_default()),
            description: word(
                metric
                    .and_then(|it| it.description.clone())
                    .unwrap_or_default(),
            ),
            unit: word(metric.map_or(MetricUnit::Count, |it| it.unit)),
            direction: word(metric.map_or(MetricDirection::Up, |it| it.direction)),
            weight: word(metric.map_or(1, |it| it.weight)),
            period: word(metric.map_or(MetricPeriod::Month, |it| it.period)),
            source: word(metric.map_or(MetricSource::Computed, |it| it.source)),
            computation: word(
                metric
                    .map_or(Some(MetricComputation::DealsWon), |it| it.computation)
                    .map(|it| it.to_string())
                    .unwrap_or_default(),
            ),
            target: word(metric.map(target).unwrap_or_default()),
            active: RwSignal::new(metric.is_none_or(|it| it.active)),
        }
    }

    fn is_computed(self) -> bool {
        self.source
            .with(|word| *word == MetricSource::Computed.to_string())
    }

    /// What it is made of, where it is computed.
    fn made_of(self) -> Option<MetricComputation> {
        self.is_computed()
            .then(|| self.computation.get().parse().ok())?
    }

    /// What it counts in: a computed one in what it is made of.
    fn counts_in(self) -> MetricUnit {
        let own = || self.unit.get().parse().unwrap_or(MetricUnit::Count);
        self.made_of()
            .map_or_else(own, domain::coaching::metric::unit_of)
    }

    fn read(self, currency: Option<Currency>) -> Answer<CreateMetric> {
        let unit = untrack(|| self.counts_in());
        let money = (unit == MetricUnit::Money).then(|| currency.unwrap_or_else(auth::currency));
        let target = filled(&self.target.get_untracked());
        let weight = self.weight.get_untracked();
        Ok(CreateMetric {
            name: self.name.get_untracked().trim().to_owned(),
            description: filled(&self.description.get_untracked()),
            unit,
            currency: money,
            direction: self
                .direction
                .get_untracked()
                .parse()
                .unwrap_or(MetricDirection::Up),
            weight: Some(weight.trim().parse().map_err(|_| {
                let wrong = vec![tr!(record.not_a_number).to_owned()];
                ApiError::invalid([("weight".to_owned(), wrong)].into())
            })?),
            period: self
                .period
                .get_untracked()
                .parse()
                .unwrap_or(MetricPeriod::Month),
            source: self
                .source
                .get_untracked()
                .parse()
                .unwrap_or(MetricSource::Manual),
            computation: untrack(|| self.made_of()),
            target: target
                .map(|text| typed("target", &text, unit, money))
                .transpose()?,
            targets: Vec::new(),
            active: Some(self.active.get_untracked()),
        })
    }
}

/// What of a metric changes; what members and teams are to reach stays.
fn change(now: CreateMetric, before: &Metric) -> UpdateMetric {
    UpdateMetric {
        name: Some(now.name),
        description: now.description.into(),
        unit: Some(now.unit),
        currency: now
            .currency
            .filter(|currency| before.currency != Some(*currency)),
        direction: Some(now.direction),
        weight: now.weight,
        period: Some(now.period),
        source: Some(now.source),
        computation: now.computation.into(),
        target: now.target.into(),
        targets: None,
        active: now.active,
        ..UpdateMetric::default()
    }
}

/// Makes a metric, or changes one.
#[component]
pub fn MetricForm(open: RwSignal<bool>, metric: Option<Metric>) -> impl IntoView {
    let cache = query::cache();
    let form = Form::new();
    let fields = Fields::of(metric.as_ref());
    let label = if metric.is_some() {
        tr!(settings.save)
    } else {
        tr!(metric.define)
    };
    let held = StoredValue::new(metric);
    let saved = move |metric: Metric| {
        cache.stale(METRICS);
        let _ = open.try_set(false);
        toast::good(tr!(settings.added, name = metric.name.as_str()));
    };
    let changed = move |_: Metric| {
        cache.stale(METRICS);
        let _ = open.try_set(false);
        toast::good(tr!(settings.saved));
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let before = held.get_value();
        let currency = before.as_ref().and_then(|it| it.currency);
        let body = match fields.read(currency) {
            Ok(body) => body,
            Err(error) => return form.fail(error),
        };
        match before {
            None => form.submit(
                body,
                |body| async move { http::post::<Metric>(METRICS, &body).await },
                saved,
            ),
            Some(before) => {
                let (path, version) = (format!("{METRICS}/{}", before.id), before.version);
                form.submit(
                    change(body, &before),
                    move |body| async move { http::patch::<Metric>(&path, &body, Some(version)).await },
                    changed,
                );
            }
        }
    };
    let computed = move || fields.is_computed();
    let hint = move || {
        if fields.counts_in() == MetricUnit::Duration {
            format!("{} {}", tr!(metric.target_hint), tr!(metric.in_hours))
        } else {
            tr!(metric.target_hint).to_owned()
        }
    };
    view! {
        <form class="dialog-form" on:submit=submit novalidate>
            <div class="dialog-body stack">
                <FormError form=form/>
                <TextField label=tr!(metric.name) value=fields.name error=form.field("name")/>
                <div class="pair">
                    <SelectField label=tr!(metric.source) value=fields.source options=choices(MetricSource::ALL, source_name) error=form.field("source")/>
                    <Show
                        when=computed
                        fallback=move || view! { <SelectField label=tr!(metric.unit) value=fields.unit options=choices(MetricUnit::ALL, unit_name) error=form.field("unit")/> }
                    >
                        <SelectField label=tr!(metric.computation) value=fields.computation options=choices(MetricComputation::ALL, computation_name) error=form.field("computation")/>
                    </Show>
                </div>
                <div class="pair">
                    <SelectField label=tr!(metric.period) value=fields.period options=choices(MetricPeriod::ALL, period_name) error=form.field("period")/>
                    <SelectField label=tr!(metric.direction) value=fields.direction options=choices(MetricDirection::ALL, direction_name) error=form.field("direction")/>
                </div>
                {move || view! { <TextField label=tr!(metric.target) value=fields.target mode="decimal" optional=true hint=hint() error=form.field("target")/> }}
                <TextField label=tr!(metric.weight) value=fields.weight mode="numeric" hint=tr!(metric.weight_hint) error=form.field("weight")/>
                <TextArea label=tr!(metric.description) value=fields.description optional=true error=form.field("description")/>
                <CheckField label=tr!(metric.active) value=fields.active/>
            </div>
            <footer class="dialog-foot">
                <button type="button" class="btn" on:click=move |_| open.set(false)>{tr!(common.cancel)}</button>
                <Submit form=form label=label/>
            </footer>
        </form>
    }
}
