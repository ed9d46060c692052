//! What activities and notes are about: the records themselves, links to them, and the fields that choose them.

use leptos::{prelude::*, task::spawn_local};
use shared_types::{
    CompanyId, ContactId, DealId, LeadId, Permission,
    crm::{Activity, Note},
};
use uuid::Uuid;

use super::{
    api::{COMPANIES, CONTACTS, find_companies, find_contacts},
    deal_api::{DEALS, find_deals},
    lead_api::{LEADS, find_leads},
};
use crate::{
    core::{
        auth,
        components::{
            combobox::{Choice, Finder, PickField, picked},
            form::Form,
        },
        query::Cache,
    },
    tr,
};

/// The records that something is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct About {
    pub company: Option<CompanyId>,
    pub contact: Option<ContactId>,
    pub lead: Option<LeadId>,
    pub deal: Option<DealId>,
}

/// A kind of record that something can be about.
struct Kind {
    list: &'static str,
    /// The name of the field on the wire, and of the filter of lists.
    field: &'static str,
    read: Permission,
    label: fn() -> &'static str,
    find: Finder,
}

/// The closer it says what something is about, the later.
const KINDS: [Kind; 4] = [
    Kind {
        list: COMPANIES,
        field: "companyId",
        read: Permission::CompaniesRead,
        label: || tr!(settings.subject.company),
        find: find_companies,
    },
    Kind {
        list: CONTACTS,
        field: "contactId",
        read: Permission::ContactsRead,
        label: || tr!(settings.subject.contact),
        find: find_contacts,
    },
    Kind {
        list: LEADS,
        field: "leadId",
        read: Permission::LeadsRead,
        label: || tr!(settings.subject.lead),
        find: find_leads,
    },
    Kind {
        list: DEALS,
        field: "dealId",
        read: Permission::DealsRead,
        label: || tr!(settings.subject.deal),
        find: find_deals,
    },
];

macro_rules! about {
    ($($kind:ty),+) => {$(
        impl From<&$kind> for About {
            fn from(of: &$kind) -> Self {
                Self { company: of.company_id, contact: of.contact_id, lead: of.lead_id, deal: of.deal_id }
            }
        }
    )+};
}

about!(Activity, Note);

impl About {
    /// In the order of the kinds.
    fn ids(self) -> [Option<Uuid>; 4] {
        [
            self.company.map(|id| id.0),
            self.contact.map(|id| id.0),
            self.lead.map(|id| id.0),
            self.deal.map(|id| id.0),
        ]
    }

    fn of_ids([company, contact, lead, deal]: [Option<Uuid>; 4]) -> Self {
        Self {
            company: company.map(CompanyId),
            contact: contact.map(ContactId),
            lead: lead.map(LeadId),
            deal: deal.map(DealId),
        }
    }

    /// The filter of a list by the record closest to what it is about.
    #[must_use]
    pub fn filter(self) -> String {
        let of_kind = KINDS.iter().zip(self.ids()).rev();
        of_kind
            .into_iter()
            .find_map(|(kind, id)| Some(format!("{}={}", kind.field, id?)))
            .unwrap_or_default()
    }

    /// Forgets the timelines of the records, and what else is theirs.
    pub fn stale(self, cache: Cache) {
        for (kind, id) in KINDS.iter().zip(self.ids()) {
            if let Some(id) = id {
                cache.stale(&format!("{}/{id}/", kind.list));
            }
        }
    }

    /// Links to the records, by their names in the order of the kinds, the closest first.
    pub fn links(self, names: [Option<&String>; 4]) -> AnyView {
        let named = KINDS.iter().zip(self.ids()).zip(names).rev();
        named
            .filter_map(|((kind, id), name)| {
                Some((format!("{}/{}", kind.list, id?), name?.clone()))
            })
            .map(|(href, name)| view! { <a class="link about" href=href>{name}</a> })
            .collect_view()
            .into_any()
    }
}

/// The names of what an activity is about, in the order of the kinds.
#[must_use]
pub fn names(activity: &Activity) -> [Option<&String>; 4] {
    [
        activity.company_name.as_ref(),
        activity.contact_name.as_ref(),
        activity.lead_name.as_ref(),
        activity.deal_title.as_ref(),
    ]
}

/// What is chosen in the fields of a form.
#[derive(Clone, Copy)]
pub struct AboutFields([RwSignal<Option<Choice>>; 4]);

impl AboutFields {
    /// With these records chosen; names that are not given are asked for.
    #[must_use]
    pub fn new(about: About, names: [Option<&String>; 4], cache: Cache) -> Self {
        let ids = about.ids();
        Self(std::array::from_fn(|at| {
            let choice = ids[at].map(|id| Choice {
                id: id.to_string(),
                label: names[at].cloned().unwrap_or_default(),
                detail: None,
            });
            let field = RwSignal::new(choice.clone());
            if let Some(choice) = choice.filter(|choice| choice.label.is_empty()) {
                let path = format!("{}/{}", KINDS[at].list, choice.id);
                spawn_local(async move {
                    let label = cache.name_of(&path).await.unwrap_or_default();
                    // Whoever was faster has chosen another.
                    let _ = field.try_update(|now| {
                        if now.as_ref() == Some(&choice) {
                            *now = Some(Choice { label, ..choice });
                        }
                    });
                });
            }
            field
        }))
    }

    /// What is chosen now.
    #[must_use]
    pub fn get_untracked(self) -> About {
        About::of_ids(self.0.map(picked))
    }
}

/// A field for each kind of record that one may read.
#[component]
pub fn AboutPicks(fields: AboutFields, form: Form) -> impl IntoView {
    let picks = KINDS.iter().zip(fields.0);
    picks
        .filter(|(kind, _)| auth::may(kind.read))
        .map(|(kind, field)| view! {
            <PickField label=(kind.label)() value=field find=kind.find error=form.field(kind.field) optional=true/>
        })
        .collect_view()
}
