//! Which record a name in a file means: the one of that very name, or one so near that somebody
//! should say whether it is meant (`GTXPro` for `GTX Pro`).

use std::collections::HashMap;

use crate::core::text::fold;

/// The least nearness, in percent, at which a record is offered for a name.
pub const MIN_SCORE: u8 = 85;

/// How far, in percent, the nearest must be ahead of the next to be taken as the likely one.
pub const MIN_LEAD: u8 = 4;

/// The most records that are offered for a name.
pub const MAX_CANDIDATES: usize = 5;

/// The most names that are compared letter by letter; with more, only those that begin alike.
const COMPARED: usize = 5_000;

/// What a name means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NameMatch<I> {
    /// One record has this name, but for case, diacritics and spaces.
    Exact(I),
    /// No record has this name, or several have. The nearest first.
    Near {
        /// The record that is likely meant: it is near, and nearer than all others.
        likely: Option<I>,
        /// All that may be meant, with their nearness in percent.
        candidates: Vec<(I, u8)>,
    },
    /// Nothing is near.
    None,
}

/// The names of one kind of records, for looking up many.
#[derive(Clone, Debug)]
pub struct Names<I> {
    names: Vec<Name<I>>,
    folded: HashMap<String, Vec<usize>>,
    squeezed: HashMap<String, Vec<usize>>,
    beginnings: HashMap<String, Vec<usize>>,
}

#[derive(Clone, Debug)]
struct Name<I> {
    id: I,
    squeezed: String,
    digits: String,
}

/// A name without anything but letters and digits: `GTX Pro`, `GTXPro` and `gtx-pro` are one.
#[must_use]
pub fn squeeze(name: &str) -> String {
    fold(name).chars().filter(|c| c.is_alphanumeric()).collect()
}

fn digits(squeezed: &str) -> String {
    squeezed.chars().filter(|c| c.is_numeric()).collect()
}

fn beginning(squeezed: &str) -> String {
    squeezed.chars().take(2).collect()
}

impl<I: Clone> FromIterator<(I, String)> for Names<I> {
    fn from_iter<T: IntoIterator<Item = (I, String)>>(records: T) -> Self {
        let mut all = Self {
            names: Vec::new(),
            folded: HashMap::new(),
            squeezed: HashMap::new(),
            beginnings: HashMap::new(),
        };
        for (id, name) in records {
            all.insert(id, &name);
        }
        all
    }
}

impl<I: Clone> Names<I> {
    /// Adds a record, like one that was made for a row before.
    pub fn insert(&mut self, id: I, name: &str) {
        let index = self.names.len();
        let squeezed = squeeze(name);
        self.folded.entry(fold(name)).or_default().push(index);
        self.beginnings
            .entry(beginning(&squeezed))
            .or_default()
            .push(index);
        self.names.push(Name {
            id,
            digits: digits(&squeezed),
            squeezed: squeezed.clone(),
        });
        self.squeezed.entry(squeezed).or_default().push(index);
    }

    fn id(&self, index: usize) -> Option<I> {
        self.names.get(index).map(|name| name.id.clone())
    }

    /// Finds what a name means. First the same name but for case, diacritics and spaces; then the
    /// same letters and digits; then the nearest by Jaro–Winkler or by a few edits, with the very
    /// same digits (`GTX 500` is never `GTX 600`).
    #[must_use]
    pub fn find(&self, name: &str) -> NameMatch<I> {
        let key = fold(name);
        if key.is_empty() {
            return NameMatch::None;
        }
        if let Some(same) = self.folded.get(&key) {
            if let [index] = same.as_slice()
                && let Some(id) = self.id(*index)
            {
                return NameMatch::Exact(id);
            }
            return self.offer(same.iter().map(|index| (*index, 100)).collect());
        }
        let squeezed = squeeze(name);
        if squeezed.is_empty() {
            return NameMatch::None;
        }
        if let Some(same) = self.squeezed.get(&squeezed) {
            return self.offer(same.iter().map(|index| (*index, 99)).collect());
        }
        let digits = digits(&squeezed);
        let score = |index: usize| {
            let name = self.names.get(index)?;
            (name.digits == digits)
                .then(|| nearness(&squeezed, &name.squeezed))
                .filter(|score| *score >= MIN_SCORE)
                .map(|score| (index, score))
        };
        let near = if self.names.len() <= COMPARED {
            (0..self.names.len()).filter_map(score).collect()
        } else {
            self.beginnings
                .get(&beginning(&squeezed))
                .into_iter()
                .flatten()
                .filter_map(|index| score(*index))
                .collect()
        };
        self.offer(near)
    }

    fn offer(&self, mut near: Vec<(usize, u8)>) -> NameMatch<I> {
        near.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        let likely = match near.as_slice() {
            [] => return NameMatch::None,
            [(index, _)] => self.id(*index),
            [(index, best), (_, next), ..] if *best >= next.saturating_add(MIN_LEAD) => {
                self.id(*index)
            }
            _ => None,
        };
        near.truncate(MAX_CANDIDATES);
        NameMatch::Near {
            likely,
            candidates: near
                .into_iter()
                .filter_map(|(index, score)| Some((self.id(index)?, score)))
                .collect(),
        }
    }
}

/// How near two squeezed names are, in percent, 98 at most: the better of Jaro–Winkler and the
/// share of letters that need no edit. Short names (under 4) are near nothing.
fn nearness(a: &str, b: &str) -> u8 {
    let (long, short) = {
        let (a, b) = (a.chars().count(), b.chars().count());
        (a.max(b), a.min(b))
    };
    if short < 4 || long > short * 2 {
        return 0;
    }
    let edits = strsim::osa_distance(a, b);
    // More than a letter in four wrong is another name, however alike they begin.
    if edits * 4 > long {
        return 0;
    }
    let kept = (long - edits) * 100 / long;
    // Whole percents of a ratio from 0 to 1, for ranking only.
    let winkler = (strsim::jaro_winkler(a, b) * 100.0) as usize;
    u8::try_from(kept.max(winkler).min(98)).unwrap_or(98)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn names(names: &[&str]) -> Names<usize> {
        names
            .iter()
            .map(|name| (*name).to_owned())
            .enumerate()
            .collect()
    }

    fn likely(found: NameMatch<usize>) -> Option<usize> {
        match found {
            NameMatch::Near { likely, .. } => likely,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_same_name_is_exact_but_for_case_marks_and_spaces() {
        let names = names(&["GTX Basic", "GTX Pro", "Café Noir"]);
        assert_eq!(names.find("  gtx  PRO "), NameMatch::Exact(1));
        assert_eq!(names.find("CAFE NOIR"), NameMatch::Exact(2));
        assert_eq!(names.find(""), NameMatch::None);
        assert_eq!(names.find("-"), NameMatch::None);
    }

    #[test]
    fn a_near_name_is_offered_to_be_confirmed() {
        let products = names(&[
            "GTX Basic",
            "GTX Pro",
            "MG Special",
            "MG Advanced",
            "GTX Plus Pro",
            "GTX Plus Basic",
            "GTK 500",
        ]);
        assert_eq!(
            products.find("GTXPro"),
            NameMatch::Near {
                likely: Some(1),
                candidates: vec![(1, 99)]
            }
        );
        assert_eq!(likely(products.find("GTX-Plus Basc")), Some(5));
        assert_eq!(products.find("GTK 600"), NameMatch::None);
        assert_eq!(products.find("Quantum 9"), NameMatch::None);
        let people = names(&["Anna Snelling", "Darcel Schlecht", "Mei-Mei Johns"]);
        assert_eq!(likely(people.find("Ana Snelling")), Some(0));
        assert_eq!(likely(people.find("Darcel Schlehct")), Some(1));
        assert_eq!(likely(people.find("Mei Mei Johns")), Some(2));
    }

    #[test]
    fn nothing_is_likely_among_equals() {
        let people = names(&["Anna Smith", "anna  smith", "Jon Meyer", "Jon Mayer"]);
        let NameMatch::Near {
            likely: None,
            candidates,
        } = people.find("Anna Smith")
        else {
            panic!("two of one name");
        };
        assert_eq!(candidates, [(0, 100), (1, 100)]);
        assert_eq!(likely(people.find("Jon Mxyer")), None);
    }

    #[test]
    fn short_names_are_near_nothing() {
        let names = names(&["IBM", "SAP", "Globex"]);
        assert_eq!(names.find("IBN"), NameMatch::None);
        assert_eq!(names.find("Glo"), NameMatch::None);
    }

    #[test]
    fn many_names_are_still_found() {
        let mut many: Names<usize> = (0..6_000)
            .map(|index| (index, format!("Company of {}", "x".repeat(index % 40 + 1))))
            .collect();
        many.insert(9_999, "Umbrella Corporation");
        assert_eq!(likely(many.find("Umbrela Corporation")), Some(9_999));
        assert_eq!(many.find("umbrella corporation"), NameMatch::Exact(9_999));
    }

    proptest! {
        #[test]
        fn every_name_finds_itself(all in prop::collection::hash_set("[a-z]{4,12}", 1..20)) {
            let all: Vec<String> = all.into_iter().collect();
            let names: Names<usize> = all.iter().cloned().enumerate().collect();
            for (index, name) in all.iter().enumerate() {
                prop_assert_eq!(names.find(&name.to_uppercase()), NameMatch::Exact(index));
            }
        }

        #[test]
        fn nearness_goes_both_ways(a in "[a-z]{0,12}", b in "[a-z]{0,12}") {
            prop_assert_eq!(nearness(&a, &b), nearness(&b, &a));
        }
    }
}
