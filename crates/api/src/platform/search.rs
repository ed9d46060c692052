//! One search over everything.

use actix_web::get;
use persistence::platform::search;
use shared_types::{
    Permission,
    platform::{Search, SearchHit, SubjectKind},
};

use crate::core::{
    app::Services, context::Ctx, error::ApiResult, extract::Params, permit::SearchRead,
    reply::Reply,
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config.service(search_everything);
}

/// What is searched, and what it takes to find it.
const SEARCHED: [(SubjectKind, Permission); 6] = [
    (SubjectKind::Company, Permission::CompaniesRead),
    (SubjectKind::Contact, Permission::ContactsRead),
    (SubjectKind::Lead, Permission::LeadsRead),
    (SubjectKind::Deal, Permission::DealsRead),
    (SubjectKind::Product, Permission::ProductsRead),
    (SubjectKind::Member, Permission::MembersRead),
];

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
    for (kind, permission) in SEARCHED {
        if me.reach(permission).is_some() {
            let owners = me.owners(permission)?;
            hits.extend(search::hits(&read, kind, words, &owners, limit).await?);
        }
    }
    Ok(Reply::ok(hits))
}
