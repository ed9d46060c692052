//! What may be the same as the record that is being written, or looked at.

use std::time::Duration;

use leptos::prelude::*;
use shared_types::{
    crm::{
        Company, Contact, Duplicate, DuplicateConfidence, DuplicateReason, FindDuplicates, Lead,
    },
    platform::SubjectKind,
};

use super::{api, lead_api};
use crate::{
    core::{
        components::{
            badge::{Colour, badge},
            icons::{Icon, icon},
            record::Held,
        },
        query,
    },
    tr,
};

/// How long nobody types before the server is asked.
const PAUSE: Duration = Duration::from_millis(400);

/// What a reason is called.
#[must_use]
pub fn reason_name(reason: DuplicateReason) -> &'static str {
    match reason {
        DuplicateReason::Email => tr!(duplicate.reason.email),
        DuplicateReason::Domain => tr!(duplicate.reason.domain),
        DuplicateReason::Phone => tr!(duplicate.reason.phone),
        DuplicateReason::Name => tr!(duplicate.reason.name),
    }
}

/// The reasons in one line.
#[must_use]
pub fn reasons_text(reasons: &[DuplicateReason]) -> String {
    let names: Vec<&str> = reasons.iter().map(|reason| reason_name(*reason)).collect();
    names.join(", ")
}

/// How sure it is, with its colour.
pub fn confidence_badge(confidence: DuplicateConfidence) -> AnyView {
    match confidence {
        DuplicateConfidence::Certain => badge(Colour::Warn, tr!(duplicate.certain)).into_any(),
        DuplicateConfidence::Likely => badge(Colour::Plain, tr!(duplicate.likely)).into_any(),
    }
}

fn path_of(duplicate: &Duplicate) -> Option<String> {
    let id = duplicate.id?;
    Some(match duplicate.kind {
        SubjectKind::Company => api::company_path(id),
        SubjectKind::Contact => api::contact_path(id),
        _ => lead_api::lead_path(id),
    })
}

/// The question about a company.
#[must_use]
pub fn of_company(company: &Company) -> FindDuplicates {
    let domain = company.domain.clone().or_else(|| company.website.clone());
    FindDuplicates {
        name: Some(company.name.clone()),
        domain,
        phone: company.phone.clone(),
        exclude_id: Some(company.id.0),
        ..FindDuplicates::default()
    }
}

/// The question about a contact.
#[must_use]
pub fn of_contact(contact: &Contact) -> FindDuplicates {
    FindDuplicates {
        name: Some(contact.name.clone()),
        email: contact.emails.first().map(|email| email.address.clone()),
        phone: contact.phones.first().map(|phone| phone.number.clone()),
        company_id: contact.company_id,
        exclude_id: Some(contact.id.0),
        ..FindDuplicates::default()
    }
}

/// The question about a lead.
#[must_use]
pub fn of_lead(lead: &Lead) -> FindDuplicates {
    FindDuplicates {
        name: Some(lead.name.clone()),
        email: lead.email.clone(),
        phone: lead.phone.clone(),
        company_name: lead.company_name.clone(),
        exclude_id: Some(lead.id.0),
        ..FindDuplicates::default()
    }
}

/// Records that may be the same as what is typed; they stand in nobody's way.
#[component]
pub fn MightBeSame(
    /// The path of the list.
    resource: &'static str,
    #[prop(into)] what: Signal<FindDuplicates>,
) -> impl IntoView {
    let found = Memo::new({
        let found = ask(resource, what);
        move |_| found.last.get().ready().unwrap_or_default()
    });
    view! {
        <div role="status">
            <Show when=move || found.with(|found| !found.is_empty())>
                <div class="alert alert-warn alert-list">
                    {icon(Icon::Warning)}
                    <div>
                        <p>{tr!(duplicate.title)}</p>
                        <ul class="related">{move || found.get().into_iter().map(|one| view! { <li class="related-row">{row(one)}</li> }).collect_view()}</ul>
                    </div>
                </div>
            </Show>
        </div>
    }
}

/// The same as a card on the page of a record of a list; nothing where there is none.
pub fn same_card<T: Clone + PartialEq + Send + Sync + 'static>(
    held: Held<T>,
    resource: &'static str,
    what: fn(&T) -> FindDuplicates,
) -> AnyView {
    let what = Signal::derive(move || held.record.with(what));
    view! { <MightBeSameCard resource=resource what=what merges=held.deletable/> }.into_any()
}

#[component]
fn MightBeSameCard(
    /// The path of the list.
    resource: &'static str,
    what: Signal<FindDuplicates>,
    /// Whether the record may be merged with one of them.
    merges: Memo<bool>,
) -> impl IntoView {
    let found = Memo::new({
        let found = ask(resource, what);
        move |_| found.last.get().ready().unwrap_or_default()
    });
    let compare = move |duplicate: &Duplicate| {
        let own = path_of(duplicate).is_some_and(|path| path.starts_with(resource));
        let this = what.with(|what| what.exclude_id)?;
        let other = duplicate.id.filter(|_| own && merges.get())?;
        Some(view! {
            <a class="btn btn-sm" href=format!("{resource}/{this}/merge?with={other}")>{tr!(duplicate.compare)}</a>
        })
    };
    let one = move |duplicate: Duplicate| {
        let button = compare(&duplicate);
        view! { <li class="related-row">{row(duplicate)}<span class="grow"></span>{button}</li> }
    };
    view! {
        <Show when=move || found.with(|found| !found.is_empty())>
            <section class="card" aria-labelledby="same">
                <h2 id="same" class="card-title">{tr!(duplicate.title)}</h2>
                <ul class="related">{move || found.get().into_iter().map(one).collect_view()}</ul>
            </section>
        </Show>
    }
}

fn ask(resource: &'static str, what: Signal<FindDuplicates>) -> query::Query<Vec<Duplicate>> {
    let asked = RwSignal::new(None::<String>);
    Effect::new(move |_| {
        let words = serde_urlencoded::to_string(what.get()).unwrap_or_default();
        let path = format!("{resource}/duplicates?{words}");
        let waiting = set_timeout_with_handle(move || asked.set(Some(path)), PAUSE).ok();
        on_cleanup(move || {
            if let Some(waiting) = waiting {
                waiting.clear();
            }
        });
    });
    query::record(move || asked.get())
}

fn row(duplicate: Duplicate) -> impl IntoView {
    let why = reasons_text(&duplicate.reasons);
    let name = match (path_of(&duplicate), duplicate.name) {
        // In a window of its own, so that what is typed stays.
        (Some(path), Some(name)) => {
            view! { <a class="link truncate" href=path target="_blank" rel="noopener">{name}</a> }
                .into_any()
        }
        _ => {
            let owner = duplicate.owner_name.clone().unwrap_or_default();
            view! { <span class="truncate">{tr!(duplicate.hidden, owner = owner.as_str())}</span> }
                .into_any()
        }
    };
    view! {
        {confidence_badge(duplicate.confidence)}
        {name}
        <span class="text-muted truncate">{duplicate.detail}</span>
        <span class="text-muted truncate">{why}</span>
    }
}
