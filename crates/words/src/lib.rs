//! The texts of the client, `frontend/locales/*.json`: read, checked against each other, made into Rust and into
//! the files that a browser loads.
//!
//! English is what the others are measured by. A text that is missing in one of them, that none has in English,
//! or that has other placeholders, is a fault, and the client does not compile.
//!
//! This is used while building only (`frontend/build.rs`, `cargo xtask client`): the client itself holds no texts, but
//! loads those of one language, as a list in the order of [`Texts::flat`].

mod check;
mod code;
mod read;

use std::{collections::BTreeMap, path::Path};

/// A language that the client speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Language {
    /// The name of its file, and its word in the API.
    pub name: &'static str,
    /// Its BCP 47 tag.
    pub tag: &'static str,
    /// The forms a counted text has, by the plural categories of Unicode CLDR.
    pub forms: &'static [&'static str],
}

/// The languages, the one that the others are measured by first.
pub const LANGUAGES: [Language; 3] = [
    Language {
        name: "en",
        tag: "en",
        forms: &["one", "other"],
    },
    Language {
        name: "fr",
        tag: "fr",
        forms: &["one", "other"],
    },
    Language {
        name: "sr",
        tag: "sr-Latn",
        forms: &["one", "few", "other"],
    },
];

/// Every form that a counted text has in some language, in the order of their places.
pub const FORMS: [&str; 3] = ["one", "few", "other"];

/// What is wrong with the texts.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// A file that cannot be read.
    #[error("{0}: {1}")]
    Read(String, std::io::Error),
    /// A file that is no JSON.
    #[error("{0}: {1}")]
    Json(String, serde_json::Error),
    /// Texts that do not belong together, one line for each.
    #[error("{}", .0.join("\n"))]
    Texts(Vec<String>),
}

/// One text in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Text {
    /// The same whatever it is about.
    Plain(String),
    /// One for each form of counting.
    Counted(BTreeMap<&'static str, String>),
}

/// The texts of one language, by their keys (`deals.count`).
pub type Keyed = BTreeMap<String, Text>;

/// The texts of all languages, which are known to belong together.
#[derive(Debug)]
pub struct Texts(Vec<(Language, Keyed)>);

impl Texts {
    /// Reads and checks the files of a folder.
    ///
    /// # Errors
    /// Whatever is wrong with them, all of it at once.
    pub fn read(folder: &Path) -> Result<Self, Fault> {
        let mut all = Vec::new();
        let mut faults = Vec::new();
        for language in LANGUAGES {
            let path = folder.join(format!("{}.json", language.name));
            all.push((language, read::file(&path, &mut faults)?));
        }
        check::all(&all, &mut faults);
        if faults.is_empty() {
            Ok(Self(all))
        } else {
            Err(Fault::Texts(faults))
        }
    }

    /// The texts of a language in the order of their places; a counted text has a place for each of [`FORMS`],
    /// empty where the language has no such form. Nothing for an unknown language.
    #[must_use]
    pub fn flat(&self, language: &str) -> Vec<&str> {
        let texts = self.0.iter().find(|(found, _)| found.name == language);
        texts
            .into_iter()
            .flat_map(|(_, texts)| texts.values())
            .flat_map(|text| match text {
                Text::Plain(text) => vec![text.as_str()],
                Text::Counted(forms) => FORMS
                    .iter()
                    .map(|form| forms.get(form).map_or("", String::as_str))
                    .collect(),
            })
            .collect()
    }

    /// A text that counts nothing, in a language.
    #[must_use]
    pub fn plain(&self, language: &str, key: &str) -> Option<&str> {
        let (_, texts) = self.0.iter().find(|(found, _)| found.name == language)?;
        match texts.get(key)? {
            Text::Plain(text) => Some(text),
            Text::Counted(_) => None,
        }
    }

    /// The keys that begin so.
    pub fn keys<'a>(&'a self, beginning: &'a str) -> impl Iterator<Item = &'a str> {
        let texts = self
            .0
            .first()
            .into_iter()
            .flat_map(|(_, texts)| texts.keys());
        texts
            .map(String::as_str)
            .filter(move |key| key.starts_with(beginning))
    }

    /// The names by which Rust knows the texts.
    #[must_use]
    pub fn rust(&self) -> String {
        self.0
            .first()
            .map(|(_, texts)| code::of(texts))
            .unwrap_or_default()
    }
}

/// The names in `{{ }}` of a text, each once.
#[must_use]
pub fn placeholders(text: &str) -> Vec<&str> {
    let mut found: Vec<&str> = text
        .split("{{")
        .skip(1)
        .filter_map(|rest| rest.split_once("}}"))
        .map(|(name, _)| name.trim())
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_texts_of_the_client_belong_together() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../frontend/locales");
        match Texts::read(&folder) {
            Ok(texts) => {
                let length = texts.flat("en").len();
                assert!(length > 900);
                assert!(
                    LANGUAGES
                        .iter()
                        .all(|it| texts.flat(it.name).len() == length)
                );
            }
            Err(fault) => panic!("{fault}"),
        }
    }

    #[test]
    fn placeholders_are_found_once() {
        assert_eq!(placeholders("{{ b }} of {{a}}, {{ b }}"), ["a", "b"]);
        assert!(placeholders("100 %").is_empty());
    }
}
