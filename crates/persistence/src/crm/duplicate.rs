//! Records that have something in common with one that is looked at.

use domain::crm::duplicate::{Keys, company_key};
use sea_orm::{
    QueryFilter, QuerySelect, QueryTrait, Select,
    entity::prelude::*,
    sea_query::{Expr, ExprTrait, SelectStatement, SimpleExpr, UnionType},
};

use super::{company, contact, contact_point, lead};
use crate::{Db, StoreResult, any_of};

/// The most records that are looked at: what more have in common says nothing.
const MOST: u64 = 200;

impl company::Model {
    /// What it is compared by.
    #[must_use]
    pub fn keys(&self) -> Keys {
        Keys {
            name_key: self.match_name.clone(),
            name: self.match_name.clone(),
            domains: [&self.match_domain, &self.match_site]
                .into_iter()
                .flatten()
                .cloned()
                .collect(),
            phones: self.match_phone.iter().cloned().collect(),
            ..Keys::default()
        }
    }
}

impl contact::Found {
    /// What it is compared by; with `by_name` its company is told by its name, as leads tell theirs.
    #[must_use]
    pub fn keys(&self, by_name: bool) -> Keys {
        let (emails, phones) = (self.row.emails(), self.row.phones());
        let company = if by_name {
            self.company_name.as_deref().and_then(company_key)
        } else {
            self.row.company_id.map(|id| id.to_string())
        };
        Keys::of_person(
            Some(&self.row.name),
            company.as_deref(),
            emails.iter().map(|email| email.address.as_str()),
            phones.iter().map(|phone| phone.number.as_str()),
        )
    }
}

impl lead::Model {
    /// What it is compared by.
    #[must_use]
    pub fn keys(&self) -> Keys {
        let company = self.company_name.as_deref().and_then(company_key);
        Keys::of_person(
            Some(&self.name),
            company.as_deref(),
            self.email.as_deref(),
            self.phone.as_deref(),
        )
    }
}

/// The ids of the rows of a table that fulfil a condition.
fn ids<E: EntityTrait>(
    db: &impl Db,
    tenant: E::Column,
    id: E::Column,
    condition: SimpleExpr,
) -> SelectStatement {
    E::find()
        .select_only()
        .column(id)
        .filter(db.owns(tenant))
        .filter(condition)
        .into_query()
}

/// The rows of a select whose ids one of these selects has: each is read by an index of its own.
fn among<E: EntityTrait>(
    select: Select<E>,
    id: E::Column,
    trash: E::Column,
    of: Vec<SelectStatement>,
) -> Option<Select<E>> {
    let mut of = of.into_iter();
    let mut all = of.next()?;
    for one in of {
        all.union(UnionType::Distinct, one);
    }
    Some(
        select
            .filter(Expr::col((E::default(), id)).in_subquery(all))
            .filter(trash.is_null())
            .limit(MOST),
    )
}

/// Companies that have something in common with these keys, not in the trash.
///
/// # Errors
/// When the database does not answer.
pub async fn companies(db: &impl Db, keys: &Keys) -> StoreResult<Vec<company::Found>> {
    use company::{Column, Entity};
    let by = |column: Column, keys: Vec<String>| {
        (!keys.is_empty()).then(|| {
            let condition = any_of(column, keys);
            ids::<Entity>(db, Column::OrganizationId, Column::Id, condition)
        })
    };
    let domains: Vec<String> = keys.domains.iter().cloned().collect();
    let of = [
        by(Column::MatchName, keys.name_key.iter().cloned().collect()),
        by(Column::MatchDomain, domains.clone()),
        by(Column::MatchSite, domains),
        by(Column::MatchPhone, keys.phones.iter().cloned().collect()),
    ];
    let of = of.into_iter().flatten().collect();
    let Some(select) = among(company::select(db), Column::Id, Column::DeletedAt, of) else {
        return Ok(Vec::new());
    };
    Ok(select.into_model().all(db).await?)
}

/// Contacts that have something in common with these keys, not in the trash.
///
/// # Errors
/// When the database does not answer.
pub async fn contacts(db: &impl Db, keys: &Keys) -> StoreResult<Vec<contact::Found>> {
    use contact::{Column, Entity};
    let known = |kind, keys: &std::collections::BTreeSet<String>| {
        (!keys.is_empty()).then(|| contact_point::known(db, kind, keys.iter().cloned().collect()))
    };
    let name = keys.name_key.as_ref().map(|name| {
        // The index of names leaves out the trash.
        let condition = Column::NameKey.eq(name).and(Column::DeletedAt.is_null());
        ids::<Entity>(db, Column::OrganizationId, Column::Id, condition)
    });
    let of = [
        known(contact_point::EMAIL, &keys.emails),
        known(contact_point::PHONE, &keys.phones),
        name,
    ];
    let of = of.into_iter().flatten().collect();
    let Some(select) = among(contact::select(db), Column::Id, Column::DeletedAt, of) else {
        return Ok(Vec::new());
    };
    Ok(select.into_model().all(db).await?)
}

/// Leads that have something in common with these keys, not in the trash.
///
/// # Errors
/// When the database does not answer.
pub async fn leads(db: &impl Db, keys: &Keys) -> StoreResult<Vec<lead::Found>> {
    use lead::{Column, Entity};
    let by = |column: Column, keys: Vec<String>| {
        (!keys.is_empty()).then(|| {
            let condition = any_of(column, keys).and(Column::DeletedAt.is_null());
            ids::<Entity>(db, Column::OrganizationId, Column::Id, condition)
        })
    };
    let of = [
        by(Column::EmailKey, keys.emails.iter().cloned().collect()),
        by(Column::PhoneKey, keys.phones.iter().cloned().collect()),
        by(Column::NameKey, keys.name_key.iter().cloned().collect()),
    ];
    let of = of.into_iter().flatten().collect();
    let Some(select) = among(lead::select(db), Column::Id, Column::DeletedAt, of) else {
        return Ok(Vec::new());
    };
    Ok(select.into_model().all(db).await?)
}
