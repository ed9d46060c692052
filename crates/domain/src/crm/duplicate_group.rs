//! Duplicates among all records of a kind: what has a key in common becomes a group.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use shared_types::crm::{DuplicateConfidence, DuplicateReason};
use uuid::Uuid;

use super::duplicate::{MOST_ALIKE, confidence};
use crate::core::graph::Edges;

/// The most records of a group: what is left forms another one.
const MOST: usize = 50;

/// A key that a record has.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Keyed {
    pub reason: DuplicateReason,
    pub key: String,
    pub id: Uuid,
}

/// Records that may be the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub confidence: DuplicateConfidence,
    /// The best one first.
    pub reasons: Vec<DuplicateReason>,
    pub ids: Vec<Uuid>,
}

/// Two records in the order of their ids: how a pair is remembered.
#[must_use]
pub fn pair(one: Uuid, other: Uuid) -> (Uuid, Uuid) {
    (one.min(other), one.max(other))
}

/// Every pair of some records.
pub fn pairs(ids: &[Uuid]) -> impl Iterator<Item = (Uuid, Uuid)> {
    ids.iter()
        .enumerate()
        .flat_map(|(index, one)| ids.iter().skip(index + 1).map(|other| pair(*one, *other)))
}

/// The groups that keys make, without the pairs of which somebody said that they are not the same.
/// What is certain forms groups of its own, so that one likely match does not blur them.
#[must_use]
pub fn groups(mut keyed: Vec<Keyed>, dismissed: &HashSet<(Uuid, Uuid)>) -> Vec<Group> {
    keyed.sort_unstable();
    keyed.dedup();
    let mut reasons: BTreeMap<(Uuid, Uuid), Vec<DuplicateReason>> = BTreeMap::new();
    for same in keyed.chunk_by(|one, other| (one.reason, &one.key) == (other.reason, &other.key)) {
        let Some(reason) = same.first().map(|one| one.reason) else {
            continue;
        };
        let shared = confidence(&[reason]) == DuplicateConfidence::Likely;
        if shared && same.len() > MOST_ALIKE {
            continue;
        }
        let ids: Vec<Uuid> = same.iter().map(|one| one.id).collect();
        for some in ids.chunks(MOST) {
            for pair in pairs(some).filter(|pair| !dismissed.contains(pair)) {
                reasons.entry(pair).or_default().push(reason);
            }
        }
    }
    let (certain, likely): (Vec<_>, Vec<_>) = reasons
        .into_iter()
        .partition(|(_, reasons)| confidence(reasons) == DuplicateConfidence::Certain);
    let mut found = connected(DuplicateConfidence::Certain, &certain);
    let together: HashSet<(Uuid, Uuid)> =
        found.iter().flat_map(|group| pairs(&group.ids)).collect();
    let likely: Vec<_> = likely
        .into_iter()
        .filter(|(pair, _)| !together.contains(pair))
        .collect();
    found.extend(connected(DuplicateConfidence::Likely, &likely));
    found
}

type Pair = ((Uuid, Uuid), Vec<DuplicateReason>);

fn connected(confidence: DuplicateConfidence, pairs: &[Pair]) -> Vec<Group> {
    let edges: Edges<Uuid> = pairs
        .iter()
        .flat_map(|((one, other), _)| [(*one, *other), (*other, *one)])
        .collect();
    let mut seen: HashSet<Uuid> = HashSet::new();
    let mut why: BTreeMap<Uuid, BTreeSet<DuplicateReason>> = BTreeMap::new();
    for ((one, other), reasons) in pairs {
        for id in [one, other] {
            why.entry(*id).or_default().extend(reasons);
        }
    }
    let mut found = Vec::new();
    for ((start, _), _) in pairs {
        if seen.contains(start) {
            continue;
        }
        // Both ways lead back, so that the start is among them.
        let all = edges.closure(*start);
        seen.extend(&all);
        for ids in all.chunks(MOST).filter(|ids| ids.len() > 1) {
            let reasons: BTreeSet<DuplicateReason> = ids
                .iter()
                .filter_map(|id| why.get(id))
                .flatten()
                .copied()
                .collect();
            found.push(Group {
                confidence,
                reasons: reasons.into_iter().collect(),
                ids: ids.to_vec(),
            });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn id(number: u128) -> Uuid {
        Uuid::from_u128(number)
    }

    fn keyed(
        reason: DuplicateReason,
        key: &str,
        ids: impl IntoIterator<Item = u128>,
    ) -> Vec<Keyed> {
        let one = |number| Keyed {
            reason,
            key: key.to_owned(),
            id: id(number),
        };
        ids.into_iter().map(one).collect()
    }

    fn sizes(groups: &[Group]) -> Vec<(DuplicateConfidence, usize)> {
        groups
            .iter()
            .map(|it| (it.confidence, it.ids.len()))
            .collect()
    }

    #[test]
    fn what_is_certain_is_not_blurred_by_what_is_likely() {
        use DuplicateConfidence::{Certain, Likely};
        use DuplicateReason::{Email, Name, Phone};
        let all = [
            keyed(Email, "a", [1, 2]),
            keyed(Phone, "b", [2, 3]),
            keyed(Name, "c", [4, 5]),
            keyed(Phone, "d", [4, 5]),
        ];
        let found = groups(all.concat(), &HashSet::new());
        assert_eq!(sizes(&found), [(Certain, 2), (Certain, 2), (Likely, 2)]);
        assert_eq!(found[1].reasons, [Phone, Name]);
        let not = HashSet::from([pair(id(2), id(1)), pair(id(2), id(3))]);
        assert_eq!(sizes(&groups(all.concat(), &not)), [(Certain, 2)]);
    }

    #[test]
    fn a_number_that_many_share_says_nothing() {
        let many = keyed(DuplicateReason::Phone, "switchboard", 0..21);
        assert!(groups(many, &HashSet::new()).is_empty());
        let few = keyed(DuplicateReason::Phone, "shop", 0..20);
        assert_eq!(groups(few, &HashSet::new()).len(), 1);
        let mails = keyed(DuplicateReason::Email, "info@acme.example", 0..120);
        let found = groups(mails, &HashSet::new());
        assert!(found.len() == 3 && found.iter().all(|group| group.ids.len() <= MOST));
    }

    proptest! {
        #[test]
        fn groups_are_of_several_and_no_pair_that_was_dismissed_is_alone(
            rows in prop::collection::vec((0_u128..20, 0_u8..6), 0..60),
            dismissed in prop::collection::hash_set((0_u128..20, 0_u128..20), 0..10),
        ) {
            let rows = rows.into_iter().flat_map(|(number, key)| keyed(DuplicateReason::Email, &key.to_string(), [number])).collect();
            let dismissed: HashSet<(Uuid, Uuid)> = dismissed.into_iter().map(|(one, other)| pair(id(one), id(other))).collect();
            for group in groups(rows, &dismissed) {
                prop_assert!(group.ids.len() > 1 && !group.reasons.is_empty());
                let two = group.ids.len() == 2;
                prop_assert!(!two || pairs(&group.ids).all(|pair| !dismissed.contains(&pair)));
            }
        }
    }
}
