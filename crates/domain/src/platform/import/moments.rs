//! Times of day as files have them, beside the day that [`super::dates`] reads.

use chrono::{DateTime, NaiveTime, Utc};
use chrono_tz::Tz;
use shared_types::platform::DateFormat;

use super::dates::parse_date;
use crate::core::time::{LAST_DAY, instant};

/// The time of a day of which no time is said: when people begin to work.
const MORNING: NaiveTime = match NaiveTime::from_hms_opt(9, 0, 0) {
    Some(time) => time,
    None => NaiveTime::MIN,
};

/// Reads a moment: RFC 3339, or a day in a format with or without a time of it, which is meant in
/// the zone. `None` when it is none from 1900 to 2199.
#[must_use]
pub fn parse_moment(text: &str, format: DateFormat, zone: Tz) -> Option<DateTime<Utc>> {
    if let Ok(moment) = DateTime::parse_from_rfc3339(text.trim()) {
        let moment = moment.with_timezone(&Utc);
        return (moment.date_naive() <= LAST_DAY).then_some(moment);
    }
    let day = parse_date(text, format)?;
    let time = match text.find(':') {
        None => MORNING,
        Some(colon) => time_around(text, colon)?,
    };
    Some(instant(day.and_time(time), zone))
}

/// The time whose hours end at a colon: `14:30`, `2:30:15 pm`.
fn time_around(text: &str, colon: usize) -> Option<NaiveTime> {
    let (before, behind) = (text.get(..colon)?, text.get(colon + 1..)?);
    let hours: String = before
        .chars()
        .rev()
        .take_while(char::is_ascii_digit)
        .collect();
    let hours: u32 = hours.chars().rev().collect::<String>().parse().ok()?;
    let minutes: u32 = behind.get(..2)?.parse().ok()?;
    let seconds: u32 = match behind.get(2..3) {
        Some(":") => behind.get(3..5)?.parse().ok()?,
        _ => 0,
    };
    let half = behind.trim_end_matches('.').to_ascii_lowercase();
    let hours = match (hours, half.ends_with("pm"), half.ends_with("am")) {
        (12, _, true) => 0,
        (1..=11, true, _) => hours + 12,
        _ => hours,
    };
    NaiveTime::from_hms_opt(hours, minutes, seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        let format = DateFormat::DayMonthYear;
        parse_moment(text, format, chrono_tz::Europe::Berlin).map(|moment| moment.to_rfc3339())
    }

    #[test]
    fn times_are_those_of_the_zone_unless_they_say_otherwise() {
        for (text, moment) in [
            ("2026-07-01T10:00:00Z", "2026-07-01T10:00:00+00:00"),
            ("2026-07-01T10:00:00+02:00", "2026-07-01T08:00:00+00:00"),
            ("01/07/2026 14:30", "2026-07-01T12:30:00+00:00"),
            ("2026-07-01 2:30:15 PM", "2026-07-01T12:30:15+00:00"),
            ("2026-12-01 12:05 am", "2026-11-30T23:05:00+00:00"),
            ("01.07.2026", "2026-07-01T07:00:00+00:00"),
        ] {
            assert_eq!(read(text).as_deref(), Some(moment), "{text}");
        }
        for wrong in ["tomorrow", "2026-07-01 25:00", "32.07.2026", ""] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
