//! The kinds of records that files hold, one description each: its fields and what people call
//! them, what a row must have, by which fields a row finds its record, and how a row is read.

use shared_types::platform::{ImportField, ImportKind};
use shared_types::{Patch, Permission};

use super::fields::key_field;
use super::rows::Row;

pub mod activity;
pub mod company;
pub mod contact;
pub mod deal;
pub mod lead;
pub mod member;
pub mod metric_value;
pub mod note;
pub mod product;

/// Words for columns, separated by spaces and squeezed to letters and digits, with what they mean.
pub type Synonyms = &'static [(&'static str, &'static [ImportField])];

/// What there is to know of a kind.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// What an import needs besides `imports:manage`.
    pub permission: Permission,
    /// The fields in the order to offer them.
    pub fields: &'static [ImportField],
    /// The fields by which a row finds its record, the surest first.
    pub keys: &'static [ImportField],
    /// The fields of which a mapping must have one, and what to say without.
    pub needs: (&'static [ImportField], &'static str),
    /// What people call the records, as it stands before the names of their fields.
    pub subjects: &'static [&'static str],
    /// What people call the columns, in English, German, French and Serbian. The names of the
    /// fields themselves need not be there.
    pub synonyms: Synonyms,
}

/// The description of a kind.
#[must_use]
pub const fn describe(kind: ImportKind) -> &'static Kind {
    match kind {
        ImportKind::Members => &member::KIND,
        ImportKind::Companies => &company::KIND,
        ImportKind::Contacts => &contact::KIND,
        ImportKind::Leads => &lead::KIND,
        ImportKind::Products => &product::KIND,
        ImportKind::Deals => &deal::KIND,
        ImportKind::Activities => &activity::KIND,
        ImportKind::Notes => &note::KIND,
        ImportKind::MetricValues => &metric_value::KIND,
    }
}

/// A row, read: the record to make or to change, with the names of other records still to be found.
/// Empty cells say nothing, so a change leaves those fields as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Draft {
    /// A row of a file of members.
    Member(Box<member::MemberDraft>),
    /// A row of a file of companies.
    Company(Box<company::CompanyDraft>),
    /// A row of a file of contacts.
    Contact(Box<contact::ContactDraft>),
    /// A row of a file of leads.
    Lead(Box<lead::LeadDraft>),
    /// A row of a file of products.
    Product(Box<product::ProductDraft>),
    /// A row of a file of deals.
    Deal(Box<deal::DealDraft>),
    /// A row of a file of activities.
    Activity(Box<activity::ActivityDraft>),
    /// A row of a file of notes.
    Note(Box<note::NoteDraft>),
    /// A row of a file of values of metrics.
    MetricValue(Box<metric_value::MetricValueDraft>),
}

impl Draft {
    /// The names of other records in it.
    #[must_use]
    pub fn names(&self) -> Vec<Naming<'_>> {
        match self {
            Self::Member(draft) => draft.names(),
            Self::Company(draft) => draft.names(),
            Self::Contact(draft) => draft.names(),
            Self::Lead(draft) => draft.names(),
            Self::Product(draft) => draft.names(),
            Self::Deal(draft) => draft.names(),
            Self::Activity(draft) => draft.names(),
            Self::Note(draft) => draft.names(),
            Self::MetricValue(draft) => draft.names(),
        }
    }
}

pub(super) fn read<S: AsRef<str>>(row: &mut Row<'_, S>) -> Draft {
    match row.reading.kind {
        ImportKind::Members => Draft::Member(Box::new(member::read(row))),
        ImportKind::Companies => Draft::Company(Box::new(company::read(row))),
        ImportKind::Contacts => Draft::Contact(Box::new(contact::read(row))),
        ImportKind::Leads => Draft::Lead(Box::new(lead::read(row))),
        ImportKind::Products => Draft::Product(Box::new(product::read(row))),
        ImportKind::Deals => Draft::Deal(Box::new(deal::read(row))),
        ImportKind::Activities => Draft::Activity(Box::new(activity::read(row))),
        ImportKind::Notes => Draft::Note(Box::new(note::read(row))),
        ImportKind::MetricValues => Draft::MetricValue(Box::new(metric_value::read(row))),
    }
}

/// Another record, as a row names it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Link {
    /// What it is called.
    pub name: Option<String>,
    /// What it is known by for sure: its id elsewhere, an e-mail address.
    pub key: Option<String>,
}

impl Link {
    /// Whether the row says nothing.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.name.is_none() && self.key.is_none()
    }
}

/// What an activity or a note is about, as a row names it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// The company.
    pub company: Link,
    /// The contact.
    pub contact: Link,
    /// The lead.
    pub lead: Link,
    /// The deal.
    pub deal: Link,
}

impl About {
    pub(super) fn read<S: AsRef<str>>(row: &mut Row<'_, S>) -> Self {
        Self {
            company: row.link(ImportField::Company),
            contact: row.link(ImportField::Contact),
            lead: row.link(ImportField::Lead),
            deal: row.link(ImportField::Deal),
        }
    }

    /// The names in it, and that of who does or wrote it.
    pub(super) fn names<'a>(&'a self, by: ImportField, who: &'a Link) -> Vec<Naming<'a>> {
        Naming::links([
            (ImportField::Company, &self.company),
            (ImportField::Contact, &self.contact),
            (ImportField::Lead, &self.lead),
            (ImportField::Deal, &self.deal),
            (by, who),
        ])
        .collect()
    }
}

/// Where a row names another record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Naming<'a> {
    /// The field of the name.
    pub field: ImportField,
    /// The name as written.
    pub name: Option<&'a str>,
    /// What it is known by, with its field.
    pub key: Option<(ImportField, &'a str)>,
}

impl<'a> Naming<'a> {
    pub(super) fn plain<const N: usize>(
        all: [(ImportField, &'a Option<String>); N],
    ) -> impl Iterator<Item = Self> {
        all.into_iter().filter_map(|(field, name)| {
            Some(Self {
                field,
                name: Some(name.as_deref()?),
                key: None,
            })
        })
    }

    pub(super) fn several(field: ImportField, names: &'a [String]) -> impl Iterator<Item = Self> {
        names.iter().map(move |name| Self {
            field,
            name: Some(name),
            key: None,
        })
    }

    pub(super) fn links<const N: usize>(
        all: [(ImportField, &'a Link); N],
    ) -> impl Iterator<Item = Self> {
        all.into_iter()
            .filter(|(_, link)| !link.is_empty())
            .map(|(field, link)| Self {
                field,
                name: link.name.as_deref(),
                key: key_field(field).zip(link.key.as_deref()),
            })
    }
}

/// A change of what a row says.
pub(super) fn patch<T: Clone>(said: Option<&T>) -> Patch<T> {
    said.map_or(Patch::Keep, |value| Patch::Set(value.clone()))
}
