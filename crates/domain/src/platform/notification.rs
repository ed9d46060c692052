//! How and when members are told of what happened.

use std::collections::HashSet;

use chrono::{DateTime, Days, NaiveTime, Utc};
use chrono_tz::Tz;
use shared_types::platform::{
    MailChannel, NotificationChannel, NotificationKind, SetNotificationPreferences,
};

use crate::core::{
    error::{DomainError, DomainResult},
    time::instant,
};

/// How long notifications are kept, in days.
pub const KEPT_DAYS: i64 = 90;

/// When the mail of a day goes out, where the member is.
const DAILY: NaiveTime = match NaiveTime::from_hms_opt(8, 0, 0) {
    Some(time) => time,
    None => NaiveTime::MIN,
};

/// How a member is told of a kind who has said nothing of it: what somebody else waits for by mail at once, what one
/// finds in the product anyway with the mail of the day or not at all.
#[must_use]
pub const fn usual(kind: NotificationKind) -> NotificationChannel {
    use NotificationKind as K;
    let mail = match kind {
        K::Mention | K::ActivityReminder => MailChannel::Now,
        K::DealAssigned | K::LeadAssigned => MailChannel::Daily,
        K::ImportFinished | K::InvitationAccepted => MailChannel::Off,
    };
    NotificationChannel {
        kind,
        product: true,
        mail,
    }
}

/// Every kind with how a member is told of it, given what was said.
#[must_use]
pub fn channels(said: &[NotificationChannel]) -> Vec<NotificationChannel> {
    let kinds = NotificationKind::ALL.iter();
    kinds.map(|kind| channel(said, *kind)).collect()
}

/// How a member is told of a kind, given what was said.
#[must_use]
pub fn channel(said: &[NotificationChannel], kind: NotificationKind) -> NotificationChannel {
    let known = said.iter().find(|known| known.kind == kind);
    known.copied().unwrap_or_else(|| usual(kind))
}

/// The same, without mail of a kind, or of none.
#[must_use]
pub fn unsubscribed(
    said: &[NotificationChannel],
    kind: Option<NotificationKind>,
) -> Vec<NotificationChannel> {
    let mut all = channels(said);
    for one in &mut all {
        let daily = kind.is_none() && one.mail == MailChannel::Daily;
        if daily || Some(one.kind) == kind {
            one.mail = MailChannel::Off;
        }
    }
    all
}

/// Hours without mail, in the time zone of a member; past midnight where they end before they begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quiet {
    /// The first moment of them.
    pub from: NaiveTime,
    /// The first moment after them.
    pub until: NaiveTime,
}

impl Quiet {
    /// Whether it is quiet at a time of the day.
    #[must_use]
    pub fn holds(self, time: NaiveTime) -> bool {
        if self.from <= self.until {
            self.from <= time && time < self.until
        } else {
            self.from <= time || time < self.until
        }
    }
}

fn clock(text: &str) -> Option<NaiveTime> {
    (text.len() == 5).then_some(())?;
    NaiveTime::parse_from_str(text, "%H:%M").ok()
}

/// The quiet hours that two texts name.
#[must_use]
pub fn quiet(from: Option<&str>, until: Option<&str>) -> Option<Quiet> {
    Some(Quiet {
        from: clock(from?)?,
        until: clock(until?)?,
    })
}

/// Checks what somebody says of how to be told.
///
/// # Errors
/// `Invalid` on `channels.N.kind` for a kind that is named twice, on `quietFrom` or `quietUntil` where it is no time of the day or
/// the other one is missing.
pub fn check(said: &SetNotificationPreferences) -> DomainResult<()> {
    let mut kinds = HashSet::new();
    for (place, one) in said.channels.iter().enumerate() {
        if !kinds.insert(one.kind) {
            let field = format!("channels.{place}.kind");
            return Err(DomainError::invalid(field, "is named twice"));
        }
    }
    let both = [
        ("quietFrom", &said.quiet_from, &said.quiet_until),
        ("quietUntil", &said.quiet_until, &said.quiet_from),
    ];
    for (field, one, other) in both {
        match one {
            None if other.is_some() => {
                return Err(DomainError::invalid(
                    field,
                    "is required with the other end",
                ));
            }
            Some(text) if clock(text).is_none() => {
                return Err(DomainError::invalid(field, "must be a time like 20:00"));
            }
            _ => {}
        }
    }
    Ok(())
}

/// When the mail of something goes out that happens now; `None` for never.
#[must_use]
pub fn mail_at(
    channel: MailChannel,
    now: DateTime<Utc>,
    zone: Tz,
    quiet: Option<Quiet>,
) -> Option<DateTime<Utc>> {
    let local = now.with_timezone(&zone).naive_local();
    // The next moment of that time: of today, or else of tomorrow.
    let next = |time: NaiveTime| {
        let today = instant(local.date().and_time(time), zone);
        if today > now {
            return today;
        }
        let tomorrow = local.date().checked_add_days(Days::new(1));
        tomorrow.map_or(today, |day| instant(day.and_time(time), zone))
    };
    match channel {
        MailChannel::Off => None,
        MailChannel::Daily => Some(next(DAILY)),
        MailChannel::Now => match quiet.filter(|quiet| quiet.holds(local.time())) {
            Some(quiet) => Some(next(quiet.until)),
            None => Some(now),
        },
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn mail_keeps_the_clock_of_the_member() {
        let berlin = chrono_tz::Europe::Berlin;
        let night = quiet(Some("20:00"), Some("07:00"));
        for (channel, now, expected) in [
            (
                MailChannel::Now,
                "2026-03-02T12:00:00Z",
                Some("2026-03-02T12:00:00Z"),
            ),
            (
                MailChannel::Now,
                "2026-03-02T19:30:00Z",
                Some("2026-03-03T06:00:00Z"),
            ),
            (
                MailChannel::Now,
                "2026-03-02T03:00:00Z",
                Some("2026-03-02T06:00:00Z"),
            ),
            // The night of the clock change is an hour shorter.
            (
                MailChannel::Now,
                "2026-03-28T22:00:00Z",
                Some("2026-03-29T05:00:00Z"),
            ),
            (
                MailChannel::Daily,
                "2026-03-02T06:59:00Z",
                Some("2026-03-02T07:00:00Z"),
            ),
            (
                MailChannel::Daily,
                "2026-03-02T07:00:00Z",
                Some("2026-03-03T07:00:00Z"),
            ),
            (
                MailChannel::Daily,
                "2026-03-28T12:00:00Z",
                Some("2026-03-29T06:00:00Z"),
            ),
            (MailChannel::Off, "2026-03-02T12:00:00Z", None),
        ] {
            assert_eq!(
                mail_at(channel, at(now), berlin, night),
                expected.map(at),
                "{now}"
            );
        }
    }

    #[test]
    fn preferences_are_checked() {
        let said = |from: Option<&str>, until: Option<&str>| SetNotificationPreferences {
            quiet_from: from.map(str::to_owned),
            quiet_until: until.map(str::to_owned),
            ..SetNotificationPreferences::default()
        };
        assert!(check(&said(None, None)).is_ok());
        assert!(check(&said(Some("20:00"), Some("07:00"))).is_ok());
        for (from, until, field) in [
            (Some("20:00"), None, "quietUntil"),
            (None, Some("07:00"), "quietFrom"),
            (Some("25:00"), Some("07:00"), "quietFrom"),
            (Some("20:00"), Some("7:000"), "quietUntil"),
        ] {
            let faults = check(&said(from, until)).unwrap_err().fields();
            assert!(faults.contains_key(field), "{field}");
        }
        let twice = SetNotificationPreferences {
            channels: vec![usual(NotificationKind::Mention); 2],
            ..SetNotificationPreferences::default()
        };
        assert!(
            check(&twice)
                .unwrap_err()
                .fields()
                .contains_key("channels.1.kind")
        );
    }

    #[test]
    fn unsubscribing_takes_mail_alone() {
        let all = unsubscribed(&[], Some(NotificationKind::Mention));
        let mention = channel(&all, NotificationKind::Mention);
        assert!(mention.product && mention.mail == MailChannel::Off);
        let reminder = channel(&all, NotificationKind::ActivityReminder);
        assert_eq!(reminder.mail, MailChannel::Now);
        let none = unsubscribed(&[], None);
        assert!(none.iter().all(|one| one.mail != MailChannel::Daily));
    }

    proptest! {
        #[test]
        fn mail_is_neither_lost_nor_sent_in_quiet_hours(minutes in 0_i64..525_600, from in 0_u32..1440, until in 0_u32..1440) {
            let zone = chrono_tz::America::New_York;
            let now = at("2026-01-01T00:00:00Z") + TimeDelta::minutes(minutes);
            let time = |minute: u32| NaiveTime::from_hms_opt(minute / 60, minute % 60, 0).unwrap();
            let quiet = Quiet { from: time(from), until: time(until) };
            let mail = mail_at(MailChannel::Now, now, zone, Some(quiet)).unwrap();
            prop_assert!(mail >= now && mail - now <= TimeDelta::hours(26));
            let daily = mail_at(MailChannel::Daily, now, zone, None).unwrap();
            prop_assert!(daily > now && daily - now <= TimeDelta::hours(25));
        }
    }
}
