//! Which passwords are accepted: long enough, and not guessed in a few tries. No rules of
//! composition. The same on the server and, while one types, in the client.
//!
//! What is common is decided by the list in `common_passwords.txt` (words and phrases people
//! choose, one's own collection) and by how people stretch such a word to the length that is asked
//! for: by figures, years, keyboard rows, repetition, reversal, `0` for `o`. A password is cut into
//! such pieces in the cheapest way; each piece costs about the bits it takes to guess it, a
//! character that belongs to no piece its own. Below [`MIN_GUESS_BITS`] it is refused. So four
//! words that are on no list are fine, and so is a random one; `Summer2024!!!`, `1qaz2wsx3edc`,
//! `aaaaaaaaaaaa` or the name of the organization with a year are not.

use std::collections::HashSet;
use std::sync::OnceLock;

use crate::core::error::DomainError;
use crate::core::text::fold;

/// The fewest characters (Unicode scalar values) of a password.
pub const MIN_CHARS: usize = 12;

/// The fewest characters where a second factor is asked for as well.
pub const MIN_CHARS_WITH_SECOND_FACTOR: usize = 8;

/// The most characters of a password.
pub const MAX_CHARS: usize = 128;

/// The most bytes that are looked at, let alone hashed.
pub const MAX_BYTES: usize = 1024;

/// The fewest bits of guessing that make a password uncommon.
pub const MIN_GUESS_BITS: u32 = 30;

/// Why a password is refused. The message follows the name of the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordFault {
    /// It has fewer characters than asked for.
    #[error("must have at least {min} characters")]
    TooShort {
        /// The fewest characters.
        min: usize,
    },
    /// It has more characters than are taken.
    #[error("must have at most 128 characters")]
    TooLong,
    /// It is made of a common password or common words.
    #[error("is too common; try a few words that do not belong together")]
    Common,
    /// It is made of repetitions, runs of figures or rows of the keyboard.
    #[error("repeats or follows a pattern; try a few words that do not belong together")]
    Pattern,
    /// It is made of names: the person's, the address, the organization's, the product's.
    #[error("is made of names of yours; try a few words that do not belong together")]
    Personal,
}

impl PasswordFault {
    /// The same as an error of a field.
    #[must_use]
    pub fn on(self, field: &str) -> DomainError {
        DomainError::invalid(field, self.to_string())
    }
}

/// Checks a new password. `names` are what an attacker tries first: e-mail address, first and last
/// name, name of the organization, as they are.
///
/// # Errors
/// The first fault, the cheapest to find first: nothing beyond [`MAX_BYTES`] is looked into.
pub fn check_password(
    password: &str,
    second_factor: bool,
    names: &[&str],
) -> Result<(), PasswordFault> {
    if password.len() > MAX_BYTES {
        return Err(PasswordFault::TooLong);
    }
    let chars = password.chars().count();
    if chars > MAX_CHARS {
        return Err(PasswordFault::TooLong);
    }
    let min = if second_factor {
        MIN_CHARS_WITH_SECOND_FACTOR
    } else {
        MIN_CHARS
    };
    if chars < min {
        return Err(PasswordFault::TooShort { min });
    }
    let guess = Guess::cheapest(password, names);
    if guess.tenths >= MIN_GUESS_BITS * 10 {
        return Ok(());
    }
    Err(if guess.personal {
        PasswordFault::Personal
    } else if guess.common {
        PasswordFault::Common
    } else {
        PasswordFault::Pattern
    })
}

/// About how many bits it takes to guess a password, for a meter beside the field; 0 for one too
/// long to be taken.
#[must_use]
pub fn guess_bits(password: &str, names: &[&str]) -> u32 {
    if password.len() > MAX_BYTES {
        return 0;
    }
    Guess::cheapest(password, names).tenths / 10
}

/// Lines that fingers and minds follow, forth and back.
const LINES: &[&str] = &[
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop[]\\asdfghjkl;'zxcvbnm,./",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "ицукенгшщзхъфывапролджэячсмитьбю",
    "љњертзуиопшђасдфгхјклчћжѕџцвбнм",
    "1234567890-=qwertyuiop",
    "!@#$%^&*()_+",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
    "qazwsxedcrfvtgbyhnujmikolp",
    "zaq1xsw2cde3vfr4bgt5nhy6mju7",
    "1q2w3e4r5t6y7u8i9o0p",
    "1a2s3d4f5g6h7j8k9l",
    "q1w2e3r4t5y6u7i8o9p0",
    "a1b2c3d4e5f6g7h8i9j0k1l2m3",
    "1a2b3c4d5e6f7g8h9i0j",
    "147258369",
    "159357",
    "qweasdzxc",
];

/// The longest piece that is looked up, in characters.
const LONGEST: usize = 32;

/// Words of the product itself.
const PRODUCT: [&str; 3] = ["touchline", "crm", "com"];

fn common() -> &'static HashSet<&'static str> {
    static WORDS: OnceLock<HashSet<&'static str>> = OnceLock::new();
    WORDS.get_or_init(|| {
        include_str!("common_passwords.txt")
            .lines()
            .filter(|line| !line.starts_with('#'))
            .flat_map(str::split_whitespace)
            .collect()
    })
}

/// How cheaply a password is put together.
#[derive(Clone, Copy)]
struct Guess {
    /// Tenths of a bit.
    tenths: u32,
    common: bool,
    personal: bool,
}

impl Guess {
    /// The cheaper of the password as it is and without what separates its words.
    fn cheapest(password: &str, names: &[&str]) -> Self {
        // Folding may lengthen; the beginning is enough to tell.
        let letters: Vec<char> = fold(password).chars().take(2 * MAX_CHARS).collect();
        let names = folded_names(names);
        let joined: Vec<char> = letters
            .iter()
            .copied()
            .filter(|letter| !matches!(letter, ' ' | '-' | '_' | '.'))
            .collect();
        let separators = u32::try_from(letters.len() - joined.len()).unwrap_or(u32::MAX);
        let whole = Self::of(&letters, &names);
        let mut bare = Self::of(&joined, &names);
        bare.tenths = bare.tenths.saturating_add(separators.saturating_mul(10));
        if bare.tenths < whole.tenths {
            bare
        } else {
            whole
        }
    }

    fn of(letters: &[char], names: &HashSet<String>) -> Self {
        let plain = [
            letters.to_vec(),
            letters.iter().map(|c| unleet(*c, 'i')).collect(),
            letters.iter().map(|c| unleet(*c, 'l')).collect::<Vec<_>>(),
        ];
        // best[n] is the cheapest way to put the first n characters together.
        let mut best: Vec<Self> = Vec::with_capacity(letters.len() + 1);
        best.push(Self {
            tenths: 0,
            common: false,
            personal: false,
        });
        for end in 1..=letters.len() {
            let mut cheapest: Option<Self> = None;
            for start in end.saturating_sub(LONGEST.max(end / 2))..end {
                let Some((cost, common, personal)) = piece(letters, &plain, start, end, names)
                else {
                    continue;
                };
                let Some(before) = best.get(start) else {
                    continue;
                };
                let tenths = before.tenths.saturating_add(cost);
                if cheapest.is_none_or(|known| tenths < known.tenths) {
                    cheapest = Some(Self {
                        tenths,
                        common: before.common || common,
                        personal: before.personal || personal,
                    });
                }
            }
            // There always is one: a single character is a piece.
            let before = best.last().copied();
            best.extend(cheapest.or(before));
        }
        best.last().copied().unwrap_or(Self {
            tenths: 0,
            common: false,
            personal: false,
        })
    }
}

/// What an attacker tries first, folded: each word, and all of a name run together.
fn folded_names(names: &[&str]) -> HashSet<String> {
    names
        .iter()
        .flat_map(|name| {
            let folded = fold(name);
            let joined: String = folded.chars().filter(|c| c.is_alphanumeric()).collect();
            let words: Vec<String> = folded
                .split(|c: char| !c.is_alphanumeric())
                .map(ToOwned::to_owned)
                .collect();
            words.into_iter().chain([joined])
        })
        .chain(PRODUCT.map(ToOwned::to_owned))
        .filter(|word| word.chars().count() >= 3)
        .collect()
}

/// What the piece from `start` to `end` costs, in tenths of a bit, and whether it is common or a
/// name; `None` when it is no piece.
fn piece(
    letters: &[char],
    plain: &[Vec<char>; 3],
    start: usize,
    end: usize,
    names: &HashSet<String>,
) -> Option<(u32, bool, bool)> {
    let part = letters.get(start..end)?;
    let length = part.len();
    // Said before: the same again.
    if start >= length && letters.get(start - length..start) == Some(part) {
        return Some((20, false, false));
    }
    if let [single] = part {
        return Some((single_cost(*single), false, false));
    }
    if !(3..=LONGEST).contains(&length) {
        return None;
    }
    for (index, letters) in plain.iter().enumerate() {
        let word: String = letters.get(start..end)?.iter().collect();
        let back: String = letters.get(start..end)?.iter().rev().collect();
        let dress = if index == 0 { 0 } else { 10 };
        for (word, turned) in [(&word, 0), (&back, 10)] {
            if names.contains(word) {
                return Some((30 + dress + turned, false, true));
            }
            if common().contains(word.as_str()) {
                return Some((110 + dress + turned, true, false));
            }
        }
    }
    let word: String = part.iter().collect();
    let back: String = part.iter().rev().collect();
    if LINES
        .iter()
        .any(|line| line.contains(&word) || line.contains(&back))
    {
        return Some((65, false, false));
    }
    let year = length == 4
        && part.iter().all(char::is_ascii_digit)
        && (word.starts_with("19") || word.starts_with("20"));
    year.then_some((70, false, false))
}

/// Tenths of a bit to guess one character that belongs to nothing.
const fn single_cost(letter: char) -> u32 {
    match letter {
        ' ' => 10,
        '0'..='9' => 33,
        'a'..='z' => 47,
        '!'..='~' => 50,
        _ => 60,
    }
}

/// The letter that a figure or sign stands for when people dress up a word.
const fn unleet(letter: char, one: char) -> char {
    match letter {
        '0' => 'o',
        '1' | '!' | '|' => one,
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' | '+' => 't',
        '8' => 'b',
        '9' => 'g',
        other => other,
    }
}

#[cfg(test)]
#[path = "password_tests.rs"]
mod tests;
