//! What pages about notifications ask of the server, and what notifications are called.

use shared_types::platform::{Notification, NotificationKind};

use crate::{
    core::{
        http::{self, Answer},
        query::Cache,
    },
    tr,
};

/// The path of notifications in the API.
pub const NOTIFICATIONS: &str = "/notifications";
/// That of how many there are to read.
pub const COUNT: &str = "/notifications/count";
/// That of how one is told.
pub const PREFERENCES: &str = "/notification-preferences";

/// What members are told of, in a word.
pub fn kind_name(kind: NotificationKind) -> &'static str {
    use NotificationKind as K;
    match kind {
        K::DealAssigned => tr!(notification.kind.deal_assigned),
        K::LeadAssigned => tr!(notification.kind.lead_assigned),
        K::Mention => tr!(notification.kind.mention),
        K::ActivityReminder => tr!(notification.kind.activity_reminder),
        K::ImportFinished => tr!(notification.kind.import_finished),
        K::InvitationAccepted => tr!(notification.kind.invitation_accepted),
    }
}

/// What one of them says, in a line.
pub fn sentence(notification: &Notification) -> String {
    use NotificationKind as K;
    let name = notification.title.as_str();
    let by = notification.actor_name.as_deref().unwrap_or("Touchline");
    match notification.kind {
        K::DealAssigned => tr!(notification.says.deal_assigned, by = by, name = name),
        K::LeadAssigned => tr!(notification.says.lead_assigned, by = by, name = name),
        K::Mention => tr!(notification.says.mention, by = by, name = name),
        K::ActivityReminder => tr!(notification.says.activity_reminder, name = name),
        K::ImportFinished => tr!(notification.says.import_finished, name = name),
        K::InvitationAccepted => tr!(notification.says.invitation_accepted, name = name),
    }
}

/// Marks one as read, or as not read.
pub async fn mark(notification: &Notification, read: bool) -> Answer<Notification> {
    let verb = if read { "read" } else { "unread" };
    http::act(&format!("{NOTIFICATIONS}/{}/{verb}", notification.id)).await
}

/// Forgets what was asked for before.
pub fn changed(cache: Cache) {
    cache.stale(NOTIFICATIONS);
}
