//! Rubrics, in the settings: drafts are written and published; what is published is revised by a new version.

use leptos::{prelude::*, task::spawn_local};
use shared_types::{
    Permission,
    coaching::{Rubric, RubricStatus},
};

use super::{
    api::{RUBRICS, all},
    rubric_form::RubricForm,
};
use crate::{
    core::{
        auth,
        components::{
            badge::{Colour, badge},
            dialog::{Confirm, Dialog},
            icons::{Icon, icon},
            menu::{Entry, Menu},
            states::{Empty, Skeleton, failure},
        },
        http, page,
        query::{self, Load},
        toast,
    },
    tr,
};

crate::lazy_page!(RubricsPage for CoachingTemplatesRead => view! { <Rubrics/> });

fn status_name(status: RubricStatus) -> &'static str {
    match status {
        RubricStatus::Draft => tr!(coaching.rubric_status.draft),
        RubricStatus::Published => tr!(coaching.rubric_status.published),
        RubricStatus::Superseded => tr!(coaching.rubric_status.superseded),
        RubricStatus::Archived => tr!(coaching.rubric_status.archived),
    }
}

#[component]
fn Rubrics() -> impl IntoView {
    page::title(|| tr!(coaching.rubrics).to_owned());
    let found = all::<Rubric>(RUBRICS);
    let manages = auth::may(Permission::CoachingTemplatesManage);
    let adding = RwSignal::new(false);
    view! {
        <div class="page page-narrow">
            <header class="page-head">
                <h1 class="page-title">{tr!(coaching.rubrics)}</h1>
                <div class="page-actions">
                    {manages.then(|| view! {
                        <button type="button" class="btn btn-primary" on:click=move |_| adding.set(true)>{icon(Icon::Add)}{tr!(coaching.add_rubric)}</button>
                    })}
                </div>
            </header>
            <p class="page-text">{tr!(coaching.rubrics_text)}</p>
            <section class="card card-flush" aria-label=tr!(coaching.rubrics)>
                {move || match found.load.get() {
                    Load::Loading => view! { <Skeleton lines=4/> }.into_any(),
                    Load::Failed(error) => failure(&error, move || found.retry()),
                    Load::Ready(page) if page.data.is_empty() => view! { <Empty symbol=Icon::Check title=tr!(coaching.no_rubrics) text=tr!(coaching.rubrics_text)/> }.into_any(),
                    Load::Ready(page) => view! {
                        <ul class="rows">{page.data.into_iter().map(|it| view! { <li><One rubric=it manages=manages/></li> }).collect_view()}</ul>
                    }.into_any(),
                }}
            </section>
        </div>
        <Dialog open=adding title=tr!(coaching.add_rubric).to_owned() wide=true><RubricForm open=adding rubric=None/></Dialog>
    }
}

#[component]
fn One(rubric: Rubric, manages: bool) -> impl IntoView {
    let cache = query::cache();
    let (editing, asked) = (RwSignal::new(false), RwSignal::new(false));
    let path = StoredValue::new(format!("{RUBRICS}/{}", rubric.id));
    let act = move |verb: &'static str| {
        let path = format!("{}/{verb}", path.get_value());
        spawn_local(async move {
            match http::act::<Rubric>(&path).await {
                Ok(_) => {
                    cache.stale(RUBRICS);
                    toast::good(tr!(settings.saved));
                }
                Err(error) => toast::failed(&error),
            }
        });
    };
    let remove = Callback::new(move |()| {
        let path = path.get_value();
        spawn_local(async move {
            match http::delete(&path).await {
                Ok(()) => {
                    cache.stale(RUBRICS);
                    toast::good(tr!(settings.deleted));
                }
                Err(error) => toast::failed(&error),
            }
        });
    });
    let status = rubric.status;
    let entries = Callback::new(move |()| match status {
        RubricStatus::Draft => vec![
            Entry::run(tr!(coaching.publish), move || act("publish")).icon(Icon::Check),
            Entry::run(tr!(settings.delete), move || asked.set(true))
                .icon(Icon::Trash)
                .danger(),
        ],
        RubricStatus::Published => vec![
            Entry::run(tr!(coaching.revise), move || act("versions")).icon(Icon::Pencil),
            Entry::run(tr!(coaching.archive), move || act("archive")).icon(Icon::Trash),
        ],
        RubricStatus::Superseded | RubricStatus::Archived => {
            vec![Entry::run(tr!(coaching.revise), move || act("versions")).icon(Icon::Pencil)]
        }
    });
    let colour = match status {
        RubricStatus::Published => Colour::Good,
        RubricStatus::Draft => Colour::Warn,
        RubricStatus::Superseded | RubricStatus::Archived => Colour::Plain,
    };
    let facts = tr!(
        coaching.rubric_facts,
        number = rubric.number,
        questions = rubric.questions.len()
    );
    let title = tr!(settings.delete_it, name = rubric.name.as_str());
    let label = tr!(coaching.open_rubric, name = rubric.name.as_str());
    let held = StoredValue::new(rubric.clone());
    view! {
        <div class="row">
            <button type="button" class="row-link row-edit grow row-title" aria-label=label on:click=move |_| editing.set(true)>{rubric.name.clone()}</button>
            <span class="text-muted">{facts}</span>
            {badge(colour, status_name(status))}
            {manages.then(|| view! { <Menu label=tr!(common.more) entries=entries>{icon(Icon::Dots)}</Menu> })}
        </div>
        <Dialog open=editing title=rubric.name wide=true><RubricForm open=editing rubric=Some(held.get_value())/></Dialog>
        <Confirm open=asked title=title text=tr!(coaching.delete_rubric_text) verb=tr!(settings.delete) on_confirm=remove/>
    }
}
