//! What single cells say, read into values; or what is wrong with them, to the letter.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use shared_types::crm::DealStatus;
use shared_types::platform::DateFormat;
use shared_types::{Currency, NumberFormat, Role};

use super::dates::{example, parse_date};
use super::moments::parse_moment;
use super::names::squeeze;
use crate::core::decimal::{Decimal, NumberFault, parse_amount, symbol};
use crate::platform::csv::without_apostrophe;

/// What is wrong with a cell, in English, a whole sentence part: `` `abc` is no number ``.
pub type CellFault = String;

/// How a file writes what can be written in several ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notation {
    /// How days are written.
    pub date_format: DateFormat,
    /// How numbers are written.
    pub number_format: NumberFormat,
    /// The currency where no column says another.
    pub currency: Currency,
}

/// As much of a cell as a message shows, between backticks.
pub(super) fn shown(cell: &str) -> String {
    let mut text: String = cell.chars().take(40).collect();
    if text.len() < cell.len() {
        text.push('…');
    }
    text
}

/// Text of one line: trimmed, an apostrophe that only guarded it taken off, line breaks and tabs
/// made spaces; `None` when nothing is left.
///
/// # Errors
/// When characters in it could not be read in the encoding of the file, or control it.
pub fn one_line(cell: &str) -> Result<Option<String>, CellFault> {
    let text = readable(cell)?;
    let line: Vec<&str> = text.split_whitespace().collect();
    let line = line.join(" ");
    if line.chars().any(char::is_control) {
        return Err(format!(
            "`{}` holds control characters",
            shown(&line.replace(char::is_control, "?"))
        ));
    }
    Ok((!line.is_empty()).then_some(line))
}

/// Text of many lines: trimmed, line breaks made one kind.
///
/// # Errors
/// As [`one_line`].
pub fn many_lines(cell: &str) -> Result<Option<String>, CellFault> {
    let text = readable(cell)?.replace("\r\n", "\n").replace('\r', "\n");
    if text
        .chars()
        .any(|c| c.is_control() && c != '\n' && c != '\t')
    {
        return Err("the text holds control characters".to_owned());
    }
    let text = text.trim();
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

fn readable(cell: &str) -> Result<&str, CellFault> {
    if cell.contains('\u{FFFD}') {
        return Err(format!(
            "`{}` holds characters that cannot be read in the encoding of the file",
            shown(cell)
        ));
    }
    Ok(without_apostrophe(cell.trim()).trim())
}

/// A whole number.
///
/// # Errors
/// When it is none.
pub fn integer(cell: &str, notation: Notation) -> Result<Option<i64>, CellFault> {
    let Some(text) = one_line(cell)? else {
        return Ok(None);
    };
    Decimal::parse(&text, Some(notation.number_format))
        .and_then(|number| number.scaled(0, 1))
        .map(Some)
        .map_err(|fault| match fault {
            NumberFault::TooLarge => format!("`{}` is too large", shown(&text)),
            NumberFault::TooPrecise => format!("`{}` is not a whole number", shown(&text)),
            _ => format!("`{}` is not a number", shown(&text)),
        })
}

/// An amount in minor units of the currency; `multiplier` says in which multiple it is written.
///
/// # Errors
/// When it is none, is negative, in another currency, or does not come out in minor units.
pub fn amount(
    cell: &str,
    notation: Notation,
    currency: Currency,
    multiplier: i64,
) -> Result<Option<i64>, CellFault> {
    let Some(text) = one_line(cell)? else {
        return Ok(None);
    };
    let said = shown(&text);
    match parse_amount(&text, currency, Some(notation.number_format), multiplier) {
        Ok(amount) if amount < 0 => Err(format!("`{said}` is negative")),
        Ok(amount) if amount > shared_types::MAX_AMOUNT => Err(format!("`{said}` is too large")),
        Ok(amount) => Ok(Some(amount)),
        Err(NumberFault::TooPrecise) => Err(format!(
            "`{said}` has more decimals than {currency} has ({})",
            currency.exponent()
        )),
        Err(NumberFault::Grouping) => Err(format!(
            "`{said}` is not grouped by thousands; numbers of this file are like {}",
            match notation.number_format {
                NumberFormat::Point => "1,234.50",
                NumberFormat::Comma => "1.234,50",
            }
        )),
        Err(NumberFault::OtherCurrency) => Err(format!("`{said}` is not in {currency}")),
        Err(NumberFault::TooLarge) => Err(format!("`{said}` is too large")),
        Err(NumberFault::NotANumber | NumberFault::Ambiguous) => {
            Err(format!("`{said}` is not an amount"))
        }
    }
}

/// A chance in percent: `50`, `50 %`.
///
/// # Errors
/// When it is no whole number from 0 to 100.
pub fn percent(cell: &str, notation: Notation) -> Result<Option<u8>, CellFault> {
    let Some(text) = one_line(cell)? else {
        return Ok(None);
    };
    let number = integer(text.trim_end_matches('%'), notation).ok().flatten();
    number
        .and_then(|number| u8::try_from(number).ok())
        .filter(|percent| *percent <= 100)
        .map(Some)
        .ok_or_else(|| format!("`{}` is not a whole percentage from 0 to 100", shown(&text)))
}

/// A day.
///
/// # Errors
/// When it is none in the format of the file.
pub fn date(cell: &str, notation: Notation) -> Result<Option<NaiveDate>, CellFault> {
    let Some(text) = one_line(cell)? else {
        return Ok(None);
    };
    parse_date(&text, notation.date_format)
        .map(Some)
        .ok_or_else(|| {
            format!(
                "`{}` is not a day like {} from 1900 to 2199",
                shown(&text),
                example(notation.date_format)
            )
        })
}

/// A moment: a day with or without its time, in the zone of the organization.
///
/// # Errors
/// When it is none in the format of the file.
pub fn moment(
    cell: &str,
    notation: Notation,
    zone: Tz,
) -> Result<Option<DateTime<Utc>>, CellFault> {
    let Some(text) = one_line(cell)? else {
        return Ok(None);
    };
    parse_moment(&text, notation.date_format, zone)
        .map(Some)
        .ok_or_else(|| {
            format!(
                "`{}` is not a day like {}, with or without a time like 14:30",
                shown(&text),
                example(notation.date_format)
            )
        })
}

/// Yes or no, in words or figures of several languages.
///
/// # Errors
/// When it is neither.
pub fn boolean(cell: &str) -> Result<Option<bool>, CellFault> {
    let Some(text) = one_line(cell)? else {
        return Ok(None);
    };
    match squeeze(&text).as_str() {
        "true" | "yes" | "y" | "1" | "x" | "on" | "active" | "enabled" | "ja" | "wahr"
        | "aktiv" | "oui" | "vrai" | "actif" | "da" | "tacno" | "aktivan" => Ok(Some(true)),
        "false" | "no" | "n" | "0" | "off" | "inactive" | "disabled" | "archived" | "nein"
        | "falsch" | "inaktiv" | "non" | "faux" | "inactif" | "ne" | "netacno" | "neaktivan" => {
            Ok(Some(false))
        }
        _ => Err(format!("`{}` is neither yes nor no", shown(&text))),
    }
}

/// Where a deal stands as a whole, if the word is one for that (`Won`, `Closed Lost`).
#[must_use]
pub fn deal_status(word: &str) -> Option<DealStatus> {
    match squeeze(word).as_str() {
        "open" | "inprogress" | "offen" | "ouvert" | "encours" | "otvoren" | "otvorena" => {
            Some(DealStatus::Open)
        }
        "won" | "win" | "closedwon" | "gewonnen" | "gagne" | "gagnee" | "dobijen" | "dobijena" => {
            Some(DealStatus::Won)
        }
        "lost" | "loss" | "closedlost" | "verloren" | "perdu" | "perdue" | "izgubljen"
        | "izgubljena" => Some(DealStatus::Lost),
        _ => None,
    }
}

/// The status of a deal.
///
/// # Errors
/// When it is none.
pub fn status(cell: &str) -> Result<Option<DealStatus>, CellFault> {
    let Some(text) = one_line(cell)? else {
        return Ok(None);
    };
    deal_status(&text)
        .map(Some)
        .ok_or_else(|| format!("`{}` is none of open, won, lost", shown(&text)))
}

/// The role of a member.
///
/// # Errors
/// When it is none.
pub fn role(cell: &str) -> Result<Option<Role>, CellFault> {
    let Some(text) = one_line(cell)? else {
        return Ok(None);
    };
    match squeeze(&text).as_str() {
        "admin" | "administrator" | "owner" => Ok(Some(Role::Admin)),
        "manager" | "salesmanager" | "regionalmanager" => Ok(Some(Role::Manager)),
        "teamleader" | "teamlead" | "leader" | "lead" | "supervisor" => Ok(Some(Role::TeamLeader)),
        "agent" | "employee" | "salesagent" => Ok(Some(Role::Agent)),
        "salesrep" | "salesrepresentative" | "rep" | "sales" => Ok(Some(Role::SalesRep)),
        "advocate" => Ok(Some(Role::Advocate)),
        _ => {
            let roles: Vec<&str> = Role::ALL.iter().map(|role| role.as_str()).collect();
            Err(format!(
                "`{}` is none of {}",
                shown(&text),
                roles.join(", ")
            ))
        }
    }
}

/// A currency, by code or by a symbol that is its alone.
///
/// # Errors
/// When it is none that is known.
pub fn currency(cell: &str) -> Result<Option<Currency>, CellFault> {
    let Some(text) = one_line(cell)? else {
        return Ok(None);
    };
    text.to_uppercase()
        .parse()
        .ok()
        .or_else(|| {
            Currency::ALL
                .iter()
                .copied()
                .find(|currency| symbol(*currency) == text)
        })
        .map(Some)
        .ok_or_else(|| format!("`{}` is not a currency like EUR", shown(&text)))
}

/// A country by its code of two letters.
///
/// # Errors
/// When it is none; names of countries go into the location.
pub fn country(cell: &str) -> Result<Option<String>, CellFault> {
    let Some(text) = one_line(cell)? else {
        return Ok(None);
    };
    let code = text.to_uppercase();
    match shared_types::country(&code) {
        Ok(()) => Ok(Some(code)),
        Err(_) => Err(format!(
            "`{}` is not a country code of two letters like DE; names go into the location",
            shown(&text)
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const US: Notation = Notation {
        date_format: DateFormat::MonthDayYear,
        number_format: NumberFormat::Point,
        currency: Currency::Usd,
    };

    #[test]
    fn text_is_tidied() {
        assert_eq!(
            one_line("  Acme\n Corp\t. "),
            Ok(Some("Acme Corp .".into()))
        );
        assert_eq!(one_line(" \t"), Ok(None));
        assert_eq!(one_line("'=1+1"), Ok(Some("=1+1".into())));
        assert_eq!(one_line("'tHuis"), Ok(Some("'tHuis".into())));
        assert!(one_line("a\0b").unwrap_err().contains("control characters"));
        assert!(one_line("M\u{FFFD}nchen").unwrap_err().contains("encoding"));
        assert_eq!(many_lines(" a\r\nb\rc "), Ok(Some("a\nb\nc".into())));
        assert!(many_lines("a\u{7}").is_err());
    }

    #[test]
    fn numbers() {
        assert_eq!(integer("2,822", US), Ok(Some(2_822)));
        assert_eq!(integer("1996", US), Ok(Some(1_996)));
        assert_eq!(integer("", US), Ok(None));
        assert_eq!(
            integer("12.5", US),
            Err("`12.5` is not a whole number".into())
        );
        assert_eq!(integer("abc", US), Err("`abc` is not a number".into()));
        assert_eq!(percent("50 %", US), Ok(Some(50)));
        assert!(percent("101", US).is_err() && percent("0.5", US).is_err());
    }

    #[test]
    fn amounts() {
        let usd = |cell| amount(cell, US, Currency::Usd, 1);
        assert_eq!(usd("1054"), Ok(Some(105_400)));
        assert_eq!(usd("$1,054.50"), Ok(Some(105_450)));
        assert_eq!(usd("0"), Ok(Some(0)));
        assert_eq!(usd(""), Ok(None));
        assert_eq!(
            amount("1100.04", US, Currency::Usd, 1_000_000),
            Ok(Some(110_004_000_000))
        );
        for (cell, fault) in [
            ("-5", "`-5` is negative"),
            ("5.001", "`5.001` has more decimals than USD has (2)"),
            (
                "1,2",
                "`1,2` is not grouped by thousands; numbers of this file are like 1,234.50",
            ),
            ("€5", "`€5` is not in USD"),
            ("n/a", "`n/a` is not an amount"),
            ("99999999999999", "`99999999999999` is too large"),
        ] {
            assert_eq!(usd(cell), Err(fault.to_owned()));
        }
    }

    #[test]
    fn days_and_words() {
        assert_eq!(
            date("3/1/2017", US).unwrap(),
            NaiveDate::from_ymd_opt(2017, 3, 1)
        );
        assert_eq!(
            date("13/45/2016", US),
            Err(
                "`13/45/2016` is not a day like 10/20/2016 (month/day/year) from 1900 to 2199"
                    .into()
            )
        );
        assert_eq!(boolean("Yes"), Ok(Some(true)));
        assert_eq!(boolean("0"), Ok(Some(false)));
        assert!(boolean("maybe").is_err());
        assert_eq!(status("Closed Won"), Ok(Some(DealStatus::Won)));
        assert!(status("Engaging").is_err());
        assert_eq!(role("Sales Rep"), Ok(Some(Role::SalesRep)));
        assert_eq!(role("teamLeader"), Ok(Some(Role::TeamLeader)));
        assert!(role("king").unwrap_err().contains("admin, manager"));
        assert_eq!(currency("eur"), Ok(Some(Currency::Eur)));
        assert_eq!(currency("€"), Ok(Some(Currency::Eur)));
        assert!(currency("doubloons").is_err());
        assert_eq!(country("de"), Ok(Some("DE".into())));
        assert!(country("Germany").unwrap_err().contains("location"));
    }

    #[test]
    fn long_cells_are_cut_in_messages() {
        let message = integer(&"x".repeat(500), US).unwrap_err();
        assert!(message.chars().count() < 80, "{message}");
    }
}
