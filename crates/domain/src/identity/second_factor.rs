//! The second factor: how recovery codes look, and for how long a password that was given counts.

use chrono::{DateTime, TimeDelta, Utc};

/// How many recovery codes there are.
pub const RECOVERY_CODES: usize = 10;

/// Random bytes of a recovery code: 80 bits.
pub const RECOVERY_BYTES: usize = 10;

/// Minutes for which a password that was given counts as given just now.
const RECENT_MINUTES: i64 = 5;

/// The letters of Crockford's Base32: none is taken for another.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A recovery code out of random bytes: four groups of four.
#[must_use]
pub fn recovery_code(random: [u8; RECOVERY_BYTES]) -> String {
    let bits = random
        .iter()
        .fold(0_u128, |bits, byte| (bits << 8) | u128::from(*byte));
    let mut code = String::with_capacity(19);
    for place in (0..16).rev() {
        let five = usize::try_from((bits >> (place * 5)) & 31).unwrap_or(0);
        code.push(char::from(LETTERS.get(five).copied().unwrap_or(b'0')));
        if place % 4 == 0 && place > 0 {
            code.push('-');
        }
    }
    code
}

/// A recovery code as it is compared: however it was typed.
#[must_use]
pub fn recovery_key(typed: &str) -> String {
    typed
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| match letter.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect()
}

/// Whether a text has the shape of a code of an app: six figures, perhaps with a space between.
#[must_use]
pub fn app_code(typed: &str) -> Option<String> {
    let figures: String = typed
        .chars()
        .filter(|letter| !letter.is_whitespace())
        .collect();
    (figures.len() == 6 && figures.bytes().all(|figure| figure.is_ascii_digit())).then_some(figures)
}

/// Whether who signed in then need not give the password again now.
#[must_use]
pub fn is_recent(signed_in_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now < signed_in_at + TimeDelta::minutes(RECENT_MINUTES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recovery_codes_are_read_however_they_are_typed() {
        assert_eq!(recovery_code([0; 10]), "0000-0000-0000-0000");
        assert_eq!(recovery_code([255; 10]), "ZZZZ-ZZZZ-ZZZZ-ZZZZ");
        let code = recovery_code([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
        assert_eq!(recovery_key(&code), code.replace('-', ""));
        assert_eq!(
            recovery_key(&code.to_lowercase().replace('-', " ")),
            recovery_key(&code)
        );
        assert_eq!(recovery_key("oil"), "011");
    }

    #[test]
    fn codes_of_an_app_are_six_figures() {
        assert_eq!(app_code("123 456").as_deref(), Some("123456"));
        assert!(app_code("12345").is_none() && app_code("ABCDEF").is_none());
    }

    #[test]
    fn a_password_counts_for_five_minutes() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        assert!(is_recent(now, now + TimeDelta::seconds(299)));
        assert!(!is_recent(now, now + TimeDelta::minutes(5)));
    }
}
