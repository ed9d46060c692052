//! Settings of pipelines: their stages, and the reasons for which deals are lost.

use leptos::{ev, prelude::*};
use shared_types::{
    Permission, StageId,
    crm::{CreatePipeline, Pipeline, StageInput, UpdatePipeline},
};

use super::deal_api::{self, PIPELINES};
use crate::{
    core::{
        auth,
        components::{
            badge::{Colour, badge},
            dialog::{Confirm, Dialog},
            field::TextField,
            form::{Form, FormError, Submit},
            icons::{Icon, icon},
            named::{NamedList, NamedSpec},
            states::{Skeleton, failure},
        },
        http, page,
        query::{self, Load},
        toast,
    },
    tr,
};

crate::lazy_page!(PipelinesPage for PipelinesRead => view! { <Pipelines/> });

#[component]
fn Pipelines() -> impl IntoView {
    page::title(|| tr!(pipeline.list).to_owned());
    let pipelines = deal_api::pipelines();
    let adding = RwSignal::new(false);
    let manages = auth::may(Permission::PipelinesManage);
    let reasons = NamedSpec {
        title: tr!(pipeline.lost_reasons),
        add: tr!(pipeline.add_reason),
        resource: "/lost-reasons",
        manage: Permission::PipelinesManage,
        empty: tr!(pipeline.no_reasons),
        find: None,
    };
    view! {
        <div class="page page-narrow">
            <header class="page-head">
                <h1 class="page-title">{tr!(pipeline.list)}</h1>
                <div class="page-actions">
                    {manages.then(|| view! {
                        <button type="button" class="btn btn-primary" on:click=move |_| adding.set(true)>{icon(Icon::Add)}{tr!(pipeline.add)}</button>
                    })}
                </div>
            </header>
            {move || match pipelines.load.get() {
                Load::Loading => view! { <Skeleton lines=8/> }.into_any(),
                Load::Failed(error) => failure(&error, move || pipelines.retry()),
                Load::Ready(page) => page.data.into_iter().map(|it| view! { <One it=it manages=manages/> }).collect_view().into_any(),
            }}
            <NamedList spec=reasons/>
        </div>
        <Dialog open=adding title=tr!(pipeline.add).to_owned()><Add open=adding/></Dialog>
    }
}

/// A stage while it is edited.
#[derive(Clone, Copy)]
struct Draft {
    key: usize,
    id: Option<StageId>,
    name: RwSignal<String>,
    probability: RwSignal<String>,
    rotting: RwSignal<String>,
}

fn drafts(it: &Pipeline) -> Vec<Draft> {
    it.stages
        .iter()
        .enumerate()
        .map(|(key, stage)| Draft {
            key,
            id: Some(stage.id),
            name: RwSignal::new(stage.name.clone()),
            probability: RwSignal::new(stage.probability.to_string()),
            rotting: RwSignal::new(
                stage
                    .rotting_days
                    .map(|days| days.to_string())
                    .unwrap_or_default(),
            ),
        })
        .collect()
}

/// What was typed as a number; what is none is out of every range, and so refused.
fn number<T: std::str::FromStr>(text: &str, otherwise: T) -> T {
    text.trim().parse().unwrap_or(otherwise)
}

fn inputs(stages: &[Draft]) -> Vec<StageInput> {
    stages
        .iter()
        .map(|stage| {
            let rotting = stage.rotting.get_untracked();
            StageInput {
                id: stage.id,
                name: stage.name.get_untracked().trim().to_owned(),
                probability: number(&stage.probability.get_untracked(), u8::MAX),
                rotting_days: (!rotting.trim().is_empty()).then(|| number(&rotting, 0)),
            }
        })
        .collect()
}

#[component]
fn One(it: Pipeline, manages: bool) -> impl IntoView {
    let cache = query::cache();
    let (id, version, is_default) = (it.id, it.version, it.is_default);
    let name = RwSignal::new(it.name.clone());
    let stages = RwSignal::new(drafts(&it));
    let next = StoredValue::new(it.stages.len());
    let form = Form::new();
    let asked = RwSignal::new(false);
    let patch = move |change: UpdatePipeline| {
        form.submit(
            change,
            move |change| async move {
                http::patch::<Pipeline>(&format!("{PIPELINES}/{id}"), &change, Some(version)).await
            },
            move |_| {
                cache.stale(PIPELINES);
                toast::good(tr!(settings.saved));
            },
        );
    };
    let save = move |event: ev::SubmitEvent| {
        event.prevent_default();
        patch(UpdatePipeline {
            name: Some(name.get_untracked().trim().to_owned()),
            stages: Some(stages.with_untracked(|stages| inputs(stages))),
            is_default: None,
        });
    };
    let add = move |_| {
        let key = next.get_value();
        next.set_value(key + 1);
        stages.update(|all| {
            all.push(Draft {
                key,
                id: None,
                name: RwSignal::new(String::new()),
                probability: RwSignal::new("50".to_owned()),
                rotting: RwSignal::new(String::new()),
            });
        });
    };
    let delete = Callback::new(move |()| {
        form.send(
            async move { http::delete(&format!("{PIPELINES}/{id}")).await },
            move |()| {
                cache.stale(PIPELINES);
                toast::good(tr!(settings.deleted));
            },
        );
    });
    let heading = format!("pipeline-{id}");
    let title = tr!(settings.delete_it, name = it.name.as_str());
    view! {
        <section class="card" aria-labelledby=heading.clone()>
            <header class="pipeline-head">
                <h2 id=heading.clone() class="card-title">{it.name.clone()}" "{is_default.then(|| badge(Colour::Accent, tr!(pipeline.default)))}</h2>
                {(manages && !is_default).then(|| view! {
                    <button type="button" class="btn btn-sm" on:click=move |_| patch(UpdatePipeline { is_default: Some(true), ..UpdatePipeline::default() })>{tr!(pipeline.make_default)}</button>
                    <button type="button" class="btn btn-sm" on:click=move |_| asked.set(true)>{icon(Icon::Trash)}{tr!(settings.delete)}</button>
                })}
            </header>
            <form class="stack" on:submit=save novalidate>
                <FormError form=form/>
                {manages.then(|| view! { <TextField label=tr!(settings.name) value=name error=form.field("name")/> })}
                <ol class="stages">
                    <For each=move || stages.get() key=|stage| stage.key let:stage>
                        <StageRow stage=stage stages=stages form=form manages=manages/>
                    </For>
                </ol>
                {manages.then(|| view! {
                    <div class="actions">
                        <button type="button" class="btn" on:click=add>{icon(Icon::Add)}{tr!(pipeline.add_stage)}</button>
                        <Submit form=form label=tr!(settings.save)/>
                    </div>
                })}
            </form>
            <Confirm open=asked title=title text=tr!(pipeline.delete_text) verb=tr!(settings.delete) on_confirm=delete/>
        </section>
    }
}

/// A stage: its name, chance and patience, and its place among the others.
#[component]
fn StageRow(
    stage: Draft,
    stages: RwSignal<Vec<Draft>>,
    form: Form,
    manages: bool,
) -> impl IntoView {
    let place = move || stages.with(|all| all.iter().position(|one| one.key == stage.key));
    let shift = move |by: isize| {
        stages.update(|all| {
            let Some(at) = all.iter().position(|one| one.key == stage.key) else {
                return;
            };
            if let Some(to) = at.checked_add_signed(by).filter(|to| *to < all.len()) {
                all.swap(at, to);
            }
        });
    };
    let remove = move |_| stages.update(|all| all.retain(|one| one.key != stage.key));
    let fault = move |field: &'static str| {
        Signal::derive(move || {
            let path = format!("stages.{}.{field}", place()?);
            form.error
                .with(|error| error.as_ref().and_then(|error| error.field(&path)))
        })
    };
    let named = move |words: fn(&str) -> String| move || stage.name.with(|name| words(name));
    if !manages {
        let days = stage.rotting.get_untracked();
        return view! {
            <li class="row">
                <span class="grow row-title">{stage.name.get_untracked()}</span>
                <span class="text-muted">{stage.probability.get_untracked()}" %"</span>
                {(!days.is_empty()).then(|| view! { <span class="text-muted">{tr!(pipeline.rots_after, days = days)}</span> })}
            </li>
        }
        .into_any();
    }
    view! {
        <li class="stage-row">
            <TextField label=tr!(pipeline.stage) value=stage.name error=fault("name")/>
            <TextField label=tr!(pipeline.probability) value=stage.probability error=fault("probability") kind="number" mode="numeric"/>
            <TextField label=tr!(pipeline.rotting) value=stage.rotting error=fault("rottingDays") kind="number" mode="numeric" optional=true/>
            <div class="stage-moves">
                <button type="button" class="btn-icon" aria-label=named(|name| tr!(pipeline.up, name = name)) aria-disabled=move || (place() == Some(0)).to_string() on:click=move |_| shift(-1)>{icon(Icon::Up)}</button>
                <button type="button" class="btn-icon" aria-label=named(|name| tr!(pipeline.down, name = name)) aria-disabled=move || (place() == Some(stages.with(Vec::len).saturating_sub(1))).to_string() on:click=move |_| shift(1)>{icon(Icon::Down)}</button>
                <button type="button" class="btn-icon" aria-label=named(|name| tr!(settings.delete_it, name = name)) on:click=remove>{icon(Icon::Trash)}</button>
            </div>
        </li>
    }
    .into_any()
}

#[component]
fn Add(open: RwSignal<bool>) -> impl IntoView {
    let cache = query::cache();
    let name = RwSignal::new(String::new());
    let form = Form::new();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        // It begins with the stages of the first one, to be changed.
        let pipeline = CreatePipeline {
            name: name.get_untracked().trim().to_owned(),
            is_default: false,
            ..domain::crm::pipeline::default_pipeline()
        };
        form.submit(
            pipeline,
            |pipeline| async move { http::post::<Pipeline>(PIPELINES, &pipeline).await },
            move |pipeline| {
                cache.stale(PIPELINES);
                let _ = open.try_set(false);
                toast::good(tr!(settings.added, name = pipeline.name.as_str()));
            },
        );
    };
    view! {
        <form class="dialog-form" on:submit=submit novalidate>
            <div class="dialog-body stack">
                <FormError form=form/>
                <TextField label=tr!(settings.name) value=name error=form.field("name") hint=tr!(pipeline.add_hint) autofocus=true/>
            </div>
            <footer class="dialog-foot">
                <button type="button" class="btn" on:click=move |_| open.set(false)>{tr!(common.cancel)}</button>
                <Submit form=form label=tr!(pipeline.add)/>
            </footer>
        </form>
    }
}
