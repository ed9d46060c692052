//! One search over everything.

use actix_web::get;
use persistence::{about, crm::note, platform::search};
use shared_types::{
    Permission,
    platform::{Search, SearchHit, SubjectKind},
};

use crate::{
    core::{
        app::Services, context::Ctx, error::ApiResult, extract::Params, permit::SearchRead,
        reply::Reply,
    },
    crm::note::reader,
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

/// A note that was found; nothing where it outlived what it was about.
fn note_hit(found: &note::Found) -> Option<SearchHit> {
    let row = &found.row;
    let about = about!(row).subjects(&found.names);
    let (kind, id, name) = about.into_iter().find(|(_, id, _)| id.is_some())?;
    Some(SearchHit {
        about_kind: Some(kind),
        about_id: id,
        ..SearchHit::new(SubjectKind::Note, row.id, found.title(), name.clone())
    })
}

/// Search
///
/// Companies, contacts, leads, deals, products, members and notes that the caller may read, at most `limit` of each. A note has
/// no page of its own: `aboutKind` and `aboutId` say where it stands.
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
    if me.reach(Permission::NotesRead).is_some() {
        let found = note::search(&read, words, &reader(me), limit).await?;
        hits.extend(found.iter().filter_map(note_hit));
    }
    Ok(Reply::ok(hits))
}
