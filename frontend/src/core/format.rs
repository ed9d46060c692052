//! Numbers, money, days and times as people of the chosen language write them; the browser knows how.

use std::{cell::RefCell, collections::HashMap};

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use js_sys::{Array, Date, Function, Intl, Object, Reflect};
use shared_types::{Currency, Money};
use wasm_bindgen::{JsCast, JsValue};

use crate::{core::i18n::language, tr};

thread_local! {
    static FORMATS: RefCell<HashMap<String, Function>> = RefCell::new(HashMap::new());
}

/// Forgets the formats of the language before.
pub fn forget() {
    FORMATS.with_borrow_mut(HashMap::clear);
}

fn options(pairs: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in pairs {
        // Setting a field of a plain object does not fail.
        let _ = Reflect::set(&object, &JsValue::from_str(name), value);
    }
    object
}

/// Formats by a function of the browser that is made once per key.
fn with(key: &str, make: impl FnOnce(&Array) -> Function, value: &JsValue) -> String {
    let function = FORMATS.with_borrow_mut(|held| {
        held.entry(key.to_owned())
            .or_insert_with(|| make(&Array::of1(&JsValue::from_str(language()))))
            .clone()
    });
    function
        .call1(&JsValue::UNDEFINED, value)
        .ok()
        .and_then(|text| text.as_string())
        .unwrap_or_default()
}

fn number_with(key: &str, pairs: &[(&str, JsValue)], value: &JsValue) -> String {
    with(
        key,
        |languages| Intl::NumberFormat::new(languages, &options(pairs)).format(),
        value,
    )
}

/// A whole number as the browser counts.
#[expect(
    clippy::cast_precision_loss,
    reason = "the browser has no other numbers, and none of ours is beyond 2^53"
)]
pub(super) const fn approximate(value: i64) -> f64 {
    value as f64
}

/// A whole number, grouped.
#[must_use]
pub fn number(value: i64) -> String {
    number_with("number", &[], &JsValue::from_f64(approximate(value)))
}

/// A count, of what is counted.
#[must_use]
pub fn count(value: u64) -> String {
    number(i64::try_from(value).unwrap_or(i64::MAX))
}

/// A size in bytes, in words.
#[must_use]
pub fn bytes(bytes: u64) -> String {
    match bytes {
        0..1_024 => tr!(import.bytes, count = bytes),
        1_024..1_048_576 => tr!(import.kilobytes, count = bytes / 1_024),
        _ => tr!(import.megabytes, count = bytes / 1_048_576),
    }
}

/// A percentage in whole percent.
#[must_use]
pub fn percent(value: u8) -> String {
    number_with(
        "percent",
        &[("style", "percent".into())],
        &JsValue::from_f64(f64::from(value) / 100.0),
    )
}

/// A share in basis points, with one decimal.
#[must_use]
pub fn basis_points(value: i32) -> String {
    number_with(
        "basis",
        &[
            ("style", "percent".into()),
            ("maximumFractionDigits", JsValue::from_f64(1.0)),
        ],
        &JsValue::from_f64(f64::from(value) / 10_000.0),
    )
}

/// A quantity in thousandths.
#[must_use]
pub fn quantity(thousandths: i64) -> String {
    number_with(
        "quantity",
        &[("maximumFractionDigits", JsValue::from_f64(3.0))],
        &JsValue::from_f64(approximate(thousandths) / 1000.0),
    )
}

/// An amount with its symbol, exact.
#[must_use]
pub fn money(money: Money) -> String {
    money_as(money, false)
}

/// An amount without decimals where it is a whole one: for tables and boards.
#[must_use]
pub fn money_short(money: Money) -> String {
    money_as(money, true)
}

fn money_as(money: Money, trim: bool) -> String {
    let mut pairs = vec![
        ("style", JsValue::from_str("currency")),
        ("currency", JsValue::from_str(money.currency.as_str())),
    ];
    if trim {
        pairs.push(("trailingZeroDisplay", JsValue::from_str("stripIfInteger")));
    }
    let key = format!("money{trim}{}", money.currency);
    // Given as text, so that no digit is lost.
    number_with(
        &key,
        &pairs,
        &JsValue::from_str(&domain::core::decimal::plain(money)),
    )
}

/// An amount in few characters (`€1.2M`): for figures and axes.
#[must_use]
pub fn money_compact(money: Money) -> String {
    let pairs = [
        ("style", JsValue::from_str("currency")),
        ("currency", JsValue::from_str(money.currency.as_str())),
        ("notation", JsValue::from_str("compact")),
        ("maximumFractionDigits", JsValue::from_f64(1.0)),
    ];
    let key = format!("compact{}", money.currency);
    number_with(
        &key,
        &pairs,
        &JsValue::from_str(&domain::core::decimal::plain(money)),
    )
}

/// The amount as it stands in a field that is edited.
#[must_use]
pub fn money_plain(money: Money) -> String {
    let text = domain::core::decimal::plain(money);
    text.strip_suffix(".00")
        .map(ToOwned::to_owned)
        .unwrap_or(text)
}

/// What a currency is called.
#[must_use]
pub fn currency_name(currency: Currency) -> String {
    name_of("currency", currency.as_str())
}

/// What a country is called.
#[must_use]
pub fn country_name(code: &str) -> String {
    name_of("region", code)
}

fn name_of(kind: &str, code: &str) -> String {
    let name = (|| {
        let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
        let names: Function = Reflect::get(&intl, &"DisplayNames".into())
            .ok()?
            .dyn_into()
            .ok()?;
        let arguments = Array::of2(
            &Array::of1(&language().into()),
            &options(&[("type", kind.into())]),
        );
        let names = Reflect::construct(&names, &arguments).ok()?;
        let of: Function = Reflect::get(&names, &"of".into()).ok()?.dyn_into().ok()?;
        of.call1(&names, &code.into()).ok()?.as_string()
    })();
    name.unwrap_or_else(|| code.to_owned())
}

fn day_format(key: &str, pairs: &[(&str, JsValue)], date: &Date) -> String {
    with(
        key,
        |languages| Intl::DateTimeFormat::new(languages, &options(pairs)).format(),
        date,
    )
}

pub(super) fn date(at: DateTime<Utc>) -> Date {
    Date::new(&JsValue::from_f64(approximate(at.timestamp_millis())))
}

fn noon(day: NaiveDate) -> Date {
    let ms = Date::utc(f64::from(day.year()), f64::from(day.month0()))
        + f64::from(day.day0()) * 86_400_000.0;
    Date::new(&JsValue::from_f64(ms))
}

/// A day (`20 Nov 2026`).
#[must_use]
pub fn day(day: NaiveDate) -> String {
    day_format(
        "day",
        &[("dateStyle", "medium".into()), ("timeZone", "UTC".into())],
        &noon(day),
    )
}

/// A birthday, its year perhaps unknown (`17 May 1990`, `17 May`).
#[must_use]
pub fn birthday(text: &str) -> String {
    // In a leap year there is every day that a year may have.
    let without_year = text.strip_prefix("--").map(|day| format!("2000-{day}"));
    let known = without_year.as_deref().unwrap_or(text).parse();
    match (known, &without_year) {
        (Ok(known), None) => day(known),
        (Ok(known), Some(_)) => day_format(
            "birthday",
            &[
                ("day", "numeric".into()),
                ("month", "long".into()),
                ("timeZone", "UTC".into()),
            ],
            &noon(known),
        ),
        (Err(_), _) => text.to_owned(),
    }
}

/// A month (`Nov 2026`).
#[must_use]
pub fn month(day: NaiveDate) -> String {
    day_format(
        "month",
        &[
            ("month", "short".into()),
            ("year", "numeric".into()),
            ("timeZone", "UTC".into()),
        ],
        &noon(day),
    )
}

/// The name of a month, 1–12.
#[must_use]
pub fn month_name(month: u32) -> String {
    NaiveDate::from_ymd_opt(2000, month, 1).map_or_else(String::new, |first| {
        day_format(
            "monthName",
            &[("month", "long".into()), ("timeZone", "UTC".into())],
            &noon(first),
        )
    })
}

/// The day of a time, where the reader is.
#[must_use]
pub fn date_of(at: DateTime<Utc>) -> String {
    day_format("dateOf", &[("dateStyle", "medium".into())], &date(at))
}

/// Day and time, where the reader is.
#[must_use]
pub fn time(at: DateTime<Utc>) -> String {
    day_format(
        "time",
        &[
            ("dateStyle", "medium".into()),
            ("timeStyle", "short".into()),
        ],
        &date(at),
    )
}

/// Day and time of what is near: the year is said only where it is another.
#[must_use]
pub fn time_near(at: DateTime<Utc>) -> String {
    let date = date(at);
    if date.get_full_year() != Date::new_0().get_full_year() {
        return time(at);
    }
    day_format(
        "time-near",
        &[
            ("month", "short".into()),
            ("day", "numeric".into()),
            ("hour", "numeric".into()),
            ("minute", "2-digit".into()),
        ],
        &date,
    )
}

/// Now, by the browser's clock.
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    reason = "the browser counts whole milliseconds"
)]
pub fn now() -> DateTime<Utc> {
    DateTime::from_timestamp_millis(Date::now() as i64).unwrap_or_default()
}

/// Today, where the reader is.
#[must_use]
pub fn today() -> NaiveDate {
    let now = Date::new_0();
    NaiveDate::from_ymd_opt(
        i32::try_from(now.get_full_year()).unwrap_or_default(),
        now.get_month() + 1,
        now.get_date(),
    )
    .unwrap_or_default()
}

/// How long ago (`3 hours ago`).
#[must_use]
pub fn ago(at: DateTime<Utc>) -> String {
    let seconds = (at - now()).num_seconds();
    let (value, unit) = match seconds.unsigned_abs() {
        0..60 => (seconds, "second"),
        60..3_600 => (seconds / 60, "minute"),
        3_600..86_400 => (seconds / 3_600, "hour"),
        86_400..2_592_000 => (seconds / 86_400, "day"),
        2_592_000..31_536_000 => (seconds / 2_592_000, "month"),
        _ => (seconds / 31_536_000, "year"),
    };
    let format = Intl::RelativeTimeFormat::new(
        &Array::of1(&language().into()),
        &options(&[("numeric", "auto".into()), ("style", "long".into())]),
    );
    format.format(approximate(value.min(0)), unit).into()
}

/// A stretch of time in its largest unit (`12 days`).
#[must_use]
pub fn duration(seconds: i64) -> String {
    // The kept format has a name of its own: `day` is that of dates.
    let (value, unit, name) = match seconds {
        ..3_600 => (seconds / 60, "minute", "duration-minute"),
        3_600..86_400 => (seconds / 3_600, "hour", "duration-hour"),
        _ => (seconds / 86_400, "day", "duration-day"),
    };
    number_with(
        name,
        &[
            ("style", "unit".into()),
            ("unit", unit.into()),
            ("unitDisplay", "long".into()),
        ],
        &JsValue::from_f64(approximate(value)),
    )
}

/// The time zone of the browser, by its IANA name.
#[must_use]
pub fn time_zone() -> Option<String> {
    let options = Intl::DateTimeFormat::new(&Array::new(), &Object::new()).resolved_options();
    Reflect::get(&options, &"timeZone".into()).ok()?.as_string()
}
