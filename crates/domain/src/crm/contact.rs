//! Contacts: names, and addresses and numbers as they are compared.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use shared_types::crm::{EmailAddress, PhoneNumber};

use crate::core::{
    error::{DomainError, DomainResult},
    text::fold,
};

/// The name of a person in one line.
#[must_use]
pub fn full_name(first: Option<&str>, last: &str) -> String {
    match first.map(str::trim).filter(|first| !first.is_empty()) {
        Some(first) => format!("{first} {}", last.trim()),
        None => last.trim().to_owned(),
    }
}

/// The first and the last name that a name of one line is made of: what stands behind the last
/// space is the last name.
#[must_use]
pub fn split_name(name: &str) -> (Option<String>, String) {
    let name = name.trim();
    match name.rsplit_once(char::is_whitespace) {
        Some((first, last)) => (Some(first.trim().to_owned()), last.to_owned()),
        None => (None, name.to_owned()),
    }
}

/// Checks that somebody is born already; without a year there is no telling.
///
/// # Errors
/// Invalid on `birthday`.
pub fn check_birthday(birthday: &str, today: NaiveDate) -> DomainResult<()> {
    match birthday.parse::<NaiveDate>() {
        Ok(day) if day > today => Err(DomainError::invalid(
            "birthday",
            "must not be in the future",
        )),
        _ => Ok(()),
    }
}

/// An e-mail address as it is compared.
#[must_use]
pub fn email_key(address: &str) -> String {
    fold(address)
}

/// How many digits of a phone number are compared, from the end: what stands before them are
/// prefixes of countries and trunks, which people write or leave out.
const PHONE_DIGITS: usize = 9;

/// A phone number as it is compared: its last nine digits.
#[must_use]
pub fn phone_key(number: &str) -> String {
    let digits: Vec<char> = number.chars().filter(char::is_ascii_digit).collect();
    let from = digits.len().saturating_sub(PHONE_DIGITS);
    digits[from..].iter().collect()
}

/// The keys of addresses, each once.
#[must_use]
pub fn email_keys(emails: &[EmailAddress]) -> BTreeSet<String> {
    emails
        .iter()
        .map(|email| email_key(&email.address))
        .collect()
}

/// The keys of numbers, each once.
#[must_use]
pub fn phone_keys(phones: &[PhoneNumber]) -> BTreeSet<String> {
    phones
        .iter()
        .map(|phone| phone_key(&phone.number))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_put_together_and_taken_apart() {
        assert_eq!(full_name(Some(" Grace "), "Hopper"), "Grace Hopper");
        assert_eq!(full_name(None, "Madonna"), "Madonna");
        assert_eq!(full_name(Some(" "), "Madonna "), "Madonna");
        for name in ["Madonna", "Grace Hopper", "Ana Maria de la Cruz"] {
            let (first, last) = split_name(name);
            assert_eq!(full_name(first.as_deref(), &last), name);
        }
    }

    #[test]
    fn numbers_are_one_with_and_without_the_prefix_of_the_country() {
        let key = phone_key("+49 30 901820-11");
        assert_eq!(key, phone_key("(030) 90 18 20 11"));
        assert_ne!(key, phone_key("+49 30 901820-12"));
        assert_eq!(phone_key("110"), "110");
    }

    #[test]
    fn addresses_are_one_in_any_case() {
        assert_eq!(
            email_key("Grace@Acme.Example "),
            email_key("grace@acme.example")
        );
    }
}
