//! Products.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::core::text::{fold, search_text};
use sea_orm::{FromQueryResult, QueryFilter, entity::prelude::*};
use shared_types::{
    Currency, Money, OrganizationId, ProductCategoryId, ProductId,
    crm::{ListProducts, Product, ProductSort},
};

use crate::{
    Db, Filter, Page, PageRequest, Sorting, StoreResult, any_of, by, by_nullable,
    core::{joined, row, view},
    crm::product_category,
    money, page, update,
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

joined! { Category = CategoryId -> product_category { Name as category_name } }

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
        money(self.price, self.price_currency)
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

row!(Found);

view! {
    Found => Product;
    shown(
        id, name, sku, category_id, description, active, created_at, updated_at, deleted_at, version,
    );
    hidden(organization_id, name_key, search_text);
    used(price, price_currency);
    beside(category_name);
    made(price = money(price, price_currency));
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
    let sorting = Sorting::least(Column::Id, query.sort, ProductSort::Name, |key| match key {
        ProductSort::Name => by(Column::NameKey),
        ProductSort::Price => by_nullable(Column::Price),
        ProductSort::CreatedAt => by(Column::CreatedAt),
        ProductSort::UpdatedAt => by(Column::UpdatedAt),
    });
    page(db, select, &sorting, request).await
}

/// Writes a changed product.
///
/// # Errors
/// [`StoreError::Stale`] when somebody was faster.
pub async fn save(db: &impl Db, before: &Model, row: Model) -> StoreResult<()> {
    update::<Entity>(db, before.id.0, before.version, row).await
}
