//! The audit log.

use actix_web::get;
use persistence::{PageRequest, platform::event};
use shared_types::{
    ErrorCode,
    platform::{AuditVerification, Event, ListEvents, VerifyAuditLog},
};

use crate::{
    core::{
        app::Services,
        context::Ctx,
        error::{ApiError, ApiResult},
        extract::Params,
        permit::AuditRead,
        reply::{Cache, Reply},
    },
    platform::audit_verification,
};

/// How often a log may be checked within a minute: each time the whole of it is read.
const CHECKS: u32 = 20;

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config.service(list_events).service(verify_audit_log);
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

/// Check the audit log
///
/// Reads the whole log and says whether it is as it was written, or what the first fault is: an event that was changed, removed, added
/// or moved, or an end that was cut off. With a `head` that was kept, also whether everything up to it is still there. 20 times a minute.
#[utoipa::path(tag = "audit", operation_id = "verifyAuditLog", params(VerifyAuditLog),
    responses((status = 200, description = "What was found.", body = AuditVerification)), security(("bearer" = ["audit:read"])))]
#[get("/api/v1/audit-log/verification")]
async fn verify_audit_log(
    ctx: Ctx<AuditRead>,
    query: Params<VerifyAuditLog>,
) -> ApiResult<Reply<AuditVerification>> {
    let (state, organization) = (ctx.state(), ctx.me().organization_id);
    let key = format!("audit-log:{organization}");
    let verdict = state.limiter.hit(&key, CHECKS, 60, ctx.now()).await;
    if !verdict.allowed {
        return Err(ApiError {
            retry_after: Some(verdict.reset),
            ..ApiError::new(
                ErrorCode::RateLimited,
                "The log has just been checked; wait a moment.",
            )
        });
    }
    let head = query.0.head.as_deref();
    let found = audit_verification::verify(&state.signer, &ctx.read(), organization, head).await?;
    Ok(Reply::ok(found).cached(Cache::Never))
}
