//! Duplicates: by what records are compared, and how sure it is that two are one. Keys are equal or
//! they are not, so that each match can say why it is one.

use std::collections::BTreeSet;

use shared_types::crm::{DuplicateConfidence, DuplicateReason};

use super::{
    company::domain_from_website,
    contact::{email_key, phone_key},
    lead::is_free_mail,
};
use crate::core::text::fold;

/// Forms of companies, as they are left of a folded name without its dots: a name means the same with and without them.
const LEGAL_FORMS: &[&str] = &[
    "ab",
    "ad",
    "ag",
    "aps",
    "as",
    "asa",
    "bt",
    "bv",
    "co",
    "company",
    "corp",
    "corporation",
    "dd",
    "doo",
    "ek",
    "eurl",
    "ev",
    "gmbh",
    "inc",
    "incorporated",
    "jdoo",
    "kd",
    "kft",
    "kg",
    "kgaa",
    "limited",
    "llc",
    "llp",
    "lp",
    "ltd",
    "ltda",
    "mbh",
    "nv",
    "ohg",
    "oo",
    "ooo",
    "oy",
    "oyj",
    "plc",
    "pte",
    "pty",
    "sa",
    "sarl",
    "sas",
    "sasu",
    "se",
    "sl",
    "slu",
    "snc",
    "sp",
    "spa",
    "spol",
    "srl",
    "sro",
    "ug",
    "vof",
    "z",
    "zoo",
    "zrt",
];

/// Where many companies have a page each: the host says nothing about which one it is.
const SHARED_HOSTS: &[&str] = &[
    "facebook.com",
    "github.com",
    "github.io",
    "google.com",
    "instagram.com",
    "linkedin.com",
    "medium.com",
    "tiktok.com",
    "twitter.com",
    "wixsite.com",
    "wordpress.com",
    "x.com",
    "xing.com",
    "youtube.com",
];

/// Digits without which a number is no number of somebody: an extension, or a placeholder.
const LEAST_DIGITS: usize = 6;

/// How many records may share a name or a number before it says nothing any more.
pub const MOST_ALIKE: usize = 20;

/// The name of a company as it is compared: letters and digits alone, without articles and legal
/// forms. `None` where nothing is left to compare.
#[must_use]
pub fn company_key(name: &str) -> Option<String> {
    let folded: String = fold(name)
        .chars()
        .filter(|letter| !matches!(letter, '.' | '\'' | '/'))
        .collect();
    let words: Vec<&str> = folded
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let mut rest = words.as_slice();
    while let [others @ .., last] = rest
        && !others.is_empty()
        && LEGAL_FORMS.contains(last)
    {
        rest = others;
    }
    while let [first, others @ ..] = rest
        && !others.is_empty()
        && (*first == "the" || LEGAL_FORMS.contains(first))
    {
        rest = others;
    }
    let key = rest.concat();
    (key.chars().nth(1).is_some()).then_some(key)
}

/// An Internet domain, a web address or the domain of an e-mail address as it is compared. `None` where many share it.
#[must_use]
pub fn domain_key(text: &str) -> Option<String> {
    let host = fold(&domain_from_website(text)?);
    let shared = |known: &&str| {
        host.strip_suffix(*known)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    (!is_free_mail(&host) && !SHARED_HOSTS.iter().any(shared)).then_some(host)
}

/// The domain of an e-mail address, as that of a company is compared.
#[must_use]
pub fn email_domain_key(address: &str) -> Option<String> {
    domain_key(address.rsplit_once('@')?.1)
}

/// A phone number as duplicates are found by it; `None` where it is too short to tell anybody.
#[must_use]
pub fn number_key(number: &str) -> Option<String> {
    let key = phone_key(number);
    (key.len() >= LEAST_DIGITS).then_some(key)
}

/// What a record is compared by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys {
    /// Its name, as it is looked up.
    pub name_key: Option<String>,
    /// Its name, as it is compared: that of a person together with the company.
    pub name: Option<String>,
    pub emails: BTreeSet<String>,
    pub domains: BTreeSet<String>,
    pub phones: BTreeSet<String>,
}

impl Keys {
    /// Those of a company.
    pub fn of_company(name: Option<&str>, sites: &[Option<&str>], phone: Option<&str>) -> Self {
        let name = name.and_then(company_key);
        Self {
            name_key: name.clone(),
            name,
            domains: sites
                .iter()
                .flatten()
                .filter_map(|it| domain_key(it))
                .collect(),
            phones: phone.and_then(number_key).into_iter().collect(),
            ..Self::default()
        }
    }

    /// Those of a person, whose company is told by an id or a key.
    pub fn of_person<'a>(
        name: Option<&str>,
        company: Option<&str>,
        emails: impl IntoIterator<Item = &'a str>,
        phones: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let name_key = name.map(fold).filter(|name| !name.is_empty());
        let emails = emails.into_iter().map(email_key);
        Self {
            // No name holds a line break.
            name: name_key
                .as_ref()
                .map(|name| format!("{name}\n{}", company.unwrap_or_default())),
            name_key,
            emails: emails.filter(|email| !email.is_empty()).collect(),
            phones: phones.into_iter().filter_map(number_key).collect(),
            ..Self::default()
        }
    }

    /// Whether there is nothing to compare.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Why two records may be one, the best reason first; empty where nothing says so.
    #[must_use]
    pub fn reasons(&self, other: &Self) -> Vec<DuplicateReason> {
        let name = self.name.is_some() && self.name == other.name;
        [
            (
                DuplicateReason::Email,
                !self.emails.is_disjoint(&other.emails),
            ),
            (
                DuplicateReason::Domain,
                !self.domains.is_disjoint(&other.domains),
            ),
            (
                DuplicateReason::Phone,
                !self.phones.is_disjoint(&other.phones),
            ),
            (DuplicateReason::Name, name),
        ]
        .into_iter()
        .filter_map(|(reason, holds)| holds.then_some(reason))
        .collect()
    }
}

/// How sure it is that two records are one. Addresses and domains are somebody's own; names and
/// numbers may be shared, but seldom both.
#[must_use]
pub fn confidence(reasons: &[DuplicateReason]) -> DuplicateConfidence {
    let own = |reason: &DuplicateReason| {
        matches!(reason, DuplicateReason::Email | DuplicateReason::Domain)
    };
    let several = reasons.iter().any(|reason| reasons.first() != Some(reason));
    if several || reasons.iter().any(own) {
        DuplicateConfidence::Certain
    } else {
        DuplicateConfidence::Likely
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_company_is_one_with_and_without_its_legal_form() {
        for (one, other) in [
            ("Acme GmbH", "ACME"),
            ("Acme GmbH & Co. KG", "acme"),
            ("The Acme Corporation", "Acme Inc."),
            ("Ćirić d.o.o.", "Ciric DOO"),
            ("Groupe Étoile S.A.R.L.", "groupe etoile"),
            ("Polska sp. z o.o.", "Polska"),
            ("OOO Romashka", "Romashka"),
            ("Ron-tech", "Rontech Ltd"),
            ("O'Neill & Sons, Ltd.", "ONeill Sons"),
        ] {
            assert_eq!(company_key(one), company_key(other), "{one} and {other}");
        }
        assert_ne!(company_key("Acme North"), company_key("Acme South"));
        // A name that is nothing but a form is kept.
        assert_eq!(company_key("SAS"), Some("sas".to_owned()));
        assert_eq!(company_key("Limited Company"), Some("limited".to_owned()));
        assert_eq!(company_key("&"), None);
    }

    #[test]
    fn domains_that_many_share_make_nobody_equal() {
        assert_eq!(
            domain_key("https://www.Acme.example/x"),
            domain_key("acme.example")
        );
        for shared in [
            "gmail.com",
            "https://www.facebook.com/acme",
            "acme.wordpress.com",
            "localhost",
            "",
        ] {
            assert_eq!(domain_key(shared), None, "{shared}");
        }
        // It only ends alike.
        assert!(domain_key("netflix.com").is_some());
        assert_eq!(email_domain_key("a@gmail.com"), None);
        assert_eq!(email_domain_key("grace"), None);
        assert_eq!(
            email_domain_key("Grace@Acme.example").as_deref(),
            Some("acme.example")
        );
    }

    #[test]
    fn short_numbers_tell_nobody() {
        assert_eq!(number_key("110"), None);
        assert_eq!(number_key("+49 30 901820").as_deref(), Some("930901820"));
    }

    #[test]
    fn two_weak_reasons_are_as_good_as_a_strong_one() {
        use DuplicateConfidence::{Certain, Likely};
        use DuplicateReason::{Domain, Email, Name, Phone};
        for (reasons, sure) in [
            (vec![Email], Certain),
            (vec![Domain], Certain),
            (vec![Phone], Likely),
            (vec![Name, Name], Likely),
            (vec![Phone, Name], Certain),
        ] {
            assert_eq!(confidence(&reasons), sure, "{reasons:?}");
        }
    }

    #[test]
    fn people_of_one_name_are_told_apart_by_their_company() {
        let person = |company| Keys::of_person(Some("Ana  Jović"), company, [], []);
        let (acme, none) = (person(Some("acme")), person(None));
        assert_eq!(acme.reasons(&acme), [DuplicateReason::Name]);
        assert!(acme.reasons(&none).is_empty());
        let known = Keys::of_person(None, None, ["Ana@Acme.example"], ["+381 11 123 45 67"]);
        let again = Keys::of_person(Some("A. J."), None, ["ana@acme.example"], ["011 1234567"]);
        assert_eq!(
            known.reasons(&again),
            [DuplicateReason::Email, DuplicateReason::Phone]
        );
        assert!(Keys::of_person(Some(" "), None, [""], ["1"]).is_empty());
    }

    proptest! {
        #[test]
        fn case_marks_and_space_make_no_difference(name in "[A-Za-zà-ÿ]{2,12}( [A-Za-zà-ÿ]{2,12}){0,3}") {
            let shouted = format!("  {}  ", name.to_uppercase());
            prop_assert_eq!(company_key(&shouted), company_key(&name));
        }

        #[test]
        fn a_legal_form_behind_a_name_makes_no_difference(name in "[a-z]{5,12}", form in prop::sample::select(LEGAL_FORMS)) {
            prop_assert_eq!(company_key(&format!("{name} {form}")), company_key(&name));
        }

        #[test]
        fn keys_are_letters_and_digits(name in any::<String>()) {
            if let Some(key) = company_key(&name) {
                prop_assert!(key.chars().all(char::is_alphanumeric));
            }
        }

        #[test]
        fn what_has_a_key_keeps_it(text in "[a-z]{1,8}(\\.[a-z]{2,6}){0,2}") {
            if let Some(key) = domain_key(&text) {
                prop_assert_eq!(domain_key(&key), Some(key.clone()));
            }
        }
    }
}
