//! Categories of products.

use actix_web::{delete, get, patch, post};
use domain::core::text::fold;
use persistence::{
    PageRequest, StoreError,
    crm::product_category::{self, Model},
    platform::event::NewEvent,
};
use shared_types::{
    ErrorCode, ProductCategoryId,
    crm::{CreateProductCategory, ListProductCategories, ProductCategory, UpdateProductCategory},
    identity::Done,
    platform::{EventKind, SubjectKind},
};

use crate::core::{
    app::Services,
    context::{Ctx, Once},
    error::{ApiError, ApiResult},
    extract::{Id, Params, Valid},
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

fn reply(row: Model) -> Reply<ProductCategory> {
    let version = row.version;
    Reply::record(row.into(), version)
}

/// List product categories
#[utoipa::path(tag = "products", operation_id = "listProductCategories", params(ListProductCategories),
    responses((status = 200, description = "A page of them.", body = [ProductCategory])), security(("bearer" = ["products:read"])))]
#[get("/api/v1/product-categories")]
async fn list(
    ctx: Ctx<ProductsRead>,
    query: Params<ListProductCategories>,
) -> ApiResult<Reply<Vec<ProductCategory>>> {
    let request = PageRequest::new(&query.0, ctx.position("product-categories", &query.0)?);
    let page = product_category::list(&ctx.read(), &query.0, &request).await?;
    Ok(ctx.page(
        "product-categories",
        &query.0,
        page.map(ProductCategory::from),
    ))
}

/// Get a product category
#[utoipa::path(tag = "products", operation_id = "getProductCategory", params(("id" = ProductCategoryId, Path, description = "Id of the product category.")),
    responses((status = 200, description = "The product category.", body = ProductCategory)), security(("bearer" = ["products:read"])))]
#[get("/api/v1/product-categories/{id}")]
async fn get_one(
    ctx: Ctx<ProductsRead>,
    id: Id<ProductCategoryId>,
) -> ApiResult<Reply<ProductCategory>> {
    Ok(reply(product_category::get(&ctx.read(), id.0).await?))
}

/// Add a product category
#[utoipa::path(tag = "products", operation_id = "createProductCategory", request_body = CreateProductCategory,
    responses((status = 201, description = "The product category.", body = ProductCategory)), security(("bearer" = ["products:manage"])))]
#[post("/api/v1/product-categories")]
async fn create(
    ctx: Ctx<ProductsManage>,
    body: Valid<CreateProductCategory>,
) -> ApiResult<Once<ProductCategory>> {
    let name = body.0.name.trim();
    ctx.post(async |tx| {
        let row = Model {
            id: tx.new_id(),
            organization_id: ctx.me().organization_id,
            name: name.to_owned(),
            name_key: fold(name),
            created_at: tx.now(),
            updated_at: tx.now(),
            version: 1,
        };
        tx.insert::<product_category::Entity>(row.clone());
        tx.record(NewEvent::new(
            EventKind::Created,
            SubjectKind::ProductCategory,
            row.id,
            &row.name,
        ));
        let location = format!("/api/v1/product-categories/{}", row.id);
        Ok(Reply::created(row.into(), 1, location))
    })
    .await
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
    ctx.write(async |tx| {
        let before = product_category::get(tx, id.0).await?;
        ctx.if_match(before.version, || ProductCategory::from(before.clone()))?;
        let name = body
            .0
            .name
            .as_deref()
            .map_or_else(|| before.name.clone(), |name| name.trim().to_owned());
        let row = Model {
            name_key: fold(&name),
            name,
            updated_at: tx.now(),
            version: before.version + 1,
            ..before.clone()
        };
        product_category::save(tx, &before, row.clone()).await?;
        let event = NewEvent::new(
            EventKind::Updated,
            SubjectKind::ProductCategory,
            row.id,
            &row.name,
        );
        tx.record(event.between(
            &ProductCategory::from(before),
            &ProductCategory::from(row.clone()),
        ));
        Ok(reply(row))
    })
    .await
}

/// Delete a product category
///
/// Refused while records refer to it.
#[utoipa::path(tag = "products", operation_id = "deleteProductCategory", params(("id" = ProductCategoryId, Path, description = "Id of the product category.")),
    responses((status = 200, description = "It is gone.", body = Done)), security(("bearer" = ["products:manage"])))]
#[delete("/api/v1/product-categories/{id}")]
async fn remove(ctx: Ctx<ProductsManage>, id: Id<ProductCategoryId>) -> ApiResult<Reply<Done>> {
    ctx.write(async |tx| {
        let before = product_category::get(tx, id.0).await?;
        ctx.if_match(before.version, || ProductCategory::from(before.clone()))?;
        product_category::delete(tx, id.0)
            .await
            .map_err(|error| match error {
                StoreError::Reference { .. } => ApiError::new(
                    ErrorCode::Conflict,
                    "Records still refer to this product category.",
                ),
                other => other.into(),
            })?;
        tx.record(NewEvent::new(
            EventKind::Deleted,
            SubjectKind::ProductCategory,
            before.id,
            &before.name,
        ));
        Ok(Reply::ok(Done { done: true }))
    })
    .await
}
