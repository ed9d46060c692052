//! Quick notes.

use chrono::{DateTime, NaiveDate, Utc};
use domain::core::text::search_text;
use sea_orm::{
    ExprTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect, RelationTrait,
    entity::prelude::*, sea_query::SimpleExpr,
};
use shared_types::{
    CompanyId, ContactId, DealId, MemberId, OrganizationId, QuickNoteId, Sort,
    coaching::{ListQuickNotes, QuickNote, QuickNoteCategory, QuickNoteSort, QuickNoteVisibility},
};

use super::member_name;
use crate::{
    Db, Filter, Owners, Page, PageRequest, Sorting, StoreResult, any_of, by,
    core::{relations, row, view},
    crm::{company, contact, deal},
    page,
};

/// A row of a quick note.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "quick_notes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: QuickNoteId,
    pub organization_id: OrganizationId,
    pub agent_id: MemberId,
    pub author_id: MemberId,
    pub text: String,
    pub category: QuickNoteCategory,
    pub visibility: QuickNoteVisibility,
    pub observed_on: NaiveDate,
    pub company_id: Option<CompanyId>,
    pub contact_id: Option<ContactId>,
    pub deal_id: Option<DealId>,
    /// The words by which the quick note is found.
    pub search_text: String,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub deleted_at: Option<DateTime<Utc>>,
    pub version: i64,
}

relations! {
    Company = CompanyId -> company,
    Contact = ContactId -> contact,
    Deal = DealId -> deal,
}

impl Model {
    /// The same row with the columns that follow from others.
    #[must_use]
    pub fn derived(mut self) -> Self {
        self.search_text = search_text([self.text.as_str()]);
        self
    }
}

/// A quick note with the names of what it refers to.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Found {
    /// The row.
    #[sea_orm(nested)]
    pub row: Model,
    /// Name of the agent.
    pub agent_name: String,
    /// Name of the author.
    pub author_name: String,
    /// Name of the company.
    pub company_name: Option<String>,
    /// Name of the contact.
    pub contact_name: Option<String>,
    /// Title of the deal.
    pub deal_title: Option<String>,
    /// Who works the deal.
    pub deal_owner_id: Option<MemberId>,
}
row!(Found);

view! {
    Found => QuickNote;
    shown(
        id, agent_id, author_id, text, category, visibility, observed_on, company_id, contact_id, deal_id,
        created_at, updated_at, deleted_at, version,
    );
    hidden(organization_id, search_text);
    beside(agent_name, author_name, company_name, contact_name, deal_title);
}

fn select(db: &impl Db) -> Select<Entity> {
    Entity::find()
        .expr_as(member_name(db, Column::AgentId), "agent_name")
        .expr_as(member_name(db, Column::AuthorId), "author_name")
        .column_as(company::Column::Name, "company_name")
        .column_as(contact::Column::Name, "contact_name")
        .column_as(deal::Column::Title, "deal_title")
        .column_as(deal::Column::OwnerId, "deal_owner_id")
        .join(JoinType::LeftJoin, Relation::Company.def())
        .join(JoinType::LeftJoin, Relation::Contact.def())
        .join(JoinType::LeftJoin, Relation::Deal.def())
        .filter(db.owns(Column::OrganizationId))
}

/// Who reads: the rule of [`domain::coaching::quick_note::readable`] as a condition.
#[derive(Clone, Debug)]
pub struct Reader {
    /// Who it is.
    pub me: MemberId,
    /// Those whose line reaches them, and they themselves.
    pub line: Vec<MemberId>,
    /// Those whose coaching they have opened.
    pub opened: Owners,
}

impl Reader {
    pub(super) fn condition(&self) -> SimpleExpr {
        let shared = Column::Visibility.eq(QuickNoteVisibility::Shared);
        let line = any_of(Column::AgentId, self.line.iter().map(|member| member.0));
        let opened = match &self.opened {
            Owners::Anybody => Column::AgentId.ne(self.me.0),
            Owners::Of(members) => any_of(Column::AgentId, members.iter().map(|member| member.0))
                .and(Column::AgentId.ne(self.me.0)),
        };
        Column::AuthorId
            .eq(self.me.0)
            .or(shared.and(line))
            .or(opened)
    }
}

/// A quick note that somebody may read, in the trash or not.
///
/// # Errors
/// [`crate::StoreError::NotFound`] when there is none.
pub async fn get(db: &impl Db, id: QuickNoteId, reader: &Reader) -> StoreResult<Found> {
    Filter::new(select(db))
        .is(Column::Id, Some(id))
        .always(Some(reader.condition()))
        .one(db)
        .await
}

/// A quick note by these authors, whoever may read it.
///
/// # Errors
/// [`crate::StoreError::NotFound`] when there is none.
pub async fn by_authors(db: &impl Db, id: QuickNoteId, authors: &Owners) -> StoreResult<Found> {
    Filter::new(select(db))
        .is(Column::Id, Some(id))
        .owners(Column::AuthorId, authors)
        .one(db)
        .await
}

/// A page of quick notes that somebody may read.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    db: &impl Db,
    query: &ListQuickNotes,
    reader: &Reader,
    request: &PageRequest,
) -> StoreResult<Page<Found>> {
    let select = Filter::new(select(db))
        .trash(Column::DeletedAt, query.trashed)
        .always(Some(reader.condition()))
        .any(Column::AgentId, query.agent_id.as_ref())
        .any(Column::AuthorId, query.author_id.as_ref())
        .any(Column::Category, query.category.as_ref())
        .any(Column::Visibility, query.visibility.as_ref())
        .is(Column::CompanyId, query.company_id)
        .is(Column::ContactId, query.contact_id)
        .is(Column::DealId, query.deal_id)
        .between(
            Column::ObservedOn,
            query.observed_after,
            query.observed_before,
        )
        .between(Column::CreatedAt, query.created_after, query.created_before)
        .words(db, Column::Id, "quick_notes", query.q.as_ref())
        .select();
    page(db, select, &sorting(query.sort), request).await
}

fn sorting(sort: Option<Sort<QuickNoteSort>>) -> Sorting<Entity> {
    Sorting::greatest(
        Column::Id,
        sort,
        QuickNoteSort::ObservedOn,
        |key| match key {
            QuickNoteSort::ObservedOn => by(Column::ObservedOn),
            QuickNoteSort::CreatedAt => by(Column::CreatedAt),
            QuickNoteSort::UpdatedAt => by(Column::UpdatedAt),
        },
    )
}

/// Writes a changed quick note.
///
/// # Errors
/// [`crate::StoreError::Stale`] when somebody was faster.
pub async fn save(db: &impl Db, before: &Model, row: Model) -> StoreResult<()> {
    crate::update::<Entity>(db, before.id.0, before.version, row).await
}
