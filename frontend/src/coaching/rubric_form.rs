//! Writing a rubric; one that was published is shown.

use leptos::{ev, prelude::*};
use shared_types::{
    Permission, RubricQuestionId,
    coaching::{
        CreateRubric, QuestionKind, Rubric, RubricChoice, RubricQuestion, RubricStatus,
        UpdateRubric, WriteRubricQuestion,
    },
};

use super::{api::RUBRICS, session_form::lines};
use crate::{
    core::{
        auth,
        components::{
            field::{SelectField, TextArea, TextField, choices},
            form::{Form, FormError, Submit, filled},
            icons::{Icon, icon},
        },
        http, query, toast,
    },
    tr,
};

fn kind_name(kind: QuestionKind) -> &'static str {
    match kind {
        QuestionKind::Scale => tr!(coaching.question.scale),
        QuestionKind::YesNo => tr!(coaching.question.yes_no),
        QuestionKind::Choice => tr!(coaching.question.choice),
        QuestionKind::Text => tr!(coaching.question.text),
    }
}

/// A question as it is typed.
#[derive(Clone, Copy, PartialEq)]
struct Typed {
    key: usize,
    id: Option<RubricQuestionId>,
    text: RwSignal<String>,
    kind: RwSignal<String>,
    weight: RwSignal<String>,
    scale: RwSignal<String>,
    choices: RwSignal<String>,
}

impl Typed {
    fn new(key: usize, of: Option<&RubricQuestion>) -> Self {
        let choices = of.map(|it| {
            let lines = it.choices.iter();
            let lines = lines.map(|choice| format!("{} = {}", choice.text, choice.points));
            lines.collect::<Vec<_>>().join("\n")
        });
        let number = |value: Option<i32>, standard: &str| {
            RwSignal::new(value.map_or_else(|| standard.to_owned(), |it| it.to_string()))
        };
        Self {
            key,
            id: of.map(|it| it.id),
            text: RwSignal::new(of.map(|it| it.text.clone()).unwrap_or_default()),
            kind: RwSignal::new(of.map_or(QuestionKind::Scale, |it| it.kind).to_string()),
            weight: number(of.map(|it| it.weight), "1"),
            scale: number(of.and_then(|it| it.scale_max), "5"),
            choices: RwSignal::new(choices.unwrap_or_default()),
        }
    }

    fn kind(self) -> QuestionKind {
        self.kind.get().parse().unwrap_or(QuestionKind::Scale)
    }

    fn written(self) -> WriteRubricQuestion {
        let kind = untrack(move || self.kind());
        let number = |field: RwSignal<String>| field.get_untracked().trim().parse().ok();
        let choice = |line: &str| {
            let (text, points) = line.rsplit_once('=').unwrap_or((line, "0"));
            RubricChoice {
                text: text.trim().to_owned(),
                points: points.trim().parse().unwrap_or(0),
            }
        };
        WriteRubricQuestion {
            id: self.id,
            text: self.text.get_untracked().trim().to_owned(),
            kind,
            weight: (kind != QuestionKind::Text)
                .then(|| number(self.weight))
                .flatten(),
            scale_max: (kind == QuestionKind::Scale)
                .then(|| number(self.scale))
                .flatten(),
            choices: if kind == QuestionKind::Choice {
                let all = lines(&self.choices.get_untracked());
                all.iter().map(|line| choice(line)).collect()
            } else {
                Vec::new()
            },
        }
    }
}

#[component]
pub fn RubricForm(open: RwSignal<bool>, rubric: Option<Rubric>) -> impl IntoView {
    let cache = query::cache();
    let editable = auth::may(Permission::CoachingTemplatesManage)
        && rubric
            .as_ref()
            .is_none_or(|it| it.status == RubricStatus::Draft);
    let name = RwSignal::new(
        rubric
            .as_ref()
            .map(|it| it.name.clone())
            .unwrap_or_default(),
    );
    let described = rubric.as_ref().and_then(|it| it.description.clone());
    let description = RwSignal::new(described.unwrap_or_default());
    let first: Vec<Typed> = rubric.as_ref().map_or_else(
        || vec![Typed::new(0, None)],
        |it| {
            let questions = it.questions.iter().enumerate();
            questions
                .map(|(key, it)| Typed::new(key, Some(it)))
                .collect()
        },
    );
    let next = StoredValue::new(first.len());
    let questions = RwSignal::new(first);
    let held = rubric.map(|it| (it.id, it.version));
    let locked = !editable;
    let form = Form::new();
    let add = move |_| {
        let key = next.get_value();
        next.set_value(key + 1);
        questions.update(|all| all.push(Typed::new(key, None)));
    };
    let done = move |_: Rubric| {
        cache.stale(RUBRICS);
        let _ = open.try_set(false);
        toast::good(tr!(settings.saved));
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let written: Vec<WriteRubricQuestion> =
            questions.with_untracked(|all| all.iter().map(|it| it.written()).collect());
        let name = name.get_untracked().trim().to_owned();
        match held {
            Some((id, version)) => form.submit(
                UpdateRubric {
                    name: Some(name),
                    description: Some(description.get_untracked()),
                    questions: Some(written),
                },
                move |change| async move {
                    http::patch::<Rubric>(&format!("{RUBRICS}/{id}"), &change, Some(version)).await
                },
                done,
            ),
            None => form.submit(
                CreateRubric {
                    name,
                    description: filled(&description.get_untracked()),
                    questions: written,
                },
                |it| async move { http::post::<Rubric>(RUBRICS, &it).await },
                done,
            ),
        }
    };
    view! {
        <form class="dialog-form" on:submit=submit novalidate>
            <fieldset class="dialog-body stack plain" disabled=locked>
                <FormError form=form/>
                <TextField label=tr!(settings.name) value=name error=form.field("name") autofocus=true/>
                <TextArea label=tr!(coaching.description) value=description rows=2 error=form.field("description") optional=true/>
                <For each=move || questions.get() key=|it| it.key let:question>
                    <QuestionFields question=question questions=questions/>
                </For>
                <div><button type="button" class="btn" on:click=add>{icon(Icon::Add)}{tr!(coaching.add_question)}</button></div>
            </fieldset>
            <footer class="dialog-foot">
                <button type="button" class="btn" on:click=move |_| open.set(false)>{tr!(common.close)}</button>
                {editable.then(|| view! { <Submit form=form label=tr!(settings.save)/> })}
            </footer>
        </form>
    }
}

#[component]
fn QuestionFields(question: Typed, questions: RwSignal<Vec<Typed>>) -> impl IntoView {
    let remove = move |_| questions.update(|all| all.retain(|it| it.key != question.key));
    let is = move |kind: QuestionKind| question.kind() == kind;
    view! {
        <div class="coaching-question">
            <div class="pair">
                <TextField label=tr!(coaching.question.words) value=question.text/>
                <SelectField label=tr!(coaching.question.kind) value=question.kind options=choices(QuestionKind::ALL, kind_name)/>
            </div>
            <div class="pair">
                <Show when=move || !is(QuestionKind::Text)><TextField label=tr!(coaching.question.weight) value=question.weight kind="number"/></Show>
                <Show when=move || is(QuestionKind::Scale)><TextField label=tr!(coaching.question.scale_max) value=question.scale kind="number"/></Show>
            </div>
            <Show when=move || is(QuestionKind::Choice)>
                <TextArea label=tr!(coaching.question.choices) value=question.choices hint=tr!(coaching.question.choices_hint)/>
            </Show>
            <div><button type="button" class="btn btn-sm btn-quiet" on:click=remove>{icon(Icon::Trash)}{tr!(coaching.question.remove)}</button></div>
        </div>
    }
}
