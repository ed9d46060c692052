//! Keys and words of text: one folding for sorting, matching and searching, made here and stored,
//! so that both databases and the client agree to the byte.

use unicode_normalization::UnicodeNormalization;

/// The most words of a query that are searched for.
pub const MAX_SEARCH_TERMS: usize = 10;

/// The most characters of a word that are indexed and searched for.
pub const MAX_WORD_CHARS: usize = 64;

/// Folds text to the key it is sorted and matched by: lower case, without diacritics, compatible
/// forms made one (`ﬁ` is `fi`, full-width is ASCII), letters without decomposition spelt out
/// (`ß` is `ss`, `ø` is `o`), invisible characters dropped, white space and control characters
/// collapsed to single spaces and trimmed.
///
/// Folding twice changes nothing. Compare keys by their bytes (PostgreSQL: `COLLATE "C"`).
/// Vowel signs of Indic scripts, dakuten and Hangul stay: there they tell words apart.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut bare = String::with_capacity(text.len());
    for letter in text.nfkd().filter(|letter| !is_dropped(*letter)) {
        for lower in letter.to_lowercase() {
            match spelt_out(lower) {
                Some(letters) => bare.push_str(letters),
                None if lower.is_whitespace() || lower.is_control() => bare.push(' '),
                None => bare.extend(std::iter::once(lower).nfkd().filter(|c| !is_dropped(*c))),
            }
        }
    }
    let mut key = String::with_capacity(bare.len());
    for letter in bare.nfc() {
        if letter != ' ' || !(key.is_empty() || key.ends_with(' ')) {
            key.push(letter);
        }
    }
    key.truncate(key.trim_end().len());
    key
}

/// Marks on letters that make no other word, and characters nobody sees.
const fn is_dropped(letter: char) -> bool {
    matches!(letter,
        '\u{0300}'..='\u{036F}' | '\u{0483}'..='\u{0489}' // diacritics; Cyrillic titlo
        | '\u{0591}'..='\u{05BD}' | '\u{05BF}' | '\u{05C1}' | '\u{05C2}' | '\u{05C4}' | '\u{05C5}' | '\u{05C7}'
        | '\u{0610}'..='\u{061A}' | '\u{0640}' | '\u{064B}'..='\u{065F}' | '\u{0670}' | '\u{06D6}'..='\u{06DC}'
        | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}' | '\u{FE20}'..='\u{FE2F}'
        | '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
        | '\u{E0100}'..='\u{E01EF}')
}

/// Letters that Unicode does not decompose but people type without their mark.
const fn spelt_out(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'ħ' => "h",
        'ŧ' => "t",
        'ı' => "i",
        'ŋ' => "n",
        'ς' => "σ",
        '’' | '‘' | 'ʼ' | '`' | '´' => "'",
        '‐' | '‑' | '‒' | '–' | '—' | '−' => "-",
        _ => return None,
    })
}

/// The words of a text, folded: runs of letters and digits, at most [`MAX_WORD_CHARS`] of each.
fn words(text: &str) -> Vec<String> {
    fold(text)
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().take(MAX_WORD_CHARS).collect())
        .collect()
}

/// The text by which a record is found: the words of its parts, folded, each once, in order,
/// separated by single spaces. Nothing in it but letters, digits and spaces.
#[must_use]
pub fn search_text<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut seen = std::collections::HashSet::new();
    let mut text = String::new();
    for word in parts.into_iter().flat_map(words) {
        if !seen.contains(&word) {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(&word);
            seen.insert(word);
        }
    }
    text
}

/// The words to search for, folded as [`search_text`] folds them: every one must occur, the last
/// may be a beginning. Each once, at most [`MAX_SEARCH_TERMS`]; empty when there is nothing to
/// search for. Nothing in them but letters and digits, so no operator of a search language, quote
/// or wildcard gets through.
#[must_use]
pub fn search_terms(query: &str) -> Vec<String> {
    let mut terms = words(query);
    terms.truncate(MAX_SEARCH_TERMS);
    let mut kept: Vec<String> = Vec::with_capacity(terms.len());
    // From the end, so that the last word stays the last.
    for term in terms.into_iter().rev() {
        if !kept.contains(&term) {
            kept.push(term);
        }
    }
    kept.reverse();
    kept
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn folds_case_marks_forms_and_space() {
        for (text, key) in [
            ("  Acme\t Corporation \n", "acme corporation"),
            ("Ćirić Đorđević", "ciric dordevic"),
            ("STRASSE", "strasse"),
            ("Straße", "strasse"),
            ("Łódź", "lodz"),
            ("Ærø", "aero"),
            ("İstanbul", "istanbul"),
            ("ﬁne Ｆｕｌｌ", "fine full"),
            ("O’Neill – Sons", "o'neill - sons"),
            ("ΟΔΥΣΣΕΥΣ", "οδυσσευσ"),
            ("Ὀδυσσεύς", "οδυσσευσ"),
            ("한국 が", "한국 が"),
            ("हिन्दी", "हिन्दी"),
            ("a\u{200B}b\u{0}c", "ab c"),
            ("", ""),
            (" \u{301} ", ""),
        ] {
            assert_eq!(fold(text), key, "{text:?}");
        }
    }

    #[test]
    fn folding_any_one_character_twice_changes_nothing() {
        for letter in '\0'..=char::MAX {
            let once = fold(&letter.to_string());
            assert_eq!(fold(&once), once, "U+{:04X}", letter as u32);
        }
    }

    #[test]
    fn search_text_holds_each_word_once() {
        assert_eq!(
            search_text(["Ron-tech", "ron.tech", "", "Señor TECH 42"]),
            "ron tech senor 42"
        );
        assert_eq!(search_text([""]), "");
    }

    #[test]
    fn hostile_queries_are_only_words() {
        assert_eq!(
            search_terms(r#"acme" OR 1=1 -- NEAR(a,b)* :*"#),
            ["acme", "or", "1", "near", "a", "b"]
        );
        assert_eq!(search_terms("ac me ac"), ["me", "ac"]);
        assert!(search_terms("'\"*()&|!:\0").is_empty());
        assert_eq!(search_terms(&"x ".repeat(500)), ["x"]);
        assert_eq!(search_terms(&"é".repeat(500)), ["e".repeat(MAX_WORD_CHARS)]);
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,40}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once.clone());
            prop_assert!(!once.contains("  ") && once.trim() == once);
        }

        #[test]
        fn what_was_indexed_is_found_by_each_of_its_words(text in "\\PC{0,60}") {
            let indexed = search_text([text.as_str()]);
            for term in search_terms(&text) {
                prop_assert!(indexed.split(' ').any(|word| word == term));
            }
        }

        #[test]
        fn terms_are_few_short_and_alphanumeric(query in any::<String>()) {
            let terms = search_terms(&query);
            prop_assert!(terms.len() <= MAX_SEARCH_TERMS);
            for term in terms {
                prop_assert!(!term.is_empty() && term.chars().count() <= MAX_WORD_CHARS);
                prop_assert!(term.chars().all(char::is_alphanumeric));
            }
        }
    }
}
