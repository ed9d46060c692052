//! Notifications: what a member is told of, in the product and by mail.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_with::{apply, skip_serializing_none};
use uuid::Uuid;
use validator::Validate;

use super::SubjectKind;
use crate::{AnyOf, MemberId, NotificationId, list_query, text_enum};

text_enum! {
    /// What a member is told of.
    pub enum NotificationKind {
        /// Somebody gave the member a deal.
        DealAssigned = "dealAssigned",
        /// Somebody gave the member a lead.
        LeadAssigned = "leadAssigned",
        /// A note mentions the member.
        Mention = "mention",
        /// An activity of the member is due soon.
        ActivityReminder = "activityReminder",
        /// An import of the member came to its end.
        ImportFinished = "importFinished",
        /// Somebody took the invitation that the member had sent.
        InvitationAccepted = "invitationAccepted",
    }
}

text_enum! {
    /// Whether a member gets mail of something.
    pub enum MailChannel {
        /// At once, but for quiet hours.
        Now = "now",
        /// With all else of the day, at 8:00 where the member is.
        Daily = "daily",
        /// Never.
        Off = "off",
    }
}

/// Something that a member is told of.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Notification {
    /// Id of the notification.
    pub id: NotificationId,
    /// What it tells of.
    pub kind: NotificationKind,
    /// The kind of record it is about.
    pub subject_type: SubjectKind,
    /// The record.
    pub subject_id: Uuid,
    /// What the record was called.
    pub title: String,
    /// More of it: the words around a mention, when an activity is due.
    pub detail: Option<String>,
    /// The page of the client that shows it.
    #[cfg_attr(
        feature = "openapi",
        schema(example = "/deals/01936e2a-7b1c-7cc3-98c4-dc0c0c07398f")
    )]
    pub path: String,
    /// The member who did it.
    pub actor_id: Option<MemberId>,
    /// Name of that member.
    pub actor_name: Option<String>,
    /// When it happened.
    pub created_at: DateTime<Utc>,
    /// When it was read; absent until then.
    pub read_at: Option<DateTime<Utc>>,
}

/// How many notifications there are to read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct NotificationCount {
    /// Those that were not read yet.
    pub unread: u64,
}

text_enum! {
    /// What notifications are listed by.
    pub enum NotificationSort {
        CreatedAt = "createdAt",
    }
}

list_query! {
    /// Which of one's notifications to list.
    pub struct ListNotifications sort NotificationSort {
        /// `true` lists those that were not read yet, `false` the others.
        unread: bool,
        /// Any of these kinds.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "mention"))]
        kind: AnyOf<NotificationKind>,
    }
}

/// How a member is told of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NotificationChannel {
    /// Of what.
    pub kind: NotificationKind,
    /// Whether in the product.
    pub product: bool,
    /// Whether by mail.
    pub mail: MailChannel,
}

/// How a member is told.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct NotificationPreferences {
    /// Each kind once.
    pub channels: Vec<NotificationChannel>,
    /// IANA time zone of the member; that of the organization unless said.
    #[cfg_attr(feature = "openapi", schema(example = "Europe/Berlin"))]
    pub time_zone: Option<String>,
    /// From when on there is no mail, in that time zone.
    #[cfg_attr(feature = "openapi", schema(example = "20:00"))]
    pub quiet_from: Option<String>,
    /// Until when.
    #[cfg_attr(feature = "openapi", schema(example = "07:00"))]
    pub quiet_until: Option<String>,
}

/// Says how to be told: replaces all that was said before. Kinds that are left out are told of as usual.
#[apply(Option => #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::given")])]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema),
    schema(example = json!({"channels": [{"kind": "mention", "product": true, "mail": "now"}], "quietFrom": "20:00", "quietUntil": "07:00"})))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SetNotificationPreferences {
    /// Each kind at most once.
    #[validate(length(max = 50))]
    #[cfg_attr(feature = "openapi", schema(max_items = 50))]
    pub channels: Vec<NotificationChannel>,
    /// IANA time zone of the member; that of the organization unless said.
    #[validate(length(max = 64), custom(function = crate::time_zone))]
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 64, example = "Europe/Berlin")
    )]
    pub time_zone: Option<String>,
    /// From when on there is no mail, as `HH:MM`; with `quietUntil`.
    #[validate(length(max = 5))]
    #[cfg_attr(feature = "openapi", schema(max_length = 5, example = "20:00"))]
    pub quiet_from: Option<String>,
    /// Until when, as `HH:MM`; with `quietFrom`.
    #[validate(length(max = 5))]
    #[cfg_attr(feature = "openapi", schema(max_length = 5, example = "07:00"))]
    pub quiet_until: Option<String>,
}
