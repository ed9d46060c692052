//! The audit log: who did what to which record.

use leptos::prelude::*;
use shared_types::platform::{Event, EventKind, FieldChange, SubjectKind};

use crate::{
    core::{
        components::{
            badge::{dash, person},
            field::choices,
            filter::{ClearFilters, PickFilter, SelectFilter},
            icons::Icon,
            list::Pager,
            states::{Empty, Skeleton, failure},
            timeline::kind_words,
        },
        format, page,
        query::{self, Load},
        url::{UrlState, encode, url_state},
    },
    crm::{company, contact, deal_fields, lead, product},
    identity::{
        api::{MEMBERS, find_members},
        member,
    },
    platform::audit_check::AuditCheck,
    tr,
};

crate::lazy_page!(AuditPage for AuditRead => view! { <Audit/> });

const FILTERS: &[&str] = &["kind", "subjectType", "actorId"];

fn path(url: UrlState) -> String {
    let mut path = "/audit-log?limit=50".to_owned();
    for name in FILTERS.iter().chain(&["cursor"]) {
        if let Some(value) = url.get(name) {
            path.push_str(&format!("&{name}={}", encode(&value)));
        }
    }
    path
}

#[component]
fn Audit() -> impl IntoView {
    page::title(|| tr!(settings.audit).to_owned());
    let url = url_state();
    let events = query::page::<Event>(move || Some(path(url)));
    let kinds = choices(EventKind::ALL, kind_words);
    let subjects = choices(SubjectKind::ALL, subject_name);
    let pagination = Signal::derive(move || {
        events
            .last
            .get()
            .ready()
            .map(|page| page.pagination)
            .unwrap_or_default()
    });
    view! {
        <div class="page">
            <header class="page-head"><h1 class="page-title">{tr!(settings.audit)}</h1></header>
            <AuditCheck/>
            <div class="toolbar" role="search" aria-label=tr!(list.filters)>
                <SelectFilter url=url name="kind" label=tr!(settings.what) options=kinds/>
                <SelectFilter url=url name="subjectType" label=tr!(settings.record) options=subjects/>
                <PickFilter url=url name="actorId" label=tr!(settings.who) find=find_members resource=MEMBERS/>
                <ClearFilters url=url names=FILTERS/>
            </div>
            <div class="table-frame" role="region" aria-label=tr!(settings.audit) tabindex="0" class:is-fetching=move || events.fetching.get()>
                {move || match events.last.get() {
                    Load::Loading => view! { <Skeleton lines=10/> }.into_any(),
                    Load::Failed(error) => failure(&error, move || events.retry()),
                    Load::Ready(page) if page.data.is_empty() && url.any(FILTERS) => {
                        view! { <Empty symbol=Icon::Search title=tr!(list.nothing_found) text=tr!(list.nothing_found_text)/> }.into_any()
                    }
                    Load::Ready(page) if page.data.is_empty() => view! { <Empty symbol=Icon::Log title=tr!(settings.audit_none)/> }.into_any(),
                    Load::Ready(page) => table(page.data),
                }}
            </div>
            <Pager url=url pagination=pagination/>
        </div>
    }
}

fn table(events: Vec<Event>) -> AnyView {
    view! {
        <table class="table table-words">
            <caption class="sr-only">{tr!(settings.audit)}</caption>
            <thead>
                <tr>
                    <th scope="col" class="wide-only">{tr!(settings.at)}</th>
                    <th scope="col">{tr!(settings.who)}</th>
                    <th scope="col">{tr!(settings.what)}</th>
                    <th scope="col" class="wide-only">{tr!(settings.record)}</th>
                    <th scope="col" class="wide-only">{tr!(settings.changes)}</th>
                </tr>
            </thead>
            <tbody>{events.into_iter().map(event_view).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn event_view(event: Event) -> impl IntoView {
    let who = event.actor_name.as_deref().unwrap_or(tr!(timeline.system));
    let name = event.subject_name.unwrap_or_default();
    let kind = event.subject_type;
    let record = || view! { <span class="text-muted">{subject_name(kind)}</span>" "{name.clone()} };
    let when = || view! { <time datetime=event.at.to_rfc3339() title=format::time(event.at)>{format::ago(event.at)}</time> };
    let changes = if event.changes.is_empty() {
        dash().into_any()
    } else {
        let lines = event
            .changes
            .iter()
            .map(|change| change_view(kind, change))
            .collect_view();
        view! { <ul class="event-changes">{lines}</ul> }.into_any()
    };
    view! {
        <tr>
            <td class="wide-only">{when()}</td>
            <th scope="row">{person(Some(who))}<span class="narrow-only text-muted">{when()}</span></th>
            <td>{kind_words(event.kind)}<span class="narrow-only">{record()}</span></td>
            <td class="wide-only">{record()}</td>
            <td class="wide-only">{changes}</td>
        </tr>
    }
}

fn change_view(kind: SubjectKind, change: &FieldChange) -> impl IntoView + use<> {
    let nothing = || tr!(timeline.nothing).to_owned();
    let before = change.before.clone();
    let after = change.after.clone().unwrap_or_else(nothing);
    view! {
        <li>
            <span class="text-muted">{field_name(kind, &change.field)}</span>" "
            {before.map(|before| view! { <del>{before}</del>" " })}
            <ins>{after}</ins>
        </li>
    }
}

/// What a field is called on the page of its record.
fn field_name(kind: SubjectKind, field: &str) -> String {
    match kind {
        SubjectKind::Company => company::field_name(field),
        SubjectKind::Contact => contact::field_name(field),
        SubjectKind::Lead => lead::field_name(field),
        SubjectKind::Deal => deal_fields::field_name(field),
        SubjectKind::Product => product::field_name(field),
        // The others have name, owner and the like in common with members.
        _ => member::field_name(field),
    }
}

/// What a kind of record is called.
fn subject_name(kind: SubjectKind) -> &'static str {
    match kind {
        SubjectKind::Organization => tr!(settings.subject.organization),
        SubjectKind::User => tr!(settings.subject.user),
        SubjectKind::Member => tr!(settings.subject.member),
        SubjectKind::Team => tr!(settings.subject.team),
        SubjectKind::Company => tr!(settings.subject.company),
        SubjectKind::Contact => tr!(settings.subject.contact),
        SubjectKind::Activity => tr!(settings.subject.activity),
        SubjectKind::Note => tr!(settings.subject.note),
        SubjectKind::Lead => tr!(settings.subject.lead),
        SubjectKind::LeadSettings => tr!(lead.rules),
        SubjectKind::Pipeline => tr!(settings.subject.pipeline),
        SubjectKind::LostReason => tr!(settings.subject.lost_reason),
        SubjectKind::Deal => tr!(settings.subject.deal),
        SubjectKind::Product => tr!(settings.subject.product),
        SubjectKind::ProductCategory => tr!(settings.subject.product_category),
        SubjectKind::SavedView => tr!(settings.subject.saved_view),
        SubjectKind::Tag => tr!(settings.subject.tag),
        SubjectKind::Import => tr!(settings.subject.import),
        SubjectKind::ImportArchive => tr!(settings.subject.import_archive),
        SubjectKind::Notification => tr!(settings.subject.notification),
        SubjectKind::Export => tr!(settings.subject.export),
        SubjectKind::Job => tr!(settings.subject.job),
        SubjectKind::Invitation => tr!(settings.subject.invitation),
        SubjectKind::Absence => tr!(settings.subject.absence),
        SubjectKind::CoachingAccess => tr!(settings.subject.coaching_access),
        SubjectKind::CoachingSession => tr!(settings.subject.coaching_session),
        SubjectKind::CoachingTemplate => tr!(settings.subject.coaching_template),
        SubjectKind::Rubric => tr!(settings.subject.rubric),
        SubjectKind::ApiKey => tr!(settings.subject.api_key),
    }
}
