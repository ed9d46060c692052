//! Days and times of an organization. Now is passed in; time zones are IANA names.
//!
//! # Where clocks change
//! A time of day is kept as local time and zone, so a meeting at 9:00 stays at 9:00. To find the
//! instant, the rule of RFC 5545 holds everywhere: a local time that occurs **twice** (clocks go
//! back) is the **first** of the two; one that **never** occurs (clocks go forward) is read with
//! the offset from before the gap, so it lies as much after the gap as it was into it (2:30 is
//! 3:30). A day begins with the first instant that has its date, or where its midnight is skipped,
//! with the end of the gap.

use chrono::{
    DateTime, Datelike, Days, Duration, MappedLocalTime, Months, NaiveDate, NaiveDateTime,
    NaiveTime, Offset, TimeZone, Utc,
};
use chrono_tz::Tz;

use super::error::{DomainError, DomainResult};

/// The time zone of an IANA name.
///
/// # Errors
/// `Invalid` on `timeZone`.
pub fn zone(name: &str) -> DomainResult<Tz> {
    name.parse().map_err(|_| {
        DomainError::invalid("timeZone", "must be an IANA time zone, like Europe/Berlin")
    })
}

/// The day it is in a time zone.
#[must_use]
pub fn today(now: DateTime<Utc>, zone: Tz) -> NaiveDate {
    now.with_timezone(&zone).date_naive()
}

/// The instant of a local time; gaps and overlaps as said above.
#[must_use]
pub fn instant(local: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    match zone.from_local_datetime(&local) {
        MappedLocalTime::Single(time) | MappedLocalTime::Ambiguous(time, _) => {
            time.with_timezone(&Utc)
        }
        MappedLocalTime::None => {
            // No gap is longer than a day, so a day and an hour before it the old offset holds.
            let before = local
                .checked_sub_signed(Duration::hours(25))
                .unwrap_or(local);
            let offset = match zone.offset_from_local_datetime(&before) {
                MappedLocalTime::Single(offset) | MappedLocalTime::Ambiguous(_, offset) => {
                    i64::from(offset.fix().local_minus_utc())
                }
                MappedLocalTime::None => 0,
            };
            local
                .checked_sub_signed(Duration::seconds(offset))
                .unwrap_or(local)
                .and_utc()
        }
    }
}

/// The instant at which a day begins.
#[must_use]
pub fn start_of_day(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    instant(day.and_time(NaiveTime::MIN), zone)
}

/// The first day that can be stored.
pub const FIRST_DAY: NaiveDate = match NaiveDate::from_ymd_opt(1900, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

/// The last day that can be stored.
pub const LAST_DAY: NaiveDate = match NaiveDate::from_ymd_opt(2199, 12, 31) {
    Some(day) => day,
    None => NaiveDate::MAX,
};

/// Checks that a day is one that can be meant and stored: 1900 to 2199.
///
/// # Errors
/// `Invalid` on the field.
pub fn check_day(field: &str, day: Option<NaiveDate>) -> DomainResult<()> {
    match day {
        Some(day) if !(FIRST_DAY..=LAST_DAY).contains(&day) => Err(DomainError::invalid(
            field,
            format!("must be from {FIRST_DAY} to {LAST_DAY}"),
        )),
        _ => Ok(()),
    }
}

/// Days from the first to the one before the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DayRange {
    /// The first day.
    pub start: NaiveDate,
    /// The day after the last one.
    pub end: NaiveDate,
}

impl DayRange {
    /// Days from `start` to the one before `end`; empty where `end` is not after `start`.
    #[must_use]
    pub fn new(start: NaiveDate, end: NaiveDate) -> Self {
        Self {
            start,
            end: end.max(start),
        }
    }

    /// How many days.
    #[must_use]
    pub fn days(self) -> i64 {
        (self.end - self.start).num_days()
    }

    /// Whether a day is among them.
    #[must_use]
    pub fn contains(self, day: NaiveDate) -> bool {
        self.start <= day && day < self.end
    }

    /// As many days right before these.
    #[must_use]
    pub fn before(self) -> Self {
        let length = self.end - self.start;
        Self {
            start: self
                .start
                .checked_sub_signed(length)
                .unwrap_or(NaiveDate::MIN),
            end: self.start,
        }
    }

    /// The instants at which the days begin and end in a time zone.
    #[must_use]
    pub fn instants(self, zone: Tz) -> (DateTime<Utc>, DateTime<Utc>) {
        (start_of_day(self.start, zone), start_of_day(self.end, zone))
    }
}

fn first_of_month(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

/// A first of the month, so many months later (or earlier); the ends of the calendar stay.
#[must_use]
pub fn add_months(day: NaiveDate, months: i32) -> NaiveDate {
    let count = Months::new(months.unsigned_abs());
    let moved = if months < 0 {
        day.checked_sub_months(count)
    } else {
        day.checked_add_months(count)
    };
    moved.unwrap_or(day)
}

/// The month of a day.
#[must_use]
pub fn month(day: NaiveDate) -> DayRange {
    let start = first_of_month(day);
    DayRange::new(start, add_months(start, 1))
}

/// The quarter of the fiscal year that holds a day. The year begins with `start_month` (1–12).
#[must_use]
pub fn quarter(day: NaiveDate, start_month: u8) -> DayRange {
    let start = add_months(
        first_of_month(day),
        -(months_into_year(day, start_month) % 3),
    );
    DayRange::new(start, add_months(start, 3))
}

/// The fiscal year that holds a day. It begins with `start_month` (1–12).
#[must_use]
pub fn fiscal_year(day: NaiveDate, start_month: u8) -> DayRange {
    let start = add_months(first_of_month(day), -months_into_year(day, start_month));
    DayRange::new(start, add_months(start, 12))
}

/// How many whole months lie between the beginning of the fiscal year and that of a day's month.
fn months_into_year(day: NaiveDate, start_month: u8) -> i32 {
    let start = i32::from(start_month.clamp(1, 12));
    let month = i32::try_from(day.month()).unwrap_or(1);
    (month - start).rem_euclid(12)
}

/// The months from the one of the first day to the one of the last, at most `most`.
#[must_use]
pub fn months_of(range: DayRange, most: usize) -> Vec<DayRange> {
    let mut months = Vec::new();
    let mut next = month(range.start);
    while next.start < range.end && months.len() < most && !next.contains(LAST_DAY) {
        months.push(next);
        next = month(next.end);
    }
    months
}

/// Whole days from one day to a later one; zero when it is not later.
#[must_use]
pub fn days_between(from: NaiveDate, to: NaiveDate) -> i64 {
    (to - from).num_days().max(0)
}

/// A day so many days later; the end of the calendar stays.
#[must_use]
pub fn add_days(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days))
        .unwrap_or(NaiveDate::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn local(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    fn range(start: &str, end: &str) -> DayRange {
        DayRange::new(day(start), day(end))
    }

    #[test]
    fn today_is_where_the_organization_is() {
        let now = at("2026-03-01T23:30:00Z");
        assert_eq!(today(now, Tz::UTC), day("2026-03-01"));
        assert_eq!(today(now, Tz::Europe__Berlin), day("2026-03-02"));
        assert_eq!(today(now, Tz::Pacific__Honolulu), day("2026-03-01"));
        assert!(zone("Europe/Belgrade").is_ok() && zone("Mars/Base").is_err());
    }

    #[test]
    fn nine_stays_nine_when_clocks_change() {
        for (time, zone, utc) in [
            (
                "2026-03-28T09:00:00",
                Tz::Europe__Berlin,
                "2026-03-28T08:00:00Z",
            ),
            (
                "2026-03-29T09:00:00",
                Tz::Europe__Berlin,
                "2026-03-29T07:00:00Z",
            ),
            (
                "2026-10-25T09:00:00",
                Tz::Europe__Berlin,
                "2026-10-25T08:00:00Z",
            ),
            (
                "2026-03-07T09:00:00",
                Tz::America__New_York,
                "2026-03-07T14:00:00Z",
            ),
            (
                "2026-03-08T09:00:00",
                Tz::America__New_York,
                "2026-03-08T13:00:00Z",
            ),
        ] {
            assert_eq!(instant(local(time), zone), at(utc), "{time}");
        }
    }

    #[test]
    fn gaps_and_overlaps_follow_the_rule() {
        let berlin = |time| instant(local(time), Tz::Europe__Berlin);
        assert_eq!(
            berlin("2026-03-29T02:30:00"),
            at("2026-03-29T01:30:00Z"),
            "gap: 3:30 summer time"
        );
        assert_eq!(
            berlin("2026-10-25T02:30:00"),
            at("2026-10-25T00:30:00Z"),
            "overlap: the first"
        );
    }

    #[test]
    fn a_day_without_midnight_begins_after_the_gap() {
        // Cuba changes its clocks at midnight; Samoa skipped the whole of 30 December 2011.
        assert_eq!(
            start_of_day(day("2026-03-08"), Tz::America__Havana),
            at("2026-03-08T05:00:00Z")
        );
        assert_eq!(
            start_of_day(day("2011-12-30"), Tz::Pacific__Apia),
            start_of_day(day("2011-12-31"), Tz::Pacific__Apia)
        );
    }

    #[test]
    fn months_quarters_and_fiscal_years() {
        let may = day("2026-05-31");
        assert_eq!(month(may), range("2026-05-01", "2026-06-01"));
        assert_eq!(quarter(may, 1), range("2026-04-01", "2026-07-01"));
        assert_eq!(quarter(may, 2), range("2026-05-01", "2026-08-01"));
        assert_eq!(
            quarter(day("2026-01-31"), 2),
            range("2025-11-01", "2026-02-01")
        );
        assert_eq!(fiscal_year(may, 1), range("2026-01-01", "2027-01-01"));
        assert_eq!(fiscal_year(may, 7), range("2025-07-01", "2026-07-01"));
        assert_eq!(fiscal_year(may, 5), range("2026-05-01", "2027-05-01"));
        assert_eq!(fiscal_year(may, 0), fiscal_year(may, 1));
        assert_eq!(month(may).before(), range("2026-03-31", "2026-05-01"));
        let months = months_of(range("2025-12-15", "2026-02-02"), 12);
        assert_eq!(
            months.iter().map(|m| m.start).collect::<Vec<_>>(),
            [day("2025-12-01"), day("2026-01-01"), day("2026-02-01")]
        );
    }

    #[test]
    fn days_beyond_the_calendar_are_refused() {
        assert!(check_day("closedOn", Some(day("1899-12-31"))).is_err());
        assert!(check_day("closedOn", Some(NaiveDate::MAX)).is_err());
        assert!(check_day("closedOn", Some(LAST_DAY)).is_ok());
        assert!(check_day("closedOn", None).is_ok());
        for extreme in [NaiveDate::MIN, NaiveDate::MAX] {
            let _ = (month(extreme), quarter(extreme, 3), fiscal_year(extreme, 3));
            let _ = start_of_day(extreme, Tz::Asia__Tokyo);
        }
    }

    fn any_day() -> impl Strategy<Value = NaiveDate> {
        (0_u64..109_000).prop_map(|days| add_days(FIRST_DAY, days))
    }

    proptest! {
        #[test]
        fn a_day_lies_in_its_periods(day in any_day(), start in 1_u8..=12) {
            for period in [month(day), quarter(day, start), fiscal_year(day, start)] {
                prop_assert!(period.contains(day));
                prop_assert_eq!(period.before().days(), period.days());
                prop_assert_eq!(period.before().end, period.start);
            }
            prop_assert!(quarter(day, start).start >= fiscal_year(day, start).start);
            prop_assert!(quarter(day, start).end <= fiscal_year(day, start).end);
        }

        #[test]
        fn days_follow_one_another_in_every_zone(day in any_day(), index in 0..chrono_tz::TZ_VARIANTS.len()) {
            let zone = chrono_tz::TZ_VARIANTS[index];
            let (start, end) = month(day).instants(zone);
            prop_assert!(start < end);
            let begins = start_of_day(day, zone);
            prop_assert!(begins <= start_of_day(add_days(day, 1), zone));
            prop_assert!(today(begins, zone) >= day, "{} {}", zone, day);
            prop_assert!(today(begins - Duration::seconds(1), zone) < day);
        }
    }
}
