//! One search over every record a member may read.

use sea_orm::{Order, QueryFilter, QueryOrder, QuerySelect, entity::prelude::*};
use shared_types::platform::{SearchHit, SubjectKind};

use crate::{
    Db, Filter, Owners, StoreResult,
    crm::{company, contact, deal, lead, product},
    identity::member,
    matches,
};

/// The columns of a table that a search reads.
struct Searched<E: EntityTrait> {
    kind: SubjectKind,
    table: &'static str,
    tenant: E::Column,
    id: E::Column,
    title: E::Column,
    detail: E::Column,
    order: (E::Column, Order),
    /// Where it has one.
    owner: Option<E::Column>,
    /// Where it has a trash.
    deleted_at: Option<E::Column>,
}

impl<E: EntityTrait> Searched<E> {
    async fn hits(
        self,
        db: &impl Db,
        words: &str,
        owners: &Owners,
        limit: u64,
    ) -> StoreResult<Vec<SearchHit>> {
        let select = E::find()
            .select_only()
            .columns([self.id, self.title, self.detail])
            .filter(db.owns(self.tenant))
            .filter(matches(db, self.id, self.table, words));
        let mut found = Filter::new(select);
        if let Some(owner) = self.owner {
            found = found.owners(owner, owners);
        }
        if let Some(deleted_at) = self.deleted_at {
            found = found.trash(deleted_at, None);
        }
        let (column, order) = self.order;
        let rows: Vec<(Uuid, String, Option<String>)> = found
            .select()
            .order_by(column, order)
            .limit(limit)
            .into_tuple()
            .all(db)
            .await?;
        Ok(rows
            .into_iter()
            .map(|(id, title, detail)| SearchHit::new(self.kind, id, title, detail))
            .collect())
    }
}

/// The records of a kind within reach in which every word occurs, the last one perhaps as a
/// beginning: by name, deals the last changed first. None of a kind that is not searched.
///
/// # Errors
/// When the database does not answer.
pub async fn hits(
    db: &impl Db,
    kind: SubjectKind,
    words: &str,
    owners: &Owners,
    limit: u64,
) -> StoreResult<Vec<SearchHit>> {
    match kind {
        SubjectKind::Company => {
            use company::{Column, Entity};
            let searched = Searched::<Entity> {
                kind,
                table: "companies",
                tenant: Column::OrganizationId,
                id: Column::Id,
                title: Column::Name,
                detail: Column::Domain,
                order: (Column::NameKey, Order::Asc),
                owner: Some(Column::OwnerId),
                deleted_at: Some(Column::DeletedAt),
            };
            searched.hits(db, words, owners, limit).await
        }
        SubjectKind::Contact => {
            use contact::{Column, Entity};
            let searched = Searched::<Entity> {
                kind,
                table: "contacts",
                tenant: Column::OrganizationId,
                id: Column::Id,
                title: Column::Name,
                detail: Column::JobTitle,
                order: (Column::NameKey, Order::Asc),
                owner: Some(Column::OwnerId),
                deleted_at: Some(Column::DeletedAt),
            };
            searched.hits(db, words, owners, limit).await
        }
        SubjectKind::Lead => {
            use lead::{Column, Entity};
            let searched = Searched::<Entity> {
                kind,
                table: "leads",
                tenant: Column::OrganizationId,
                id: Column::Id,
                title: Column::Name,
                detail: Column::CompanyName,
                order: (Column::NameKey, Order::Asc),
                owner: Some(Column::OwnerId),
                deleted_at: Some(Column::DeletedAt),
            };
            searched.hits(db, words, owners, limit).await
        }
        SubjectKind::Deal => {
            use deal::{Column, Entity};
            let searched = Searched::<Entity> {
                kind,
                table: "deals",
                tenant: Column::OrganizationId,
                id: Column::Id,
                title: Column::Title,
                detail: Column::Status,
                order: (Column::UpdatedAt, Order::Desc),
                owner: Some(Column::OwnerId),
                deleted_at: Some(Column::DeletedAt),
            };
            searched.hits(db, words, owners, limit).await
        }
        SubjectKind::Product => {
            use product::{Column, Entity};
            let searched = Searched::<Entity> {
                kind,
                table: "products",
                tenant: Column::OrganizationId,
                id: Column::Id,
                title: Column::Name,
                detail: Column::Sku,
                order: (Column::NameKey, Order::Asc),
                owner: None,
                deleted_at: Some(Column::DeletedAt),
            };
            searched.hits(db, words, owners, limit).await
        }
        SubjectKind::Member => {
            use member::{Column, Entity};
            let searched = Searched::<Entity> {
                kind,
                table: "members",
                tenant: Column::OrganizationId,
                id: Column::Id,
                title: Column::Name,
                detail: Column::Department,
                order: (Column::NameKey, Order::Asc),
                owner: None,
                deleted_at: None,
            };
            searched.hits(db, words, owners, limit).await
        }
        _ => Ok(Vec::new()),
    }
}
