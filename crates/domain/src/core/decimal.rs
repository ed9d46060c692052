//! Numbers and money as people write them: read to exact integers, and shown. No float anywhere.

use shared_types::{Currency, MAX_SAFE_INTEGER, Money, NumberFormat};

use super::error::{DomainError, DomainResult};

/// An exact decimal number: `mantissa` / 10^`scale`, without trailing zeros after the point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    /// All digits, as one integer.
    pub mantissa: i128,
    /// How many of them stand after the decimal sign.
    pub scale: u32,
}

/// Why a text is no number, or not one that fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberFault {
    /// There is something in it besides a number.
    #[error("is not a number")]
    NotANumber,
    /// It may be read in two ways, and nobody said which is meant.
    #[error("may mean two numbers; write it with a decimal sign, like 1234.50")]
    Ambiguous,
    /// Groups of digits are not three long.
    #[error("is not grouped by thousands")]
    Grouping,
    /// It has more decimals than what it measures.
    #[error("has more decimals than there are")]
    TooPrecise,
    /// It is beyond what can be stored.
    #[error("is too large")]
    TooLarge,
    /// It is in another currency than expected.
    #[error("is in another currency")]
    OtherCurrency,
}

impl Decimal {
    /// Reads a number: sign or accounting brackets, digits grouped by thousands or not, decimals.
    /// Groups may be separated by the sign of the format, spaces of any kind or apostrophes.
    ///
    /// # Errors
    /// `Ambiguous` without a format where a single sign may both group and point (`1,234`).
    pub fn parse(text: &str, format: Option<NumberFormat>) -> Result<Self, NumberFault> {
        let (negative, text) = unsigned(text.trim());
        let format = match format {
            Some(format) => format,
            None => guess(text)?,
        };
        let (point, comma) = match format {
            NumberFormat::Point => ('.', ','),
            NumberFormat::Comma => (',', '.'),
        };
        let (whole, decimals) = match text.split_once(point) {
            Some((whole, decimals)) => (whole, decimals),
            None => (text, ""),
        };
        let whole = ungrouped(whole, comma)?;
        if (whole.is_empty() && decimals.is_empty())
            || !decimals.bytes().all(|digit| digit.is_ascii_digit())
        {
            return Err(NumberFault::NotANumber);
        }
        let decimals = decimals.trim_end_matches('0');
        let digits = format!("{whole}{decimals}");
        if digits.len() > 36 {
            return Err(NumberFault::TooLarge);
        }
        let mantissa: i128 = if digits.is_empty() {
            0
        } else {
            digits.parse().map_err(|_| NumberFault::NotANumber)?
        };
        Ok(Self {
            mantissa: if negative { -mantissa } else { mantissa },
            scale: u32::try_from(decimals.len()).map_err(|_| NumberFault::TooLarge)?,
        })
    }

    /// The number × `multiplier` × 10^`exponent` as an integer: 1100.04 millions of a currency
    /// with two decimals are `scaled(2, 1_000_000)` minor units. Exact, never rounded.
    ///
    /// # Errors
    /// `TooPrecise` when something is left after the point, `TooLarge` beyond 2^53.
    pub fn scaled(self, exponent: u32, multiplier: i64) -> Result<i64, NumberFault> {
        let ten = |power: u32| 10_i128.checked_pow(power).ok_or(NumberFault::TooLarge);
        let units = self
            .mantissa
            .checked_mul(i128::from(multiplier))
            .and_then(|units| units.checked_mul(ten(exponent).ok()?))
            .ok_or(NumberFault::TooLarge)?;
        let divisor = ten(self.scale)?;
        if units % divisor != 0 {
            return Err(NumberFault::TooPrecise);
        }
        i64::try_from(units / divisor)
            .ok()
            .filter(|units| (-MAX_SAFE_INTEGER..=MAX_SAFE_INTEGER).contains(units))
            .ok_or(NumberFault::TooLarge)
    }
}

/// Takes the sign off: `-5`, `−5`, `5-`, `(5)`, `+5`.
fn unsigned(text: &str) -> (bool, &str) {
    if let Some(inner) = text
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'))
    {
        return (true, inner.trim());
    }
    for (negative, sign) in [(true, '-'), (true, '−'), (false, '+')] {
        if let Some(rest) = text.strip_prefix(sign) {
            return (negative, rest.trim_start());
        }
    }
    match text.strip_suffix(['-', '−']) {
        Some(rest) => (true, rest.trim_end()),
        None => (false, text),
    }
}

const fn is_gap(letter: char) -> bool {
    matches!(
        letter,
        ' ' | '\u{A0}' | '\u{2009}' | '\u{202F}' | '\'' | '’'
    )
}

fn ungrouped(whole: &str, comma: char) -> Result<String, NumberFault> {
    let separates = |letter: char| letter == comma || is_gap(letter);
    let mut groups = whole.split(separates);
    let first = groups.next().unwrap_or_default();
    let rest: Vec<&str> = groups.collect();
    if whole
        .chars()
        .any(|letter| !letter.is_ascii_digit() && !separates(letter))
    {
        return Err(NumberFault::NotANumber);
    }
    // Indian grouping (12,34,567) has pairs before the last three.
    let good = rest.is_empty()
        || ((1..=3).contains(&first.len())
            && rest.last().is_some_and(|group| group.len() == 3)
            && (rest.iter().all(|group| group.len() == 3)
                || (first.len() <= 2 && rest.iter().rev().skip(1).all(|group| group.len() == 2))));
    if !good {
        return Err(NumberFault::Grouping);
    }
    Ok(std::iter::once(first).chain(rest).collect())
}

/// How a number on its own is written, if there is only one way to read it.
fn guess(text: &str) -> Result<NumberFormat, NumberFault> {
    let (points, commas) = (text.matches('.').count(), text.matches(',').count());
    match (points, commas) {
        (0, 0) => Ok(NumberFormat::Point),
        (1.., 1..) if text.rfind('.') > text.rfind(',') => Ok(NumberFormat::Point),
        (1.., 1..) => Ok(NumberFormat::Comma),
        (2.., 0) => Ok(NumberFormat::Comma),
        (0, 2..) => Ok(NumberFormat::Point),
        _ => {
            let (before, after) = text.split_once(['.', ',']).unwrap_or((text, ""));
            let could_group =
                after.len() == 3 && (1..=3).contains(&before.len()) && !before.starts_with('0');
            match (could_group, points) {
                (true, _) => Err(NumberFault::Ambiguous),
                (false, 1) => Ok(NumberFormat::Point),
                (false, _) => Ok(NumberFormat::Comma),
            }
        }
    }
}

/// How a number is written for sure, `None` where the text leaves it open or is no number:
/// `1,234` and `12` say nothing, `1,5`, `1.234,00` and `1 234,00` do.
#[must_use]
pub fn number_format(text: &str) -> Option<NumberFormat> {
    let (_, text) = unsigned(text.trim());
    if !text.contains(['.', ',']) {
        return None;
    }
    let format = guess(text).ok()?;
    Decimal::parse(text, Some(format)).ok().map(|_| format)
}

/// Reads an amount of money in a currency to minor units: a number, with the symbol or code of
/// that very currency before or after it, or without.
///
/// # Errors
/// As [`Decimal::parse`] and [`Decimal::scaled`]; `OtherCurrency` when it names another one. An
/// ambiguous `1,234` is read as thousands where the currency has no three decimals.
pub fn parse_amount(
    text: &str,
    currency: Currency,
    format: Option<NumberFormat>,
    multiplier: i64,
) -> Result<i64, NumberFault> {
    let bare = without_currency(text.trim(), currency)?;
    let decimal = match Decimal::parse(&bare, format) {
        Err(NumberFault::Ambiguous) if currency.exponent() != 3 && multiplier == 1 => {
            let grouped = if bare.contains(',') {
                NumberFormat::Point
            } else {
                NumberFormat::Comma
            };
            Decimal::parse(&bare, Some(grouped))?
        }
        other => other?,
    };
    decimal.scaled(currency.exponent(), multiplier)
}

/// Reads what somebody typed into a field for money.
///
/// # Errors
/// `Invalid` on the field.
pub fn amount_from_input(
    field: &str,
    text: &str,
    currency: Currency,
    format: Option<NumberFormat>,
) -> DomainResult<Money> {
    parse_amount(text, currency, format, 1)
        .map(|amount| Money::new(amount, currency))
        .map_err(|fault| match fault {
            NumberFault::TooPrecise => DomainError::invalid(
                field,
                format!("has more than {} decimals", currency.exponent()),
            ),
            NumberFault::OtherCurrency => {
                DomainError::invalid(field, format!("must be in {currency}"))
            }
            fault => DomainError::invalid(field, fault.to_string()),
        })
}

fn without_currency(text: &str, currency: Currency) -> Result<String, NumberFault> {
    let number = |letter: char| letter.is_ascii_digit() || "+-−().,'’".contains(letter);
    let words: String = text
        .chars()
        .filter(|letter| !number(*letter) && !is_gap(*letter))
        .collect();
    if words.is_empty() {
        return Ok(text.to_owned());
    }
    let own = words.eq_ignore_ascii_case(currency.as_str())
        || words == symbol(currency)
        || symbol(currency).trim_start_matches(|c: char| c.is_ascii_alphabetic()) == words
        || (words == "zł" && currency == Currency::Pln);
    if !own {
        let other = words.to_uppercase().parse::<Currency>().is_ok()
            || Currency::ALL.iter().any(|other| symbol(*other) == words);
        return Err(if other {
            NumberFault::OtherCurrency
        } else {
            NumberFault::NotANumber
        });
    }
    // The symbol stands at either end, not amid the digits.
    let (_, inner) = unsigned(text);
    if [text, inner]
        .iter()
        .any(|text| text.starts_with(&words) || text.ends_with(&words))
    {
        Ok(text.replacen(&words, "", 1).trim().to_owned())
    } else {
        Err(NumberFault::NotANumber)
    }
}

/// The symbol of a currency where it tells it from all others, else its code.
#[must_use]
pub const fn symbol(currency: Currency) -> &'static str {
    match currency {
        Currency::Eur => "€",
        Currency::Usd => "$",
        Currency::Gbp => "£",
        Currency::Jpy => "¥",
        Currency::Cny => "CN¥",
        Currency::Inr => "₹",
        Currency::Krw => "₩",
        Currency::Try => "₺",
        Currency::Uah => "₴",
        Currency::Ils => "₪",
        Currency::Ngn => "₦",
        Currency::Php => "₱",
        Currency::Vnd => "₫",
        Currency::Thb => "฿",
        Currency::Brl => "R$",
        Currency::Cad => "CA$",
        Currency::Aud => "A$",
        Currency::Nzd => "NZ$",
        Currency::Mxn => "MX$",
        Currency::Hkd => "HK$",
        Currency::Sgd => "S$",
        Currency::Twd => "NT$",
        other => other.as_str(),
    }
}

/// The digits of minor units with all their decimals and a point, ungrouped, for programs and
/// spreadsheets: 123450 EUR is `1234.50`.
#[must_use]
pub fn plain(money: Money) -> String {
    digits(money, "", '.')
}

/// Money for people: grouped, with the symbol. In the format with a point the symbol stands
/// before (`-€1,234.50`, `CHF 5.00`), in the one with a comma after (`-1.234,50 €`).
#[must_use]
pub fn show(money: Money, format: NumberFormat) -> String {
    let symbol = symbol(money.currency);
    match format {
        NumberFormat::Point => {
            let text = digits(money, ",", '.');
            let (sign, text) = match text.strip_prefix('-') {
                Some(rest) => ("-", rest),
                None => ("", text.as_str()),
            };
            let gap = if symbol.ends_with(|c: char| c.is_ascii_alphabetic()) {
                "\u{A0}"
            } else {
                ""
            };
            format!("{sign}{symbol}{gap}{text}")
        }
        NumberFormat::Comma => format!("{}\u{A0}{symbol}", digits(money, ".", ',')),
    }
}

fn digits(money: Money, group: &str, point: char) -> String {
    let exponent = usize::try_from(money.currency.exponent()).unwrap_or(2);
    let all = format!(
        "{:0>width$}",
        money.amount.unsigned_abs(),
        width = exponent + 1
    );
    let (whole, decimals) = all.split_at(all.len() - exponent);
    let mut text = String::with_capacity(all.len() + 8);
    if money.amount < 0 {
        text.push('-');
    }
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push_str(group);
        }
        text.push(digit);
    }
    if exponent > 0 {
        text.push(point);
        text.push_str(decimals);
    }
    text
}

#[cfg(test)]
#[path = "decimal_tests.rs"]
mod tests;
