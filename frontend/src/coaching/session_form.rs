//! Planning a coaching session or a series of them, and moving one to another time.

use leptos::{ev, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use shared_types::coaching::{
    CoachingClash, CoachingSession, CoachingTemplate, CreateCoachingSession,
    RescheduleCoachingSession, Rubric,
};

use super::api::{SESSIONS, TEMPLATES, all, keep, kinds, room, session_path};
use crate::{
    core::{
        components::{
            combobox::{Choice, PickField, picked},
            dialog::Dialog,
            field::{SelectField, TextArea, TextField},
            form::{Form, FormError, Submit, filled},
            icons::{Icon, icon},
        },
        errors::ApiError,
        format, http, local_time,
        query::{self, Load, Query},
        toast,
        url::encode,
    },
    identity::api::find_members,
    tr,
};

/// The dialog in which a session is planned.
#[component]
pub fn PlanDialog(open: RwSignal<bool>) -> impl IntoView {
    view! { <Dialog open=open title=tr!(coaching.plan).to_owned()><PlanForm open=open/></Dialog> }
}

/// What a series may be: the rule, and what it is called.
fn rules() -> Vec<(String, String)> {
    [
        ("", tr!(coaching.repeat.never)),
        ("FREQ=WEEKLY", tr!(coaching.repeat.weekly)),
        ("FREQ=WEEKLY;INTERVAL=2", tr!(coaching.repeat.fortnightly)),
        ("FREQ=MONTHLY", tr!(coaching.repeat.monthly)),
    ]
    .map(|(rule, name)| (rule.to_owned(), name.to_owned()))
    .to_vec()
}

/// The lines of a text that say something.
pub fn lines(text: &str) -> Vec<String> {
    text.lines().filter_map(filled).collect()
}

/// Records by their names, with a first choice of none.
pub fn options<T: Clone + PartialEq + Send + Sync + 'static>(
    found: Query<http::Page<T>>,
    none: &'static str,
    of: fn(&T) -> (String, String),
) -> Signal<Vec<(String, String)>> {
    Signal::derive(move || {
        let mut all = vec![(String::new(), none.to_owned())];
        if let Load::Ready(page) = found.load.get() {
            all.extend(page.data.iter().map(of));
        }
        all
    })
}

#[component]
fn PlanForm(open: RwSignal<bool>) -> impl IntoView {
    let cache = query::cache();
    let navigate = use_navigate();
    let agent = RwSignal::new(None::<Choice>);
    let title = RwSignal::new(String::new());
    let kind = RwSignal::new("oneToOne".to_owned());
    let start = RwSignal::new(String::new());
    let minutes = RwSignal::new("60".to_owned());
    let rule = RwSignal::new(String::new());
    let agenda = RwSignal::new(String::new());
    let preparation = RwSignal::new(String::new());
    let (template, rubric) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let templates = options(
        all::<CoachingTemplate>(TEMPLATES),
        tr!(coaching.no_template),
        |it| (it.id.to_string(), it.name.clone()),
    );
    let rubrics = options(
        all::<Rubric>("/rubrics?status=published"),
        tr!(coaching.by_hand),
        |it| (it.id.to_string(), it.name.clone()),
    );
    let form = Form::new();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let Some(agent_id) = picked(agent) else {
            form.fail(fault("agentId", tr!(coaching.whom)));
            return;
        };
        let chosen = !template.with_untracked(String::is_empty);
        let body = CreateCoachingSession {
            agent_id,
            coach_id: None,
            further_agent_ids: Vec::new(),
            further_coach_ids: Vec::new(),
            title: filled(&title.get_untracked()),
            // What a template says counts where nothing else is said.
            kind: (!chosen)
                .then(|| kind.get_untracked().parse().ok())
                .flatten(),
            scheduled_start: None,
            local_start: filled(&start.get_untracked()),
            time_zone: format::time_zone(),
            duration_minutes: (!chosen)
                .then(|| minutes.get_untracked().parse().ok())
                .flatten(),
            recurrence_rule: filled(&rule.get_untracked()),
            agenda: lines(&agenda.get_untracked()),
            preparation_notes: filled(&preparation.get_untracked()),
            rubric_id: rubric.get_untracked().parse().ok(),
            template_id: template.get_untracked().parse().ok(),
        };
        let navigate = navigate.clone();
        form.submit(
            body,
            |body| async move { http::post::<CoachingSession>(SESSIONS, &body).await },
            move |session| {
                cache.stale(SESSIONS);
                let _ = open.try_set(false);
                toast::good(tr!(coaching.planned));
                navigate(&room(session.id), NavigateOptions::default());
            },
        );
    };
    let no_template = move || template.with(String::is_empty);
    view! {
        <form class="dialog-form" on:submit=submit novalidate>
            <div class="dialog-body stack">
                <FormError form=form/>
                <PickField label=tr!(coaching.agent) value=agent find=find_members error=form.field("agentId") hint=tr!(coaching.agent_hint)/>
                <SelectField label=tr!(coaching.template) value=template options=templates/>
                <TextField label=tr!(coaching.title) value=title error=form.field("title") optional=true/>
                <div class="pair">
                    <TextField label=tr!(coaching.start) value=start kind="datetime-local" error=form.field("localStart")/>
                    <SelectField label=tr!(coaching.repeats) value=rule options=rules() error=form.field("recurrenceRule")/>
                </div>
                <Show when=no_template>
                    <div class="pair">
                        <SelectField label=tr!(coaching.kind) value=kind options=kinds()/>
                        <TextField label=tr!(coaching.minutes) value=minutes kind="number" error=form.field("durationMinutes")/>
                    </div>
                </Show>
                <Clashes agent=agent start=start minutes=minutes/>
                <TextArea label=tr!(coaching.agenda) value=agenda error=form.field("agenda") hint=tr!(coaching.agenda_hint) optional=true/>
                <TextArea label=tr!(coaching.preparation) value=preparation error=form.field("preparationNotes") hint=tr!(coaching.preparation_hint) optional=true/>
                <SelectField label=tr!(coaching.rubric) value=rubric options=rubrics error=form.field("rubricId")/>
            </div>
            <footer class="dialog-foot">
                <button type="button" class="btn" on:click=move |_| open.set(false)>{tr!(common.cancel)}</button>
                <Submit form=form label=tr!(coaching.plan)/>
            </footer>
        </form>
    }
}

/// A fault of one field.
pub fn fault(field: &str, words: &str) -> ApiError {
    ApiError::invalid([(field.to_owned(), vec![words.to_owned()])].into())
}

/// What the two have to do at that time, while it is chosen.
#[component]
fn Clashes(
    agent: RwSignal<Option<Choice>>,
    start: RwSignal<String>,
    minutes: RwSignal<String>,
) -> impl IntoView {
    let found = query::record::<Vec<CoachingClash>>(move || {
        let agent = agent.get()?.id;
        let start = local_time::read(&start.get())?;
        let me = crate::core::auth::me()?.member_id;
        let minutes: i32 = minutes.get().parse().ok()?;
        Some(format!(
            "{SESSIONS}/clashes?memberId={agent},{me}&start={}&durationMinutes={minutes}",
            encode(&start.to_rfc3339())
        ))
    });
    move || {
        let clashes = found.load.get().ready().unwrap_or_default();
        clash_alert(clashes)
    }
}

/// Says who has something else to do.
pub fn clash_alert(clashes: Vec<CoachingClash>) -> AnyView {
    if clashes.is_empty() {
        return ().into_any();
    }
    let rows = clashes.into_iter().map(|clash| {
        let kind = match clash.kind {
            shared_types::coaching::ClashKind::Session => tr!(coaching.clash.session),
            shared_types::coaching::ClashKind::Meeting => tr!(coaching.clash.meeting),
        };
        let (from, name) = (format::time(clash.starts_at), clash.member_name);
        view! { <li>{name}" · "{kind}" · "{from}</li> }
    });
    view! {
        <div class="alert alert-warn alert-list" role="status">
            {icon(Icon::Warning)}
            <div><p>{tr!(coaching.clash.title)}</p><ul>{rows.collect_view()}</ul></div>
        </div>
    }
    .into_any()
}

/// The dialog in which a session is moved to another time.
#[component]
pub fn RescheduleDialog(open: RwSignal<bool>, session: Memo<CoachingSession>) -> impl IntoView {
    view! {
        <Dialog open=open title=tr!(coaching.reschedule).to_owned()><RescheduleForm open=open session=session/></Dialog>
    }
}

#[component]
fn RescheduleForm(open: RwSignal<bool>, session: Memo<CoachingSession>) -> impl IntoView {
    let cache = query::cache();
    let navigate = use_navigate();
    let start = RwSignal::new(local_time::written(
        session.with_untracked(|it| it.scheduled_start),
    ));
    let reason = RwSignal::new(String::new());
    let form = Form::new();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let body = RescheduleCoachingSession {
            local_start: filled(&start.get_untracked()),
            time_zone: format::time_zone(),
            reason: filled(&reason.get_untracked()),
            ..RescheduleCoachingSession::default()
        };
        let path = session_path(session.with_untracked(|it| it.id));
        let navigate = navigate.clone();
        form.submit(
            body,
            |body| async move {
                http::post::<CoachingSession>(&format!("{path}/reschedule"), &body).await
            },
            move |next| {
                cache.stale(SESSIONS);
                keep(cache, &next);
                let _ = open.try_set(false);
                toast::good(tr!(coaching.rescheduled));
                navigate(&room(next.id), NavigateOptions::default());
            },
        );
    };
    view! {
        <form class="dialog-form" on:submit=submit novalidate>
            <div class="dialog-body stack">
                <FormError form=form/>
                <TextField label=tr!(coaching.start) value=start kind="datetime-local" error=form.field("localStart")/>
                <TextField label=tr!(coaching.reason) value=reason error=form.field("reason") optional=true/>
            </div>
            <footer class="dialog-foot">
                <button type="button" class="btn" on:click=move |_| open.set(false)>{tr!(common.cancel)}</button>
                <Submit form=form label=tr!(coaching.reschedule)/>
            </footer>
        </form>
    }
}
