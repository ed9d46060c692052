//! Checks of text that many requests share.

use std::borrow::Cow;

use validator::ValidationError;

fn refuse(code: &'static str, message: &'static str) -> ValidationError {
    ValidationError::new(code).with_message(Cow::Borrowed(message))
}

/// A name of one line: not blank, no control characters.
pub fn one_line(text: &str) -> Result<(), ValidationError> {
    if text.trim().is_empty() {
        return Err(refuse("blank", "must not be blank"));
    }
    no_control(text)
}

/// Text of one line that may be empty: no control characters.
pub fn no_control(text: &str) -> Result<(), ValidationError> {
    if text.chars().any(char::is_control) {
        return Err(refuse(
            "control",
            "must not hold line breaks or control characters",
        ));
    }
    Ok(())
}

/// Text of many lines: no control characters but tab and line breaks.
pub fn many_lines(text: &str) -> Result<(), ValidationError> {
    if text
        .chars()
        .any(|letter| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t'))
    {
        return Err(refuse("control", "must not hold control characters"));
    }
    Ok(())
}

/// Text of many lines that says something.
pub fn said(text: &str) -> Result<(), ValidationError> {
    if text.trim().is_empty() {
        return Err(refuse("blank", "must not be blank"));
    }
    many_lines(text)
}

/// An IANA time zone, like `Europe/Berlin`.
pub fn time_zone(text: &str) -> Result<(), ValidationError> {
    text.parse::<chrono_tz::Tz>()
        .map(|_| ())
        .map_err(|_| refuse("timeZone", "must be an IANA time zone, like Europe/Berlin"))
}

/// A local time to the minute or second, like `2026-03-31T09:00`.
pub fn local_time(text: &str) -> Result<(), ValidationError> {
    if crate::parse_local_time(text).is_some() {
        return Ok(());
    }
    Err(refuse(
        "localTime",
        "must be a local time without offset, like 2026-03-31T09:00",
    ))
}

/// The local time that a text names.
#[must_use]
pub fn parse_local_time(text: &str) -> Option<chrono::NaiveDateTime> {
    ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
        .into_iter()
        .find_map(|form| chrono::NaiveDateTime::parse_from_str(text, form).ok())
}

/// Points of an agenda: each a line of at most 500 characters.
pub fn points(points: &[String]) -> Result<(), ValidationError> {
    if points.iter().any(|point| point.chars().count() > 500) {
        return Err(refuse("length", "each must have at most 500 characters"));
    }
    points.iter().try_for_each(|point| one_line(point))
}

/// A country by its ISO 3166-1 alpha-2 code, upper case.
pub fn country(text: &str) -> Result<(), ValidationError> {
    if text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Ok(());
    }
    Err(refuse(
        "country",
        "must be an ISO 3166-1 code of two capitals, like DE",
    ))
}

/// Domains of e-mail addresses, like `example.com`.
pub fn domains(domains: &[String]) -> Result<(), ValidationError> {
    let fine =
        |domain: &String| domain.contains('.') && email(&format!("x@{}", domain.trim())).is_ok();
    if domains.iter().all(fine) {
        return Ok(());
    }
    Err(refuse("domain", "must be domains, like example.com"))
}

/// An e-mail address, by the rule of HTML's `<input type="email">`, with international domains.
/// Written by hand: the check of `validator` brings a regular expression engine, which would be
/// the largest part of the web client.
pub fn email(text: &str) -> Result<(), ValidationError> {
    let local = |local: &str| {
        (1..=64).contains(&local.len())
            && local
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(c))
    };
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    match text.rsplit_once('@') {
        Some((name, host)) if local(name) && host.len() <= 255 && host.split('.').all(label) => {
            Ok(())
        }
        _ => Err(refuse(
            "email",
            "must be an e-mail address, like ada@example.com",
        )),
    }
}

/// A web address with the scheme http or https.
pub fn web_address(text: &str) -> Result<(), ValidationError> {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    match rest {
        Some(rest)
            if !rest.is_empty() && !text.chars().any(|c| c.is_whitespace() || c.is_control()) =>
        {
            Ok(())
        }
        _ => Err(refuse(
            "url",
            "must be a web address, like https://example.com",
        )),
    }
}

/// A phone number as people write it: digits, and what stands between them.
pub fn phone(text: &str) -> Result<(), ValidationError> {
    one_line(text)?;
    if text.chars().filter(char::is_ascii_digit).count() >= 3 {
        return Ok(());
    }
    Err(refuse("phone", "must hold at least three digits"))
}

/// A birthday, its year perhaps unknown, as vCard writes it: `1990-05-17` or `--05-17`.
pub fn birthday(text: &str) -> Result<(), ValidationError> {
    // In a leap year there is every day that a year may have.
    let whole = match text.strip_prefix("--") {
        Some(day) => format!("2000-{day}"),
        None => text.to_owned(),
    };
    if whole.len() == 10
        && whole
            .parse::<chrono::NaiveDate>()
            .is_ok_and(is_recent_enough)
    {
        return Ok(());
    }
    Err(refuse(
        "birthday",
        "must be a day like 1990-05-17, or --05-17 without its year",
    ))
}

/// Whether somebody born that day may be known by somebody who lives.
fn is_recent_enough(day: chrono::NaiveDate) -> bool {
    use chrono::Datelike;
    day.year() >= 1800
}

/// An Internet domain, lower case, like `example.com`.
pub fn domain_name(text: &str) -> Result<(), ValidationError> {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .chars()
                .all(|c| c.is_alphanumeric() && !c.is_uppercase() || c == '-')
    };
    if text.contains('.') && text.split('.').all(label) {
        return Ok(());
    }
    Err(refuse(
        "domain",
        "must be a domain in lower case, like example.com",
    ))
}

/// Checks of the value of a patch; leaving and clearing a field is always right.
pub mod patched {
    use validator::ValidationError;

    use crate::{Money, Patch};

    macro_rules! checks {
        ($($name:ident: $type:ty => $check:path, $doc:literal;)+) => {$(
            #[doc = $doc]
            pub fn $name(patch: &Patch<$type>) -> Result<(), ValidationError> {
                patch.value().map_or(Ok(()), |value| $check(value))
            }
        )+};
    }

    checks! {
        one_line: String => super::one_line, "A name of one line.";
        many_lines: String => super::many_lines, "Text of many lines.";
        country: String => super::country, "A country code.";
        email: String => super::email, "An e-mail address.";
        phone: String => super::phone, "A phone number.";
        birthday: String => super::birthday, "A birthday.";
        domain_name: String => super::domain_name, "An Internet domain.";
        web_address: String => super::web_address, "A web address.";
        not_negative: Money => super::not_negative, "An amount of zero or more.";
    }
}

/// An amount of zero or more, and not beyond [`crate::MAX_AMOUNT`].
pub fn not_negative(money: &crate::Money) -> Result<(), ValidationError> {
    if (0..=crate::MAX_AMOUNT).contains(&money.amount) {
        return Ok(());
    }
    Err(refuse(
        "amount",
        "must be from 0 to 10000000000000 minor units",
    ))
}

#[cfg(test)]
mod tests {
    use super::{birthday, email};

    #[test]
    fn a_birthday_may_lack_its_year() {
        for right in ["1990-05-17", "--05-17", "--02-29", "2000-02-29"] {
            assert!(birthday(right).is_ok(), "{right}");
        }
        for wrong in [
            "",
            "1990",
            "17.5.1990",
            "1990-5-17",
            "--5-17",
            "--02-30",
            "2001-02-29",
            "0090-05-17",
            "---05-17",
        ] {
            assert!(birthday(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn addresses_of_mail_are_told_from_other_text() {
        for right in [
            "ada@example.com",
            "ada.lovelace+crm@mail.example.co.uk",
            "o'neil@localhost",
            "ada@bücher.example",
        ] {
            assert!(email(right).is_ok(), "{right}");
        }
        for wrong in [
            "",
            "ada",
            "@example.com",
            "ada@",
            "ada@@example.com",
            "a da@example.com",
            "ada@-example.com",
            "ada@example..com",
            "ada@example.com\n",
            "ädä@example.com",
        ] {
            assert!(email(wrong).is_err(), "{wrong}");
        }
    }
}
