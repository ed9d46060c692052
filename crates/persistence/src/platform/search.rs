//! One search over every record a member may read.

use sea_orm::{QueryFilter, QueryOrder, QuerySelect, entity::prelude::*};
use shared_types::{
    ContactId, DealId, LeadId, MemberId, ProductId,
    platform::{SearchHit, SubjectKind},
};

use crate::{
    Db, Owners, StoreResult,
    crm::{company, contact, deal, lead, product},
    identity::member,
    matches,
};

/// Companies within reach in which every word occurs, by name.
///
/// # Errors
/// When the database does not answer.
pub async fn companies(
    db: &impl Db,
    words: &str,
    owners: &Owners,
    limit: u64,
) -> StoreResult<Vec<SearchHit>> {
    use company::{Column, Entity};
    let mut select = Entity::find()
        .select_only()
        .columns([Column::Id, Column::Name, Column::Domain])
        .filter(db.owns(Column::OrganizationId))
        .filter(Column::DeletedAt.is_null())
        .filter(matches(db, Column::Id, "companies", words));
    if let Some(condition) = owners.condition(Column::OwnerId) {
        select = select.filter(condition);
    }
    let rows: Vec<(shared_types::CompanyId, String, Option<String>)> = select
        .order_by_asc(Column::NameKey)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, title, detail)| SearchHit {
            kind: SubjectKind::Company,
            id: id.0,
            title,
            detail,
        })
        .collect())
}

/// Contacts within reach in which every word occurs, by name.
///
/// # Errors
/// When the database does not answer.
pub async fn contacts(
    db: &impl Db,
    words: &str,
    owners: &Owners,
    limit: u64,
) -> StoreResult<Vec<SearchHit>> {
    use contact::{Column, Entity};
    let mut select = Entity::find()
        .select_only()
        .columns([Column::Id, Column::Name, Column::JobTitle])
        .filter(db.owns(Column::OrganizationId))
        .filter(Column::DeletedAt.is_null())
        .filter(matches(db, Column::Id, "contacts", words));
    if let Some(condition) = owners.condition(Column::OwnerId) {
        select = select.filter(condition);
    }
    let rows: Vec<(ContactId, String, Option<String>)> = select
        .order_by_asc(Column::NameKey)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, title, detail)| SearchHit {
            kind: SubjectKind::Contact,
            id: id.0,
            title,
            detail,
        })
        .collect())
}

/// Leads within reach in which every word occurs, by name.
///
/// # Errors
/// When the database does not answer.
pub async fn leads(
    db: &impl Db,
    words: &str,
    owners: &Owners,
    limit: u64,
) -> StoreResult<Vec<SearchHit>> {
    use lead::{Column, Entity};
    let mut select = Entity::find()
        .select_only()
        .columns([Column::Id, Column::Name, Column::CompanyName])
        .filter(db.owns(Column::OrganizationId))
        .filter(Column::DeletedAt.is_null())
        .filter(matches(db, Column::Id, "leads", words));
    if let Some(condition) = owners.condition(Column::OwnerId) {
        select = select.filter(condition);
    }
    let rows: Vec<(LeadId, String, Option<String>)> = select
        .order_by_asc(Column::NameKey)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, title, detail)| SearchHit {
            kind: SubjectKind::Lead,
            id: id.0,
            title,
            detail,
        })
        .collect())
}

/// Deals within reach in which every word occurs, the last changed first.
///
/// # Errors
/// When the database does not answer.
pub async fn deals(
    db: &impl Db,
    words: &str,
    owners: &Owners,
    limit: u64,
) -> StoreResult<Vec<SearchHit>> {
    use deal::{Column, Entity};
    let mut select = Entity::find()
        .select_only()
        .columns([Column::Id, Column::Title, Column::Status])
        .filter(db.owns(Column::OrganizationId))
        .filter(Column::DeletedAt.is_null())
        .filter(matches(db, Column::Id, "deals", words));
    if let Some(condition) = owners.condition(Column::OwnerId) {
        select = select.filter(condition);
    }
    let rows: Vec<(DealId, String, String)> = select
        .order_by_desc(Column::UpdatedAt)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, title, status)| SearchHit {
            kind: SubjectKind::Deal,
            id: id.0,
            title,
            detail: Some(status),
        })
        .collect())
}

/// Products in which every word occurs, by name.
///
/// # Errors
/// When the database does not answer.
pub async fn products(db: &impl Db, words: &str, limit: u64) -> StoreResult<Vec<SearchHit>> {
    use product::{Column, Entity};
    let rows: Vec<(ProductId, String, Option<String>)> = Entity::find()
        .select_only()
        .columns([Column::Id, Column::Name, Column::Sku])
        .filter(db.owns(Column::OrganizationId))
        .filter(Column::DeletedAt.is_null())
        .filter(matches(db, Column::Id, "products", words))
        .order_by_asc(Column::NameKey)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, title, detail)| SearchHit {
            kind: SubjectKind::Product,
            id: id.0,
            title,
            detail,
        })
        .collect())
}

/// Members in whose name, address or department every word occurs, by name.
///
/// # Errors
/// When the database does not answer.
pub async fn members(db: &impl Db, words: &str, limit: u64) -> StoreResult<Vec<SearchHit>> {
    use member::{Column, Entity};
    let rows: Vec<(MemberId, String, Option<String>)> = Entity::find()
        .select_only()
        .columns([Column::Id, Column::Name, Column::Department])
        .filter(db.owns(Column::OrganizationId))
        .filter(matches(db, Column::Id, "members", words))
        .order_by_asc(Column::NameKey)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, title, detail)| SearchHit {
            kind: SubjectKind::Member,
            id: id.0,
            title,
            detail,
        })
        .collect())
}
