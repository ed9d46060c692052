//! Products and their categories: what is being sold.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{
    AnyOf, Money, Patch, ProductCategoryId, ProductId, list_query, patch, request, text_enum,
};

/// A product.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Product {
    /// Id of the product.
    pub id: ProductId,
    /// Its name, unique in the organization.
    pub name: String,
    /// Stock keeping unit, unique in the organization.
    pub sku: Option<String>,
    /// The category it is in.
    pub category_id: Option<ProductCategoryId>,
    /// Name of that category.
    pub category_name: Option<String>,
    /// List price of one.
    pub price: Option<Money>,
    /// What there is to know about it.
    pub description: Option<String>,
    /// Whether it is sold now; an archived product stays on the deals it is on.
    pub active: bool,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
    /// When it was moved to the trash.
    pub deleted_at: Option<DateTime<Utc>>,
    /// Grows by one with every change.
    pub version: i64,
}

request! {
    /// Adds a product.
    pub struct CreateProduct {
        /// Its name, unique in the organization.
        #[validate(length(min = 1, max = 200), custom(function = crate::one_line))]
        #[cfg_attr(
            feature = "openapi",
            schema(min_length = 1, max_length = 200, example = "GTX Pro")
        )]
        pub name: String,
        /// Stock keeping unit, unique in the organization.
        #[validate(length(min = 1, max = 64), custom(function = crate::one_line))]
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 64))]
        pub sku: Option<String>,
        /// The category it is in.
        pub category_id: Option<ProductCategoryId>,
        /// List price of one.
        #[validate(custom(function = crate::not_negative))]
        pub price: Option<Money>,
        /// What there is to know about it.
        #[validate(length(max = 10_000), custom(function = crate::many_lines))]
        #[cfg_attr(feature = "openapi", schema(max_length = 10_000))]
        pub description: Option<String>,
    }
}

patch! {
    /// Changes a product.
    pub struct UpdateProduct {
        /// Its name, unique in the organization.
        #[validate(length(min = 1, max = 200), custom(function = crate::one_line))]
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
        pub name: Option<String>,
        /// Stock keeping unit, unique in the organization.
        #[validate(length(min = 1, max = 64), custom(function = crate::patched::one_line))]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 1, max_length = 64))]
        pub sku: Patch<String>,
        /// The category it is in.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<ProductCategoryId>))]
        pub category_id: Patch<ProductCategoryId>,
        /// List price of one.
        #[validate(custom(function = crate::patched::not_negative))]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<Money>))]
        pub price: Patch<Money>,
        /// What there is to know about it.
        #[validate(length(max = 10_000), custom(function = crate::patched::many_lines))]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 10_000))]
        pub description: Patch<String>,
        /// Whether it is sold now.
        pub active: Option<bool>,
    }

    /// A field of a product that can be emptied.
    pub enum ProductField {
        Sku = "sku" => sku,
        CategoryId = "categoryId" => category_id,
        Price = "price" => price,
        Description = "description" => description,
    }
}

text_enum! {
    /// What products are listed by.
    pub enum ProductSort {
        Name = "name",
        Price = "price",
        CreatedAt = "createdAt",
        UpdatedAt = "updatedAt",
    }
}

list_query! {
    /// Which products to list.
    pub struct ListProducts sort ProductSort {
        /// Any of these categories.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
        category_id: AnyOf<ProductCategoryId>,
        /// Only those sold now (`true`) or no more (`false`).
        active: bool,
    }
}

crate::named! {
    /// A category of products.
    ProductCategory(ProductCategoryId, example = "GTX") {}
    /// Makes a category of products.
    CreateProductCategory {}
    /// Changes a category of products.
    UpdateProductCategory {}
}

crate::bulk!(BulkProducts, ProductOperation, ProductOutcome: ProductId, CreateProduct, UpdateProduct, Product);
