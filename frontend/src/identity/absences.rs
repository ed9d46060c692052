//! When a member is away.

use leptos::{ev, prelude::*};
use shared_types::{
    MemberId, Permission,
    identity::{Absence, AbsenceKind, CreateAbsence},
};

use crate::{
    core::{
        auth,
        components::{
            dialog::{Confirm, Dialog},
            field::{SelectField, TextField, choices},
            form::{Form, FormError, Submit},
            icons::{Icon, icon},
            states::{Skeleton, failure},
        },
        errors::ApiError,
        format, http,
        query::{self, Load},
        toast,
    },
    tr,
};

const ABSENCES: &str = "/absences";

fn kind_name(kind: AbsenceKind) -> &'static str {
    match kind {
        AbsenceKind::Vacation => tr!(absence.vacation),
        AbsenceKind::Sick => tr!(absence.sick),
        AbsenceKind::Training => tr!(absence.training),
        AbsenceKind::Other => tr!(absence.other),
    }
}

/// The absences of a member, the latest first.
#[component]
pub fn Absences(member: MemberId) -> impl IntoView {
    let all =
        query::page::<Absence>(move || Some(format!("{ABSENCES}?memberId={member}&limit=50")));
    let changes = auth::may_on(Permission::AbsencesWrite, Some(member));
    let adding = RwSignal::new(false);
    view! {
        <section class="card" aria-labelledby="absences-title">
            <div class="page-head">
                <h2 id="absences-title" class="card-title">{tr!(absence.list)}</h2>
                {changes.then(|| view! {
                    <button type="button" class="btn btn-sm" on:click=move |_| adding.set(true)>{icon(Icon::Add)}{tr!(absence.add)}</button>
                })}
            </div>
            {move || match all.load.get() {
                Load::Loading => view! { <Skeleton lines=2/> }.into_any(),
                Load::Failed(error) => failure(&error, move || all.retry()),
                Load::Ready(page) if page.data.is_empty() => view! { <p class="text-muted">{tr!(absence.none)}</p> }.into_any(),
                Load::Ready(page) => view! {
                    <ul class="rows">{page.data.into_iter().map(|it| view! { <li><One it=it changes=changes/></li> }).collect_view()}</ul>
                }.into_any(),
            }}
        </section>
        <Dialog open=adding title=tr!(absence.add).to_owned()><Add member=member open=adding/></Dialog>
    }
}

#[component]
fn One(it: Absence, changes: bool) -> impl IntoView {
    let cache = query::cache();
    let asked = RwSignal::new(false);
    let form = Form::new();
    let path = StoredValue::new(format!("{ABSENCES}/{}", it.id));
    let days = if it.from == it.until {
        format::day(it.from)
    } else {
        format!("{} – {}", format::day(it.from), format::day(it.until))
    };
    let label = tr!(absence.delete, days = days.as_str());
    let title = label.clone();
    let remove = Callback::new(move |()| {
        let path = path.get_value();
        form.send(async move { http::delete(&path).await }, move |()| {
            cache.stale(ABSENCES);
            toast::good(tr!(settings.deleted));
        });
    });
    view! {
        <div class="row">
            <span class="grow">{days}</span>
            <span class="text-muted">{kind_name(it.kind)}</span>
            {changes.then(|| view! {
                <button type="button" class="btn-icon" aria-label=label on:click=move |_| asked.set(true)>{icon(Icon::Trash)}</button>
            })}
        </div>
        <FormError form=form/>
        <Confirm open=asked title=title text=tr!(absence.delete_text) verb=tr!(settings.delete) on_confirm=remove/>
    }
}

#[component]
fn Add(member: MemberId, open: RwSignal<bool>) -> impl IntoView {
    let cache = query::cache();
    let today = format::today().to_string();
    let (from, until) = (RwSignal::new(today.clone()), RwSignal::new(today));
    let kind = RwSignal::new(AbsenceKind::Vacation.to_string());
    let kinds: Vec<(String, String)> = choices(AbsenceKind::ALL, kind_name);
    let form = Form::new();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let day = |field: &str, text: String| {
            text.parse::<chrono::NaiveDate>().map_err(|_| {
                let says = vec![tr!(absence.no_day).to_owned()];
                ApiError::invalid([(field.to_owned(), says)].into())
            })
        };
        let days = day("from", from.get_untracked())
            .and_then(|from| Ok((from, day("until", until.get_untracked())?)));
        let (first, last) = match days {
            Ok(days) => days,
            Err(error) => {
                form.fail(error);
                return;
            }
        };
        let absence = CreateAbsence {
            member_id: Some(member),
            kind: kind.get_untracked().parse().unwrap_or(AbsenceKind::Other),
            from: first,
            until: last,
        };
        form.submit(
            absence,
            |absence| async move { http::post::<Absence>(ABSENCES, &absence).await },
            move |_| {
                cache.stale(ABSENCES);
                let _ = open.try_set(false);
                toast::good(tr!(absence.added));
            },
        );
    };
    view! {
        <form class="dialog-form" on:submit=submit novalidate>
            <div class="dialog-body stack">
                <FormError form=form/>
                <SelectField label=tr!(absence.kind) value=kind options=kinds error=form.field("kind")/>
                <div class="pair">
                    <TextField label=tr!(absence.from) value=from kind="date" error=form.field("from")/>
                    <TextField label=tr!(absence.until) value=until kind="date" error=form.field("until")/>
                </div>
            </div>
            <footer class="dialog-foot">
                <button type="button" class="btn" on:click=move |_| open.set(false)>{tr!(common.cancel)}</button>
                <Submit form=form label=tr!(absence.add)/>
            </footer>
        </form>
    }
}
