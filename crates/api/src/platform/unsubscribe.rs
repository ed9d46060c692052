//! `/api/v1/public/unsubscribe/{token}`: no more mail of a kind, by one click in the mail itself (RFC 8058).

use actix_web::{
    HttpResponse, get, post,
    web::{Bytes, Data, Path},
};
use domain::platform::notification::unsubscribed;
use persistence::{
    Db, Tx,
    platform::{
        import::stored,
        notification_preference::{self as preference, Model},
    },
};
use shared_types::{MemberId, OrganizationId, identity::Done, platform::NotificationKind};

use crate::core::{
    app::Services,
    error::{ApiError, ApiResult},
    reply::Reply,
    state::AppState,
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config.service(show_unsubscribe).service(unsubscribe);
}

/// What stands for the mail of the day.
const DAILY: &str = "daily";

fn signed(organization: OrganizationId, member: MemberId, kind: &str) -> String {
    format!("unsubscribe:{organization}:{member}:{kind}")
}

/// The link that ends mail of a kind, or the mail of the day.
pub fn link(
    state: &AppState,
    db: &impl Db,
    member: MemberId,
    kind: Option<NotificationKind>,
) -> String {
    let organization = db.organization();
    let kind = kind.map_or(DAILY, NotificationKind::as_str);
    let signature = state.signer.sign(&signed(organization, member, kind));
    let url = &state.config.public_url;
    format!("{url}/api/v1/public/unsubscribe/{organization}.{member}.{kind}.{signature}")
}

/// Who wants no more mail of what, as a link of ours says.
fn read(
    state: &AppState,
    token: &str,
) -> Option<(OrganizationId, MemberId, Option<NotificationKind>)> {
    let mut parts = token.splitn(4, '.');
    let organization: OrganizationId = parts.next()?.parse().ok()?;
    let member: MemberId = parts.next()?.parse().ok()?;
    let kind = parts.next()?;
    let text = signed(organization, member, kind);
    if !state.signer.made(parts.next()?, &text) {
        return None;
    }
    let kind = match kind {
        DAILY => None,
        kind => Some(kind.parse().ok()?),
    };
    Some((organization, member, kind))
}

fn no_link() -> ApiError {
    ApiError::field("token", "is not that of a link in one of our mails")
}

/// Show the unsubscription
///
/// A page that asks whether mail of this kind is to end; it changes nothing itself.
#[utoipa::path(tag = "notifications", operation_id = "showUnsubscribe", params(("token" = String, Path, description = "What the mail says.")),
    responses((status = 200, description = "A page with a button.", content_type = "text/html", body = String)), security(("bearer" = ["public"])))]
#[get("/api/v1/public/unsubscribe/{token}")]
async fn show_unsubscribe(state: Data<AppState>, token: Path<String>) -> ApiResult<HttpResponse> {
    read(&state, &token).ok_or_else(no_link)?;
    // The address is its own: the form names none, and nothing of the token stands in the page.
    let page = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
        <title>Touchline</title></head><body><main><h1>Touchline</h1>\
        <form method=\"post\"><p><button>No more mail of this kind \u{b7} Ne plus recevoir ces messages \u{b7} Bez ovakve po\u{161}te</button></p></form>\
        </main></body></html>";
    Ok(HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header(("cache-control", "no-store"))
        .body(page))
}

/// Unsubscribe
///
/// Ends mail of the kind that the link is of. The product goes on telling. As often as one likes.
#[utoipa::path(tag = "notifications", operation_id = "unsubscribe", params(("token" = String, Path, description = "What the mail says.")),
    responses((status = 200, description = "There is no more mail of this kind.", body = Done)), security(("bearer" = ["public"])))]
#[post("/api/v1/public/unsubscribe/{token}")]
async fn unsubscribe(
    state: Data<AppState>,
    token: Path<String>,
    _: Bytes,
) -> ApiResult<Reply<Done>> {
    let (organization, member, kind) = read(&state, &token).ok_or_else(no_link)?;
    let tx = state.store.begin(organization, None, state.actor());
    end(&tx, member, kind).await?;
    tx.commit().await?;
    Ok(Reply::ok(Done { done: true }))
}

async fn end(tx: &Tx, member: MemberId, kind: Option<NotificationKind>) -> ApiResult<()> {
    let before = preference::of(tx, &[member]).await?.pop();
    let said = before.as_ref().map(Model::channels).transpose()?;
    let channels = unsubscribed(&said.unwrap_or_default(), kind);
    let row = Model {
        organization_id: tx.organization(),
        member_id: member,
        channels: stored(&channels)?,
        time_zone: before.as_ref().and_then(|row| row.time_zone.clone()),
        quiet_from: before.as_ref().and_then(|row| row.quiet_from.clone()),
        quiet_until: before.as_ref().and_then(|row| row.quiet_until.clone()),
        updated_at: tx.now(),
    };
    Ok(preference::put(tx, row).await?)
}
