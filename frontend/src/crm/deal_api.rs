//! What pages about deals, products and pipelines ask of the server.

use domain::core::text::fold;
use futures_util::{FutureExt, future::LocalBoxFuture};
use shared_types::{
    DealId, StageId,
    crm::{
        CreateDeal, Deal, LoseDeal, MoveDeal, Pipeline, Product, ProductCategory, UpdateDeal,
        WinDeal,
    },
};

use crate::core::{
    components::combobox::{Choice, find_in},
    format,
    http::{self, Answer, Page},
    query::{self, Cache, Query},
};

pub const DEALS: &str = "/deals";
pub const BOARD: &str = "/deals/board";
pub const PRODUCTS: &str = "/products";
pub const PIPELINES: &str = "/pipelines";
pub const LOST_REASONS: &str = "/lost-reasons";

#[must_use]
pub fn deal_path(id: impl std::fmt::Display) -> String {
    format!("{DEALS}/{id}")
}

/// Every list of a kind that is short by nature, by name.
#[must_use]
pub fn all(resource: &str) -> String {
    format!("{resource}?limit=100&sort=name")
}

/// The pipelines, to be followed.
pub fn pipelines() -> Query<Page<Pipeline>> {
    query::page(|| Some(all(PIPELINES)))
}

pub async fn create_deal(deal: &CreateDeal) -> Answer<Deal> {
    http::post(DEALS, deal).await
}

pub async fn update_deal(id: DealId, version: i64, patch: &UpdateDeal) -> Answer<Deal> {
    http::patch(&deal_path(id), patch, Some(version)).await
}

pub async fn move_deal(id: DealId, stage_id: StageId) -> Answer<Deal> {
    http::post(&format!("{}/stage", deal_path(id)), &MoveDeal { stage_id }).await
}

pub async fn win_deal(id: DealId, win: &WinDeal) -> Answer<Deal> {
    http::post(&format!("{}/win", deal_path(id)), win).await
}

pub async fn lose_deal(id: DealId, lose: &LoseDeal) -> Answer<Deal> {
    http::post(&format!("{}/lose", deal_path(id)), lose).await
}

pub async fn reopen_deal(id: DealId) -> Answer<Deal> {
    http::act(&format!("{}/reopen", deal_path(id))).await
}

/// Forgets whatever a change of a deal may have changed, but not the board: it keeps itself.
pub fn deal_changed(cache: Cache, id: DealId) {
    cache.stale(&deal_path(id));
    cache.stale(&format!("{DEALS}?"));
    cache.stale("/reports");
    cache.stale("/dashboard");
}

/// Finds deals, for fields that name one.
pub fn find_deals(cache: Cache, text: String) -> LocalBoxFuture<'static, Answer<Vec<Choice>>> {
    find_in(cache, "/deals?sort=title", &text, |deal: Deal| Choice {
        id: deal.id.to_string(),
        label: deal.title,
        detail: deal.company_name,
    })
}

/// Finds products that are sold now, for fields that name one.
pub fn find_products(cache: Cache, text: String) -> LocalBoxFuture<'static, Answer<Vec<Choice>>> {
    find_in(
        cache,
        "/products?active=true&sort=name",
        &text,
        |product: Product| Choice {
            id: product.id.to_string(),
            label: product.name,
            detail: product.price.map(format::money_short),
        },
    )
}

/// Finds categories of products, for fields that name one.
pub fn find_categories(cache: Cache, text: String) -> LocalBoxFuture<'static, Answer<Vec<Choice>>> {
    async move {
        let page = cache
            .page::<ProductCategory>("/product-categories?limit=200&sort=name".to_owned())
            .await?;
        let text = fold(text.trim());
        Ok(page
            .data
            .into_iter()
            .filter(|category| fold(&category.name).contains(&text))
            .map(|category| Choice {
                id: category.id.to_string(),
                label: category.name,
                detail: None,
            })
            .collect())
    }
    .boxed_local()
}

/// A product, to take its price.
pub async fn product(id: &str) -> Answer<Product> {
    http::parse(&http::get_text(&format!("{PRODUCTS}/{id}")).await?)
}
