//! What activities and notes are about: a company, a contact, a lead, a deal.

use sea_orm::{
    FromQueryResult, QueryFilter,
    entity::prelude::*,
    sea_query::{Expr, Func, SimpleExpr},
};
use shared_types::{CompanyId, ContactId, DealId, LeadId, MemberId, platform::SubjectKind};

use super::{activity, note};
use crate::{Db, StoreResult, Tx};

/// The columns of a table that say what its rows are about.
pub(crate) struct AboutColumns<C> {
    pub(crate) tenant: C,
    pub(crate) company: C,
    pub(crate) contact: C,
    pub(crate) lead: C,
    pub(crate) deal: C,
}

/// The records that something is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AboutIds {
    /// The company.
    pub company: Option<CompanyId>,
    /// The contact.
    pub contact: Option<ContactId>,
    /// The lead.
    pub lead: Option<LeadId>,
    /// The deal.
    pub deal: Option<DealId>,
}

/// The [`AboutIds`] of whatever has `company_id`, `contact_id`, `lead_id` and `deal_id`.
#[macro_export]
macro_rules! about {
    ($of:expr) => {
        $crate::crm::about::AboutIds {
            company: $of.company_id,
            contact: $of.contact_id,
            lead: $of.lead_id,
            deal: $of.deal_id,
        }
    };
}

/// A record that something is about: what it is, which, and what it is called.
pub type Subject<'a> = (SubjectKind, Option<Uuid>, &'a Option<String>);

impl AboutIds {
    /// The records by their names, those first that are guarded more closely.
    #[must_use]
    pub fn subjects(self, names: &AboutNames) -> [Subject<'_>; 4] {
        [
            (
                SubjectKind::Deal,
                self.deal.map(|id| id.0),
                &names.deal_title,
            ),
            (
                SubjectKind::Lead,
                self.lead.map(|id| id.0),
                &names.lead_name,
            ),
            (
                SubjectKind::Contact,
                self.contact.map(|id| id.0),
                &names.contact_name,
            ),
            (
                SubjectKind::Company,
                self.company.map(|id| id.0),
                &names.company_name,
            ),
        ]
    }
}

/// What the records are called that something is about, and who looks after them.
#[derive(Clone, Debug, Default, FromQueryResult)]
pub struct AboutNames {
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
}

/// What a lead became.
#[derive(Clone, Copy, Debug)]
pub struct Became {
    /// The contact.
    pub contact: ContactId,
    /// The company, if there is one.
    pub company: Option<CompanyId>,
    /// The deal, if there is one.
    pub deal: Option<DealId>,
}

/// What was about a lead is about what it became as well.
///
/// # Errors
/// When the database does not answer.
pub async fn follow_lead(db: &impl Db, lead: LeadId, became: Became) -> StoreResult<()> {
    follow::<activity::Entity>(db, &activity::ABOUT, lead, became).await?;
    follow::<note::Entity>(db, &note::ABOUT, lead, became).await
}

async fn follow<E: EntityTrait>(
    db: &impl Db,
    columns: &AboutColumns<E::Column>,
    lead: LeadId,
    became: Became,
) -> StoreResult<()>
where
    E::Column: Copy,
{
    let kept = |column: E::Column, id: Option<Uuid>| -> SimpleExpr {
        Func::coalesce([Expr::col(column), Expr::val(id)]).into()
    };
    let Became {
        contact,
        company,
        deal,
    } = became;
    E::update_many()
        .col_expr(columns.contact, kept(columns.contact, Some(contact.0)))
        .col_expr(
            columns.company,
            kept(columns.company, company.map(|id| id.0)),
        )
        .col_expr(columns.deal, kept(columns.deal, deal.map(|id| id.0)))
        .filter(db.owns(columns.tenant))
        .filter(columns.lead.eq(lead.0))
        .exec(db)
        .await?;
    Ok(())
}

/// Takes a record that is deleted for good out of what was about it.
///
/// # Errors
/// When the database does not answer.
pub async fn let_go(tx: &Tx, kind: SubjectKind, id: Uuid) -> StoreResult<()> {
    release::<activity::Entity>(tx, &activity::ABOUT, kind, id).await?;
    release::<note::Entity>(tx, &note::ABOUT, kind, id).await
}

async fn release<E: EntityTrait>(
    tx: &Tx,
    columns: &AboutColumns<E::Column>,
    kind: SubjectKind,
    id: Uuid,
) -> StoreResult<()>
where
    E::Column: Copy,
{
    let column = match kind {
        SubjectKind::Company => columns.company,
        SubjectKind::Contact => columns.contact,
        SubjectKind::Lead => columns.lead,
        SubjectKind::Deal => columns.deal,
        _ => return Ok(()),
    };
    E::update_many()
        .col_expr(column, Expr::val(None::<Uuid>))
        .filter(tx.owns(columns.tenant))
        .filter(column.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}
