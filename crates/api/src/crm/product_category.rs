//! Categories of products.

use actix_web::{delete, get, patch, post};
use persistence::crm::product_category::Model;
use shared_types::{
    ListNamed, ProductCategoryId,
    crm::{CreateProductCategory, ProductCategory, UpdateProductCategory},
    identity::Done,
    platform::SubjectKind,
};

use crate::core::{
    app::Services,
    context::{Ctx, Once},
    error::ApiResult,
    extract::{Id, Params, Valid},
    named,
    named_routes::named_routes,
    permit::{ProductsManage, ProductsRead},
    reply::Reply,
};

named_routes! {
    Model => ProductCategory, ProductCategory, "product category", ProductCategoryId "Id of the product category.";
    "products", "product-categories", "/api/v1/product-categories", "/api/v1/product-categories/{id}";
    ProductsRead "products:read", ProductsManage "products:manage";
    CreateProductCategory = "The product category.", UpdateProductCategory = "The product category as it is now.";

    /// List product categories
    list = "listProductCategories";
    /// Get a product category
    get = "getProductCategory";
    /// Add a product category
    create = "createProductCategory";
    /// Rename a product category
    update = "updateProductCategory";
    /// Delete a product category
    remove = "deleteProductCategory";
}
