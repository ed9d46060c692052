//! Times as the clocks of the browser's zone show them, and as its fields write them.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use js_sys::Date;

use crate::core::format;

/// How far the clocks of the browser's zone are behind UTC on a day.
fn behind_utc(date: &Date) -> TimeDelta {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "whole minutes, less than a day of them"
    )]
    TimeDelta::minutes(date.get_timezone_offset() as i64)
}

/// How `<input type="datetime-local">` writes a time.
const LOCAL: &str = "%Y-%m-%dT%H:%M";

/// When the clocks of the browser's zone show a time.
#[must_use]
pub fn moment(local: NaiveDateTime) -> DateTime<Utc> {
    let date = Date::new(&local.format(LOCAL).to_string().into());
    (local + behind_utc(&date)).and_utc()
}

/// A time of the browser's zone, as `<input type="datetime-local">` writes it.
#[must_use]
pub fn read(text: &str) -> Option<DateTime<Utc>> {
    NaiveDateTime::parse_from_str(text, LOCAL).ok().map(moment)
}

/// A time as `<input type="datetime-local">` reads it.
#[must_use]
pub fn written(at: DateTime<Utc>) -> String {
    let local = at.naive_utc() - behind_utc(&format::date(at));
    local.format(LOCAL).to_string()
}
