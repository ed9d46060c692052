//! What follows a session: that it is acknowledged, comments, and disputes of its score.

use leptos::{ev, prelude::*};
use shared_types::coaching::{
    AcknowledgementState, AddCoachingComment, CoachingDispute, CoachingSession, CoachingSide,
    CoachingStatus, DecideDispute, DisputeRuling, DisputeScore, DisputeStatus, Rubric,
};

use super::{
    api::{RUBRICS, acknowledgement_badge, dispute_name, score_text, send, session_path},
    score::read_score,
    session_form::fault,
};
use crate::{
    core::{
        components::{
            dialog::Dialog,
            field::{SelectField, TextArea, TextField},
            form::{Form, FormError, Submit, filled},
            icons::{Icon, icon},
        },
        format, http,
        query::{self, Load},
        toast,
    },
    tr,
};

/// The card of the acknowledgement, once a session is completed.
#[component]
pub fn Acknowledgement(session: Memo<CoachingSession>) -> impl IntoView {
    let cache = query::cache();
    let waits = Memo::new(move |_| {
        let me = crate::core::auth::me().map(|me| me.member_id);
        session.with(|it| {
            it.status == CoachingStatus::Completed
                && it.participants.iter().any(|one| {
                    Some(one.member_id) == me
                        && one.side == CoachingSide::Agent
                        && one.acknowledged_at.is_none()
                })
        })
    });
    let acknowledge = move |_| {
        let path = session_path(session.with_untracked(|it| it.id));
        let path = format!("{path}/acknowledge");
        send(cache, path, serde_json::json!({}), |_| {
            toast::good(tr!(coaching.acknowledged_toast));
        });
    };
    let due = move || {
        session.with(|it| {
            let due = it.acknowledgement_due_at?;
            let open = it.acknowledgement != Some(AcknowledgementState::Acknowledged);
            open.then(|| tr!(coaching.acknowledge_until, day = format::date_of(due)))
        })
    };
    move || {
        session.with(|it| it.acknowledgement).map(|state| view! {
            <section class="card" aria-labelledby="acknowledgement">
                <header class="card-head"><h2 id="acknowledgement" class="card-title">{tr!(coaching.acknowledged)}</h2>{acknowledgement_badge(state)}</header>
                {due().map(|words| view! { <p class="text-muted">{words}</p> })}
                <Show when=move || waits.get()>
                    <p>{tr!(coaching.acknowledge_text)}</p>
                    <button type="button" class="btn btn-primary no-print" on:click=acknowledge>{icon(Icon::Check)}{tr!(coaching.acknowledge)}</button>
                </Show>
            </section>
        })
    }
}

/// What was said about a session afterwards.
#[component]
pub fn Comments(session: Memo<CoachingSession>) -> impl IntoView {
    let cache = query::cache();
    let text = RwSignal::new(String::new());
    let may = Memo::new(move |_| session.with(|it| it.may_change || it.my_side.is_some()));
    let add = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let Some(body) = filled(&text.get_untracked()) else {
            return;
        };
        let path = session_path(session.with_untracked(|it| it.id));
        send(
            cache,
            format!("{path}/comments"),
            AddCoachingComment { body },
            move |_| {
                let _ = text.try_set(String::new());
            },
        );
    };
    view! {
        <section class="card" aria-labelledby="comments">
            <h2 id="comments" class="card-title">{tr!(coaching.comments)}</h2>
            <ul class="coaching-comments">
                <For each=move || session.with(|it| it.comments.clone()) key=|it| it.id let:comment>
                    <li>
                        <p><strong>{comment.author_name.clone()}</strong>" "<span class="text-muted">{format::ago(comment.created_at)}</span></p>
                        <p class="coaching-text">{comment.body.clone()}</p>
                    </li>
                </For>
            </ul>
            <Show when=move || session.with(|it| it.comments.is_empty())><p class="text-muted">{tr!(coaching.no_comments)}</p></Show>
            <Show when=move || may.get()>
                <form class="stack no-print" on:submit=add>
                    <TextArea label=tr!(coaching.comment) value=text rows=2/>
                    <div><button type="submit" class="btn">{tr!(coaching.send)}</button></div>
                </form>
            </Show>
        </section>
    }
}

/// Disputes of the score, and the way to one.
#[component]
pub fn Disputes(session: Memo<CoachingSession>) -> impl IntoView {
    let opened = RwSignal::new(false);
    let may = Memo::new(move |_| {
        let me = crate::core::auth::me().map(|me| me.member_id);
        session.with(|it| {
            it.status == CoachingStatus::Completed && it.score.is_some() && Some(it.agent_id) == me
        })
    });
    let any = Memo::new(move |_| may.get() || session.with(|it| !it.disputes.is_empty()));
    let rubric = query::record::<Rubric>(move || {
        let id = session.with(|it| it.rubric_id)?;
        any.get().then(|| format!("{RUBRICS}/{id}"))
    });
    let questions = Signal::derive(move || {
        let mut all = vec![(String::new(), tr!(coaching.whole_score).to_owned())];
        if let Load::Ready(rubric) = rubric.load.get() {
            let answered = session.with(|it| it.answers.clone());
            let weighed = rubric.questions.into_iter().filter(|question| {
                let mut answers = answered.iter();
                answers.any(|it| it.question_id == question.id && it.value.is_some())
            });
            all.extend(weighed.map(|question| (question.id.to_string(), question.text)));
        }
        all
    });
    view! {
        <Show when=move || any.get()>
            <section class="card" aria-labelledby="disputes">
                <header class="card-head">
                    <h2 id="disputes" class="card-title">{tr!(coaching.disputes)}</h2>
                    <Show when=move || may.get()>
                        <button type="button" class="btn btn-sm no-print" on:click=move |_| opened.set(true)>{tr!(coaching.dispute_it)}</button>
                    </Show>
                </header>
                <ul class="coaching-comments">
                    <For each=move || session.with(|it| it.disputes.clone()) key=|it| (it.id, it.status) let:dispute>
                        <li><Dispute dispute=dispute questions=questions session=session/></li>
                    </For>
                </ul>
            </section>
            <Dialog open=opened title=tr!(coaching.dispute_it).to_owned()><DisputeForm open=opened session=session questions=questions/></Dialog>
        </Show>
    }
}

#[component]
fn Dispute(
    dispute: CoachingDispute,
    questions: Signal<Vec<(String, String)>>,
    session: Memo<CoachingSession>,
) -> impl IntoView {
    let deciding = RwSignal::new(false);
    let key = dispute
        .question_id
        .map(|id| id.to_string())
        .unwrap_or_default();
    let about = move || {
        let found = questions.get().into_iter().find(|(id, _)| *id == key);
        found.map(|(_, text)| text)
    };
    // Who takes part does not decide; the server says who else may.
    let may = session.with_untracked(|it| it.may_change && it.my_side.is_none())
        && dispute.status == DisputeStatus::Open;
    let scores = dispute.score_after.map_or_else(
        || score_text(dispute.score_before),
        |after| {
            format!(
                "{} → {}",
                score_text(dispute.score_before),
                score_text(after)
            )
        },
    );
    let held = StoredValue::new(dispute.clone());
    view! {
        <p><strong>{about}</strong>" "<span class="badge">{dispute_name(dispute.status)}</span>" "<span class="text-muted">{scores}</span></p>
        <p class="coaching-text">{dispute.reason.clone()}</p>
        {dispute.decision.clone().map(|words| view! {
            <p class="coaching-text"><strong>{dispute.decided_by_name.clone()}</strong>": "{words}</p>
        })}
        {may.then(|| view! {
            <button type="button" class="btn btn-sm no-print" on:click=move |_| deciding.set(true)>{tr!(coaching.decide)}</button>
            <Dialog open=deciding title=tr!(coaching.decide).to_owned()><DecideForm open=deciding dispute=held.get_value()/></Dialog>
        })}
    }
}

#[component]
fn DisputeForm(
    open: RwSignal<bool>,
    session: Memo<CoachingSession>,
    questions: Signal<Vec<(String, String)>>,
) -> impl IntoView {
    let cache = query::cache();
    let (question, reason) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let form = Form::new();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let body = DisputeScore {
            question_id: question.get_untracked().parse().ok(),
            reason: reason.get_untracked().trim().to_owned(),
        };
        let path = session_path(session.with_untracked(|it| it.id));
        form.submit(
            body,
            |body| async move {
                http::post::<CoachingSession>(&format!("{path}/disputes"), &body).await
            },
            move |session| {
                super::api::keep(cache, &session);
                let _ = open.try_set(false);
            },
        );
    };
    view! {
        <form class="dialog-form" on:submit=submit novalidate>
            <div class="dialog-body stack">
                <FormError form=form/>
                <SelectField label=tr!(coaching.disputed) value=question options=questions error=form.field("questionId")/>
                <TextArea label=tr!(coaching.why) value=reason error=form.field("reason")/>
            </div>
            <footer class="dialog-foot">
                <button type="button" class="btn" on:click=move |_| open.set(false)>{tr!(common.cancel)}</button>
                <Submit form=form label=tr!(coaching.dispute_it)/>
            </footer>
        </form>
    }
}

#[component]
fn DecideForm(open: RwSignal<bool>, dispute: CoachingDispute) -> impl IntoView {
    let cache = query::cache();
    let ruling = RwSignal::new("upheld".to_owned());
    let (decision, value) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let of_question = dispute.question_id.is_some();
    let path = StoredValue::new(format!("/coaching-disputes/{}/decide", dispute.id));
    let form = Form::new();
    let rulings = vec![
        ("upheld".to_owned(), tr!(coaching.dispute.upheld).to_owned()),
        (
            "changed".to_owned(),
            tr!(coaching.dispute.changed).to_owned(),
        ),
    ];
    let changes = move || ruling.with(|it| it == "changed");
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let typed = value.get_untracked();
        let changed = untrack(changes);
        let number = if of_question {
            typed.trim().parse().ok()
        } else {
            read_score(&typed).ok().flatten()
        };
        if changed && number.is_none() {
            let field = if of_question { "value" } else { "score" };
            form.fail(fault(field, tr!(coaching.score_wrong)));
            return;
        }
        let body = DecideDispute {
            ruling: if changed {
                DisputeRuling::Changed
            } else {
                DisputeRuling::Upheld
            },
            decision: decision.get_untracked().trim().to_owned(),
            value: number.filter(|_| changed && of_question),
            score: number.filter(|_| changed && !of_question),
        };
        let path = path.get_value();
        form.submit(
            body,
            |body| async move { http::post::<CoachingSession>(&path, &body).await },
            move |session| {
                super::api::keep(cache, &session);
                let _ = open.try_set(false);
            },
        );
    };
    let (label, hint) = if of_question {
        (tr!(coaching.new_answer), tr!(coaching.new_answer_hint))
    } else {
        (tr!(coaching.new_score), tr!(coaching.score_hint))
    };
    let field = if of_question { "value" } else { "score" };
    view! {
        <form class="dialog-form" on:submit=submit novalidate>
            <div class="dialog-body stack">
                <FormError form=form/>
                <SelectField label=tr!(coaching.ruling) value=ruling options=rulings/>
                <Show when=changes><TextField label=label value=value error=form.field(field) hint=hint/></Show>
                <TextArea label=tr!(coaching.why) value=decision error=form.field("decision")/>
            </div>
            <footer class="dialog-foot">
                <button type="button" class="btn" on:click=move |_| open.set(false)>{tr!(common.cancel)}</button>
                <Submit form=form label=tr!(coaching.decide)/>
            </footer>
        </form>
    }
}
