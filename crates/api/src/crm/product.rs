//! Products.

use actix_web::{delete, get, patch, post};
use persistence::{
    Db, PageRequest, Tx,
    crm::{
        product::{self, Found, Model},
        product_category,
    },
    platform::event::NewEvent,
};
use shared_types::{
    Patch, ProductCategoryId, ProductId,
    crm::{CreateProduct, ListProducts, Product, UpdateProduct},
    platform::{Event, EventKind, ListEvents, SubjectKind},
};

use crate::core::{
    app::Services,
    context::{Ctx, Once},
    error::ApiResult,
    extract::{Id, Params, Valid},
    named::referred,
    permit::{ProductsManage, ProductsRead},
    record::{self, changeable, record, save},
    record_routes::record_routes,
    reply::Reply,
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config
        .service(list_products)
        .service(create_product)
        .service(get_product)
        .service(update_product)
        .service(delete_product)
        .service(restore_product)
        .service(product_timeline);
}

record! {
    Found, ProductId => Product, Product, ProductsRead;
    find(db, id, _owners) = product::get(db, id);
    store(tx, before, after) = product::save(tx, before, after);
    view(found, _db, _now) = Ok(found.into());
    name(found) = found.row.name.as_str(); owner(_row) = None;
}

/// List products
#[utoipa::path(tag = "products", operation_id = "listProducts", params(ListProducts),
    responses((status = 200, description = "A page of products.", body = [Product])), security(("bearer" = ["products:read"])))]
#[get("/api/v1/products")]
async fn list_products(
    ctx: Ctx<ProductsRead>,
    query: Params<ListProducts>,
) -> ApiResult<Reply<Vec<Product>>> {
    let request = PageRequest::new(&query.0, ctx.position("products", &query.0)?);
    let page = product::list(&ctx.read(), &query.0, &request).await?;
    Ok(ctx.page("products", &query.0, page.map(Product::from)))
}

/// Get a product
#[utoipa::path(tag = "products", operation_id = "getProduct", params(("id" = ProductId, Path, description = "Id of the product.")),
    responses((status = 200, description = "The product.", body = Product)), security(("bearer" = ["products:read"])))]
#[get("/api/v1/products/{id}")]
async fn get_product(ctx: Ctx<ProductsRead>, id: Id<ProductId>) -> ApiResult<Reply<Product>> {
    record::get::<Found, _>(&ctx, id.0).await
}

async fn category_name(tx: &Tx, id: Option<ProductCategoryId>) -> ApiResult<Option<String>> {
    let Some(id) = id else { return Ok(None) };
    let category: product_category::Model = referred(tx, "categoryId", id).await?;
    Ok(Some(category.name))
}

/// The row of a new product.
pub(crate) fn new_row(tx: &Tx, body: CreateProduct) -> Model {
    let CreateProduct {
        name,
        sku,
        category_id,
        price,
        description,
    } = body;
    Model {
        id: tx.new_id(),
        organization_id: tx.organization(),
        name: name.trim().to_owned(),
        name_key: String::new(),
        sku,
        category_id,
        price: price.map(|money| money.amount),
        price_currency: price.map(|money| money.currency),
        description,
        active: true,
        search_text: String::new(),
        created_at: tx.now(),
        updated_at: tx.now(),
        deleted_at: None,
        version: 1,
    }
    .derived()
}

/// The row with a patch carried out.
pub(crate) fn patched(mut row: Model, patch: UpdateProduct) -> Model {
    let UpdateProduct {
        name,
        sku,
        category_id,
        price,
        description,
        active,
        clear: _,
    } = patch;
    if let Some(name) = name {
        row.name = name.trim().to_owned();
    }
    sku.apply(&mut row.sku);
    category_id.apply(&mut row.category_id);
    let mut money = row.money();
    price.apply(&mut money);
    row.price = money.map(|money| money.amount);
    row.price_currency = money.map(|money| money.currency);
    description.apply(&mut row.description);
    row.active = active.unwrap_or(row.active);
    row.derived()
}

/// Add a product
#[utoipa::path(tag = "products", operation_id = "createProduct", request_body = CreateProduct,
    responses((status = 201, description = "The product.", body = Product)), security(("bearer" = ["products:manage"])))]
#[post("/api/v1/products")]
async fn create_product(
    ctx: Ctx<ProductsManage>,
    body: Valid<CreateProduct>,
) -> ApiResult<Once<Product>> {
    ctx.post(async |tx| add(tx, body.0.clone()).await).await
}

/// Queues a new product.
pub(super) async fn add(tx: &Tx, body: CreateProduct) -> ApiResult<Reply<Product>> {
    let category_name = category_name(tx, body.category_id).await?;
    let row = new_row(tx, body);
    tx.insert::<product::Entity>(row.clone());
    tx.record(NewEvent::new(
        EventKind::Created,
        SubjectKind::Product,
        row.id,
        &row.name,
    ));
    let location = format!("/api/v1/products/{}", row.id);
    let product = Found { row, category_name }.into();
    Ok(Reply::created(product, 1, location))
}

/// Change a product
#[utoipa::path(tag = "products", operation_id = "updateProduct", params(("id" = ProductId, Path, description = "Id of the product.")), request_body = UpdateProduct,
    responses((status = 200, description = "The product as it is now.", body = Product)), security(("bearer" = ["products:manage"])))]
#[patch("/api/v1/products/{id}")]
async fn update_product(
    ctx: Ctx<ProductsManage>,
    id: Id<ProductId>,
    body: Valid<UpdateProduct>,
) -> ApiResult<Reply<Product>> {
    let body = body.0.normalized();
    ctx.write(async |tx| change(&ctx, tx, id.0, body.clone()).await)
        .await
}

/// Changes a product.
pub(super) async fn change(
    ctx: &Ctx<ProductsManage>,
    tx: &Tx,
    id: ProductId,
    body: UpdateProduct,
) -> ApiResult<Reply<Product>> {
    let before = changeable::<Found, _>(ctx, tx, id, false).await?;
    let category_name = match body.category_id {
        Patch::Keep => before.found.category_name.clone(),
        Patch::Clear => None,
        Patch::Set(category) => category_name(tx, Some(category)).await?,
    };
    let after = Found {
        row: patched(before.found.row.clone(), body),
        category_name,
    };
    save(tx, before, after, EventKind::Updated, false).await
}

record_routes! {
    Found, ProductId => Product, "products", "Id of the product.", ProductsManage "products:manage";
    /// Move a product to the trash
    ///
    /// It can be restored for 30 days; deals keep it.
    delete_product: "deleteProduct", "/api/v1/products/{id}", "The product, in the trash.";
    /// Restore a product
    restore_product: "restoreProduct", "/api/v1/products/{id}/restore", "The product as it is now.";
    /// Timeline of a product
    product_timeline: "listProductEvents", "/api/v1/products/{id}/timeline", ProductsRead "products:read";
}
