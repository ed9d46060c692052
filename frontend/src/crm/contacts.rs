//! The list of contacts.

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};
use shared_types::{
    Permission, Reach,
    crm::{Consent, Contact},
};

use super::{api, contact_form::ContactDialog, merge_api::DUPLICATES};
use crate::{
    core::{
        auth,
        components::{
            adding::{add_button, adding},
            badge::{Colour, badge, dash, person},
            bulk::{BulkField, BulkSpec, Input, bulk},
            filter::{PickFilter, SelectFilter},
            icons::Icon,
            list::{Bulk, ListPage, ListSpec},
            more_filters::{Fill, MoreFilter, MoreFilters, filter, through},
            states::guarded,
            table::{Column, Rows},
        },
        format,
        url::UrlState,
    },
    identity::api::find_members,
    tr,
};

pub struct ContactsPage;

#[lazy_route]
impl LazyRoute for ContactsPage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        guarded(Permission::ContactsRead, || {
            view! { <Contacts/> }.into_any()
        })
    }
}

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
    let all = Consent::ALL.iter();
    all.map(|&it| (it.to_string(), consent_name(it).to_owned()))
        .collect()
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

fn text(value: Option<&String>) -> AnyView {
    value.map_or_else(|| dash().into_any(), |value| value.clone().into_any())
}

fn spec() -> ListSpec<Contact> {
    ListSpec {
        title: tr!(contact.list).to_owned(),
        resource: api::CONTACTS,
        filters: &[
            "ownerId",
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
            Column::new(tr!(contact.job_title), |contact: &Contact| {
                text(contact.job_title.as_ref())
            })
            .key("jobTitle")
            .class("wide-only"),
            Column::new(tr!(contact.company), |contact: &Contact| {
                text(contact.company_name.as_ref())
            })
            .key("companyName"),
            Column::new(tr!(contact.email), |contact: &Contact| {
                text(contact.emails.first().map(|email| &email.address))
            })
            .key("email")
            .class("wide-only"),
            Column::new(tr!(contact.phone), |contact: &Contact| {
                text(contact.phones.first().map(|phone| &phone.number))
            })
            .key("phone")
            .class("wide-only"),
            Column::new(tr!(contact.consent), |contact: &Contact| {
                consent_badge(contact.consent)
            })
            .key("consent")
            .class("wide-only"),
            Column::new(tr!(contact.owner), |contact: &Contact| {
                person(contact.owner_name.as_deref())
            })
            .key("ownerName")
            .class("wide-only"),
            Column::new(tr!(contact.updated), |contact: &Contact| {
                format::ago(contact.updated_at).into_any()
            })
            .sort("updatedAt")
            .class("wide-only text-muted"),
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
    let field = |name, label: &str, input| BulkField {
        name,
        label: label.to_owned(),
        input,
        optional: false,
    };
    let owner = BulkField {
        optional: auth::reach(Permission::ContactsWrite) == Some(Reach::Organization),
        ..field("ownerId", tr!(contact.owner), Input::Pick(find_members))
    };
    let optional = |name, label, input| BulkField {
        optional: true,
        ..field(name, label, input)
    };
    let fields = vec![
        owner,
        optional(
            "companyId",
            tr!(contact.company),
            Input::Pick(api::find_companies),
        ),
        field("consent", tr!(contact.consent), Input::Choice(consents())),
        optional(
            "country",
            tr!(contact.country),
            Input::Choice(super::countries::options()),
        ),
    ];
    bulk(BulkSpec {
        resource: api::CONTACTS,
        fields: if auth::may(Permission::ContactsWrite) {
            fields
        } else {
            Vec::new()
        },
        may_delete: auth::may(Permission::ContactsDelete),
        has_pages: true,
    })
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
