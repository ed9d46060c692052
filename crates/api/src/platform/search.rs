//! One search over everything.

use actix_web::get;
use persistence::platform::search;
use shared_types::{
    Permission,
    platform::{Search, SearchHit},
};

use crate::core::{
    app::Services, context::Ctx, error::ApiResult, extract::Params, permit::SearchRead,
    reply::Reply,
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config.service(search_everything);
}

/// Search
///
/// Companies, contacts, leads, deals, products and members that the caller may read, at most `limit` of each.
#[utoipa::path(tag = "search", operation_id = "search", params(Search),
    responses((status = 200, description = "What was found.", body = [SearchHit])), security(("bearer" = ["search:read"])))]
#[get("/api/v1/search")]
async fn search_everything(
    ctx: Ctx<SearchRead>,
    query: Params<Search>,
) -> ApiResult<Reply<Vec<SearchHit>>> {
    let (words, limit) = (query.0.q.as_str(), u64::from(query.0.limit.unwrap_or(20)));
    let (me, read) = (ctx.me(), ctx.read());
    let mut hits = Vec::new();
    if me.reach(Permission::CompaniesRead).is_some() {
        hits.extend(
            search::companies(&read, words, &me.owners(Permission::CompaniesRead)?, limit).await?,
        );
    }
    if me.reach(Permission::ContactsRead).is_some() {
        let owners = me.owners(Permission::ContactsRead)?;
        hits.extend(search::contacts(&read, words, &owners, limit).await?);
    }
    if me.reach(Permission::LeadsRead).is_some() {
        let owners = me.owners(Permission::LeadsRead)?;
        hits.extend(search::leads(&read, words, &owners, limit).await?);
    }
    if me.reach(Permission::DealsRead).is_some() {
        hits.extend(search::deals(&read, words, &me.owners(Permission::DealsRead)?, limit).await?);
    }
    if me.reach(Permission::ProductsRead).is_some() {
        hits.extend(search::products(&read, words, limit).await?);
    }
    if me.reach(Permission::MembersRead).is_some() {
        hits.extend(search::members(&read, words, limit).await?);
    }
    Ok(Reply::ok(hits))
}
