//! The record of a contact.

use futures_util::{FutureExt, future::LocalBoxFuture};
use leptos::prelude::*;
use shared_types::{
    Permission,
    crm::{Consent, Contact, EmailAddress, PhoneNumber, UpdateContact},
};

use super::{
    about::About,
    activities::work_of,
    api,
    contact_private::PrivateCard,
    contacts::consent_name,
    countries,
    might_be_same::{of_contact, same_card},
    points::{Point, Points, PointsSpec, SavePoints},
};
use crate::{
    core::{
        components::{
            field::choices,
            inline::{Editor, RecordField, Save},
            record::{Held, RecordPage, RecordSpec, nothing, parsed_patch, text_patch},
            tags::{TagsField, TagsSpec},
        },
        format,
        http::Answer,
        query::{self, Cache},
    },
    identity::api::find_members,
    tr,
};

crate::lazy_page!(ContactPage for ContactsRead => view! { <RecordPage spec=spec()/> });

fn spec() -> RecordSpec<Contact> {
    RecordSpec {
        resource: api::CONTACTS,
        list: tr!(contact.list),
        kind: tr!(settings.subject.contact),
        id: |contact| contact.id.to_string(),
        name: |contact| contact.name.clone(),
        owner: |contact| contact.owner_id,
        deleted_at: |contact| contact.deleted_at,
        merged_into: Some(|contact| contact.merged_into.map(api::contact_path)),
        writes: Permission::ContactsWrite,
        deletes: Permission::ContactsDelete,
        field_name,
        badges: nothing,
        actions: nothing,
        above: nothing,
        fields: |held| view! { <Fields held=held/> }.into_any(),
        cards: |held| {
            view! { {same_card(held, api::CONTACTS, of_contact)}<PrivateCard contact=held.record/> }
                .into_any()
        },
        beside: |held| {
            work_of(held.record, |contact| About {
                contact: Some(contact.id),
                company: contact.company_id,
                ..About::default()
            })
        },
    }
}

/// The patch that an edit of a field means.
fn patch_of(field: &'static str, value: String) -> Answer<UpdateContact> {
    let mut patch = UpdateContact::default();
    match field {
        "firstName" => patch.first_name = text_patch(value),
        "lastName" => patch.last_name = Some(value),
        "jobTitle" => patch.job_title = text_patch(value),
        "location" => patch.location = text_patch(value),
        "country" => patch.country = text_patch(value),
        "description" => patch.description = text_patch(value),
        "externalId" => patch.external_id = text_patch(value),
        "consent" => patch.consent = value.parse().ok(),
        "ownerId" => patch.owner_id = parsed_patch(field, &value, |value| value.parse().ok())?,
        "companyId" => patch.company_id = parsed_patch(field, &value, |value| value.parse().ok())?,
        _ => {}
    }
    Ok(patch)
}

/// Changes a contact, on the screen at once.
pub async fn change(
    cache: Cache,
    before: Contact,
    patch: UpdateContact,
    also: &[(&str, Option<String>)],
) -> Answer<()> {
    let path = api::contact_path(before.id);
    query::change(cache, &path, &before, before.version, &patch, also).await?;
    cache.stale(&format!("{path}/"));
    cache.stale(&format!("{}?", api::CONTACTS));
    Ok(())
}

fn saver(contact: Memo<Contact>, cache: Cache, field: &'static str) -> Save {
    Callback::new(
        move |(value, name): (String, Option<String>)| -> LocalBoxFuture<'static, Answer<()>> {
            let before = contact.get_untracked();
            async move {
                let patch = patch_of(field, value)?;
                let also: &[(&str, Option<String>)] = match field {
                    "ownerId" => &[("ownerName", name)],
                    "companyId" => &[("companyName", name)],
                    _ => &[],
                };
                change(cache, before, patch, also).await
            }
            .boxed_local()
        },
    )
}

fn point_saver(
    contact: Memo<Contact>,
    cache: Cache,
    patch_of: fn(Vec<Point>) -> UpdateContact,
) -> SavePoints {
    Callback::new(
        move |(points,): (Vec<Point>,)| -> LocalBoxFuture<'static, Answer<()>> {
            change(cache, contact.get_untracked(), patch_of(points), &[]).boxed_local()
        },
    )
}

fn emails_patch(points: Vec<Point>) -> UpdateContact {
    let emails = points
        .into_iter()
        .map(|(address, label)| EmailAddress { address, label });
    UpdateContact {
        emails: Some(emails.collect()),
        ..UpdateContact::default()
    }
}

fn phones_patch(points: Vec<Point>) -> UpdateContact {
    let phones = points
        .into_iter()
        .map(|(number, label)| PhoneNumber { number, label });
    UpdateContact {
        phones: Some(phones.collect()),
        ..UpdateContact::default()
    }
}

const TAGS_SPEC: TagsSpec<Contact> = TagsSpec {
    list: api::CONTACTS,
    id: |it| it.id.to_string(),
    version: |it| it.version,
    tags: |it| &it.tags,
};

#[component]
fn Fields(held: Held<Contact>) -> impl IntoView {
    let contact = held.record;
    let cache = query::cache();
    let editable = held.editable;
    let value = move |read: fn(&Contact) -> Option<String>| {
        Signal::derive(move || contact.with(read).unwrap_or_default())
    };
    let save = move |field| saver(contact, cache, field);
    let emails = Signal::derive(move || {
        contact.with(|it| {
            let emails = it.emails.iter();
            emails.map(|it| (it.address.clone(), it.label)).collect()
        })
    });
    let phones = Signal::derive(move || {
        contact.with(|it| {
            let phones = it.phones.iter();
            phones.map(|it| (it.number.clone(), it.label)).collect()
        })
    });
    let email_spec = PointsSpec {
        title: tr!(contact.emails),
        add: tr!(contact.add_email),
        one: tr!(contact.email),
        kind: "email",
        scheme: "mailto:",
        fault: "emails.#.address",
    };
    let phone_spec = PointsSpec {
        title: tr!(contact.phones),
        add: tr!(contact.add_phone),
        one: tr!(contact.phone),
        kind: "tel",
        scheme: "tel:",
        fault: "phones.#.number",
    };
    let consents = choices(Consent::ALL, consent_name);
    let consent = move || {
        contact.with(|it| {
            let name = consent_name(it.consent);
            it.consent_at.map_or_else(
                || name.to_owned(),
                |at| format!("{name} ({})", format::date_of(at)),
            )
        })
    };
    let company_href = Signal::derive(move || {
        contact.with(|it| it.company_id.map(|id| format!("/companies/{id}")))
    });
    view! {
        <dl class="record-fields">
            <RecordField label=tr!(contact.first_name) name="firstName" value=value(|c| c.first_name.clone()) editable=editable save=save("firstName")/>
            <RecordField label=tr!(contact.last_name) name="lastName" value=value(|c| Some(c.last_name.clone())) editable=editable save=save("lastName")/>
            <RecordField label=tr!(contact.job_title) name="jobTitle" value=value(|c| c.job_title.clone()) editable=editable save=save("jobTitle")/>
            <RecordField label=tr!(contact.company) name="companyId" value=value(|c| c.company_id.map(|id| id.to_string())) shown=value(|c| c.company_name.clone()) href=company_href editor=Editor::Pick(api::find_companies) editable=editable save=save("companyId")/>
            <Points spec=email_spec points=emails editable=editable save=point_saver(contact, cache, emails_patch)/>
            <Points spec=phone_spec points=phones editable=editable save=point_saver(contact, cache, phones_patch)/>
            <RecordField label=tr!(contact.consent) name="consent" value=value(|c| Some(c.consent.to_string())) shown=Signal::derive(consent) editor=Editor::Select(consents) editable=editable save=save("consent")/>
            <RecordField label=tr!(contact.owner) name="ownerId" value=value(|c| c.owner_id.map(|id| id.to_string())) shown=value(|c| c.owner_name.clone()) editor=Editor::Pick(find_members) editable=editable save=save("ownerId")/>
            <RecordField label=tr!(contact.location) name="location" value=value(|c| c.location.clone()) editable=editable save=save("location")/>
            <RecordField label=tr!(contact.country) name="country" value=value(|c| c.country.clone()) shown=value(|c| c.country.as_deref().map(format::country_name)) editor=Editor::Select(countries::options()) editable=editable save=save("country")/>
            <TagsField spec=TAGS_SPEC record=contact editable=editable/>
            <RecordField label=tr!(contact.external_id) name="externalId" value=value(|c| c.external_id.clone()) editable=editable save=save("externalId")/>
            <RecordField label=tr!(contact.description) name="description" value=value(|c| c.description.clone()) editor=Editor::Lines editable=editable save=save("description")/>
        </dl>
    }
}

/// What a field is called in the history.
pub fn field_name(field: &str) -> String {
    let name = match field {
        "name" => tr!(contact.name),
        "firstName" => tr!(contact.first_name),
        "lastName" => tr!(contact.last_name),
        "jobTitle" => tr!(contact.job_title),
        "companyId" => tr!(contact.company),
        "emails" => tr!(contact.emails),
        "phones" => tr!(contact.phones),
        "consent" => tr!(contact.consent),
        "consentAt" => tr!(contact.consent_at),
        "location" => tr!(contact.location),
        "country" => tr!(contact.country),
        "description" => tr!(contact.description),
        "ownerId" => tr!(contact.owner),
        "externalId" => tr!(contact.external_id),
        "privatePhone" => tr!(contact.private_phone),
        "birthday" => tr!(contact.birthday),
        "privateAddress" => tr!(contact.private_address),
        "tags" | "tagIds" => tr!(tag.list),
        other => return other.to_owned(),
    };
    name.to_owned()
}
