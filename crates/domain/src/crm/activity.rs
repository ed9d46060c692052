//! Reminders of activities.

use chrono::{DateTime, TimeDelta, Utc};

use crate::core::error::{DomainError, DomainResult};

/// A reminder that comes later than this, because the server was away or the activity was in the
/// trash, is none any more.
const LATE: TimeDelta = TimeDelta::days(1);

/// When the owner of an activity is to be reminded; not of what is done, nor of what was due already
/// when that was asked for.
#[must_use]
pub fn remind_at(
    due_at: Option<DateTime<Utc>>,
    minutes: Option<i32>,
    done: bool,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let (due, minutes) = due_at.zip(minutes)?;
    let at = due.checked_sub_signed(TimeDelta::minutes(minutes.into()))?;
    (!done && due > now).then_some(at)
}

/// Whether a reminder is still worth a mail.
#[must_use]
pub fn is_timely(due_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
    due_at.is_some_and(|due| now - due <= LATE)
}

/// Checks that there is a time before which one can be reminded.
///
/// # Errors
/// Invalid on `remindMinutes` otherwise.
pub fn check_reminder(due_at: Option<DateTime<Utc>>, minutes: Option<i32>) -> DomainResult<()> {
    if minutes.is_some() && due_at.is_none() {
        return Err(DomainError::invalid(
            "remindMinutes",
            "needs dueAt: without it there is no time to be reminded before",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn reminders_come_before_what_is_due() {
        let now = at("2026-03-02T09:00:00Z");
        let due = Some(at("2026-03-02T10:00:00Z"));
        let wanted = Some(at("2026-03-02T09:30:00Z"));
        assert_eq!(remind_at(due, Some(30), false, now), wanted);
        assert_eq!(remind_at(due, Some(30), true, now), None);
        assert_eq!(remind_at(due, None, false, now), None);
        assert_eq!(remind_at(None, Some(30), false, now), None);
        assert_eq!(remind_at(Some(now), Some(0), false, now), None);
        assert!(remind_at(due, Some(600), false, now).is_some_and(|at| at < now));
        assert!(is_timely(due, now) && !is_timely(due, now + TimeDelta::days(2)));
        assert!(check_reminder(None, Some(1)).is_err() && check_reminder(due, Some(1)).is_ok());
    }
}
