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
    ExprTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationTrait,
    entity::prelude::*, sea_query::SimpleExpr,
};
use shared_types::{
    CompanyId, ContactId, DealId, LeadId, MemberId, NoteId, OrganizationId, Sort,
    crm::{ListNotes, Note, NoteSort},
};

use super::{about::AboutColumns, company, contact, deal, lead, note_mention};
use crate::{
    Db, Filter, Owners, Page, PageRequest, SortKey, Sorting, StoreError, StoreResult,
    identity::member, matches, page,
};

/// A row of a note.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NoteId,
    pub organization_id: OrganizationId,
    /// Markdown, as it was written.
    pub body: String,
    pub pinned: bool,
    pub author_id: MemberId,
    pub company_id: Option<CompanyId>,
    pub contact_id: Option<ContactId>,
    pub lead_id: Option<LeadId>,
    pub deal_id: Option<DealId>,
    /// The words by which the note is found.
    pub search_text: String,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub deleted_at: Option<DateTime<Utc>>,
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "member::Entity",
        from = "(Column::OrganizationId, Column::AuthorId)",
        to = "(member::Column::OrganizationId, member::Column::Id)"
    )]
    Author,
    #[sea_orm(
        belongs_to = "company::Entity",
        from = "(Column::OrganizationId, Column::CompanyId)",
        to = "(company::Column::OrganizationId, company::Column::Id)"
    )]
    Company,
    #[sea_orm(
        belongs_to = "contact::Entity",
        from = "(Column::OrganizationId, Column::ContactId)",
        to = "(contact::Column::OrganizationId, contact::Column::Id)"
    )]
    Contact,
    #[sea_orm(
        belongs_to = "lead::Entity",
        from = "(Column::OrganizationId, Column::LeadId)",
        to = "(lead::Column::OrganizationId, lead::Column::Id)"
    )]
    Lead,
    #[sea_orm(
        belongs_to = "deal::Entity",
        from = "(Column::OrganizationId, Column::DealId)",
        to = "(deal::Column::OrganizationId, deal::Column::Id)"
    )]
    Deal,
}

impl ActiveModelBehavior for ActiveModel {}

/// What notes are about.
pub(crate) const ABOUT: AboutColumns<Column> = AboutColumns {
    tenant: Column::OrganizationId,
    company: Column::CompanyId,
    contact: Column::ContactId,
    lead: Column::LeadId,
    deal: Column::DealId,
};

impl Model {
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
    /// Name of the company.
    pub company_name: Option<String>,
    /// Who looks after the company.
    pub company_owner_id: Option<MemberId>,
    /// Name of the contact.
    pub contact_name: Option<String>,
    /// Who looks after the contact.
    pub contact_owner_id: Option<MemberId>,
    /// Name of the lead.
    pub lead_name: Option<String>,
    /// Who works the lead.
    pub lead_owner_id: Option<MemberId>,
    /// Title of the deal.
    pub deal_title: Option<String>,
    /// Who works the deal.
    pub deal_owner_id: Option<MemberId>,
    /// The members it mentions, by their present names.
    #[sea_orm(skip)]
    pub mentioned: HashMap<MemberId, String>,
}

impl Found {
    /// What the rules read.
    #[must_use]
    pub fn about(&self) -> About {
        let row = &self.row;
        About {
            company: row.company_id.map(|_| Owned(self.company_owner_id)),
            contact: row.contact_id.map(|_| Owned(self.contact_owner_id)),
            lead: row.lead_id.map(|_| Owned(self.lead_owner_id)),
            deal: row.deal_id.map(|_| Owned(self.deal_owner_id)),
        }
    }

    /// Its beginning, on one line.
    #[must_use]
    pub fn title(&self) -> String {
        title(&self.row.body)
    }
}

impl From<Found> for Note {
    fn from(found: Found) -> Self {
        let Model {
            id,
            organization_id: _,
            body,
            pinned,
            author_id,
            company_id,
            contact_id,
            lead_id,
            deal_id,
            search_text: _,
            created_at,
            updated_at,
            deleted_at,
            version,
        } = found.row;
        Self {
            id,
            html: html(&body, &found.mentioned),
            body,
            pinned,
            author_id,
            author_name: found.author_name,
            company_id,
            company_name: found.company_name,
            contact_id,
            contact_name: found.contact_name,
            lead_id,
            lead_name: found.lead_name,
            deal_id,
            deal_title: found.deal_title,
            created_at,
            updated_at,
            deleted_at,
            version,
        }
    }
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

fn select(db: &impl Db) -> Select<Entity> {
    Entity::find()
        .column_as(member::Column::Name, "author_name")
        .column_as(company::Column::Name, "company_name")
        .column_as(company::Column::OwnerId, "company_owner_id")
        .column_as(contact::Column::Name, "contact_name")
        .column_as(contact::Column::OwnerId, "contact_owner_id")
        .column_as(lead::Column::Name, "lead_name")
        .column_as(lead::Column::OwnerId, "lead_owner_id")
        .column_as(deal::Column::Title, "deal_title")
        .column_as(deal::Column::OwnerId, "deal_owner_id")
        .join(JoinType::LeftJoin, Relation::Author.def())
        .join(JoinType::LeftJoin, Relation::Company.def())
        .join(JoinType::LeftJoin, Relation::Contact.def())
        .join(JoinType::LeftJoin, Relation::Lead.def())
        .join(JoinType::LeftJoin, Relation::Deal.def())
        .filter(db.owns(Column::OrganizationId))
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
        .least(Column::CreatedAt, query.created_after)
        .below(Column::CreatedAt, query.created_before)
        .least(Column::UpdatedAt, query.updated_after)
        .below(Column::UpdatedAt, query.updated_before)
        .words(db, Column::Id, "notes", query.q.as_ref())
        .select()
}

fn sorting(sort: Option<Sort<NoteSort>>) -> Sorting<Entity, Found> {
    let sort = sort.unwrap_or(Sort {
        key: NoteSort::CreatedAt,
        descending: true,
    });
    Sorting {
        column: match sort.key {
            NoteSort::CreatedAt => Column::CreatedAt,
            NoteSort::UpdatedAt => Column::UpdatedAt,
        },
        nullable: false,
        descending: sort.descending,
        id: Column::Id,
        key,
    }
}

fn key(found: &Found, column: Column) -> (SortKey, Uuid) {
    let row = &found.row;
    let key = match column {
        Column::UpdatedAt => row.updated_at.into(),
        _ => row.created_at.into(),
    };
    (key, row.id.0)
}

/// Writes a changed note.
///
/// # Errors
/// [`StoreError::Stale`] when somebody was faster.
pub async fn save(db: &impl Db, before: &Model, row: Model) -> StoreResult<()> {
    crate::update::<Entity>(db, before.id.0, before.version, row).await
}
