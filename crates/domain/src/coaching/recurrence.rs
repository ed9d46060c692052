//! Series of sessions: the dates of an RRULE of RFC 5545, by the clocks of a place.
//!
//! A rule is worked out over local times, so that what is at 9:00 stays at 9:00 while clocks change; which instant each
//! of them is, `core::time::instant` says: of two the first, and what falls into a gap lies as much after it.

use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use chrono_tz::Tz;
use rrule::RRuleSet;

use crate::core::error::{DomainError, DomainResult};

/// The most sessions of a series.
pub const MOST: usize = 26;

/// The most days from the first session to the last.
pub const SPAN_DAYS: i64 = 184;

const FIELD: &str = "recurrenceRule";

/// The end of a rule is an instant (RFC 5545, `UNTIL`); among local times it is what clocks show then.
fn localized(rule: &str, zone: Tz) -> DomainResult<String> {
    let parts = rule.split(';').map(|part| {
        let Some(until) = part.strip_prefix("UNTIL=") else {
            return Ok(part.to_owned());
        };
        let instant = until
            .strip_suffix('Z')
            .and_then(|stamp| NaiveDateTime::parse_from_str(stamp, "%Y%m%dT%H%M%S").ok());
        let day = chrono::NaiveDate::parse_from_str(until, "%Y%m%d").ok();
        let local = match (instant, day) {
            (Some(at), _) => at.and_utc().with_timezone(&zone).naive_local(),
            // A day is meant to its end.
            (None, Some(day)) => day.and_hms_opt(23, 59, 59).unwrap_or_default(),
            (None, None) => {
                return Err(DomainError::invalid(
                    FIELD,
                    "must end (UNTIL) with a day or an instant, like 20310630 or 20310630T215959Z",
                ));
            }
        };
        Ok(format!("UNTIL={}Z", local.format("%Y%m%dT%H%M%S")))
    });
    let parts: DomainResult<Vec<String>> = parts.collect();
    Ok(parts?.join(";"))
}

/// The local times of a series that begins with `first`: at most [`MOST`], within [`SPAN_DAYS`].
///
/// # Errors
/// `Invalid` on `recurrenceRule` where it is no rule, repeats more often than daily, or does not begin with the first session.
pub fn occurrences(rule: &str, first: NaiveDateTime, zone: Tz) -> DomainResult<Vec<NaiveDateTime>> {
    let rule = rule.trim().trim_start_matches("RRULE:").to_uppercase();
    if rule.chars().any(char::is_control) {
        return Err(DomainError::invalid(FIELD, "must be one line"));
    }
    let often = [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY",
        "FREQ=HOURLY",
        "BYHOUR",
        "BYMINUTE",
        "BYSECOND",
    ];
    if often.iter().any(|part| rule.contains(part)) {
        return Err(DomainError::invalid(
            FIELD,
            "must repeat once a day at most, at the time of the first session",
        ));
    }
    let rule = localized(&rule, zone)?;
    let text = format!("DTSTART:{}Z\nRRULE:{rule}", first.format("%Y%m%dT%H%M%S"));
    let set: RRuleSet = text.parse().map_err(|error: rrule::RRuleError| {
        DomainError::invalid(
            FIELD,
            format!("must be an RRULE of RFC 5545, like FREQ=WEEKLY;INTERVAL=2;BYDAY=TU: {error}"),
        )
    })?;
    let end: DateTime<Utc> = (first + Duration::days(SPAN_DAYS)).and_utc();
    let found = set
        .before(end.with_timezone(&rrule::Tz::UTC))
        .all(MOST as u16);
    let dates: Vec<NaiveDateTime> = found.dates.iter().map(|date| date.naive_utc()).collect();
    if dates.first() != Some(&first) {
        return Err(DomainError::invalid(
            FIELD,
            "must begin with the day of the first session",
        ));
    }
    Ok(dates)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::core::time::instant;

    fn local(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    #[test]
    fn every_second_tuesday_at_nine_stays_at_nine() {
        for (zone, first, change) in [
            (Tz::Europe__Belgrade, "2026-03-17T09:00:00", 60),
            (Tz::America__New_York, "2026-03-03T09:00:00", 60),
            (Tz::Europe__Belgrade, "2026-10-20T09:00:00", -60),
        ] {
            let dates = occurrences(
                "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;COUNT=3",
                local(first),
                zone,
            )
            .unwrap();
            assert_eq!(dates.len(), 3);
            assert!(
                dates
                    .iter()
                    .all(|date| date.format("%a %H:%M").to_string() == "Tue 09:00")
            );
            let between = instant(dates[1], zone) - instant(dates[0], zone);
            assert_eq!(between.num_minutes(), 14 * 24 * 60 - change);
        }
    }

    #[test]
    fn a_series_ends() {
        let zone = Tz::Europe__Belgrade;
        let first = local("2026-03-03T09:00:00");
        let count = |rule: &str| occurrences(rule, first, zone).unwrap().len();
        assert_eq!(count("FREQ=WEEKLY;BYDAY=TU"), MOST);
        assert_eq!(count("RRULE:FREQ=MONTHLY;BYDAY=1TU"), 7);
        assert_eq!(count("FREQ=DAILY;COUNT=3"), 3);
        // The end is an instant: 9:00 in Belgrade is 8:00 in winter.
        assert_eq!(count("FREQ=DAILY;UNTIL=20260305T080000Z"), 3);
        assert_eq!(count("FREQ=DAILY;UNTIL=20260305T075959Z"), 2);
        assert_eq!(count("FREQ=DAILY;UNTIL=20260305"), 3);
        for wrong in [
            "every tuesday",
            "FREQ=WEEKLY;BYDAY=WE",
            "FREQ=HOURLY",
            "FREQ=DAILY;BYHOUR=9,10",
            "FREQ=DAILY;UNTIL=soon",
            "FREQ=DAILY\nRRULE:FREQ=DAILY",
        ] {
            let error = occurrences(wrong, first, zone).unwrap_err();
            assert_eq!(error.fields().into_keys().next().unwrap(), FIELD, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn the_time_of_day_stays(hour in 0_u32..24, minute in 0_u32..60, day in 0_i64..365, interval in 1_u8..4) {
            let first = local("2026-01-01T00:00:00") + Duration::days(day)
                + Duration::minutes(i64::from(hour * 60 + minute));
            let dates = occurrences(&format!("FREQ=WEEKLY;INTERVAL={interval}"), first, Tz::Europe__Paris).unwrap();
            prop_assert!(!dates.is_empty() && dates.len() <= MOST);
            for pair in dates.windows(2) {
                prop_assert_eq!(pair[1] - pair[0], Duration::weeks(interval.into()));
            }
            prop_assert!(*dates.last().unwrap() - first <= Duration::days(SPAN_DAYS));
        }
    }
}
