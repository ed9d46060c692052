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
    named::{self, NamedThing},
    permit::{ProductsManage, ProductsRead},
    reply::Reply,
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config
        .service(list)
        .service(create)
        .service(get_one)
        .service(update)
        .service(remove);
}

impl NamedThing for Model {
    type View = ProductCategory;
    const KIND: SubjectKind = SubjectKind::ProductCategory;
    const LIST: &'static str = "product-categories";
    const WORDS: &'static str = "product category";
}

/// List product categories
#[utoipa::path(tag = "products", operation_id = "listProductCategories", params(ListNamed),
    responses((status = 200, description = "A page of them.", body = [ProductCategory])), security(("bearer" = ["products:read"])))]
#[get("/api/v1/product-categories")]
async fn list(
    ctx: Ctx<ProductsRead>,
    query: Params<ListNamed>,
) -> ApiResult<Reply<Vec<ProductCategory>>> {
    named::list::<Model, _>(&ctx, &query.0).await
}

/// Get a product category
#[utoipa::path(tag = "products", operation_id = "getProductCategory", params(("id" = ProductCategoryId, Path, description = "Id of the product category.")),
    responses((status = 200, description = "The product category.", body = ProductCategory)), security(("bearer" = ["products:read"])))]
#[get("/api/v1/product-categories/{id}")]
async fn get_one(
    ctx: Ctx<ProductsRead>,
    id: Id<ProductCategoryId>,
) -> ApiResult<Reply<ProductCategory>> {
    named::get::<Model, _>(&ctx, id.0).await
}

/// Add a product category
#[utoipa::path(tag = "products", operation_id = "createProductCategory", request_body = CreateProductCategory,
    responses((status = 201, description = "The product category.", body = ProductCategory)), security(("bearer" = ["products:manage"])))]
#[post("/api/v1/product-categories")]
async fn create(
    ctx: Ctx<ProductsManage>,
    body: Valid<CreateProductCategory>,
) -> ApiResult<Once<ProductCategory>> {
    named::create(&ctx, &body.0.name, |_: &mut Model| ()).await
}

/// Rename a product category
#[utoipa::path(tag = "products", operation_id = "updateProductCategory", params(("id" = ProductCategoryId, Path, description = "Id of the product category.")), request_body = UpdateProductCategory,
    responses((status = 200, description = "The product category as it is now.", body = ProductCategory)), security(("bearer" = ["products:manage"])))]
#[patch("/api/v1/product-categories/{id}")]
async fn update(
    ctx: Ctx<ProductsManage>,
    id: Id<ProductCategoryId>,
    body: Valid<UpdateProductCategory>,
) -> ApiResult<Reply<ProductCategory>> {
    named::update(&ctx, id.0, body.0.name.as_deref(), |_: &mut Model| ()).await
}

/// Delete a product category
///
/// Refused while records refer to it.
#[utoipa::path(tag = "products", operation_id = "deleteProductCategory", params(("id" = ProductCategoryId, Path, description = "Id of the product category.")),
    responses((status = 200, description = "It is gone.", body = Done)), security(("bearer" = ["products:manage"])))]
#[delete("/api/v1/product-categories/{id}")]
async fn remove(ctx: Ctx<ProductsManage>, id: Id<ProductCategoryId>) -> ApiResult<Reply<Done>> {
    named::remove::<Model, _>(&ctx, id.0).await
}
