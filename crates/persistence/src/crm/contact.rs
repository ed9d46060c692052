//! Contacts.

use chrono::{DateTime, Utc};
use domain::{
    core::text::{fold, search_text},
    crm::contact::{email_key, email_keys, full_name, phone_keys},
};
use sea_orm::{ExprTrait, FromQueryResult, QueryFilter, entity::prelude::*, sea_query::Expr};
use shared_types::{
    CompanyId, ContactId, MemberId, OrganizationId, Sort,
    crm::{Consent, Contact, ContactSort, EmailAddress, ListContacts, PhoneNumber},
    platform::SubjectKind,
};

use super::{
    company, contact_point,
    tag_link::{self, Tags},
};
use crate::{
    Db, Filter, Owners, Page, PageRequest, Sorting, StoreResult, Tx, by,
    core::{joined, row, view},
    identity::member,
    listed, page,
    platform::event::SealedColumns,
};

/// A row of a contact.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contacts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ContactId,
    pub organization_id: OrganizationId,
    /// The whole name.
    pub name: String,
    /// The name, folded: sorts and matches.
    pub name_key: String,
    pub first_name: Option<String>,
    pub last_name: String,
    pub job_title: Option<String>,
    pub company_id: Option<CompanyId>,
    /// A list of [`EmailAddress`].
    pub emails: Json,
    /// A list of [`PhoneNumber`].
    pub phones: Json,
    pub location: Option<String>,
    pub country: Option<String>,
    pub consent: Consent,
    pub consent_at: Option<DateTime<Utc>>,
    pub description: Option<String>,
    pub owner_id: Option<MemberId>,
    pub external_id: Option<String>,
    /// The number at home, encrypted.
    pub private_phone: Option<String>,
    /// The birthday, encrypted.
    pub birthday: Option<String>,
    /// A `PostalAddress`, encrypted.
    pub private_address: Option<String>,
    /// The words by which the contact is found.
    pub search_text: String,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub deleted_at: Option<DateTime<Utc>>,
    pub merged_into: Option<ContactId>,
    pub version: i64,
}

joined! {
    tagged(Contact, "contacts"),
    Owner = OwnerId -> member { Name as owner_name },
    Company = CompanyId -> company { Name as company_name }
}

impl Model {
    /// Its e-mail addresses.
    #[must_use]
    pub fn emails(&self) -> Vec<EmailAddress> {
        listed(&self.emails)
    }

    /// Its phone numbers.
    #[must_use]
    pub fn phones(&self) -> Vec<PhoneNumber> {
        listed(&self.phones)
    }

    /// The same row with the columns that follow from others.
    #[must_use]
    pub fn derived(mut self) -> Self {
        self.name = full_name(self.first_name.as_deref(), &self.last_name);
        self.name_key = fold(&self.name);
        let emails = self.emails();
        let words = [
            self.name.as_str(),
            self.job_title.as_deref().unwrap_or_default(),
            self.location.as_deref().unwrap_or_default(),
            self.external_id.as_deref().unwrap_or_default(),
        ];
        self.search_text = search_text(
            words
                .into_iter()
                .chain(emails.iter().map(|email| email.address.as_str())),
        );
        self
    }

    /// Its columns that are encrypted.
    #[must_use]
    pub fn sealed(&self) -> SealedColumns<'_> {
        vec![
            ("privatePhone", self.private_phone.as_ref()),
            ("birthday", self.birthday.as_ref()),
            ("privateAddress", self.private_address.as_ref()),
        ]
    }

    /// What it is known by.
    #[must_use]
    pub fn points(&self) -> Vec<contact_point::Model> {
        let point = |kind: &str, value_key| contact_point::Model {
            organization_id: self.organization_id,
            contact_id: self.id,
            kind: kind.to_owned(),
            value_key,
        };
        let emails = email_keys(&self.emails()).into_iter();
        let phones = phone_keys(&self.phones()).into_iter();
        emails
            .map(|key| point(contact_point::EMAIL, key))
            .chain(phones.map(|key| point(contact_point::PHONE, key)))
            .collect()
    }
}

/// A contact with the names of its owner and its company.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Found {
    /// The row.
    #[sea_orm(nested)]
    pub row: Model,
    /// Name of the owner.
    pub owner_name: Option<String>,
    /// Its tags.
    pub tags: Tags,
    /// Name of the company.
    pub company_name: Option<String>,
}

row!(Found);

view! {
    Found => Contact;
    shown(
        id, name, first_name, last_name, job_title, company_id, location, country, consent,
        consent_at, description, owner_id, external_id, created_at, updated_at, deleted_at,
        merged_into, version,
    );
    // Only who holds the keys opens what is encrypted.
    hidden(
        organization_id, name_key, search_text, private_phone, birthday, private_address,
    );
    used(emails, phones);
    beside(owner_name, company_name);
    with(tags);
    made(
        emails = listed(&emails),
        phones = listed(&phones),
        private_phone = None,
        birthday = None,
        private_address = None,
        tags = tags.0,
    );
}

/// A contact within reach, in the trash or not.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none.
pub async fn get(db: &impl Db, id: ContactId, owners: &Owners) -> StoreResult<Found> {
    Filter::new(select(db))
        .is(Column::Id, Some(id))
        .owners(Column::OwnerId, owners)
        .one(db)
        .await
}

/// A page of contacts within reach.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    db: &impl Db,
    query: &ListContacts,
    owners: &Owners,
    request: &PageRequest,
) -> StoreResult<Page<Found>> {
    let select = filtered(db, query, owners);
    page(db, select, &sorting(query.sort), request).await
}

/// The contacts of the tenant, as those to whom other rows refer.
pub(crate) fn referred(db: &impl Db) -> Filter<Entity> {
    Filter::ids(db, Column::Id, Column::OrganizationId)
}

fn filtered(db: &impl Db, query: &ListContacts, owners: &Owners) -> Select<Entity> {
    let of_owner = |departments| member::referred(db).any(member::Column::Department, departments);
    let with_email = query.email.as_ref().map(|address| {
        Expr::col((Entity, Column::Id)).in_subquery(contact_point::known(
            db,
            contact_point::EMAIL,
            vec![email_key(address)],
        ))
    });
    Filter::new(select(db))
        .trash(Column::DeletedAt, query.trashed)
        .owners(Column::OwnerId, owners)
        .any(Column::OwnerId, query.owner_id.as_ref())
        .and(tag_link::with_any(
            db,
            SubjectKind::Contact,
            Column::Id,
            query.tag.as_ref(),
        ))
        .any(Column::CompanyId, query.company_id.as_ref())
        .any(Column::Country, query.country.as_ref())
        .any(Column::Consent, query.consent.as_ref())
        .and(with_email)
        .through(Column::OwnerId, of_owner(query.owner_department.as_ref()))
        .through(
            Column::CompanyId,
            company::referred(db)
                .any(company::Column::Industry, query.company_industry.as_ref())
                .any(company::Column::Country, query.company_country.as_ref())
                .any(company::Column::OwnerId, query.company_owner_id.as_ref())
                .through(
                    company::Column::OwnerId,
                    of_owner(query.company_owner_department.as_ref()),
                )
                .through(
                    company::Column::ParentId,
                    company::referred(db).any(
                        company::Column::Industry,
                        query.company_parent_industry.as_ref(),
                    ),
                ),
        )
        .between(Column::CreatedAt, query.created_after, query.created_before)
        .between(Column::UpdatedAt, query.updated_after, query.updated_before)
        .words(db, Column::Id, "contacts", query.q.as_ref())
        .select()
}

fn sorting(sort: Option<Sort<ContactSort>>) -> Sorting<Entity> {
    Sorting::greatest(Column::Id, sort, ContactSort::CreatedAt, |key| match key {
        ContactSort::Name => by(Column::NameKey),
        ContactSort::CreatedAt => by(Column::CreatedAt),
        ContactSort::UpdatedAt => by(Column::UpdatedAt),
    })
}

/// Queues a new contact with what it is compared by.
pub fn insert(tx: &Tx, row: Model) {
    let points = row.points();
    tx.insert::<Entity>(row);
    tx.insert_all::<contact_point::Entity>(points);
}

/// Writes a changed contact.
///
/// # Errors
/// [`StoreError::Stale`] when somebody was faster.
pub async fn save(tx: &Tx, before: &Model, row: Model) -> StoreResult<()> {
    let points = row.points();
    let changed = before.points() != points;
    // A rotation of keys may have encrypted anew what this leaves as it was.
    let mut kept = Vec::new();
    for (column, same) in [
        (
            Column::PrivatePhone,
            before.private_phone == row.private_phone,
        ),
        (Column::Birthday, before.birthday == row.birthday),
        (
            Column::PrivateAddress,
            before.private_address == row.private_address,
        ),
    ] {
        kept.extend(same.then_some(column));
    }
    crate::update_but::<Entity>(tx, before.id.0, before.version, row, &kept).await?;
    if changed {
        contact_point::replace(tx, before.id, points).await?;
    }
    Ok(())
}

/// The contacts that are known by one of these addresses, as they are compared, without those in
/// the trash.
///
/// # Errors
/// When the database does not answer.
pub async fn by_emails(db: &impl Db, keys: Vec<String>) -> StoreResult<Vec<Model>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let known = contact_point::known(db, contact_point::EMAIL, keys);
    Ok(Entity::find()
        .filter(db.owns(Column::OrganizationId))
        .filter(Column::DeletedAt.is_null())
        .filter(Expr::col((Entity, Column::Id)).in_subquery(known))
        .all(db)
        .await?)
}
