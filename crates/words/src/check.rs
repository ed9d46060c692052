//! Whether the languages belong together, and keep to their own rules of writing.

use crate::{Keyed, Language, Text, placeholders};

/// Adds what is wrong to the faults.
pub fn all(languages: &[(Language, Keyed)], faults: &mut Vec<String>) {
    let Some(((_, english), others)) = languages.split_first() else {
        return;
    };
    for (language, texts) in others {
        let name = language.name;
        for key in english.keys().filter(|key| !texts.contains_key(*key)) {
            faults.push(format!("{name}: {key} is missing"));
        }
        for (key, text) in texts {
            match english.get(key) {
                None => faults.push(format!("{name}: {key} is no text of the client")),
                Some(original) => same_places(name, key, original, text, faults),
            }
        }
    }
    for (language, texts) in languages {
        for (key, text) in texts {
            forms(*language, key, text, faults);
            for words in each(text) {
                if let Some(fault) = writing(language.name, words) {
                    faults.push(format!("{}: {key}: {fault}", language.name));
                }
            }
        }
    }
}

fn each(text: &Text) -> Vec<&str> {
    match text {
        Text::Plain(text) => vec![text],
        Text::Counted(forms) => forms.values().map(String::as_str).collect(),
    }
}

/// In each form the same placeholders: other languages count 21 as one, so that no form can leave the number out.
fn same_places(name: &str, key: &str, original: &Text, text: &Text, faults: &mut Vec<String>) {
    let wanted = match original {
        Text::Plain(text) => placeholders(text),
        Text::Counted(forms) => forms
            .get("other")
            .map(|text| placeholders(text))
            .unwrap_or_default(),
    };
    for words in each(text) {
        let found = placeholders(words);
        if found != wanted {
            faults.push(format!(
                "{name}: {key} has the placeholders {found:?} where English has {wanted:?}"
            ));
        }
    }
}

fn forms(language: Language, key: &str, text: &Text, faults: &mut Vec<String>) {
    if let Text::Counted(forms) = text {
        let found: Vec<_> = forms.keys().copied().collect();
        let mut wanted = language.forms.to_vec();
        wanted.sort_unstable();
        if found != wanted {
            faults.push(format!(
                "{}: {key} has the forms {found:?}, the language {wanted:?}",
                language.name
            ));
        }
    }
}

/// What is against the rules of a language, as far as a program can see it.
fn writing(language: &str, text: &str) -> Option<&'static str> {
    if text.trim() != text || text.is_empty() {
        return Some("empty, or with spaces around it");
    }
    match language {
        "fr" if text.contains('\'') => Some("the apostrophe is ’"),
        "fr" if text.contains('"') => Some("the quotation marks are « »"),
        "fr" if ["; ", ": ", "! ", "? ", "»"]
            .iter()
            .any(|mark| has_wrong_space(text, mark)) =>
        {
            Some(
                "before ; ! ? stands a narrow space that does not break (U+202F), before : » one that does not break",
            )
        }
        "sr" if text
            .chars()
            .any(|letter| ('\u{400}'..'\u{500}').contains(&letter)) =>
        {
            Some("the script is Latin")
        }
        _ => None,
    }
}

/// Whether a mark that ends a word follows a letter, or an ordinary space.
fn has_wrong_space(text: &str, mark: &str) -> bool {
    let padded = format!("{text} ");
    let mut found = padded.match_indices(mark);
    found.any(|(at, _)| {
        padded[..at]
            .chars()
            .next_back()
            .is_some_and(|before| before != '\u{202f}' && before != '\u{a0}')
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::LANGUAGES;

    fn plain(pairs: &[(&str, &str)]) -> Keyed {
        pairs
            .iter()
            .map(|(key, text)| ((*key).to_owned(), Text::Plain((*text).to_owned())))
            .collect()
    }

    fn faults(english: &Keyed, french: &Keyed) -> Vec<String> {
        let mut faults = Vec::new();
        let all_of = [
            (LANGUAGES[0], english.clone()),
            (LANGUAGES[1], french.clone()),
        ];
        all(&all_of, &mut faults);
        faults
    }

    #[test]
    fn what_is_missing_or_too_much_is_named() {
        let english = plain(&[("a", "Add {{ name }}"), ("b", "B")]);
        let french = plain(&[("a", "Ajouter {{ nom }}"), ("c", "C")]);
        let found = faults(&english, &french);
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found[0].contains("b is missing"));
    }

    #[test]
    fn counted_texts_have_the_forms_of_their_language() {
        let counted = |forms: &[(&'static str, &str)]| {
            let forms: BTreeMap<_, _> = forms
                .iter()
                .map(|(form, text)| (*form, (*text).to_owned()))
                .collect();
            Keyed::from([("a".to_owned(), Text::Counted(forms))])
        };
        let english = counted(&[("one", "a day"), ("other", "{{ count }} days")]);
        let right = counted(&[("one", "{{ count }} jour"), ("other", "{{ count }} jours")]);
        assert_eq!(faults(&english, &right), Vec::<String>::new());
        let without = counted(&[("one", "un jour"), ("other", "{{ count }} jours")]);
        assert_eq!(faults(&english, &without).len(), 1);
        let lacking = counted(&[("other", "{{ count }} jours")]);
        assert_eq!(faults(&english, &lacking).len(), 1);
    }

    #[test]
    fn the_rules_of_writing_hold() {
        assert_eq!(
            writing("fr", "Supprimer « {{ name }} » ?"),
            Some(
                "before ; ! ? stands a narrow space that does not break (U+202F), before : » one that does not break"
            )
        );
        assert_eq!(
            writing("fr", "Supprimer «\u{a0}{{ name }}\u{a0}»\u{202f}?"),
            None
        );
        assert!(writing("fr", "l'entreprise").is_some());
        assert!(writing("sr", "Компанија").is_some());
        assert!(writing("en", " x").is_some());
        assert_eq!(writing("sr", "Kompanija"), None);
    }
}
