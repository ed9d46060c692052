//! The audit log.

use actix_web::get;
use persistence::{PageRequest, platform::event};
use shared_types::platform::{Event, ListEvents};

use crate::core::{
    app::Services,
    context::Ctx,
    error::ApiResult,
    extract::Params,
    permit::AuditRead,
    reply::{Cache, Reply},
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config.service(list_events);
}

/// Audit log
///
/// Who did what to which record, the latest first.
#[utoipa::path(tag = "audit", operation_id = "listAuditLog", params(ListEvents),
    responses((status = 200, description = "A page of events.", body = [Event])), security(("bearer" = ["audit:read"])))]
#[get("/api/v1/audit-log")]
async fn list_events(
    ctx: Ctx<AuditRead>,
    query: Params<ListEvents>,
) -> ApiResult<Reply<Vec<Event>>> {
    let request = PageRequest::new(&query.0, ctx.position("audit-log", &query.0)?);
    let page = event::list(&ctx.read(), &query.0, &request).await?;
    let pagination =
        ctx.state()
            .cursors
            .pagination(&page, "audit-log", ctx.me().organization_id, &query.0);
    let events = page
        .rows
        .into_iter()
        .map(|found| found.into_view(true))
        .collect::<Result<_, _>>()?;
    Ok(Reply::page(events, pagination).cached(Cache::Never))
}
