//! Notes.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::{
    core::text::search_text,
    crm::{
        note::{About, Owned},
        note_text::{html, plain, title},
    },
};
use sea_orm::{
    ExprTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, entity::prelude::*,
    sea_query::SimpleExpr,
};
use shared_types::{
    CompanyId, ContactId, DealId, LeadId, MemberId, NoteId, OrganizationId, Sort,
    crm::{ListNotes, Note, NoteSort},
};

use super::{about::AboutNames, company, contact, deal, lead, note_mention};
use crate::{
    Db, Filter, Owners, Page, PageRequest, Sorting, StoreError, StoreResult, by,
    core::{joined, row, view},
    identity::member,
    matches, page,
    platform::event::SealedColumns,
};

/// A row of a note.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NoteId,
    pub organization_id: OrganizationId,
    /// Markdown, as it was written; empty where the note is confidential.
    pub body: String,
    /// The same of a confidential note, encrypted.
    pub sealed_body: Option<String>,
    pub pinned: bool,
    pub author_id: MemberId,
    pub company_id: Option<CompanyId>,
    pub contact_id: Option<ContactId>,
    pub lead_id: Option<LeadId>,
    pub deal_id: Option<DealId>,
    pub external_id: Option<String>,
    /// The words by which the note is found.
    pub search_text: String,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub deleted_at: Option<DateTime<Utc>>,
    pub version: i64,
}

joined! { about, Author = AuthorId -> member { Name as author_name } }

impl Model {
    /// Its column that is encrypted, if it is.
    #[must_use]
    pub fn sealed(&self) -> SealedColumns<'_> {
        vec![("body", self.sealed_body.as_ref())]
    }

    /// The same row with the columns that follow from others.
    #[must_use]
    pub fn derived(mut self) -> Self {
        self.search_text = search_text([plain(&self.body).as_str()]);
        self
    }
}

/// A note with the names of what it is about.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Found {
    /// The row.
    #[sea_orm(nested)]
    pub row: Model,
    /// Name of the author.
    pub author_name: Option<String>,
    /// What it is about.
    #[sea_orm(nested)]
    pub names: AboutNames,
    /// The members it mentions, by their present names.
    #[sea_orm(skip)]
    pub mentioned: HashMap<MemberId, String>,
}
row!(Found);

impl Found {
    /// What the rules read.
    #[must_use]
    pub fn about(&self) -> About {
        let (row, names) = (&self.row, &self.names);
        About {
            company: row.company_id.map(|_| Owned(names.company_owner_id)),
            contact: row.contact_id.map(|_| Owned(names.contact_owner_id)),
            lead: row.lead_id.map(|_| Owned(names.lead_owner_id)),
            deal: row.deal_id.map(|_| Owned(names.deal_owner_id)),
        }
    }

    /// Its beginning, on one line.
    #[must_use]
    pub fn title(&self) -> String {
        title(&self.row.body)
    }
}

view! {
    Found => Note;
    shown(
        id, pinned, author_id, company_id, contact_id, lead_id, deal_id, external_id, created_at, updated_at,
        deleted_at, version,
    );
    hidden(organization_id, search_text);
    used(body, sealed_body);
    beside(author_name);
    with(mentioned, names);
    made(
        html = html(&body, &mentioned),
        body = body,
        confidential = sealed_body.is_some(),
        company_name = names.company_name,
        contact_name = names.contact_name,
        lead_name = names.lead_name,
        deal_title = names.deal_title,
    );
}

/// What somebody may read, and so which notes: the rule of [`domain::crm::note::readable`] as a
/// condition.
#[derive(Clone, Debug)]
pub struct Reader {
    /// Who reads; one's own notes are always among them.
    pub member: MemberId,
    /// The companies.
    pub companies: Option<Owners>,
    /// The contacts.
    pub contacts: Option<Owners>,
    /// The leads.
    pub leads: Option<Owners>,
    /// The deals.
    pub deals: Option<Owners>,
}

impl Reader {
    fn condition(&self) -> SimpleExpr {
        let guarded = [
            reads(Column::LeadId, self.leads.as_ref(), lead::Column::OwnerId),
            reads(Column::DealId, self.deals.as_ref(), deal::Column::OwnerId),
        ];
        let open = [
            reads(
                Column::CompanyId,
                self.companies.as_ref(),
                company::Column::OwnerId,
            ),
            reads(
                Column::ContactId,
                self.contacts.as_ref(),
                contact::Column::OwnerId,
            ),
        ];
        let unguarded = Column::LeadId.is_null().and(Column::DealId.is_null());
        let mut condition = Column::AuthorId.eq(self.member.0);
        for guarded in guarded.into_iter().flatten() {
            condition = condition.or(guarded);
        }
        for open in open.into_iter().flatten() {
            condition = condition.or(unguarded.clone().and(open));
        }
        condition
    }
}

/// The note is about a record of these owners.
fn reads<C: ColumnTrait>(id: Column, owners: Option<&Owners>, owner: C) -> Option<SimpleExpr> {
    let there = id.is_not_null();
    Some(match owners?.condition(owner) {
        Some(owned) => there.and(owned),
        None => there,
    })
}

/// Whom notes mention, by one query for all.
async fn with_mentioned(db: &impl Db, mut found: Vec<Found>) -> StoreResult<Vec<Found>> {
    let ids: Vec<NoteId> = found.iter().map(|found| found.row.id).collect();
    let mut mentioned = note_mention::names(db, &ids).await?;
    for found in &mut found {
        found.mentioned = mentioned.remove(&found.row.id).unwrap_or_default();
    }
    Ok(found)
}

async fn one(db: &impl Db, found: Filter<Entity>) -> StoreResult<Found> {
    let found = with_mentioned(db, vec![found.one(db).await?]).await?;
    found.into_iter().next().ok_or(StoreError::NotFound)
}

/// A note that somebody may read, in the trash or not.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none.
pub async fn get(db: &impl Db, id: NoteId, reader: &Reader) -> StoreResult<Found> {
    let found = Filter::new(select(db))
        .is(Column::Id, Some(id))
        .always(Some(reader.condition()));
    one(db, found).await
}

/// A note by these authors, whoever may read it.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none.
pub async fn by_authors(db: &impl Db, id: NoteId, authors: &Owners) -> StoreResult<Found> {
    let found = Filter::new(select(db))
        .is(Column::Id, Some(id))
        .owners(Column::AuthorId, authors);
    one(db, found).await
}

/// Some notes, whoever may read them, in the trash or not; without whom they mention.
///
/// # Errors
/// When the database does not answer.
pub async fn some(db: &impl Db, ids: &[Uuid]) -> StoreResult<Vec<Found>> {
    let select = select(db).filter(crate::any_of(Column::Id, ids.iter().copied()));
    Ok(select.into_model().all(db).await?)
}

/// A page of notes that somebody may read.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    db: &impl Db,
    query: &ListNotes,
    reader: &Reader,
    request: &PageRequest,
) -> StoreResult<Page<Found>> {
    let select = filtered(db, query, reader);
    let mut page = page(db, select, &sorting(query.sort), request).await?;
    page.rows = with_mentioned(db, page.rows).await?;
    Ok(page)
}

/// Notes that somebody may read in which every word occurs, the last written first.
///
/// # Errors
/// When the database does not answer.
pub async fn search(
    db: &impl Db,
    words: &str,
    reader: &Reader,
    limit: u64,
) -> StoreResult<Vec<Found>> {
    let found = select(db)
        .filter(Column::DeletedAt.is_null())
        .filter(reader.condition())
        .filter(matches(db, Column::Id, "notes", words))
        .order_by_desc(Column::CreatedAt)
        .limit(limit)
        .into_model::<Found>();
    Ok(found.all(db).await?)
}

fn filtered(db: &impl Db, query: &ListNotes, reader: &Reader) -> Select<Entity> {
    Filter::new(select(db))
        .trash(Column::DeletedAt, query.trashed)
        .always(Some(reader.condition()))
        .any(Column::AuthorId, query.author_id.as_ref())
        .is(Column::Pinned, query.pinned)
        .is(Column::CompanyId, query.company_id)
        .is(Column::ContactId, query.contact_id)
        .is(Column::LeadId, query.lead_id)
        .is(Column::DealId, query.deal_id)
        .between(Column::CreatedAt, query.created_after, query.created_before)
        .between(Column::UpdatedAt, query.updated_after, query.updated_before)
        .words(db, Column::Id, "notes", query.q.as_ref())
        .select()
}

fn sorting(sort: Option<Sort<NoteSort>>) -> Sorting<Entity> {
    Sorting::greatest(Column::Id, sort, NoteSort::CreatedAt, |key| match key {
        NoteSort::CreatedAt => by(Column::CreatedAt),
        NoteSort::UpdatedAt => by(Column::UpdatedAt),
    })
}

/// Writes a changed note.
///
/// # Errors
/// [`StoreError::Stale`] when somebody was faster.
pub async fn save(db: &impl Db, before: &Model, row: Model) -> StoreResult<()> {
    // A rotation of keys may have encrypted anew what this leaves as it was.
    let same = before.sealed_body == row.sealed_body;
    let kept = same.then_some(Column::SealedBody);
    crate::update_but::<Entity>(db, before.id.0, before.version, row, kept.as_slice()).await
}
