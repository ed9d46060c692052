//! The list of contacts.

use leptos::prelude::*;
use shared_types::{
    Permission,
    crm::{Consent, Contact},
};

use super::{api, contact_form::ContactDialog, merge_api::DUPLICATES};
use crate::{
    core::{
        auth,
        components::{
            adding::{add_button, adding},
            badge::{Colour, badge},
            bulk::{BulkField, BulkSpec, Input, bulk},
            field::choices,
            filter::{PickFilter, SelectFilter},
            icons::Icon,
            list::{Bulk, ListPage, ListSpec},
            more_filters::{Fill, MoreFilter, MoreFilters, filter, through},
            table::{Column, Rows},
            tags::{bulk_tags, tag_filter, tags_column},
        },
        url::UrlState,
    },
    identity::api::find_members,
    tr,
};

crate::lazy_page!(ContactsPage for ContactsRead => view! { <Contacts/> });

/// What a state of consent is called.
#[must_use]
pub fn consent_name(consent: Consent) -> &'static str {
    match consent {
        Consent::Unknown => tr!(contact.consents.unknown),
        Consent::Granted => tr!(contact.consents.granted),
        Consent::Withdrawn => tr!(contact.consents.withdrawn),
    }
}

/// The states of consent to choose from.
pub fn consents() -> Vec<(String, String)> {
    choices(Consent::ALL, consent_name)
}

/// A state of consent with its colour.
pub fn consent_badge(consent: Consent) -> AnyView {
    let colour = match consent {
        Consent::Unknown => Colour::Plain,
        Consent::Granted => Colour::Good,
        Consent::Withdrawn => Colour::Bad,
    };
    badge(colour, consent_name(consent)).into_any()
}

fn spec() -> ListSpec<Contact> {
    ListSpec {
        title: tr!(contact.list).to_owned(),
        resource: api::CONTACTS,
        filters: &[
            "ownerId",
            "tag",
            "ownerDepartment",
            "companyCountry",
            "companyOwnerId",
            "companyOwnerDepartment",
            "companyParentIndustry",
            "companyId",
            "companyIndustry",
            "country",
            "consent",
            "email",
            "createdAfter",
            "createdBefore",
            "updatedAfter",
            "updatedBefore",
        ],
        columns: vec![
            Column::new(tr!(contact.name), |contact: &Contact| {
                contact.name.clone().into_any()
            })
            .sort("name"),
            Column::words(tr!(contact.job_title), "jobTitle", |it: &Contact| {
                it.job_title.clone()
            })
            .class("wide-only"),
            Column::words(tr!(contact.company), "companyName", |it: &Contact| {
                it.company_name.clone()
            }),
            Column::words(tr!(contact.email), "email", |it: &Contact| {
                it.emails.first().map(|it| it.address.clone())
            })
            .class("wide-only"),
            Column::words(tr!(contact.phone), "phone", |it: &Contact| {
                it.phones.first().map(|it| it.number.clone())
            })
            .class("wide-only"),
            Column::new(tr!(contact.consent), |contact: &Contact| {
                consent_badge(contact.consent)
            })
            .key("consent")
            .class("wide-only"),
            Column::owner(tr!(contact.owner), |it: &Contact| it.owner_name.as_deref()),
            tags_column(|it: &Contact| &it.tags),
            Column::ago(tr!(contact.updated), "updatedAt", |it: &Contact| {
                it.updated_at
            })
            .extra(),
        ],
        rows: Rows {
            id: |contact| contact.id.to_string(),
            name: |contact| contact.name.clone(),
            href: |contact| Some(api::contact_path(contact.id)),
        },
        default_sort: "name",
        empty: (
            Icon::Team,
            tr!(contact.none).to_owned(),
            tr!(contact.none_text).to_owned(),
        ),
        search_label: tr!(contact.search).to_owned(),
        trash: true,
        exports: true,
        duplicates: auth::may(Permission::ContactsDelete).then_some(DUPLICATES),
    }
}

/// What can be done with the chosen contacts.
fn many() -> Bulk {
    let mut fields = vec![
        BulkField::owner(tr!(contact.owner), Permission::ContactsWrite),
        BulkField::new(
            "companyId",
            tr!(contact.company),
            Input::Pick(api::find_companies),
        )
        .optional(),
        BulkField::new("consent", tr!(contact.consent), Input::Choice(consents())),
        BulkField::new(
            "country",
            tr!(contact.country),
            Input::Choice(super::countries::options()),
        )
        .optional(),
    ];
    fields.extend(bulk_tags());
    bulk(
        BulkSpec {
            resource: api::CONTACTS,
            fields,
            may_delete: auth::may(Permission::ContactsDelete),
            has_pages: true,
        },
        Permission::ContactsWrite,
    )
}

#[component]
fn Contacts() -> impl IntoView {
    let adding = adding();
    let actions = move || add_button(adding, Permission::ContactsWrite, tr!(contact.add));
    let filters = Callback::new(|url: UrlState| {
        view! {
            <PickFilter url=url name="companyId" label=tr!(contact.company) find=api::find_companies resource=api::COMPANIES/>
            <PickFilter url=url name="ownerId" label=tr!(contact.owner) find=find_members resource="/members"/>
            <SelectFilter url=url name="consent" label=tr!(contact.consent) options=consents()/>
            <MoreFilters url=url filters=more()/>
        }
        .into_any()
    });
    view! {
        <ListPage spec=spec() actions=actions filters=filters bulk=many()/>
        <ContactDialog open=adding company=Signal::stored(None)/>
    }
}

fn more() -> Vec<MoreFilter> {
    let (company, owner) = (tr!(contact.company), tr!(contact.owner));
    let (industry, department) = (tr!(company.industry), tr!(settings.department));
    vec![
        tag_filter(),
        filter("email", tr!(contact.email), Fill::Text),
        filter("country", tr!(company.country), Fill::Text),
        through("ownerDepartment", &[owner, department], Fill::Text),
        through("companyIndustry", &[company, industry], Fill::Text),
        through(
            "companyCountry",
            &[company, tr!(company.country)],
            Fill::Text,
        ),
        through(
            "companyOwnerId",
            &[company, owner],
            Fill::Pick(find_members, "/members"),
        ),
        through(
            "companyOwnerDepartment",
            &[company, owner, department],
            Fill::Text,
        ),
        through(
            "companyParentIndustry",
            &[company, tr!(company.parent), industry],
            Fill::Text,
        ),
    ]
}
