//! Products.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::core::text::{fold, search_text};
use sea_orm::{
    FromQueryResult, JoinType, QueryFilter, QuerySelect, RelationTrait, entity::prelude::*,
};
use shared_types::{
    Currency, Money, OrganizationId, ProductCategoryId, ProductId, Sort,
    crm::{ListProducts, Product, ProductSort},
};

use crate::{
    Db, Filter, Page, PageRequest, SortKey, Sorting, StoreResult, any_of, crm::product_category,
    page, update,
};

/// A row of a product.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "products")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ProductId,
    pub organization_id: OrganizationId,
    pub name: String,
    /// The name, folded: sorts, matches and is unique.
    pub name_key: String,
    pub sku: Option<String>,
    pub category_id: Option<ProductCategoryId>,
    /// Minor units.
    pub price: Option<i64>,
    pub price_currency: Option<Currency>,
    pub description: Option<String>,
    pub active: bool,
    /// The words by which the product is found.
    pub search_text: String,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub deleted_at: Option<DateTime<Utc>>,
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "product_category::Entity",
        from = "(Column::OrganizationId, Column::CategoryId)",
        to = "(product_category::Column::OrganizationId, product_category::Column::Id)"
    )]
    Category,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// The same row with the columns that follow from others.
    #[must_use]
    pub fn derived(mut self) -> Self {
        self.name_key = fold(&self.name);
        self.search_text =
            search_text([self.name.as_str(), self.sku.as_deref().unwrap_or_default()]);
        self
    }

    /// The list price.
    #[must_use]
    pub fn money(&self) -> Option<Money> {
        self.price
            .zip(self.price_currency)
            .map(|(amount, currency)| Money::new(amount, currency))
    }
}

/// A product with the name of its category.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Found {
    /// The row.
    #[sea_orm(nested)]
    pub row: Model,
    /// Name of the category.
    pub category_name: Option<String>,
}

impl From<Found> for Product {
    fn from(found: Found) -> Self {
        let price = found.row.money();
        let Model {
            id,
            organization_id: _,
            name,
            name_key: _,
            sku,
            category_id,
            price: _,
            price_currency: _,
            description,
            active,
            search_text: _,
            created_at,
            updated_at,
            deleted_at,
            version,
        } = found.row;
        Self {
            id,
            name,
            sku,
            category_id,
            category_name: found.category_name,
            price,
            description,
            active,
            created_at,
            updated_at,
            deleted_at,
            version,
        }
    }
}

fn select(db: &impl Db) -> Select<Entity> {
    Entity::find()
        .column_as(product_category::Column::Name, "category_name")
        .join(JoinType::LeftJoin, Relation::Category.def())
        .filter(db.owns(Column::OrganizationId))
}

/// The products of the tenant, as those to which other rows refer.
pub(crate) fn referred(db: &impl Db) -> Filter<Entity> {
    Filter::ids(db, Column::Id, Column::OrganizationId)
}

/// A product of the tenant, in the trash or not.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none.
pub async fn get(db: &impl Db, id: ProductId) -> StoreResult<Found> {
    Filter::new(select(db))
        .is(Column::Id, Some(id))
        .one(db)
        .await
}

/// The list prices of products, by id; those that do not exist, or are in the trash, are left out.
///
/// # Errors
/// When the database does not answer.
pub async fn prices(
    db: &impl Db,
    ids: &[ProductId],
) -> StoreResult<HashMap<ProductId, Option<Money>>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = Entity::find()
        .filter(db.owns(Column::OrganizationId))
        .filter(any_of(Column::Id, ids.iter().map(|id| id.0)))
        .filter(Column::DeletedAt.is_null())
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.money())).collect())
}

/// A page of products.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    db: &impl Db,
    query: &ListProducts,
    request: &PageRequest,
) -> StoreResult<Page<Found>> {
    let select = Filter::new(select(db))
        .trash(Column::DeletedAt, query.trashed)
        .any(Column::CategoryId, query.category_id.as_ref())
        .is(Column::Active, query.active)
        .words(db, Column::Id, "products", query.q.as_ref())
        .select();
    let sort = query.sort.unwrap_or(Sort {
        key: ProductSort::Name,
        descending: false,
    });
    let (column, nullable) = match sort.key {
        ProductSort::Name => (Column::NameKey, false),
        ProductSort::Price => (Column::Price, true),
        ProductSort::CreatedAt => (Column::CreatedAt, false),
        ProductSort::UpdatedAt => (Column::UpdatedAt, false),
    };
    let sorting = Sorting {
        column,
        nullable,
        descending: sort.descending,
        id: Column::Id,
        key,
    };
    page(db, select, &sorting, request).await
}

fn key(found: &Found, column: Column) -> (SortKey, Uuid) {
    let row = &found.row;
    let key = match column {
        Column::Price => row.price.into(),
        Column::CreatedAt => row.created_at.into(),
        Column::UpdatedAt => row.updated_at.into(),
        _ => row.name_key.as_str().into(),
    };
    (key, row.id.0)
}

/// Writes a changed product.
///
/// # Errors
/// [`StoreError::Stale`] when somebody was faster.
pub async fn save(db: &impl Db, before: &Model, row: Model) -> StoreResult<()> {
    update::<Entity>(db, before.id.0, before.version, row).await
}
