//! Templates of coaching sessions, in the settings.

use leptos::{ev, prelude::*};
use shared_types::{
    Patch, Permission,
    coaching::{CoachingTemplate, CreateCoachingTemplate, Rubric, UpdateCoachingTemplate},
};

use super::{
    api::{TEMPLATES, all, kind_name, kinds},
    session_form::{lines, options},
};
use crate::{
    core::{
        auth,
        components::{
            dialog::{Confirm, Dialog},
            field::{SelectField, TextArea, TextField},
            form::{Form, FormError, Submit, filled},
            icons::{Icon, icon},
            states::{Empty, Skeleton, failure},
        },
        http, page,
        query::{self, Load},
        toast,
    },
    tr,
};

crate::lazy_page!(TemplatesPage for CoachingTemplatesRead => view! { <Templates/> });

#[component]
fn Templates() -> impl IntoView {
    page::title(|| tr!(coaching.templates).to_owned());
    let found = all::<CoachingTemplate>(TEMPLATES);
    let manages = auth::may(Permission::CoachingTemplatesManage);
    let adding = RwSignal::new(false);
    view! {
        <div class="page page-narrow">
            <header class="page-head">
                <h1 class="page-title">{tr!(coaching.templates)}</h1>
                <div class="page-actions">
                    {manages.then(|| view! {
                        <button type="button" class="btn btn-primary" on:click=move |_| adding.set(true)>{icon(Icon::Add)}{tr!(coaching.add_template)}</button>
                    })}
                </div>
            </header>
            <p class="page-text">{tr!(coaching.templates_text)}</p>
            <section class="card card-flush" aria-label=tr!(coaching.templates)>
                {move || match found.load.get() {
                    Load::Loading => view! { <Skeleton lines=4/> }.into_any(),
                    Load::Failed(error) => failure(&error, move || found.retry()),
                    Load::Ready(page) if page.data.is_empty() => view! { <Empty symbol=Icon::Note title=tr!(coaching.no_templates) text=tr!(coaching.templates_text)/> }.into_any(),
                    Load::Ready(page) => view! {
                        <ul class="rows">{page.data.into_iter().map(|it| view! { <li><One template=it manages=manages/></li> }).collect_view()}</ul>
                    }.into_any(),
                }}
            </section>
        </div>
        <Dialog open=adding title=tr!(coaching.add_template).to_owned()><TemplateForm open=adding template=None/></Dialog>
    }
}

#[component]
fn One(template: CoachingTemplate, manages: bool) -> impl IntoView {
    let cache = query::cache();
    let (editing, asked) = (RwSignal::new(false), RwSignal::new(false));
    let form = Form::new();
    let path = StoredValue::new(format!("{TEMPLATES}/{}", template.id));
    let title = tr!(settings.delete_it, name = template.name.as_str());
    let (edit, delete) = (
        tr!(settings.rename_it, name = template.name.as_str()),
        title.clone(),
    );
    let remove = Callback::new(move |()| {
        let path = path.get_value();
        form.send(async move { http::delete(&path).await }, move |()| {
            cache.stale(TEMPLATES);
            toast::good(tr!(settings.deleted));
        });
    });
    let held = StoredValue::new(template.clone());
    let facts = format!(
        "{} · {}",
        kind_name(template.kind),
        tr!(coaching.takes, minutes = template.duration_minutes)
    );
    view! {
        <div class="row">
            <span class="grow row-title">{template.name.clone()}</span>
            <span class="text-muted">{facts}</span>
            {manages.then(|| view! {
                <button type="button" class="btn-icon" aria-label=edit on:click=move |_| editing.set(true)>{icon(Icon::Pencil)}</button>
                <button type="button" class="btn-icon" aria-label=delete on:click=move |_| asked.set(true)>{icon(Icon::Trash)}</button>
            })}
        </div>
        <FormError form=form/>
        <Dialog open=editing title=template.name><TemplateForm open=editing template=Some(held.get_value())/></Dialog>
        <Confirm open=asked title=title text=tr!(coaching.delete_template_text) verb=tr!(settings.delete) on_confirm=remove/>
    }
}

#[component]
fn TemplateForm(open: RwSignal<bool>, template: Option<CoachingTemplate>) -> impl IntoView {
    let cache = query::cache();
    let of = |read: fn(&CoachingTemplate) -> String, standard: &str| {
        let text = template.as_ref().map(read);
        RwSignal::new(text.unwrap_or_else(|| standard.to_owned()))
    };
    let name = of(|it| it.name.clone(), "");
    let kind = of(|it| it.kind.to_string(), "oneToOne");
    let minutes = of(|it| it.duration_minutes.to_string(), "60");
    let agenda = of(|it| it.agenda.join("\n"), "");
    let preparation = of(|it| it.preparation_notes.clone().unwrap_or_default(), "");
    let rubric = of(
        |it| it.rubric_id.map(|id| id.to_string()).unwrap_or_default(),
        "",
    );
    let rubrics = options(
        all::<Rubric>("/rubrics?status=published"),
        tr!(coaching.by_hand),
        |it| (it.id.to_string(), it.name.clone()),
    );
    let held = template.map(|it| (it.id, it.version));
    let form = Form::new();
    let done = move |_: CoachingTemplate| {
        cache.stale(TEMPLATES);
        let _ = open.try_set(false);
        toast::good(tr!(settings.saved));
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let name = name.get_untracked().trim().to_owned();
        let kind = kind.get_untracked().parse().ok();
        let duration_minutes = minutes.get_untracked().parse().ok();
        let agenda = lines(&agenda.get_untracked());
        let preparation_notes = filled(&preparation.get_untracked());
        let rubric_id = rubric.get_untracked().parse().ok();
        match held {
            Some((id, version)) => form.submit(
                UpdateCoachingTemplate {
                    name: Some(name),
                    kind,
                    duration_minutes,
                    agenda: Some(agenda),
                    preparation_notes: Patch::from(preparation_notes),
                    rubric_id: Patch::from(rubric_id),
                    ..UpdateCoachingTemplate::default()
                },
                move |change| async move {
                    http::patch::<CoachingTemplate>(
                        &format!("{TEMPLATES}/{id}"),
                        &change,
                        Some(version),
                    )
                    .await
                },
                done,
            ),
            None => form.submit(
                CreateCoachingTemplate {
                    name,
                    kind,
                    duration_minutes,
                    agenda,
                    preparation_notes,
                    rubric_id,
                },
                |it| async move { http::post::<CoachingTemplate>(TEMPLATES, &it).await },
                done,
            ),
        }
    };
    view! {
        <form class="dialog-form" on:submit=submit novalidate>
            <div class="dialog-body stack">
                <FormError form=form/>
                <TextField label=tr!(settings.name) value=name error=form.field("name") autofocus=true/>
                <div class="pair">
                    <SelectField label=tr!(coaching.kind) value=kind options=kinds()/>
                    <TextField label=tr!(coaching.minutes) value=minutes kind="number" error=form.field("durationMinutes")/>
                </div>
                <TextArea label=tr!(coaching.agenda) value=agenda rows=5 error=form.field("agenda") hint=tr!(coaching.agenda_hint) optional=true/>
                <TextArea label=tr!(coaching.preparation) value=preparation error=form.field("preparationNotes") hint=tr!(coaching.preparation_hint) optional=true/>
                <SelectField label=tr!(coaching.rubric) value=rubric options=rubrics error=form.field("rubricId")/>
            </div>
            <footer class="dialog-foot">
                <button type="button" class="btn" on:click=move |_| open.set(false)>{tr!(common.cancel)}</button>
                <Submit form=form label=tr!(settings.save)/>
            </footer>
        </form>
    }
}
