//! The score of a session: by the answers to a rubric, worked out while one gives them, or by hand.

use domain::coaching::score::score;
use leptos::prelude::*;
use shared_types::{
    Patch,
    coaching::{
        CoachingSession, CoachingStatus, QuestionKind, Rubric, RubricAnswer, RubricQuestion,
        UpdateCoachingSession,
    },
};

use super::{
    api::{RUBRICS, score_text},
    notes::Saved,
    saver::Saver,
};
use crate::{
    core::{
        components::{
            field::TextField,
            states::{Skeleton, failure},
        },
        page::unique,
        query::{self, Load},
    },
    tr,
};

/// Whether the score may still be given.
fn is_open(session: &CoachingSession) -> bool {
    session.may_change
        && matches!(
            session.status,
            CoachingStatus::Scheduled | CoachingStatus::InProgress
        )
}

/// The card of the score.
#[component]
pub fn Score(session: Memo<CoachingSession>, saver: Saver) -> impl IntoView {
    let rubric = Memo::new(move |_| session.with(|it| it.rubric_id));
    let open = Memo::new(move |_| session.with(is_open));
    let group = move || {
        session
            .with(|it| it.kind == shared_types::coaching::CoachingKind::Group && it.score.is_none())
    };
    let answers = RwSignal::new(session.with_untracked(|it| it.answers.clone()));
    Effect::new(move |_| {
        // What a dispute changed, or somebody else answered.
        let now = session.with(|it| it.answers.clone());
        if !open.get_untracked() {
            answers.set(now);
        }
    });
    move || {
        if group() {
            return ().into_any();
        }
        match rubric.get() {
            Some(id) => {
                let found = query::record::<Rubric>(move || Some(format!("{RUBRICS}/{id}")));
                (move || match found.load.get() {
                    Load::Loading => view! { <section class="card"><Skeleton lines=4/></section> }.into_any(),
                    Load::Failed(error) => failure(&error, move || found.retry()),
                    Load::Ready(rubric) => view! { <ByRubric rubric=rubric session=session open=open answers=answers saver=saver/> }.into_any(),
                })
                .into_any()
            }
            None => view! { <ByHand session=session open=open saver=saver/> }.into_any(),
        }
    }
}

/// The score in large figures, with the one before.
fn figures(now: Signal<Option<i32>>, session: Memo<CoachingSession>) -> impl IntoView {
    let text = move |score: Option<i32>| score.map_or_else(|| "–".to_owned(), score_text);
    view! {
        <p class="coaching-score">
            <span class="tile-value" aria-live="polite">{move || text(now.get())}</span>
            <span class="text-muted">{tr!(coaching.of_hundred)}</span>
            {move || session.with(|it| it.previous_score).map(|before| {
                let words = tr!(coaching.previous, score = score_text(before));
                view! { <span class="text-muted">{words}</span> }
            })}
        </p>
    }
}

#[component]
fn ByHand(session: Memo<CoachingSession>, open: Memo<bool>, saver: Saver) -> impl IntoView {
    let shown = session.with_untracked(|it| it.score).map(score_text);
    let typed = RwSignal::new(shown.unwrap_or_default());
    let wrong = RwSignal::new(None::<String>);
    Effect::new(move |before: Option<String>| {
        let text = typed.get();
        if before.as_ref().is_some_and(|before| *before != text) {
            match read_score(&text) {
                Ok(score) => {
                    wrong.set(None);
                    saver.take(UpdateCoachingSession {
                        score: score.into(),
                        ..UpdateCoachingSession::default()
                    });
                }
                Err(()) => wrong.set(Some(tr!(coaching.score_wrong).to_owned())),
            }
        }
        text
    });
    let now = Signal::derive(move || session.with(|it| it.score));
    view! {
        <section class="card">
            <header class="card-head"><h2 class="card-title">{tr!(coaching.score)}</h2><Show when=move || open.get()><Saved kept=saver.kept/></Show></header>
            {figures(now, session)}
            <Show when=move || open.get()>
                <TextField label=tr!(coaching.score_by_hand) value=typed error=wrong hint=tr!(coaching.score_hint)/>
            </Show>
        </section>
    }
}

/// A score as it is typed, in hundredths; nothing where nothing is.
pub fn read_score(text: &str) -> Result<Option<i32>, ()> {
    let text = text.trim().replace(',', ".");
    if text.is_empty() {
        return Ok(None);
    }
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let digits = |text: &str| text.chars().all(|letter| letter.is_ascii_digit());
    if part.len() > 2 || whole.is_empty() || !digits(whole) || !digits(part) {
        return Err(());
    }
    let whole: i32 = whole.parse().map_err(drop)?;
    let part: i32 = format!("{part:0<2}").parse().map_err(drop)?;
    let score = whole.checked_mul(100).and_then(|it| it.checked_add(part));
    score
        .filter(|it| (0..=10_000).contains(it))
        .map(Some)
        .ok_or(())
}

#[component]
fn ByRubric(
    rubric: Rubric,
    session: Memo<CoachingSession>,
    open: Memo<bool>,
    answers: RwSignal<Vec<RubricAnswer>>,
    saver: Saver,
) -> impl IntoView {
    let questions = StoredValue::new(rubric.questions);
    let scored = Memo::new(move |_| {
        questions.with_value(|questions| answers.with(|answers| score(questions, answers)))
    });
    let now = Signal::derive(move || {
        if open.get() {
            scored.get().score
        } else {
            session.with(|it| it.score)
        }
    });
    let change = Callback::new(move |answer: RubricAnswer| {
        answers.update(|answers| {
            answers.retain(|it| it.question_id != answer.question_id);
            if answer.value.is_some() || answer.comment.is_some() {
                answers.push(answer);
            }
        });
        saver.take(UpdateCoachingSession {
            answers: Some(answers.get_untracked()),
            score: Patch::Keep,
            ..UpdateCoachingSession::default()
        });
    });
    view! {
        <section class="card">
            <header class="card-head">
                <h2 class="card-title">{tr!(coaching.score)}" · "{rubric.name}</h2>
                <Show when=move || open.get()><Saved kept=saver.kept/></Show>
            </header>
            {figures(now, session)}
            <Show when=move || open.get()>
                <p class="text-muted">{move || tr!(coaching.answered, done = scored.get().answered, all = scored.get().of)}</p>
            </Show>
            <div class="coaching-questions">
                {questions.get_value().into_iter().map(|question| view! { <Question question=question answers=answers open=open change=change/> }).collect_view()}
            </div>
        </section>
    }
}

/// The answers that a question has, each with its words.
fn values(question: &RubricQuestion) -> Vec<(i32, String)> {
    match question.kind {
        QuestionKind::Scale => (1..=question.scale_max.unwrap_or(5))
            .map(|value| (value, value.to_string()))
            .collect(),
        QuestionKind::YesNo => vec![
            (1, tr!(coaching.yes).to_owned()),
            (0, tr!(coaching.no).to_owned()),
        ],
        QuestionKind::Choice => (0..)
            .zip(&question.choices)
            .map(|(place, choice)| (place, choice.text.clone()))
            .collect(),
        QuestionKind::Text => Vec::new(),
    }
}

#[component]
fn Question(
    question: RubricQuestion,
    answers: RwSignal<Vec<RubricAnswer>>,
    open: Memo<bool>,
    change: Callback<RubricAnswer>,
) -> impl IntoView {
    let id = question.id;
    let group = unique("question");
    let mine =
        move || answers.with(|answers| answers.iter().find(|it| it.question_id == id).cloned());
    let of = move |value: Option<i32>, comment: Option<String>| RubricAnswer {
        question_id: id,
        value,
        comment,
    };
    let choose = move |value: i32| {
        let comment = untrack(mine).and_then(|it| it.comment);
        change.run(of(Some(value), comment));
    };
    let say = move |text: String| {
        let value = untrack(mine).and_then(|it| it.value);
        let text = Some(text).filter(|text| !text.trim().is_empty());
        change.run(of(value, text));
    };
    let weight = (question.kind != QuestionKind::Text)
        .then(|| tr!(coaching.weight_of, weight = question.weight));
    let buttons = values(&question).into_iter().map(|(value, words)| {
        let name = group.clone();
        view! {
            <label class="check coaching-answer">
                <input
                    type="radio"
                    name=name
                    disabled=move || !open.get()
                    prop:checked=move || mine().and_then(|it| it.value) == Some(value)
                    on:change=move |_| choose(value)
                />
                <span>{words}</span>
            </label>
        }
    });
    let label = tr!(coaching.remark_on, question = question.text.as_str());
    view! {
        <fieldset class="coaching-question">
            <legend>{question.text}" "<span class="text-muted">{weight}</span></legend>
            <div class="coaching-values">{buttons.collect_view()}</div>
            {move || if open.get() {
                view! {
                    <input class="input" maxlength="2000" aria-label=label.clone() placeholder=tr!(coaching.remark)
                        prop:value=move || mine().and_then(|it| it.comment).unwrap_or_default()
                        on:change=move |event| say(event_target_value(&event))/>
                }.into_any()
            } else {
                mine().and_then(|it| it.comment).map(|text| view! { <p class="coaching-text">{text}</p> }).into_any()
            }}
        </fieldset>
    }
}
