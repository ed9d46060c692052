//! Absences: which days they may have.

use chrono::NaiveDate;

use crate::core::{
    error::{DomainError, DomainResult},
    time::check_day,
};

/// The most days between the first and the last.
const MAX_DAYS: i64 = 366;

/// The days of an absence, the first and the last among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days {
    /// The first.
    pub from: NaiveDate,
    /// The last.
    pub until: NaiveDate,
}

impl Days {
    fn meets(self, other: Self) -> bool {
        self.from <= other.until && other.from <= self.until
    }
}

/// Checks the days of an absence against each other and against the `others` of the same member.
///
/// # Errors
/// `Invalid` on `until` when it lies before the first day or too far after it, on `from` when the
/// member is away already.
pub fn check(days: Days, others: &[Days]) -> DomainResult<()> {
    check_day("from", Some(days.from))?;
    check_day("until", Some(days.until))?;
    if days.until < days.from {
        return Err(DomainError::invalid(
            "until",
            "must not be before the first day",
        ));
    }
    if (days.until - days.from).num_days() > MAX_DAYS {
        return Err(DomainError::invalid(
            "until",
            "must be at most 366 days after the first day",
        ));
    }
    match others.iter().find(|other| days.meets(**other)) {
        Some(other) => Err(DomainError::invalid(
            "from",
            format!(
                "meets an absence from {} until {}; change that one",
                other.from, other.until
            ),
        )),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(from: &str, until: &str) -> Days {
        Days {
            from: from.parse().unwrap(),
            until: until.parse().unwrap(),
        }
    }

    #[test]
    fn the_last_day_follows_the_first() {
        let field = |days| {
            check(days, &[])
                .unwrap_err()
                .fields()
                .into_keys()
                .next()
                .unwrap()
        };
        assert!(check(days("2026-07-01", "2026-07-01"), &[]).is_ok());
        assert_eq!(field(days("2026-07-02", "2026-07-01")), "until");
        assert!(check(days("2026-01-01", "2027-01-02"), &[]).is_ok());
        assert_eq!(field(days("2026-01-01", "2027-01-03")), "until");
    }

    #[test]
    fn nobody_is_away_twice() {
        let summer = days("2026-07-10", "2026-07-20");
        for (from, until, fine) in [
            ("2026-07-01", "2026-07-09", true),
            ("2026-07-01", "2026-07-10", false),
            ("2026-07-12", "2026-07-13", false),
            ("2026-07-01", "2026-07-31", false),
            ("2026-07-20", "2026-07-21", false),
            ("2026-07-21", "2026-07-22", true),
        ] {
            assert_eq!(check(days(from, until), &[summer]).is_ok(), fine, "{from}");
        }
    }
}
