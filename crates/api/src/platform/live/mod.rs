//! The live connection: what happens, told to whoever may read it, over WebSocket and server-sent events.
//!
//! Servers signal each other that a stream has grown ([`bus`]); each reads the stream once for all its connections
//! ([`tail`]), looks up what decides who may read a record ([`access`]), and hands messages to connections ([`hub`]).

pub mod access;
pub mod bus;
pub mod feed;
pub mod hub;
mod message;
mod presence;
pub mod socket;
mod tail;

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header,
    web::{Bytes, Payload},
};
use shared_types::{
    ErrorCode,
    platform::{RealtimeMessage, Resume, SignalKind},
};

use self::feed::{Feed, Next};
pub use self::tail::run;
use crate::core::{
    app::Services,
    context::{Ctx, credentials_of, from_here},
    error::{ApiError, ApiResult},
    extract::Params,
    permit::OrganizationRead,
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config.service(open_realtime).service(stream_events);
}

async fn feed(
    ctx: &Ctx<OrganizationRead>,
    request: &HttpRequest,
    resume: Option<&str>,
) -> ApiResult<Feed> {
    let (state, principal) = (ctx.state().clone(), ctx.principal());
    let credentials = credentials_of(request, &principal).ok_or_else(ApiError::unauthenticated)?;
    let place = state.live.admit(principal.user_id)?;
    Ok(Feed::open(state, place, principal, credentials, resume).await?)
}

/// Open the live connection
///
/// A WebSocket over which every message is a `RealtimeMessage`: what happened to records that the caller may read at this moment. It
/// begins with `hello`; `lastEventId` goes on after a break, without loss. A client may send
/// `{"type": "presence", "subject": {"type", "id"}}`, which says what record it has open, and is told who else has. It is closed with 4401 when the session has ended, 4408 when the client reads too slowly, 1008 when it
/// sends too much, 1001 when the server ends; after the last two one connects again. Browsers use their cookie, and connect from this site.
#[utoipa::path(tag = "realtime", operation_id = "openRealtime", params(Resume),
    responses((status = 101, description = "The WebSocket is open."), (status = 200, description = "What the WebSocket carries: a message in each text frame.", body = RealtimeMessage)), security(("bearer" = ["organization:read"])))]
#[get("/api/v1/realtime")]
async fn open_realtime(
    ctx: Ctx<OrganizationRead>,
    query: Params<Resume>,
    request: HttpRequest,
    body: Payload,
) -> ApiResult<HttpResponse> {
    if !request.headers().contains_key(header::AUTHORIZATION) {
        from_here(&request, ctx.state())?;
    }
    let (response, session, incoming) = actix_ws::handle(&request, body).map_err(|error| {
        ApiError::new(
            ErrorCode::BadRequest,
            format!("Open a WebSocket here: {error}."),
        )
    })?;
    let feed = feed(&ctx, &request, query.0.last_event_id.as_deref()).await?;
    let incoming = incoming.max_frame_size(socket::LARGEST);
    actix_web::rt::spawn(socket::speak(ctx.state().clone(), feed, session, incoming));
    Ok(response)
}

/// Stream events
///
/// The same messages as those of `GET /api/v1/realtime`, as server-sent events. `Last-Event-ID` or `lastEventId` goes on after a break.
#[utoipa::path(tag = "realtime", operation_id = "streamEvents",
    params(Resume, ("Last-Event-ID" = Option<String>, Header, description = "The same as `lastEventId`, as browsers send it.")),
    responses((status = 200, description = "Messages, one after the other, until one of both ends it.", content_type = "text/event-stream", body = RealtimeMessage)), security(("bearer" = ["organization:read"])))]
#[get("/api/v1/events/stream")]
async fn stream_events(
    ctx: Ctx<OrganizationRead>,
    query: Params<Resume>,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    let from_header = request
        .headers()
        .get("last-event-id")
        .and_then(|value| value.to_str().ok());
    let resume = from_header.or(query.0.last_event_id.as_deref());
    let feed = feed(&ctx, &request, resume).await?;
    let events = futures_util::stream::unfold(Some(feed), async |feed| {
        let mut feed = feed?;
        let (message, feed) = match feed.next().await {
            Next::Message(message) | Next::Heartbeat(message) => (message, Some(feed)),
            Next::End(reason) => {
                let end = feed.signal(SignalKind::Resync, None, reason.into());
                (end, None)
            }
        };
        let id = message.id.map(|id| format!("id: {id}\n"));
        let event = format!("{}data: {}\n\n", id.unwrap_or_default(), message.text);
        Some((Ok::<_, actix_web::Error>(Bytes::from(event)), feed))
    });
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        // Proxies hand on each message at once.
        .insert_header(("x-accel-buffering", "no"))
        .streaming(Box::pin(events)))
}
