//! Days as files have them: which format they are in, and what they say.

use chrono::NaiveDate;
use shared_types::platform::DateFormat;

use crate::core::text::fold;
use crate::core::time::{FIRST_DAY, LAST_DAY};

/// An example of a format, for messages.
#[must_use]
pub const fn example(format: DateFormat) -> &'static str {
    match format {
        DateFormat::Iso => "2016-10-20",
        DateFormat::MonthDayYear => "10/20/2016 (month/day/year)",
        DateFormat::DayMonthYear => "20/10/2016 (day/month/year)",
    }
}

/// Reads a day in a format. Year first, eight digits without signs, and names of months (English,
/// German, French, Spanish, Serbian) are understood in every format, points always part day, month
/// and year; a time of day after it is left out. Years of two digits are 1969 to 2068. `None` when
/// it is no day from 1900 to 2199.
#[must_use]
pub fn parse_date(text: &str, format: DateFormat) -> Option<NaiveDate> {
    let (year, month, day) = match parts(text)? {
        Parts::Known { year, month, day } => (year, month, day),
        Parts::Open {
            first,
            second,
            year,
            dots,
        } => match format {
            _ if dots => (year, second, first),
            DateFormat::MonthDayYear => (year, first, second),
            DateFormat::DayMonthYear => (year, second, first),
            DateFormat::Iso => return None,
        },
    };
    NaiveDate::from_ymd_opt(year, month, day).filter(|date| (FIRST_DAY..=LAST_DAY).contains(date))
}

enum Parts {
    Known {
        year: i32,
        month: u32,
        day: u32,
    },
    Open {
        first: u32,
        second: u32,
        year: i32,
        dots: bool,
    },
}

fn parts(text: &str) -> Option<Parts> {
    let text = without_time(text.trim());
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Parts::Known {
            year: text.get(..4)?.parse().ok()?,
            month: text.get(4..6)?.parse().ok()?,
            day: text.get(6..)?.parse().ok()?,
        });
    }
    if text.chars().any(char::is_alphabetic) {
        return with_month_name(text);
    }
    let sign = text.chars().find(|letter| !letter.is_ascii_digit())?;
    if !matches!(sign, '/' | '-' | '.') {
        return None;
    }
    let mut pieces = text.trim_end_matches('.').split(sign).map(str::trim);
    let (a, b, c) = (pieces.next()?, pieces.next()?, pieces.next()?);
    if pieces.next().is_some() {
        return None;
    }
    if a.len() == 4 {
        return Some(Parts::Known {
            year: number(a, 4)?,
            month: small(b)?,
            day: small(c)?,
        });
    }
    Some(Parts::Open {
        first: small(a)?,
        second: small(b)?,
        year: year(c)?,
        dots: sign == '.',
    })
}

/// `20 Oct 2016`, `Oct 20, 2016`, `20-oct-16`, `20. oktobar 2016.`
fn with_month_name(text: &str) -> Option<Parts> {
    let folded = fold(text);
    let mut pieces = folded
        .split([' ', '-', '/', '.', ','])
        .filter(|piece| !piece.is_empty());
    let (a, b, c) = (pieces.next()?, pieces.next()?, pieces.next()?);
    if pieces.next().is_some() {
        return None;
    }
    let ordinal =
        |piece: &str| small(piece.trim_end_matches(|letter: char| letter.is_alphabetic()));
    let (month, day) = match (month_name(a), month_name(b)) {
        (Some(month), None) => (month, ordinal(b)?),
        (None, Some(month)) => (month, ordinal(a)?),
        _ => return None,
    };
    Some(Parts::Known {
        year: year(c)?,
        month,
        day,
    })
}

fn month_name(word: &str) -> Option<u32> {
    const MONTHS: [&[&str]; 12] = [
        &["jan", "ene", "janv"],
        &["feb", "fev"],
        &["mar", "mrz"],
        &["apr", "avr", "abr"],
        &["may", "mai", "maj"],
        &["jun", "juin"],
        &["jul", "juil"],
        &["aug", "aou", "ago", "avg"],
        &["sep"],
        &["oct", "okt"],
        &["nov"],
        &["dec", "dez", "dic"],
    ];
    if word.len() < 3 || !word.chars().all(char::is_alphabetic) {
        return None;
    }
    // `juin` and `juil` are longer than what they share with `jun` and `jul`.
    MONTHS
        .iter()
        .position(|names| names.iter().any(|name| word.starts_with(name)))
        .and_then(|index| u32::try_from(index + 1).ok())
}

/// Takes a time of day off the end: `2016-10-20T09:00:00Z`, `10/20/2016 9:00 AM`.
fn without_time(text: &str) -> &str {
    if let Some((date, time)) = text.split_once(['T', 't'])
        && date.len() >= 8
        && date.ends_with(|c: char| c.is_ascii_digit())
        && time.starts_with(|c: char| c.is_ascii_digit())
    {
        return date;
    }
    match text.find(':') {
        Some(colon) => {
            let before = text.get(..colon).unwrap_or(text);
            match before.rfind(' ') {
                Some(space) => before
                    .get(..space)
                    .unwrap_or(text)
                    .trim_end_matches([' ', ',']),
                None => text,
            }
        }
        None => text,
    }
}

fn number(text: &str, digits: usize) -> Option<i32> {
    (text.len() <= digits && !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

fn small(text: &str) -> Option<u32> {
    number(text, 2).and_then(|number| u32::try_from(number).ok())
}

fn year(text: &str) -> Option<i32> {
    let year = number(text, 4)?;
    match text.len() {
        4 => Some(year),
        2 if year <= 68 => Some(2000 + year),
        2 => Some(1900 + year),
        _ => None,
    }
}

/// What the values of a file say about its format, gathered one by one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DateVotes {
    month_first: u64,
    day_first: u64,
    year_first: u64,
    open: u64,
}

/// The format of the days of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateGuess {
    /// The format.
    pub format: DateFormat,
    /// Whether the values leave no doubt. `false` when every one of them is a day in both orders
    /// (`01/02/2016`), or some only in the one and some only in the other.
    pub sure: bool,
}

impl DateVotes {
    /// Takes a value into account, if it is a day at all.
    pub fn add(&mut self, text: &str) {
        match parts(text) {
            None => {}
            Some(Parts::Known { .. }) => {
                self.year_first += u64::from(parse_date(text, DateFormat::Iso).is_some());
            }
            Some(Parts::Open { dots, .. }) => {
                let day = |format| parse_date(text, format);
                let (month_first, day_first) =
                    (day(DateFormat::MonthDayYear), day(DateFormat::DayMonthYear));
                match (month_first, day_first) {
                    (None, None) => {}
                    (Some(_), Some(_)) if dots => self.day_first += 1,
                    (Some(_), None) => self.month_first += 1,
                    (None, Some(_)) => self.day_first += 1,
                    (Some(_), Some(_)) => self.open += 1,
                }
            }
        }
    }

    /// Adds the votes of another part of the file.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            month_first: self.month_first + other.month_first,
            day_first: self.day_first + other.day_first,
            year_first: self.year_first + other.year_first,
            open: self.open + other.open,
        }
    }

    /// Whether any value was a day.
    #[must_use]
    pub const fn any(self) -> bool {
        self.month_first + self.day_first + self.year_first + self.open > 0
    }

    /// The format the votes tell, `prefer` where they leave it open; `None` without any day.
    #[must_use]
    pub const fn guess(self, prefer: DateFormat) -> Option<DateGuess> {
        if !self.any() {
            return None;
        }
        let (format, sure) = match (self.month_first, self.day_first) {
            (0, 0) if self.open > 0 => (
                match prefer {
                    DateFormat::Iso => DateFormat::DayMonthYear,
                    order => order,
                },
                false,
            ),
            (0, 0) => (DateFormat::Iso, true),
            (_, 0) => (DateFormat::MonthDayYear, true),
            (0, _) => (DateFormat::DayMonthYear, true),
            (month, day) if month >= day => (DateFormat::MonthDayYear, false),
            _ => (DateFormat::DayMonthYear, false),
        };
        Some(DateGuess { format, sure })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MDY: DateFormat = DateFormat::MonthDayYear;
    const DMY: DateFormat = DateFormat::DayMonthYear;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    #[test]
    fn days_in_every_dress() {
        let october = Some(day(2016, 10, 20));
        for text in [
            "2016-10-20",
            "2016/10/20",
            "2016.10.20",
            "20161020",
            "2016-10-20T09:30:00Z",
            "2016-10-20 09:30",
            "20 Oct 2016",
            "October 20, 2016",
            "Oct 20th, 2016",
            "20-oct-16",
            "20. oktobar 2016.",
            "20 octobre 2016",
            "20.10.2016",
            "20.10.16",
        ] {
            for format in [MDY, DMY] {
                assert_eq!(parse_date(text, format), october, "{text}");
            }
        }
        assert_eq!(parse_date("10/20/2016", MDY), october);
        assert_eq!(parse_date("10/20/2016 9:05 AM", MDY), october);
        assert_eq!(parse_date("20/10/2016", DMY), october);
        assert_eq!(parse_date("20-10-2016", DMY), october);
        assert_eq!(parse_date("3/1/2017", MDY), Some(day(2017, 3, 1)));
        assert_eq!(parse_date("3/1/2017", DMY), Some(day(2017, 1, 3)));
        assert_eq!(parse_date("1/1/69", MDY), Some(day(1969, 1, 1)));
        assert_eq!(parse_date("14 juin 2020", MDY), Some(day(2020, 6, 14)));
        assert_eq!(parse_date("14 juil. 2020", MDY), Some(day(2020, 7, 14)));
        assert_eq!(parse_date("29 février 2020", MDY), Some(day(2020, 2, 29)));
    }

    #[test]
    fn what_is_no_day() {
        for text in [
            "",
            "x",
            "13/13/2016",
            "2/30/2016",
            "1/2",
            "1/2/3/4",
            "1/2/016",
            "0/1/2016",
            "2016-13-01",
            "99999999",
            "1899-12-31",
            "2200-01-01",
            "42663",
            "1.5",
            "Won",
            "--",
            "1-2/2016",
            "⑩/20/2016",
            "Oct Oct 2016",
        ] {
            assert_eq!(parse_date(text, MDY), None, "{text}");
        }
        assert_eq!(parse_date("10/20/2016", DateFormat::Iso), None);
    }

    fn guess(values: &[&str]) -> Option<(DateFormat, bool)> {
        let mut votes = DateVotes::default();
        values.iter().for_each(|value| votes.add(value));
        votes.guess(MDY).map(|guess| (guess.format, guess.sure))
    }

    #[test]
    fn the_format_is_told_from_values() {
        assert_eq!(guess(&["3/1/2017", "10/20/2016", ""]), Some((MDY, true)));
        assert_eq!(guess(&["3/1/2017", "20/10/2016"]), Some((DMY, true)));
        assert_eq!(guess(&["2016-10-20", "Won"]), Some((DateFormat::Iso, true)));
        assert_eq!(guess(&["3/1/2017", "2/1/2017"]), Some((MDY, false)));
        assert_eq!(guess(&["3/3/2017"]), Some((MDY, false)));
        assert_eq!(
            guess(&["13/1/2017", "1/13/2017", "1/14/2017"]),
            Some((MDY, false))
        );
        assert_eq!(guess(&["01.02.2016"]), Some((DMY, true)));
        assert_eq!(guess(&["a", "", "17"]), None);
    }

    proptest! {
        #[test]
        fn every_day_is_read_back(days in 0_u64..109_000) {
            let date = crate::core::time::add_days(FIRST_DAY, days);
            for (pattern, format) in [
                ("%Y-%m-%d", DateFormat::Iso),
                ("%m/%d/%Y", MDY),
                ("%-m/%-d/%Y", MDY),
                ("%d/%m/%Y", DMY),
                ("%d.%m.%Y", MDY),
                ("%B %-d, %Y", DMY),
                ("%d-%b-%Y", MDY),
            ] {
                prop_assert_eq!(parse_date(&date.format(pattern).to_string(), format), Some(date));
            }
        }

        #[test]
        fn any_text_is_answered(text in any::<String>()) {
            let mut votes = DateVotes::default();
            votes.add(&text);
            let _ = parse_date(&text, MDY);
        }
    }
}
