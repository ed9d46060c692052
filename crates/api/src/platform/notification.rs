//! What the caller is told of: one's own notifications, and how one wants to be told.

use actix_web::{get, post, put};
use domain::platform::notification::{channels, check};
use persistence::{
    Db, PageRequest,
    platform::{
        import::stored,
        notification::{self, Found},
        notification_preference::{self as preference, Model},
    },
};
use shared_types::{
    NotificationId,
    platform::{
        ListNotifications, Notification, NotificationCount, NotificationPreferences,
        SetNotificationPreferences,
    },
};

use crate::core::{
    app::Services,
    context::{Ctx, Once},
    error::ApiResult,
    extract::{Id, Params, Valid},
    permit::OrganizationRead,
    reply::Reply,
};

/// The routes of this aggregate.
pub fn routes(config: &mut impl Services) {
    config
        .service(list_notifications)
        .service(count_notifications)
        .service(read_all_notifications)
        .service(read_notification)
        .service(unread_notification)
        .service(get_notification_preferences)
        .service(set_notification_preferences);
}

/// List notifications
///
/// What the caller was told of within the last 90 days, the latest first.
#[utoipa::path(tag = "notifications", operation_id = "listNotifications", params(ListNotifications),
    responses((status = 200, description = "A page of notifications.", body = [Notification])), security(("bearer" = ["organization:read"])))]
#[get("/api/v1/notifications")]
async fn list_notifications(
    ctx: Ctx<OrganizationRead>,
    query: Params<ListNotifications>,
) -> ApiResult<Reply<Vec<Notification>>> {
    let request = PageRequest::new(&query.0, ctx.position("notifications", &query.0)?);
    let page = notification::list(&ctx.read(), ctx.me().member_id, &query.0, &request).await?;
    Ok(ctx.page("notifications", &query.0, page.map(Notification::from)))
}

/// Count notifications
///
/// How many the caller has not read.
#[utoipa::path(tag = "notifications", operation_id = "countNotifications",
    responses((status = 200, description = "How many there are to read.", body = NotificationCount)), security(("bearer" = ["organization:read"])))]
#[get("/api/v1/notifications/count")]
async fn count_notifications(ctx: Ctx<OrganizationRead>) -> ApiResult<Reply<NotificationCount>> {
    let unread = notification::unread(&ctx.read(), ctx.me().member_id).await?;
    Ok(Reply::ok(NotificationCount { unread }))
}

/// Read all notifications
#[utoipa::path(tag = "notifications", operation_id = "readAllNotifications",
    responses((status = 200, description = "How many there are to read now.", body = NotificationCount)), security(("bearer" = ["organization:read"])))]
#[post("/api/v1/notifications/read-all")]
async fn read_all_notifications(ctx: Ctx<OrganizationRead>) -> ApiResult<Once<NotificationCount>> {
    ctx.post(async |tx| {
        notification::mark(tx, ctx.me().member_id, None, Some(tx.now())).await?;
        Ok(Reply::ok(NotificationCount { unread: 0 }))
    })
    .await
}

/// Marks one, and answers it.
async fn marked(
    ctx: &Ctx<OrganizationRead>,
    id: NotificationId,
    read: bool,
) -> ApiResult<Once<Notification>> {
    let me = ctx.me().member_id;
    ctx.post(async |tx| {
        notification::get(tx, me, id).await?;
        notification::mark(tx, me, Some(id), read.then_some(tx.now())).await?;
        let found: Found = notification::get(tx, me, id).await?;
        Ok(Reply::ok(found.into()))
    })
    .await
}

/// Read a notification
#[utoipa::path(tag = "notifications", operation_id = "readNotification", params(("id" = NotificationId, Path, description = "Id of the notification.")),
    responses((status = 200, description = "The notification, read.", body = Notification)), security(("bearer" = ["organization:read"])))]
#[post("/api/v1/notifications/{id}/read")]
async fn read_notification(
    ctx: Ctx<OrganizationRead>,
    id: Id<NotificationId>,
) -> ApiResult<Once<Notification>> {
    marked(&ctx, id.0, true).await
}

/// Take a notification as not read
#[utoipa::path(tag = "notifications", operation_id = "unreadNotification", params(("id" = NotificationId, Path, description = "Id of the notification.")),
    responses((status = 200, description = "The notification, to be read again.", body = Notification)), security(("bearer" = ["organization:read"])))]
#[post("/api/v1/notifications/{id}/unread")]
async fn unread_notification(
    ctx: Ctx<OrganizationRead>,
    id: Id<NotificationId>,
) -> ApiResult<Once<Notification>> {
    marked(&ctx, id.0, false).await
}

fn shown(row: Option<Model>) -> ApiResult<NotificationPreferences> {
    let said = row.as_ref().map(Model::channels).transpose()?;
    let channels = channels(&said.unwrap_or_default());
    Ok(match row {
        Some(row) => NotificationPreferences {
            channels,
            time_zone: row.time_zone,
            quiet_from: row.quiet_from,
            quiet_until: row.quiet_until,
        },
        None => NotificationPreferences {
            channels,
            time_zone: None,
            quiet_from: None,
            quiet_until: None,
        },
    })
}

/// Get how one is told
#[utoipa::path(tag = "notifications", operation_id = "getNotificationPreferences",
    responses((status = 200, description = "How the caller is told of what.", body = NotificationPreferences)), security(("bearer" = ["organization:read"])))]
#[get("/api/v1/notification-preferences")]
async fn get_notification_preferences(
    ctx: Ctx<OrganizationRead>,
) -> ApiResult<Reply<NotificationPreferences>> {
    let mut said = preference::of(&ctx.read(), &[ctx.me().member_id]).await?;
    Ok(Reply::ok(shown(said.pop())?))
}

/// Say how to be told
///
/// Of what in the product and of what by mail (at once, with the mail of the day at 8:00, or never), and from when until when there
/// is no mail. Replaces what was said before.
#[utoipa::path(tag = "notifications", operation_id = "setNotificationPreferences", request_body = SetNotificationPreferences,
    responses((status = 200, description = "How the caller is told of what.", body = NotificationPreferences)), security(("bearer" = ["organization:read"])))]
#[put("/api/v1/notification-preferences")]
async fn set_notification_preferences(
    ctx: Ctx<OrganizationRead>,
    body: Valid<SetNotificationPreferences>,
) -> ApiResult<Reply<NotificationPreferences>> {
    check(&body.0)?;
    let SetNotificationPreferences {
        channels,
        time_zone,
        quiet_from,
        quiet_until,
    } = body.0;
    ctx.write(async |tx| {
        let row = Model {
            organization_id: tx.organization(),
            member_id: ctx.me().member_id,
            channels: stored(&channels)?,
            time_zone: time_zone.clone(),
            quiet_from: quiet_from.clone(),
            quiet_until: quiet_until.clone(),
            updated_at: tx.now(),
        };
        preference::put(tx, row.clone()).await?;
        Ok(Reply::ok(shown(Some(row))?))
    })
    .await
}
